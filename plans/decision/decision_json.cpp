#include "plans/decision/decision_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/decision/standard_json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_parts.hpp"
#include "plans/text/json_values.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;
using rules::Instant;

json::array numbers(const std::vector<std::int16_t>& values) {
    json::array array;
    array.reserve(values.size());
    for (const std::int16_t value : values) {
        array.emplace_back(value == rules::kNoAqi ? json::value(nullptr) : json::value(value));
    }
    return array;
}

json::object span_json(const rules::Span& span, rules::Zone zone) {
    return {{"from", iso(span.from, zone)}, {"to", iso(span.to, zone)}};
}

template <class T, class Print>
json::array array_of(const std::vector<T>& items, Print print) {
    json::array array;
    for (const T& item : items) array.emplace_back(print(item));
    return array;
}

json::array causes(const std::vector<rules::EpisodeCause>& all) {
    return array_of(
        all, [](rules::EpisodeCause cause) { return json::value(word(rules::to_text(cause))); });
}

json::object series_json(const SeriesInput& series, rules::Zone zone) {
    json::object object{{"source", series.source},
                        {"forecast", series.forecast},
                        {"issued_at", iso(series.issued_at, zone)},
                        {"earlier", series.earlier},
                        {"hours_as", word(rules::to_text(series.hours_as))}};
    if (series.as_issued) object["as_issued"] = true;
    if (!series.binding.empty()) object["binding"] = numbers(series.binding);
    if (!series.own.empty()) object["own"] = numbers(series.own);
    if (!series.own_binding.empty()) object["own_binding"] = numbers(series.own_binding);
    if (series.rest_of_today) object["rest_of_today"] = *series.rest_of_today;
    if (!series.leading.empty()) object["leading"] = causes(series.leading);
    if (series.hours_as == rules::HoursAs::kNaturalDay) {
        object["first"] = rules::to_iso(series.daily.first);
        object["aqi"] = numbers(series.daily.aqi);
        object["excluded"] = causes(series.excluded);
    } else {
        object["first"] = iso(series.hourly.first, zone);
        object["aqi"] = numbers(series.hourly.aqi);
    }
    return object;
}

json::object rules_json(const rules::ProposalRules& rules) {
    return {{"lowest", word(rules::to_text(rules.lift.lowest))},
            {"lift_outlook_hours", rules.lift.outlook.count()},
            {"stale_after_hours", rules.lift.stale_after.count()},
            {"lead_time_hours", rules.lead_time.count()},
            {"same_day_start", rules.same_day_start},
            {"merge_gap_hours", rules.merge_gap.count()},
            {"immediate_outlook_hours", rules.immediate_outlook.count()},
            {"immediate_aqi_above", rules.immediate_aqi_above},
            {"propose_within_hours", rules.propose_within.count()},
            {"tolerance_hours", rules.tolerance.count()},
            {"repeat_after_hours", rules.repeat_after.count()},
            {"observation_fresh_hours", rules.observation_fresh.count()},
            {"lower_confirmations", rules.lift.confirmations},
            {"settle_hours", rules.lift.settle.count()},
            {"lower_margin_aqi", rules.lift.margin_aqi}};
}

json::object floor_json(const rules::ColourFloor& floor, rules::Zone zone) {
    json::object object{{"id", floor.id},
                        {"document", floor.document},
                        {"clause", floor.clause},
                        {"colour", word(rules::to_text(floor.colour))},
                        {"span", span_json(floor.span, zone)}};
    if (!floor.source.empty()) object["source"] = floor.source;
    return object;
}

json::object prompt_json(const rules::RegionalPrompt& prompt, rules::Zone zone) {
    json::object object{{"number", prompt.number},
                        {"zone", prompt.zone},
                        {"colour", word(rules::to_text(prompt.colour))},
                        {"from", iso(prompt.from, zone)},
                        {"to", iso(prompt.to, zone)},
                        {"deadline", iso(prompt.deadline, zone)}};
    if (!prompt.source.empty()) object["source"] = prompt.source;
    return object;
}

// ---- reading ----

constexpr std::int64_t kCountMax = 1'000'000;  // of hours, people and the like

std::int16_t aqi_of(std::int64_t number) {
    const bool is_aqi = number >= 0 && number <= rules::kAqiMax;
    return is_aqi ? static_cast<std::int16_t>(number) : rules::kNoAqi;
}

std::vector<std::int16_t> numbers_from(const json::value* value) {
    std::vector<std::int16_t> numbers;
    for (const json::value& item : items_of(value)) {
        numbers.push_back(item.is_int64() ? aqi_of(item.get_int64()) : rules::kNoAqi);
    }
    return numbers;
}

template <class Enum, class Parse>
Enum word(JsonFields& fields, std::string_view key, Parse parse, Enum otherwise) {
    const std::string found = fields.text(key);
    const auto parsed = parse(found);
    if (!parsed) fields.fault(key, "'" + found + "' is not known", "");
    return parsed.value_or(otherwise);
}

rules::CivilDay day_field(JsonFields& fields, std::string_view key) {
    const std::string found = fields.text(key);
    const auto day = rules::parse_day(found);
    if (!day) fields.fault(key, "'" + found + "' is not a day", "2026-12-01");
    return day.value_or(rules::CivilDay{});
}

// A reference to what is there, or to null: no copy that would be gone before it is read.
bool is_given(const json::value* value) { return value != nullptr && !value->is_null(); }

struct Reader {
    const std::string& name;
    rules::Faults& faults;
    rules::Zone zone;

    rules::Span span(const json::value* value, const std::string& path) {
        JsonFields fields(or_null(value), path, name, faults);
        return {fields.instant("from", zone), fields.instant("to", zone)};
    }

    SeriesInput series(const json::value& value, const std::string& path) {
        JsonFields fields(value, path, name, faults);
        SeriesInput series;
        series.source = fields.text("source");
        series.forecast = fields.maybe_text("forecast");
        series.earlier = static_cast<int>(
            fields.member("earlier") == nullptr ? 0 : fields.whole_number("earlier", 0, kCountMax));
        series.issued_at = fields.instant("issued_at", zone);
        series.hours_as = word(fields, "hours_as", rules::parse_hours_as, rules::HoursAs::kRolling);
        if (series.hours_as == rules::HoursAs::kNaturalDay) {
            series.daily.first = day_field(fields, "first");
            series.daily.aqi = numbers_from(fields.member("aqi"));
            for (const std::string& cause : fields.maybe_texts("excluded")) {
                series.excluded.push_back(rules::parse_cause(cause));
            }
        } else {
            series.hourly.first = fields.instant("first", zone);
            series.hourly.aqi = numbers_from(fields.member("aqi"));
        }
        series.as_issued = fields.maybe_flag("as_issued");
        series.binding = numbers_from(fields.member("binding"));
        series.own = numbers_from(fields.member("own"));
        series.own_binding = numbers_from(fields.member("own_binding"));
        if (fields.member("rest_of_today") != nullptr) {
            series.rest_of_today =
                static_cast<std::int16_t>(fields.whole_number("rest_of_today", 0, rules::kAqiMax));
        }
        for (const std::string& cause : fields.maybe_texts("leading")) {
            series.leading.push_back(rules::parse_cause(cause));
        }
        return series;
    }

    rules::ProposalRules proposal_rules(const json::value& value) {
        JsonFields fields(value, "rules", name, faults);
        const auto hours = [&fields](std::string_view key) {
            return std::chrono::hours(fields.whole_number(key, -kCountMax, kCountMax));
        };
        rules::ProposalRules rules;
        rules.lift.lowest = word(fields, "lowest", rules::parse_colour, rules::Colour::kYellow);
        rules.lift.outlook = hours("lift_outlook_hours");
        rules.lift.stale_after = hours("stale_after_hours");
        rules.lead_time = hours("lead_time_hours");
        rules.same_day_start = fields.maybe_flag("same_day_start");
        rules.merge_gap = hours("merge_gap_hours");
        rules.immediate_outlook = hours("immediate_outlook_hours");
        rules.immediate_aqi_above =
            static_cast<int>(fields.whole_number("immediate_aqi_above", -kCountMax, kCountMax));
        rules.propose_within = hours("propose_within_hours");
        rules.tolerance = hours("tolerance_hours");
        rules.repeat_after = hours("repeat_after_hours");
        // Not in inputs of before they were settings.
        const auto later = [&fields](std::string_view key, std::int64_t otherwise) {
            if (fields.member(key) == nullptr) return otherwise;
            return fields.whole_number(key, -kCountMax, kCountMax);
        };
        rules.observation_fresh = std::chrono::hours(later("observation_fresh_hours", 3));
        rules.lift.confirmations = static_cast<int>(later("lower_confirmations", 1));
        rules.lift.settle = std::chrono::hours(later("settle_hours", 0));
        rules.lift.margin_aqi = static_cast<int>(later("lower_margin_aqi", 0));
        return rules;
    }

    rules::ColourFloor floor(const json::value& value) {
        JsonFields fields(value, "floors", name, faults);
        rules::ColourFloor floor;
        floor.id = fields.text("id");
        floor.document = fields.maybe_text("document");
        floor.clause = fields.maybe_text("clause");
        floor.colour = word(fields, "colour", rules::parse_colour, rules::Colour::kYellow);
        floor.span = span(fields.member("span"), "floors.span");
        floor.source = fields.maybe_text("source");
        return floor;
    }

    rules::RegionalPrompt prompt(const json::value& value) {
        JsonFields fields(value, "prompts", name, faults);
        rules::RegionalPrompt prompt;
        prompt.number = fields.text("number");
        prompt.zone = fields.maybe_text("zone");
        prompt.colour = word(fields, "colour", rules::parse_colour, rules::Colour::kYellow);
        prompt.from = fields.instant("from", zone);
        prompt.to = fields.maybe_instant("to", zone);
        prompt.deadline = fields.instant("deadline", zone);
        prompt.source = fields.maybe_text("source");
        return prompt;
    }

    Correction correction(const json::value& value) {
        JsonFields fields(value, "corrections", name, faults);
        Correction correction;
        correction.source = fields.maybe_text("source");
        correction.day = day_field(fields, "day");
        correction.aqi = static_cast<int>(fields.whole_number("aqi", -1, kCountMax));
        correction.why = fields.maybe_text("why");
        correction.revision = fields.member("revision") == nullptr
                                  ? 0
                                  : fields.whole_number("revision", 0, rules::kWholeMost);
        return correction;
    }

    StatedCause stated_cause(const json::value& value) {
        JsonFields fields(value, "causes", name, faults);
        StatedCause stated;
        stated.number = fields.whole_number("number", 0, rules::kWholeMost);
        stated.source = fields.maybe_text("source");
        stated.from = day_field(fields, "from");
        stated.to = day_field(fields, "to");
        stated.cause = rules::parse_cause(fields.text("cause"));
        stated.why = fields.maybe_text("why");
        stated.person = fields.maybe_text("person");
        return stated;
    }

    rules::RunningWarning running(const json::value& value) {
        JsonFields fields(value, "running", name, faults);
        rules::RunningWarning running;
        running.id = fields.text("id");
        running.colour = word(fields, "colour", rules::parse_colour, rules::Colour::kYellow);
        running.mandatory = fields.maybe_flag("mandatory");
        running.from = fields.instant("from", zone);
        running.since = fields.maybe_instant("since", zone);
        running.takes_effect = fields.maybe_instant("takes_effect", zone);
        if (is_given(fields.member("in_force"))) {
            running.in_force = word(fields, "in_force", rules::parse_colour, running.colour);
        }
        running.expected_to = fields.maybe_instant("expected_to", zone);
        running.came_down = fields.maybe_flag("came_down");
        return running;
    }
};

json::object running_json(const rules::RunningWarning& running, rules::Zone zone) {
    json::object object{{"id", running.id},
                        {"colour", json::string(rules::to_text(running.colour))},
                        {"mandatory", running.mandatory},
                        {"from", iso(running.from, zone)},
                        {"since", iso(running.since, zone)},
                        {"takes_effect", iso(running.takes_effect, zone)},
                        {"expected_to", iso(running.expected_to, zone)}};
    if (running.in_force) object["in_force"] = json::string(rules::to_text(*running.in_force));
    if (running.came_down) object["came_down"] = true;
    return object;
}

json::object cause_json(const StatedCause& stated) {
    return {{"number", stated.number},
            {"source", stated.source},
            {"from", rules::to_iso(stated.from)},
            {"to", rules::to_iso(stated.to)},
            {"cause", json::string(rules::to_text(stated.cause))},
            {"why", stated.why},
            {"person", stated.person}};
}

json::object lowered_json(const rules::LastLowering& lowered, rules::Zone zone) {
    return {{"at", iso(lowered.at, zone)},
            {"revision", lowered.revision},
            {"aqi", lowered.aqi ? json::value(*lowered.aqi) : json::value(nullptr)}};
}

}  // namespace

json::value to_json(const DecisionInputs& inputs) {
    const rules::Zone zone = inputs.zone;
    json::object object{{"now", iso(inputs.now, zone)},
                        {"zone_minutes", inputs.zone.offset.count()},
                        {"standard", stored_json(inputs.standard)},
                        {"rules", rules_json(inputs.rules)}};
    object["series"] =
        array_of(inputs.series, [zone](const SeriesInput& s) { return series_json(s, zone); });
    object["corrections"] = array_of(inputs.corrections, [](const Correction& c) {
        return json::object{{"source", c.source},
                            {"day", rules::to_iso(c.day)},
                            {"aqi", c.aqi},
                            {"why", c.why},
                            {"revision", c.revision}};
    });
    // Left out where nobody stated any, as in inputs of before.
    if (!inputs.causes.empty()) object["causes"] = array_of(inputs.causes, cause_json);
    object["observed"] =
        inputs.observed ? json::value(json::object{{"aqi", inputs.observed->aqi},
                                                   {"until", iso(inputs.observed->until, zone)}})
                        : json::value(nullptr);
    object["running"] =
        inputs.running ? json::value(running_json(*inputs.running, zone)) : json::value(nullptr);
    if (inputs.lowered) object["lowered"] = lowered_json(*inputs.lowered, zone);
    object["floors"] = array_of(
        inputs.floors, [zone](const rules::ColourFloor& f) { return floor_json(f, zone); });
    object["prompts"] = array_of(
        inputs.prompts, [zone](const rules::RegionalPrompt& p) { return prompt_json(p, zone); });
    if (!inputs.unreadable.empty()) object["unreadable"] = texts(inputs.unreadable);
    return object;
}

rules::Result<DecisionInputs> decision_inputs_from_json(const json::value& value,
                                                        const std::string& name) {
    rules::Faults faults;
    JsonFields fields(value, "", name, faults);
    const std::chrono::minutes offset(fields.whole_number("zone_minutes", -1440, 1440));
    DecisionInputs inputs{.zone = rules::Zone{offset}};
    inputs.now = fields.instant("now", inputs.zone);
    Reader reader{name, faults, inputs.zone};
    if (const json::value* standard = fields.member("standard")) {
        auto read = standard_from_json(*standard, name);
        if (read) {
            inputs.standard = std::move(*read);
        } else {
            const rules::Faults more = read.error();
            faults.insert(faults.end(), more.begin(), more.end());
        }
    }
    if (const json::value* rules = fields.member("rules")) {
        inputs.rules = reader.proposal_rules(*rules);
    }
    int number = 0;
    for (const json::value& item : items_of(fields.member("series"))) {
        inputs.series.push_back(reader.series(item, "series[" + std::to_string(number++) + "]"));
    }
    for (const json::value& item : items_of(fields.member("corrections"))) {
        inputs.corrections.push_back(reader.correction(item));
    }
    for (const json::value& item : items_of(fields.member("causes"))) {
        inputs.causes.push_back(reader.stated_cause(item));
    }
    if (const json::value* observed = fields.member("observed"); is_given(observed)) {
        JsonFields inner(*observed, "observed", name, faults);
        inputs.observed =
            rules::ObservedAir{static_cast<int>(inner.whole_number("aqi", -1, kCountMax)),
                               inner.instant("until", inputs.zone)};
    }
    if (const json::value* running = fields.member("running"); is_given(running)) {
        inputs.running = reader.running(*running);
    }
    if (const json::value* lowered = fields.member("lowered"); is_given(lowered)) {
        JsonFields inner(*lowered, "lowered", name, faults);
        rules::LastLowering last{inner.instant("at", inputs.zone),
                                 inner.whole_number("revision", 0, rules::kWholeMost),
                                 std::nullopt};
        if (is_given(inner.member("aqi"))) {
            last.aqi = static_cast<int>(inner.whole_number("aqi", 0, rules::kAqiMax));
        }
        inputs.lowered = last;
    }
    for (const json::value& item : items_of(fields.member("floors"))) {
        inputs.floors.push_back(reader.floor(item));
    }
    for (const json::value& item : items_of(fields.member("prompts"))) {
        inputs.prompts.push_back(reader.prompt(item));
    }
    inputs.unreadable = fields.maybe_texts("unreadable");
    if (!faults.empty()) return faults;
    return inputs;
}

json::value to_json(const rules::Proposal& proposal, rules::Zone zone) {
    json::object object{{"kind", word(rules::to_text(proposal.kind))},
                        {"colour", word(rules::to_text(proposal.colour))},
                        {"mandatory", proposal.mandatory},
                        {"from", iso(proposal.from, zone)},
                        {"expected_to", iso(proposal.expected_to, zone)},
                        {"window", span_json(proposal.window, zone)},
                        {"likelihood", word(rules::to_text(proposal.likelihood))},
                        {"of", proposal.of},
                        {"immediate", proposal.immediate},
                        {"short_lead", proposal.short_lead}};
    if (!proposal.causes.empty()) object["causes"] = causes(proposal.causes);
    json::object agree;
    for (std::size_t c = 0; c < rules::kColourCount; ++c) {
        agree[rules::to_text(static_cast<rules::Colour>(c))] = proposal.agree[c];
    }
    object["agree"] = std::move(agree);
    object["sources"] = texts(proposal.sources);
    object["reasons"] = array_of(proposal.reasons, [](const rules::ProposalReason& reason) {
        return json::object{{"kind", reason.kind},
                            {"text", reason.text},
                            {"source", reason.source},
                            {"values", numbers(reason.values)}};
    });
    return object;
}

rules::Result<rules::Proposal> proposal_from_json(const json::value& value, const std::string& name,
                                                  rules::Zone zone) {
    rules::Faults faults;
    JsonFields fields(value, "", name, faults);
    Reader reader{name, faults, zone};
    rules::Proposal proposal;
    proposal.kind = word(fields, "kind", rules::parse_change_kind, rules::ChangeKind::kStart);
    proposal.colour = word(fields, "colour", rules::parse_colour, rules::Colour::kYellow);
    proposal.mandatory = fields.maybe_flag("mandatory");
    proposal.from = fields.instant("from", zone);
    proposal.expected_to = fields.maybe_instant("expected_to", zone);
    proposal.window = reader.span(fields.member("window"), "window");
    proposal.immediate = fields.maybe_flag("immediate");
    if (!faults.empty()) return faults;
    return proposal;
}

json::value to_json(const rules::Assessment& assessment, const rules::TriggerStandard& standard,
                    rules::Zone zone) {
    json::object object{{"finding", word(rules::to_text(assessment.finding))},
                        {"reason", assessment.reason},
                        {"missing", texts(assessment.missing)},
                        {"proposal", nullptr}};
    if (!assessment.proposal) return object;
    json::value proposal = to_json(*assessment.proposal, zone);
    const auto& clause = assessment.proposal->clause;
    const bool known = clause && *clause < standard.clauses.size();
    proposal.as_object()["clause"] = known ? standard.clauses[*clause].id : std::string();
    proposal.as_object()["clause_text"] = known ? standard.clauses[*clause].text : std::string();
    object["proposal"] = std::move(proposal);
    return object;
}

json::value to_json(const rules::ClearanceAnswer& answer, rules::Zone zone) {
    return json::object{{"clearance", word(rules::to_text(answer.clearance))},
                        {"reason", answer.reason},
                        {"missing", texts(answer.missing)},
                        {"next_window", iso(answer.next_window, zone)},
                        {"sources", texts(answer.sources)}};
}

}  // namespace qk::plans
