#include "plans/documents/verdict_json.hpp"

#include <cmath>

#include "plans/response/delivery_json.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_parts.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

// Three decimals are below what any meter resolves and keep the text short.
double rounded(double value) { return std::round(value * 1000) / 1000; }

rules::Span span_in(JsonFields& fields, rules::Zone zone) {
    const rules::Instant from = fields.instant("from", zone);
    return {from, fields.instant("to", zone)};
}

rules::Finding finding_from(const json::value& value, const std::string& path,
                            const std::string& file, rules::Zone zone, rules::Faults& faults) {
    JsonFields fields(value, path, file, faults);
    rules::Finding finding;
    const std::string kind = fields.text("kind");
    if (const auto known = rules::parse_finding_kind(kind))
        finding.kind = *known;
    else
        fields.fault("kind", "'" + kind + "' is not a kind of finding", "line_running, ...");
    finding.span = span_in(fields, zone);
    finding.meter = fields.maybe_text("meter");
    finding.measured = fields.number("measured");
    finding.allowed = fields.number("allowed");
    finding.unit = fields.maybe_text("unit");
    finding.text = fields.text("text");
    for (const std::string& end : fields.maybe_texts("readings")) {
        if (const auto at = rules::parse_instant(end, zone)) finding.from.push_back(*at);
    }
    if (const json::value* missing = fields.member("missing")) {
        for (const json::value& element : missing->as_array()) {
            JsonFields inner(element, fields.path_of("missing"), file, faults);
            finding.missing.push_back(span_in(inner, zone));
        }
    }
    return finding;
}

rules::Interval interval_from(JsonFields& of, std::string_view key, const std::string& file,
                              rules::Faults& faults) {
    JsonFields fields(or_null(of.member(key)), of.path_of(key), file, faults);
    return {fields.number("low_kwh"), fields.number("high_kwh")};
}

std::optional<rules::CalibrationUsed> calibration_from(const json::value& value,
                                                       const std::string& file,
                                                       rules::Faults& faults) {
    JsonFields fields(value, "baseline.calibration", file, faults);
    rules::CalibrationUsed used;
    used.interval_90 = interval_from(fields, "interval_90", file, faults);
    used.interval_99 = interval_from(fields, "interval_99", file, faults);
    used.days_tried = static_cast<int>(fields.whole_number("days_tried", 0, 100'000));
    used.held_90 = fields.number("held_90");
    used.held_99 = fields.number("held_99");
    used.level_weight = fields.number("level_weight");
    used.follows_trend = fields.maybe_flag("follows_trend");
    used.is_unsettled = fields.maybe_flag("unsettled");
    used.raised_share = fields.number("raised_share");
    used.holidays = fields.maybe_texts("holidays");
    return used;
}

rules::BaselineUsed baseline_from(const json::value& value, const std::string& file,
                                  rules::Faults& faults) {
    JsonFields fields(value, "baseline", file, faults);
    rules::BaselineUsed used;
    used.method = fields.text("method");
    used.origin = fields.maybe_text("origin");
    used.kw = fields.number("kw");
    used.uncertainty = fields.number("uncertainty");
    for (const std::string& text : fields.maybe_texts("days")) {
        if (const auto day = rules::parse_day(text)) used.days.push_back(*day);
    }
    if (const json::value* found = fields.member("calibration"); found != nullptr) {
        used.calibration = calibration_from(*found, file, faults);
    }
    return used;
}

json::object interval_json(const rules::Interval& interval) {
    return {{"low_kwh", rounded(interval.low_kwh)}, {"high_kwh", rounded(interval.high_kwh)}};
}

json::object calibration_used_json(const rules::CalibrationUsed& used) {
    json::array holidays;
    for (const std::string& holiday : used.holidays) holidays.emplace_back(holiday);
    return {{"interval_90", interval_json(used.interval_90)},
            {"interval_99", interval_json(used.interval_99)},
            {"days_tried", used.days_tried},
            {"held_90", rounded(used.held_90)},
            {"held_99", rounded(used.held_99)},
            {"level_weight", rounded(used.level_weight)},
            {"follows_trend", used.follows_trend},
            {"unsettled", used.is_unsettled},
            {"raised_share", rounded(used.raised_share)},
            {"holidays", std::move(holidays)}};
}

json::object accusation_json(const rules::Accusation& accusation) {
    return {{"log10_e", rounded(accusation.log_e)},
            {"log10_needed", rounded(accusation.log_needed)},
            {"chance_per_winter", accusation.chance_per_winter},
            {"settled", accusation.settled},
            {"to_settle", accusation.to_settle}};
}

rules::Accusation accusation_from(const json::value& value, const std::string& file,
                                  rules::Faults& faults) {
    JsonFields fields(value, "accusation", file, faults);
    rules::Accusation accusation;
    accusation.log_e = fields.number("log10_e");
    accusation.log_needed = fields.number("log10_needed");
    accusation.chance_per_winter = fields.number("chance_per_winter");
    accusation.settled = static_cast<int>(fields.whole_number("settled", 0, 1'000'000));
    accusation.to_settle = fields.maybe_text("to_settle");
    return accusation;
}

}  // namespace

json::value to_json(const rules::Span& span, rules::Zone zone) {
    return json::object{{"from", rules::to_iso(span.from, zone)},
                        {"to", rules::to_iso(span.to, zone)}};
}

json::value to_json(const rules::Finding& finding, rules::Zone zone) {
    json::object object;
    object["kind"] = rules::to_text(finding.kind);
    object["kind_zh"] = rules::to_chinese(finding.kind);
    object["text"] = finding.text;
    if (!finding.meter.empty()) object["meter"] = finding.meter;
    object["from"] = rules::to_iso(finding.span.from, zone);
    object["to"] = rules::to_iso(finding.span.to, zone);
    object["measured"] = rounded(finding.measured);
    object["allowed"] = rounded(finding.allowed);
    object["unit"] = finding.unit;
    json::array readings;
    for (const rules::Instant end : finding.from) readings.emplace_back(rules::to_iso(end, zone));
    object["readings"] = std::move(readings);
    json::array missing;
    for (const rules::Span& span : finding.missing) missing.push_back(to_json(span, zone));
    object["missing"] = std::move(missing);
    return object;
}

json::value to_json(const rules::Verdict& verdict, rules::Zone zone) {
    json::object object;
    object["obligation"] = verdict.obligation;
    object["window"] = to_json(verdict.window, zone);
    object["compliance"] = rules::to_text(verdict.compliance);
    object["compliance_zh"] = rules::to_chinese(verdict.compliance);
    object["text"] = verdict.text;
    object["coverage"] = rounded(verdict.coverage);
    object["measured_kwh"] = rounded(verdict.measured_kwh);
    object["allowed_kwh"] = rounded(verdict.allowed_kwh);
    if (verdict.normal_kwh) object["normal_kwh"] = rounded(*verdict.normal_kwh);
    if (verdict.baseline) {
        json::array days;
        for (const rules::CivilDay day : verdict.baseline->days) {
            days.emplace_back(rules::to_iso(day));
        }
        object["baseline"] = json::object{{"method", verdict.baseline->method},
                                          {"origin", verdict.baseline->origin},
                                          {"kw", rounded(verdict.baseline->kw)},
                                          {"uncertainty", rounded(verdict.baseline->uncertainty)},
                                          {"days", std::move(days)}};
        if (verdict.baseline->calibration) {
            object["baseline"].as_object()["calibration"] =
                calibration_used_json(*verdict.baseline->calibration);
        }
    } else {
        object["baseline"] = nullptr;
    }
    if (verdict.accusation) object["accusation"] = accusation_json(*verdict.accusation);
    if (verdict.delivery) object["delivery"] = to_json(*verdict.delivery, zone);
    json::array findings;
    for (const rules::Finding& finding : verdict.findings) {
        findings.push_back(to_json(finding, zone));
    }
    object["findings"] = std::move(findings);
    return object;
}

json::value to_json(const rules::JudgingParameters& parameters) {
    json::object values;
    for (const rules::ParameterNote& note : rules::parameter_notes()) {
        values[note.key] = json::object{
            {"value", parameters.*note.field}, {"unit", note.unit}, {"text", note.chinese}};
    }
    return json::object{{"origin", parameters.origin}, {"values", std::move(values)}};
}

rules::Result<rules::Verdict> verdict_from_json(const json::value& value, const std::string& file,
                                                rules::Zone zone) {
    rules::Faults faults;
    JsonFields fields(value, {}, file, faults);
    rules::Verdict verdict;
    verdict.obligation = fields.text("obligation");
    if (const json::value* window = fields.member("window")) {
        JsonFields inner(*window, "window", file, faults);
        verdict.window = span_in(inner, zone);
    }
    const std::string compliance = fields.text("compliance");
    if (const auto known = rules::parse_compliance(compliance))
        verdict.compliance = *known;
    else
        fields.fault("compliance", "'" + compliance + "' is not a verdict",
                     "compliant, breach, ...");
    verdict.text = fields.text("text");
    verdict.coverage = fields.number("coverage");
    verdict.measured_kwh = fields.number("measured_kwh");
    verdict.allowed_kwh = fields.number("allowed_kwh");
    verdict.normal_kwh = fields.maybe_number("normal_kwh");
    if (const json::value* used = fields.member("baseline"); used != nullptr && used->is_object()) {
        verdict.baseline = baseline_from(*used, file, faults);
    }
    if (const json::value* found = fields.member("accusation"); found != nullptr) {
        verdict.accusation = accusation_from(*found, file, faults);
    }
    if (const json::value* given = fields.member("delivery"); given != nullptr) {
        verdict.delivery = delivery_from_json(*given, file, zone, faults);
    }
    if (const json::value* findings = fields.member("findings")) {
        for (const json::value& element : findings->as_array()) {
            verdict.findings.push_back(
                finding_from(element, fields.path_of("findings"), file, zone, faults));
        }
    }
    if (!faults.empty()) return faults;
    return verdict;
}

}  // namespace qk::plans
