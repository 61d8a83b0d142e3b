// Which days are worked (法定节假日与调休): a weekday may be a holiday, a Saturday or Sunday may be
// worked in its place. Dates are data (plans/packs/calendars); without any, weekdays decide.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/time.hpp"

namespace qk::rules {

// What a day's load is compared with. A holiday of several days is no Sunday: many plants that work
// on Sundays stand then.
enum class DayKind { kWorking, kSaturday, kSunday, kHoliday };
inline constexpr std::size_t kDayKinds = 4;

[[nodiscard]] std::string_view to_text(DayKind kind);  // "working", "saturday", ...
[[nodiscard]] std::string_view to_chinese(DayKind kind);
[[nodiscard]] std::optional<DayKind> parse_day_kind(std::string_view text);

// One holiday as it was published: the days off, and the days worked for them.
struct Holiday {
    std::string name;  // "春节"
    CivilDay from{};
    CivilDay to{};  // the last day off
    std::vector<CivilDay> worked;
    // Plants close down before and start up after it for so many days.
    int closing_days = 0;
    int opening_days = 0;
    std::string source;
    std::string certainty;  // as in a pack: "read", "remembered"
};

struct WorkCalendar {
    std::vector<Holiday> holidays;  // by `from`
    int year_from = 0;              // what is not listed in these years is no holiday
    int year_to = 0;
    std::string origin;

    [[nodiscard]] bool knows(CivilDay day) const;
    [[nodiscard]] DayKind kind_of(CivilDay day) const;
    // The holiday on, before or after which plants may stand; null on an ordinary day.
    [[nodiscard]] const Holiday* holiday_about(CivilDay day) const;
};

// By the weekday alone.
[[nodiscard]] DayKind weekday_kind(CivilDay day);

}  // namespace qk::rules
