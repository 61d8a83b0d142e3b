// The rolling reading of a series with its days, and the same of PM2.5 alone, made in one walk.
#pragma once

#include "rules/warning/region_windows.hpp"

namespace qk::rules {

struct ReadingPair {
    RollingReadings all;
    RollingReadings pm25;
};
[[nodiscard]] ReadingPair reading_pair(const HourlySeries& series, const AirRules& air,
                                       Ozone ozone);

}  // namespace qk::rules
