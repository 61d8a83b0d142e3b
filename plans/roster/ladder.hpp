// What waits for a person (待办事项), and the ladder of steps that follows it up until somebody has
// answered (升级阶梯). Ladders are data: ladders.toml holds the samples we ship, and a bureau has
// its own file of the same form.
//
//     [[ladder]]
//     kind = "signature"
//     deadline_minutes = 60        # where the matter itself has no deadline
//     answered_by = "any"          # "all": each who was asked must take it over
//     hold_minutes = 30            # how long the ladder waits for whoever has taken it over
//     snooze_minutes = 60          # at most at once
//     snoozes = 3                  # at most in all
//     [[ladder.step]]
//     action = "remind"
//     after_minutes = 0            # since the matter arose; or before_deadline_minutes
//     ask = ["awaited"]            # "awaited", a role or a position; ".deputy" behind it
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plans/text/embedded.hpp"
#include "rules/base/result.hpp"

namespace qk::embedded {

[[nodiscard]] std::span<const File> escalation_ladders();  // plans/roster/ladders.toml

}  // namespace qk::embedded

namespace qk::plans {

enum class MatterKind {
    kConsultation,  // a proposal that nobody has consulted on
    kSignature,     // a change of a warning that is not signed by all who must
    kPrompt,        // a prompt from above that a place has not followed
    kOrder,         // an order without any receipt
    kRefusal,       // an enterprise refuses its order
    kCase,          // a lead without a site check
    kOutage,        // data that have stopped, or a broker that cannot be reached
    kTask,          // a task of an addressee that is not answered, or not in time
    kRosterGap,     // a stretch of the roster with nobody
};
inline constexpr std::size_t kMatterKinds = 9;
[[nodiscard]] std::string_view to_text(MatterKind kind);  // "signature"
[[nodiscard]] std::string_view to_chinese(MatterKind kind);
[[nodiscard]] std::optional<MatterKind> parse_matter_kind(std::string_view text);

enum class LadderAction {
    kRepeat,     // the order is published again
    kRemind,     // whoever is asked is told
    kPhoneList,  // the enterprise is put on the phone list, and whoever is asked is told
    kCounty,     // the county is given a task to see to it, and its people are told
    kSiteCheck,  // inspectors are given a task to go and look, and are told
};
[[nodiscard]] std::string_view to_text(LadderAction action);  // "site_check"
[[nodiscard]] std::string_view to_chinese(LadderAction action);
[[nodiscard]] std::optional<LadderAction> parse_ladder_action(std::string_view text);

// Of a step, who is told: those whose answer the matter waits for.
inline constexpr std::string_view kAwaited = "awaited";
// Behind a role: whoever would stand in.
inline constexpr std::string_view kDeputyEnding = ".deputy";

struct LadderStep {
    LadderAction action = LadderAction::kRemind;
    std::chrono::minutes minutes{0};
    bool is_before_deadline = false;  // else after the matter arose
    std::vector<std::string> ask;
};

struct Ladder {
    MatterKind kind = MatterKind::kSignature;
    std::chrono::minutes deadline{60};
    bool is_answered_by_all = false;
    std::chrono::minutes hold{30};
    std::chrono::minutes snooze{60};
    int snoozes = 3;
    std::vector<LadderStep> steps;
};
// A ladder without steps says that nobody is told; the matter is on the list all the same.
using Ladders = std::map<MatterKind, Ladder>;

inline constexpr std::size_t kLadderStepsMax = 20;
inline constexpr std::size_t kAskedRolesMax = 10;
inline constexpr int kLadderMinutesMost = 43'200;  // 30 days
inline constexpr int kSnoozesMost = 20;

// Kinds that the file does not name keep the shipped ladder.
[[nodiscard]] rules::Result<Ladders> read_ladders(std::string_view toml, const std::string& file);
[[nodiscard]] const Ladders& shipped_ladders();

}  // namespace qk::plans
