#include "plans/documents/night_page.hpp"

#include <fmt/format.h>

#include <map>

#include "plans/documents/zone_words.hpp"
#include "plans/text/html.hpp"

namespace qk::plans {
namespace {

constexpr std::string_view kStyle =
    "*{box-sizing:border-box}body{margin:0 auto;max-width:1100px;padding:16px;color:#17212b;"
    "font:15px/1.6 'Noto Sans CJK SC','Microsoft YaHei','WenQuanYi Micro Hei',sans-serif}"
    "h1{margin:0;font-size:22px}h2{margin:24px 0 6px;font-size:17px;border-left:4px solid #0b5cad;"
    "padding-left:8px}h2 span,th span,h1 span{font-weight:400;font-size:12px;color:#51606e}"
    ".made{padding:6px 10px;background:#fff3e0;color:#7a4300;font-weight:600}"
    ".state{margin:6px 0;padding:8px 12px;background:#e9f0f7;font-size:17px;font-weight:600}"
    ".drill{color:#5b2a99}table{border-collapse:collapse;width:100%;font-size:14px}"
    "th,td{border-bottom:1px solid #d8dfe6;padding:4px 8px;text-align:left;vertical-align:top}"
    "th{background:#f2f5f8}td.t{white-space:nowrap}td.o{min-width:5rem;border:1px solid #75869a}"
    "a{color:#084a8c}nav a{margin-right:14px}.bad{color:#a8001e;font-weight:600}"
    ".notice{white-space:pre-wrap;border:1px solid #d8dfe6;padding:10px 14px;margin:8px 0}"
    "@media screen and (max-width:640px){table,tbody,tr,td{display:block;width:100%}"
    "thead{display:none}tr{padding:7px 0;border-bottom:1px solid #d8dfe6}"
    "td,td.t{padding:1px 0;border:0;white-space:normal;overflow-wrap:anywhere}"
    "td:empty{display:none}td::before{content:attr(data-h) '：';color:#51606e}}"
    "@page{size:A4;margin:12mm}@media print{body{max-width:none;padding:0}tr{break-inside:avoid}"
    "thead{display:table-header-group}nav{display:none}}";

std::string h2(std::string_view id, std::string_view chinese, std::string_view english,
               std::size_t count) {
    return fmt::format("<h2 id=\"{}\">{} {} <span lang=\"en\">{}</span></h2>\n", id, chinese, count,
                       english);
}

struct TableHead {
    std::string_view chinese;
    std::string_view english;
};

// Cells are markup.
std::string table(const std::vector<TableHead>& head,
                  const std::vector<std::vector<std::string>>& rows) {
    if (rows.empty()) return "<p>无 <span lang=\"en\">none</span></p>\n";
    std::string html = "<table><thead><tr>";
    for (const TableHead& one : head) {
        html += fmt::format("<th>{} <span lang=\"en\">{}</span></th>", one.chinese, one.english);
    }
    html += "</tr></thead><tbody>\n";
    for (const auto& row : rows) {
        html += "<tr>";
        for (std::size_t at = 0; at < row.size(); ++at) {
            html += fmt::format("<td data-h=\"{}\">{}</td>", head[at].chinese, row[at]);
        }
        html += "</tr>\n";
    }
    return html + "</tbody></table>\n";
}

std::string drill_mark(bool exercise) {
    return exercise ? "<b class=\"drill\">【演练】</b>" : std::string();
}

constexpr std::size_t kWholeNumberDigits = 11;  // a mobile number, or area and number

// What stands in a telephone link: digits and a leading plus, of the first number named.
std::string dialled(std::string_view phone) {
    std::string digits;
    for (const char c : phone) {
        const bool is_digit = c >= '0' && c <= '9';
        if (is_digit || (c == '+' && digits.empty())) {
            digits += c;
        } else if (digits.size() > 6 && (c == ',' || c == ';' || c == '/')) {
            break;
        } else if (c == ' ' && digits.size() >= kWholeNumberDigits) {
            break;  // within a number a blank is a gap: 138 0000 1111
        }
    }
    return digits;
}

std::string phone_link(const std::string& phone) {
    const std::string digits = dialled(phone);
    if (digits.empty())
        return phone.empty() ? "<b class=\"bad\">无号码 none</b>" : escape_html(phone);
    return fmt::format("<a href=\"tel:{}\">{}</a>", digits, escape_html(phone));
}

std::string when(rules::Instant at, rules::Zone zone) {
    std::string text = rules::to_iso(at, zone).substr(0, 16);
    text.replace(10, 1, " ");
    return text;
}

std::string warnings_html(const NightPage& page) {
    std::string html;
    for (const NightWarning& one : page.warnings) {
        html += "<p class=\"state\">" + drill_mark(one.exercise);
        html += one.colour.empty() ? std::string() : escape_html(one.colour) + "预警　";
        html += escape_html(one.standing);
        if (one.from) html += "，自 " + when(*one.from, page.zone);
        if (!one.colour.empty()) {
            html += one.expected_to ? "，预计 " + when(*one.expected_to, page.zone) + " 解除"
                                    : "，解除时间另行通知";
        }
        if (!one.pending.empty()) html += "；待办：" + escape_html(one.pending);
        html += "　" + escape_html(one.id) + "</p>\n";
    }
    if (html.empty())
        html = "<p class=\"state\">目前没有预警 <span lang=\"en\">no warning</span></p>\n";
    return html;
}

std::string duty_html(const NightPage& page) {
    std::vector<std::vector<std::string>> rows;
    for (const NightDuty& one : page.on_duty) {
        rows.push_back({escape_html(one.role), escape_html(one.name), phone_link(one.phone),
                        when(one.until, page.zone)});
    }
    return h2("duty", "在岗", "on duty", rows.size()) +
           table({{"角色", "role"}, {"姓名", "name"}, {"电话", "telephone"}, {"至", "until"}},
                 rows);
}

std::string matters_html(const NightPage& page) {
    std::vector<std::vector<std::string>> rows;
    for (const NightMatter& one : page.matters) {
        const bool is_late = one.deadline <= page.made_at;
        rows.push_back({escape_html(one.kind), drill_mark(one.exercise) + escape_html(one.text),
                        when(one.since, page.zone),
                        fmt::format("<span class=\"{}\">{}</span>", is_late ? "bad" : "",
                                    when(one.deadline, page.zone))});
    }
    return h2("todo", "要做的事", "what to do", rows.size()) +
           table({{"类别", "kind"}, {"事项", "matter"}, {"发生", "since"}, {"期限", "deadline"}},
                 rows);
}

// The last two cells are for a pen.
std::string calls_html(const NightPage& page) {
    std::vector<std::vector<std::string>> rows;
    for (const NightCall& one : page.calls) {
        rows.push_back({escape_html(one.county), escape_html(one.name), escape_html(one.contact),
                        phone_link(one.phone), escape_html(one.wanted), when(one.since, page.zone),
                        "", ""});
    }
    return h2("calls", "电话通知", "to telephone", rows.size()) +
           table({{"县区", "county"},
                  {"企业", "enterprise"},
                  {"联系人", "contact"},
                  {"电话", "telephone"},
                  {"事由", "for"},
                  {"列入", "listed"},
                  {"接听人、时间", "who answered, when"},
                  {"答复", "answer"}},
                 rows);
}

std::string orders_html(const NightPage& page) {
    std::map<std::string, std::size_t> by_state;
    std::vector<std::vector<std::string>> rows;
    for (const NightOrder& one : page.orders) {
        ++by_state[one.state];
        const bool is_bad = one.answer_state == "none" || one.answer_state == "refused";
        rows.push_back({escape_html(one.county), drill_mark(one.exercise) + escape_html(one.name),
                        fmt::format("<span class=\"{}\">{}</span>", is_bad ? "bad" : "",
                                    escape_html(one.state)),
                        when(one.from, page.zone), escape_html(one.contact),
                        phone_link(one.phone)});
    }
    std::string sums;
    for (const auto& [state, count] : by_state)
        sums += fmt::format("{} {}　", escape_html(state), count);
    return h2("orders", "指令", "orders", rows.size()) + "<p>" + sums + "</p>\n" +
           table({{"县区", "county"},
                  {"企业", "enterprise"},
                  {"状态", "state"},
                  {"生效", "from"},
                  {"联系人", "contact"},
                  {"电话", "telephone"}},
                 rows);
}

std::string notices_html(const NightPage& page) {
    std::string html = h2("notices", "已发布文稿", "published", page.notices.size());
    for (const NightNotice& one : page.notices) {
        html += fmt::format("<div class=\"notice\"><b>{}{}</b>　{}\n{}\n{}\n{}</div>\n",
                            drill_mark(one.exercise), escape_html(one.headline),
                            when(one.sent, page.zone), escape_html(one.body),
                            escape_html(one.measures), escape_html(one.instruction));
    }
    if (page.notices.empty()) html += "<p>无 <span lang=\"en\">none</span></p>\n";
    return html;
}

}  // namespace

std::string to_html(const NightPage& page) {
    const std::string title = escape_html(page.region) + "重污染天气应急守夜包";
    const std::string made = when(page.made_at, page.zone);
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\n<meta "
        "name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{} {}</title>\n"
        "<style>{}</style></head>\n<body>\n<h1>{} <span lang=\"en\">Night page</span></h1>\n"
        "<p class=\"made\">以下为 {}（{}）的情况，之后的变化不在其中；内部资料，含电话号码 <span "
        "lang=\"en\">as of then; internal, holds telephone numbers</span></p>\n"
        "<nav><a href=\"#todo\">要做的事</a><a href=\"#calls\">电话</a><a "
        "href=\"#orders\">指令</a><a "
        "href=\"#notices\">文稿</a></nav>\n{}{}{}{}{}{}</body></html>\n",
        title, made, kStyle, title, made, zone_in_chinese(page.zone), warnings_html(page),
        duty_html(page), matters_html(page), calls_html(page), orders_html(page),
        notices_html(page));
}

}  // namespace qk::plans
