// One pass of the judge: which windows are due, what the instruments of their enterprises recorded,
// and what came of judging them.
//
// A pass is owned by the coroutine that carries it out. Its two parts run on threads of the store,
// one after the other, while that coroutine waits; nobody else sees the pass meanwhile. The first
// only reads, weeks of readings at times, and keeps no decision waiting.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "daemon/compliance/evidence_cache.hpp"
#include "daemon/compliance/judge_input_rows.hpp"
#include "daemon/compliance/obligation_windows.hpp"
#include "daemon/compliance/verdict_rows.hpp"
#include "daemon/store/session.hpp"
#include "plans/measures/season.hpp"
#include "rules/compliance/parameters.hpp"

namespace qk::daemon {

// After the end of a window its readings may still be on their way; then the verdict is final.
inline constexpr std::chrono::hours kSettle{2};
inline constexpr std::size_t kWindowsPerTransaction = 500;
// Windows that ended longer ago are looked at only when asked for.
inline constexpr std::chrono::hours kWindowsKept{45 * 24};
// Windows that have not begun are kept for so long: they begin without any order changing. They are
// read again every day.
inline constexpr std::chrono::hours kWindowsAhead{48};

// What one pass works with; fixed for its length.
struct JudgeSetting {
    rules::Instant now{};
    rules::Zone zone;
    std::shared_ptr<const plans::Inventory> inventory;
    rules::JudgingParameters parameters;
    std::shared_ptr<const plans::SeasonPlan> season{};  // of the same edition; null: none
};

struct PassCounts {
    std::size_t windows = 0;
    std::size_t judged = 0;
    std::size_t changed = 0;  // new versions
    std::size_t cases = 0;
    std::size_t not_known = 0;  // enterprises to be telephoned, whose order could not be known
};

// What one pass leaves for the next, so that a tick costs what is new. All of it can be read again
// from the store.
struct JudgeMemory {
    // What this process knows of a window beside its dates.
    struct WindowState {
        KnownVerdict known;
        bool is_done = false;  // judged for the last time, or found settled
    };

    std::string fingerprint;  // of the orders that the windows were read from
    std::vector<ObligationWindow> windows;
    std::vector<WindowState> states;  // of the windows, by place
    EvidenceCache evidence;
};

class JudgePass {
 public:
    // With `warning`, all windows of that warning are due and everything is read anew; else those
    // that are open or have just ended.
    JudgePass(JudgeSetting setting, std::string warning, JudgeMemory memory);

    // Reads what is due and its evidence. Writes nothing.
    void prepare(Session& db);
    // Judges the next kWindowsPerTransaction windows and stores verdicts, cases and events.
    void judge_some(Session& db);
    [[nodiscard]] bool is_done() const { return next_ == due_.size(); }

    [[nodiscard]] const PassCounts& counts() const { return counts_; }
    // When the next of the open windows becomes final; Instant::max() when none is open.
    [[nodiscard]] rules::Instant next_end() const { return next_end_; }
    [[nodiscard]] JudgeMemory give_memory() { return std::move(memory_); }

 private:
    void read_windows(Session& db);
    void set_windows(std::vector<ObligationWindow> windows);
    // With a verdict goes what it was judged by.
    struct Writers {
        VerdictWriter verdicts;
        JudgeInputWriter inputs;
    };

    void judge_window(Session& db, std::size_t place, Writers& writers);
    void keep_inputs(const rules::JudgeInput& input, const rules::Verdict& verdict,
                     std::int64_t number, JudgeInputWriter& writer);
    void ask_for_a_call(Session& db, const ObligationWindow& window);
    void tell(Session& db, const ObligationWindow& window, const rules::Verdict& verdict,
              const PutVerdict& put);

    JudgeSetting setting_;
    std::string warning_;
    JudgeMemory memory_;
    std::vector<rules::Span> unheard_;  // when hardly anybody was heard
    std::vector<std::size_t> due_;      // places in the windows, in order of enterprise
    std::size_t next_ = 0;              // place in due_
    PassCounts counts_;
    // Made once for all verdicts of the pass, and for those of one enterprise.
    plans::KeptText parameters_;
    std::string recorded_;  // the enterprise of record_
    plans::EvidenceRecord record_;
    rules::Instant next_end_ = rules::Instant::max();
};

}  // namespace qk::daemon
