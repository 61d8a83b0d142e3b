#include "plans/decision/plan_inputs.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_values.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

constexpr rules::Zone kZone = rules::kBeijingTime;  // that stored times are written in

json::array segments_json(const std::vector<rules::Segment>& segments) {
    json::array list;
    for (const rules::Segment& segment : segments) {
        list.emplace_back(json::object{{"colour", word(rules::to_text(segment.colour))},
                                       {"mandatory", segment.mandatory},
                                       {"from", iso(segment.from, kZone)},
                                       {"to", iso(segment.to, kZone)},
                                       {"cause", segment.cause}});
    }
    return list;
}

json::array changes_json(const std::vector<GradeChange>& changes) {
    json::array list;
    for (const GradeChange& change : changes) {
        list.emplace_back(json::object{{"enterprise", change.enterprise},
                                       {"grade", change.grade.name},
                                       {"from", rules::to_iso(change.from)},
                                       {"source", change.source},
                                       {"decided_by", change.decided_by}});
    }
    return list;
}

json::array controls_json(const std::vector<ControlWeighed>& controls) {
    json::array list;
    for (const ControlWeighed& control : controls) {
        json::object object{{"id", control.id}, {"announced", nullptr}, {"terms", control.terms}};
        if (control.announced) object["announced"] = rules::to_iso(*control.announced);
        list.push_back(std::move(object));
    }
    return list;
}

struct InputsReader {
    const std::string& name;
    rules::Faults& faults;

    std::optional<rules::CivilDay> day(JsonFields& fields, std::string_view key) const {
        const std::string text = fields.maybe_text(key);
        if (text.empty()) return std::nullopt;
        const auto day = rules::parse_day(text);
        if (!day) fields.fault(key, "'" + text + "' is not a day", "2026-01-31");
        return day;
    }

    rules::Segment segment(const json::value& value) const {
        JsonFields fields(value, "segments", name, faults);
        rules::Segment segment;
        const std::string colour = fields.text("colour");
        const auto parsed = rules::parse_colour(colour);
        if (!parsed) fields.fault("colour", "'" + colour + "' is not a colour", "yellow");
        segment.colour = parsed.value_or(rules::Colour::kYellow);
        segment.mandatory = fields.maybe_flag("mandatory");
        segment.from = fields.instant("from", kZone);
        segment.to = fields.maybe_instant("to", kZone);
        segment.cause = fields.maybe_text("cause");
        return segment;
    }

    GradeChange change(const json::value& value) const {
        JsonFields fields(value, "grade_changes", name, faults);
        GradeChange change;
        change.enterprise = fields.text("enterprise");
        change.grade.name = fields.text("grade");
        change.from = day(fields, "from").value_or(rules::CivilDay{});
        change.source = fields.maybe_text("source");
        change.decided_by = fields.maybe_text("decided_by");
        return change;
    }

    ControlWeighed control(const json::value& value) const {
        JsonFields fields(value, "controls", name, faults);
        ControlWeighed control;
        control.id = fields.text("id");
        control.announced = day(fields, "announced");
        if (const json::value* terms = fields.member("terms")) control.terms = *terms;
        return control;
    }

    template <class Take>
    void each(JsonFields& fields, std::string_view key, Take take) const {
        const json::value* list = fields.member(key);
        if (list == nullptr || !list->is_array()) {
            fields.fault(key, "is not a list", "a list");
            return;
        }
        for (const json::value& one : list->get_array()) take(one);
    }
};

}  // namespace

json::value to_json(const PlanInputs& inputs) {
    json::object names;
    for (const auto& [local, national] : inputs.grade_names) names[local] = national;
    json::object object{{"edition", inputs.edition},
                        {"grade_names", std::move(names)},
                        {"pack_sha256", inputs.pack_sha256},
                        {"catalogue", inputs.catalogue},
                        {"catalogue_sha256", inputs.catalogue_sha256},
                        {"has_season", inputs.has_season},
                        {"now", iso(inputs.now, kZone)}};
    object["controls"] = controls_json(inputs.controls);
    object["grade_changes"] = changes_json(inputs.grade_changes);
    object["segments"] = segments_json(inputs.segments);
    return object;
}

rules::Result<PlanInputs> plan_inputs_from_json(const json::value& value, const std::string& name) {
    rules::Faults faults;
    JsonFields fields(value, "", name, faults);
    const InputsReader read{name, faults};
    PlanInputs inputs;
    inputs.edition = fields.maybe_text("edition");
    inputs.pack_sha256 = fields.maybe_text("pack_sha256");
    inputs.catalogue = fields.whole_number("catalogue", 0);
    inputs.catalogue_sha256 = fields.maybe_text("catalogue_sha256");
    inputs.has_season = fields.maybe_flag("has_season");
    inputs.now = fields.instant("now", kZone);
    const json::value* names = fields.member("grade_names");
    if (names != nullptr && names->is_object()) {
        for (const auto& [local, national] : names->get_object()) {
            if (national.is_string())
                inputs.grade_names[local] = std::string(national.get_string());
        }
    }
    read.each(fields, "controls",
              [&](const json::value& one) { inputs.controls.push_back(read.control(one)); });
    read.each(fields, "grade_changes",
              [&](const json::value& one) { inputs.grade_changes.push_back(read.change(one)); });
    read.each(fields, "segments",
              [&](const json::value& one) { inputs.segments.push_back(read.segment(one)); });
    if (!faults.empty()) return faults;
    return inputs;
}

}  // namespace qk::plans
