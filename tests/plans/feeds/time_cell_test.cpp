#include "plans/feeds/time_cell.hpp"

#include <gmock/gmock.h>

namespace qk::plans {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr rules::Zone kZone = rules::kBeijingTime;

rules::Instant iso(const char* text) { return rules::parse_instant(text, kZone).value(); }

TEST(TimeCell, OneHourIsReadInEveryFormThatTablesHaveForIt) {
    for (const auto* cell : {"2016-01-06T08:00:00+08:00",
                             "2016-01-06T08:00:00+08",
                             "2016-01-06T08:00:00+0800",
                             "2016-01-06 08:00:00 +08:00",
                             "2016-01-06T00:00:00Z",
                             "2016-01-06 00:00 UTC",
                             "2016-01-06 08:00 UTC+8",
                             "2016-1-6 8:00",
                             "2016-1-6 08:00:00",
                             "2016/1/6 8:00",
                             "2016/01/06 08:00",
                             "2016.1.6 8:00",
                             "2016-01-06 8时",
                             "2016年1月6日8时",
                             "2016年01月06日 08:00",
                             "2016年1月6日8点整",
                             "20160106T080000+0800",
                             "20160106T0800",
                             "20160106 08:00",
                             "2016010608",
                             "201601060800",
                             "20160106080000",
                             "'2016-01-06 08:00",
                             "2016-01-06  08：00",
                             "2016-01-06 08:00:00.000",
                             "2016/1/6 上午 8:00",
                             "2016-01-06 8:00 AM",
                             "2016-1-6T8:00",
                             "2016-01-06 08",
                             "2016/1/6 8"}) {
        EXPECT_EQ(read_time(cell, kZone), iso("2016-01-06T08:00")) << cell;
    }
    EXPECT_EQ(read_time("2016/1/6 下午 3:05", kZone), iso("2016-01-06T15:05"));
    EXPECT_EQ(read_time("2016/1/6 12:00 AM", kZone), iso("2016-01-06"));
    EXPECT_EQ(read_time("2016/1/6 12:30 PM", kZone), iso("2016-01-06T12:30"));
    EXPECT_EQ(read_time("2016-1-6 24:00", kZone), iso("2016-01-07"));
    for (const auto* day : {"2016-1-6", "2016/1/6", "20160106", "2016年1月6日"}) {
        EXPECT_EQ(read_time(day, kZone), iso("2016-01-06")) << day;
    }
}

TEST(TimeCell, WhatCanBeReadInTwoWaysIsNoTimeAndSaysWhatToWrite) {
    for (const auto* cell :
         {"1/6/2016 8:00", "06.01.2016", "42375.3333", "1452038400", "2016/1", "2016/13/1",
          "2016-1/6", "2016/1/6 25:00", "2016/1/6 25", "2016/1/6 8:00 9:00", "2016/", "8:00",
          "2016-01-06 15:00 AM", "2016-01-06 08:00 CST", "2016-02-30 08:00", "20161306",
          "2016-01-06+08", ""}) {
        EXPECT_FALSE(read_time(cell, kZone)) << cell;
    }
    EXPECT_THAT(time_cure("1/6/2016 8:00"), HasSubstr("the year first"));
    EXPECT_THAT(time_cure("42375.3333"), HasSubstr("day number"));
    EXPECT_THAT(time_cure("1452038400"), HasSubstr("since 1970"));
    EXPECT_THAT(time_cure("yesterday"), HasSubstr("2016-12-16T20:00:00+08:00"));
}

TEST(TimeCell, TheHourMayStandInAColumnOfItsOwn) {
    for (const auto* cell : {"8", "08", "8.0", "8时", "08:00", "8:00:00", "08:00:00", "0800"}) {
        EXPECT_EQ(read_clock(cell), 8h) << cell;
    }
    EXPECT_EQ(read_clock("24"), 24h);
    EXPECT_EQ(read_clock("0"), 0h);
    for (const auto* cell : {"", "25", "8.5", "-1", "x", "8:60", "2016-01-06"}) {
        EXPECT_FALSE(read_clock(cell)) << cell;
    }
}

}  // namespace
}  // namespace qk::plans
