#include "plans/documents/report_charts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qk::plans {
namespace {

using rules::Compliance;
using rules::Instant;

constexpr std::size_t kGroupsDrawn = 14;

// A step curve that rises by one at each instant; empty when there is none.
std::vector<TimePoint> cumulative(std::vector<Instant> times, const rules::Span& span) {
    std::sort(times.begin(), times.end());
    std::vector<TimePoint> points{{span.from, 0.0}};
    double count = 0;
    for (const Instant at : times) {
        count += 1;
        if (at > span.to) break;
        if (!points.empty() && points.back().at == at)
            points.back().value = count;
        else
            points.push_back({std::max(at, span.from), count});
    }
    return points;
}

std::string moment_label(const std::string& kind) {
    if (kind == "issue") return "发布";
    if (kind == "raise") return "升级";
    if (kind == "lower") return "降级";
    if (kind == "extend") return "延长";
    if (kind == "lift") return "解除";
    return {};
}

}  // namespace

std::string aqi_chart(const WarningReport& report) {
    TimeChart chart("滚动24小时AQI · rolling 24 h AQI", report.span, report.zone);
    chart.size(960, 320).unit("AQI").least_top(250);
    for (const ColourSpan& span : report.colours) {
        chart.window(span.span, fmt::format("{}预警", rules::to_chinese(span.colour)),
                     std::string(warning_colour(rules::to_text(span.colour))));
    }
    if (!report.aqi_forecast_high.empty()) {
        chart.band("预报范围 forecast", report.aqi_forecast_low, report.aqi_forecast_high,
                   std::string(chart_colour::kPurple));
    }
    CurveStyle observed{std::string(chart_colour::kBlue), Stroke::kSolid, 2};
    chart.line("实测 observed", report.aqi_observed, observed);
    for (const AqiThreshold& threshold : report.thresholds) {
        chart.threshold(threshold.aqi, threshold.label, "#374151");
    }
    for (const ReportMoment& moment : report.moments) {
        const std::string label = moment_label(moment.kind);
        if (!label.empty()) chart.mark(moment.at, label);
    }
    return chart.svg();
}

std::string receipts_chart(const WarningReport& report) {
    std::vector<Instant> published;
    std::vector<Instant> received;
    std::vector<Instant> accepted;
    std::vector<Instant> executing;
    std::vector<Instant> done;
    rules::Span span = report.span;
    if (!report.orders.empty()) span.from = report.orders.front().published;
    const auto note = [](std::vector<Instant>& times, const std::optional<Instant>& at) {
        if (at) times.push_back(*at);
    };
    Instant last = span.from;
    for (const OrderAnswer& order : report.orders) {
        span.from = std::min(span.from, order.published);
        published.push_back(order.published);
        note(received, order.received);
        note(accepted, order.accepted);
        note(executing, order.executing);
        note(done, order.done);
        for (const auto& at : {order.received, order.accepted}) {
            if (at) last = std::max(last, *at);
        }
    }
    // The chart ends a little after the last answer: what matters is how soon they came, so one
    // that came days later must not press the others together.
    last = std::min<Instant>(last, span.from + std::chrono::hours{47});
    span.to = std::max(last + std::chrono::hours{1}, span.from + std::chrono::hours{6});
    TimeChart chart("指令与回执累计 · orders and receipts", span, report.zone);
    chart.size(960, 240).unit("家").least_top(static_cast<double>(report.orders.size()));
    const auto add = [&](const char* name, std::vector<Instant> times, std::string_view colour,
                         Stroke stroke) {
        // What came after the end of the picture is in the table, not a line at nought.
        const auto is_shown = [&span](Instant at) { return at <= span.to; };
        if (std::none_of(times.begin(), times.end(), is_shown)) return;
        chart.step(name, cumulative(std::move(times), span), {std::string(colour), stroke, 2});
    };
    add("已下达 published", std::move(published), chart_colour::kGrey, Stroke::kDashed);
    add("已签收 received", std::move(received), chart_colour::kBlue, Stroke::kSolid);
    add("已接受 accepted", std::move(accepted), chart_colour::kTeal, Stroke::kDashed);
    add("执行中 executing", std::move(executing), chart_colour::kVermilion, Stroke::kDotted);
    add("已完成 done", std::move(done), chart_colour::kPurple, Stroke::kSolid);
    return chart.svg();
}

std::string compliance_chart(const std::string& title, const std::vector<GroupCounts>& groups) {
    const std::vector<BarPart> parts{
        {"符合", "#3f9b7a"}, {"疑似违反", "#e0a030"}, {"违反", "#c0392b"}, {"无法判定", "#b4bac4"}};
    std::vector<BarRow> rows;
    for (const GroupCounts& group : groups) {
        if (rows.size() == kGroupsDrawn) break;
        const auto rate = group.counts.execution_rate();
        BarRow row;
        row.label = group.name.empty() ? "（未填）" : group.name;
        for (const Compliance compliance : {Compliance::kCompliant, Compliance::kBreachSuspected,
                                            Compliance::kBreach, Compliance::kCannotTell}) {
            row.values.push_back(static_cast<double>(group.counts.of(compliance)));
        }
        row.text = rate ? fmt::format("{}项 执行率{:.0f}%", group.counts.total(), *rate * 100)
                        : fmt::format("{}项", group.counts.total());
        rows.push_back(std::move(row));
    }
    return stacked_bars_svg(title, parts, rows);
}

std::string power_chart(const PowerCurve& curve, rules::Zone zone) {
    TimeChart chart(curve.title, curve.span, zone);
    chart.size(960, 240).unit("kW");
    chart.window(curve.window, "管控时段", "#9a6b00");
    if (!curve.baseline.empty()) {
        chart.line("基准 baseline", curve.baseline,
                   {std::string(chart_colour::kGrey), Stroke::kDashed, 1.3});
    }
    if (!curve.cap.empty()) {
        chart.step("限值 cap", curve.cap,
                   {std::string(chart_colour::kVermilion), Stroke::kDotted, 1.8});
    }
    chart.line("实测 measured", curve.measured,
               {std::string(chart_colour::kBlue), Stroke::kSolid, 1.6});
    for (const rules::Finding& finding : curve.findings) {
        chart.window(finding.span, std::string(rules::to_chinese(finding.kind)), "#c0392b", 1);
    }
    return chart.svg();
}

std::string reduction_chart(const std::vector<AchievedReduction>& rows) {
    const std::vector<BarPart> parts{{"查明减排 achieved", "#3f9b7a"},
                                     {"无法判定 undetermined", "#b4bac4"}};
    std::vector<BarRow> bars;
    for (const AchievedReduction& row : rows) {
        if (row.base_kg_d <= 0) continue;
        BarRow bar;
        bar.label = fmt::format("{}（计划{:.1f}%）", to_chinese(row.emission),
                                row.planned_kg_d / row.base_kg_d * 100);
        bar.values = {row.share * 100, row.undetermined_kg_d / row.base_kg_d * 100};
        if (row.floor) bar.target = *row.floor * 100;
        bar.text = row.floor
                       ? fmt::format("{:.1f}% ／ 底线{:.0f}%", row.share * 100, *row.floor * 100)
                       : fmt::format("{:.1f}%", row.share * 100);
        bars.push_back(std::move(bar));
    }
    return stacked_bars_svg("占全社会排放 % · 竖线为底线 · share of whole-society emission", parts,
                            bars);
}

}  // namespace qk::plans
