// Judges obligations as readings arrive: by period, and when a window has ended and its last
// readings had time to come in.
//
// A tick reads what is new, judges the windows of the enterprises that have news or are due, and
// stores what changed, in transactions of a bounded number of enterprises. Verdicts, cases and
// events are written together. Late readings of windows that are settled are judged again by
// rejudge(), which the report of a warning asks for.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "daemon/context.hpp"
#include "daemon/http/api.hpp"
#include "daemon/verify/duty_windows.hpp"
#include "daemon/verify/evidence_cache.hpp"
#include "rules/proof/case_flow.hpp"
#include "rules/proof/parameters.hpp"

namespace qk::daemon {

class TaskGroup;
class VerdictWriter;

// After the end of a window its readings may still be on their way; then the verdict is final.
inline constexpr std::chrono::hours kSettle{2};
inline constexpr std::size_t kEnterprisesPerTransaction = 500;
// Windows that ended longer ago are looked at only when asked for.
inline constexpr std::chrono::hours kWindowsKept{45 * 24};
// Windows that have not begun are kept for so long: they begin without any order changing. They are
// read again every day.
inline constexpr std::chrono::hours kWindowsAhead{48};

struct TickCounts {
    std::size_t windows = 0;
    std::size_t judged = 0;
    std::size_t changed = 0;  // new versions
    std::size_t cases = 0;
};

class VerifyService {
 public:
    explicit VerifyService(Context& context);
    ~VerifyService();

    void add_routes(Router& router);
    // Ticks until the group is cancelled.
    void start(TaskGroup& tasks);
    [[nodiscard]] boost::asio::awaitable<TickCounts> tick();
    // Every window of a warning, from what the store holds now.
    [[nodiscard]] boost::asio::awaitable<TickCounts> rejudge(std::string warning);

 private:
    struct Setting;
    [[nodiscard]] Setting setting() const;
    // On the store's thread.
    void prepare(SQLite::Database& db, const Setting& setting, const std::string& warning);
    TickCounts judge_some(SQLite::Database& db, const Setting& setting, std::size_t first,
                          std::size_t last);
    struct WindowState;
    void judge_window(SQLite::Database& db, const Setting& setting, std::size_t place,
                      VerdictWriter& writer, TickCounts& counts);
    void set_windows(std::vector<DutyWindow> windows);
    [[nodiscard]] boost::asio::awaitable<TickCounts> judge_due(std::string warning);
    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] rules::Instant next_tick(rules::Instant now) const;

    [[nodiscard]] boost::asio::awaitable<ApiResponse> get_verdicts(const Call& call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> post_rejudge(const Call& call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> get_cases(const Call& call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> get_case(const Call& call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> post_step(const Call& call,
                                                                rules::CaseStep step);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> get_series(const Call& call);

    Context& context_;
    // On the store's thread only.
    EvidenceCache evidence_;
    std::vector<DutyWindow> windows_;
    std::vector<WindowState> states_;  // of the windows, by place
    std::string fingerprint_;
    // Windows of this tick, in order of enterprise; `due_` are places in windows_.
    std::vector<std::size_t> due_;
    // Set at the end of a tick, read between ticks.
    rules::Instant next_end_{};
};

}  // namespace qk::daemon
