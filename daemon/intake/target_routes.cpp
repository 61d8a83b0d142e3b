#include "daemon/intake/target_routes.hpp"

#include <SQLiteCpp/Statement.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>

#include "daemon/http/rights.hpp"
#include "daemon/intake/county_days.hpp"
#include "daemon/intake/inventory_book.hpp"
#include "daemon/routes.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/sql.hpp"
#include "daemon/store/store.hpp"
#include "plans/response/county_targets.hpp"
#include "plans/text/json.hpp"
#include "rules/base/decimal.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr const char* kTargetsKey = "county_targets";
constexpr const char* kValuesKey = "county_target_values";

// Of readings, for one answer: the first question after a long time is answered in pieces.
constexpr std::size_t kDaysCountedMax = 31;

struct Setting {
    std::string person;
    std::string remote;
    rules::Instant now{};
    std::optional<std::string> targets;
    std::optional<std::string> values;
};

// What is wrong with the two tables; nothing is stored when anything is.
rules::Faults faults_of(const Setting& setting) {
    rules::Faults all;
    const auto take = [&all](const auto& read) {
        if (read) return;
        const rules::Faults more = read.error();
        all.insert(all.end(), more.begin(), more.end());
    };
    if (setting.targets) take(plans::read_targets(*setting.targets, "targets"));
    if (setting.values) take(plans::read_target_values(*setting.values, "values"));
    if (!setting.targets && !setting.values) {
        all = rules::refuse("neither targets nor values are given",
                            "{\"targets\": \"county,target,from,to,ceiling\\n…\"}");
    }
    return all;
}

std::optional<std::string> text_member(const json::value& body, std::string_view name) {
    const json::value* member = plans::find_member(body, name);
    if (member == nullptr || !member->is_string()) return std::nullopt;
    return std::string(member->as_string());
}

asio::awaitable<ApiResponse> post_targets(Context& context, const Call& call) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    const auto body = plans::parse_json(call.request.body, "body");
    if (!body) co_return answer_problem(422, "上传有误", "the upload is wrong", body.error());
    Setting setting;
    setting.person = call.caller->id;
    setting.remote = call.request.remote;
    setting.now = context.clock.now();
    setting.targets = text_member(*body, "targets");
    setting.values = text_member(*body, "values");
    const rules::Faults faults = faults_of(setting);
    if (!faults.empty()) {
        co_return answer_problem(422, "目标有误，未保存", "the targets are refused", faults);
    }
    auto work = [&setting](SQLite::Database& db) {
        if (setting.targets) set_meta(db, kTargetsKey, *setting.targets);
        if (setting.values) set_meta(db, kValuesKey, *setting.values);
        AuditEntry entry;
        entry.at = setting.now;
        entry.person = setting.person;
        entry.remote = setting.remote;
        entry.action = "targets.set";
        entry.subject = setting.targets ? "targets" : "values";
        entry.detail = json::object{{"targets", setting.targets.value_or("")},
                                    {"values", setting.values.value_or("")}};
        return append_audit(db, entry);
    };
    const std::int64_t number = co_await context.store.transact(std::move(work));
    json::object answer;
    answer["audit"] = number;
    co_return answer_json(answer, 200);
}

// Daily means of observed PM2.5; a day counts with as many hours as a valid 24-h mean needs.
void add_observed(SQLite::Database& db, const plans::CountyTarget& target, rules::CivilDay last,
                  rules::Zone zone, std::vector<plans::CountyValue>& values) {
    constexpr int kHoursLeast = 20;
    SQLite::Statement read(db,
                           "SELECT hour, pm25 FROM observations WHERE region = ? AND hour >= ? AND "
                           "hour < ? AND pm25 IS NOT NULL");
    read.bind(1, target.county);
    bind(read, 2, rules::start_of(target.from, zone));
    bind(read, 3, rules::start_of(std::min(last, target.to) + std::chrono::days{1}, zone));
    std::map<rules::CivilDay, std::pair<double, int>> days;
    while (read.executeStep()) {
        auto& [sum, hours] = days[rules::day_of(instant_at(read, 0), zone)];
        sum += rules::Decimal{read.getColumn(1).getInt64()}.as_double();
        ++hours;
    }
    for (const auto& [day, mean] : days) {
        if (mean.second < kHoursLeast) continue;
        plans::CountyValue value;
        value.county = target.county;
        value.kind = target.kind;
        value.day = day;
        value.value = mean.first / mean.second;
        value.basis = plans::ValueBasis::kObserved;
        values.push_back(std::move(value));
    }
}

std::vector<plans::CountyTarget> stored_targets(SQLite::Database& db, const std::string& stem) {
    const auto read = plans::read_targets(
        get_meta(db, kTargetsKey).value_or("county,target,from,to,ceiling\n"), kTargetsKey);
    std::vector<plans::CountyTarget> targets = read.value();
    std::erase_if(targets, [&](const auto& target) { return !target.county.starts_with(stem); });
    return targets;
}

struct Question {
    std::string stem;  // of the caller's region
    rules::CivilDay as_of{};
};

// Counts what the instruments recorded on days that are over, a transaction each, so that others
// are not kept waiting; gives how many days still wait for the next question.
asio::awaitable<std::size_t> count_days(Context& context, const Question& asked) {
    const auto inventory = context.inventories.current();
    const CountSetting setting{*inventory, context.pack->zone, context.clock.now()};
    std::size_t waiting = 0;
    std::size_t left = kDaysCountedMax;
    for (const auto kind : {plans::TargetKind::kElectricity, plans::TargetKind::kEmission}) {
        auto look = [&](SQLite::Database& db) {
            return days_to_count(db, setting, kind, stored_targets(db, asked.stem), asked.as_of);
        };
        const std::vector<rules::CivilDay> days = co_await context.store.transact(std::move(look));
        for (const rules::CivilDay day : days) {
            if (left == 0) {
                ++waiting;
                continue;
            }
            --left;
            auto count = [&](SQLite::Database& db) { count_day(db, setting, kind, day); };
            co_await context.store.transact(std::move(count));
        }
    }
    co_return waiting;
}

json::array progress_of(SQLite::Database& db, const plans::Inventory& inventory, rules::Zone zone,
                        const Question& asked) {
    const auto targets = stored_targets(db, asked.stem);
    const auto uploaded = plans::read_target_values(
        get_meta(db, kValuesKey).value_or("county,target,day,value\n"), kValuesKey);
    std::vector<plans::CountyValue> values = uploaded.value();
    for (const plans::CountyTarget& target : targets) {
        if (target.kind == plans::TargetKind::kPm25) {
            add_observed(db, target, asked.as_of, zone, values);
        } else {
            add_counted(db, target, values);
        }
    }
    json::array all;
    for (const auto& one : plans::follow_targets(targets, values, asked.as_of)) {
        const CountyReach reach = reach_of(inventory, one.target.kind, one.target.county);
        json::value item = plans::to_json(one);
        item.as_object()["enterprises"] = reach.enterprises;
        item.as_object()["enterprises_with_points"] = reach.with_points;
        all.push_back(std::move(item));
    }
    return all;
}

asio::awaitable<ApiResponse> get_targets(Context& context, const Call& call) {
    const rules::Zone zone = context.pack->zone;
    const auto written = call.query_value("as_of");
    const auto given = written ? rules::parse_day(*written)
                               : std::optional(rules::day_of(context.clock.now(), zone));
    if (!given) {
        co_return answer_problem(422, "日期有误", "as_of is no day",
                                 rules::refuse("'" + *written + "' is not a day", "2026-01-31"));
    }
    Question asked;
    asked.stem = caller_stem(call);
    asked.as_of = *given;
    const std::size_t waiting = co_await count_days(context, asked);
    const auto inventory = context.inventories.current();
    auto work = [&](SQLite::Database& db) { return progress_of(db, *inventory, zone, asked); };
    const json::array all = co_await context.store.transact(std::move(work));
    json::object beside;
    beside["as_of"] = rules::to_iso(asked.as_of);
    beside["days_waiting"] = waiting;
    co_return answer_page_of(all, paging_of(call), std::move(beside));
}

}  // namespace

void add_target_routes(Router& router, Context& context) {
    add_route(router,
              {"GET",
               "/api/v1/targets",
               "县区目标及进度 / county targets, how far each has come, and on what that rests",
               {{"as_of", "string", "截至日期；缺省为今天"}},
               {}},
              all_readers(), [&context](const Call& call) { return get_targets(context, call); });
    add_route(
        router,
        {"POST",
         "/api/v1/targets",
         "设定县区目标，上传排放量和用电量 / set county targets, give emission and electricity",
         {},
         {{"targets", "string", "CSV county,target,from,to,ceiling[,source]"},
          {"values", "string", "CSV county,target,day,value"}}},
        {Role::kAdmin}, [&context](const Call& call) { return post_targets(context, call); });
}

}  // namespace qk::daemon
