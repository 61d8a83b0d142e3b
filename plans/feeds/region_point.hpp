// Where a region lies, for documents that name places by coordinates.
#pragma once

#include <string>

namespace qk::plans {

struct RegionPoint {
    std::string region;
    double latitude = 0;
    double longitude = 0;

    friend bool operator==(const RegionPoint&, const RegionPoint&) = default;
};
// A document's point further from every region than this, in degrees, is of none.
inline constexpr double kPointDegreesMax = 0.5;

}  // namespace qk::plans
