// Files carried inside the simulator, so that it runs from any folder: the default scenario and the
// weather of December 2015 (packaging/demo-data says where that comes from).
#pragma once

#include <string_view>

namespace qk::sim {

// By the file's own name; it is a bug to ask for one that is not there.
[[nodiscard]] std::string_view built_in(std::string_view name);
inline constexpr std::string_view kBuiltInWeather = "beijing_2015-11-25_2015-12-31.csv";

}  // namespace qk::sim
