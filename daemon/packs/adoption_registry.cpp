#include "daemon/packs/adoption_registry.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "daemon/api/call.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
using rules::Instant;

namespace {

enum class Noted { kBegun, kHeld, kNotDue };

// In one transaction with the look whether it is still due: another person may have taken it back
// since, and whoever begins it at the same time notes it once.
Noted note_due(Session& db, const AdoptionKind& kind, const Adoption& due, rules::Zone zone,
               Instant now, const std::function<void(Session&)>& hold) {
    const auto still = adoption_at(db, kind.rows, now);
    if (!still || still->number != due.number) return Noted::kNotDue;
    if (hold) {
        hold(db);
        return Noted::kHeld;
    }
    if (note_begun(db, kind.rows, due.number, now)) {
        const AdoptionStep step{due.number, now, due.put_by, "", ""};
        note_told(db, step, kind.tell(AdoptionState::kBegun, due, step, zone));
    }
    return Noted::kBegun;
}

const std::string& label_of(const Adoption& one) { return one.id.empty() ? one.name : one.id; }

}  // namespace

rules::Result<void> AdoptionRegistry::restore() {
    auto find = [rows = kind_.rows, now = context_.clock.now()](Session& db) {
        return adoption_at(db, rows, now, true);
    };
    const auto found = context_.store.transact_now(std::move(find));
    if (!found) return {};
    const auto readied = ready(*found);
    if (!readied) return readied.error();
    (void)readied->use();
    in_force_ = found->number;
    return {};
}

void AdoptionRegistry::start(TaskGroup& tasks) {
    tasks.spawn(std::string(messages_.subject) + "s", run());
}

asio::awaitable<void> AdoptionRegistry::run() {
    using asio::experimental::awaitable_operators::operator||;
    for (;;) {
        const std::uint64_t seen = changed_.wakes();
        // Before the look, so that what becomes due during it is not passed over.
        const Instant looked = context_.clock.now();
        co_await begin_due();
        auto find_next = [this, looked](Session& db) {
            return next_adoption(db, kind_.rows, looked);
        };
        const auto next = co_await context_.store.read(std::move(find_next));
        constexpr std::chrono::hours kLookAgain{24 * 365};
        const Instant wake = next.value_or(looked + kLookAgain);
        co_await (changed_.next(seen) || context_.clock.sleep_until(wake));
    }
}

asio::awaitable<void> AdoptionRegistry::begin_due() {
    // Another may be due behind one that is held back.
    // Not in the condition of a loop: g++ 12 makes an illegal instruction of it at -O2.
    for (bool goes_on = true; goes_on;) goes_on = co_await begin_next();
}

// True: look once more.
asio::awaitable<bool> AdoptionRegistry::begin_next() {
    const Instant now = context_.clock.now();
    auto find = [this, now](Session& db) { return adoption_at(db, kind_.rows, now); };
    const auto due = co_await context_.store.read(std::move(find));
    if (!due || due->number == in_force_) co_return false;
    const auto readied = ready(*due);
    if (!readied) {
        context_.log.write(messages_.unreadable,
                           {{messages_.subject, label_of(*due)},
                            {"why", rules::to_text(readied.error().front())}});
        co_return false;
    }
    const std::int64_t seen = in_force_;
    const rules::Zone zone = context_.pack->zone;
    auto note = [&](Session& db) { return note_due(db, kind_, *due, zone, now, readied->hold); };
    const Noted noted = co_await context_.store.transact(std::move(note));
    if (noted == Noted::kHeld) {
        context_.log.write(*messages_.held,
                           {{messages_.subject, label_of(*due)}, {"person", due->put_by}});
        context_.events.wake();
    }
    // What has begun meanwhile may be this one, or one against which it is to be held anew.
    if (noted != Noted::kBegun || in_force_ != seen || !readied->use()) co_return true;
    in_force_ = due->number;
    context_.log.write(messages_.in_force,
                       {{messages_.subject, label_of(*due)}, {"person", due->put_by}});
    context_.events.wake();
    co_await tell_in_force();
    co_return false;
}

asio::awaitable<void> AdoptionRegistry::tell_in_force() { co_return; }

asio::awaitable<ApiResponse> AdoptionRegistry::after_step(ApiResponse answer) {
    if (answer.status < 300) {
        co_await begin_due();
        changed_.wake();
    }
    co_return answer;
}

asio::awaitable<ApiResponse> AdoptionRegistry::confirm(Call call, std::chrono::hours delay) {
    ApiResponse answer = co_await confirm_adoption(context_, kind_, std::move(call), delay);
    co_return co_await after_step(std::move(answer));
}

asio::awaitable<ApiResponse> AdoptionRegistry::withdraw(Call call) {
    ApiResponse answer = co_await withdraw_adoption(context_, kind_, std::move(call));
    co_return co_await after_step(std::move(answer));
}

}  // namespace qk::daemon
