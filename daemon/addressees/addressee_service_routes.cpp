// The API of addressees and their tasks.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/access/role_sets.hpp"
#include "daemon/addressees/addressee_service.hpp"
#include "daemon/addressees/task_view.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/body_fields.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/addressees.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/clock_watch.hpp"
#include "daemon/base/said.hpp"
#include "daemon/packs/grade_rows.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/response/pre_notice.hpp"
#include "plans/text/base64.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/sha256.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

constexpr CursorKind kTasksCursor{"tasks", "n"};

ApiResponse wrong_task_content(const rules::Faults& faults) {
    return answer_problem(422, "内容有误，未受理", "the content is refused", faults);
}
ApiResponse no_such_task() { return answer_problem(404, "没有这个任务", "no such task"); }

std::int64_t number_of(const Call& call, const char* parameter) {
    return rules::parse_whole(call.parameter(parameter), 1, rules::kWholeMost).value_or(0);
}

// An addressee sees its own; people of a county those of the county.
bool has_any(const Call& call, const RoleSet& roles) {
    return std::ranges::any_of(roles, [&](Role role) { return call.caller->roles.contains(role); });
}
bool is_addressee_alone(const Call& call) { return !has_any(call, kReaders); }
bool may_answer(const Call& call, const TaskRow& task) {
    static const RoleSet kInTheirName{Role::kDutyOfficer, Role::kInspector, Role::kCountyOfficer};
    if (!has_any(call, kInTheirName)) return task.account == call.caller->id;
    return covers(call, task.region);
}
bool may_see(const Call& call, const TaskRow& task) {
    if (is_addressee_alone(call)) return task.account == call.caller->id;
    return covers(call, task.region);
}

struct AnswerBody {
    plans::TaskAnswer answer;
    std::optional<TaskFile> file;
};
// The bytes of a file have limits of their own (plans/addressees/task_answer.hpp).
json::value without_file_bytes(json::value body) {
    if (!body.is_object()) return body;
    json::value* file = body.get_object().if_contains("file");
    if (file != nullptr && file->is_object()) file->get_object().erase("base64");
    return body;
}
// {"revision", "state", "by", "note", "file": {"name", "base64"}}
rules::Result<AnswerBody> read_answer_body(const Call& call) {
    const auto parsed = parse_body(call.request.body);
    if (!parsed) return parsed.error();
    rules::Faults faults = faults_of_said(without_file_bytes(*parsed));
    if (!faults.empty()) return faults;
    plans::JsonFields fields(*parsed, "", kBodyName, faults);
    AnswerBody body;
    body.answer.revision = fields.whole_number("revision", 1);
    const std::string state = fields.text("state");
    const auto known = plans::parse_task_state(state);
    if (!known && !state.empty()) {
        fields.fault("state", "'" + state + "' is not known",
                     "received, executing, done or difficulty");
    }
    body.answer.state = known.value_or(plans::TaskState::kReceived);
    body.answer.by = fields.text("by");
    body.answer.note = fields.maybe_text("note");
    if (const json::value* file = fields.member("file"); file != nullptr && !file->is_null()) {
        plans::JsonFields of_file(*file, "file", kBodyName, faults);
        body.file.emplace();
        body.file->name = of_file.text("name");
        const auto bytes = plans::bytes_of_base64(of_file.text("base64"));
        if (!bytes) of_file.fault("base64", "is not base64", "the file's bytes in base64");
        body.file->bytes = bytes.value_or("");
        of_file.refuse_unknown();
    }
    fields.refuse_unknown();
    if (!faults.empty()) return faults;
    return body;
}

json::array faults_as_texts(const rules::Faults& faults) {
    json::array items;
    for (const rules::Fault& fault : faults) items.emplace_back(rules::to_text(fault));
    return items;
}

json::object list_json(const plans::AddresseeList& list,
                       const std::optional<AddresseeListRow>& head, const Call& call,
                       rules::Zone zone) {
    json::object object{{"number", nullptr}, {"note", list.note}, {"sample", list.is_sample}};
    if (head) {
        object["number"] = head->number;
        object["at"] = rules::to_iso(head->at, zone);
        object["person"] = head->person;
        object["source"] = head->source;
        object["sha256"] = head->sha256;
    }
    json::array items;
    for (const plans::Addressee& one : list.addressees) {
        if (covers(call, one.region)) items.emplace_back(addressee_json(one));
    }
    object["addressees"] = std::move(items);
    object["tasks"] = list.rules.size();
    return object;
}

struct PlantQuestion {
    rules::Colour colour = rules::Colour::kYellow;
    Instant from{};
};
rules::Result<PlantQuestion> read_plant_body(const Call& call, rules::Zone zone) {
    const auto fill = [zone](plans::JsonFields& fields, PlantQuestion& asked) {
        const std::string level = fields.text("level");
        const auto colour = rules::parse_colour(level);
        if (!colour && !level.empty()) {
            fields.fault("level", "'" + level + "' is not a colour", "yellow, orange or red");
        }
        asked.colour = colour.value_or(rules::Colour::kYellow);
        asked.from = fields.instant("from", zone);
    };
    return read_body<PlantQuestion>(call, fill);
}

}  // namespace

asio::awaitable<ApiResponse> AddresseeService::show_list(Call call) const {
    co_return answer_json(
        list_json(*context_.addressees, registry_.head(), call, context_.pack->zone));
}

asio::awaitable<ApiResponse> AddresseeService::hand_in(Call call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const auto body = read_list_text(call);
    if (!body) co_return wrong_task_content(body.error());
    auto read = registry_.read(body->text, body->form, "addressees." + body->form);
    if (!read) co_return wrong_task_content(read.error());
    AddresseeListRow row{0,          context_.clock.now(),          call.caller->id, "api",
                         body->form, plans::sha256_hex(body->text), body->text};
    const rules::Zone zone = context_.pack->zone;
    auto work = [&](Session& db) {
        row.number = store_addressee_list(db, row);
        const json::object data{{"number", row.number},
                                {"person", row.person},
                                {"source", row.source},
                                {"sha256", row.sha256},
                                {"addressees", read->list.addressees.size()}};
        append_event(db, row.at, "addressees.taken", data);
        append_audit(db, {row.at, row.person, call.request.remote, "addressees.taken",
                          std::to_string(row.number), data});
        json::object answer = list_json(read->list, row, call, zone);
        answer["warnings"] = faults_as_texts(read->warnings);
        return answer_json(answer, 201);
    };
    ApiResponse answer = co_await answer_once(context_.store, call, std::move(work));
    // A repeat that was answered before has put it in force already.
    if (row.number > 0) registry_.put_in_force(std::move(read->list), std::move(row));
    context_.events.wake();
    co_return answer;
}

asio::awaitable<ApiResponse> AddresseeService::preview(Call call) const {
    const auto colour = rules::parse_colour(call.query_value("level").value_or(""));
    if (!colour) {
        co_return wrong_task_content(
            rules::refuse("level is missing or cannot be read", "?level=orange"));
    }
    const Instant now = context_.clock.now();
    const auto inventory = context_.inventories.current();
    const std::vector<rules::Segment> segments{{*colour, true, now, std::nullopt}};
    const plans::TaskQuestion question{*context_.addressees, *context_.pack, *inventory, segments,
                                       now};
    json::array items;
    for (const plans::DraftedTask& task : plans::tasks_at_levels(question)) {
        if (!covers(call, task.addressee.region)) continue;
        items.emplace_back(drafted_json(task, context_.pack->zone));
    }
    co_return answer_page_of(items, paging_of(call));
}

asio::awaitable<ApiResponse> AddresseeService::list(Call call) const {
    const auto asked = cursor_paging_of(call, kTasksCursor);
    if (!asked) co_return answer_bad_cursor(asked.error());
    const std::string state = call.query_value("state").value_or("open");
    if (state != "open" && state != "all" && state != "phone") {
        co_return wrong_task_content(
            rules::refuse("state: '" + state + "' is not known", "open, phone or all"));
    }
    TaskQuery query;
    query.is_open_only = state != "all";
    query.is_due_only = state == "phone";
    query.addressee = call.query_value("addressee").value_or("");
    query.about = call.query_value("about").value_or("");
    query.subject = call.query_value("subject").value_or("");
    if (is_addressee_alone(call)) {
        query.account = call.caller->id;
    } else if (!covers(call, context_.pack->region_code)) {
        query.region_prefix = caller_region_prefix(call);
    }
    query.offset = asked->offset();
    query.limit = asked->page.per_page;
    query.below = asked->below();
    const rules::Zone zone = context_.pack->zone;
    auto read = [&](Session& db) {
        json::array items;
        for (const TaskRow& row : list_tasks(db, query)) items.emplace_back(task_head(row, zone));
        return answer_numbered_page(std::move(items), *asked, kTasksCursor,
                                    [&] { return count_tasks(db, query); });
    };
    co_return co_await context_.store.read_slowly(std::move(read), call.reader());
}

asio::awaitable<ApiResponse> AddresseeService::show(Call call) const {
    const std::int64_t number = number_of(call, "number");
    const rules::Zone zone = context_.pack->zone;
    auto read = [&](Session& db) {
        const auto row = load_task(db, number);
        if (!row || !may_see(call, *row)) return no_such_task();
        return answer_json(task_json(db, *row, zone));
    };
    co_return co_await context_.store.read(std::move(read), call.reader());
}

asio::awaitable<ApiResponse> AddresseeService::answer(Call call) {
    const auto body = read_answer_body(call);
    if (!body) co_return wrong_task_content(body.error());
    const std::int64_t number = number_of(call, "number");
    const rules::Zone zone = context_.pack->zone;
    const TaskOrigin origin{call.caller->id, "http", call.request.remote, latest_now(context_)};
    auto work = [&](Session& db) {
        const auto row = load_task(db, number);
        if (!row || !may_see(call, *row) || !may_answer(call, *row)) return no_such_task();
        const auto taken = take_task_answer(db, *row, body->answer, origin, body->file);
        if (!taken)
            return answer_problem(409, "答复未受理", "the answer is refused", taken.error());
        const bool moves = taken->effect == plans::AnswerEffect::kMoves;
        if (moves && tell_answered_) tell_answered_(db, taken->task, origin, body->answer);
        json::object answer = task_json(db, taken->task, zone);
        answer["effect"] = moves ? "moves" : "repeat";
        return answer_json(answer, moves ? 201 : 200);
    };
    ApiResponse answer = co_await answer_once(context_.store, call, std::move(work));
    if (answer.status < 300) context_.events.wake();
    co_return answer;
}

asio::awaitable<ApiResponse> AddresseeService::show_file(Call call) const {
    const std::int64_t number = number_of(call, "number");
    const std::int64_t file = number_of(call, "file");
    auto read = [&](Session& db) {
        const auto row = load_task(db, number);
        if (!row || !may_see(call, *row)) return no_such_task();
        auto content = content_of_task_file(db, number, file);
        if (!content) return answer_problem(404, "没有这个附件", "no such file");
        ApiResponse answer;
        // Whatever it is, a browser keeps it and does not run it.
        answer.content_type = "application/octet-stream";
        answer.body = *std::move(content);
        answer.headers.emplace_back("Content-Disposition", "attachment");
        answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
        return answer;
    };
    co_return co_await context_.store.read_slowly(std::move(read), call.reader());
}

// Plants that cannot stop at once are told that a level is likely; it orders nothing.
asio::awaitable<ApiResponse> AddresseeService::tell_plants(Call call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const rules::Zone zone = context_.pack->zone;
    const auto asked = read_plant_body(call, zone);
    if (!asked) co_return wrong_task_content(asked.error());
    const auto inventory = context_.inventories.current();
    const auto own = context_.catalogue;
    const plans::Catalogue& catalogue = own ? own->catalogue : plans::built_in_catalogue();
    const plans::RegionRules region_rules = plans::from_pack(*context_.pack);
    const Instant now = latest_now(context_);
    auto derive = [&](Session& db) {
        const auto changes = grade_changes_beside(db, inventory->edition, zone);
        plans::DeriveInput input{*inventory,  catalogue,    region_rules, asked->colour,
                                 asked->from, std::nullopt, zone};
        input.grade_changes = &changes;
        const plans::ObligationTable table = plans::derive_table(input);
        return plans::tasks_of_pre_notices(plans::pre_notices(input, table, now), *inventory,
                                           asked->colour, asked->from);
    };
    const std::vector<plans::DraftedTask> tasks =
        co_await context_.store.read_slowly(std::move(derive), call.reader());
    TaskCause cause = task_cause(
        plans::TaskSubject::kPreNotice,
        std::string(rules::to_text(asked->colour)) + " " + rules::to_iso(asked->from, zone),
        *context_.pack, now);
    cause.person = call.caller->id;
    cause.remote = call.request.remote;
    auto work = [&](Session& db) {
        // A plant is not left with two days to choose from.
        lift_other_tasks(db, cause);
        const PutTasks put = put_tasks(db, tasks, cause);
        json::array numbers;
        for (const std::int64_t number : put.changed) numbers.emplace_back(number);
        return answer_json(json::object{{"subject", cause.subject},
                                        {"plants", tasks.size()},
                                        {"unchanged", put.unchanged},
                                        {"tasks", std::move(numbers)}},
                           201);
    };
    ApiResponse answer = co_await answer_once(context_.store, call, std::move(work));
    context_.events.wake();
    co_return answer;
}

void AddresseeService::add_routes(Router& router) {
    router.serve(operation::kShowAddressees, kReaders,
                 [this](const Call& call) { return show_list(call); });
    router.serve(operation::kRecordAddressees, kAdmins,
                 [this](const Call& call) { return hand_in(call); });
    router.serve(operation::kPreviewTasks, kReaders,
                 [this](const Call& call) { return preview(call); });
    router.serve(operation::kSendPreNotices, kProposers,
                 [this](const Call& call) { return tell_plants(call); });
    router.serve(operation::kListTasks, kTaskReaders,
                 [this](const Call& call) { return list(call); });
    router.serve(operation::kShowTask, kTaskReaders,
                 [this](const Call& call) { return show(call); });
    router.serve(operation::kAnswerTask, kTaskAnswerers,
                 [this](const Call& call) { return answer(call); });
    router.serve(operation::kShowTaskFile, kTaskReaders,
                 [this](const Call& call) { return show_file(call); });
}

}  // namespace qk::daemon
