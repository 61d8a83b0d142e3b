// Who wants the judge waits here: passes are carried out one at a time, in the order asked for.
//
// Two askers who want the same pass share one that has not begun yet, so the queue is never longer
// than there are warnings, and one place more for the tick. A pass that has begun is not shared:
// what arrived since would be left out. On the daemon's executor only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "daemon/compliance/judge_pass.hpp"

namespace qk::daemon {

class Progress;

class JudgeQueue {
 public:
    // Carries out one pass: over the windows of a warning, or with an empty one a tick.
    using Judge = std::function<boost::asio::awaitable<PassCounts>(std::string warning)>;

    // `progress` is told what waits and what is done.
    JudgeQueue(boost::asio::any_io_executor executor, Judge judge,
               std::shared_ptr<Progress> progress)
        : executor_(std::move(executor)),
          judge_(std::move(judge)),
          progress_(std::move(progress)) {}

    [[nodiscard]] boost::asio::awaitable<PassCounts> ask(std::string warning);
    // Passes asked for and not done.
    [[nodiscard]] std::size_t length() const { return passes_.size(); }

 private:
    struct Asked;
    class Place;
    [[nodiscard]] std::shared_ptr<Asked> shared(const std::string& warning) const;

    boost::asio::any_io_executor executor_;
    Judge judge_;
    std::shared_ptr<Progress> progress_;
    std::deque<std::shared_ptr<Asked>> passes_;  // the first is being carried out
};

}  // namespace qk::daemon
