// The calendar of worked days: what is built in (calendars/cn.toml), and what a region's pack adds
// or says otherwise.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plans/text/embedded.hpp"
#include "plans/text/toml_table.hpp"
#include "rules/base/result.hpp"
#include "rules/compliance/work_calendar.hpp"

namespace qk::plans {

inline constexpr std::size_t kHolidaysMax = 500;  // of one pack

// [[holiday]] of a pack: name, from, to, worked, closing_days, opening_days, source, certainty.
void read_holidays(TomlTable& head, std::vector<rules::Holiday>& holidays);

[[nodiscard]] rules::Result<rules::WorkCalendar> read_work_calendar(std::string_view toml,
                                                                    const std::string& file);
[[nodiscard]] const rules::WorkCalendar& built_in_work_calendar();
// The same with a pack's own: one of the same name that begins in the same year takes the place of
// the built-in.
[[nodiscard]] rules::WorkCalendar work_calendar_with(const std::vector<rules::Holiday>& own);

}  // namespace qk::plans

namespace qk::embedded {
std::span<const File> work_calendars();
}  // namespace qk::embedded
