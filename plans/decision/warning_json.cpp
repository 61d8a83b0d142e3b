#include "plans/decision/warning_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include "plans/text/json_fields.hpp"
#include "plans/text/json_parts.hpp"
#include "plans/text/json_values.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;
using rules::Instant;

json::object segment_json(const rules::Segment& segment, rules::Zone zone) {
    return {{"cause", segment.cause},
            {"colour", word(rules::to_text(segment.colour))},
            {"mandatory", segment.mandatory},
            {"from", iso(segment.from, zone)},
            {"to", iso(segment.to, zone)}};
}

json::object approval_json(const rules::Approval& approval) {
    return {{"proposer", approval.proposer},
            {"approvers", texts(approval.approvers)},
            {"persons", approval.persons},
            {"consultation", approval.consultation},
            {"four_eyes", approval.four_eyes}};
}

// A reference to what is there, or to null: no copy that would be gone before it is read.
struct Reader {
    const std::string& name;
    rules::Faults& faults;
    rules::Zone zone;

    template <class Enum, class Parse>
    Enum word(JsonFields& fields, std::string_view key, Parse parse, Enum otherwise) {
        const std::string found = fields.text(key);
        const auto parsed = parse(found);
        if (!parsed) fields.fault(key, "'" + found + "' is not known", "");
        return parsed.value_or(otherwise);
    }

    static const json::array& items(const json::value* value) {
        static const json::array kNone;
        return value != nullptr && value->is_array() ? value->get_array() : kNone;
    }

    rules::Segment segment(const json::value& value) {
        JsonFields fields(value, "segments", name, faults);
        rules::Segment segment;
        segment.colour = word(fields, "colour", rules::parse_colour, rules::Colour::kYellow);
        segment.mandatory = fields.maybe_flag("mandatory");
        segment.from = fields.instant("from", zone);
        segment.to = fields.maybe_instant("to", zone);
        segment.cause = fields.maybe_text("cause");
        return segment;
    }

    rules::Approval approval(const json::value* value) {
        JsonFields fields(or_null(value), "approval", name, faults);
        rules::Approval approval;
        approval.proposer = fields.maybe_text("proposer");
        approval.approvers = fields.maybe_texts("approvers");
        approval.persons = static_cast<int>(fields.whole_number("persons", 0, 1000));
        approval.consultation = fields.maybe_flag("consultation");
        // A change that was proposed before there was this member is signed by others too.
        if (fields.member("four_eyes") != nullptr) {
            approval.four_eyes = fields.maybe_flag("four_eyes");
        }
        return approval;
    }

    rules::Change change(const json::value& value) {
        JsonFields fields(value, "pending", name, faults);
        rules::Change change;
        change.number = fields.whole_number("number");
        change.kind = word(fields, "kind", rules::parse_change_kind, rules::ChangeKind::kStart);
        change.colour = word(fields, "colour", rules::parse_colour, rules::Colour::kYellow);
        change.mandatory = fields.maybe_flag("mandatory");
        change.cause = fields.maybe_text("cause");
        change.from = fields.instant("from", zone);
        change.expected_to = fields.maybe_instant("expected_to", zone);
        change.proposer = fields.text("proposer");
        change.proposed_at = fields.instant("proposed_at", zone);
        change.lapses_at = fields.instant("lapses_at", zone);
        change.ordered_by = fields.maybe_text("ordered_by");
        if (const json::value* order = fields.member("order")) {
            JsonFields found(*order, "order", name, faults);
            rules::OrderAnswer answer;
            answer.binds = found.maybe_flag("binds");
            answer.why = found.maybe_text("why");
            answer.recorded_by = found.maybe_text("recorded_by");
            change.order = std::move(answer);
        }
        change.consulted_by = fields.maybe_texts("consulted_by");
        change.why = {fields.maybe_text("reason"), fields.maybe_text("clause"),
                      fields.maybe_text("data")};
        change.approval = approval(fields.member("approval"));
        change.stage = word(fields, "stage", rules::parse_stage, rules::Stage::kProposed);
        for (const json::value& item : items(fields.member("signatures"))) {
            JsonFields signature(item, "signatures", name, faults);
            change.signatures.push_back(
                {signature.text("person"), signature.text("role"), signature.instant("at", zone)});
        }
        return change;
    }
};

}  // namespace

json::value to_json(const std::optional<rules::OrderAnswer>& order) {
    if (!order) return nullptr;
    return json::object{
        {"binds", order->binds}, {"why", order->why}, {"recorded_by", order->recorded_by}};
}

json::value to_json(const rules::Change& change, rules::Zone zone) {
    json::array signatures;
    for (const rules::Signature& signature : change.signatures) {
        signatures.emplace_back(json::object{{"person", signature.person},
                                             {"role", signature.role},
                                             {"at", iso(signature.at, zone)}});
    }
    return json::object{{"number", change.number},
                        {"kind", word(rules::to_text(change.kind))},
                        {"kind_zh", word(rules::to_chinese(change.kind))},
                        {"colour", word(rules::to_text(change.colour))},
                        {"mandatory", change.mandatory},
                        {"cause", change.cause},
                        {"from", iso(change.from, zone)},
                        {"expected_to", iso(change.expected_to, zone)},
                        {"proposer", change.proposer},
                        {"proposed_at", iso(change.proposed_at, zone)},
                        {"lapses_at", iso(change.lapses_at, zone)},
                        {"ordered_by", change.ordered_by},
                        {"order", to_json(change.order)},
                        {"consulted_by", texts(change.consulted_by)},
                        {"reason", change.why.reason},
                        {"clause", change.why.clause},
                        {"data", change.why.data},
                        {"approval", approval_json(change.approval)},
                        {"stage", word(rules::to_text(change.stage))},
                        {"stage_zh", word(rules::to_chinese(change.stage))},
                        {"signatures", std::move(signatures)}};
}

json::value to_json(const rules::Warning& warning, rules::Zone zone) {
    json::array segments;
    for (const rules::Segment& segment : warning.segments) {
        segments.emplace_back(segment_json(segment, zone));
    }
    const rules::Segment* last = rules::last_segment(warning);
    json::object object{{"id", warning.id},
                        {"exercise", warning.exercise},
                        {"standing", word(rules::to_text(warning.standing))},
                        {"standing_zh", word(rules::to_chinese(warning.standing))},
                        {"generation", warning.generation},
                        {"issued_at", iso(warning.issued_at, zone)},
                        {"lifted_at", iso(warning.lifted_at, zone)},
                        {"expected_to", iso(warning.expected_to, zone)},
                        {"changes", warning.changes}};
    // Of the stretch decided last; a draft has the colour that is proposed.
    std::optional<rules::Colour> colour;
    if (last != nullptr) colour = last->colour;
    if (last == nullptr && warning.pending) colour = warning.pending->colour;
    object["colour"] = colour ? json::value(word(rules::to_text(*colour))) : json::value(nullptr);
    const bool mandatory = last != nullptr   ? last->mandatory
                           : warning.pending ? warning.pending->mandatory
                                             : true;
    // Advice has no level.
    object["level"] =
        colour && mandatory ? json::value(word(rules::level_of(*colour))) : json::value(nullptr);
    object["mandatory"] = mandatory;
    object["effective_from"] =
        warning.segments.empty() ? json::value(nullptr) : iso(warning.segments.front().from, zone);
    object["segments"] = std::move(segments);
    object["pending"] = warning.pending ? to_json(*warning.pending, zone) : json::value(nullptr);
    return object;
}

rules::Result<rules::Warning> warning_from_json(const json::value& value, const std::string& name,
                                                rules::Zone zone) {
    rules::Faults faults;
    Reader reader{name, faults, zone};
    JsonFields fields(value, "", name, faults);
    rules::Warning warning;
    warning.id = fields.text("id");
    warning.exercise = fields.maybe_flag("exercise");
    warning.standing = reader.word(fields, "standing", rules::parse_warning_standing,
                                   rules::WarningStanding::kNone);
    warning.generation = fields.whole_number("generation");
    warning.issued_at = fields.maybe_instant("issued_at", zone);
    warning.lifted_at = fields.maybe_instant("lifted_at", zone);
    warning.expected_to = fields.maybe_instant("expected_to", zone);
    warning.changes = fields.whole_number("changes");
    for (const json::value& item : Reader::items(fields.member("segments"))) {
        warning.segments.push_back(reader.segment(item));
    }
    if (const json::value* pending = fields.member("pending")) {
        warning.pending = reader.change(*pending);
    }
    if (!faults.empty()) return faults;
    return warning;
}

namespace {

struct EffectWriter {
    rules::Zone zone;

    json::value operator()(const rules::AskOperator& e) const {
        return json::object{{"change", e.change},
                            {"roles", texts(e.roles)},
                            {"persons_missing", e.persons_missing},
                            {"consultation_missing", e.consultation_missing}};
    }
    json::value operator()(const rules::DeriveOrders& e) const {
        json::array segments;
        for (const rules::Segment& segment : e.segments) {
            segments.emplace_back(segment_json(segment, zone));
        }
        return json::object{{"segments", std::move(segments)}};
    }
    json::value operator()(const rules::LiftOrders& e) const {
        return json::object{{"at", iso(e.at, zone)}};
    }
    json::value operator()(const rules::PublishNotice& e) const {
        json::object object{{"kind", word(rules::to_text(e.kind))},
                            {"text", e.text_kind},
                            {"colour", word(rules::to_text(e.colour))},
                            {"from", iso(e.from, zone)}};
        if (e.from_colour) object["from_colour"] = word(rules::to_text(*e.from_colour));
        return object;
    }
    json::value operator()(const rules::WakeAt& e) const {
        return json::object{{"at", iso(e.at, zone)}};
    }
    json::value operator()(const rules::StartEvaluation&) const { return json::object{}; }
};

// Fills an effect with the members that EffectWriter wrote.
struct EffectFiller {
    Reader& reader;
    JsonFields& fields;

    void operator()(rules::AskOperator& effect) {
        effect.change = fields.whole_number("change");
        effect.roles = fields.maybe_texts("roles");
        effect.persons_missing = static_cast<int>(fields.whole_number("persons_missing", 0, 1000));
        effect.consultation_missing = fields.maybe_flag("consultation_missing");
    }
    void operator()(rules::DeriveOrders& effect) {
        for (const json::value& item : Reader::items(fields.member("segments"))) {
            effect.segments.push_back(reader.segment(item));
        }
    }
    void operator()(rules::LiftOrders& effect) { effect.at = fields.instant("at", reader.zone); }
    void operator()(rules::PublishNotice& effect) {
        effect.kind =
            reader.word(fields, "kind", rules::parse_notice_kind, rules::NoticeKind::kAlert);
        effect.text_kind = fields.maybe_text("text");
        effect.colour = reader.word(fields, "colour", rules::parse_colour, rules::Colour::kYellow);
        // Notices of before this member was kept do not say what the colour had been.
        if (fields.member("from_colour") != nullptr) {
            effect.from_colour =
                reader.word(fields, "from_colour", rules::parse_colour, rules::Colour::kYellow);
        }
        effect.from = fields.instant("from", reader.zone);
    }
    void operator()(rules::WakeAt& effect) { effect.at = fields.instant("at", reader.zone); }
    void operator()(rules::StartEvaluation&) {}
};

}  // namespace

json::value to_json(const std::vector<rules::Effect>& effects, rules::Zone zone) {
    json::array array;
    for (const rules::Effect& effect : effects) {
        json::value value = std::visit(EffectWriter{zone}, effect);
        value.as_object()["effect"] = word(rules::name_of(effect));
        array.push_back(std::move(value));
    }
    return array;
}

rules::Result<std::vector<rules::Effect>> effects_from_json(const json::value& value,
                                                            const std::string& name,
                                                            rules::Zone zone) {
    rules::Faults faults;
    Reader reader{name, faults, zone};
    std::vector<rules::Effect> effects;
    if (!value.is_array()) faults.push_back({{name, 0, 0}, "is no list of effects", "[…]"});
    for (const json::value& item : Reader::items(&value)) {
        JsonFields fields(item, "effects", name, faults);
        const std::string effect = fields.text("effect");
        auto filled = rules::effect_named(effect);
        if (!filled) {
            fields.fault("effect", "'" + effect + "' is no effect",
                         "publish_notice, lift_orders, ...");
            continue;
        }
        std::visit(EffectFiller{reader, fields}, *filled);
        effects.push_back(std::move(*filled));
    }
    if (!faults.empty()) return faults;
    return effects;
}

}  // namespace qk::plans
