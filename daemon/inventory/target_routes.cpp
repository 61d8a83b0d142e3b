#include "daemon/inventory/target_routes.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <stdexcept>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/inventory.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/inventory/county_day_rows.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/service/observation_rows.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/broken.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "plans/accounts/county_targets.hpp"
#include "plans/accounts/season_account.hpp"
#include "plans/text/json.hpp"
#include "plans/text/unseen.hpp"
#include "rules/air/averages.hpp"
#include "rules/base/decimal.hpp"
#include "rules/warning/backtest.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr const char* kTargetsKey = "county_targets";
constexpr const char* kValuesKey = "county_target_values";

// Of readings, for one answer: the first question after a long time is answered in pieces.
constexpr std::size_t kDaysCountedMax = 31;
// Counted and not yet kept; more are counted after the next hour.
constexpr std::size_t kDaysInMemoryMax = 1000;
constexpr std::chrono::hours kKeepEvery{1};

struct Setting {
    std::string person;
    std::string remote;
    rules::Instant now{};
    std::optional<std::string> targets;
    std::optional<std::string> values;
};

// Looked for in what comes, not in what is stored: a table of before is still read.
void look_for_unseen(std::string_view table, const std::string& name, rules::Faults& all) {
    constexpr std::size_t kNamedMax = 20;
    constexpr std::string_view kMark = "\xEF\xBB\xBF";  // of UTF-8, as spreadsheets write it
    if (table.starts_with(kMark)) table.remove_prefix(kMark.size());
    const std::size_t before = all.size();
    for (int line = 1; !table.empty() && all.size() < before + kNamedMax; ++line) {
        const std::string_view text = table.substr(0, table.find('\n'));
        table.remove_prefix(std::min(text.size() + 1, table.size()));
        const auto unseen = plans::find_unseen(text);
        if (!unseen) continue;
        all.push_back({{name, line, 0},
                       plans::to_text(*unseen),
                       std::string(plans::kUnseenCure),
                       rules::Severity::kError});
    }
}

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
    if (setting.targets) look_for_unseen(*setting.targets, "targets", all);
    if (setting.values) look_for_unseen(*setting.values, "values", all);
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
    auto work = [&setting](Session& db) {
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
        return answer_json(json::object{{"audit", append_audit(db, entry)}});
    };
    co_return co_await answer_once(context.store, call, std::move(work));
}

// Daily means of observed PM2.5; a day counts with as many hours as a valid 24-h mean needs.
void add_observed(Session& db, const plans::CountyTarget& target, rules::CivilDay last,
                  rules::Zone zone, std::vector<plans::CountyValue>& values) {
    constexpr int kHoursLeast = 20;
    const rules::Instant from = rules::start_of(target.from, zone);
    const rules::Instant to =
        rules::start_of(std::min(last, target.to) + std::chrono::days{1}, zone);
    std::map<rules::CivilDay, std::pair<double, int>> days;
    for (const HourRow& row : observed_pm25(db, target.county, from, to)) {
        auto& [sum, hours] = days[rules::day_of(row.hour, zone)];
        sum += row.pm25;
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

// 1 for a heavy (or good) day, 0 for another; days without a valid AQI are left out.
void add_observed_days(Session& db, const plans::CountyTarget& target, rules::CivilDay last,
                       rules::Zone zone, std::vector<plans::CountyValue>& values) {
    const rules::HourlySeries series =
        observed_series(db, target.county, rules::start_of(target.from, zone),
                        rules::start_of(std::min(last, target.to) + std::chrono::days{1}, zone));
    for (const rules::AirDay& day : rules::days_of(series, {.zone = zone})) {
        if (!day.valid) continue;
        plans::CountyValue value;
        value.county = target.county;
        value.kind = target.kind;
        value.day = day.day;
        const bool is_heavy = day.index.aqi > rules::kHeavyAqiAbove;
        const bool is_good = day.index.aqi <= plans::kGoodAqiMost;
        value.value = (target.kind == plans::TargetKind::kHeavyDays ? is_heavy : is_good) ? 1 : 0;
        value.basis = plans::ValueBasis::kObserved;
        values.push_back(std::move(value));
    }
}

[[noreturn]] void refuse_stored(std::string_view what, const rules::Faults& faults) {
    throw std::runtime_error(unreadable_row(what, rules::to_text(faults)) +
                             "重新上传即可恢复 / upload them again");
}

struct Question {
    std::string region_prefix;  // of the caller's region
    rules::CivilDay as_of{};
};

json::array progress_of(Session& db, const plans::Inventory& inventory, rules::Zone zone,
                        const Question& asked, const CountedDays& counted) {
    const auto targets = stored_targets(db, asked.region_prefix);
    const auto uploaded = plans::read_target_values(
        get_meta(db, kValuesKey).value_or("county,target,day,value\n"), kValuesKey);
    if (!uploaded) refuse_stored("县区目标数值", uploaded.error());
    std::vector<plans::CountyValue> values = *uploaded;
    for (const plans::CountyTarget& target : targets) {
        switch (target.kind) {
            case plans::TargetKind::kPm25:
                add_observed(db, target, asked.as_of, zone, values);
                break;
            case plans::TargetKind::kHeavyDays:
            case plans::TargetKind::kGoodDays:
                add_observed_days(db, target, asked.as_of, zone, values);
                break;
            case plans::TargetKind::kEmission:
            case plans::TargetKind::kElectricity:
                add_counted(db, target, counted, values);
                break;
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

}  // namespace

std::vector<plans::CountyTarget> stored_targets(Session& db, const std::string& region_prefix) {
    const auto read = plans::read_targets(
        get_meta(db, kTargetsKey).value_or("county,target,from,to,ceiling\n"), kTargetsKey);
    if (!read) refuse_stored("县区目标", read.error());
    std::vector<plans::CountyTarget> targets = *read;
    std::erase_if(targets,
                  [&](const auto& target) { return !target.county.starts_with(region_prefix); });
    return targets;
}

// Counts what the instruments recorded on days that are over, a reading each, so that others are
// not kept waiting; gives how many days still wait for the next question.
asio::awaitable<std::size_t> TargetService::count_days(const Call& call, rules::CivilDay as_of) {
    const auto inventory = context_.inventories.current();
    const CountSetting setting{*inventory, context_.pack->zone, context_.clock.now()};
    const std::string region_prefix = caller_region_prefix(call);
    std::size_t waiting = 0;
    std::size_t left = kDaysCountedMax;
    for (const auto kind : {plans::TargetKind::kElectricity, plans::TargetKind::kEmission}) {
        const CountedDays known = counted_;
        auto look = [&](Session& db) {
            return days_to_count(db, setting, kind, stored_targets(db, region_prefix), as_of,
                                 known);
        };
        const auto days = co_await context_.store.read(std::move(look), call.reader());
        for (const rules::CivilDay day : days) {
            if (left == 0 || counted_.size() >= kDaysInMemoryMax) {
                ++waiting;
                continue;
            }
            --left;
            auto count = [&](Session& db) { return count_day(db, setting, kind, day); };
            counted_[{kind, day}] =
                co_await context_.store.read_slowly(std::move(count), call.reader());
        }
    }
    co_return waiting;
}

asio::awaitable<ApiResponse> TargetService::get_targets(const Call& call) {
    const rules::Zone zone = context_.pack->zone;
    const auto written = call.query_value("as_of");
    const auto given = written ? rules::parse_day(*written)
                               : std::optional(rules::day_of(context_.clock.now(), zone));
    if (!given) {
        co_return answer_problem(422, "日期有误", "as_of is not a day",
                                 rules::refuse("'" + *written + "' is not a day", "2026-01-31"));
    }
    Question asked;
    asked.region_prefix = caller_region_prefix(call);
    asked.as_of = *given;
    const std::size_t waiting = co_await count_days(call, asked.as_of);
    const auto inventory = context_.inventories.current();
    const CountedDays counted = counted_;
    auto work = [&](Session& db) { return progress_of(db, *inventory, zone, asked, counted); };
    const json::array all = co_await context_.store.read_slowly(std::move(work), call.reader());
    json::object beside;
    beside["as_of"] = rules::to_iso(asked.as_of);
    beside["days_waiting"] = waiting;
    co_return answer_page_of(all, paging_of(call), std::move(beside));
}

asio::awaitable<void> TargetService::keep_counted() {
    if (counted_.empty()) co_return;
    const CountedDays kept = counted_;
    auto work = [&kept](Session& db) {
        for (const auto& [key, counted] : kept) keep_day(db, key.first, key.second, counted);
    };
    co_await context_.store.transact(std::move(work));
    // What was counted anew meanwhile stays.
    for (const auto& [key, counted] : kept) {
        const auto present = counted_.find(key);
        if (present != counted_.end() && present->second.at == counted.at) counted_.erase(present);
    }
}

void TargetService::start(TaskGroup& tasks) { tasks.spawn("targets", run()); }

asio::awaitable<void> TargetService::run() {
    for (;;) {
        const rules::Instant next = rules::floor_hour(context_.clock.now()) + kKeepEvery;
        co_await context_.clock.sleep_until(next);
        co_await keep_counted();
    }
}

void TargetService::add_routes(Router& router) {
    Context& context = context_;
    router.serve(operation::kListTargets, kReaders,
                 [this](const Call& call) { return get_targets(call); });
    router.serve(operation::kSetTargets, kAdmins,
                 [&context](const Call& call) { return post_targets(context, call); });
}

}  // namespace qk::daemon
