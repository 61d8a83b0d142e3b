// Floors from above (上级下限要求) and regional prompts (区域预警提示): what higher tiers order
// or ask, and who has followed.
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/http/rights.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/statement.hpp"
#include "daemon/warning/follow_up.hpp"
#include "daemon/warning/requests.hpp"
#include "daemon/warning/warning_service.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

const std::set<Role> kReaders{Role::kDutyOfficer,   Role::kApprover, Role::kInspector,
                              Role::kCountyOfficer, Role::kAuditor,  Role::kAdmin};
const std::set<Role> kDuty{Role::kDutyOfficer};
const std::set<Role> kFollowers{Role::kDutyOfficer, Role::kCountyOfficer};

json::value iso_or_null(const std::optional<rules::Instant>& at, rules::Zone zone) {
    return at ? json::value(rules::to_iso(*at, zone)) : json::value(nullptr);
}

void tell(SQLite::Database& db, const DeskView& desk, const DeskPerson& person, const char* name,
          const std::string& subject, const json::object& data) {
    append_event(db, desk.now, name, data);
    append_audit(db, {desk.now, person.actor.person, person.remote, name, subject, data});
}

json::object floor_view(const rules::Floor& floor, rules::Zone zone) {
    return {{"id", floor.id},
            {"document", floor.document},
            {"clause", floor.clause},
            {"colour", json::string(rules::to_text(floor.colour))},
            {"from", rules::to_iso(floor.span.from, zone)},
            {"to", rules::to_iso(floor.span.to, zone)}};
}

ApiResponse record_floor(SQLite::Database& db, const DeskView& desk, const DeskPerson& person,
                         rules::Floor floor) {
    floor.id = fmt::format("F{}", count_of(db, "SELECT count(*) FROM floors_from_above") + 1);
    run_statement(db,
                  "INSERT INTO floors_from_above(id, document, clause, colour, \"from\", \"to\", "
                  "recorded_at, recorded_by) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
                  floor.id, floor.document, floor.clause, rules::to_text(floor.colour),
                  floor.span.from, floor.span.to, desk.now, person.actor.person);
    const json::object view = floor_view(floor, desk.pack->zone);
    tell(db, desk, person, "floor.recorded", floor.id, view);
    return answer_json(view, 201);
}

// One row of `prompts` with its follow-up list.
json::object prompt_view(SQLite::Database& db, SQLite::Statement& row, const DeskView& desk) {
    const rules::Zone zone = desk.pack->zone;
    const rules::Instant deadline = instant_at(row, 5);
    json::object view{{"number", text_at(row, 0)},
                      {"zone", text_at(row, 1)},
                      {"colour", text_at(row, 2)},
                      {"from", rules::to_iso(instant_at(row, 3), zone)},
                      {"to", iso_or_null(optional_instant_at(row, 4), zone)},
                      {"deadline", rules::to_iso(deadline, zone)},
                      {"note", text_at(row, 6)},
                      {"recorded_at", rules::to_iso(instant_at(row, 7), zone)},
                      {"recorded_by", text_at(row, 8)}};
    SQLite::Statement follow(db,
                             "SELECT region, name, state, at, by, note FROM prompt_follow_up WHERE "
                             "prompt=?1 ORDER BY region");
    bind_all(follow, text_at(row, 0));
    json::array list;
    int waiting = 0;
    while (follow.executeStep()) {
        const std::string state = text_at(follow, 2);
        const auto at = optional_instant_at(follow, 3);
        const bool is_waiting = state == "waiting";
        waiting += is_waiting ? 1 : 0;
        const bool late = is_waiting ? desk.now > deadline : at && *at > deadline;
        list.emplace_back(json::object{{"region", text_at(follow, 0)},
                                       {"name", text_at(follow, 1)},
                                       {"state", state},
                                       {"at", iso_or_null(at, zone)},
                                       {"by", text_at(follow, 4)},
                                       {"note", text_at(follow, 5)},
                                       {"late", late}});
    }
    view["waiting"] = waiting;
    view["overdue"] = waiting > 0 && desk.now > deadline;
    view["follow_up"] = std::move(list);
    return view;
}

constexpr const char* kPromptColumns =
    "number, zone, colour, \"from\", \"to\", deadline, note, recorded_at, recorded_by";

std::optional<json::object> find_prompt(SQLite::Database& db, const DeskView& desk,
                                        const std::string& number) {
    SQLite::Statement row(db,
                          fmt::format("SELECT {} FROM prompts WHERE number=?1", kPromptColumns));
    bind_all(row, number);
    if (!row.executeStep()) return std::nullopt;
    return prompt_view(db, row, desk);
}

ApiResponse record_prompt(SQLite::Database& db, const DeskView& desk, const DeskPerson& person,
                          const PromptRequest& request) {
    const rules::RegionalPrompt& prompt = request.prompt;
    if (find_prompt(db, desk, prompt.number)) {
        return answer_problem(409, "该文号的提示已登记", "a prompt of this number is on record");
    }
    run_statement(db,
                  "INSERT INTO prompts(number, zone, colour, \"from\", \"to\", deadline, note, "
                  "recorded_at, recorded_by) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
                  prompt.number, prompt.zone, rules::to_text(prompt.colour), prompt.from, prompt.to,
                  prompt.deadline, request.note, desk.now, person.actor.person);
    const auto add = [&](const std::string& region, const std::string& name) {
        run_statement(db,
                      "INSERT INTO prompt_follow_up(prompt, region, name, state, by, note) "
                      "VALUES(?1,?2,?3,'waiting','','')",
                      prompt.number, region, name);
    };
    add(desk.pack->region_code, desk.pack->name);
    for (const plans::SubRegion& county : desk.pack->sub_regions) {
        if (county.code != desk.pack->region_code) add(county.code, county.name);
    }
    if (const auto open = open_warning(db, false)) note_own_follow_up(db, desk, open->state);
    const json::object view = *find_prompt(db, desk, prompt.number);
    tell(db, desk, person, "prompt.recorded", prompt.number, view);
    return answer_json(view, 201);
}

ApiResponse record_follow(SQLite::Database& db, const DeskView& desk, const DeskPerson& person,
                          const std::string& number, const FollowRequest& request) {
    if (!covers(person.region, request.region)) {
        return answer_problem(403, "只能登记本地区的落实情况", "another region's follow-up");
    }
    SQLite::Statement known(db,
                            "SELECT count(*) FROM prompt_follow_up WHERE prompt=?1 AND region=?2");
    bind_all(known, number, request.region);
    known.executeStep();
    if (known.getColumn(0).getInt() == 0) {
        return answer_problem(404, "没有这个提示或地区", "no such prompt or region");
    }
    run_statement(db,
                  "UPDATE prompt_follow_up SET state=?3, at=?4, by=?5, note=?6 WHERE prompt=?1 AND "
                  "region=?2",
                  number, request.region, request.state, desk.now, person.actor.person,
                  request.note);
    tell(db, desk, person, "prompt.followed", number,
         {{"number", number},
          {"region", request.region},
          {"state", request.state},
          {"note", request.note}});
    return answer_json(*find_prompt(db, desk, number));
}

ApiResponse list_prompts(SQLite::Database& db, const DeskView& desk, const Call& call) {
    const Paging paging = paging_of(call);
    SQLite::Statement row(db, fmt::format("SELECT {} FROM prompts ORDER BY recorded_at DESC, "
                                          "number LIMIT ?1 OFFSET ?2",
                                          kPromptColumns));
    bind_all(row, static_cast<std::int64_t>(paging.per_page),
             static_cast<std::int64_t>((paging.page - 1) * paging.per_page));
    json::array items;
    while (row.executeStep()) items.emplace_back(prompt_view(db, row, desk));
    const auto total = static_cast<std::size_t>(count_of(db, "SELECT count(*) FROM prompts"));
    return answer_page(std::move(items), paging, total);
}

ApiResponse list_floors(SQLite::Database& db, const DeskView& desk, const Call& call) {
    json::array items;
    for (const rules::Floor& floor : floors_now(db, desk.now)) {
        items.emplace_back(floor_view(floor, desk.pack->zone));
    }
    return answer_page_of(std::move(items), paging_of(call));
}

}  // namespace

void WarningService::add_floor_and_prompt_routes(Router& router) {
    const auto get = [this, &router](const char* pattern, const char* summary, auto answer) {
        Handler handler = [this, answer](const Call& call) {
            Work work = [call, answer](SQLite::Database& db, const DeskView& desk,
                                       const DeskPerson&) -> ApiResponse {
                return answer(db, desk, call);
            };
            return read(std::move(work));
        };
        router.add({"GET", pattern, kReaders, summary, std::move(handler), {}, {}});
    };
    const auto post = [this, &router](const char* pattern, const std::set<Role>& roles,
                                      const char* summary, std::vector<FieldNote> fields,
                                      auto answer, Concerns concerns = Concerns::kRegion) {
        Handler handler = [this, answer, concerns](const Call& call) {
            Work work = [call, answer](SQLite::Database& db, const DeskView& desk,
                                       const DeskPerson& person) -> ApiResponse {
                return answer(db, desk, person, call);
            };
            return write(call, std::move(work), concerns);
        };
        router.add({"POST", pattern, roles, summary, std::move(handler), {}, std::move(fields)});
    };
    get("/api/v1/floors", "上级规定的最低级别（未到期）", list_floors);
    post(
        "/api/v1/floors", kDuty, "登记上级规定的最低级别",
        {{"document", "string", "文号"},
         {"clause", "string", "原文"},
         {"colour", "string", "不低于的级别"},
         {"from", "string", "起"},
         {"to", "string", "止"}},
        [](SQLite::Database& db, const DeskView& desk, const DeskPerson& person, const Call& call) {
            auto floor = read_floor(call.request.body, desk.pack->zone);
            if (!floor) return answer_faults(floor.error());
            return record_floor(db, desk, person, std::move(*floor));
        });
    get("/api/v1/prompts", "区域预警提示及各市县落实情况", list_prompts);
    get("/api/v1/prompts/{number}", "一份区域预警提示",
        [](SQLite::Database& db, const DeskView& desk, const Call& call) {
            const auto prompt = find_prompt(db, desk, call.parameter("number"));
            if (!prompt) return answer_problem(404, "没有这份提示", "no such prompt");
            return answer_json(*prompt);
        });
    post(
        "/api/v1/prompts", kDuty, "登记区域预警提示",
        {{"number", "string", "文号"},
         {"zone", "string", "分区"},
         {"colour", "string", "级别"},
         {"from", "string", "启动时间"},
         {"to", "string", "结束时间"},
         {"deadline", "string", "落实时限"},
         {"note", "string", "备注"}},
        [](SQLite::Database& db, const DeskView& desk, const DeskPerson& person, const Call& call) {
            const auto request = read_prompt(call.request.body, desk.pack->zone);
            if (!request) return answer_faults(request.error());
            return record_prompt(db, desk, person, *request);
        });
    post(
        "/api/v1/prompts/{number}/follow", kFollowers, "登记某市县的落实情况",
        {{"region", "string", "地区代码"},
         {"state", "string", "followed, refused, waiting"},
         {"note", "string", "说明"}},
        [](SQLite::Database& db, const DeskView& desk, const DeskPerson& person, const Call& call) {
            const auto request = read_follow(call.request.body);
            if (!request) return answer_faults(request.error());
            return record_follow(db, desk, person, call.parameter("number"), *request);
        },
        Concerns::kPart);
}

}  // namespace qk::daemon
