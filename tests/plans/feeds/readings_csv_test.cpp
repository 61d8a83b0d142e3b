#include "plans/feeds/readings_csv.hpp"

#include <gtest/gtest.h>

namespace qk::plans {
namespace {

using namespace std::chrono;

rules::Instant at(std::string_view text) { return rules::parse_instant(text, rules::kBeijingTime).value(); }

const ReadingsCsvOptions kPlain{.zone = rules::kBeijingTime};

rules::Result<ReadingsFeed> read(std::string_view text, const ReadingsCsvOptions& options = kPlain) {
    return read_readings_csv(text, "r.csv", options);
}

const rules::MeterFacts kMeter{"M1", "E1", "L1", rules::MeterRole::kProduction, 100.0, 5.0};

ReadingsCsvOptions with_facts() {
    ReadingsCsvOptions options{.zone = rules::kBeijingTime};
    options.meter = [](std::string_view id) { return id == "M1" ? &kMeter : nullptr; };
    return options;
}

TEST(ReadingsCsv, EnergyOfTheIntervalBecomesPower) {
    const auto feed = read(
        "meter,time,kwh\nM1,2015-12-07T00:15,5\nM1,2015-12-07T00:30,10\nM1,2015-12-07T01:00,20\n",
        with_facts());
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    const auto& series = feed->meters.at(0);
    EXPECT_EQ(series.interval, 15min);
    EXPECT_EQ(series.meter, kMeter);
    ASSERT_EQ(series.readings.size(), 3U);
    EXPECT_DOUBLE_EQ(series.readings[1].kw, 40);
    EXPECT_EQ(series.readings[2].end, at("2015-12-07T01:00"));
}

TEST(ReadingsCsv, TheIntervalIsThatOfEachMeter) {
    const auto feed = read(
        "电表,时间,电量\nA,2015-12-07T01:00,60\nA,2015-12-07T02:00,60\n"
        "B,2015-12-07T00:05,5\nB,2015-12-07T00:10,5\n");
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    EXPECT_EQ(feed->meters[0].interval, 60min);
    EXPECT_DOUBLE_EQ(feed->meters[0].readings[0].kw, 60);
    EXPECT_EQ(feed->meters[1].interval, 5min);
    EXPECT_DOUBLE_EQ(feed->meters[1].readings[0].kw, 60);
}

TEST(ReadingsCsv, TwentyFourHundredEndsTheDayAndPowerWinsOverEnergy) {
    const auto feed = read("meter,time,kwh,kw\nM1,2015-12-07T23:45,1,4.5\nM1,2015-12-07T24:00,1,\n",
                           with_facts());
    ASSERT_TRUE(feed);
    EXPECT_EQ(feed->meters[0].readings[1].end, at("2015-12-08"));
    EXPECT_DOUBLE_EQ(feed->meters[0].readings[0].kw, 4.5);
    EXPECT_DOUBLE_EQ(feed->meters[0].readings[1].kw, 4);
}

TEST(ReadingsCsv, AnEmptyCellIsAGapAndOrderDoesNotMatter) {
    const auto feed = read(
        "meter,time,kwh\nM1,2015-12-07T00:45,3\nM1,2015-12-07T00:15,1\nM1,2015-12-07T00:30,\n"
        "M1,2015-12-07T01:00,4\n");
    ASSERT_TRUE(feed);
    ASSERT_EQ(feed->meters[0].readings.size(), 3U);
    EXPECT_DOUBLE_EQ(feed->meters[0].readings[0].kw, 4);
}

TEST(ReadingsCsv, WhatCannotBeBelievedIsKeptInvalidAndNamed) {
    ReadingsCsvOptions options = with_facts();
    options.now = at("2015-12-07T02:00");
    const auto feed = read(
        "meter,time,kwh,valid\n"
        "M1,2015-12-07T00:15,-1,\n"
        "M1,2015-12-07T00:30,5000,\n"
        "M1,2015-12-07T00:45,5,D\n"
        "M1,2015-12-07T01:00,5,N\n"
        "M1,2015-12-07T01:00,6,N\n"
        "M1,2015-12-07T01:15,6,N\n"
        "M1,2015-12-07T01:15,6,N\n"
        "M1,2015-12-07T03:00,5,\n",
        options);
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    std::vector<bool> valid;
    for (const auto& reading : feed->meters[0].readings) valid.push_back(reading.valid);
    EXPECT_EQ(valid, (std::vector<bool>{false, false, false, false, true, false}));
    EXPECT_EQ(feed->warnings.size(), 5U) << rules::to_text(feed->warnings);
}

TEST(ReadingsCsv, EveryFaultIsNamedAtOnce) {
    const auto feed =
        read("meter,time,kwh\n,2015-12-07T00:15,1\nM1,yesterday,1\nM1,2015-12-07,x\n");
    ASSERT_FALSE(feed);
    EXPECT_EQ(rules::to_text(feed.error()),
              "r.csv:2:1: no id: the id of the meter or outlet\n"
              "r.csv:3:2: 'yesterday' is no time: the end of the interval, "
              "as 2016-12-16T20:00:00+08:00\n"
              "r.csv:4:3: 'x' is no reading: a number, or nothing where it is missing\n");
}

TEST(ReadingsCsv, ARegisterIsNotTheEnergyOfAnInterval) {
    const auto feed = read(
        "meter,time,kwh\nM1,2015-12-07T00:15,100005\nM1,2015-12-07T00:30,100010\n"
        "M1,2015-12-07T00:45,100016\nM1,2015-12-07T01:00,100021\n",
        with_facts());
    ASSERT_FALSE(feed);
    EXPECT_NE(feed.error()[0].what.find("only rises"), std::string::npos);
}

TEST(ReadingsCsv, WhatIsMissingInATableOfAirIsMissingHereToo) {
    for (const auto* mark : {"", "NaN", "N/A", "—", "--", "——", "\\N", "/", "缺测"}) {
        const auto feed = read("meter,time,kwh\nM1,2015-12-07T00:15,5\nM1,2015-12-07T00:30," +
                               std::string(mark) + "\nM1,2015-12-07T00:45,6\n");
        ASSERT_TRUE(feed) << mark;
        EXPECT_EQ(feed->meters.at(0).readings.size(), 2U) << mark;
    }
}

TEST(ReadingsCsv, StacksHaveASeriesPerOutletAndFactor) {
    const auto feed = read(
        "outlet,time,nox_mgm3,so2,flow\nO1,2015-12-07T01:00,40,10,100000\n"
        "O1,2015-12-07T02:00,41,,100000\nO1,2015-12-07T03:00,-1,12,100000\n");
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    ASSERT_EQ(feed->stacks.size(), 2U);
    EXPECT_EQ(feed->stacks[0].factor, "nox");
    EXPECT_EQ(feed->stacks[0].interval, 60min);
    EXPECT_FALSE(feed->stacks[0].readings[2].valid);
    EXPECT_EQ(feed->stacks[1].readings.size(), 2U);
}

TEST(ReadingsCsv, ATableOfNeitherIsRefused) {
    EXPECT_FALSE(read("time,kwh\n2015-12-07,1\n"));
    EXPECT_FALSE(read("meter,outlet,time,kwh\nM,O,2015-12-07,1\n"));
    EXPECT_FALSE(read("meter,time\nM,2015-12-07\n"));
    EXPECT_FALSE(read(""));
}

}  // namespace
}  // namespace qk::plans
