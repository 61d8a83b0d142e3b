// The third step of derive: which candidates bind on a line, and what is stricter where one does
// not.
#include "plans/response/resolve_line.hpp"

#include <gmock/gmock.h>

#include "tests/plans/response/plan_fixture.hpp"

namespace qk::plans::testing {
namespace {

using ::testing::Each;
using ::testing::SizeIs;

rules::Measure limit(double ratio) {
    rules::Measure measure;
    measure.form = rules::Form::kLimitLoad;
    measure.ratio = ratio;
    return measure;
}

Candidate candidate(const rules::Measure& measure, ObligationOrigin origin) {
    Candidate one;
    one.measure = &measure;
    one.origin = origin;
    one.share = static_cast<std::uint32_t>(rules::emission_share(measure) * 1e6 + 0.5);
    return one;
}

class ResolveLine : public ::testing::Test {
 protected:
    LineAnswer resolve(const Candidates& candidates) const {
        return resolve_lines(inventory_, {0, 1}, candidates).at(0);
    }

    Inventory inventory_ = [] {
        InventoryBuilder b;
        b.enterprise("E1", "水泥熟料", "C");
        b.line("L1", grams(1000, 1000, 1000, 1000));
        return b.inventory;
    }();
    rules::Measure fifth_ = limit(0.2);
    rules::Measure half_ = limit(0.5);
};

TEST_F(ResolveLine, WhatDoesNotBindSaysWhatIsStricter) {
    Candidates candidates;
    candidates.all = {candidate(fifth_, ObligationOrigin::kCatalogue),
                      candidate(half_, ObligationOrigin::kSeason)};
    const LineAnswer answer = resolve(candidates);
    ASSERT_THAT(answer.measures, SizeIs(2));
    EXPECT_EQ(answer.measures[0].beaten_by, 1);
    EXPECT_EQ(answer.measures[0].beats, LineMeasure::kNobody);
    EXPECT_EQ(answer.measures[1].beaten_by, LineMeasure::kNobody);
    EXPECT_EQ(answer.measures[1].beats, 0);
    EXPECT_THAT(answer.shares, Each(500'000U)) << "measures on one line do not add up";
}

TEST_F(ResolveLine, OfEqualsTheFirstBinds) {
    Candidates candidates;
    candidates.all = {candidate(half_, ObligationOrigin::kCatalogue),
                      candidate(half_, ObligationOrigin::kSeason)};
    const LineAnswer answer = resolve(candidates);
    EXPECT_EQ(answer.measures[0].beaten_by, LineMeasure::kNobody);
    EXPECT_EQ(answer.measures[1].beaten_by, 0);
}

TEST_F(ResolveLine, ALimitOnTheStackBindsBesideALimitOfProduction) {
    rules::Measure stack = limit(0.3);
    stack.form = rules::Form::kLimitEmission;
    Candidates candidates;
    candidates.all = {candidate(stack, ObligationOrigin::kCatalogue),
                      candidate(half_, ObligationOrigin::kSeason)};
    for (const LineMeasure& one : resolve(candidates).measures) {
        EXPECT_EQ(one.beaten_by, LineMeasure::kNobody);
    }
}

TEST_F(ResolveLine, AnOwnPlanOfTheLineStandsInTheCataloguesPlaceButNotInTheSeasons) {
    Candidates candidates;
    candidates.all = {candidate(fifth_, ObligationOrigin::kOwnPlan),
                      candidate(half_, ObligationOrigin::kCatalogue),
                      candidate(half_, ObligationOrigin::kSeason)};
    candidates.all[0].own_row = 0;
    candidates.all[0].only_line = 0;
    const LineAnswer answer = resolve(candidates);
    ASSERT_THAT(answer.measures, SizeIs(2));
    EXPECT_EQ(answer.measures[0].candidate, 0U);
    EXPECT_EQ(answer.measures[1].candidate, 2U);
    EXPECT_THAT(shares_without_own_plan(inventory_, {0, 1}, candidates).at(0), Each(500'000U));
    candidates.all[0].replaces = false;
    EXPECT_THAT(resolve(candidates).measures, SizeIs(3)) << "it only tightens";
}

TEST_F(ResolveLine, AnIdleLineCutsNothingThoughItOwes) {
    inventory_.lines[0].idle = true;
    Candidates candidates;
    candidates.all = {candidate(half_, ObligationOrigin::kCatalogue)};
    const LineAnswer answer = resolve(candidates);
    EXPECT_THAT(answer.measures, SizeIs(1));
    EXPECT_THAT(answer.shares, Each(0U));
}

}  // namespace
}  // namespace qk::plans::testing
