// What a frame tells of an outlet in the terms of the verdicts: so2, nox, pm and vocs in mg/m³ as
// measured (not converted to a reference oxygen), the flow in m³/h, of which time, and whether it
// may be evidence.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plans/hj212/frame.hpp"

namespace qk::plans::hj212 {

struct StackValue {
    rules::Instant from{};  // DataTime
    std::optional<rules::Instant>
        to;  // end of the period; empty: the frame does not say its length
    std::string factor;
    double mg_per_m3 = 0;
    std::optional<double> flow_m3_h;
    bool is_evidence = false;
};

// Empty for what is no upload of real-time, minute, hour or day data, or was not accepted. A value
// in a unit that the code map does not give, or that is no concentration, is left out.
[[nodiscard]] std::vector<StackValue> stack_values(const Frame& frame);

}  // namespace qk::plans::hj212
