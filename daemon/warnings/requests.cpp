#include "daemon/warnings/requests.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/body_fields.hpp"
#include "plans/decision/warning_json.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using plans::JsonFields;
using rules::Refusal;

// Runs `fill` over the fields of the body; the value only when there is no fault at all.
template <class T, class Fill>
rules::Result<T> read_request(const std::string& body, Fill fill) {
    return read_fields<T>(parse_said_body(body), std::move(fill));
}

// A text that decides, or that somebody answers for: there, and not empty.
std::string said_in(JsonFields& fields, std::string_view key) {
    const bool is_there = fields.member(key) != nullptr;
    std::string text = fields.text(key);
    if (is_there && text.empty()) fields.fault(key, "is empty", "say it");
    return text;
}

// Those who took part: by name, with their unit where it is told.
void read_participants(JsonFields& fields, ConsultRequest& request) {
    constexpr std::string_view kCure = "a list of {\"name\": …, \"unit\": …}, at least one";
    const json::value* list = fields.member("participants");
    if (list == nullptr || !list->is_array() || list->get_array().empty()) {
        fields.fault("participants", "nobody is named", std::string(kCure));
        return;
    }
    const auto is_text = [](const json::value* value) {
        return value != nullptr && value->is_string();
    };
    for (const json::value& one : list->get_array()) {
        const json::value* name = one.is_object() ? plans::find_member(one, "name") : &one;
        const json::value* unit = one.is_object() ? plans::find_member(one, "unit") : nullptr;
        const bool has_name = is_text(name) && !name->get_string().empty();
        const bool has_wrong_unit = unit != nullptr && !unit->is_null() && !is_text(unit);
        if (has_name && !has_wrong_unit) continue;
        fields.fault("participants", has_name ? "a unit is not a text" : "somebody without a name",
                     std::string(kCure));
        return;
    }
    request.participants = list->get_array();
}

rules::Colour colour_in(JsonFields& fields, std::string_view key) {
    const std::string text = fields.text(key);
    const auto colour = rules::parse_colour(text);
    if (!colour && !text.empty()) {
        fields.fault(key, "'" + text + "' is not a colour", "blue, yellow, orange or red");
    }
    return colour.value_or(rules::Colour::kYellow);
}

std::optional<rules::Colour> maybe_colour(JsonFields& fields, std::string_view key) {
    if (fields.member(key) == nullptr) return std::nullopt;
    return colour_in(fields, key);
}

std::int64_t generation_in(JsonFields& fields) {
    if (fields.member("generation") == nullptr) {
        fields.fault("generation", "is missing",
                     "the generation of the warning that you have seen");
        return 0;
    }
    return fields.whole_number("generation");
}

rules::Why why_in(JsonFields& fields, bool wants_reason) {
    rules::Why why;
    why.reason = wants_reason ? fields.text("reason") : fields.maybe_text("reason");
    why.clause = fields.maybe_text("clause");
    return why;
}

void fill_change(JsonFields& fields, ChangeRequest& request, rules::Zone zone) {
    request.from = fields.maybe_instant("from", zone);
    request.expected_to = fields.maybe_instant("expected_to", zone);
    request.lapses_at = fields.maybe_instant("lapses_at", zone);
    request.ordered_by = fields.maybe_text("ordered_by");
    if (fields.member("mandatory") != nullptr) request.mandatory = fields.maybe_flag("mandatory");
    request.why = why_in(fields, true);
}

plans::Correction correction_in(const json::value& value, rules::Faults& faults) {
    JsonFields fields(value, "corrections", kBodyName, faults);
    plans::Correction correction;
    correction.source = fields.maybe_text("source");
    const std::string day = fields.text("day");
    const auto parsed = rules::parse_day(day);
    if (!parsed) fields.fault("day", "'" + day + "' is not a day", "2026-12-01");
    correction.day = parsed.value_or(rules::CivilDay{});
    const std::int64_t aqi = fields.whole_number("aqi");
    if (aqi < 0 || aqi > 500) fields.fault("aqi", "is out of range", "0 to 500");
    correction.aqi = static_cast<int>(aqi);
    correction.why = said_in(fields, "why");
    fields.refuse_unknown();
    return correction;
}

constexpr std::chrono::days kCauseDaysMax{31};  // of one statement: longer than any episode
constexpr std::size_t kListMax = 100;           // of what one consultation changes

rules::CivilDay day_in(JsonFields& fields, std::string_view key) {
    const std::string text = fields.text(key);
    const auto day = rules::parse_day(text);
    if (!day && !text.empty()) fields.fault(key, "'" + text + "' is not a day", "2026-12-01");
    return day.value_or(rules::CivilDay{});
}

// A word that names no cause, or several that speak against each other, decides nothing.
rules::EpisodeCause cause_in(JsonFields& fields) {
    const std::string text = fields.text("cause");
    const rules::EpisodeCause cause = rules::parse_cause(text);
    if (cause == rules::EpisodeCause::kNotStated || cause == rules::EpisodeCause::kOther) {
        fields.fault(
            "cause", "'" + text + "' 不是一种明确的成因 / names no one cause",
            "沙尘, 臭氧, 火灾, 境外传输, 区域传输, 秸秆焚烧, 细颗粒物 / dust, ozone, fire, "
            "transboundary, transport, straw, pm25");
    }
    return cause;
}

plans::StatedCause stated_in(JsonFields& fields, std::string_view why) {
    plans::StatedCause stated;
    stated.source = fields.maybe_text("source");
    stated.from = day_in(fields, "from");
    stated.to = stated.from;
    if (const json::value* to = fields.member("to"); to != nullptr && !to->is_null()) {
        stated.to = day_in(fields, "to");
        if (stated.to < stated.from || stated.to - stated.from >= kCauseDaysMax) {
            fields.fault("to", "is not a last day within 31 days", "a day not before `from`");
        }
    }
    stated.cause = cause_in(fields);
    stated.why = said_in(fields, why);
    return stated;
}

plans::StatedCause stated_of(const json::value& value, rules::Faults& faults) {
    JsonFields fields(value, "causes", kBodyName, faults);
    plans::StatedCause stated = stated_in(fields, "why");
    fields.refuse_unknown();
    return stated;
}

CauseWithdrawal withdrawal_of(const json::value& value, rules::Faults& faults) {
    JsonFields fields(value, "withdrawn_causes", kBodyName, faults);
    CauseWithdrawal withdrawal;
    withdrawal.number = fields.whole_number("number", 1);
    withdrawal.why = said_in(fields, "why");
    fields.refuse_unknown();
    return withdrawal;
}

// A list that may be left out; each of its items is read by `read`.
template <class Item, class Read>
std::vector<Item> list_in(JsonFields& fields, std::string_view key, std::string cure, Read read,
                          rules::Faults& faults) {
    std::vector<Item> items;
    const json::value* list = fields.member(key);
    if (list == nullptr) return items;
    if (!list->is_array() || list->get_array().size() > kListMax) {
        fields.fault(key, "is not a list of at most 100", std::move(cure));
        return items;
    }
    for (const json::value& item : list->get_array()) items.push_back(read(item, faults));
    return items;
}

int status_of(Refusal refusal) {
    switch (refusal) {
        case Refusal::kRoleMayNotPropose:
        case Refusal::kRoleMayNotSign:
        case Refusal::kProposerMayNotSign:
        case Refusal::kNotTheProposer:
            return 403;
        case Refusal::kNobody:
        case Refusal::kNoReason:
        case Refusal::kWrongSpan:
            return 422;
        case Refusal::kStale:
        case Refusal::kNotNow:
        case Refusal::kChangePending:
        case Refusal::kNothingPending:
        case Refusal::kSignedAlready:
        case Refusal::kConsultationMissing:
        case Refusal::kLapsed:
        case Refusal::kNotLapsedYet:
        case Refusal::kNothingDue:
        case Refusal::kBelowFloor:
        case Refusal::kNotStricter:
        case Refusal::kNotMilder:
        case Refusal::kNotLater:
        case Refusal::kNotClear:
        case Refusal::kUnfilled:
            return 409;
    }
    return 409;
}

}  // namespace

rules::Result<ChangeRequest> read_start(const std::string& body, rules::Zone zone) {
    const auto fill = [zone](JsonFields& fields, ChangeRequest& request) {
        request.kind = rules::ChangeKind::kStart;
        request.colour = colour_in(fields, "colour");
        request.exercise = fields.maybe_flag("exercise");
        request.participants = fields.maybe_texts("participants");
        if (!request.participants.empty() && !request.exercise) {
            fields.fault("participants", "are for an exercise", "\"exercise\": true with them");
        }
        if (request.participants.size() > kParticipantsMost) {
            fields.fault("participants", "are more than 1000",
                         "counties in the place of enterprises");
        }
        fill_change(fields, request, zone);
    };
    return read_request<ChangeRequest>(body, fill);
}

rules::Result<ChangeRequest> read_change(const std::string& body, rules::Zone zone) {
    const auto fill = [zone](JsonFields& fields, ChangeRequest& request) {
        const std::string word = fields.text("kind");
        const auto kind = rules::parse_change_kind(word);
        if (!kind || *kind == rules::ChangeKind::kStart) {
            fields.fault("kind", "'" + word + "' is not a change",
                         "raise, lower, extend, merge, suspend, resume or lift");
        }
        request.kind = kind.value_or(rules::ChangeKind::kExtend);
        request.colour = maybe_colour(fields, "colour");
        const bool wants_colour =
            request.kind == rules::ChangeKind::kRaise || request.kind == rules::ChangeKind::kLower;
        if (wants_colour && !request.colour) {
            fields.fault("colour", "is missing", "the colour to change to");
        }
        request.generation = generation_in(fields);
        fill_change(fields, request, zone);
    };
    return read_request<ChangeRequest>(body, fill);
}

rules::Result<ConsultRequest> read_consultation(const std::string& body, rules::Zone zone) {
    rules::Faults inner;
    const auto fill = [zone, &inner](JsonFields& fields, ConsultRequest& request) {
        read_participants(fields, request);
        request.summary = fields.maybe_text("summary");
        request.corrections = list_in<plans::Correction>(
            fields, "corrections", R"([{"day", "aqi", "why"}])", correction_in, inner);
        request.causes = list_in<plans::StatedCause>(
            fields, "causes", R"([{"from", "to", "cause", "why"}])", stated_of, inner);
        request.withdrawn_causes = list_in<CauseWithdrawal>(
            fields, "withdrawn_causes", R"([{"number", "why"}])", withdrawal_of, inner);
        request.colour = maybe_colour(fields, "colour");
        request.from = fields.maybe_instant("from", zone);
        request.expected_to = fields.maybe_instant("expected_to", zone);
        request.amends = request.colour || request.from || request.expected_to;
        request.generation = generation_in(fields);
        request.why = why_in(fields, true);
    };
    auto request = read_request<ConsultRequest>(body, fill);
    if (inner.empty()) return request;
    if (!request) {
        const rules::Faults more = request.error();
        inner.insert(inner.begin(), more.begin(), more.end());
    }
    return inner;
}

rules::Result<SimpleRequest> read_simple(const std::string& body, bool wants_reason) {
    const auto fill = [wants_reason](JsonFields& fields, SimpleRequest& request) {
        request.generation = generation_in(fields);
        request.why = why_in(fields, wants_reason);
        // A one-time code with a signature has been looked at before (trust/login_service.hpp).
        (void)fields.maybe_text("code");
    };
    return read_request<SimpleRequest>(body, fill);
}

rules::Result<plans::StatedCause> read_cause(const std::string& body) {
    const auto fill = [](JsonFields& fields, plans::StatedCause& stated) {
        stated = stated_in(fields, "reason");
    };
    return read_request<plans::StatedCause>(body, fill);
}

rules::Result<std::string> read_reason(const std::string& body) {
    const auto fill = [](JsonFields& fields, std::string& reason) {
        reason = said_in(fields, "reason");
    };
    return read_request<std::string>(body, fill);
}

rules::Result<PreviewRequest> read_preview(const std::string& body, rules::Zone zone) {
    const auto fill = [zone](JsonFields& fields, PreviewRequest& request) {
        request.colour = colour_in(fields, "colour");
        request.from = fields.maybe_instant("from", zone);
    };
    return read_request<PreviewRequest>(body, fill);
}

rules::Result<rules::ColourFloor> read_floor(const std::string& body, rules::Zone zone) {
    const auto fill = [zone](JsonFields& fields, rules::ColourFloor& floor) {
        floor.document = said_in(fields, "document");
        floor.clause = fields.maybe_text("clause");
        floor.colour = colour_in(fields, "colour");
        floor.span.from = fields.instant("from", zone);
        floor.span.to = fields.instant("to", zone);
        if (floor.span.to <= floor.span.from) {
            fields.fault("to", "is not after `from`", "the instant at which the floor ends");
        }
    };
    return read_request<rules::ColourFloor>(body, fill);
}

namespace {

// It stands in addresses of the API, where a slash, a line break or dots alone could not be told
// from the path.
std::string number_in_path(JsonFields& fields, std::string_view key) {
    std::string number = said_in(fields, key);
    if (number == "." || number == ".." || number.find_first_of("/\\\n\r\t") != std::string::npos) {
        fields.fault(key, "'" + number + "' 不能写入网址 / cannot stand in an address",
                     "一行，不含 / 和 \\ ，如 京环发2026-3 / one line without / and \\");
    }
    return number;
}

}  // namespace

rules::Result<PromptRequest> read_prompt(const std::string& body, rules::Zone zone) {
    const auto fill = [zone](JsonFields& fields, PromptRequest& request) {
        request.prompt.number = number_in_path(fields, "number");
        request.prompt.zone = fields.text("zone");
        request.prompt.colour = colour_in(fields, "colour");
        request.prompt.from = fields.instant("from", zone);
        request.prompt.to = fields.maybe_instant("to", zone);
        request.prompt.deadline = fields.instant("deadline", zone);
        request.note = fields.maybe_text("note");
        request.asks = fields.maybe_text("asks");
        if (request.asks.empty()) request.asks = "warning";
        if (request.asks != "warning" && request.asks != "lift") {
            fields.fault("asks", "'" + request.asks + "' is not known", "warning or lift");
        }
        if (request.prompt.to && *request.prompt.to <= request.prompt.from) {
            fields.fault("to", "is not after `from`", "");
        }
    };
    return read_request<PromptRequest>(body, fill);
}

rules::Result<FollowRequest> read_follow(const std::string& body) {
    const auto fill = [](JsonFields& fields, FollowRequest& request) {
        request.region = fields.text("region");
        request.state = fields.text("state");
        request.note = fields.maybe_text("note");
        if (request.state != "followed" && request.state != "refused" &&
            request.state != "waiting") {
            fields.fault("state", "'" + request.state + "' is not known",
                         "followed, refused or waiting");
        }
    };
    return read_request<FollowRequest>(body, fill);
}

json::value warning_view(const StoredWarning& warning, rules::Zone zone) {
    json::value value = plans::to_json(warning.state, zone);
    json::object& object = value.as_object();
    object["number"] = warning.number;
    object["created_at"] = rules::to_iso(warning.created_at, zone);
    object["updated_at"] = rules::to_iso(warning.updated_at, zone);
    object["plan_generation"] = warning.plan_generation;
    return value;
}

ApiResponse answer_faults(const rules::Faults& faults) {
    return answer_problem(422, "请求内容有误", "the request is not right", faults);
}

ApiResponse answer_refused(const rules::Refused& refused) {
    rules::Faults faults{{{}, refused.what, refused.clause, rules::Severity::kError}};
    // Programs want the name itself, not the sentence.
    json::object beside{{"refusal", json::string(rules::to_text(refused.name))},
                        {"clause", refused.clause}};
    return answer_problem(status_of(refused.name), rules::to_chinese(refused.name),
                          rules::to_text(refused.name), faults, std::move(beside));
}

ApiResponse answer_of(const DeskAnswer& answer, rules::Zone zone) {
    if (const auto* refused = std::get_if<rules::Refused>(&answer)) return answer_refused(*refused);
    return answer_json(warning_view(std::get<DeskDone>(answer).warning, zone));
}

}  // namespace qk::daemon
