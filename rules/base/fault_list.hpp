// Faults in bounded memory: a file of a million wrong rows is an answer of bounded length.
#pragma once

#include "rules/base/result.hpp"

namespace qk::rules {

// What one answer names at the most; its last finding says how many more there are.
inline constexpr std::size_t kFindingsMax = 1000;

// Faults as they are found: so many of each severity are kept in the order they came, the rest is
// only counted.
class FaultList {
 public:
    static constexpr std::size_t kKeptMax = kFindingsMax;

    void push_back(Fault fault);
    // One that must be seen however many there are; it stands in rest().
    void say_last(Fault fault);
    void append(const Faults& faults);
    void append(FaultList&& more);  // counts what that one did not keep, too

    [[nodiscard]] std::size_t count(Severity severity) const {
        return counts_[static_cast<std::size_t>(severity)];
    }
    [[nodiscard]] bool has_errors() const { return count(Severity::kError) > 0 || has_last_error_; }
    [[nodiscard]] Faults& kept() { return kept_; }
    // What was to be said last, and "and 998000 more errors" for each severity not wholly kept.
    [[nodiscard]] Faults rest() const;

 private:
    static constexpr std::size_t kSeverities = 3;
    Faults kept_;
    Faults last_;
    std::size_t counts_[kSeverities] = {};
    bool has_last_error_ = false;
};

// At most so many faults, the last of them saying how many more there are.
[[nodiscard]] Faults at_most(const Faults& faults, std::size_t most);

}  // namespace qk::rules
