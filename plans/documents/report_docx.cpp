#include "plans/documents/report_docx.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>

#include "plans/text/docx_writer.hpp"
#include "plans/text/json.hpp"
#include "rules/base/time.hpp"
#include "rules/warning/colour.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

using Blocks = std::vector<DocxBlock>;

const json::array& items_of(const json::value& value, std::string_view key) {
    static const json::array kNone;
    const json::value* found = find_member(value, key);
    return found == nullptr || !found->is_array() ? kNone : found->get_array();
}

const json::value& part_of(const json::value& value, std::string_view key) {
    static const json::value kNone(json::object{});
    const json::value* found = find_member(value, key);
    return found == nullptr ? kNone : *found;
}

std::string whole(const json::value& value, std::string_view key) {
    return fmt::format("{:.0f}", number_or(value, key, 0));
}

// A number that is not there is said to be unknown.
std::string figure(const json::value& value, std::string_view key, int digits) {
    const json::value* found = find_member(value, key);
    if (found == nullptr || !found->is_number()) return "—";
    return fmt::format("{:.{}f}", found->to_number<double>(), digits);
}

std::string share(const json::value& value, std::string_view key) {
    const json::value* found = find_member(value, key);
    if (found == nullptr || !found->is_number()) return "—";
    return fmt::format("{:.1f}%", found->to_number<double>() * 100);
}

// "2015-12-07T18:00:00+08:00" -> "2015年12月7日18时30分"; a full hour without minutes.
std::string chinese_time(const std::string& iso) {
    if (iso.size() < 16) return iso;
    const auto number = [&iso](std::size_t from, std::size_t length) {
        std::string digits = iso.substr(from, length);
        return digits.size() > 1 && digits.front() == '0' ? digits.substr(1) : digits;
    };
    const std::string minutes = iso.substr(14, 2) == "00" ? "" : number(14, 2) + "分";
    return number(0, 4) + "年" + number(5, 2) + "月" + number(8, 2) + "日" + number(11, 2) + "时" +
           minutes;
}

std::string chinese_day(const std::string& iso) {
    const std::string time = chinese_time(iso);
    const auto end = time.find("日");
    return end == std::string::npos ? time : time.substr(0, end + std::string_view("日").size());
}

std::string chinese_colour(const std::string& word) {
    const auto colour = rules::parse_colour(word);
    return colour ? std::string(rules::to_chinese(*colour)) : word;
}

std::string chinese_pollutant(const std::string& word) {
    static const std::map<std::string, const char*> kWords{
        {"so2", "二氧化硫"}, {"nox", "氮氧化物"}, {"pm", "颗粒物"}, {"vocs", "挥发性有机物"}};
    const auto found = kWords.find(word);
    return found == kWords.end() ? word : found->second;
}

void say(Blocks& blocks, std::string text) {
    blocks.push_back(DocxParagraph{DocxStyle::kBody, std::move(text)});
}
void head(Blocks& blocks, const char* text) {
    blocks.push_back(DocxParagraph{DocxStyle::kHeading, text});
}
void subhead(Blocks& blocks, const char* text) {
    blocks.push_back(DocxParagraph{DocxStyle::kHeading2, text});
}

void add_summary(Blocks& blocks, const json::value& report) {
    head(blocks, "一、基本情况");
    std::string text = fmt::format("预警编号{}，最高级别为{}预警。", string_or(report, "warning"),
                                   chinese_colour(string_or(report, "highest")));
    for (const json::value& one : items_of(report, "colours")) {
        text +=
            fmt::format("{}预警自{}至{}。", chinese_colour(string_or(one, "colour")),
                        chinese_time(string_or(one, "from")), chinese_time(string_or(one, "to")));
    }
    text += fmt::format("清单内企业{}家，下达指令{}份。", whole(report, "enterprises"),
                        whole(part_of(report, "receipts"), "orders"));
    const json::value* is_over = find_member(report, "is_over");
    if (is_over != nullptr && is_over->is_bool() && !is_over->get_bool()) {
        text += "响应仍在进行，以下为截至编制时的情况。";
    }
    say(blocks, std::move(text));
}

void add_course(Blocks& blocks, const json::value& report) {
    head(blocks, "二、预警过程");
    DocxTable table{{{"时间", 3}, {"事项", 8}}, {}};
    for (const json::value& one : items_of(report, "timeline")) {
        table.rows.push_back({chinese_time(string_or(one, "at")), string_or(one, "text")});
    }
    blocks.push_back(std::move(table));
}

void add_receipts(Blocks& blocks, const json::value& report) {
    const json::value& receipts = part_of(report, "receipts");
    head(blocks, "三、指令下达与签收");
    say(blocks,
        fmt::format(
            "下达指令{}份，签收{}份，接受{}份，开始执行{}份，执行完成{}份，拒绝{}份，未签收{}份。"
            "首次回执时延中位数{}分钟，95%在{}分钟以内。",
            whole(receipts, "orders"), whole(receipts, "received"), whole(receipts, "accepted"),
            whole(receipts, "executing"), whole(receipts, "done"), whole(receipts, "refused"),
            whole(receipts, "silent"), figure(receipts, "median_minutes", 0),
            figure(receipts, "p95_minutes", 0)));
}

void add_groups(Blocks& blocks, const json::value& report, const char* key, const char* name) {
    DocxTable table{
        {{name, 4}, {"落实", 2}, {"疑似违反", 2}, {"违反", 2}, {"无法判定", 2}, {"执行率", 2}}, {}};
    for (const json::value& one : items_of(report, key)) {
        table.rows.push_back({string_or(one, "name"), whole(one, "compliant"),
                              whole(one, "breach_suspected"), whole(one, "breach"),
                              whole(one, "cannot_tell"), share(one, "execution_rate")});
    }
    blocks.push_back(std::move(table));
}

void add_compliance(Blocks& blocks, const json::value& report) {
    const json::value& counts = part_of(report, "compliance");
    head(blocks, "四、措施落实情况");
    say(blocks,
        fmt::format("按读数判定：落实{}项，疑似违反{}项，违反{}项，无法判定{}项；另有{}"
                    "项没有仪器可判。可判定部分"
                    "执行率{}。疑似违反和违反均为线索，以现场核查结论为准；无法判定的不计入落实。",
                    whole(counts, "compliant"), whole(counts, "breach_suspected"),
                    whole(counts, "breach"), whole(counts, "cannot_tell"),
                    whole(report, "not_judged"), share(counts, "execution_rate")));
    subhead(blocks, "（一）按县区");
    add_groups(blocks, report, "by_county", "县区");
    subhead(blocks, "（二）按行业");
    add_groups(blocks, report, "by_trade", "行业");
}

void add_reductions(Blocks& blocks, const json::value& report) {
    head(blocks, "五、减排效果");
    DocxTable table{{{"污染物", 3},
                     {"计划（千克/日）", 3},
                     {"实现（千克/日）", 3},
                     {"不确定（千克/日）", 3},
                     {"无法判定（千克/日）", 3},
                     {"实现比例", 2},
                     {"最低比例", 2}},
                    {}};
    for (const json::value& one : items_of(report, "reductions")) {
        table.rows.push_back(
            {chinese_pollutant(string_or(one, "pollutant")), figure(one, "planned_kg_d", 1),
             figure(one, "achieved_kg_d", 1), figure(one, "uncertainty_kg_d", 1),
             figure(one, "undetermined_kg_d", 1), share(one, "share"), share(one, "floor")});
    }
    blocks.push_back(std::move(table));
}

void add_next_steps(Blocks& blocks, const json::value& report) {
    head(blocks, "六、存在问题和下一步工作");
    int number = 0;
    for (const json::value& one : items_of(report, "next_steps")) {
        if (one.is_string())
            say(blocks, fmt::format("{}．{}", ++number, std::string_view(one.get_string())));
    }
    if (number == 0) say(blocks, "无。");
}

void add_suspects(Blocks& blocks, const json::value& report) {
    head(blocks, "附：疑似违反和违反清单");
    DocxTable table{
        {{"企业", 4}, {"县区", 2}, {"生产线", 2}, {"时段", 4}, {"判定", 2}, {"情况", 7}}, {}};
    for (const json::value& one : items_of(report, "verdicts")) {
        const std::string compliance = string_or(one, "compliance");
        if (compliance != "breach" && compliance != "breach_suspected") continue;
        const json::value& window = part_of(one, "window");
        table.rows.push_back(
            {string_or(one, "name"), string_or(one, "county"), string_or(one, "line"),
             chinese_time(string_or(window, "from")) + "至" + chinese_time(string_or(window, "to")),
             string_or(one, "compliance_zh"), string_or(one, "text")});
    }
    if (table.rows.empty()) return say(blocks, "无。");
    blocks.push_back(std::move(table));
}

bool is_exercise(const json::value& report) {
    const json::value* found = find_member(report, "exercise");
    return found != nullptr && found->is_bool() && found->get_bool();
}

}  // namespace

std::string report_docx(const json::value& report) {
    Blocks blocks;
    if (is_exercise(report)) {
        blocks.push_back(
            DocxParagraph{DocxStyle::kMark, "【演练】本报告为应急演练，不涉及真实管控"});
    }
    blocks.push_back(DocxParagraph{DocxStyle::kTitle,
                                   string_or(report, "region") + "重污染天气应急响应评估报告"});
    add_summary(blocks, report);
    add_course(blocks, report);
    add_receipts(blocks, report);
    add_compliance(blocks, report);
    add_reductions(blocks, report);
    add_next_steps(blocks, report);
    blocks.push_back(DocxParagraph{DocxStyle::kIssuer, string_or(report, "issuer")});
    blocks.push_back(DocxParagraph{DocxStyle::kDate, chinese_day(string_or(report, "made_at"))});
    add_suspects(blocks, report);
    if (!items_of(report, "samples").empty()) {
        blocks.push_back(DocxParagraph{
            DocxStyle::kNote, "注：部分判定设置为样例，尚未由本局确认，见系统“待确认样例”。"});
    }
    return write_docx(blocks);
}

}  // namespace qk::plans
