// The report as a page of its own: styles inline, charts as SVG, no script. On paper the first
// sheet (A4) says all that a reader with one minute needs, and the annexes begin on the next.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "plans/documents/report.hpp"
#include "plans/documents/report_charts.hpp"
#include "plans/documents/zone_words.hpp"
#include "plans/inventory/grade_cell.hpp"
#include "plans/text/html.hpp"

namespace qk::plans {
namespace {

using rules::Compliance;

// A city has some thousands of obligations: what is listed still fits on thirty sheets or so.
constexpr std::size_t kUndeterminedListed = 300;
constexpr std::size_t kVerdictsListed = 500;

constexpr std::string_view kStyle = R"(
body{--accent:#6b7280}body.blue{--accent:#2b6cb0}body.yellow{--accent:#d9a400}
body.orange{--accent:#e8710a}body.red{--accent:#c5221f}
:root{--ink:#1f2937;--dim:#6b7280;--line:#e5e7eb;--soft:#f6f7f9}
*{box-sizing:border-box}
body{margin:0;background:#fff;color:var(--ink);
font:14px/1.65 'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','WenQuanYi Micro Hei',sans-serif}
main{max-width:1040px;margin:0 auto;padding:28px 32px 60px}
header{border-bottom:3px solid var(--accent);padding-bottom:14px;margin-bottom:20px}
h1{font-size:24px;margin:0 0 6px;line-height:1.3}
h1 small{display:block;font-size:13px;font-weight:400;color:var(--dim)}
h2{font-size:17px;margin:34px 0 12px;padding-left:10px;border-left:4px solid var(--accent)}
h2 span,h3 span,th span,.card span{color:var(--dim);font-weight:400;font-size:12px;margin-left:6px}
h3{font-size:14px;margin:18px 0 6px}
.badge{display:inline-block;padding:2px 10px;border-radius:4px;color:#fff;
font-weight:600;font-size:13px;background:var(--accent)}
.drill{background:#4c1d95;color:#fff;padding:8px 14px;border-radius:4px;font-weight:600;margin:0 0 14px}
.meta{color:var(--dim);font-size:13px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:12px;margin:16px 0}
.card{background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:12px 14px}
.card b{display:block;font-size:23px;line-height:1.25;font-variant-numeric:tabular-nums}
.card i{font-style:normal;color:var(--dim);font-size:12px}
.card.bad b{color:#b42318}.card.good b{color:#0b6b50}
table{border-collapse:collapse;width:100%;margin:8px 0 14px;font-size:13px}
th{text-align:left;background:var(--soft);font-weight:600}
th,td{border-bottom:1px solid var(--line);padding:5px 8px;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.t{white-space:nowrap;font-variant-numeric:tabular-nums}
.tag{display:inline-block;padding:0 7px;border-radius:3px;font-size:12px;font-weight:600;white-space:nowrap}
.compliant{background:#e3f4ec;color:#0b6b50}.breach{background:#fde7e4;color:#b42318}
.breach_suspected{background:#fdf0d9;color:#8a5300}.cannot_tell{background:#e9ebef;color:#4b5563}
.chart{border:1px solid var(--line);border-radius:6px;padding:8px 10px 4px;margin:10px 0}
.note{color:var(--dim);font-size:12.5px}
.curve{break-inside:avoid}svg{display:block}
ol.steps li{margin:5px 0}
footer{margin-top:36px;padding-top:10px;border-top:1px solid var(--line);color:var(--dim);font-size:12px}
@page{size:A4;margin:14mm 12mm}tr{break-inside:avoid}thead{display:table-header-group}
th{white-space:nowrap}
.signed{text-align:right;margin:18px 24px 0}.signed p{margin:2px 0}
.annexes{margin-top:44px;border-top:3px double var(--line)}
@media print{.badge,.tag,.drill,th,.card{print-color-adjust:exact}
main{max-width:none;padding:0}.chart,.cards{break-inside:avoid}h2{break-after:avoid;margin:20px 0 8px}
body{font-size:12px;line-height:1.55}table{font-size:11.5px}.cards{gap:8px;margin:10px 0}
.card{padding:6px 10px}.card b{font-size:18px}
.annexes{break-before:page;margin-top:0;border-top:0}header{margin-bottom:8px;padding-bottom:8px}
h1{font-size:20px}
.first h2{margin:12px 0 5px;font-size:14px}.first p{margin:3px 0}.first .meta{font-size:11px}
.first td,.first th{padding:3px 6px}
.first .cards{grid-template-columns:repeat(6,1fr);gap:6px;margin:8px 0}
.first .card{padding:5px 7px}.first .card i{display:none}
.first .chart{margin:6px 0;padding:4px}.first .chart svg{max-height:44mm}ol.steps{margin:4px 0}
ol.steps li{margin:1px 0}
.signed{margin-top:8px}}
@media screen and (max-width:640px){main{padding:16px}h1{font-size:20px}
h2 span,h3 span{display:block;margin:0}
table,tbody,tr,td{display:block;width:100%}thead{display:none}
tr{padding:7px 0;border-bottom:1px solid var(--line)}
td,td.n,td.t{border:0;padding:1px 0;text-align:left;white-space:normal;overflow-wrap:anywhere}
td[data-h]::before{content:attr(data-h) '：';color:var(--dim)}.chart{overflow-x:auto}
.chart svg{min-width:520px}.signed{margin:18px 0 0}}
)";

std::string h2(std::string_view chinese, std::string_view english) {
    return fmt::format("<h2>{}<span lang=\"en\">{}</span></h2>", chinese, english);
}

// Annexes are numbered: the first sheet and other papers cite them.
std::string annex(int number, std::string_view chinese, std::string_view english) {
    return fmt::format("<h2>附件{} {}<span lang=\"en\">Annex {}: {}</span></h2>", number, chinese,
                       number, english);
}

// On a telephone, where a row is a card, each cell says the head of its column.
std::string cell(std::string_view head, std::string_view html, std::string_view style = {}) {
    return fmt::format("<td{} data-h=\"{}\">{}</td>",
                       style.empty() ? std::string() : fmt::format(" class=\"{}\"", style), head,
                       html);
}
std::string figure_cell(std::string_view head, double value) {
    return cell(head, fmt::format("{:.0f}", value), "n");
}

std::string listed_elsewhere(std::size_t count) {
    return fmt::format("<p class=\"note\">另有{}项，见值班台“核查”。</p>", count);
}

std::string percent(const std::optional<double>& share) {
    return share ? fmt::format("{:.1f}%", *share * 100) : "—";
}

std::string tag(Compliance compliance) {
    return fmt::format(R"(<span class="tag {}">{}</span>)", rules::to_text(compliance),
                       rules::to_chinese(compliance));
}

std::string card(std::string_view value, std::string_view name, std::string_view english,
                 std::string_view mood = {}) {
    return fmt::format(R"(<div class="card {}"><b>{}</b>{}<br><i lang="en">{}</i></div>)", mood,
                       escape_html(value), name, english);
}

std::string kind_chinese(const std::string& kind) {
    static const std::map<std::string, std::string> words{
        {"forecast", "预报"},  {"proposal", "建议"},    {"consultation", "会商"},
        {"signature", "签发"}, {"issue", "发布"},       {"effective", "生效"},
        {"raise", "升级"},     {"lower", "降级"},       {"extend", "延长"},
        {"lift", "解除"},      {"suspend", "转为提示"}, {"reject", "未采纳"},
        {"evaluate", "评估"},  {"prompt", "区域提示"},  {"merge", "合并"}};
    const auto found = words.find(kind);
    return found == words.end() ? kind : found->second;
}

std::string header_html(const WarningReport& report) {
    std::string out = "<header>";
    if (report.exercise) {
        out +=
            R"(<p class="drill">演练 · 本报告为应急演练，不涉及真实管控 <span lang="en">EXERCISE</span></p>)";
    }
    out += fmt::format(
        "<h1>{}重污染天气应急响应评估报告<small lang=\"en\">Evaluation of a heavy-pollution "
        "weather "
        "response</small></h1>",
        escape_html(report.region));
    out += fmt::format(
        R"(<p class="meta"><span class="badge">{}预警 · {}响应</span> 预警编号 {} · 判定标准 {} · 清单版本 {} · 编制 {}{}</p>)",
        rules::to_chinese(report.highest), rules::level_in_chinese(report.highest),
        escape_html(report.warning),
        escape_html(report.standard_name.empty() ? report.standard : report.standard_name),
        escape_html(report.edition),
        rules::to_iso(report.made_at, report.zone).substr(0, 16).replace(10, 1, " "),
        report.is_over ? "" : " · <b>响应进行中，以下为截至编制时的情况</b>");
    if (!report.colours.empty()) {
        out += R"(<p class="meta">)";
        for (const ColourSpan& span : report.colours) {
            out += fmt::format("{}{}至{}　", rules::to_chinese(span.colour),
                               rules::to_chinese(span.span.from, report.zone),
                               rules::to_chinese(span.span.to, report.zone));
        }
        out += "</p>";
    }
    return out + "</header>";
}

std::string cards_html(const WarningReport& report) {
    const ComplianceCounts counts = compliance_counts(report);
    const ReceiptFigures receipts = receipt_figures(report);
    double hours = 0;
    for (const ColourSpan& span : report.colours) {
        hours += static_cast<double>(span.span.length().count()) / 3600;
    }
    std::string out = R"(<div class="cards">)";
    out += card(fmt::format("{:.0f}小时", hours), "预警时长", "under warning");
    out += card(fmt::format("{}", receipts.orders), "下达指令", "orders");
    out += card(receipts.p95_minutes ? fmt::format("{:.0f}分钟", *receipts.p95_minutes) : "—",
                "95%回执时延", "receipts, 95th percentile");
    out += card(percent(counts.execution_rate()), "执行率（可判定部分）",
                "executed, of what can be told",
                counts.execution_rate().value_or(1) >= 0.95 ? "good" : "");
    const std::size_t bad =
        counts.of(Compliance::kBreach) + counts.of(Compliance::kBreachSuspected);
    out += card(fmt::format("{} + {}", counts.of(Compliance::kBreach),
                            counts.of(Compliance::kBreachSuspected)),
                "违反 + 疑似", "breach + suspected", bad > 0 ? "bad" : "good");
    out += card(fmt::format("{}", counts.of(Compliance::kCannotTell)), "无法判定", "cannot tell");
    return out + "</div>";
}

std::string timeline_html(const WarningReport& report) {
    std::string out = annex(1, "过程", "timeline");
    out +=
        "<table><thead><tr><th>时间<span>time</span></th><th>环节<span>step</span></th>"
        "<th>内容<span>what</span></th><th>责任人<span>who</span></th></tr></thead><tbody>";
    for (const ReportMoment& moment : report.moments) {
        out += "<tr>" +
               cell("时间", rules::to_iso(moment.at, report.zone).substr(0, 16).replace(10, 1, " "),
                    "t") +
               cell("环节", kind_chinese(moment.kind)) + cell("内容", escape_html(moment.text)) +
               cell("责任人", moment.office.empty() ? "—" : escape_html(moment.office)) + "</tr>";
    }
    return out + "</tbody></table>";
}

std::string receipts_html(const WarningReport& report) {
    const ReceiptFigures f = receipt_figures(report);
    std::string out = annex(2, "指令与回执", "orders and receipts");
    out += R"(<div class="chart">)" + receipts_chart(report) + "</div>";
    const auto minutes = [](const std::optional<double>& value) {
        return value ? fmt::format("{:.0f} 分钟", *value) : std::string("—");
    };
    const std::pair<const char*, std::string> columns[] = {
        {"指令", std::to_string(f.orders)},     {"已签收", std::to_string(f.received)},
        {"已接受", std::to_string(f.accepted)}, {"执行中", std::to_string(f.executing)},
        {"已完成", std::to_string(f.done)},     {"拒绝", std::to_string(f.refused)},
        {"未回执", std::to_string(f.silent)},   {"时延中位数", minutes(f.median_minutes)},
        {"95%时延", minutes(f.p95_minutes)}};
    std::string head;
    std::string row;
    for (const auto& [name, value] : columns) {
        head += fmt::format("<th class=\"n\">{}</th>", name);
        row += cell(name, value, "n");
    }
    out += "<table><thead><tr>" + head + "</tr></thead><tbody><tr>" + row + "</tr></tbody></table>";
    return out;
}

std::string groups_table(const WarningReport& report, GroupBy by, std::string_view chinese,
                         std::string_view english) {
    std::string out = fmt::format(
        "<table><thead><tr><th>{}<span>{}</span></th><th class=\"n\">符合</th><th "
        "class=\"n\">疑似</th>"
        "<th class=\"n\">违反</th><th class=\"n\">无法判定</th><th "
        "class=\"n\">执行率</th></tr></thead><tbody>",
        chinese, english);
    for (const GroupCounts& group : compliance_by(report, by)) {
        const std::string name = by == GroupBy::kGrade && !group.name.empty()
                                     ? grade_in_chinese(group.name)
                                     : group.name;
        const ComplianceCounts& counts = group.counts;
        out += "<tr>" + cell(chinese, name.empty() ? "（未填）" : escape_html(name)) +
               cell("符合", std::to_string(counts.of(Compliance::kCompliant)), "n") +
               cell("疑似", std::to_string(counts.of(Compliance::kBreachSuspected)), "n") +
               cell("违反", std::to_string(counts.of(Compliance::kBreach)), "n") +
               cell("无法判定", std::to_string(counts.of(Compliance::kCannotTell)), "n") +
               cell("执行率", percent(counts.execution_rate()), "n") + "</tr>";
    }
    return out + "</tbody></table>";
}

// Worst first: breach, suspected; within each the largest excess.
std::vector<const ReportVerdict*> worst_verdicts(const WarningReport& report) {
    std::vector<const ReportVerdict*> worst;
    for (const ReportVerdict& verdict : report.verdicts) {
        if (rules::is_lead(verdict.verdict)) worst.push_back(&verdict);
    }
    std::stable_sort(worst.begin(), worst.end(), [](const auto* a, const auto* b) {
        if (a->verdict.compliance != b->verdict.compliance) {
            return a->verdict.compliance > b->verdict.compliance;
        }
        return a->verdict.measured_kwh - a->verdict.allowed_kwh >
               b->verdict.measured_kwh - b->verdict.allowed_kwh;
    });
    return worst;
}

std::string verdicts_html(const WarningReport& report) {
    std::string out = annex(3, "执行情况", "who did what was ordered");
    out +=
        R"(<p class="note">研判结论是线索：违反须经现场核查确认，不直接作为处罚依据；数据缺失、读数为零或标记无效一律不作为违反或符合的依据。</p>)";
    out += R"(<div class="chart">)" +
           compliance_chart("按县区 · by county", compliance_by(report, GroupBy::kCounty)) +
           "</div>";
    out += R"(<div class="chart">)" +
           compliance_chart("按行业 · by trade", compliance_by(report, GroupBy::kTrade)) + "</div>";
    out += groups_table(report, GroupBy::kCounty, "县区", "county");
    out += groups_table(report, GroupBy::kGrade, "绩效等级", "grade");
    const auto worst = worst_verdicts(report);
    if (worst.empty()) return out + "<p>没有违反或疑似违反的措施。</p>";
    out +=
        "<h3>违反与疑似违反<span lang=\"en\">breaches and suspicions</span></h3>"
        "<table><thead><tr><th>企业</th><th>措施</th><th>结论</th><th class=\"n\">实测 kWh</th>"
        "<th class=\"n\">允许 kWh</th><th>依据</th></tr></thead><tbody>";
    for (std::size_t i = 0; i < worst.size() && i < kVerdictsListed; ++i) {
        const ReportVerdict& row = *worst[i];
        const std::string of =
            fmt::format("{}<br><span class=\"note\">{} {} {}</span>", escape_html(row.name),
                        escape_html(row.county), escape_html(row.trade),
                        escape_html(grade_in_chinese(row.grade)));
        const std::string owed =
            fmt::format("{} {}", escape_html(row.line), rules::to_chinese(row.action));
        out += "<tr>" + cell("企业", of) + cell("措施", owed, "t") +
               cell("结论", tag(row.verdict.compliance)) +
               figure_cell("实测 kWh", row.verdict.measured_kwh) +
               figure_cell("允许 kWh", row.verdict.allowed_kwh) +
               cell("依据", row.verdict.findings.empty()
                                ? std::string()
                                : escape_html(row.verdict.findings.front().text)) +
               "</tr>";
    }
    out += "</tbody></table>";
    if (worst.size() > kVerdictsListed) out += listed_elsewhere(worst.size() - kVerdictsListed);
    return out;
}

std::string curves_html(const WarningReport& report) {
    if (report.curves.empty()) return {};
    std::string out =
        "<h3>功率曲线与限值<span lang=\"en\">power against the cap, worst cases</span></h3>";
    for (const PowerCurve& curve : report.curves) {
        out += fmt::format(R"(<div class="chart curve">{}<p class="note">{} {}</p></div>)",
                           power_chart(curve, report.zone), tag(curve.compliance),
                           escape_html(curve.text));
    }
    return out;
}

// Only of what ran in the 30 days before, and what that proposes to people.
std::string real_html(const WarningReport& report) {
    if (report.real.empty()) return {};
    std::string out =
        "<h3>实际减排（此前30日运行过的设备）<span lang=\"en\">real reduction: equipment that ran "
        "in "
        "the 30 days before</span></h3><ul>";
    for (const ReductionStanding& standing : report.real) {
        out += "<li>" + escape_html(sentence_of(standing)) + "</li>";
    }
    out += "</ul>";
    if (report.level) {
        out += "<p class=\"note\">供研究，由人决定：" + escape_html(report.level->reason) + "</p>";
    }
    return out;
}

std::string reductions_table(const std::vector<AchievedReduction>& rows) {
    std::string out =
        "<table><thead><tr><th>污染物</th><th class=\"n\">全社会排放 kg/d</th><th class=\"n\">计划 "
        "kg/d</th>"
        "<th class=\"n\">查明 kg/d</th><th class=\"n\">不确定度 ±</th><th class=\"n\">无法判定 "
        "kg/d</th>"
        "<th class=\"n\">查明占比</th><th class=\"n\">底线</th><th>结果</th></tr></thead><tbody>";
    for (const AchievedReduction& row : rows) {
        std::string_view result = "—";
        if (row.floor) {
            const double sure = row.achieved_kg_d - row.uncertainty_kg_d;
            const double best = row.achieved_kg_d + row.uncertainty_kg_d + row.undetermined_kg_d;
            const double need = *row.floor * row.base_kg_d;
            result = sure >= need ? "达到" : best < need ? "未达到" : "尚不能断定";
        }
        out += "<tr>" + cell("污染物", to_chinese(row.emission)) +
               figure_cell("全社会排放 kg/d", row.base_kg_d) +
               figure_cell("计划 kg/d", row.planned_kg_d) +
               figure_cell("查明 kg/d", row.achieved_kg_d) +
               figure_cell("不确定度 ±", row.uncertainty_kg_d) +
               figure_cell("无法判定 kg/d", row.undetermined_kg_d) +
               cell("查明占比", fmt::format("{:.1f}%", row.share * 100), "n") +
               cell("底线", percent(row.floor), "n") + cell("结果", result) + "</tr>";
    }
    return out + "</tbody></table>";
}

std::string reductions_html(const WarningReport& report) {
    std::string out = annex(4, "减排量的核算", "how the reduction was reckoned");
    out += R"(<div class="chart">)" + reduction_chart(achieved_reductions(report)) + "</div>";
    out += real_html(report);
    const std::string_view uncertainty =
        report.real.empty() ? "不确定度含基准日间波动与一成的代理误差。"
                            : "按小时计，不确定度为基准用电误差的两倍，不含以用电代理排放的误差。";
    return out + "<p class=\"note\">查明减排量以用电代理：产线日排放 × 较基准少用的电量份额；" +
           std::string(uncertainty) + "无法判定和仪表不能反映的部分单列，不计入查明。</p>";
}

std::string undetermined_html(const WarningReport& report) {
    std::string out = annex(5, "无法判定", "what nobody can tell, and why");
    std::size_t count = 0;
    std::string rows;
    for (const ReportVerdict& row : report.verdicts) {
        if (row.verdict.compliance != Compliance::kCannotTell) continue;
        if (++count > kUndeterminedListed) continue;
        std::string causes;
        for (const rules::Finding& finding : row.verdict.findings) {
            if (!causes.empty()) causes += "；";
            causes += finding.text;
        }
        const std::string owed =
            fmt::format("{} {}", escape_html(row.line), rules::to_chinese(row.action));
        rows += "<tr>" + cell("企业", escape_html(row.name)) +
                cell("县区", escape_html(row.county), "t") + cell("措施", owed, "t") +
                cell("覆盖率", fmt::format("{:.0f}%", row.verdict.coverage * 100), "n") +
                cell("原因", escape_html(causes)) + "</tr>";
    }
    if (count == 0) return out + "<p>没有无法判定的措施。</p>";
    out +=
        "<table><thead><tr><th>企业</th><th>县区</th><th>措施</th><th "
        "class=\"n\">覆盖率</th><th>原因</th></tr>"
        "</thead><tbody>" +
        rows + "</tbody></table>";
    if (count > kUndeterminedListed) out += listed_elsewhere(count - kUndeterminedListed);
    return out;
}

std::string steps_html(const WarningReport& report) {
    std::string out = h2("三、下一步", "Next steps") + "<ol class=\"steps\">";
    for (const std::string& step : next_steps(report)) {
        out += "<li>" + escape_html(step) + "</li>";
    }
    return out + "</ol>";
}

std::string samples_html(const WarningReport& report) {
    if (report.samples.empty()) return {};
    std::string out =
        annex(6, "使用中的样例设定", "samples in use, confirm before relying on them");
    out += "<ul class=\"note\">";
    for (const std::string& sample : report.samples) {
        out += "<li>" + escape_html(sample) + "</li>";
    }
    return out + "</ul>";
}

// What was in force, who answered, what was cut, what follows; and whose paper it is.
std::string first_sheet(const WarningReport& report) {
    std::string out = "<div class=\"first\">" + header_html(report) + cards_html(report);
    out += h2("一、概况", "In short");
    for (const std::string& line : summary_lines(report)) {
        out += "<p>" + escape_html(line) + "</p>";
    }
    out += R"(<div class="chart">)" + aqi_chart(report) + "</div>";
    out += h2("二、减排量", "Reduction against plan and floor");
    out += reductions_table(achieved_reductions(report)) + steps_html(report);
    out += fmt::format(
        "<p class=\"note\">附件：1 过程　2 指令与回执　3 执行情况　4 减排量的核算　5 "
        "无法判定{}</p>",
        report.samples.empty() ? "" : "　6 使用中的样例设定");
    const std::string day = rules::to_chinese(report.made_at, report.zone);
    return out + fmt::format("<div class=\"signed\"><p>{}</p><p>{}年{}</p></div></div>",
                             escape_html(report.issuer),
                             rules::to_iso(report.made_at, report.zone).substr(0, 4),
                             day.substr(0, day.find("日") + std::string_view("日").size()));
}

}  // namespace

std::string_view report_style() { return kStyle; }

std::string to_html(const WarningReport& report) {
    std::string out =
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">";
    out += fmt::format("<title>{}重污染天气应急响应评估报告 {}</title>", escape_html(report.region),
                       escape_html(report.warning));
    out += fmt::format("<style>{}</style></head><body class=\"{}\"><main>", kStyle,
                       rules::to_text(report.highest));
    out += first_sheet(report) + "<div class=\"annexes\">" + timeline_html(report);
    out += receipts_html(report) + verdicts_html(report) + curves_html(report);
    out += reductions_html(report) + undetermined_html(report) + samples_html(report) + "</div>";
    out += fmt::format(
        "<footer>{} · 时间均为{} · 晴空 Qingkong · 本页自成一体，可直接打印或存档。</footer>",
        escape_html(report.issuer), zone_in_chinese(report.zone));
    return out + "</main></body></html>";
}

}  // namespace qk::plans
