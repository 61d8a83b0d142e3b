#include "plans/packs/work_calendar_file.hpp"

#include <algorithm>
#include <cassert>

namespace qk::plans {
namespace {

using rules::CivilDay;
using rules::Holiday;

constexpr std::size_t kCalendarBytesMax = 256 << 10;
constexpr std::size_t kYearsMax = 100;
constexpr std::int64_t kRampDaysMost = 30;

int year_of(CivilDay day) { return static_cast<int>(std::chrono::year_month_day{day}.year()); }

// The holiday is named for the year of its last day: New Year's begins in December now and then.
bool is_same_holiday(const Holiday& a, const Holiday& b) {
    return a.name == b.name && year_of(a.to) == year_of(b.to);
}

void read_worked(TomlTable& table, Holiday& holiday) {
    for (const std::string& text : table.texts("worked")) {
        const auto day = rules::parse_day(text);
        if (!day) {
            table.wrong("worked", "'" + text + "' is not a day", "2026-02-14");
        } else if (holiday.from <= *day && *day <= holiday.to) {
            table.wrong("worked", text + " lies in the holiday itself", "a day before or after it");
        } else {
            holiday.worked.push_back(*day);
        }
    }
}

Holiday read_holiday(TomlTable& table) {
    Holiday holiday;
    holiday.name = table.required_name("name", "春节");
    for (const std::string_view key : {"from", "to"}) {
        if (!table.has(key)) table.wrong(key, "is missing", "a day such as 2026-02-15");
    }
    holiday.from = table.day("from").value_or(CivilDay{});
    holiday.to = table.day("to").value_or(holiday.from);
    constexpr std::chrono::days kLongest{40};
    if (holiday.to < holiday.from || holiday.to - holiday.from > kLongest) {
        table.wrong("to", "does not lie within 40 days after from", "the last day off");
    }
    read_worked(table, holiday);
    const auto ramp = [&](std::string_view key) {
        return static_cast<int>(table.whole(key, 0, kRampDaysMost).value_or(0));
    };
    holiday.closing_days = ramp("closing_days");
    holiday.opening_days = ramp("opening_days");
    return holiday;
}

void sort_by_day(std::vector<Holiday>& holidays) {
    std::ranges::stable_sort(holidays, {}, &Holiday::from);
}

}  // namespace

void read_holidays(TomlTable& head, std::vector<Holiday>& holidays) {
    for (TomlTable& table : head.tables("holiday", kHolidaysMax)) {
        Holiday holiday = read_holiday(table);
        holiday.source = table.required_text("source", "the notice that sets it");
        holiday.certainty = table.required_text("certainty", "read, secondary, remembered, sample");
        table.finish();
        std::erase_if(holidays, [&](const Holiday& old) { return is_same_holiday(old, holiday); });
        holidays.push_back(std::move(holiday));
    }
}

rules::Result<rules::WorkCalendar> read_work_calendar(std::string_view toml,
                                                      const std::string& file) {
    const auto document = parse_toml(toml, file, kCalendarBytesMax);
    if (!document) return document.error();
    rules::Faults faults;
    TomlTable head(*document, "", file, faults);
    rules::WorkCalendar calendar;
    calendar.origin = head.required_text("source", "who published it");
    const std::string certainty = head.required_text("certainty", "secondary");
    (void)head.day("checked");
    const std::string spring = head.required_name("spring_festival", "春节");
    const auto closing = static_cast<int>(head.whole("closing_days", 0, kRampDaysMost).value_or(0));
    const auto opening = static_cast<int>(head.whole("opening_days", 0, kRampDaysMost).value_or(0));
    for (TomlTable& year : head.tables("year", kYearsMax)) {
        const auto number = static_cast<int>(year.whole("year", 1949, 2200).value_or(0));
        const std::string source = year.required_text("source", "the notice of that year");
        for (TomlTable& table : year.tables("holidays", kHolidaysMax)) {
            Holiday holiday = read_holiday(table);
            holiday.source = source;
            holiday.certainty = certainty;
            if (holiday.name == spring) {
                holiday.closing_days = closing;
                holiday.opening_days = opening;
            }
            table.finish();
            calendar.holidays.push_back(std::move(holiday));
        }
        year.finish();
        calendar.year_from =
            calendar.year_from == 0 ? number : std::min(calendar.year_from, number);
        calendar.year_to = std::max(calendar.year_to, number);
    }
    head.finish();
    if (!faults.empty()) return faults;
    sort_by_day(calendar.holidays);
    return calendar;
}

const rules::WorkCalendar& built_in_work_calendar() {
    static const rules::WorkCalendar calendar = [] {
        const auto files = embedded::work_calendars();
        assert(files.size() == 1);
        auto read = read_work_calendar(files[0].text, std::string(files[0].path));
        assert(read.has_value());
        return std::move(*read);
    }();
    return calendar;
}

rules::WorkCalendar work_calendar_with(const std::vector<Holiday>& own) {
    rules::WorkCalendar calendar = built_in_work_calendar();
    for (const Holiday& holiday : own) {
        std::erase_if(calendar.holidays,
                      [&](const Holiday& old) { return is_same_holiday(old, holiday); });
        calendar.holidays.push_back(holiday);
        calendar.year_to = std::max(calendar.year_to, year_of(holiday.to));
    }
    sort_by_day(calendar.holidays);
    return calendar;
}

}  // namespace qk::plans
