#include "plans/packs/work_calendar_file.hpp"

#include <gmock/gmock.h>

#include "plans/packs/judging.hpp"
#include "plans/packs/region_pack.hpp"

namespace qk::plans {
namespace {

using namespace std::chrono;
using rules::CivilDay;
using rules::DayKind;
using rules::Holiday;

DayKind kind(int year, month in, unsigned number) {
    return built_in_work_calendar().kind_of(local_days{std::chrono::year{year} / in / number});
}

TEST(WorkCalendarFile, TheBuiltInCalendarKnowsHolidaysAndDaysWorkedForThem) {
    EXPECT_EQ(kind(2018, February, 16), DayKind::kHoliday);
    EXPECT_EQ(kind(2018, February, 11), DayKind::kWorking);  // a Sunday
    EXPECT_EQ(kind(2018, February, 24), DayKind::kWorking);
    EXPECT_EQ(kind(2020, February, 1), DayKind::kHoliday);  // the extension of that year
    EXPECT_EQ(kind(2018, December, 29), DayKind::kWorking);
    EXPECT_EQ(kind(2026, February, 23), DayKind::kHoliday);
    EXPECT_EQ(kind(2026, October, 10), DayKind::kWorking);
    EXPECT_EQ(kind(2026, November, 30), DayKind::kWorking);
}

TEST(WorkCalendarFile, EveryYearHasItsSpringFestivalAndWorksOnWeekendsOnly) {
    const rules::WorkCalendar& calendar = built_in_work_calendar();
    EXPECT_EQ(calendar.year_from, 2013);
    EXPECT_EQ(calendar.year_to, 2026);
    int springs = 0;
    for (const Holiday& holiday : calendar.holidays) {
        springs += holiday.name == "春节" ? 1 : 0;
        EXPECT_EQ(holiday.closing_days > 0, holiday.name == "春节");
        EXPECT_FALSE(holiday.source.empty());
        for (const CivilDay day : holiday.worked) {
            EXPECT_NE(rules::weekday_kind(day), DayKind::kWorking) << rules::to_iso(day);
        }
    }
    EXPECT_EQ(springs, 14);
}

TEST(WorkCalendarFile, APacksOwnHolidayTakesThePlaceOfTheBuiltIn) {
    Holiday longer;
    longer.name = "春节";
    longer.from = local_days{2026y / February / 10};
    longer.to = local_days{2026y / February / 27};
    const rules::WorkCalendar calendar = work_calendar_with({longer});
    EXPECT_EQ(calendar.holidays.size(), built_in_work_calendar().holidays.size());
    EXPECT_EQ(calendar.kind_of(local_days{2026y / February / 11}), DayKind::kHoliday);
    EXPECT_EQ(calendar.kind_of(local_days{2026y / February / 14}), DayKind::kHoliday);
    EXPECT_EQ(calendar.kind_of(local_days{2018y / February / 16}), DayKind::kHoliday);
}

TEST(WorkCalendarFile, FaultsAreNamedWithTheirPlace) {
    const auto read = read_work_calendar(
        "source = \"s\"\ncertainty = \"read\"\nspring_festival = \"春节\"\n[[year]]\nyear = 2027\n"
        "source = \"s\"\nholidays = [{ name = \"元旦\", from = 2027-01-03, to = 2027-01-01, "
        "worked = [\"2027-01-32\"], typo = 1 }]\n",
        "cal.toml");
    ASSERT_FALSE(read.has_value());
    ASSERT_EQ(read.error().size(), 3U);
    for (const rules::Fault& fault : read.error()) {
        EXPECT_EQ(fault.place.file, "cal.toml");
        EXPECT_GT(fault.place.line, 0);
    }
}

TEST(WorkCalendarFile, EveryPacksJudgingParametersKnowTheCalendar) {
    const auto pack = built_in_pack("national");
    ASSERT_TRUE(pack.has_value());
    const rules::JudgingParameters parameters = judging_parameters(*pack);
    ASSERT_TRUE(parameters.calendar);
    EXPECT_EQ(parameters.calendar->kind_of(local_days{2026y / February / 17}), DayKind::kHoliday);
    EXPECT_TRUE(sample_judging_parameters().calendar);
}

}  // namespace
}  // namespace qk::plans
