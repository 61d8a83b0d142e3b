// What the reasons that an inventory names for an enterprise and one of its lines do to the grade
// by whose measures they are treated, and which of them count: a function of values.
//
// Of several that tighten the strictest counts, of several that relax the one that relaxes least;
// they do not add up. Whatever tightens precedes what relaxes, unless the text of a relaxation says
// that it precedes it. A relaxation wants a document, and counts nothing where the level's
// reduction floors are not met with the relaxations in it. Limits of the permit, the enterprise's
// own plan, classes that are spared and the season are no matter of the grade and stay.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "plans/measures/treatment_reasons.hpp"
#include "rules/duty/obligation.hpp"
#include "rules/warning/colour.hpp"

namespace qk::plans {

// One that an inventory names, with its document; `of` is null where nobody knows the word.
struct NamedReason {
    std::string written;
    std::string evidence;
    const TreatmentReason* of = nullptr;
};
using NamedReasons = std::vector<NamedReason>;

// Adds what a cell names, with the documents beside it in the same order.
void add_named(NamedReasons& named, const TreatmentReasons& known, std::string_view reasons,
               std::string_view evidence);

enum class ReasonOutcome : std::uint8_t {
    kCounts,
    kUnknown,     // nobody knows the word
    kNoEvidence,  // relaxes, and no document says so
    kOtherTrade,
    kOtherGrade,
    kAboveLevel,  // relaxes at lower levels only
    kPreceded,    // by one on the other side
    kBelowFloor,  // relaxes, but the level's floors are not met with it
    kSpared,      // the class is spared whatever the grade
};

struct ReasonsQuestion {
    std::string grade;       // a base grade
    std::string_view trade;  // id; empty: not known
    rules::Colour colour = rules::Colour::kYellow;
    bool may_relax = true;  // false: the floors do not allow it
};
struct AppliedReasons {
    std::string grade;                    // by whose measures it is treated
    std::vector<ReasonOutcome> outcomes;  // beside what is named
    bool is_relaxed = false;
    // Which of those that count moves the grade: of equals the first that is named.
    std::optional<std::size_t> moves{};
};
[[nodiscard]] AppliedReasons apply_reasons(const NamedReasons& named,
                                           const ReasonsQuestion& question);

// One that counts, as the reason of an obligation. `before` and `after`: grades. `beside`: the one
// that moves the grade already, where this one would too; null: none.
[[nodiscard]] rules::Reason reason_text(const NamedReason& named, const std::string& before,
                                        const std::string& after,
                                        const NamedReason* beside = nullptr);
// Why one does not count, and what to do about it; nothing for one that counts.
struct NotCounted {
    std::string what;
    std::string cure;
};
[[nodiscard]] NotCounted not_counted_text(const NamedReason& named, ReasonOutcome outcome,
                                          const TreatmentReasons& known);

}  // namespace qk::plans
