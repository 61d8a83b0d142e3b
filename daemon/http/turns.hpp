// Who asks for more before the last answer was there (pipelined requests) stands in line here after
// each answer. One of the line goes on each time the executor has looked at whatever else has come:
// however much many connections ask for ahead, a newcomer waits for few answers only.
//
// Used on one executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <utility>

#include "daemon/http/parked.hpp"

namespace qk::daemon {

class Turns {
 public:
    explicit Turns(boost::asio::any_io_executor executor)
        : state_(std::make_shared<State>(std::move(executor))) {}

    // Resumes when others have had their turn.
    [[nodiscard]] boost::asio::awaitable<void> next() {
        if (!std::exchange(state_->is_going, true)) go_on(state_);
        return state_->line.park();
    }
    [[nodiscard]] std::size_t waiting() const { return state_->line.size(); }

 private:
    struct State {
        explicit State(boost::asio::any_io_executor on) : executor(std::move(on)) {}
        boost::asio::any_io_executor executor;
        Parked line;
        bool is_going = false;  // the next one is on its way
    };

    // What is posted comes behind all that is ready now; it may outlive the line.
    static void go_on(const std::shared_ptr<State>& state) {
        boost::asio::post(state->executor, [weak = std::weak_ptr(state)] {
            const auto alive = weak.lock();
            if (!alive) return;
            alive->line.resume_one();
            alive->is_going = !alive->line.empty();
            if (alive->is_going) go_on(alive);
        });
    }

    std::shared_ptr<State> state_;
};

}  // namespace qk::daemon
