// Outlines of counties for the map (行政区划边界), read from the bureau's own GeoJSON (RFC 7946)
// and held against the counties of the rule pack. A shipped map would need a review number (审图号)
// of its own; the bureau names that of its file.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"

namespace qk::plans {

inline constexpr std::size_t kOutlineBytesMax = std::size_t{8} << 20;
inline constexpr std::size_t kOutlineRingsMax = 5000;
inline constexpr std::size_t kOutlinePointsMax = 200'000;  // of all rings

struct OutlinePoint {
    double longitude = 0;
    double latitude = 0;
};
struct CountyName {
    std::string code;
    std::string name;
};
struct CountyOutline {
    CountyName county;
    std::vector<std::vector<OutlinePoint>> rings;  // of all its parts, holes too; each closed
};

// A FeatureCollection of Polygons and MultiPolygons in degrees, one feature for a county; which one
// it is stands in its "code", "adcode" or "id", or is its "name". Counties may be missing, and are
// then shown beside the map; what is no county is refused. At most twenty faults are named.
[[nodiscard]] rules::Result<std::vector<CountyOutline>> read_outlines(
    std::string_view text, const std::vector<CountyName>& counties, const std::string& file);

// [{"code", "name", "rings": [[[longitude, latitude], …], …]}, …], to five decimals: a metre.
[[nodiscard]] boost::json::value to_json(const std::vector<CountyOutline>& outlines);

}  // namespace qk::plans
