// A time as tables really write it: ISO 8601, what spreadsheets and databases make of it, compact
// and Chinese forms. What can be read in two ways (day or month first, a spreadsheet's day number)
// is no time, and time_cure() says what to write instead.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rules/base/time.hpp"

namespace qk::plans {

// "2016-12-16T20:00:00+08:00", "2016-1-6 8:00", "2016/1/6 8:00", "2016.1.6 8时", "2016年1月6日8时",
// "20160106T080000+0800", "2016010608", "'2016-01-06 08:00", "2016/1/6 下午 3:00". The year comes
// first; without offset it is a time of `zone`.
[[nodiscard]] std::optional<rules::Instant> read_time(std::string_view cell, rules::Zone zone);

// The time of a day that stands in a column of its own: "8", "08:00", "8时", "24" is its end.
[[nodiscard]] std::optional<std::chrono::seconds> read_clock(std::string_view cell);

// What to write instead of a cell that read_time() does not take.
[[nodiscard]] std::string time_cure(std::string_view cell);

}  // namespace qk::plans
