#include "rules/base/time.hpp"

#include <gtest/gtest.h>

namespace qk::rules {
namespace {

using namespace std::chrono;
constexpr Zone kShanghai = kBeijingTime;

TEST(Time, EightInTheEveningUtcIsTomorrowInBeijing) {
    const Instant evening = sys_days{2015y / December / 8} + 20h;
    EXPECT_EQ(day_of(evening, kShanghai), CivilDay{local_days{2015y / December / 9}});
}

TEST(Time, TextWithoutOffsetIsReadInTheZone) {
    EXPECT_EQ(parse_instant("2016-12-16 20:00", kShanghai),
              parse_instant("2016-12-16T12:00Z", kBeijingTime));
    EXPECT_EQ(parse_instant("2016-12-16", kShanghai),
              parse_instant("2016-12-16T00:00:00+08:00", Zone{0min}));
}

TEST(Time, AnOffsetMayBeWrittenWithoutMinutesOrColon) {
    const auto evening = parse_instant("2016-12-16T12:00Z", kShanghai);
    for (const char* text :
         {"2016-12-16T20:00:00+08", "2016-12-16 20:00+0800", "2016-12-16T04:00-08"}) {
        EXPECT_EQ(parse_instant(text, Zone{0min}), evening) << text;
    }
    EXPECT_EQ(parse_zone("+08"), Zone{8h});
    for (const char* text : {"2016-12-16T20:00+08:", "2016-12-16T20:00+080", "2016-12-16T20:00+"}) {
        EXPECT_FALSE(parse_instant(text, kShanghai)) << text;
    }
}

TEST(Time, ARefusalQuotesWhatIsNotATimeAndShowsOneThatIs) {
    EXPECT_FALSE(parse_instant("noon", kBeijingTime));
    EXPECT_EQ(not_a_time("noon"), "'noon' is not a time");
    const std::string_view cure = kTimeCure;
    EXPECT_TRUE(parse_instant(cure.substr(cure.rfind(' ') + 1), kBeijingTime));
}

TEST(Time, TwentyFourHundredIsTheNextMidnight) {
    EXPECT_EQ(parse_instant("2016-12-31T24:00", kShanghai), parse_instant("2017-01-01", kShanghai));
}

TEST(Time, PrintsWhatItReads) {
    for (const char* text : {"2016-12-16T20:00:00+08:00", "2024-02-29T00:00:01+08:00"}) {
        EXPECT_EQ(to_iso(parse_instant(text, kShanghai).value(), kShanghai), text);
    }
}

TEST(Time, WhatCouldNotBePrintedInItsZoneIsRefused) {
    for (const char* text : {"9999-12-31T23:59:59Z", "9999-12-31T16:00:00Z", "9999-12-31T24:00:00",
                             "0000-01-01T00:00:00+14:00"}) {
        EXPECT_FALSE(parse_instant(text, kShanghai)) << text;
    }
    for (const char* text : {"9999-12-31T23:59:59+08:00", "0000-01-01T00:00:00+08:00"}) {
        EXPECT_EQ(to_iso(parse_instant(text, kShanghai).value(), kShanghai), text);
    }
    EXPECT_TRUE(parse_instant("9999-12-31T23:59:59Z", Zone{std::chrono::minutes{0}}));
}

TEST(Time, WhatIsPrintedCanBeReadAgain) {
    const Instant last = parse_instant("9999-12-31T23:59:59", kShanghai).value();
    const Instant first = parse_instant("0000-01-01T00:00:00", kShanghai).value();
    EXPECT_EQ(parse_instant(to_iso(last + std::chrono::hours{36}, kShanghai), kShanghai), last);
    EXPECT_EQ(parse_instant(to_iso(first - std::chrono::hours{36}, kShanghai), kShanghai), first);
    const CivilDay day = parse_day("9999-12-31").value();
    EXPECT_EQ(parse_day(to_iso(day + std::chrono::days{1})), day);
}

TEST(Time, WhatIsNotATimeIsRefused) {
    for (const char* text : {"", "2016", "2016-13-01", "2015-02-29", "2016-12-16T25:00",
                             "2016-12-16T24:01", "2016-12-16 20", "2016-12-16T20:00+8", "x"}) {
        EXPECT_FALSE(parse_instant(text, kShanghai)) << text;
    }
}

TEST(Time, ChineseSentenceFormLeavesOutFullHours) {
    EXPECT_EQ(to_chinese(parse_instant("2016-12-16T20:00", kShanghai).value(), kShanghai),
              "12月16日20时");
    EXPECT_EQ(to_chinese(parse_instant("2016-12-16T20:05", kShanghai).value(), kShanghai),
              "12月16日20时5分");
}

}  // namespace
}  // namespace qk::rules
