#include "plans/decision/standard_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include "plans/text/json_fields.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

json::value day_or_null(const std::optional<rules::CivilDay>& day) {
    return day ? json::value(rules::to_iso(*day)) : json::value(nullptr);
}

std::optional<rules::CivilDay> maybe_day(JsonFields& fields, std::string_view key) {
    const std::string found = fields.maybe_text(key);
    return found.empty() ? std::nullopt : rules::parse_day(found);
}

json::object clause_json(const rules::Clause& clause) {
    json::array legs;
    for (const rules::Leg& leg : clause.legs) {
        legs.emplace_back(json::object{{"aqi_above", leg.aqi_above}, {"hours", leg.hours.count()}});
    }
    return {{"id", clause.id},
            {"colour", json::string(rules::to_text(clause.colour))},
            {"text", clause.text},
            {"legs", std::move(legs)}};
}

rules::Clause clause_from(const json::value& value, const std::string& name,
                          rules::Faults& faults) {
    JsonFields fields(value, "clauses", name, faults);
    rules::Clause clause;
    clause.id = fields.text("id");
    clause.text = fields.maybe_text("text");
    const auto colour = rules::parse_colour(fields.text("colour"));
    if (!colour) fields.fault("colour", "not a colour", "yellow, orange or red");
    clause.colour = colour.value_or(rules::Colour::kYellow);
    const json::value* legs = fields.member("legs");
    if (legs == nullptr || !legs->is_array()) return clause;
    for (const json::value& item : legs->get_array()) {
        JsonFields leg(item, "legs", name, faults);
        clause.legs.push_back({static_cast<int>(leg.whole_number("aqi_above", 0, 10'000)),
                               std::chrono::hours(leg.whole_number("hours", 0, 10'000))});
    }
    return clause;
}

}  // namespace

json::value stored_json(const rules::TriggerStandard& standard) {
    json::array clauses;
    for (const rules::Clause& clause : standard.clauses) clauses.emplace_back(clause_json(clause));
    json::array excluded;
    for (const rules::EpisodeCause cause : standard.excluded_causes) {
        excluded.emplace_back(json::string(rules::to_text(cause)));
    }
    return json::object{
        {"id", standard.id},
        {"name", standard.name},
        {"source", standard.source},
        {"certainty", json::string(rules::to_text(standard.certainty))},
        {"effective_from", day_or_null(standard.effective_from)},
        {"effective_to", day_or_null(standard.effective_to)},
        {"hours_as", standard.hours_as
                         ? json::value(json::string(rules::to_text(*standard.hours_as)))
                         : json::value(nullptr)},
        {"lifting_outlook_hours", standard.lifting_outlook.count()},
        {"ozone_counts", standard.ozone_counts},
        {"excluded_causes", std::move(excluded)},
        {"clauses", std::move(clauses)}};
}

rules::Result<rules::TriggerStandard> standard_from_json(const json::value& value,
                                                         const std::string& name) {
    rules::Faults faults;
    JsonFields fields(value, "standard", name, faults);
    rules::TriggerStandard standard;
    standard.id = fields.text("id");
    standard.name = fields.maybe_text("name");
    standard.source = fields.maybe_text("source");
    standard.certainty =
        rules::parse_certainty(fields.maybe_text("certainty")).value_or(rules::Certainty::kSample);
    standard.effective_from = maybe_day(fields, "effective_from");
    standard.effective_to = maybe_day(fields, "effective_to");
    standard.hours_as = rules::parse_hours_as(fields.maybe_text("hours_as"));
    standard.lifting_outlook =
        std::chrono::hours(fields.whole_number("lifting_outlook_hours", -10'000, 10'000));
    standard.ozone_counts = fields.maybe_flag("ozone_counts");
    for (const std::string& cause : fields.maybe_texts("excluded_causes")) {
        standard.excluded_causes.push_back(rules::parse_cause(cause));
    }
    if (const json::value* clauses = fields.member("clauses");
        clauses != nullptr && clauses->is_array()) {
        for (const json::value& item : clauses->get_array()) {
            standard.clauses.push_back(clause_from(item, name, faults));
        }
    }
    if (!faults.empty()) return faults;
    return standard;
}

}  // namespace qk::plans
