#include "daemon/base/clock_watch.hpp"

#include <algorithm>
#include <utility>

namespace qk::daemon {

void ClockWatch::start(std::optional<rules::Instant> last_seen, rules::Instant wall,
                       std::chrono::seconds running) {
    base_ = wall - running;
    highest_base_ = *base_;
    highest_at_ = running;
    if (!last_seen || *last_seen < wall + kJumpMin) return;
    at_start_ = Jump{wall - *last_seen, *last_seen, wall};
    if (*last_seen - wall > kBehindMax) return;
    highest_base_ = *last_seen - running;
    was_behind_at_start_ = true;
}

std::optional<ClockWatch::Jump> ClockWatch::look(rules::Instant wall,
                                                 std::chrono::seconds running) {
    if (at_start_) return std::exchange(at_start_, std::nullopt);
    const rules::Instant base = wall - running;
    if (highest_base_ - base < kJumpMin) was_behind_at_start_ = false;
    const std::chrono::seconds size = base - base_.value_or(base);
    if (base_ && std::chrono::abs(size) < kJumpMin) {
        // A slow drift moves on with it.
        base_ = base;
        if (highest_base_ - base < kJumpMin) {
            highest_base_ = base;
            highest_at_ = running;
        }
        return std::nullopt;
    }
    if (base_) note_leap(*base_, base, running);
    base_ = base;
    const bool is_waited_for = size < std::chrono::seconds{0} && highest_base_ - base <= kBehindMax;
    if (is_waited_for) {
        highest_at_ = running;
    } else if (base > highest_base_ || highest_base_ - base > kBehindMax) {
        highest_base_ = base;
    }
    if (size == std::chrono::seconds{0}) return std::nullopt;
    return Jump{size, wall - size, wall};
}

// A clock that was behind and comes back to where it was has not leapt.
void ClockWatch::note_leap(rules::Instant before, rules::Instant after,
                           std::chrono::seconds running) {
    if (after > before) {
        has_returned_ = false;
        if (after - highest_base_ < kSeenOften) return;
        const bool is_in_doubt = leapt_from_ && running - leapt_at_ < kDoubt;
        if (!is_in_doubt) leapt_from_ = before;
        leapt_at_ = running;
        return;
    }
    has_returned_ = leapt_from_ && std::chrono::abs(after - *leapt_from_) < kJumpMin &&
                    running - leapt_at_ <= kBehindMax;
    if (leapt_from_ && after - *leapt_from_ < kJumpMin) leapt_from_.reset();
}

rules::Instant ClockWatch::latest(rules::Instant wall, std::chrono::seconds running) const {
    if (has_returned_) return wall;
    return behind(wall, running).value_or(wall);
}

rules::Instant ClockWatch::agreed(rules::Instant wall, std::chrono::seconds running) const {
    const bool is_in_doubt = leapt_from_ && running - leapt_at_ < kDoubt;
    // It may have leapt since the last look, and who asks now must not be the first to believe it.
    const rules::Instant base = wall - running;
    const bool has_leapt_unseen =
        base_ && base - *base_ >= kJumpMin && base - highest_base_ >= kSeenOften;
    if (has_leapt_unseen) {
        return std::min(wall, (is_in_doubt ? *leapt_from_ : *base_) + running);
    }
    return is_in_doubt ? std::min(wall, *leapt_from_ + running) : wall;
}

std::optional<rules::Instant> ClockWatch::behind(rules::Instant wall,
                                                 std::chrono::seconds running) const {
    const rules::Instant expected = highest_base_ + running;
    // Who is behind for so long was ahead before.
    if (running - highest_at_ > kBehindMax) return std::nullopt;
    if (!base_ || expected - wall < kJumpMin) return std::nullopt;
    return expected;
}

std::chrono::seconds ClockWatch::unsure() const {
    return was_behind_at_start_ ? kOffMax : std::chrono::seconds{0};
}

bool is_over(rules::Instant until, rules::Instant now, std::chrono::seconds longest) {
    return until <= now || until - now > longest;
}

// A sleeper is not woken for what is not a jump: both clocks are read in whole seconds.
bool Sleep::is_over(rules::Instant wall, std::chrono::seconds running) const {
    return wall >= when || running - begun >= asked + ClockWatch::kJumpMin;
}

std::optional<std::chrono::seconds> stood_still(std::chrono::seconds asked,
                                                std::chrono::seconds passed) {
    if (passed - asked < kStandstillMin) return std::nullopt;
    return passed - asked;
}

}  // namespace qk::daemon
