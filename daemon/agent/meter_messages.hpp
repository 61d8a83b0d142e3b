// Readings as a plant's systems write them down, as messages of contract §4. Pure.
//
// CSV: `t` (时间, the end of the interval), `kw` (功率), `kwh` (电量, of the interval), `kwh_total`
// (表码), `minutes` (间隔分钟), `valid`, and `meter` (表号) where one file holds several. JSON: one
// object with these names, or an array of them. A file is refused whole with every fault.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"

namespace qk::agent {

inline constexpr std::size_t kMeterFileBytesMax = std::size_t{8} << 20;
inline constexpr std::size_t kReadingsPerFileMax = 100'000;
inline constexpr std::size_t kReadingsPerMessage = 400;  // far below what the bureau takes at once

struct MeterMessage {
    std::string meter;
    std::string payload;  // an array of readings, in the order in which they stood there
};

// `meter`: of those that name none; empty: each must. `file` is named in the faults.
[[nodiscard]] rules::Result<std::vector<MeterMessage>> meter_messages(std::string_view bytes,
                                                                      const std::string& file,
                                                                      const std::string& meter);

}  // namespace qk::agent
