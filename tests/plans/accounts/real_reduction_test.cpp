#include "plans/accounts/real_reduction.hpp"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <cmath>

namespace qk::plans {
namespace {

using namespace std::chrono_literals;

const rules::Instant kStart{std::chrono::sys_days{std::chrono::year{2026} / 12 / 1}};

std::vector<rules::PowerReading> hours_before(int count, double kw) {
    std::vector<rules::PowerReading> readings;
    for (int i = count - 1; i >= 0; --i) readings.push_back({kStart - 1h * i, kw, true});
    return readings;
}

TEST(RealReduction, EquipmentRanWhenItRanAnHourInThirtyDays) {
    EXPECT_EQ(ran_before(hours_before(720, 5), 60min, kStart, 20), RanBefore::kStoodStill);
    auto readings = hours_before(720, 5);
    readings[0].kw = 100;  // its hour ends 719 hours before
    EXPECT_EQ(ran_before(readings, 60min, kStart, 20), RanBefore::kRan);
    readings = hours_before(721, 5);
    readings[0].kw = 100;  // that of thirty days before does not count any more
    EXPECT_EQ(ran_before(readings, 60min, kStart, 20), RanBefore::kStoodStill);
    readings = hours_before(720, 5);
    readings[0].kw = 20;
    EXPECT_EQ(ran_before(readings, 60min, kStart, 20), RanBefore::kStoodStill) << "just the limit";
    EXPECT_EQ(ran_before(readings, 60min, kStart, 19.9), RanBefore::kRan);
    readings[0] = {readings[0].end, 100, false};
    EXPECT_EQ(ran_before(readings, 60min, kStart, 20), RanBefore::kStoodStill) << "invalid";
}

TEST(RealReduction, WhoSawTooLittleHasNotSeenThatItStood) {
    EXPECT_EQ(ran_before(hours_before(360, 5), 60min, kStart, 20), RanBefore::kStoodStill);
    EXPECT_EQ(ran_before(hours_before(359, 5), 60min, kStart, 20), RanBefore::kNotKnown);
    EXPECT_EQ(ran_before({}, 60min, kStart, 20), RanBefore::kNotKnown);
    EXPECT_EQ(ran_before(hours_before(1, 100), 60min, kStart, 20), RanBefore::kRan);
}

// 240 kg of NOx on a day of 2,400 kWh: 0.1 kg for each kWh.
RealLine line(RanBefore ran, std::vector<std::optional<double>> measured) {
    RealLine one;
    one.enterprise = "e1";
    one.line = "L1";
    one.emission.grams[static_cast<std::size_t>(Emission::kNox)] = 240'000;
    one.ran = ran;
    for (std::size_t i = 0; i < measured.size(); ++i) {
        one.hours.push_back({kStart + 1h * i, 100, 0.1, 2400, 0.5, measured[i]});
    }
    return one;
}

TEST(RealReduction, AnHourAvoidsWhatWasNotDrawn) {
    const RealLine one = line(RanBefore::kRan, {40.0, 130.0, std::nullopt});
    const auto first = avoided_in(one, one.hours[0], Emission::kNox);
    ASSERT_TRUE(first);
    EXPECT_DOUBLE_EQ(first->kg, 6);           // 60 kWh less
    EXPECT_DOUBLE_EQ(first->uncertainty, 1);  // a tenth of 100 kWh
    EXPECT_DOUBLE_EQ(avoided_in(one, one.hours[1], Emission::kNox)->kg, -3) << "above its baseline";
    EXPECT_FALSE(avoided_in(one, one.hours[2], Emission::kNox));
    EXPECT_DOUBLE_EQ(avoided_in(one, one.hours[0], Emission::kSo2)->kg, 0);
}

TEST(RealReduction, WhatStoodStillBeforeIsPaperAndNotCounted) {
    const std::vector<RealLine> lines{line(RanBefore::kRan, {40.0, 40.0}),
                                      line(RanBefore::kStoodStill, {0.0, 0.0})};
    const ReductionSum sum = sum_of(lines, Emission::kNox);
    EXPECT_DOUBLE_EQ(sum.achieved.kg, 12);
    EXPECT_DOUBLE_EQ(sum.planned_kg, 20);  // half of 10 kg, of two lines, in two hours
    EXPECT_DOUBLE_EQ(sum.paper_kg, 10);
    EXPECT_DOUBLE_EQ(sum.undetermined_kg, 0);
    EXPECT_DOUBLE_EQ(sum.hours, 2);
}

TEST(RealReduction, WhatNobodyCanTellIsNamedAndNotCounted) {
    const std::vector<RealLine> lines{line(RanBefore::kRan, {40.0, std::nullopt}),
                                      line(RanBefore::kNotKnown, {0.0, 0.0})};
    const ReductionSum sum = sum_of(lines, Emission::kNox);
    EXPECT_DOUBLE_EQ(sum.achieved.kg, 6);
    EXPECT_DOUBLE_EQ(sum.undetermined_kg, 15);
    EXPECT_DOUBLE_EQ(sum.paper_kg, 0);
}

TEST(RealReduction, UncertaintyAddsUpWithinALineAndAsSquaresBetweenLines) {
    const std::vector<RealLine> lines{line(RanBefore::kRan, {0.0, 0.0, 0.0}),
                                      line(RanBefore::kRan, {0.0, 0.0, 0.0, 0.0})};
    EXPECT_DOUBLE_EQ(sum_of(lines, Emission::kNox).achieved.uncertainty, 5);  // 3 and 4
}

// One line over a whole day of 24 hours: avoided 24 · 6 = 144 kg, give or take 24.
ReductionStanding day(std::optional<double> floor) {
    const std::vector<RealLine> lines{
        line(RanBefore::kRan, std::vector<std::optional<double>>(24, 40.0))};
    ReductionStanding standing;
    standing.emission = Emission::kNox;
    standing.sum = sum_of(lines, Emission::kNox);
    standing.base_kg_d = 1000;
    standing.floor = floor;
    return standing;
}

TEST(RealReduction, AFloorIsReachedBeyondTwiceTheUncertainty) {
    const ReductionStanding standing = day(0.096);  // 96 kg = 144 - 2 · 24
    EXPECT_NEAR(standing.sum.achieved.kg, 144, 1e-9);
    EXPECT_NEAR(standing.sum.achieved.uncertainty, 24, 1e-9);
    EXPECT_EQ(is_floor_reached(day(0.0959)), Reached::kYes);
    EXPECT_EQ(is_floor_reached(day(0.0961)), Reached::kCannotTell);
    EXPECT_EQ(is_floor_reached(day(0.1919)), Reached::kCannotTell);
    EXPECT_EQ(is_floor_reached(day(0.1921)), Reached::kNo);
    EXPECT_FALSE(is_floor_reached(day(std::nullopt)));
    EXPECT_EQ(is_planned_reached(standing), Reached::kCannotTell);  // 120 kg are planned
}

TEST(RealReduction, WhatIsUndeterminedKeepsAFloorFromBeingMissed) {
    ReductionStanding standing = day(0.3);
    EXPECT_EQ(is_floor_reached(standing), Reached::kNo);
    standing.sum.undetermined_kg = 200;
    EXPECT_EQ(is_floor_reached(standing), Reached::kCannotTell);
    standing.sum.hours = 0;
    EXPECT_EQ(is_floor_reached(standing), Reached::kCannotTell);
}

TEST(RealReduction, ATargetOfTheCountiesIsComparedLikewise) {
    ReductionStanding standing = day(std::nullopt);
    EXPECT_FALSE(is_target_reached(standing));
    standing.target_kg_d = 90;
    EXPECT_EQ(is_target_reached(standing), Reached::kYes);
    standing.target_kg_d = 200;
    EXPECT_EQ(is_target_reached(standing), Reached::kNo);
}

TEST(RealReduction, TheLevelIsHeldRaisedOrLoweredByFloorAndAir) {
    const auto advice = [](std::optional<double> floor, std::optional<bool> air) {
        const std::vector<ReductionStanding> standings{day(floor)};
        return propose_level(standings, air).advice;
    };
    EXPECT_EQ(advice(0.3, false), LevelAdvice::kRaise);
    EXPECT_EQ(advice(0.3, std::nullopt), LevelAdvice::kRaise);
    EXPECT_EQ(advice(0.3, true), LevelAdvice::kHold);
    EXPECT_EQ(advice(0.05, true), LevelAdvice::kLower);
    EXPECT_EQ(advice(0.05, false), LevelAdvice::kHold);
    EXPECT_EQ(advice(0.05, std::nullopt), LevelAdvice::kHold) << "without a forecast never lower";
    EXPECT_EQ(advice(0.15, true), LevelAdvice::kHold) << "nobody can tell";
    EXPECT_EQ(advice(std::nullopt, true), LevelAdvice::kHold);
}

TEST(RealReduction, TheSentenceSaysWhatIsNotCounted) {
    ReductionStanding standing = day(0.1);
    standing.sum.paper_kg = 10;
    standing.sum.undetermined_kg = 5;
    EXPECT_EQ(sentence_of(standing),
              "氮氧化物：实际减排144±48千克/日，指令要求120千克/日（其中10千克/"
              "日所在设备此前30日未运行，不计），"
              "其中5千克/日无法判定；本级底线100千克/日，无法判定");
}

TEST(RealReduction, WhereNothingWasMeasuredTheReductionIsUnknownAndNotZero) {
    ReductionStanding standing = day(0.1);
    standing.sum.achieved = {};
    standing.sum.planned_kg = 120;
    standing.sum.undetermined_kg = 120;
    EXPECT_FALSE(is_measured(standing.sum));
    EXPECT_EQ(sentence_of(standing),
              "氮氧化物：实际减排无法判定，指令要求120千克/日；本级底线100千克/日，无法判定");
    standing.sum.undetermined_kg = 119;
    EXPECT_TRUE(is_measured(standing.sum)) << "one line stood at nought by its meter";
    EXPECT_NE(sentence_of(standing).find("实际减排0±0千克/日"), std::string::npos);
}

}  // namespace
}  // namespace qk::plans
