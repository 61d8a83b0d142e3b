// Judges obligations as readings arrive: by period, and when a window has ended and its last
// readings had time to come in.
//
// A tick reads what is new, judges the windows that are open or have just ended, and stores what
// changed, in transactions of a bounded number of windows. Verdicts, cases and events are written
// together. Late readings of windows that are settled are judged again by rejudge(), which the
// report of a warning asks for. Whoever asks, one pass runs at a time (judge_queue.hpp).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>

#include "daemon/compliance/judge_pass.hpp"
#include "daemon/compliance/judge_queue.hpp"
#include "daemon/service/context.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;
class Router;
class TaskGroup;

class VerifyService {
 public:
    explicit VerifyService(Context& context);

    void add_routes(Router& router);
    // Ticks until the group is cancelled.
    void start(TaskGroup& tasks);
    [[nodiscard]] boost::asio::awaitable<PassCounts> tick();
    // Every window of a warning, from what the store holds now.
    [[nodiscard]] boost::asio::awaitable<PassCounts> rejudge(std::string warning);

 private:
    [[nodiscard]] boost::asio::awaitable<PassCounts> judge(std::string warning);
    // Cases about data that are back, some at a time.
    [[nodiscard]] boost::asio::awaitable<void> close_data_cases();
    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] rules::Instant next_tick(rules::Instant now) const;

    [[nodiscard]] boost::asio::awaitable<ApiResponse> get_verdicts(const Call& call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> get_evidence(const Call& call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> post_rejudge(const Call& call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> get_series(const Call& call);

    Context& context_;
    JudgeQueue queue_;
    // Between two passes; whoever carries one out has taken it.
    JudgeMemory memory_;
    rules::Instant next_end_{};         // when the next open window becomes final
    std::int64_t data_cases_seen_ = 0;  // up to this number in this round
};

}  // namespace qk::daemon
