#include "daemon/packs/adoption_steps.hpp"

#include "daemon/api/api.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/said.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "plans/measures/catalogue_texts.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_values.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

namespace {

ApiResponse refuse(int status, const AdoptionKind::Words& words) {
    return answer_problem(status, words.chinese, words.english);
}

ApiResponse tell(Session& db, const AdoptionKind& kind, const Adoption& adoption,
                 const AdoptionStep& step, AdoptionState after, rules::Zone zone) {
    const StepTold told = kind.tell(after, adoption, step, zone);
    note_told(db, step, told);
    return answer_json(told.answer);
}

}  // namespace

StepTold told_simply(std::string event, const AdoptionStep& step, const std::string& name) {
    const json::object data{{"number", step.number}, {"name", name}, {"person", step.person}};
    StepTold told{event, event, data, data, data};
    if (!step.why.empty()) told.noted["reason"] = step.why;
    return told;
}

void note_told(Session& db, const AdoptionStep& step, const StepTold& told) {
    append_event(db, step.at, told.event, told.data);
    append_audit(db, {step.at, step.person, step.remote, told.action, std::to_string(step.number),
                      told.noted});
}

std::string event_of(std::string_view stem, AdoptionState after) {
    std::string event(stem);
    if (after == AdoptionState::kToCome) return event + ".confirmed";
    return event + (after == AdoptionState::kBegun ? ".in_force" : ".withdrawn");
}

std::int64_t adoption_number_in(const Call& call) {
    return rules::parse_whole(call.parameter("number"), 1, rules::kWholeMost).value_or(0);
}

AdoptionStep step_of(const Call& call, Instant now) {
    return {adoption_number_in(call), now, call.caller->id, call.request.remote, ""};
}

asio::awaitable<ApiResponse> confirm_adoption(Context& context, const AdoptionKind& kind, Call call,
                                              std::chrono::hours delay) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    const AdoptionStep step = step_of(call, context.clock.now());
    const rules::Zone zone = context.pack->zone;
    auto work = [&](Session& db) {
        auto adoption = load_adoption(db, kind.rows, step.number);
        const rules::CivilDay today = rules::day_of(step.at, zone);
        if (!adoption || state_of(*adoption, today) != AdoptionState::kWaiting) {
            return refuse(409, kind.nobody_waits);
        }
        if (adoption->put_by == step.person) {
            return answer_problem(403, "提交人不得确认，须由另一人确认",
                                  "whoever put it up does not confirm it; another person must");
        }
        adoption->ready_at = step.at + delay;
        note_confirmed(db, kind.rows, step, *adoption->ready_at);
        return tell(db, kind, *adoption, step, AdoptionState::kToCome, zone);
    };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    context.events.wake();
    co_return answer;
}

asio::awaitable<ApiResponse> withdraw_adoption(Context& context, const AdoptionKind& kind,
                                               Call call) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    const auto body = plans::parse_json(call.request.body, "body");
    AdoptionStep step = step_of(call, context.clock.now());
    if (body) step.why = plans::string_or(*body, "reason");
    if (step.why.empty()) co_return answer_problem(422, "请写明理由", "reason is missing");
    const rules::Faults faults = faults_of_said(*body);
    if (!faults.empty()) {
        co_return answer_problem(422, "请求内容有误", "the request is not right", faults);
    }
    const rules::Zone zone = context.pack->zone;
    auto work = [&](Session& db) {
        const auto adoption = load_adoption(db, kind.rows, step.number);
        const rules::CivilDay today = rules::day_of(step.at, zone);
        if (!adoption || !can_be_withdrawn(state_of(*adoption, today))) {
            return refuse(409, kind.has_begun);
        }
        note_withdrawn(db, kind.rows, step);
        return tell(db, kind, *adoption, step, AdoptionState::kWithdrawn, zone);
    };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    context.events.wake();
    co_return answer;
}

ApiResponse answer_unknown(const AdoptionKind& kind) { return refuse(404, kind.unknown); }

asio::awaitable<ApiResponse> list_adoptions_page(Context& context, const AdoptionKind& kind,
                                                 Call call, AdoptionShown shown) {
    const Paging paging = paging_of(call);
    auto work = [&](Session& db) {
        json::array items;
        for (const Adoption& one : list_adoptions(
                 db, kind.rows, {paging.per_page, (paging.page - 1) * paging.per_page})) {
            items.push_back(shown(one));
        }
        return answer_page(std::move(items), paging, count_adoptions(db, kind.rows));
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

json::object steps_json(const Adoption& adoption, rules::Zone zone) {
    json::object object{{"number", adoption.number},
                        {"put_at", rules::to_iso(adoption.put_at, zone)},
                        {"put_by", adoption.put_by},
                        {"confirmed_at", plans::iso(adoption.confirmed_at, zone)},
                        {"confirmed_by", adoption.confirmed_by},
                        {"withdrawn_at", plans::iso(adoption.withdrawn_at, zone)}};
    if (adoption.withdrawn_at) {
        object["withdrawn_by"] = adoption.withdrawn_by;
        object["withdrawn_why"] = adoption.withdrawn_why;
    }
    return object;
}

json::object dated_json(const Adoption& adoption, rules::Zone zone, std::int64_t in_force) {
    json::object object = steps_json(adoption, zone);
    object["name"] = adoption.name;
    object["from"] = rules::to_iso(adoption.from, zone);
    object["reason"] = adoption.reason;
    object["sha256"] = adoption.sha256;
    object["begun_at"] = plans::iso(adoption.begun_at, zone);
    object["in_force"] = adoption.number == in_force;
    return object;
}

void add_fault(rules::Faults& faults, std::string what, std::string cure) {
    faults.push_back({{"body", 0, 0}, std::move(what), std::move(cure), rules::Severity::kError});
}

void append_faults(rules::Faults& faults, const rules::Faults& more) {
    faults.insert(faults.end(), more.begin(), more.end());
}

rules::Faults faults_of_members(const json::value& body,
                                std::initializer_list<std::string_view> said) {
    json::object found;
    for (const std::string_view key : said) {
        if (const json::value* member = plans::find_member(body, key)) found[key] = *member;
    }
    return faults_of_said(found);
}

bool is_true(const json::value& body, std::string_view key) {
    const json::value* member = plans::find_member(body, key);
    return member != nullptr && member->is_bool() && member->get_bool();
}

Instant read_from(const json::value& body, rules::Zone zone, Instant now, rules::Faults& faults) {
    const std::string from = plans::string_or(body, "from");
    const auto at = from.empty() ? std::optional(now) : rules::parse_instant(from, zone);
    if (!at) add_fault(faults, "from " + rules::not_a_time(from), rules::kTimeCure);
    if (at && *at < now) add_fault(faults, "from " + from + " has passed", "now or later");
    return at.value_or(now);
}

const plans::Catalogue& RulesInUse::measures() const {
    return catalogue ? catalogue->catalogue : plans::built_in_catalogue();
}

json::value RulesInUse::try_beside(const plans::DutySources& before,
                                   const plans::DutySources& after, Instant from) const {
    const plans::RegionRules rules = plans::from_pack(*pack);
    return plans::try_rules({*inventory, rules, before, after, from, pack->zone, season.get()});
}

json::value RulesInUse::try_pack(const plans::RegionPack& next,
                                 const std::vector<plans::GradeChange>& grades,
                                 Instant from) const {
    const plans::RegionRules rules = plans::from_pack(next);
    return try_beside({measures(), grades}, {measures(), grades, &rules}, from);
}

RulesInUse rules_in_use(const Context& context) {
    return {context.catalogue, context.pack, context.inventories.current(),
            context.inventories.season()};
}

}  // namespace qk::daemon
