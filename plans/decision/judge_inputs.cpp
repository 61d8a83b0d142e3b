#include "plans/decision/judge_inputs.hpp"
#include "plans/decision/calibration_json.hpp"
#include "plans/decision/usual_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/documents/verdict_json.hpp"
#include "plans/response/delivery_json.hpp"
#include "plans/response/order.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_parts.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/sha256.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

constexpr std::int64_t kMinutesOfDay = 24 * 60;
constexpr std::int64_t kMinutesMost = 400 * kMinutesOfDay;  // of an interval
constexpr std::int64_t kEditionMost = 1'000'000;

json::value number_or_null(const std::optional<double>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

json::array items_json(const std::vector<double>& values) {
    json::array array;
    array.reserve(values.size());
    for (const double value : values) array.emplace_back(value);
    return array;
}

// Values alone; what they mean is said by rules::parameter_notes().
json::object parameters_json(const rules::JudgingParameters& parameters) {
    json::object values;
    for (const rules::ParameterNote& note : rules::parameter_notes()) {
        values[note.key] = parameters.*note.field;
    }
    return {{"origin", parameters.origin}, {"values", std::move(values)}};
}

json::object profile_json(const rules::DayProfile& profile) {
    json::array days;
    for (const rules::CivilDay day : profile.days) days.emplace_back(rules::to_iso(day));
    return {{"kw", items_json(profile.kw)},
            {"day_spread", profile.day_spread},
            {"slot_spread", profile.slot_spread},
            {"days", std::move(days)}};
}

json::object meter_json(const rules::MeterEvidence& meter) {
    const rules::MeterFacts& facts = meter.series.meter;
    const rules::MeterBaseline& baseline = meter.baseline;
    json::array profiles;
    // Those of days off are one unless they are calibrated.
    profiles.emplace_back(profile_json(baseline.profiles[0]));
    profiles.emplace_back(profile_json(baseline.profiles[1]));
    if (baseline.calibration) {
        profiles.emplace_back(profile_json(baseline.profiles[2]));
        profiles.emplace_back(profile_json(baseline.profiles[3]));
    }
    return {{"id", facts.id},
            {"enterprise", facts.enterprise},
            {"line", facts.line},
            {"role", json::string(rules::to_text(facts.role))},
            {"rated_kw", number_or_null(facts.rated_kw)},
            {"idle_kw", number_or_null(facts.idle_kw)},
            {"interval_min", meter.series.interval.count()},
            {"baseline", json::object{{"method", json::string(rules::to_text(baseline.method))},
                                      {"slot_min", baseline.slot.count()},
                                      {"profiles", std::move(profiles)},
                                      {"normal_kw", number_or_null(baseline.normal_kw)},
                                      {"low_kw", number_or_null(baseline.low_kw)},
                                      {"rated_kw", baseline.rated_kw},
                                      {"origin", baseline.origin},
                                      {"calibrated", calibration_json(baseline)}}}};
}

json::object instruments_json(const rules::Evidence& evidence) {
    json::array meters;
    for (const rules::MeterEvidence& meter : evidence.meters)
        meters.emplace_back(meter_json(meter));
    json::array stacks;
    for (const rules::StackSeries& stack : evidence.stacks) {
        stacks.emplace_back(json::object{{"outlet", stack.outlet},
                                         {"line", stack.line},
                                         {"factor", stack.factor},
                                         {"interval_min", stack.interval.count()}});
    }
    return {{"meters", std::move(meters)},
            {"lines", texts(evidence.lines)},
            {"unmetered", evidence.unmetered ? json::value(meter_json(*evidence.unmetered))
                                             : json::value(nullptr)},
            {"stacks", std::move(stacks)},
            {"usual", to_json(evidence.usual)}};
}

json::array spans_json(const std::vector<rules::Span>& spans, rules::Zone zone) {
    json::array array;
    for (const rules::Span& span : spans) array.emplace_back(to_json(span, zone));
    return array;
}

// What a verdict has for itself.
json::object own_json(int edition, const rules::JudgeInput& input,
                      const std::vector<SeriesDigest>& readings) {
    json::array series;
    for (const SeriesDigest& digest : readings) series.push_back(to_json(digest, input.zone));
    json::object own{
        {"edition", edition},
        {"zone_minutes", input.zone.offset.count()},
        {"obligation", to_json(input.obligation, input.zone)},
        {"window", to_json(input.window, input.zone)},
        {"delivery", input.delivery ? to_json(*input.delivery, input.zone) : json::value(nullptr)},
        {"unheard", spans_json(input.unheard, input.zone)},
        {"readings", std::move(series)}};
    // What was kept before this was known has none.
    if (!input.evidence.under_warning.empty()) {
        own["under_warning"] = spans_json(input.evidence.under_warning, input.zone);
    }
    return own;
}

KeptText kept(const json::value& value) {
    KeptText kept;
    kept.text = canonical_text(value);
    kept.sha256 = sha256_hex(kept.text);
    return kept;
}

// ---- reading ----

struct InputsReader {
    const std::string& name;
    rules::Faults& faults;

    void note(const rules::Faults& more) { faults.insert(faults.end(), more.begin(), more.end()); }

    // A parameter that is not there came later and has the program's value.
    rules::JudgingParameters parameters(const json::value* value) {
        JsonFields fields(or_null(value), "parameters", name, faults);
        rules::JudgingParameters parameters;
        parameters.origin = fields.maybe_text("origin");
        JsonFields values(or_null(fields.member("values")), "parameters.values", name, faults);
        for (const rules::ParameterNote& known : rules::parameter_notes()) {
            const auto number = values.maybe_number(known.key);
            if (number) parameters.*known.field = *number;
        }
        values.refuse_unknown();
        return parameters;
    }

    rules::DayProfile profile(const json::value& value) {
        JsonFields fields(value, "profiles", name, faults);
        rules::DayProfile profile;
        for (const json::value& item : items_of(fields.member("kw"))) {
            if (item.is_number()) {
                profile.kw.push_back(item.to_number<double>());
            } else {
                fields.fault("kw", "has a member that is not a number", "kW");
            }
        }
        profile.day_spread = fields.number("day_spread");
        profile.slot_spread = fields.number("slot_spread");
        for (const std::string& text : fields.maybe_texts("days")) {
            if (const auto day = rules::parse_day(text)) {
                profile.days.push_back(*day);
            } else {
                fields.fault("days", "'" + text + "' is not a day", "2026-12-01");
            }
        }
        return profile;
    }

    rules::MeterBaseline baseline(const json::value* value) {
        JsonFields fields(or_null(value), "baseline", name, faults);
        rules::MeterBaseline baseline;
        const std::string method = fields.text("method");
        const auto known = rules::parse_baseline_method(method);
        if (!known)
            fields.fault("method", "'" + method + "' is not a method", "rated-power, none, ...");
        baseline.method = known.value_or(rules::BaselineMethod::kNoBaseline);
        baseline.slot = std::chrono::minutes(fields.whole_number("slot_min", 1, kMinutesOfDay));
        const json::array& profiles = items_of(fields.member("profiles"));
        if (profiles.size() == 2 || profiles.size() == rules::kDayKinds) {
            // Two are of working days and of all days off.
            for (std::size_t i = 0; i < baseline.profiles.size(); ++i) {
                baseline.profiles[i] =
                    i < profiles.size() ? profile(profiles[i]) : baseline.profiles[i - 1];
            }
        } else {
            fields.fault("profiles", "are not of working days and of weekends", "[{…}, {…}]");
        }
        baseline.normal_kw = fields.maybe_number("normal_kw");
        baseline.low_kw = fields.maybe_number("low_kw");
        baseline.rated_kw = fields.number("rated_kw");
        baseline.origin = fields.maybe_text("origin");
        // Editions before 4 had none.
        const json::value* calibrated = fields.member("calibrated");
        if (calibrated != nullptr) set_calibration(baseline, *calibrated, name, faults);
        if (baseline.calibration && profiles.size() != rules::kDayKinds) {
            fields.fault("profiles", "are not of four kinds of day", "[{…}, {…}, {…}, {…}]");
        }
        return baseline;
    }

    rules::MeterEvidence meter(const json::value& value) {
        JsonFields fields(value, "meters", name, faults);
        rules::MeterEvidence meter;
        rules::MeterFacts& facts = meter.series.meter;
        facts.id = fields.text("id");
        facts.enterprise = fields.maybe_text("enterprise");
        facts.line = fields.maybe_text("line");
        const std::string role = fields.text("role");
        const auto known = rules::parse_meter_role(role);
        if (!known)
            fields.fault("role", "'" + role + "' is not a role", "total, production or treatment");
        facts.role = known.value_or(rules::MeterRole::kProduction);
        facts.rated_kw = fields.maybe_number("rated_kw");
        facts.idle_kw = fields.maybe_number("idle_kw");
        meter.series.interval =
            std::chrono::minutes(fields.whole_number("interval_min", 0, kMinutesMost));
        meter.baseline = baseline(fields.member("baseline"));
        return meter;
    }

    rules::Evidence instruments(const json::value* value) {
        JsonFields fields(or_null(value), "instruments", name, faults);
        rules::Evidence evidence;
        for (const json::value& item : items_of(fields.member("meters"))) {
            evidence.meters.push_back(meter(item));
        }
        evidence.lines = fields.maybe_texts("lines");
        const json::value* unmetered = fields.member("unmetered");
        if (unmetered != nullptr && !unmetered->is_null()) evidence.unmetered = meter(*unmetered);
        for (const json::value& item : items_of(fields.member("stacks"))) {
            JsonFields stack(item, "stacks", name, faults);
            rules::StackSeries series;
            series.outlet = stack.text("outlet");
            series.line = stack.maybe_text("line");
            series.factor = stack.text("factor");
            series.interval =
                std::chrono::minutes(stack.whole_number("interval_min", 0, kMinutesMost));
            evidence.stacks.push_back(std::move(series));
        }
        // Editions before 5 had none.
        evidence.usual = usual_from_json(or_null(fields.member("usual")), name, faults);
        return evidence;
    }

    std::vector<rules::Span> spans(JsonFields& fields, const char* key, rules::Zone zone) {
        std::vector<rules::Span> found;
        for (const json::value& item : items_of(fields.member(key))) {
            JsonFields span(item, key, name, faults);
            const rules::Instant from = span.instant("from", zone);
            found.push_back({from, span.instant("to", zone)});
        }
        return found;
    }

    JudgeInputs own(JsonFields& fields) {
        const std::chrono::minutes offset(
            fields.whole_number("zone_minutes", -kMinutesOfDay, kMinutesOfDay));
        JudgeInputs inputs{.zone = rules::Zone{offset}};
        inputs.edition = static_cast<int>(fields.whole_number("edition", 0, kEditionMost));
        auto obligation =
            obligation_from_json(or_null(fields.member("obligation")), name, inputs.zone);
        if (obligation) {
            inputs.obligation = std::move(*obligation);
        } else {
            note(obligation.error());
        }
        JsonFields window(or_null(fields.member("window")), "window", name, faults);
        inputs.window.from = window.instant("from", inputs.zone);
        inputs.window.to = window.instant("to", inputs.zone);
        const json::value* delivery = fields.member("delivery");
        if (delivery != nullptr && !delivery->is_null()) {
            inputs.delivery = delivery_from_json(*delivery, name, inputs.zone, faults);
        }
        inputs.unheard = spans(fields, "unheard", inputs.zone);
        for (const json::value& item : items_of(fields.member("readings"))) {
            inputs.readings.push_back(
                series_digest_from_json(item, "readings", name, inputs.zone, faults));
        }
        return inputs;
    }
};

rules::Result<json::value> text_named(const std::string& text, const std::string& sha256,
                                      const std::string& name) {
    if (sha256_hex(text) != sha256) {
        return rules::Faults{
            {{name, 0, 0},
             "存档内容与其校验值不符 / the stored text is not the one that its hash names",
             sha256}};
    }
    return parse_json(text, name);
}

}  // namespace

rules::Evidence without_readings(const rules::Evidence& evidence) {
    rules::Evidence bare;
    const auto bare_meter = [](const rules::MeterEvidence& meter) {
        return rules::MeterEvidence{{meter.series.meter, meter.series.interval, {}},
                                    meter.baseline};
    };
    for (const rules::MeterEvidence& meter : evidence.meters) {
        bare.meters.push_back(bare_meter(meter));
    }
    bare.lines = evidence.lines;
    if (evidence.unmetered) bare.unmetered = bare_meter(*evidence.unmetered);
    for (const rules::StackSeries& stack : evidence.stacks) {
        bare.stacks.push_back({stack.outlet, stack.line, stack.factor, stack.interval, {}});
    }
    bare.usual = evidence.usual;
    bare.under_warning = evidence.under_warning;
    return bare;
}

JudgeInputs judge_inputs_of(const rules::JudgeInput& input) {
    JudgeInputs inputs{.zone = input.zone};
    inputs.edition = rules::kJudgeEdition;
    inputs.obligation = input.obligation;
    inputs.window = input.window;
    inputs.delivery = input.delivery;
    inputs.unheard = input.unheard;
    inputs.parameters = input.parameters;
    inputs.instruments = without_readings(input.evidence);
    inputs.readings = digests_of(input.evidence);
    return inputs;
}

json::value to_json(const JudgeInputs& inputs) {
    const rules::JudgeInput input{inputs.obligation, inputs.instruments, inputs.window,
                                  inputs.parameters, inputs.zone,        inputs.delivery,
                                  inputs.edition,    inputs.unheard};
    json::object object = own_json(inputs.edition, input, inputs.readings);
    object["parameters"] = parameters_json(inputs.parameters);
    object["instruments"] = instruments_json(inputs.instruments);
    return object;
}

rules::Result<JudgeInputs> judge_inputs_from_json(const json::value& value,
                                                  const std::string& name) {
    rules::Faults faults;
    JsonFields fields(value, "", name, faults);
    InputsReader reader{name, faults};
    JudgeInputs inputs = reader.own(fields);
    inputs.parameters = reader.parameters(fields.member("parameters"));
    inputs.instruments = reader.instruments(fields.member("instruments"));
    inputs.instruments.under_warning = reader.spans(fields, "under_warning", inputs.zone);
    if (!faults.empty()) return faults;
    return inputs;
}

KeptText parameters_text(const rules::JudgingParameters& parameters) {
    return kept(parameters_json(parameters));
}

EvidenceRecord evidence_record_of(const rules::Evidence& evidence) {
    return {kept(instruments_json(evidence)), digests_of(evidence)};
}

std::string judge_inputs_text(const rules::JudgeInput& input, const KeptText& parameters,
                              const EvidenceRecord& evidence) {
    json::object object = own_json(rules::kJudgeEdition, input, evidence.readings);
    object["parameters"] = parameters.sha256;
    object["instruments"] = evidence.instruments.sha256;
    return canonical_text(object);
}

rules::Result<JudgeInputNames> judge_input_names(const std::string& body, const std::string& name) {
    const auto value = parse_json(body, name);
    if (!value) return value.error();
    rules::Faults faults;
    JsonFields fields(*value, "", name, faults);
    JudgeInputNames names{fields.text("parameters"), fields.text("instruments")};
    if (!faults.empty()) return faults;
    return names;
}

rules::Result<JudgeInputs> judge_inputs_from_stored(const StoredJudgeInputs& stored,
                                                    const std::string& name) {
    const auto names = judge_input_names(stored.body, name);
    if (!names) return names.error();
    auto parameters = text_named(stored.parameters, names->parameters, name + ".parameters");
    if (!parameters) return parameters.error();
    auto instruments = text_named(stored.instruments, names->instruments, name + ".instruments");
    if (!instruments) return instruments.error();
    auto whole = parse_json(stored.body, name);
    if (!whole) return whole.error();
    json::object& object = whole->as_object();
    object["parameters"] = std::move(*parameters);
    object["instruments"] = std::move(*instruments);
    return judge_inputs_from_json(*whole, name);
}

}  // namespace qk::plans
