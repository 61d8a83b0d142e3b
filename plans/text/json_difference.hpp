// Where two JSON values differ, by their paths: what is computed again is compared with what was
// stored, and whoever is told that they differ wants to know in what.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

namespace qk::plans {

// Beyond these one more line says that there are others.
inline constexpr std::size_t kDifferencesMax = 20;
inline constexpr std::size_t kDifferenceBytesMax = 160;  // of one value as it is shown

// "findings[0].measured: 120.5 -> 118"; empty when both are the same value. The order of an
// object's members and the way a number is written (300, 300.0) make no difference.
[[nodiscard]] std::vector<std::string> json_differences(const boost::json::value& then,
                                                        const boost::json::value& now);

}  // namespace qk::plans
