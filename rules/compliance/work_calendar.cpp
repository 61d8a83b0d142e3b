#include "rules/compliance/work_calendar.hpp"

#include <algorithm>
#include <span>

#include "rules/base/enum_words.hpp"

namespace qk::rules {
namespace {

using std::chrono::days;

constexpr EnumWords<DayKind, kDayKinds> kDayWords{{
    {DayKind::kWorking, {"working", "工作日"}},
    {DayKind::kSaturday, {"saturday", "周六"}},
    {DayKind::kSunday, {"sunday", "周日"}},
    {DayKind::kHoliday, {"holiday", "节假日"}},
}};

int year_of(CivilDay day) { return static_cast<int>(std::chrono::year_month_day{day}.year()); }

// No holiday, with all that belongs to it, is longer.
constexpr days kAboutMost{60};

// Those that may have to do with a day.
std::span<const Holiday> holidays_about(const std::vector<Holiday>& all, CivilDay day) {
    const auto first =
        std::ranges::lower_bound(all, day - kAboutMost, {}, &Holiday::from) - all.begin();
    const auto last =
        std::ranges::upper_bound(all, day + kAboutMost, {}, &Holiday::from) - all.begin();
    return std::span(all).subspan(static_cast<std::size_t>(first),
                                  static_cast<std::size_t>(last - first));
}

}  // namespace

std::string_view to_text(DayKind kind) { return kDayWords.english(kind); }
std::string_view to_chinese(DayKind kind) { return kDayWords.chinese(kind); }
std::optional<DayKind> parse_day_kind(std::string_view text) {
    return kDayWords.parse_english(text);
}

DayKind weekday_kind(CivilDay day) {
    const std::chrono::weekday weekday{day};
    if (weekday == std::chrono::Sunday) return DayKind::kSunday;
    return weekday == std::chrono::Saturday ? DayKind::kSaturday : DayKind::kWorking;
}

bool WorkCalendar::knows(CivilDay day) const {
    return year_of(day) >= year_from && year_of(day) <= year_to;
}

DayKind WorkCalendar::kind_of(CivilDay day) const {
    for (const Holiday& holiday : holidays_about(holidays, day)) {
        if (std::ranges::count(holiday.worked, day) > 0) return DayKind::kWorking;
    }
    for (const Holiday& holiday : holidays_about(holidays, day)) {
        if (holiday.from <= day && day <= holiday.to) return DayKind::kHoliday;
    }
    return weekday_kind(day);
}

const Holiday* WorkCalendar::holiday_about(CivilDay day) const {
    for (const Holiday& holiday : holidays_about(holidays, day)) {
        const CivilDay from = holiday.from - days{holiday.closing_days};
        const CivilDay to = holiday.to + days{holiday.opening_days};
        if (from <= day && day <= to) return &holiday;
    }
    return nullptr;
}

}  // namespace qk::rules
