#include <algorithm>
#include <memory>
#include <utility>

#include "daemon/base/metrics.hpp"
#include "daemon/readings/intake.hpp"
#include "daemon/service/config.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

ContentBasis Intake::basis_now() const {
    return {context_.pack->zone, context_.inventories.index()};
}

// Where little is left, a thread is not worth its while; and where a process has died, what it was
// about is taken in by smaller steps.
bool Intake::may_read_ahead() const {
    if (context_.config->store_mode != StoreMode::kOwnThread || has_read_to_end_) return false;
    const auto batch = static_cast<std::size_t>(context_.config->limits.batch_messages);
    const bool is_suspect = must_set_aside_ || place_ < careful_to_ || place_ < batches_to_;
    return is_behind_ && backlog_ > batch && !is_suspect;
}

asio::awaitable<void> Intake::take_backlog() {
    const auto batch = static_cast<std::size_t>(context_.config->limits.batch_messages);
    const std::size_t most = std::max(batch, std::min(kStretchTimes * batch, kStretchMessagesMax));
    auto on_read = [this](JournalPlace to) { note_read_ahead(to); };
    {
        const std::lock_guard lock(mark_mutex_);
        attempt_ = {};
        attempt_.from = place_;
        attempt_.batches_to = batches_to_;
        attempt_.step = AttemptStep::kStretch;
    }
    ahead_ = std::make_unique<ReadAhead>(context_.executor, *journal_, place_, most, basis_now(),
                                         std::move(on_read));
    for (;;) {
        ContentBasis basis = basis_now();
        Stretch stretch = co_await ahead_->next(std::move(basis));
        for (const JournalFinding& finding : stretch.findings) tell(finding);
        if (stretch.messages.empty()) break;
        co_await store(stretch);
        note_stored(stretch.messages.back().end, stretch.messages.size());
        ahead_->give_back(std::move(stretch));
    }
    ahead_.reset();
    has_read_to_end_ = true;
    const std::lock_guard lock(mark_mutex_);
    read_to_ = {};
}

// On the thread that reads: a death while these are looked at finds them in the mark.
void Intake::note_read_ahead(JournalPlace to) {
    const std::lock_guard lock(mark_mutex_);
    read_to_ = to;
    attempt_.to = to;
    if (mark_ && !is_ending_) mark_->begin(attempt_);
}

}  // namespace qk::daemon
