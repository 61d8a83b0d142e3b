#include "daemon/compliance/judge_queue.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/base/progress.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

// A pass that somebody asked for. `changed` never expires; cancelling it wakes who waits to look
// again.
struct JudgeQueue::Asked {
    Asked(const asio::any_io_executor& executor, std::string of)
        : warning(std::move(of)), changed(executor) {
        changed.expires_at(asio::steady_timer::time_point::max());
    }

    std::string warning;
    bool has_begun = false;
    bool is_over = false;
    std::optional<PassCounts> counts;  // none once over: whoever carried it out was stopped
    asio::steady_timer changed;
};

// The place in the queue of whoever carries the pass out; given up with the scope, whatever
// happens.
class JudgeQueue::Place {
 public:
    Place(JudgeQueue& queue, std::shared_ptr<Asked> asked)
        : queue_(queue), asked_(std::move(asked)) {
        queue_.passes_.push_back(asked_);
        queue_.progress_->note_asked(Part::kJudge);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
        std::erase(queue_.passes_, asked_);
        queue_.progress_->note_over(Part::kJudge);
        asked_->is_over = true;
        asked_->changed.cancel();
        if (!queue_.passes_.empty()) queue_.passes_.front()->changed.cancel();
    }

 private:
    JudgeQueue& queue_;
    std::shared_ptr<Asked> asked_;
};

std::shared_ptr<JudgeQueue::Asked> JudgeQueue::shared(const std::string& warning) const {
    const auto found = std::ranges::find_if(passes_, [&](const std::shared_ptr<Asked>& asked) {
        return !asked->has_begun && asked->warning == warning;
    });
    return found == passes_.end() ? nullptr : *found;
}

asio::awaitable<PassCounts> JudgeQueue::ask(std::string warning) {
    boost::system::error_code woken;
    for (auto other = shared(warning); other; other = shared(warning)) {
        while (!other->is_over) {
            co_await other->changed.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        }
        if (other->counts) co_return *other->counts;
    }
    const auto asked = std::make_shared<Asked>(executor_, warning);
    const Place place(*this, asked);
    while (passes_.front() != asked) {
        co_await asked->changed.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    asked->has_begun = true;
    asked->counts = co_await judge_(std::move(warning));
    co_return *asked->counts;
}

}  // namespace qk::daemon
