#include "plans/documents/verdict_json.hpp"

#include <cmath>

#include "plans/response/delivery_json.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"

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
    return used;
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
    } else {
        object["baseline"] = nullptr;
    }
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
