// One duty in the form that a province fits into memory with: sixteen to twenty bytes that name a
// line, a measure and why it binds. Sentences and chains of reasons are made for who asks
// (obligation_table.hpp).
#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <cstdint>

#include "plans/inventory/inventory.hpp"
#include "plans/measures/trades.hpp"
#include "plans/response/apply_reasons.hpp"
#include "rules/duty/obligation.hpp"

namespace qk::plans {

enum class ObligationOrigin : std::uint8_t {
    kCatalogue,
    kOwnPlan,
    kSeason,
    kClass,
    kRegion,
    kReason,  // one that tightens, and says a measure of its own
};

struct CompactObligation {
    static constexpr std::int32_t kWhole = -1;
    static constexpr std::int32_t kNone = INT32_MIN;
    static constexpr std::int16_t kEveryTrade = -1;
    static constexpr std::int16_t kNoTrade = -2;  // lines that name none
    static constexpr std::int16_t kEveryPart = -1;

    std::int32_t line = kWhole;   // index into Inventory::lines
    std::int32_t measure = 0;     // >= 0: into the table's measures; < 0: -(own row index) - 1
    std::int32_t beaten = kNone;  // the measure it is stricter than, coded likewise
    ObligationOrigin origin = ObligationOrigin::kCatalogue;
    ObligationOrigin beaten_origin = ObligationOrigin::kCatalogue;
    std::int16_t part = kEveryPart;  // of whose lines it speaks, where lines have reasons
    rules::VerifiedBy verified_by = rules::VerifiedBy::kNothing;
    std::int16_t season = -1;          // window that gave it, or the one it beat
    std::int16_t trade = kEveryTrade;  // of whose lines it speaks, by place in all_trades()
};

// A trade as CompactObligation::trade says it, and back; null: none.
[[nodiscard]] inline std::int16_t place_of(const Trade* trade) {
    if (trade == nullptr) return CompactObligation::kNoTrade;
    return static_cast<std::int16_t>(trade - all_trades().data());
}
[[nodiscard]] inline const Trade* trade_at(std::int16_t place) {
    return place < 0 ? nullptr : &all_trades()[static_cast<std::size_t>(place)];
}

struct ObligationRemark {
    enum class Kind : std::uint8_t {
        kGradeUnknown,  // grade name nobody maps
        kIdleLine,      // counts nothing
        kNotMeasured,   // a duty that power could show, but no production meter
        kNoLines,       // nothing to spread a reduction over
        kExemptExpired,
        kExemptNoEvidence,
        kOwnPlanWeaker,  // than the catalogue for its trade and grade
        kOwnPlanStricter,
        kOwnPlanReplaces,   // measures of the catalogue
        kOwnLineUnknown,    // own measure of a line the inventory has not
        kOwnOutletUnknown,  // own measure of an outlet the inventory has not
        kOwnNoShare,        // own measure without a ratio: counts nothing
        kOwnPlanOverClass,  // a spared class, but an own measure binds
        kGradeChanged,
        kCategoryNoEvidence,   // livelihood or white list without a document
        kOwesNothing,          // emits, and nothing is asked of it: to be answered
        kOwesNothingAnswered,  // a person has said why
        kOwesNothingByText,    // the catalogue knows the process and leaves it alone
        kOvenHeightUnknown,    // what depends on it binds at its strictest
        kBelowLeastLoad,       // a limit asks for less than the line's least safe load allows
        kReasonUnknown,        // a word for a reason that nobody knows
        kReasonNoEvidence,     // one that relaxes, without a document
        kReasonNotCounted,     // for what `outcome` says
    };
    Kind kind = Kind::kIdleLine;
    std::uint32_t enterprise = 0;
    std::int32_t row = -1;        // line or own row, by kind
    std::uint8_t pollutants = 0;  // of which nothing is asked, as in rules::Measure
    std::uint8_t reason = 0;      // place among those that are named, the enterprise's first
    ReasonOutcome outcome = ReasonOutcome::kCounts;
};
// Those of one enterprise: few, so they need no memory of their own.
using ObligationRemarks = boost::container::small_vector<ObligationRemark, 6>;

// Share of each pollutant's emission that is cut on a line of the inventory, in millionths.
using LineShares = std::array<std::uint32_t, kEmissionCount>;

}  // namespace qk::plans
