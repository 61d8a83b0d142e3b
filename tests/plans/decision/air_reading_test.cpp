// Goal: a reading keeps apart what binds and what is advised on, and what was known when.
#include "plans/decision/air_reading.hpp"

#include <gtest/gtest.h>

#include "plans/decision/decision_json.hpp"
#include "plans/decision/situation.hpp"
#include "plans/text/json.hpp"
#include "tests/rules/warning/examples.hpp"

namespace qk::plans {
namespace {

using rules::Colour;
using rules::Instant;
using std::chrono::hours;

Instant at(int hour) {
    return *rules::parse_instant("2026-12-01T00:00:00+08:00", rules::kBeijingTime) + hours(hour);
}

rules::HourlySeries air(int from, int to, int pm25, int pm10) {
    rules::HourlySeries series{"city", at(from), {}};
    for (int hour = from; hour < to; ++hour) {
        rules::HourlyConcentrations& now = series.hours.emplace_back();
        now[static_cast<std::size_t>(rules::Pollutant::kPm25)] =
            rules::Concentration{rules::Decimal::of(pm25)};
        now[static_cast<std::size_t>(rules::Pollutant::kPm10)] =
            rules::Concentration{rules::Decimal::of(pm10)};
    }
    return series;
}

const rules::TriggerStandard kStandard = rules::example_standard();

AirQuestion question(int now) {
    return {kStandard, {.trigger = {{}, rules::kBeijingTime, at(now)}, .edition = {}}, at(now)};
}

DecisionInputs inputs_of(int now, std::vector<SeriesInput> series) {
    DecisionInputs inputs{.zone = rules::kBeijingTime};
    inputs.now = at(now);
    inputs.standard = kStandard;
    inputs.rules.lift.lowest = Colour::kYellow;
    inputs.series = std::move(series);
    for (SeriesInput& one : inputs.series) {
        one.source = "city";
        one.forecast = "7";
        one.issued_at = at(now);
    }
    return inputs;
}

TEST(AirReading, AnHourlyForecastOfDustIsProposedAsAdviceThatNamesIt) {
    const auto found = rules::assess(situation_of(
        inputs_of(24, {hourly_reading(air(0, 24, 40, 60), air(24, 160, 100, 700), question(24))})));
    ASSERT_TRUE(found.proposal) << found.reason;
    EXPECT_FALSE(found.proposal->mandatory);
    EXPECT_EQ(found.proposal->colour, Colour::kYellow) << "the mildest: advice has no level";
    EXPECT_EQ(found.proposal->causes,
              (std::vector<rules::EpisodeCause>{rules::EpisodeCause::kCoarseParticles}));
}

TEST(AirReading, AnEpisodeWhosePollutedHoursAreOverIsNotProposed) {
    rules::HourlySeries seen = air(0, 30, 300, 320);
    for (const auto& hour : air(30, 32, 20, 30).hours) seen.hours.push_back(hour);
    const auto found = rules::assess(
        situation_of(inputs_of(32, {hourly_reading(seen, air(32, 200, 10, 20), question(32))})));
    EXPECT_EQ(found.finding, rules::AssessmentKind::kNothing);
}

TEST(AirReading, AsIssuedKnowsNothingOfLaterHours) {
    const rules::HourlySeries forecast = air(24, 120, 200, 220);
    const SeriesInput issued = hourly_as_issued(air(0, 48, 20, 30), forecast, question(24));
    const SeriesInput now = hourly_reading(air(0, 48, 20, 30), forecast, question(48));
    EXPECT_TRUE(issued.as_issued);
    EXPECT_GT(issued.hourly.aqi[47], 200);
    EXPECT_LT(now.hourly.aqi[47], 50);
}

TEST(AirReading, TheMarginIsOfClausesAndOfHours) {
    // 247 µg/m³ is AQI 297: red asks for more than 300, less the margin for 290.
    DecisionInputs inputs =
        inputs_of(24, {hourly_reading(air(0, 24, 40, 60), air(24, 200, 247, 250), question(24))});
    inputs.rules.lift.margin_aqi = 10;
    const rules::Situation situation = situation_of(inputs);
    const rules::Outlook& outlook = situation.outlooks.front();
    const auto red = static_cast<std::size_t>(Colour::kRed);
    const auto orange = static_cast<std::size_t>(Colour::kOrange);
    EXPECT_TRUE(outlook.windows[red].empty());
    EXPECT_EQ(outlook.near_windows[red].size(), 1U);
    ASSERT_EQ(outlook.windows[orange].size(), 1U);
    EXPECT_EQ(outlook.windows[orange][0].span.from, at(24));
    ASSERT_TRUE(outlook.polluted);
    EXPECT_EQ(outlook.polluted->front().from, at(24));
}

TEST(AirReading, ACorrectionIsOfTheRevisionItWasMadeOn) {
    DecisionInputs inputs =
        inputs_of(24, {hourly_reading(air(0, 24, 40, 60), air(24, 160, 200, 220), question(24))});
    for (int day = 1; day < 8; ++day) {
        inputs.corrections.push_back(
            {"", rules::day_of(at(24 * day), rules::kBeijingTime), 90, "订正", 7});
    }
    EXPECT_FALSE(rules::assess(situation_of(inputs)).proposal);
    for (Correction& correction : inputs.corrections) correction.revision = 6;
    EXPECT_TRUE(rules::assess(situation_of(inputs)).proposal);
}

TEST(AirReading, ACorrectedDayIsTakenOutOfTheMeansOfTheMorningAfter) {
    // 290 µg/m³ for four days is AQI 340; people say of three of the days 280. The morning after is
    // made of the last of them.
    rules::HourlySeries forecast = air(8, 32, 60, 70);
    for (const auto& hour : air(32, 128, 290, 300).hours) forecast.hours.push_back(hour);
    for (const auto& hour : air(128, 200, 20, 30).hours) forecast.hours.push_back(hour);
    DecisionInputs inputs =
        inputs_of(8, {hourly_reading(air(-64, 8, 60, 70), forecast, question(8))});
    const auto before = rules::assess(situation_of(inputs));
    ASSERT_TRUE(before.proposal);
    EXPECT_EQ(before.proposal->colour, Colour::kRed);
    for (const int day : {2, 3, 4}) {  // in either order
        inputs.corrections.insert(
            inputs.corrections.begin(),
            {"", rules::day_of(at(24 * day), rules::kBeijingTime), 280, "预报偏高", 7});
    }
    const auto after = rules::assess(situation_of(inputs));
    ASSERT_TRUE(after.proposal);
    EXPECT_EQ(after.proposal->colour, Colour::kOrange);
    EXPECT_EQ(after.proposal->from, before.proposal->from);
    EXPECT_EQ(*after.proposal->expected_to, *before.proposal->expected_to);
}

TEST(AirReading, ACorrectionThatTakesAnotherBackTakesItBackFromTheMorningAfterToo) {
    // 290 µg/m³ for four days. One consultation says 120 of the second day, the next one 335: what
    // counts is as if the next one had been the only one.
    rules::HourlySeries forecast = air(8, 32, 60, 70);
    for (const auto& hour : air(32, 128, 290, 300).hours) forecast.hours.push_back(hour);
    for (const auto& hour : air(128, 200, 20, 30).hours) forecast.hours.push_back(hour);
    DecisionInputs inputs =
        inputs_of(8, {hourly_reading(air(-64, 8, 60, 70), forecast, question(8))});
    const auto day = rules::day_of(at(24 * 2), rules::kBeijingTime);
    inputs.corrections = {{"", day, 335, "订正", 7}};
    const auto alone = situation_of(inputs).outlooks.front().windows;
    inputs.corrections.insert(inputs.corrections.begin(), {"", day, 120, "预报偏高", 7});
    const auto after_another = situation_of(inputs).outlooks.front().windows;
    for (const Colour colour : {Colour::kYellow, Colour::kOrange, Colour::kRed}) {
        const auto place = static_cast<std::size_t>(colour);
        ASSERT_EQ(after_another[place].size(), alone[place].size()) << rules::to_text(colour);
        for (std::size_t i = 0; i < alone[place].size(); ++i) {
            EXPECT_EQ(after_another[place][i].span.from, alone[place][i].span.from);
            EXPECT_EQ(after_another[place][i].span.to, alone[place][i].span.to);
        }
    }
}

TEST(AirReading, ACorrectionUpwardsIsOfItsOwnDayAlone) {
    // 40 µg/m³ throughout, one day corrected to AQI 300: yellow for that day, and no second day.
    DecisionInputs inputs =
        inputs_of(8, {hourly_reading(air(-64, 8, 40, 50), air(8, 200, 40, 50), question(8))});
    inputs.corrections.push_back(
        {"", rules::day_of(at(48), rules::kBeijingTime), 300, "预报偏低", 7});
    const rules::Situation situation = situation_of(inputs);
    const auto& windows = situation.outlooks.front().windows;
    const auto& yellow = windows[static_cast<std::size_t>(Colour::kYellow)];
    ASSERT_EQ(yellow.size(), 1U);
    EXPECT_EQ(yellow.front().span.from, at(48));
    EXPECT_EQ(yellow.front().span.to, at(72));
    EXPECT_TRUE(windows[static_cast<std::size_t>(Colour::kOrange)].empty());
}

TEST(AirReading, WhatIsStoredReadsBackAndFindsTheSame) {
    DecisionInputs inputs =
        inputs_of(24, {hourly_reading(air(0, 24, 40, 60), air(24, 160, 100, 700), question(24)),
                       hourly_as_issued(air(0, 24, 40, 60), air(24, 160, 100, 700), question(24))});
    inputs.rules.lift.margin_aqi = 10;
    inputs.lowered = rules::LastLowering{at(20), 6, 120};
    const auto stored = to_json(inputs);
    const auto again = decision_inputs_from_json(stored, "stored");
    ASSERT_TRUE(again) << rules::to_text(again.error());
    EXPECT_EQ(canonical_text(to_json(*again)), canonical_text(stored));
    EXPECT_EQ(canonical_text(to_json(rules::assess(situation_of(*again)), kStandard, inputs.zone)),
              canonical_text(to_json(rules::assess(situation_of(inputs)), kStandard, inputs.zone)));
}

}  // namespace
}  // namespace qk::plans
