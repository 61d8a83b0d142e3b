// The life of what a bureau puts in force by itself (本地规则启用): its rule pack, its catalogue of
// measures, grades that changed. One person puts it up, having seen what it changes; another
// confirms it; it begins on its day, and can be taken back until then. Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rules/base/time.hpp"

namespace qk::daemon {

struct Adoption {
    std::int64_t number = 0;  // 0: not stored yet
    std::string id;           // of a pack
    std::string name;         // of a pack or a file; title and number of a paper
    std::string decided_by;   // of a paper: the authority or meeting
    rules::Instant from{};
    // Changed grades begin by their day alone: nobody notes it. The first of these days.
    std::optional<rules::CivilDay> first_day;
    rules::Instant put_at{};
    std::string put_by;
    std::string reason;
    std::optional<std::string> trial;  // JSON
    std::string sha256;                // of the texts
    std::string texts;                 // JSON: all that reading it again takes; empty in lists
    bool needs_second = true;
    std::string changes = "[]";  // of the approvals, for which it needs a second person: JSON
    std::optional<rules::Instant> confirmed_at;
    std::string confirmed_by;
    std::optional<rules::Instant> ready_at;  // what the confirmation allows; it begins not before
    std::optional<rules::Instant> begun_at;
    std::optional<rules::Instant> withdrawn_at;
    std::string withdrawn_by;
    std::string withdrawn_why;
};

enum class AdoptionState {
    kWaiting,  // for a second person, however long that takes
    kToCome,   // begins at its time
    kBegun,
    kWithdrawn,
};
[[nodiscard]] AdoptionState state_of(const Adoption& adoption, rules::CivilDay today);
[[nodiscard]] inline bool can_be_withdrawn(AdoptionState state) {
    return state == AdoptionState::kWaiting || state == AdoptionState::kToCome;
}

// A step of a person.
struct AdoptionStep {
    std::int64_t number = 0;
    rules::Instant at{};
    std::string person;
    std::string remote;  // where the person came from
    std::string why;
};

}  // namespace qk::daemon
