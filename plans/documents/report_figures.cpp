// The figures of a report.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "plans/documents/report.hpp"

namespace qk::plans {
namespace {

using rules::Compliance;
using rules::Instant;

std::optional<Instant> first_answer(const OrderAnswer& order) {
    std::optional<Instant> first;
    for (const auto& at :
         {order.received, order.accepted, order.executing, order.done, order.refused}) {
        if (at && (!first || *at < *first)) first = at;
    }
    return first;
}

// The smallest value that at least `share` of the sorted values do not exceed.
double quantile_of(const std::vector<double>& sorted, double share) {
    const double place = std::ceil(share * static_cast<double>(sorted.size())) - 1;
    return sorted[static_cast<std::size_t>(std::max(0.0, place))];
}

const std::string& group_name(const ReportVerdict& verdict, GroupBy by) {
    switch (by) {
        case GroupBy::kCounty:
            return verdict.county;
        case GroupBy::kTrade:
            return verdict.trade;
        case GroupBy::kGrade:
            return verdict.grade;
    }
    return verdict.county;
}

// Share of normal energy that was not drawn; empty where it cannot be told.
std::optional<double> share_cut(const rules::Verdict& verdict) {
    if (verdict.compliance == Compliance::kCannotTell) return std::nullopt;
    if (!verdict.normal_kwh || *verdict.normal_kwh <= 0) return std::nullopt;
    return std::clamp(1 - verdict.measured_kwh / *verdict.normal_kwh, 0.0, 1.0);
}

// What real_reduction.hpp found, as rows of the report.
std::vector<AchievedReduction> real_rows(const WarningReport& report) {
    constexpr double kDeviations = 2;  // as in its sentences
    std::vector<AchievedReduction> rows;
    for (const ReductionStanding& standing : report.real) {
        const ReductionSum& sum = standing.sum;
        const double days = sum.hours / 24;
        const auto per_day = [days](double kg) { return days > 0 ? kg / days : 0; };
        AchievedReduction row;
        row.emission = standing.emission;
        row.base_kg_d = standing.base_kg_d;
        row.planned_kg_d = per_day(sum.planned_kg);
        row.achieved_kg_d = per_day(sum.achieved.kg);
        row.uncertainty_kg_d = kDeviations * per_day(sum.achieved.uncertainty);
        row.undetermined_kg_d = per_day(sum.undetermined_kg);
        row.share = row.base_kg_d > 0 ? row.achieved_kg_d / row.base_kg_d : 0;
        row.floor = standing.floor;
        rows.push_back(row);
    }
    return rows;
}

// Only stops and limits of load cut emission in a way that power can show.
bool counts_for_reduction(const ReportVerdict& verdict) {
    return verdict.action == rules::Action::kStop || verdict.action == rules::Action::kLimitLoad ||
           verdict.action == rules::Action::kStopProcess;
}

}  // namespace

std::optional<double> ComplianceCounts::execution_rate() const {
    const std::size_t known = total() - of(Compliance::kCannotTell);
    if (known == 0) return std::nullopt;
    return static_cast<double>(of(Compliance::kCompliant)) / static_cast<double>(known);
}

ReceiptFigures receipt_figures(const WarningReport& report) {
    ReceiptFigures figures;
    std::vector<double> minutes;
    for (const OrderAnswer& order : report.orders) {
        ++figures.orders;
        if (order.received) ++figures.received;
        if (order.accepted) ++figures.accepted;
        if (order.executing) ++figures.executing;
        if (order.done) ++figures.done;
        if (order.refused) ++figures.refused;
        const auto first = first_answer(order);
        if (!first) {
            ++figures.silent;
            continue;
        }
        minutes.push_back(
            std::max(0.0, static_cast<double>((*first - order.published).count()) / 60));
    }
    if (minutes.empty()) return figures;
    std::sort(minutes.begin(), minutes.end());
    figures.median_minutes = quantile_of(minutes, 0.5);
    figures.p95_minutes = quantile_of(minutes, 0.95);
    return figures;
}

ComplianceCounts compliance_counts(const WarningReport& report) {
    ComplianceCounts counts;
    for (const ReportVerdict& verdict : report.verdicts) {
        ++counts.by[static_cast<std::size_t>(verdict.verdict.compliance)];
    }
    return counts;
}

std::vector<GroupCounts> compliance_by(const WarningReport& report, GroupBy by) {
    std::map<std::string, ComplianceCounts> groups;
    for (const ReportVerdict& verdict : report.verdicts) {
        ++groups[group_name(verdict, by)].by[static_cast<std::size_t>(verdict.verdict.compliance)];
    }
    std::vector<GroupCounts> answer;
    for (const auto& [name, counts] : groups) answer.push_back({name, counts});
    std::stable_sort(answer.begin(), answer.end(), [](const GroupCounts& a, const GroupCounts& b) {
        return a.counts.total() > b.counts.total();
    });
    return answer;
}

std::vector<AchievedReduction> achieved_reductions(const WarningReport& report) {
    // One paper states one figure: where readings were counted hour by hour, that is it.
    if (!report.real.empty()) return real_rows(report);
    std::vector<AchievedReduction> answer;
    for (const PlannedReduction& planned : report.planned) {
        AchievedReduction row;
        row.emission = planned.emission;
        row.base_kg_d = planned.base_kg_d;
        row.planned_kg_d = planned.planned_kg_d;
        row.floor = planned.floor;
        row.undetermined_kg_d = planned.unseen_kg_d;
        double variance = 0;
        for (const ReportVerdict& verdict : report.verdicts) {
            const double kg = verdict.emission.kg(planned.emission);
            if (kg <= 0 || !counts_for_reduction(verdict)) continue;
            const auto cut = share_cut(verdict.verdict);
            if (!cut) {
                row.undetermined_kg_d += kg * verdict.ratio;
                continue;
            }
            row.achieved_kg_d += kg * *cut;
            const double spread =
                verdict.verdict.baseline ? verdict.verdict.baseline->uncertainty : 0;
            // Power follows emission only roughly; a tenth is granted for that.
            const double off = kg * *cut * std::hypot(spread, 0.1);
            variance += off * off;
        }
        row.uncertainty_kg_d = std::sqrt(variance);
        row.share = row.base_kg_d > 0 ? row.achieved_kg_d / row.base_kg_d : 0;
        answer.push_back(row);
    }
    return answer;
}

std::vector<std::string> summary_lines(const WarningReport& report) {
    std::string course = report.exercise  ? "本次为演练。"
                         : report.is_over ? ""
                                          : "响应仍在进行，以下截至编制时。";
    for (const ColourSpan& one : report.colours) {
        course += fmt::format("{}预警（{}响应）自{}至{}。", rules::to_chinese(one.colour),
                              rules::level_in_chinese(one.colour),
                              rules::to_chinese(one.span.from, report.zone),
                              rules::to_chinese(one.span.to, report.zone));
    }
    if (report.colours.empty()) course += "预警尚未生效。";
    const ReceiptFigures receipts = receipt_figures(report);
    std::string orders = fmt::format(
        "清单内企业{}家，下达指令{}份，{}家回执，{}家未回执，{}家拒绝。", report.enterprises,
        receipts.orders, receipts.orders - receipts.silent, receipts.silent, receipts.refused);
    const ComplianceCounts counts = compliance_counts(report);
    std::string kept = fmt::format(
        "按读数研判{}项措施：符合{}项，疑似违反{}项，违反{}项，无法判定{}项", counts.total(),
        counts.of(Compliance::kCompliant), counts.of(Compliance::kBreachSuspected),
        counts.of(Compliance::kBreach), counts.of(Compliance::kCannotTell));
    if (const auto rate = counts.execution_rate()) {
        kept += fmt::format("；可判定部分执行率{:.1f}%", *rate * 100);
    }
    kept += "。研判结论是线索，以现场核查结论为准。";
    return {std::move(course), std::move(orders), std::move(kept)};
}

std::vector<std::string> next_steps(const WarningReport& report) {
    std::vector<std::string> steps;
    const ComplianceCounts counts = compliance_counts(report);
    const ReceiptFigures receipts = receipt_figures(report);
    if (counts.of(Compliance::kBreach) > 0) {
        steps.push_back(
            fmt::format("对{}项认定违反的义务逐一现场核查，核实后按程序处理；"
                        "研判结论是线索，不直接作为处罚依据。",
                        counts.of(Compliance::kBreach)));
    }
    if (counts.of(Compliance::kBreachSuspected) > 0) {
        steps.push_back(fmt::format("对{}项疑似违反的义务调取台账、视频复核。",
                                    counts.of(Compliance::kBreachSuspected)));
    }
    if (counts.of(Compliance::kCannotTell) > 0) {
        steps.push_back(
            fmt::format("对{}项无法判定的义务排查电表离线、断电和漏装，"
                        "下次响应前补齐监测。",
                        counts.of(Compliance::kCannotTell)));
    }
    if (receipts.silent > 0) {
        steps.push_back(fmt::format("{}家企业未回执，核对联系人并电话确认，必要时由县区送达。",
                                    receipts.silent));
    }
    for (const AchievedReduction& row : achieved_reductions(report)) {
        if (!row.floor || row.share >= *row.floor) continue;
        steps.push_back(fmt::format(
            "{}已查明减排占全社会排放{:.1f}%，低于底线{:.0f}%（另有{:.0f}千克/日无法判定），"
            "复核清单措施或提高执行率。",
            to_chinese(row.emission), row.share * 100, *row.floor * 100, row.undetermined_kg_d));
    }
    if (report.not_judged > 0) {
        steps.push_back(fmt::format("{}项义务无法用仪表核查（自主减排、台账类），以现场抽查评估。",
                                    report.not_judged));
    }
    if (!report.samples.empty()) {
        steps.push_back(
            fmt::format("{}项参数为样本，请当地确认后再用于正式考核。", report.samples.size()));
    }
    if (steps.empty()) steps.emplace_back("没有需要跟进的事项。");
    return steps;
}

}  // namespace qk::plans
