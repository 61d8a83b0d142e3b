#include "sim/story/officer.hpp"

#include <fmt/format.h>

#include "plans/text/json.hpp"
#include "rules/warning/life.hpp"

namespace qk::sim {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;
using rules::Instant;

std::int64_t generation_of(const json::value& warning) {
    return static_cast<std::int64_t>(plans::number_or(warning, "generation", 0));
}

const json::array& items_of(const json::value& page) {
    static const json::array kNone;
    const json::value* items = plans::find_member(page, "items");
    return items != nullptr && items->is_array() ? items->as_array() : kNone;
}

// The warning inside an answer, which is the warning itself or holds it as "warning".
const json::value& warning_in(const json::value& answer) {
    const json::value* inner = plans::find_member(answer, "warning");
    return inner != nullptr && inner->is_object() ? *inner : answer;
}

const json::value* pending_of(const json::value& warning) {
    const json::value* pending = plans::find_member(warning, "pending");
    return pending != nullptr && pending->is_object() ? pending : nullptr;
}

bool wants_consultation(const json::value& pending) {
    const json::value* approval = plans::find_member(pending, "approval");
    const json::value* wanted =
        approval == nullptr ? nullptr : plans::find_member(*approval, "consultation");
    return wanted != nullptr && wanted->is_bool() && wanted->as_bool() &&
           plans::string_or(pending, "stage") == "proposed";
}

}  // namespace

std::string_view to_text(Who who) {
    switch (who) {
        case Who::kFeed:
            return "feed";
        case Who::kDutyOfficer:
            return "duty_officer";
        case Who::kApprover:
            return "approver";
        case Who::kSecondApprover:
            return "second_approver";
        case Who::kAuditor:
            return "auditor";
        case Who::kAdmin:
            return "admin";
    }
    return "";
}

Officer::Officer(Link& link, const Scenario& scenario, Ledger& ledger, Tell tell)
    : link_(link), scenario_(scenario), ledger_(ledger), tell_(std::move(tell)) {}

awaitable<json::value> Officer::get(std::string target) {
    ApiCall call;
    call.who = Who::kDutyOfficer;
    call.target = target;
    const ApiReply reply = co_await link_.call(call);
    if (!reply.is_ok()) {
        ledger_.refuse(fmt::format("GET {}: {} {}", target, reply.status, reply.body));
        co_return json::value(nullptr);
    }
    const auto parsed = plans::parse_json(reply.body, target);
    co_return parsed ? *parsed : json::value(nullptr);
}

awaitable<bool> Officer::post(Who who, std::string target, json::value body) {
    ApiCall call;
    call.who = who;
    call.method = "POST";
    call.target = target;
    call.body = plans::to_text(body);
    const ApiReply reply = co_await link_.call(call);
    if (!reply.is_ok()) {
        ledger_.refuse(fmt::format("POST {}: {} {}", target, reply.status, reply.body));
    }
    co_return reply.is_ok();
}

awaitable<void> Officer::act(Instant now) {
    const json::value page = co_await get("/api/v1/warnings?per_page=20");
    for (const json::value& item : items_of(page)) {
        const json::value& warning = warning_in(item);
        co_await look_at(warning, now);
    }
}

awaitable<void> Officer::look_at(const json::value& warning, Instant now) {
    const std::string id = plans::string_or(warning, "id");
    note_state(id, warning);
    const json::value* change = pending_of(warning);
    if (change == nullptr) {
        if (plans::string_or(warning, "standing") == "lifted") co_await wind_up(id, warning);
        co_return;
    }
    const auto number = static_cast<std::int64_t>(plans::number_or(*change, "number", 0));
    const std::string key = fmt::format("{}#{}", id, number);
    const auto [entry, is_new] = pending_.try_emplace(key);
    Pending& pending = entry->second;
    if (is_new) {
        pending.seen = now;
        pending.kind = plans::string_or(*change, "kind");
        ++ledger_.proposals;
        tell_(fmt::format("{} 建议 proposed: {} {}: {}", id, pending.kind,
                          plans::string_or(*change, "colour"),
                          plans::string_or(*change, "reason")));
    }
    if (!pending.is_consulted && now >= pending.seen + scenario_.officer.consults_after) {
        pending.is_consulted = true;
        if (wants_consultation(*change)) {
            co_await consult(id, warning);
            co_return;  // the consultation has moved the warning on; the rest waits for the next
                        // look
        }
    }
    if (pending.is_consulted && now >= pending.seen + scenario_.officer.signs_after) {
        co_await sign(id, warning, pending);
        ++pending.signatures;
    }
}

awaitable<bool> Officer::consult(const std::string& id, const json::value& warning) {
    json::object first{{"name", "示例预报员"}, {"unit", "市环境监测中心"}};
    json::object second{{"name", "示例首席"}, {"unit", "市气象台"}};
    json::array participants;
    participants.emplace_back(std::move(first));
    participants.emplace_back(std::move(second));
    json::object body;
    body["participants"] = std::move(participants);
    body["summary"] = "同意研判意见";
    body["reason"] = "会商一致";
    body["generation"] = generation_of(warning);
    const bool is_done = co_await post(Who::kDutyOfficer, "/api/v1/warnings/" + id + "/consult",
                                       json::value(std::move(body)));
    if (is_done) ++ledger_.consultations;
    co_return is_done;
}

awaitable<bool> Officer::sign(const std::string& id, const json::value& warning,
                              const Pending& pending) {
    const Who who = pending.signatures % 2 == 0 ? Who::kApprover : Who::kSecondApprover;
    json::object body;
    body["generation"] = generation_of(warning);
    body["reason"] = "同意";
    // Noted beforehand: orders may leave before the answer is here.
    decided_.insert(id);
    const bool is_signed =
        co_await post(who, "/api/v1/warnings/" + id + "/sign", json::value(std::move(body)));
    if (!is_signed) co_return false;
    ++ledger_.signatures;
    const json::value after = co_await get("/api/v1/warnings/" + id);
    if (pending_of(warning_in(after)) == nullptr) {
        ++ledger_.decided[pending.kind];
        tell_(fmt::format("{} 签发 decided: {} {}", id, pending.kind,
                          plans::string_or(warning_in(after), "colour")));
    }
    co_return true;
}

awaitable<void> Officer::wind_up(const std::string& id, const json::value& warning) {
    if (!wound_up_.insert(id).second) co_return;
    json::object body;
    body["generation"] = generation_of(warning);
    body["reason"] = "评估完成，见报告";
    co_await post(Who::kDutyOfficer, "/api/v1/warnings/" + id + "/evaluate",
                  json::value(std::move(body)));
}

void Officer::note_state(const std::string& id, const json::value& warning) {
    const std::string standing = plans::string_or(warning, "standing");
    const std::string colour = plans::string_or(warning, "colour");
    const bool is_running = standing == "in_force" || standing == "issued";
    const std::string state = is_running ? standing + " " + colour : standing;
    std::string& known = standing_[id];
    if (known == state) return;
    known = state;
    if (is_running) colour_ = colour;
    if (standing == "lifted" || standing == "dropped") colour_ = "none";
    const auto known_standing = rules::parse_warning_standing(standing);
    tell_(fmt::format("{} {} is {}", id, known_standing ? rules::to_chinese(*known_standing) : "",
                      state));
}

void Officer::note_floors(const std::string& id, const json::value& plans_page) {
    for (const json::value& plan : items_of(plans_page)) {
        const json::value* summary = plans::find_member(plan, "summary");
        const json::value* floors =
            summary == nullptr ? nullptr : plans::find_member(*summary, "floors");
        if (floors == nullptr || !floors->is_array()) continue;
        for (const json::value& floor : floors->as_array()) {
            const json::value* met = plans::find_member(floor, "met");
            ledger_.floors.push_back(
                {id, plans::string_or(*summary, "colour"), plans::string_or(floor, "pollutant"),
                 plans::number_or(floor, "share", 0), plans::number_or(floor, "floor", 0),
                 met != nullptr && met->is_bool() && met->as_bool()});
        }
    }
}

awaitable<void> Officer::close() {
    const json::value page = co_await get("/api/v1/warnings?per_page=100");
    for (const json::value& item : items_of(page)) {
        const std::string id = plans::string_or(warning_in(item), "id");
        if (decided_.count(id) == 0) continue;
        const json::value response_plans = co_await get("/api/v1/warnings/" + id + "/plans");
        note_floors(id, response_plans);
        const json::value report = co_await get("/api/v1/warnings/" + id + "/report");
        if (report.is_object()) ++ledger_.reports;
    }
}

}  // namespace qk::sim
