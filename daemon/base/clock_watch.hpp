// Finds out that the wall clock was set or has jumped (时钟跳变), by holding it against a clock
// that only runs; and that the process stood still. Pure; times come in.
//
// While the wall clock stands behind where it was, behind() answers where it would stand: messages
// that are in the future by the wall clock and not by that one are true, and are kept until time
// has come. Nobody is judged by a clock that is in doubt: what could be known is stamped with the
// later of both clocks (latest), and after a leap forward judging goes only as far as both agree
// (agreed).
#pragma once

#include <chrono>
#include <optional>

#include "rules/base/time.hpp"

namespace qk::daemon {

class ClockWatch {
 public:
    // Less is how clocks are trimmed.
    static constexpr std::chrono::seconds kJumpMin{5};
    // A clock that goes back further was wrong before, and is not waited for.
    static constexpr std::chrono::hours kBehindMax{48};
    // A clock that leapt forward and stays there is believed after so long.
    static constexpr std::chrono::hours kDoubt{2};
    // Nobody knows how long a machine was off whose clock is wrong at the start; not longer.
    static constexpr std::chrono::hours kOffMax{12};
    // What the daemon has last seen of a clock, before a restart, is not older.
    static constexpr std::chrono::seconds kSeenOften{120};

    struct Jump {
        std::chrono::seconds size{};  // negative: back
        rules::Instant from{};        // where the clock would stand
        rules::Instant to{};
    };

    // `last_seen`: a time that the wall clock had reached when the daemon last ran.
    void start(std::optional<rules::Instant> last_seen, rules::Instant wall,
               std::chrono::seconds running);
    // Both clocks now. A jump is answered once.
    [[nodiscard]] std::optional<Jump> look(rules::Instant wall, std::chrono::seconds running);
    [[nodiscard]] std::optional<rules::Instant> behind(rules::Instant wall,
                                                       std::chrono::seconds running) const;
    // By how much more it may be behind than that: it was wrong at the start already.
    [[nodiscard]] std::chrono::seconds unsure() const;
    // No true time is later.
    [[nodiscard]] rules::Instant latest(rules::Instant wall, std::chrono::seconds running) const;
    // What has passed by either clock.
    [[nodiscard]] rules::Instant agreed(rules::Instant wall, std::chrono::seconds running) const;

 private:
    void note_leap(rules::Instant before, rules::Instant after, std::chrono::seconds running);

    std::optional<rules::Instant> base_;  // wall - running
    rules::Instant highest_base_{};
    std::chrono::seconds highest_at_{};
    std::optional<rules::Instant> leapt_from_;  // a base
    std::chrono::seconds leapt_at_{};
    bool was_behind_at_start_ = false;  // and has not been right since
    bool has_returned_ = false;         // to where it stood before it leapt
    std::optional<Jump> at_start_;
};

// A pause up to `until`, never longer than `longest`, is over: also where the clock was set back
// since it began, so that nothing waits for an hour that has passed already.
[[nodiscard]] bool is_over(rules::Instant until, rules::Instant now, std::chrono::seconds longest);

// A sleep is over when the wall clock has come so far, or, where that was set back, when as much
// time has passed as was asked for at the begin.
struct Sleep {
    rules::Instant when{};
    std::chrono::seconds asked{};  // at its begin
    std::chrono::seconds begun{};  // of the clock that only runs
    [[nodiscard]] bool is_over(rules::Instant wall, std::chrono::seconds running) const;
};

// A busy machine is late by less.
inline constexpr std::chrono::seconds kStandstillMin{10};

// How long the process did not run (停顿), of one that asked to be woken after `asked` and was
// after `passed`.
[[nodiscard]] std::optional<std::chrono::seconds> stood_still(std::chrono::seconds asked,
                                                              std::chrono::seconds passed);

}  // namespace qk::daemon
