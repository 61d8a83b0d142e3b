// A(t) of everything and of PM2.5 alone in one walk along the series: the one calls for a colour,
// the other says what of it binds.
#pragma once

#include "rules/air/averages.hpp"

namespace qk::rules {

struct RollingPair {
    HourlyAqiSeries all;
    HourlyAqiSeries pm25;
};
[[nodiscard]] RollingPair rolling_pair(const HourlySeries& series, const AirRules& rules,
                                       Ozone ozone);

// A(t) without ozone and with it, in one walk.
struct RollingOzone {
    HourlyAqiSeries left_out;
    HourlyAqiSeries counts;
};
[[nodiscard]] RollingOzone rolling_with_ozone(const HourlySeries& series, const AirRules& rules);

}  // namespace qk::rules
