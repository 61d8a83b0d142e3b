// The report as JSON.
#include <cmath>

#include "plans/documents/report.hpp"
#include "plans/documents/verdict_json.hpp"
#include "plans/text/json_values.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

double rounded(double value) { return std::round(value * 1000) / 1000; }

template <class T>
json::value or_null(const std::optional<T>& value) {
    if (!value) return nullptr;
    return json::value(rounded(*value));
}

json::value time_or_null(const std::optional<rules::Instant>& at, rules::Zone zone) {
    if (!at) return nullptr;
    return json::value(rules::to_iso(*at, zone));
}

json::array to_array(const std::vector<TimePoint>& points, rules::Zone zone) {
    json::array array;
    for (const TimePoint& point : points) {
        array.emplace_back(json::array{rules::to_iso(point.at, zone), or_null(point.value)});
    }
    return array;
}

json::object to_json(const ComplianceCounts& counts) {
    json::object object;
    for (const auto compliance :
         {rules::Compliance::kCompliant, rules::Compliance::kBreachSuspected,
          rules::Compliance::kBreach, rules::Compliance::kCannotTell}) {
        object[rules::to_text(compliance)] = counts.of(compliance);
    }
    object["execution_rate"] = or_null(counts.execution_rate());
    return object;
}

json::array groups_json(const WarningReport& report, GroupBy by) {
    json::array array;
    for (const GroupCounts& group : compliance_by(report, by)) {
        json::object object = to_json(group.counts);
        object["name"] = group.name;
        array.emplace_back(std::move(object));
    }
    return array;
}

json::object receipts_json(const WarningReport& report) {
    const ReceiptFigures figures = receipt_figures(report);
    return {{"orders", figures.orders},
            {"received", figures.received},
            {"accepted", figures.accepted},
            {"executing", figures.executing},
            {"done", figures.done},
            {"refused", figures.refused},
            {"silent", figures.silent},
            {"median_minutes", or_null(figures.median_minutes)},
            {"p95_minutes", or_null(figures.p95_minutes)}};
}

json::array reductions_json(const WarningReport& report) {
    json::array array;
    for (const AchievedReduction& row : achieved_reductions(report)) {
        array.emplace_back(json::object{{"pollutant", to_text(row.emission)},
                                        {"base_kg_d", rounded(row.base_kg_d)},
                                        {"planned_kg_d", rounded(row.planned_kg_d)},
                                        {"achieved_kg_d", rounded(row.achieved_kg_d)},
                                        {"uncertainty_kg_d", rounded(row.uncertainty_kg_d)},
                                        {"undetermined_kg_d", rounded(row.undetermined_kg_d)},
                                        {"share", rounded(row.share)},
                                        {"floor", or_null(row.floor)}});
    }
    return array;
}

json::array verdicts_json(const WarningReport& report) {
    json::array array;
    for (const ReportVerdict& row : report.verdicts) {
        json::object object = plans::to_json(row.verdict, report.zone).as_object();
        object["enterprise"] = row.enterprise;
        object["name"] = row.name;
        object["county"] = row.county;
        object["trade"] = row.trade;
        object["grade"] = row.grade;
        object["line"] = row.line;
        object["action"] = rules::to_text(row.action);
        object["ratio"] = row.ratio;
        array.emplace_back(std::move(object));
    }
    return array;
}

// Of each line what it really avoided in all, by pollutant.
json::array real_lines_json(const WarningReport& report) {
    json::array array;
    for (const RealLine& line : report.real_lines) {
        json::object object{{"enterprise", line.enterprise},
                            {"county", line.county},
                            {"line", line.line},
                            {"ran_before", word(to_text(line.ran))},
                            {"hours", line.hours.size()}};
        for (const auto emission :
             {Emission::kSo2, Emission::kNox, Emission::kPm, Emission::kVocs}) {
            const ReductionSum sum = sum_of({&line, 1}, emission);
            object[to_text(emission)] =
                json::object{{"achieved_kg", rounded(sum.achieved.kg)},
                             {"uncertainty_kg", rounded(sum.achieved.uncertainty)},
                             {"planned_kg", rounded(sum.planned_kg)},
                             {"undetermined_kg", rounded(sum.undetermined_kg)}};
        }
        array.emplace_back(std::move(object));
    }
    return array;
}

}  // namespace

json::value to_json(const WarningReport& report) {
    const rules::Zone zone = report.zone;
    json::object object;
    object["warning"] = report.warning;
    object["region"] = report.region;
    object["issuer"] = report.issuer;
    object["standard"] = report.standard;
    object["edition"] = report.edition;
    object["exercise"] = report.exercise;
    object["highest"] = rules::to_text(report.highest);
    object["made_at"] = rules::to_iso(report.made_at, zone);
    object["is_over"] = report.is_over;
    json::array colours;
    for (const ColourSpan& span : report.colours) {
        json::object one = to_json(span.span, zone).as_object();
        one["colour"] = rules::to_text(span.colour);
        one["level"] = rules::level_of(span.colour);
        colours.emplace_back(std::move(one));
    }
    object["colours"] = std::move(colours);
    json::array timeline;
    for (const ReportMoment& moment : report.moments) {
        timeline.emplace_back(json::object{{"at", rules::to_iso(moment.at, zone)},
                                           {"kind", moment.kind},
                                           {"text", moment.text},
                                           {"person", moment.person}});
    }
    object["timeline"] = std::move(timeline);
    object["aqi"] = json::object{{"observed", to_array(report.aqi_observed, zone)},
                                 {"forecast_low", to_array(report.aqi_forecast_low, zone)},
                                 {"forecast_high", to_array(report.aqi_forecast_high, zone)}};
    object["enterprises"] = report.enterprises;
    object["receipts"] = receipts_json(report);
    object["compliance"] = to_json(compliance_counts(report));
    object["not_judged"] = report.not_judged;
    object["by_county"] = groups_json(report, GroupBy::kCounty);
    object["by_trade"] = groups_json(report, GroupBy::kTrade);
    object["by_grade"] = groups_json(report, GroupBy::kGrade);
    object["reductions"] = reductions_json(report);
    json::array real;
    for (const ReductionStanding& standing : report.real) real.emplace_back(to_json(standing));
    object["real_reductions"] = std::move(real);
    object["real_lines"] = real_lines_json(report);
    object["level_proposal"] = nullptr;
    if (report.level) {
        object["level_proposal"] = json::object{{"advice", word(to_text(report.level->advice))},
                                                {"reason", report.level->reason}};
    }
    object["verdicts"] = verdicts_json(report);
    json::array steps;
    for (const std::string& step : next_steps(report)) steps.emplace_back(step);
    object["next_steps"] = std::move(steps);
    json::array samples;
    for (const std::string& sample : report.samples) samples.emplace_back(sample);
    object["samples"] = std::move(samples);
    json::array orders;
    for (const OrderAnswer& order : report.orders) {
        orders.emplace_back(json::object{{"enterprise", order.enterprise},
                                         {"published", rules::to_iso(order.published, zone)},
                                         {"received", time_or_null(order.received, zone)},
                                         {"accepted", time_or_null(order.accepted, zone)},
                                         {"executing", time_or_null(order.executing, zone)},
                                         {"done", time_or_null(order.done, zone)},
                                         {"refused", time_or_null(order.refused, zone)}});
    }
    object["orders"] = std::move(orders);
    return object;
}

}  // namespace qk::plans
