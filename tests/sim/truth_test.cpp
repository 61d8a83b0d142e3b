#include "sim/model/truth.hpp"

#include <gtest/gtest.h>

namespace qk::sim {
namespace {

DayCount day(int bound, int would, int did, int seen, int whole) {
    DayCount count;
    count.bound = bound;
    count.would = would;
    count.did = did;
    count.seen = seen;
    count.whole = whole;
    return count;
}

TEST(Truth, NothingBrokenIsKept) { EXPECT_EQ(day(96, 96, 0, 0, 0).truth(), DayTruth::kKept); }

TEST(Truth, HalfAnHourIsATrifle) {
    EXPECT_EQ(day(96, 96, 2, 2, 2).truth(), DayTruth::kTrifle);
    EXPECT_EQ(day(96, 96, 3, 3, 3).truth(), DayTruth::kPartly);
}

TEST(Truth, WhatNoMeterShowedIsHidden) {
    EXPECT_EQ(day(96, 96, 96, 0, 96).truth(), DayTruth::kHidden);
}

TEST(Truth, RunningAsUsualAllDayIsAWholeDay) {
    EXPECT_EQ(day(96, 96, 96, 95, 96).truth(), DayTruth::kWholeDay);
    EXPECT_EQ(day(96, 48, 48, 48, 48).truth(), DayTruth::kWholeDay) << "a day shift";
}

TEST(Truth, NightsOnlyAndHalfDaysAreNotWhole) {
    EXPECT_EQ(day(96, 96, 36, 36, 36).truth(), DayTruth::kPartly);
    EXPECT_EQ(day(96, 48, 36, 36, 4).truth(), DayTruth::kPartly)
        << "a day shift that runs at night";
    EXPECT_EQ(day(40, 40, 40, 40, 40).truth(), DayTruth::kPartly) << "the day it began";
}

}  // namespace
}  // namespace qk::sim
