// The API of duty: roster, matters and what people do about them, hand-overs.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/access/role_sets.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/body_fields.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/duty.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/roster/duty_desk.hpp"
#include "daemon/roster/duty_service.hpp"
#include "daemon/roster/handover_desk.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/sha256.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

constexpr CursorKind kMattersCursor{"matters", "n"};
constexpr CursorKind kHandoversCursor{"handovers", "n"};

ApiResponse wrong_content(const rules::Faults& faults) {
    return answer_problem(422, "内容有误，未受理", "the content is refused", faults);
}
ApiResponse no_such_matter() { return answer_problem(404, "没有这个待办事项", "no such matter"); }
ApiResponse no_such_handover() {
    return answer_problem(404, "没有这份交接班记录", "no such hand-over");
}

// Zero, which is nobody's number, for what is not one.
std::int64_t number_in(const Call& call) {
    return rules::parse_whole(call.parameter("number"), 1, rules::kWholeMost).value_or(0);
}

DutyActor actor_of(const Call& call) {
    return {call.caller->id, call.request.remote, call.caller->region};
}

json::array faults_json(const rules::Faults& faults) {
    json::array items;
    for (const rules::Fault& fault : faults) items.emplace_back(rules::to_text(fault));
    return items;
}

json::object head_json(const std::optional<RosterRow>& head, rules::Zone zone) {
    if (!head) return {{"number", nullptr}};
    return {{"number", head->number},
            {"at", plans::iso(head->at, zone)},
            {"person", head->person},
            {"source", head->source},
            {"sha256", head->sha256}};
}

json::object roster_json(const DutyView& view, const std::optional<RosterRow>& head) {
    const rules::Zone zone = view.pack->zone;
    json::object object = head_json(head, zone);
    json::array shifts;
    for (const plans::Shift& shift : view.roster->shifts) {
        shifts.emplace_back(json::object{{"role", shift.role},
                                         {"person", shift.person},
                                         {"deputy", shift.deputy},
                                         {"phone", shift.phone},
                                         {"deputy_phone", shift.deputy_phone},
                                         {"from", plans::iso(shift.span.from, zone)},
                                         {"to", plans::iso(shift.span.to, zone)}});
    }
    json::array absences;
    for (const plans::Absence& absence : view.roster->absences) {
        absences.emplace_back(json::object{{"person", absence.person},
                                           {"from", plans::iso(absence.span.from, zone)},
                                           {"to", plans::iso(absence.span.to, zone)}});
    }
    object["needs"] = plans::texts(view.roster->needs);
    object["shifts"] = std::move(shifts);
    object["absences"] = std::move(absences);
    object["gaps"] = gaps_view(view);
    return object;
}

ApiResponse answer_of(const DutyActAnswer& answer) {
    switch (answer.outcome) {
        case DutyActAnswer::Outcome::kDone:
            return answer_json(answer.matter);
        case DutyActAnswer::Outcome::kNoSuchMatter:
            return no_such_matter();
        case DutyActAnswer::Outcome::kOfAnotherRegion:
            return answer_problem(403, "该事项不在您的辖区", "the matter is of another region");
        case DutyActAnswer::Outcome::kRefused:
            return answer_problem(409, "现在不能这样处理", "this cannot be done now", answer.why);
    }
    return no_such_matter();
}

ApiResponse answer_of(const HandoverAnswer& answer, int status) {
    switch (answer.outcome) {
        case HandoverAnswer::Outcome::kDone:
            return answer_json(answer.handover, status);
        case HandoverAnswer::Outcome::kNoSuchHandover:
            return no_such_handover();
        case HandoverAnswer::Outcome::kRefused:
            return answer_problem(409, "交接班未受理", "the hand-over is refused", answer.why);
    }
    return no_such_handover();
}

rules::Result<DutyAct> read_act(const Call& call, DutyAct::Kind kind, rules::Zone zone) {
    const auto fill = [kind, zone](plans::JsonFields& fields, DutyAct& act) {
        act.kind = kind;
        act.note = fields.maybe_text("note");
        if (kind == DutyAct::Kind::kSnooze) act.until = fields.instant("until", zone);
        if (kind != DutyAct::Kind::kEscalate) return;
        const auto step =
            fields.whole_number("step", 1, static_cast<std::int64_t>(plans::kLadderStepsMax));
        act.step = static_cast<std::size_t>(std::max<std::int64_t>(step, 1) - 1);
    };
    return read_said_body<DutyAct>(call, fill);
}

rules::Result<MatterQuery> query_of(const Call& call) {
    MatterQuery query;
    const std::string state = call.query_value("state").value_or("open");
    if (state != "open" && state != "all") {
        return rules::refuse("state: '" + state + "' is not known", "open or all");
    }
    query.is_open_only = state == "open";
    query.kind = call.query_value("kind").value_or("");
    if (!query.kind.empty() && !plans::parse_matter_kind(query.kind)) {
        return rules::refuse("kind: '" + query.kind + "' is not known",
                             "consultation, signature, prompt, order, refusal, case, outage, "
                             "task or roster_gap");
    }
    return query;
}

}  // namespace

asio::awaitable<ApiResponse> DutyService::show(Call call) const {
    const DutyView now = view();
    Instant at = now.now;
    if (const auto text = call.query_value("at")) {
        const auto asked = rules::parse_instant(*text, now.pack->zone);
        if (!asked)
            co_return wrong_content(rules::refuse(rules::not_a_time(*text), rules::kTimeCure));
        at = *asked;
    }
    auto read = [](Session& db) { return count_open_by_kind(db); };
    const std::vector<KindCount> counts =
        co_await context_.store.read(std::move(read), call.reader());
    json::object open;
    for (const KindCount& one : counts) open[one.kind] = one.count;
    json::object answer{{"at", plans::iso(at, now.pack->zone)},
                        {"on_duty", on_duty_view(now, at)},
                        {"gaps", gaps_view(now)},
                        {"open", std::move(open)},
                        {"beyond", beyond_},
                        {"roster", head_json(registry_.head(), now.pack->zone)}};
    co_return answer_json(answer);
}

asio::awaitable<ApiResponse> DutyService::hand_in_roster(Call call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const auto body = read_list_text(call);
    if (!body) co_return wrong_content(body.error());
    auto read = registry_.read(body->text, body->form, "roster." + body->form);
    if (!read) co_return wrong_content(read.error());
    RosterRow row{0,          context_.clock.now(),          call.caller->id, "api",
                  body->form, plans::sha256_hex(body->text), body->text};
    DutyView now = view();
    now.roster = std::make_shared<const plans::Roster>(read->roster);
    auto work = [&](Session& db) {
        row.number = store_roster(db, row);
        const json::object data{{"number", row.number},
                                {"person", row.person},
                                {"source", row.source},
                                {"sha256", row.sha256},
                                {"shifts", now.roster->shifts.size()}};
        append_event(db, row.at, "duty.roster", data);
        append_audit(db, {row.at, row.person, call.request.remote, "duty.roster",
                          std::to_string(row.number), data});
        json::object answer = roster_json(now, row);
        answer["warnings"] = faults_json(read->warnings);
        return answer_json(answer, 201);
    };
    ApiResponse answer = co_await answer_once(context_.store, call, std::move(work));
    // A repeat that was answered before has put it in force already.
    if (row.number > 0) registry_.put_in_force(std::move(read->roster), std::move(row));
    context_.events.wake();
    acted_.wake();
    co_return answer;
}

asio::awaitable<ApiResponse> DutyService::act(Call call, int kind) {
    const DutyView now = view();
    const auto act = read_act(call, static_cast<DutyAct::Kind>(kind), now.pack->zone);
    if (!act) co_return wrong_content(act.error());
    const DutyActor actor = actor_of(call);
    const std::int64_t number = number_in(call);
    auto work = [&](Session& db) { return answer_of(take_duty_act(db, now, actor, number, *act)); };
    ApiResponse answer = co_await answer_once(context_.store, call, std::move(work));
    context_.events.wake();
    acted_.wake();
    co_return answer;
}

asio::awaitable<ApiResponse> DutyService::give(Call call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const auto fill = [](plans::JsonFields& fields, HandoverRequest& request) {
        request.to = fields.text("to");
        request.note = fields.maybe_text("note");
    };
    const auto request = read_said_body<HandoverRequest>(call, fill);
    if (!request) co_return wrong_content(request.error());
    const DutyView now = view();
    const DutyActor actor = actor_of(call);
    auto work = [&](Session& db) {
        return answer_of(give_handover(db, now, actor, *request), 201);
    };
    ApiResponse answer = co_await answer_once(context_.store, call, std::move(work));
    context_.events.wake();
    co_return answer;
}

asio::awaitable<ApiResponse> DutyService::take(Call call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const auto fill = [](plans::JsonFields& fields, std::string& note) {
        note = fields.maybe_text("note");
    };
    const auto note = read_said_body<std::string>(call, fill);
    if (!note) co_return wrong_content(note.error());
    const DutyView now = view();
    const DutyActor actor = actor_of(call);
    const std::int64_t number = number_in(call);
    auto work = [&](Session& db) {
        return answer_of(take_over_shift(db, now, actor, number, *note), 200);
    };
    ApiResponse answer = co_await answer_once(context_.store, call, std::move(work));
    context_.events.wake();
    co_return answer;
}

void DutyService::add_roster_routes(Router& router) {
    router.serve(operation::kShowDuty, kReaders, [this](const Call& call) { return show(call); });
    router.serve(operation::kShowRoster, kReaders,
                 [this](const Call&) -> asio::awaitable<ApiResponse> {
                     co_return answer_json(roster_json(view(), registry_.head()));
                 });
    router.serve(operation::kRecordRoster, kRosterKeepers,
                 [this](const Call& call) { return hand_in_roster(call); });
}

void DutyService::add_matter_routes(Router& router) {
    router.serve(operation::kListMatters, kReaders,
                 [this](const Call& call) -> asio::awaitable<ApiResponse> {
                     const auto asked = cursor_paging_of(call, kMattersCursor);
                     if (!asked) co_return answer_bad_cursor(asked.error());
                     auto query = query_of(call);
                     if (!query) co_return wrong_content(query.error());
                     query->region_prefix = covers(call, context_.pack->region_code)
                                                ? std::string()
                                                : caller_region_prefix(call);
                     query->offset = asked->offset();
                     query->limit = asked->page.per_page;
                     query->below = asked->below();
                     const DutyView now = view();
                     auto read = [&](Session& db) {
                         json::array items;
                         for (const MatterRow& row : list_matters(db, *query)) {
                             items.emplace_back(matter_view(db, now, row));
                         }
                         return answer_numbered_page(std::move(items), *asked, kMattersCursor,
                                                     [&] { return count_matters(db, *query); });
                     };
                     co_return co_await context_.store.read_slowly(std::move(read), call.reader());
                 });
    router.serve(operation::kShowMatter, kReaders,
                 [this](const Call& call) -> asio::awaitable<ApiResponse> {
                     const DutyView now = view();
                     const std::int64_t number = number_in(call);
                     auto read = [&](Session& db) {
                         const auto row = load_matter(db, number);
                         if (!row || (!row->region.empty() && !covers(call, row->region))) {
                             return no_such_matter();
                         }
                         return answer_json(matter_view(db, now, *row));
                     };
                     co_return co_await context_.store.read(std::move(read), call.reader());
                 });
    const auto serve = [this, &router](OperationId id, DutyAct::Kind kind) {
        router.serve(id, kDutyActors,
                     [this, kind](const Call& call) { return act(call, static_cast<int>(kind)); });
    };
    serve(operation::kAcknowledgeMatter, DutyAct::Kind::kAcknowledge);
    serve(operation::kSnoozeMatter, DutyAct::Kind::kSnooze);
    serve(operation::kEscalateMatter, DutyAct::Kind::kEscalate);
}

void DutyService::add_handover_routes(Router& router) {
    router.serve(operation::kListHandovers, kReaders,
                 [this](const Call& call) -> asio::awaitable<ApiResponse> {
                     const auto asked = cursor_paging_of(call, kHandoversCursor);
                     if (!asked) co_return answer_bad_cursor(asked.error());
                     const rules::Zone zone = context_.pack->zone;
                     auto read = [&](Session& db) {
                         json::array items;
                         for (const HandoverRow& row : list_handovers(db, asked->newest_first())) {
                             items.emplace_back(handover_view(row, zone));
                         }
                         return answer_numbered_page(std::move(items), *asked, kHandoversCursor,
                                                     [&db] { return count_handovers(db); });
                     };
                     co_return co_await context_.store.read(std::move(read), call.reader());
                 });
    router.serve(operation::kShowHandover, kReaders,
                 [this](const Call& call) -> asio::awaitable<ApiResponse> {
                     const std::int64_t number = number_in(call);
                     auto read = [number](Session& db) { return load_handover(db, number); };
                     const auto row = co_await context_.store.read(std::move(read), call.reader());
                     // It names enterprises of the whole region.
                     if (auto refused = refuse_part(call, context_.pack->region_code))
                         co_return *refused;
                     if (!row) co_return no_such_handover();
                     if (call.query_value("format") != "html") {
                         co_return answer_json(handover_view(*row, context_.pack->zone));
                     }
                     const bool is_english = call.query_value("lang") == "en";
                     co_return answer_html(handover_html(*row, view(), is_english));
                 });
    router.serve(operation::kGiveHandover, kRosterKeepers,
                 [this](const Call& call) { return give(call); });
    router.serve(operation::kTakeHandover, kRosterKeepers,
                 [this](const Call& call) { return take(call); });
}

void DutyService::add_routes(Router& router) {
    add_roster_routes(router);
    add_matter_routes(router);
    add_handover_routes(router);
}

}  // namespace qk::daemon
