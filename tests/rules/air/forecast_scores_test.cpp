// Goal: scores of ensembles are those that one computes by hand, their parts add up, and a source
// that is no better than persistence is seen to be so. Method: two or three days small enough for
// paper, and random ensembles for the identity.
#include "rules/air/forecast_scores.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace qk::rules {
namespace {

using std::chrono::days;

const CivilDay kFirst = *parse_day("2026-01-01");

DailyForecastSeries series(int later, const std::vector<std::int16_t>& values) {
    DailyForecastSeries row{"x", kFirst + days{later}, {}};
    for (const std::int16_t value : values) {
        row.days.push_back({value, value, {}, EpisodeCause::kNotStated});
    }
    return row;
}

EnsembleIssue issue(int later, const std::vector<std::vector<std::int16_t>>& members) {
    EnsembleIssue issue;
    issue.issued = kFirst + days{later};
    issue.issued_at = start_of(issue.issued, kBeijingTime) + std::chrono::hours{8};
    for (const auto& values : members) issue.members.push_back(series(later, values));
    return issue;
}

TEST(Crps, OfASingleForecastIsItsAbsoluteError) {
    EXPECT_DOUBLE_EQ(crps({{120}, 150}), 30);
    EXPECT_DOUBLE_EQ(crps({{150}, 150}), 0);
}

TEST(Crps, OfTwoMembersIsTheErrorLessHalfTheSpread) {
    // |100-110| and |140-110|: mean 20; pairs 0, 40, 40, 0: mean 20, half of it 10.
    EXPECT_DOUBLE_EQ(crps({{100, 140}, 110}), 10);
    // 40, 0, 80: mean 40; pairs 2 * (40 + 80 + 40) / 9, half of it 80 * 2 / 9.
    EXPECT_NEAR(crps({{160, 200, 120}, 200}), 40 - 160.0 / 9, 1e-12);
}

TEST(Crps, PartsOfTwoDaysAreThoseOfPaper) {
    // 100 is foretold twice and comes once; 120 comes on the other day. Between the two, 20 limits:
    // foretold with certainty, came in half of the cases: reliability 20 * 1/4, no resolution,
    // uncertainty 20 * 1/4. Score: (0 + 20) / 2.
    const CrpsParts parts = crps_of({{{100}, 100}, {{100}, 120}});
    EXPECT_EQ(parts.cases, 2);
    EXPECT_DOUBLE_EQ(parts.score, 10);
    EXPECT_DOUBLE_EQ(parts.reliability, 5);
    EXPECT_DOUBLE_EQ(parts.resolution, 0);
    EXPECT_DOUBLE_EQ(parts.uncertainty, 5);
}

TEST(Crps, APerfectForecastResolvesAllThatIsUncertain) {
    const CrpsParts parts = crps_of({{{100}, 100}, {{300}, 300}});
    EXPECT_DOUBLE_EQ(parts.score, 0);
    EXPECT_DOUBLE_EQ(parts.reliability, 0);
    EXPECT_DOUBLE_EQ(parts.resolution, 50) << "200 limits, (1/2)(1/2) each";
    EXPECT_DOUBLE_EQ(parts.uncertainty, 50);
}

RC_GTEST_PROP(Crps, ScoreIsReliabilityLessResolutionAndUncertainty, ()) {
    std::vector<EnsembleCase> cases;
    const int count = *rc::gen::inRange(1, 12);
    for (int i = 0; i < count; ++i) {
        EnsembleCase one;
        one.observed = *rc::gen::inRange<std::int16_t>(0, 501);
        one.members = *rc::gen::container<std::vector<std::int16_t>>(
            static_cast<std::size_t>(*rc::gen::inRange(1, 5)),
            rc::gen::inRange<std::int16_t>(0, 501));
        cases.push_back(std::move(one));
    }
    const CrpsParts parts = crps_of(cases);
    const double sum = parts.reliability - parts.resolution + parts.uncertainty;
    RC_ASSERT(std::abs(parts.score - sum) < 1e-6);
}

TEST(ForecastScores, AreHeldAgainstPersistenceOfTheDayBefore) {
    // Observed 100, 200, 260. Issued on the second day: 180 and 220 for it, 250 and 250 for the
    // third.
    const DailyAqiSeries observed{kFirst, {100, 200, 260}};
    const auto scores = scores_of({issue(1, {{180, 250}, {220, 250}})}, observed);
    ASSERT_EQ(scores.size(), 2U);
    EXPECT_DOUBLE_EQ(scores[0].forecast.score, 20 - 10);
    EXPECT_DOUBLE_EQ(scores[0].persistence.score, 100);
    EXPECT_DOUBLE_EQ(scores[0].skill().value(), 0.9);
    EXPECT_DOUBLE_EQ(scores[0].members_mean, 2);
    EXPECT_DOUBLE_EQ(scores[1].forecast.score, 10);
    EXPECT_DOUBLE_EQ(scores[1].persistence.score, 160);
}

TEST(ForecastScores, OfAForecastThatIsPersistenceHaveNoSkill) {
    const DailyAqiSeries observed{kFirst, {100, 150, 130}};
    const auto scores = scores_of({issue(1, {{100, 100}})}, observed);
    ASSERT_EQ(scores.size(), 2U);
    EXPECT_DOUBLE_EQ(scores[0].skill().value(), 0);
    EXPECT_DOUBLE_EQ(scores[1].skill().value(), 0);
}

TEST(ForecastScores, OfDaysThatWereNotObservedAreEmpty) {
    const DailyAqiSeries observed{kFirst, {100, kNoAqi, 130}};
    const auto scores = scores_of({issue(1, {{100, 100}}), issue(0, {{100}})}, observed);
    ASSERT_EQ(scores.size(), 2U);
    EXPECT_EQ(scores[0].forecast.cases, 0) << "no value, or none of the day before";
    EXPECT_FALSE(scores[0].skill());
    EXPECT_EQ(scores[1].forecast.cases, 1);
}

TEST(FlipFlopIndex, IsZeroForOneDirectionAndCountsWhatTurnsBack) {
    EXPECT_DOUBLE_EQ(flip_flop_index({100, 150, 200}).value(), 0);
    // Changes 50 + 50 + 50, range 50: 100 over two turns.
    EXPECT_DOUBLE_EQ(flip_flop_index({100, 150, 100, 150}).value(), 50);
    EXPECT_FALSE(flip_flop_index({100, 300}));
}

TEST(FlipFlopIndex, OfASourceIsTheMeanOverItsDaysInOrderOfIssue) {
    // The fourth day: 100, 160, 100 (given out of order): changes 120, range 60: 60.
    const FlipFlop found = flip_flop_of(
        {issue(2, {{90, 100}}), issue(0, {{90, 90, 90, 100}}), issue(1, {{90, 90, 160}})});
    EXPECT_EQ(found.days, 1);
    EXPECT_DOUBLE_EQ(found.mean, 60);
    EXPECT_DOUBLE_EQ(found.highest, 60);
    EXPECT_EQ(found.highest_on, kFirst + days{3});
}

}  // namespace
}  // namespace qk::rules
