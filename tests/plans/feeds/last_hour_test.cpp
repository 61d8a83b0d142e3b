#include "plans/feeds/last_hour.hpp"

#include <gtest/gtest.h>

#include "plans/feeds/time_cell.hpp"

namespace qk::plans {
namespace {

std::optional<std::int64_t> read(const std::string& cell) {
    const auto time = read_time(cell, rules::kBeijingTime);
    if (!time) return std::nullopt;
    const std::int64_t seconds =
        (*time + rules::kBeijingTime.offset).time_since_epoch() / std::chrono::seconds{1};
    return seconds / 3600 - (seconds % 3600 < 0 ? 1 : 0);
}

// Every answer is what reading the cell gives; where there is none, it is read.
TEST(LastHour, NeverMeansAnotherHourThanTheTextDoes) {
    int known = 0;
    for (const std::string behind : {":00", ":00:00", ":00:00.000", ":00+08:00", ":00Z",
                                     ":00-05:00", " 时", ":00 PM", ":00下午", ":00:00+0800"}) {
        for (const std::string day : {"2016-12-16T", "2016-12-16 ", "1960-02-29T", "2016/12/16 "}) {
            LastHour last;
            for (const std::string hour :
                 {"00", "05", "06", "11", "12", "23", "24", "29", "1x", "7"}) {
                const std::string cell = day + hour + behind;
                const auto wanted = read(cell);
                if (const auto answer = last.of(cell)) {
                    ASSERT_EQ(answer, wanted) << cell;
                    ++known;
                }
                if (wanted) last.take(cell, *wanted);
            }
        }
    }
    EXPECT_GT(known, 50);
}

TEST(LastHour, LeavesTheFirstHourAndAnotherDayToBeRead) {
    LastHour last;
    last.take("2016-12-16T20:00", *read("2016-12-16T20:00"));
    EXPECT_TRUE(last.of("2016-12-16T21:00"));
    EXPECT_FALSE(last.of("2016-12-16T00:00"));
    EXPECT_FALSE(last.of("2016-12-17T20:00"));
    EXPECT_FALSE(last.of("2016-12-16T24:00"));
    // Its offset carries it into the next day.
    last.take("2016-12-16T15:00Z", *read("2016-12-16T15:00Z"));
    EXPECT_FALSE(last.of("2016-12-16T16:00Z"));
    EXPECT_FALSE(last.of("2016-12-16T17:00Z"));
}

}  // namespace
}  // namespace qk::plans
