// The backtest as a page: counts per winter first, then a chart per region and winter.
#include <fmt/format.h>

#include <algorithm>

#include "plans/documents/backtest.hpp"
#include "plans/documents/svg.hpp"
#include "plans/documents/windows_json.hpp"
#include "plans/text/html.hpp"

namespace qk::plans {
namespace {

using rules::Colour;
using std::chrono::days;
using std::chrono::hours;

constexpr Colour kColours[] = {Colour::kBlue, Colour::kYellow, Colour::kOrange, Colour::kRed};
constexpr int kChartWidth = 1060;
constexpr int kChartHeight = 260;

constexpr std::string_view kStyle = R"(<style>
body{font-family:"Noto Sans CJK SC","WenQuanYi Micro Hei","Microsoft YaHei",sans-serif;
margin:24px auto;max-width:1100px;padding:0 16px;color:#1f2933;background:#fff;line-height:1.5}
h1{font-size:24px}h2{font-size:19px;margin-top:32px}h3{font-size:16px;margin:20px 0 4px}
table{border-collapse:collapse;margin:8px 0 20px;font-size:14px}
th,td{border:1px solid #cbd2d9;padding:3px 8px;text-align:right}
th{background:#f0f3f6}td.t,th.t{text-align:left}
.note{color:#52606d;font-size:13px}.sample{color:#8a1c1c;font-weight:bold}
th{white-space:nowrap}td.t{white-space:nowrap}
h2,h3,h2+p{break-after:avoid}svg{break-inside:avoid}tr{break-inside:avoid}
@page{size:A4 landscape;margin:12mm}
@media print{body{margin:0;padding:0;max-width:none}th{print-color-adjust:exact}}
@media(max-width:700px){table{display:block;overflow-x:auto}}
</style>)";

std::string cell(const std::string& text, bool left = false) {
    return fmt::format("<td{}>{}</td>", left ? " class=\"t\"" : "", escape_html(text));
}

std::string counts(const std::array<int, 4>& by_colour) {
    std::string out;
    for (const Colour colour : kColours) {
        out += cell(std::to_string(by_colour[static_cast<std::size_t>(colour)]));
    }
    return out;
}

std::string season_row(const rules::SeasonCount& season) {
    const std::optional<double> lead = mean_lead_hours(season);
    return "<tr>" + cell(season.winter.empty() ? "全部时段" : season.winter + " 冬季", true) +
           cell(std::to_string(season.days)) + cell(std::to_string(season.days_without_value)) +
           counts(season.episodes) + counts(season.warned_days) +
           cell(std::to_string(season.heavy_days)) +
           cell(std::to_string(season.heavy_days_missed)) +
           cell(std::to_string(season.warned_days_not_heavy)) +
           cell(lead ? fmt::format("{:.1f}", *lead) : "—") + "</tr>\n";
}

std::string standard_section(const Backtest& backtest, std::size_t index) {
    const rules::TriggerStandard& standard = backtest.standards[index];
    std::string out =
        fmt::format("<h2>{}（{}）</h2>\n", escape_html(standard.name), escape_html(standard.id));
    out += fmt::format("<p class=\"note\">来源：{}；可信程度：{}；“N小时”读法：{}。{}</p>\n",
                       escape_html(standard.source), rules::to_chinese(standard.certainty),
                       rules::to_text(backtest.hours_as[index]), escape_html(standard.note));
    if (standard.certainty == rules::Certainty::kSample) {
        out += "<p class=\"sample\">样例，使用前请确认 (sample, confirm before use)</p>\n";
    }
    out += "<ul class=\"note\">\n";
    for (const rules::Clause& clause : standard.clauses) {
        out += fmt::format("<li>{}（{}）：{}</li>\n", rules::to_chinese(clause.colour),
                           escape_html(clause.id), escape_html(clause.text));
    }
    out +=
        "</ul>\n<table><thead><tr><th class=\"t\" rowspan=\"2\">时段</th>"
        "<th rowspan=\"2\">站日数</th><th rowspan=\"2\">缺数据</th>"
        "<th colspan=\"4\">过程次数</th><th colspan=\"4\">预警日数</th>"
        "<th rowspan=\"2\">重污染日</th><th rowspan=\"2\">漏报日</th>"
        "<th rowspan=\"2\">预警但未重污染</th><th rowspan=\"2\">平均提前（小时）</th></tr><tr>";
    for (int twice = 0; twice < 2; ++twice) {
        for (const Colour colour : kColours) {
            out += fmt::format("<th>{}</th>", rules::to_chinese(colour));
        }
    }
    out += "</tr></thead><tbody>\n";
    for (const rules::SeasonCount& season : backtest.seasons[index]) out += season_row(season);
    return out + "</tbody></table>\n";
}

std::string archive_section(const Backtest& backtest) {
    if (!backtest.with_archive) return {};
    std::string out =
        "<h2>历史预报的提前量</h2>\n<p class=\"note\">首次预报到该过程（任意等级、达到该等级）"
        "的发布时间距过程开始的小时数；空报为预报有而实况没有的窗口数。</p>\n"
        "<table><thead><tr><th class=\"t\">地区</th><th class=\"t\">标准</th><th>过程</th>"
        "<th>事前预报到</th><th>等级也到</th><th>平均提前（小时）</th><th>空报</th></tr></thead>"
        "<tbody>\n";
    for (const BacktestRegion& region : backtest.regions) {
        for (std::size_t i = 0; i < region.judged.size(); ++i) {
            const BacktestRegion::Judged& judged = region.judged[i];
            int before = 0;
            int in_colour = 0;
            std::int64_t sum = 0;
            for (const rules::EpisodeLead& lead : judged.leads) {
                if (lead.first_warned && *lead.first_warned < lead.span.from) {
                    ++before;
                    sum += (lead.span.from - *lead.first_warned) / hours{1};
                }
                if (lead.first_in_colour && *lead.first_in_colour < lead.span.from) ++in_colour;
            }
            out +=
                "<tr>" + cell(region.region, true) + cell(backtest.standards[i].id, true) +
                cell(std::to_string(judged.leads.size())) + cell(std::to_string(before)) +
                cell(std::to_string(in_colour)) +
                cell(before == 0 ? "—" : fmt::format("{:.1f}", static_cast<double>(sum) / before)) +
                cell(std::to_string(judged.false_windows)) + "</tr>\n";
        }
    }
    return out + "</tbody></table>\n";
}

// Limits that any of the standards uses, each drawn once.
std::vector<int> limits_of(const Backtest& backtest) {
    std::vector<int> limits;
    for (const rules::TriggerStandard& standard : backtest.standards) {
        for (const rules::Clause& clause : standard.clauses) {
            for (const rules::Leg& leg : clause.legs) limits.push_back(leg.aqi_above);
        }
    }
    std::ranges::sort(limits);
    limits.erase(std::ranges::unique(limits).begin(), limits.end());
    return limits;
}

std::string chart_of(const Backtest& backtest, const BacktestRegion& region,
                     const std::string& winter, rules::Span span) {
    TimeChart chart(region.region + " " + winter, span, backtest.options.trigger.zone);
    chart.size(kChartWidth, kChartHeight).unit("AQI").least_top(320);
    const auto from = std::max<std::int64_t>(0, (span.from - region.curve.first) / hours{1});
    const auto to = std::min(static_cast<std::int64_t>(region.curve.aqi.size()),
                             (span.to - region.curve.first) / hours{1});
    std::vector<TimePoint> points;
    for (std::int64_t i = from; i < to; ++i) {
        const std::int16_t aqi = region.curve.aqi[static_cast<std::size_t>(i)];
        points.push_back({region.curve.first + hours{1} * i,
                          aqi == rules::kNoAqi ? std::nullopt : std::optional<double>(aqi)});
    }
    chart.line("滚动24小时AQI", std::move(points));
    for (const int limit : limits_of(backtest)) {
        chart.threshold(limit, ">" + std::to_string(limit), "#374151");
    }
    const bool several = backtest.standards.size() > 1;
    for (std::size_t i = 0; i < region.judged.size(); ++i) {
        for (const rules::AgreedWindow& agreed : region.judged[i].windows) {
            const rules::WarningWindow& window = agreed.window;
            if (!window.span.overlaps(span)) continue;
            const rules::Span shown{std::max(window.span.from, span.from),
                                    std::min(window.span.to, span.to)};
            std::string label = std::string(rules::to_chinese(window.colour));
            if (several) label = backtest.standards[i].id + " " + label;
            chart.window(shown, label, std::string(warning_colour(rules::to_text(window.colour))),
                         several ? static_cast<int>(i) + 1 : 0);
        }
    }
    return chart.svg();
}

// October to March, cut to the series.
std::optional<rules::Span> winter_span(const rules::TriggerCoverage& coverage, int year,
                                       rules::Zone zone) {
    using std::chrono::local_days;
    const std::chrono::year first{year};
    const rules::Instant from = rules::start_of(local_days{first / 10 / 1}, zone);
    const rules::Instant to =
        rules::start_of(local_days{(first + std::chrono::years{1}) / 4 / 1}, zone);
    const rules::Span span{std::max(from, coverage.span.from), std::min(to, coverage.span.to)};
    if (span.from >= span.to) return std::nullopt;
    return span;
}

std::string region_section(const Backtest& backtest, const BacktestRegion& region) {
    const rules::Zone zone = backtest.options.trigger.zone;
    std::string out = fmt::format(
        "<h2>{}</h2>\n<p class=\"note\">{} 至 {}，共{}小时，其中{}小时"
        "无滚动24小时值（不作推断）。</p>\n",
        escape_html(region.region), rules::to_iso(rules::day_of(region.coverage.span.from, zone)),
        rules::to_iso(rules::day_of(region.coverage.span.to - hours{1}, zone)),
        region.coverage.units, region.coverage.without);
    const auto year_of = [&](rules::Instant t) {
        return static_cast<int>(std::chrono::year_month_day{rules::day_of(t, zone)}.year());
    };
    for (int year = year_of(region.coverage.span.from) - 1;
         year <= year_of(region.coverage.span.to); ++year) {
        const auto span = winter_span(region.coverage, year, zone);
        if (!span) continue;
        const std::string winter = std::to_string(year) + "-" + std::to_string(year + 1) + " 冬季";
        out += fmt::format("<h3>{}</h3>\n", winter) + chart_of(backtest, region, winter, *span);
    }
    return out;
}

}  // namespace

std::string backtest_page(const Backtest& backtest) {
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>重污染天气预警标准回算</title>\n";
    out += kStyle;
    out +=
        "</head><body>\n<h1>重污染天气预警标准回算</h1>\n"
        "<p class=\"note\">以实况作为完美预报，逐时判断各标准下应发布的预警。提前量：窗口开始到其中"
        "首个重污染日零时。重污染日：日AQI大于200"
        "（除标准另有规定外不计臭氧）。冬季：10月至次年3月。"
        "(Backtest: observations taken as a perfect forecast.)</p>\n";
    for (std::size_t i = 0; i < backtest.standards.size(); ++i) {
        out += standard_section(backtest, i);
    }
    if (backtest.standards.size() > 1) {
        out += "<p class=\"note\">图中彩条自上而下依次为：";
        for (std::size_t i = 0; i < backtest.standards.size(); ++i) {
            out += (i == 0 ? "" : "、") + escape_html(backtest.standards[i].id);
        }
        out += "。</p>\n";
    }
    out += archive_section(backtest);
    for (const BacktestRegion& region : backtest.regions) out += region_section(backtest, region);
    return out + "</body></html>\n";
}

}  // namespace qk::plans
