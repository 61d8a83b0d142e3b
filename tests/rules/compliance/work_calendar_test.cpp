#include "rules/compliance/work_calendar.hpp"

#include <gtest/gtest.h>

namespace qk::rules {
namespace {

using namespace std::chrono;

CivilDay february(unsigned number) { return local_days{2026y / February / number}; }

WorkCalendar calendar() {
    Holiday spring;
    spring.name = "春节";
    spring.from = february(15);
    spring.to = february(23);
    spring.worked = {february(14), february(28)};
    spring.closing_days = 7;
    spring.opening_days = 5;
    WorkCalendar calendar;
    calendar.holidays = {spring};
    calendar.year_from = 2026;
    calendar.year_to = 2026;
    return calendar;
}

TEST(WorkCalendar, AHolidayIsNoWorkingDayAndTheDayWorkedForItIs) {
    EXPECT_EQ(calendar().kind_of(february(17)), DayKind::kHoliday);
    EXPECT_EQ(calendar().kind_of(february(14)), DayKind::kWorking);  // a Saturday
    EXPECT_EQ(calendar().kind_of(february(28)), DayKind::kWorking);
    EXPECT_EQ(calendar().kind_of(february(7)), DayKind::kSaturday);
    EXPECT_EQ(calendar().kind_of(february(8)), DayKind::kSunday);
    EXPECT_EQ(calendar().kind_of(february(9)), DayKind::kWorking);
}

TEST(WorkCalendar, PlantsCloseBeforeAndOpenAfterIt) {
    EXPECT_EQ(calendar().holiday_about(february(7)), nullptr);
    const WorkCalendar known = calendar();
    ASSERT_NE(known.holiday_about(february(8)), nullptr);
    EXPECT_EQ(known.holiday_about(february(28))->name, "春节");
    EXPECT_EQ(known.holiday_about(local_days{2026y / March / 1}), nullptr);
}

TEST(WorkCalendar, WithoutDatesWeekdaysDecide) {
    EXPECT_EQ(WorkCalendar{}.kind_of(february(17)), DayKind::kWorking);
    EXPECT_FALSE(WorkCalendar{}.knows(february(17)));
    EXPECT_TRUE(calendar().knows(february(17)));
}

}  // namespace
}  // namespace qk::rules
