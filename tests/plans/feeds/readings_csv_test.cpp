#include "plans/feeds/readings_csv.hpp"

#include <gtest/gtest.h>

namespace qk::plans {
namespace {

using namespace std::chrono;

rules::Instant at(std::string_view text) {
    return rules::parse_instant(text, rules::kBeijingTime).value();
}

const ReadingsCsvOptions kPlain{.zone = rules::kBeijingTime};

rules::Result<ReadingsFeed> read(std::string_view text,
                                 const ReadingsCsvOptions& options = kPlain) {
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
              "r.csv:3:2: 'yesterday' is not a time: the end of the interval, "
              "as 2016-12-16T20:00:00+08:00\n"
              "r.csv:4:3: 'x' is not a reading: a number, or nothing where it is missing\n");
}

TEST(ReadingsCsv, ARegisterIsNotTheEnergyOfAnInterval) {
    const auto feed = read(
        "meter,time,kwh\nM1,2015-12-07T00:15,100005\nM1,2015-12-07T00:30,100010\n"
        "M1,2015-12-07T00:45,100016\nM1,2015-12-07T01:00,100021\n",
        with_facts());
    ASSERT_FALSE(feed);
    EXPECT_NE(feed.error()[0].what.find("only rises"), std::string::npos);
}

std::string quarter(int number) {
    const int minutes = 15 * (number + 1);
    const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    return "2015-12-0" + std::to_string(7 + minutes / 1440) + "T" + two(minutes / 60 % 24) + ":" +
           two(minutes % 60);
}

std::string table_of(const std::vector<double>& kwh) {
    std::string text = "meter,time,kwh\n";
    for (std::size_t i = 0; i < kwh.size(); ++i) {
        text += "M1," + quarter(static_cast<int>(i)) + "," + std::to_string(kwh[i]) + "\n";
    }
    return text;
}

std::size_t valid_of(const ReadingsFeed& feed) {
    return static_cast<std::size_t>(
        std::ranges::count(feed.meters.at(0).readings, true, &rules::PowerReading::valid));
}

TEST(ReadingsCsv, ACounterIsNamedOnceAndIsNoEvidence) {
    std::vector<double> day;
    for (int i = 0; i < 96; ++i) day.push_back(0.5 * (i % 48 + 1));  // within the meter's power
    const auto feed = read(table_of(day), with_facts());
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    EXPECT_EQ(valid_of(*feed), 0U);
    ASSERT_EQ(feed->warnings.size(), 1U);
    EXPECT_NE(feed->warnings[0].what.find("look like a counter: 94 of 95 steps rise"),
              std::string::npos)
        << feed->warnings[0].what;
}

TEST(ReadingsCsv, AUnitOffByAThousandIsNamedAndNoneOfItsReadingsIsEvidence) {
    std::vector<double> watt_hours;
    for (int i = 0; i < 40; ++i) watt_hours.push_back(i % 4 == 0 ? 100 : 20000 + 37 * (i * 7 % 11));
    const auto feed = read(table_of(watt_hours), with_facts());
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    EXPECT_EQ(valid_of(*feed), 0U);
    ASSERT_EQ(feed->warnings.size(), 1U);
    EXPECT_NE(feed->warnings[0].what.find("off by a thousand"), std::string::npos)
        << feed->warnings[0].what;
    std::vector<double> megawatt_hours;
    for (int i = 0; i < 40; ++i) megawatt_hours.push_back(0.02 + 0.001 * (i * 7 % 5));
    const auto small = read(table_of(megawatt_hours), with_facts());
    ASSERT_TRUE(small);
    EXPECT_EQ(valid_of(*small), 40U);
    ASSERT_EQ(small->warnings.size(), 1U);
    EXPECT_NE(small->warnings[0].what.find("MWh for kWh"), std::string::npos);
}

TEST(ReadingsCsv, AClockThatRunsAheadShiftsAllThatItsMeterSays) {
    const std::vector<double> steady{5, 6, 5, 6, 5, 6, 5, 6};
    auto options = with_facts();
    const auto read_at = [&](const char* now) {
        options.now = at(now);
        return read(table_of(steady), options);
    };
    const auto fast = read_at("2015-12-07T01:49");
    ASSERT_TRUE(fast);
    EXPECT_EQ(valid_of(*fast), 0U);
    EXPECT_NE(fast->warnings.at(0).what.find("by 11 min: its clock runs ahead"), std::string::npos);
    EXPECT_NE(read_at("2015-12-06T18:05")->warnings.at(0).what.find("sent as UTC"),
              std::string::npos);
    const auto later = read_at("2015-12-06T21:00");  // a file that goes on after now
    EXPECT_NE(later->warnings.at(0).what.find("8 readings of 'M1' are from the future"),
              std::string::npos);
    const auto good = read_at("2015-12-07T02:00");
    EXPECT_EQ(valid_of(*good), 8U);
    EXPECT_TRUE(good->warnings.empty());
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
