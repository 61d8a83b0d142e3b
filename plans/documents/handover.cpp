#include "plans/documents/handover.hpp"

#include <fmt/format.h>

#include <array>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/text/html.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_values.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

json::object person_json(const HandoverPerson& person) {
    return {{"id", person.id}, {"name", person.name}};
}

json::object matter_json(const HandoverMatter& matter, rules::Zone zone) {
    return {{"number", matter.number},
            {"kind", matter.kind},
            {"kind_zh", matter.kind_zh},
            {"text", matter.text},
            {"opened_at", iso(matter.opened_at, zone)},
            {"deadline", iso(matter.deadline, zone)},
            {"closed_at", iso(matter.closed_at, zone)},
            {"taken_by", texts(matter.taken_by)},
            {"steps", matter.steps}};
}

json::object matters_json(const HandoverList<HandoverMatter>& list, rules::Zone zone) {
    json::array items;
    for (const HandoverMatter& matter : list.items) items.emplace_back(matter_json(matter, zone));
    return {{"items", std::move(items)}, {"total", list.total}};
}

json::object decisions_json(const HandoverList<HandoverDecision>& list, rules::Zone zone) {
    json::array items;
    for (const HandoverDecision& one : list.items) {
        items.emplace_back(json::object{{"at", iso(one.at, zone)},
                                        {"warning", one.warning},
                                        {"step", one.step},
                                        {"change", one.change},
                                        {"person", one.person},
                                        {"reason", one.reason}});
    }
    return {{"items", std::move(items)}, {"total", list.total}};
}

// Both languages of a heading; which of them is shown.
class Words {
 public:
    explicit Words(HandoverLanguage language)
        : is_english_(language == HandoverLanguage::kEnglish) {}
    [[nodiscard]] std::string_view of(std::string_view chinese, std::string_view english) const {
        return is_english_ ? english : chinese;
    }
    [[nodiscard]] bool is_english() const { return is_english_; }

 private:
    bool is_english_;
};

std::string text_of(const json::value& item, std::string_view member) {
    const json::value* value = find_member(item, member);
    if (value == nullptr || value->is_null()) return {};
    if (value->is_string()) return std::string(value->get_string());
    return to_text(*value);
}

// "2026-12-01 08:00"
std::string when_in(const json::value& item, std::string_view member) {
    std::string text = text_of(item, member).substr(0, 16);
    if (text.size() > 10) text[10] = ' ';
    return text;
}

std::string names_in(const json::value& item, std::string_view member) {
    std::string names;
    const json::value* list = find_member(item, member);
    if (list == nullptr || !list->is_array()) return names;
    for (const json::value& one : list->get_array()) {
        if (!names.empty()) names += "、";
        names += one.is_string() ? std::string(one.get_string()) : to_text(one);
    }
    return names;
}

std::string row_html(const std::vector<std::string>& cells, std::string_view tag) {
    std::string row = "<tr>";
    for (const std::string& cell : cells) {
        row += fmt::format("<{0}>{1}</{0}>", tag, escape_html(cell));
    }
    return row + "</tr>\n";
}

std::string table_of(const std::vector<std::string>& head,
                     const std::vector<std::vector<std::string>>& rows, const Words& words) {
    if (rows.empty()) return fmt::format("<p>{}</p>\n", words.of("无。", "None."));
    std::string table = "<table><thead>" + row_html(head, "th") + "</thead><tbody>\n";
    for (const auto& row : rows) table += row_html(row, "td");
    return table + "</tbody></table>\n";
}

const json::array& items_of(const json::value& list) {
    static const json::array kNone;
    const json::value* items = find_member(list, "items");
    return items != nullptr && items->is_array() ? items->get_array() : kNone;
}

std::string heading(std::string_view text, const json::value& list, const Words& words) {
    const std::string total = text_of(list, "total");
    const std::size_t shown = items_of(list).size();
    std::string html = fmt::format("<h2>{}（{}）</h2>\n", text, total);
    if (total != std::to_string(shown)) {
        html += fmt::format("<p class=\"note\">{}</p>\n",
                            words.is_english() ? fmt::format("the first {} of {}", shown, total)
                                               : fmt::format("列出前{}项，共{}项", shown, total));
    }
    return html;
}

std::string duty_html(const json::value& content, const Words& words) {
    std::vector<std::vector<std::string>> rows;
    const json::value* list = find_member(content, "on_duty");
    if (list != nullptr && list->is_array()) {
        for (const json::value& one : list->get_array()) {
            const json::value* person = find_member(one, "person");
            rows.push_back({text_of(one, "role"),
                            person == nullptr ? std::string() : text_of(*person, "name"),
                            when_in(one, "until")});
        }
    }
    const std::vector<std::string> head{std::string(words.of("角色", "role")),
                                        std::string(words.of("姓名", "name")),
                                        std::string(words.of("至", "until"))};
    return fmt::format("<h2>{}</h2>\n", words.of("在岗人员", "On duty")) +
           table_of(head, rows, words);
}

std::string decisions_html(const json::value& list, const Words& words) {
    std::vector<std::vector<std::string>> rows;
    for (const json::value& one : items_of(list)) {
        const std::string what = words.is_english() ? text_of(one, "step") : text_of(one, "change");
        rows.push_back({when_in(one, "at"), text_of(one, "warning"),
                        what.empty() ? text_of(one, "step") : what + " " + text_of(one, "step"),
                        text_of(one, "person"), text_of(one, "reason")});
    }
    std::vector<std::string> head;
    for (const auto& [zh, en] :
         std::vector<std::pair<std::string_view, std::string_view>>{{"时间", "when"},
                                                                    {"预警", "warning"},
                                                                    {"步骤", "step"},
                                                                    {"人员", "person"},
                                                                    {"理由", "why"}}) {
        head.emplace_back(words.of(zh, en));
    }
    return heading(words.of("本班决定", "Decisions"), list, words) + table_of(head, rows, words);
}

std::string matters_html(const json::value& list, std::string_view title, bool is_closed,
                         const Words& words) {
    std::vector<std::vector<std::string>> rows;
    for (const json::value& one : items_of(list)) {
        rows.push_back({text_of(one, "number"),
                        text_of(one, words.is_english() ? "kind" : "kind_zh"), text_of(one, "text"),
                        when_in(one, "opened_at"),
                        when_in(one, is_closed ? "closed_at" : "deadline"),
                        names_in(one, "taken_by"), text_of(one, "steps")});
    }
    const std::vector<std::string> head{
        std::string(words.of("编号", "number")),
        std::string(words.of("类别", "kind")),
        std::string(words.of("事项", "matter")),
        std::string(words.of("发生", "since")),
        std::string(is_closed ? words.of("办结", "answered") : words.of("期限", "deadline")),
        std::string(words.of("接手人", "taken over by")),
        std::string(words.of("已采取步骤", "steps taken"))};
    return heading(title, list, words) + table_of(head, rows, words);
}

std::string orders_html(const json::value& content, const Words& words) {
    const json::value* orders = find_member(content, "orders");
    if (orders == nullptr) return {};
    std::vector<std::string> head;
    std::vector<std::string> row;
    const std::vector<std::array<std::string_view, 3>> columns{
        {"bound", "有效指令", "orders that bind"},
        {"without_receipt", "未签收", "without a receipt"},
        {"refused", "拒绝执行", "refused"},
        {"to_telephone", "待电话通知", "to be telephoned"},
        {"leads", "线索待核查", "leads without a site check"}};
    for (const auto& [member, zh, en] : columns) {
        head.emplace_back(words.of(zh, en));
        row.push_back(text_of(*orders, member));
    }
    return fmt::format("<h2>{}</h2>\n", words.of("指令与线索", "Orders and leads")) +
           table_of(head, {row}, words);
}

std::string signatures_html(const json::value& content, const HandoverSignatures& signatures,
                            const Words& words) {
    const auto name = [&](std::string_view member) {
        const json::value* person = find_member(content, member);
        return person == nullptr ? std::string() : text_of(*person, "name");
    };
    const std::string taken =
        signatures.taken_at.empty()
            ? std::string(words.of("尚未接班", "not taken over yet"))
            : signatures.taken_by + "　" + signatures.taken_at + "　" + signatures.taken_note;
    std::string html = "<table>";
    html +=
        row_html({std::string(words.of("交班", "handed over by")),
                  name("given_by") + "　" + signatures.given_at + "　" + text_of(content, "note")},
                 "td");
    html +=
        row_html({std::string(words.of("应接班", "to be taken over by")), name("given_to")}, "td");
    html += row_html({std::string(words.of("接班", "taken over by")), taken}, "td");
    html += row_html({std::string(words.of("内容摘要值（SHA-256）", "SHA-256 of the content")),
                      signatures.sha256},
                     "td");
    return fmt::format("<h2>{}</h2>\n", words.of("签字", "Signatures")) + html + "</table>\n";
}

constexpr std::string_view kStyle =
    "body{font-family:'Noto Serif CJK SC','SimSun',serif;margin:15mm auto;max-width:190mm;"
    "line-height:1.6}h1{text-align:center;font-size:1.5em}h2{font-size:1.1em;margin:1em 0 .3em}"
    "table{border-collapse:collapse;width:100%;font-size:.9em}th,td{border:1px solid #444;"
    "padding:.2em .4em;text-align:left;vertical-align:top}.note{color:#555}"
    "@media print{body{margin:0}tr{break-inside:avoid}}";

}  // namespace

json::value to_json(const Handover& handover, rules::Zone zone) {
    json::array on_duty;
    for (const HandoverDuty& one : handover.on_duty) {
        on_duty.emplace_back(json::object{{"role", one.role},
                                          {"person", person_json(one.person)},
                                          {"stands_in", one.stands_in},
                                          {"until", iso(one.until, zone)}});
    }
    return json::object{{"region", handover.region},
                        {"since", iso(handover.span.from, zone)},
                        {"until", iso(handover.span.to, zone)},
                        {"given_by", person_json(handover.given_by)},
                        {"given_to", person_json(handover.given_to)},
                        {"note", handover.note},
                        {"standing", handover.standing},
                        {"on_duty", std::move(on_duty)},
                        {"decisions", decisions_json(handover.decisions, zone)},
                        {"open", matters_json(handover.open, zone)},
                        {"closed", matters_json(handover.closed, zone)},
                        {"orders", json::object{{"bound", handover.orders},
                                                {"without_receipt", handover.without_receipt},
                                                {"refused", handover.refused},
                                                {"to_telephone", handover.to_telephone},
                                                {"leads", handover.leads}}},
                        {"gaps", texts(handover.gaps)}};
}

std::string handover_page(const json::value& content, const HandoverSignatures& signatures,
                          HandoverLanguage language) {
    const Words words(language);
    static const json::value kNone;
    const auto list = [&content](std::string_view member) -> const json::value& {
        const json::value* found = find_member(content, member);
        return found == nullptr ? kNone : *found;
    };
    const std::string title = escape_html(
        text_of(content, "region") +
        std::string(words.of("重污染天气应急值班交接班记录", ": hand-over of the duty shift")));
    std::string body =
        fmt::format("<h1>{}</h1>\n<p>{} {}　{} — {}</p>\n", title, words.of("编号", "Number"),
                    signatures.number, when_in(content, "since"), when_in(content, "until"));
    body += fmt::format("<p>{}</p>\n", escape_html(text_of(content, "standing")));
    body += duty_html(content, words) + decisions_html(list("decisions"), words);
    body += matters_html(list("open"), words.of("移交的待办事项", "Open matters"), false, words);
    body += orders_html(content, words);
    body += matters_html(list("closed"), words.of("本班办结事项", "Answered in this shift"), true,
                         words);
    const std::string gaps = names_in(content, "gaps");
    body += fmt::format("<h2>{}</h2>\n<p>{}</p>\n", words.of("值班空缺", "Gaps in the roster"),
                        gaps.empty() ? std::string(words.of("无。", "None.")) : escape_html(gaps));
    body += signatures_html(content, signatures, words);
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\n<meta "
        "name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n"
        "<style>{}</style></head>\n<body>\n{}</body></html>\n",
        words.is_english() ? "en" : "zh-CN", title, kStyle, body);
}

}  // namespace qk::plans
