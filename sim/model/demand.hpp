// What the obligations of an order allow a line's power to be in one quarter of an hour.
//
// This is the simulated region's own reading of an obligation, written apart from the judge's on
// purpose: the truth that verdicts are compared with must not come from the code that is being
// tested. `normal` is the power the line would have drawn without a warning; a cap is a share of
// that. Obligations that no power meter shows (vehicles, concentrations, site checks) demand
// nothing here.
#pragma once

#include <vector>

#include "rules/base/time.hpp"
#include "rules/duty/obligation.hpp"

namespace qk::sim {

inline constexpr std::chrono::minutes kInterval{15};

enum class DemandKind { kFree, kCapped, kStanding };

struct Demand {
    DemandKind kind = DemandKind::kFree;
    double share = 1;     // of normal, when capped
    double progress = 1;  // of the granted ramp: 0 at its start, 1 once it is over

    // The ramp is over: from here on the demand can be broken.
    [[nodiscard]] bool binds() const { return kind != DemandKind::kFree && progress >= 1; }
};

// A line as an obligation sees it.
struct LinePlace {
    std::string_view id;
    std::size_t index = 0;  // among the enterprise's lines
    std::size_t count = 1;
};

// The demand of one obligation on one line in the quarter that begins at `begin`.
[[nodiscard]] Demand demand_of(const rules::Obligation& obligation, const LinePlace& line,
                               rules::Instant begin);
// The strictest of all.
[[nodiscard]] Demand demand_of(const std::vector<rules::Obligation>& obligations,
                               const LinePlace& line, rules::Instant begin);
[[nodiscard]] Demand stricter(const Demand& a, const Demand& b);

[[nodiscard]] bool is_in_force(const rules::Obligation& obligation, rules::Instant begin);

}  // namespace qk::sim
