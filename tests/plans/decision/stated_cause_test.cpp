// Goal: what people state about the cause of days decides what binds, in either direction, and is
// part of the record. Method: one forecast, with and without statements.
#include <gtest/gtest.h>

#include <algorithm>

#include "plans/decision/decision_json.hpp"
#include "plans/decision/situation.hpp"
#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

using rules::Colour;
using rules::EpisodeCause;
using std::chrono::days;
using std::chrono::hours;

rules::Instant at(int hour) {
    return *rules::parse_instant("2026-04-01T00:00:00+08:00", rules::kBeijingTime) + hours(hour);
}

rules::CivilDay day(int number) { return rules::day_of(at(0), rules::kBeijingTime) + days(number); }

DecisionInputs inputs_of(SeriesInput series) {
    DecisionInputs inputs{.zone = rules::kBeijingTime};
    inputs.now = at(8);
    inputs.standard.id = "test";
    inputs.standard.clauses = {{"Y", Colour::kYellow, {{200, hours(24)}}, "黄色条件"},
                               {"O", Colour::kOrange, {{200, hours(48)}}, "橙色条件"}};
    inputs.rules.lift.lowest = Colour::kYellow;
    series.source = "city";
    series.forecast = "7";
    series.issued_at = inputs.now;
    inputs.series = {std::move(series)};
    return inputs;
}

// Days 0 to 4, of which 1 and 2 are heavy and have the cause.
DecisionInputs two_heavy_days(EpisodeCause cause) {
    SeriesInput series;
    series.hours_as = rules::HoursAs::kNaturalDay;
    series.daily = {day(0), {90, 250, 250, 90, 90}};
    series.excluded.assign(5, EpisodeCause::kNotStated);
    series.excluded[1] = series.excluded[2] = cause;
    return inputs_of(std::move(series));
}

// A clean day, then five of heavy hours; the mean of 24 hours is heavy from the sixth of them on.
DecisionInputs heavy_hours() {
    constexpr std::size_t kClean = 24;
    SeriesInput series;
    series.hours_as = rules::HoursAs::kRolling;
    series.hourly = {at(-24), std::vector<std::int16_t>(6 * 24, 250)};
    series.own = series.hourly.aqi;
    std::fill_n(series.own.begin(), kClean, std::int16_t{50});
    std::fill_n(series.hourly.aqi.begin(), kClean + 5, std::int16_t{100});
    series.binding = series.hourly.aqi;
    series.own_binding = series.own;
    return inputs_of(std::move(series));
}

StatedCause stated(int from, int to, EpisodeCause cause) {
    return {3, "", day(from), day(to), cause, "激光雷达见沙尘输送", "zhang.wei"};
}

rules::Assessment assess(const DecisionInputs& inputs) {
    return rules::assess(situation_of(inputs));
}

bool names_the_statement(const rules::Proposal& proposal) {
    return std::ranges::any_of(proposal.reasons, [](const rules::ProposalReason& reason) {
        return reason.kind == "cause" &&
               reason.text.find("成因认定（zhang.wei）") != std::string::npos &&
               reason.text.find("激光雷达见沙尘输送") != std::string::npos;
    });
}

TEST(StatedCauses, DustThatSomebodyStatesMakesADaysWarningAdvice) {
    DecisionInputs inputs = two_heavy_days(EpisodeCause::kNotStated);
    ASSERT_TRUE(assess(inputs).proposal->mandatory);
    inputs.causes = {stated(1, 2, EpisodeCause::kDust)};
    const auto found = assess(inputs);
    ASSERT_TRUE(found.proposal) << found.reason;
    EXPECT_FALSE(found.proposal->mandatory);
    EXPECT_EQ(found.proposal->causes, std::vector{EpisodeCause::kDust});
    EXPECT_TRUE(names_the_statement(*found.proposal));
}

TEST(StatedCauses, ADayOfDustLeavesTheOtherToBind) {
    DecisionInputs inputs = two_heavy_days(EpisodeCause::kNotStated);
    EXPECT_EQ(assess(inputs).proposal->colour, Colour::kOrange);
    inputs.causes = {stated(1, 1, EpisodeCause::kDust)};
    const auto found = assess(inputs);
    ASSERT_TRUE(found.proposal);
    EXPECT_TRUE(found.proposal->mandatory);
    EXPECT_EQ(found.proposal->colour, Colour::kYellow) << "one heavy day is left";
    EXPECT_EQ(found.proposal->window.from, at(48));
}

TEST(StatedCauses, RegionalTransportBindsWhereTheForecastSaidDust) {
    DecisionInputs inputs = two_heavy_days(EpisodeCause::kDust);
    ASSERT_FALSE(assess(inputs).proposal->mandatory);
    inputs.causes = {stated(1, 2, EpisodeCause::kTransport)};
    const auto found = assess(inputs);
    ASSERT_TRUE(found.proposal);
    EXPECT_TRUE(found.proposal->mandatory);
    EXPECT_EQ(found.proposal->colour, Colour::kOrange);
    EXPECT_TRUE(names_the_statement(*found.proposal));
}

TEST(StatedCauses, OfSeveralAboutADayTheLastCounts) {
    DecisionInputs inputs = two_heavy_days(EpisodeCause::kNotStated);
    inputs.causes = {stated(1, 2, EpisodeCause::kDust), stated(1, 2, EpisodeCause::kFineParticles)};
    EXPECT_TRUE(assess(inputs).proposal->mandatory);
    std::swap(inputs.causes[0], inputs.causes[1]);
    EXPECT_FALSE(assess(inputs).proposal->mandatory);
}

TEST(StatedCauses, OneAboutAnotherSourceChangesNothing) {
    DecisionInputs inputs = two_heavy_days(EpisodeCause::kNotStated);
    inputs.causes = {stated(1, 2, EpisodeCause::kDust)};
    inputs.causes[0].source = "province";
    const auto found = assess(inputs);
    EXPECT_TRUE(found.proposal->mandatory);
    inputs.causes[0].source = "city";
    EXPECT_FALSE(assess(inputs).proposal->mandatory);
}

TEST(StatedCauses, HoursOfDustBindAsIfTheirFineParticlesHadNotBeenMeasured) {
    DecisionInputs inputs = heavy_hours();
    ASSERT_TRUE(assess(inputs).proposal->mandatory);
    inputs.causes = {stated(0, 4, EpisodeCause::kDust)};
    const auto all = assess(inputs);
    ASSERT_TRUE(all.proposal) << all.reason;
    EXPECT_FALSE(all.proposal->mandatory);
    EXPECT_EQ(all.proposal->causes, std::vector{EpisodeCause::kDust});
    // A mean of 24 hours with more than four of them left out says nothing of what is left.
    inputs.causes = {stated(0, 0, EpisodeCause::kDust)};
    const auto rest = assess(inputs);
    ASSERT_TRUE(rest.proposal);
    EXPECT_TRUE(rest.proposal->mandatory);
    EXPECT_EQ(rest.proposal->window.from, at(24)) << "the first hour that binds";
}

TEST(StatedCauses, DustDoesNotHoldUpALiftAndIsNotUnknownAir) {
    DecisionInputs inputs = heavy_hours();
    const auto lift = [](const DecisionInputs& of) {
        return rules::check_lift(situation_of(of).outlooks, of.now, of.rules.lift, of.zone)
            .clearance;
    };
    EXPECT_EQ(lift(inputs), rules::Clearance::kNotClear);
    inputs.causes = {stated(0, 4, EpisodeCause::kDust)};
    EXPECT_EQ(lift(inputs), rules::Clearance::kClear);
}

TEST(StatedCauses, HeavyDustNowIsNoImmediateStart) {
    DecisionInputs inputs = heavy_hours();
    inputs.observed = rules::ObservedAir{250, at(8)};
    ASSERT_TRUE(assess(inputs).proposal->immediate);
    inputs.causes = {stated(0, 4, EpisodeCause::kDust)};
    const auto found = assess(inputs);
    ASSERT_TRUE(found.proposal);
    EXPECT_FALSE(found.proposal->immediate);
    EXPECT_FALSE(found.proposal->mandatory);
}

TEST(StatedCauses, TheRecordHoldsThemAndGivesTheSameAnswerAgain) {
    DecisionInputs inputs = heavy_hours();
    EXPECT_EQ(find_member(to_json(inputs), "causes"), nullptr) << "records of before stay the same";
    inputs.causes = {stated(0, 4, EpisodeCause::kDust), stated(2, 2, EpisodeCause::kTransport)};
    const auto stored = to_json(inputs);
    const auto read = decision_inputs_from_json(stored, "inputs");
    ASSERT_TRUE(read) << rules::to_text(read.error());
    EXPECT_EQ(read->causes, inputs.causes);
    EXPECT_EQ(canonical_text(to_json(assess(*read), read->standard, read->zone)),
              canonical_text(to_json(assess(inputs), inputs.standard, inputs.zone)));
}

}  // namespace
}  // namespace qk::plans
