#include "daemon/roster/duty_calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/base/log.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/roster/matter_sources.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/json.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

constexpr std::size_t kTargetsMost = 100;

std::chrono::seconds pause_after(int attempts) {
    auto pause = kCallRetryFirst;
    for (int i = 1; i < attempts && pause < kCallRetryMost; ++i) pause *= 2;
    return std::min(pause, kCallRetryMost);
}

// Nobody has answered, taken it over or put it off since the step was taken.
bool is_still_called_for(Session& db, const DutyView& view, const MatterRow& matter,
                         Instant since) {
    if (matter.closed_at || !find_matter(db, view, matter.key)) return false;
    const bool needs_all = view.ladders->at(matter.key.kind).is_answered_by_all;
    return std::ranges::none_of(acts_of(db, matter.number), [&](const ActRow& act) {
        if (act.at < since || act.act == "escalate") return false;
        return act.act == "snooze" || !needs_all;
    });
}

std::string headline_of(const DutyCallRow& call, const std::vector<std::string>& lines,
                        std::size_t count) {
    const auto kind = plans::parse_matter_kind(call.kind).value();
    const auto action = plans::parse_ladder_action(call.action).value();
    const std::string head = fmt::format("{}【{}】{}", call.exercise ? "【演练】" : "",
                                         plans::to_chinese(kind), plans::to_chinese(action));
    if (count == 1) return fmt::format("{}：{}", head, lines.front());
    return fmt::format("{}：共{}项，{}等", head, count, lines.front());
}

}  // namespace

std::string call_id(std::int64_t call) { return fmt::format("duty-{}", call); }

std::optional<std::string> call_body(Session& db, const DutyView& view, std::int64_t number) {
    const auto call = load_call(db, number);
    if (!call) return std::nullopt;
    std::vector<std::string> lines;
    std::size_t count = 0;
    json::array matters;
    for (const MatterRow& matter : matters_of_call(db, number)) {
        if (!is_still_called_for(db, view, matter, call->at)) continue;
        if (++count > kCallLinesMost) continue;
        lines.push_back(matter.text);
        matters.emplace_back(
            json::object{{"number", matter.number},
                         {"text", matter.text},
                         {"deadline", rules::to_iso(matter.deadline, view.pack->zone)}});
    }
    if (count == 0) return std::nullopt;
    return plans::canonical_text(
        json::object{{"id", call_id(number)},
                     {"at", rules::to_iso(call->at, view.pack->zone)},
                     {"kind", call->kind},
                     {"step", call->step + 1},
                     {"action", call->action},
                     {"region", call->region},
                     {"exercise", call->exercise},
                     {"count", count},
                     {"text", headline_of(*call, lines, count)},
                     {"matters", std::move(matters)},
                     {"people", plans::parse_json(call->asked, "duty_calls.asked").value()}});
}

DutyCalls::DutyCalls(Context& context, GatewayClient& gateway, std::function<DutyView()> view)
    : context_(context), gateway_(gateway), view_(std::move(view)), lane_(context, ways()) {}

SendWays<WaitingCall> DutyCalls::ways() {
    SendWays<WaitingCall> ways;
    ways.name = "duty-calls";
    ways.attempt = "duty-call";
    ways.waiting = [](Session& db, std::size_t) { return waiting_calls(db, kTargetsMost); };
    ways.key = [](const WaitingCall& call) { return call.target; };
    ways.due = [](const WaitingCall& call) { return call.next; };
    ways.longest_pause = kCallRetryMost;
    ways.at_once = [] { return kCallsAtOnce; };
    ways.send = [this](WaitingCall call) { return deliver(std::move(call)); };
    ways.heeds_events = false;  // whoever stores a call wakes this
    return ways;
}

void DutyCalls::start(TaskGroup& tasks) { lane_.start(tasks); }

asio::awaitable<void> DutyCalls::deliver(WaitingCall waiting) {
    const DutyView view = view_();
    // A gateway that is no longer named gets nothing: a call holds names and numbers of people.
    const bool is_named = std::ranges::find(view.hooks, waiting.target) != view.hooks.end();
    auto look = [&view, is_named, number = waiting.call](Session& db) {
        return is_named ? call_body(db, view, number) : std::nullopt;
    };
    std::optional<std::string> body = co_await context_.store.read(std::move(look));
    if (!body) {
        auto drop = [waiting, now = context_.clock.now()](Session& db) {
            note_call_dropped(db, waiting, now);
        };
        co_await context_.store.transact(std::move(drop));
        co_return;
    }
    GatewayClient::GatewayMessage message;
    message.target = waiting.target;
    message.id = call_id(waiting.call);
    message.content_type = "application/json";
    message.body = *std::move(body);
    message.signature = context_.signing_key.sign_hex(plans::Purpose::kWebhook, message.body);
    const std::string said = co_await gateway_.deliver(std::move(message));
    const std::string error = plans::with_unseen_shown(said);
    const Instant then = context_.clock.now();
    auto note = [waiting, error, then](Session& db) {
        if (error.empty()) {
            note_call_taken(db, waiting, then);
        } else {
            note_call_failed(db, waiting, error, then + pause_after(waiting.attempts + 1));
        }
    };
    co_await context_.store.transact(std::move(note));
    if (!error.empty()) {
        context_.log.write(kDutyCallNotTaken, {{"target", waiting.target}, {"why", error}});
    }
}

}  // namespace qk::daemon
