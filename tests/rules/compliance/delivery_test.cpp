// Goal: nobody is held to an order before it could be known. Method: the rule itself, then the
// judge over plants that ran until they could know and stood from then on, and over some that did
// not.
#include "rules/compliance/delivery.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/rules/compliance/cases.hpp"

namespace qk::rules {
namespace {

using namespace std::chrono;
using namespace test;

Delivery published(Instant at) { return {at, std::nullopt, std::nullopt}; }

Judgement judge_delivered(const Obligation& owed, const Evidence& evidence, hours length,
                          const Delivery& delivery) {
    const JudgingParameters parameters;
    return qk::rules::judge(
        {owed, evidence, {kStart, kStart + length}, parameters, kShanghai, delivery});
}

// Runs at full load until `stops` after the start, then stands.
Evidence running_until(hours stops, hours length) {
    return plant([stops](Instant end) { return end <= kStart + stops ? 300.0 : 21.0; }, length);
}

TEST(KnownFrom, IsTheEarliestProofAndNeverTheStartOfTheOrder) {
    EXPECT_EQ(known_from({}), std::nullopt);
    EXPECT_EQ(known_from(published(kStart)), (Known{kStart, KnownBy::kPublication}));
    EXPECT_EQ(known_from({kStart + 4h, kStart + 5h, kStart + 1h}),
              (Known{kStart + 1h, KnownBy::kTelephone}));
    EXPECT_EQ(known_from({std::nullopt, kStart + 5h, std::nullopt}),
              (Known{kStart + 5h, KnownBy::kReceipt}));
    EXPECT_EQ(known_from({kStart, kStart, kStart}), (Known{kStart, KnownBy::kPublication}));
}

TEST(KnownFrom, WhatGoesOnUnchangedIsKnownFromTheFirstRevision) {
    const Delivery first = published(kStart);
    const Delivery second{kStart + 9h, kStart + 1h, std::nullopt};
    EXPECT_EQ(earliest(first, second), (Delivery{kStart, kStart + 1h, std::nullopt}));
    EXPECT_EQ(earliest(second, first), earliest(first, second));
}

TEST(JudgeDelivered, WhoStopsWhenItCouldBeKnownIsCompliant) {
    const auto owed = obligation(LineStands{});
    const auto answer =
        judge_delivered(owed, running_until(5h, 24h), 24h, published(kStart + 4h + 30min));
    ASSERT_TRUE(answer.verdict);
    EXPECT_EQ(answer.verdict->compliance, Compliance::kCompliant);
    EXPECT_EQ(answer.verdict->window, (Span{kStart + 4h + 30min, kStart + 24h}));
    EXPECT_EQ(answer.verdict->delivery, published(kStart + 4h + 30min));
    EXPECT_NE(answer.verdict->text.find("方可知悉"), std::string::npos) << answer.verdict->text;
    EXPECT_EQ(compliance(judge_delivered(owed, running_until(5h, 24h), 24h, published(kStart))),
              Compliance::kBreach);
}

TEST(JudgeDelivered, TheTimeForComingDownRunsFromThen) {
    const auto owed = obligation(LineStands{3h, false});
    EXPECT_EQ(
        compliance(judge_delivered(owed, running_until(8h, 24h), 24h, published(kStart + 5h))),
        Compliance::kCompliant);
    EXPECT_EQ(compliance(judge_delivered(owed, running_until(8h, 24h), 24h, published(kStart))),
              Compliance::kBreach);
}

TEST(JudgeDelivered, WhoGoesOnAfterItCouldBeKnownBreaksIt) {
    const auto owed = obligation(LineStands{});
    EXPECT_EQ(
        compliance(judge_delivered(owed, running_until(20h, 24h), 24h, published(kStart + 4h))),
        Compliance::kBreach);
}

TEST(JudgeDelivered, WhatCouldNotBeKnownIsNeitherBrokenNorKept) {
    const auto owed = obligation(LineStands{});
    for (const double kw : {300.0, 21.0}) {
        const Evidence evidence = plant([kw](Instant) { return kw; }, 24h);
        for (const Delivery& delivery :
             {Delivery{}, published(kStart + 24h), published(kStart + 30h)}) {
            const auto answer = judge_delivered(owed, evidence, 24h, delivery);
            ASSERT_TRUE(answer.verdict);
            EXPECT_EQ(answer.verdict->compliance, Compliance::kCannotTell);
            ASSERT_EQ(answer.verdict->findings.size(), 1U);
            EXPECT_EQ(answer.verdict->findings[0].kind, FindingKind::kOrderNotKnown);
            EXPECT_NE(answer.verdict->text.find("之前不可知悉"), std::string::npos);
        }
    }
}

// A cement kiln may come down for hours: until then the verdict says from when it could be known.
TEST(JudgeDelivered, WhoWasToldLateAndMayStillComeDownIsSaidToKnow) {
    const auto owed = obligation(LineStands{12h, false});
    const auto answer = judge_delivered(owed, running_until(9h, 9h), 9h, published(kStart + 4h));
    ASSERT_TRUE(answer.verdict);
    EXPECT_EQ(answer.verdict->compliance, Compliance::kCannotTell);
    EXPECT_EQ(answer.verdict->window, (Span{kStart, kStart + 9h}));
    EXPECT_EQ(answer.verdict->delivery, published(kStart + 4h));
    ASSERT_EQ(answer.verdict->findings.size(), 1U);
    EXPECT_EQ(answer.verdict->findings[0].kind, FindingKind::kOrderNotKnown);
    EXPECT_EQ(answer.verdict->findings[0].span, (Span{kStart, kStart + 4h}));
    EXPECT_NE(answer.verdict->text.find("尚不研判"), std::string::npos) << answer.verdict->text;
    EXPECT_NE(answer.verdict->text.find("之前不可知悉"), std::string::npos);
    EXPECT_FALSE(
        judge_delivered(owed, running_until(9h, 9h), 9h, published(kStart + 30min)).verdict)
        << "nobody was told that it was not known";
}

TEST(JudgeDelivered, KnownBeforeItTakesEffectChangesNothing) {
    const auto owed = obligation(LineStands{1h, false});
    for (const hours stops : {0h, 1h, 3h, 12h}) {
        const Evidence evidence = running_until(stops, 24h);
        const auto plain = test::judge(owed, evidence, 24h);
        const auto known = judge_delivered(owed, evidence, 24h, published(kStart - 6h));
        ASSERT_TRUE(plain.verdict && known.verdict);
        EXPECT_EQ(plain.verdict->compliance, known.verdict->compliance);
        EXPECT_EQ(plain.verdict->text, known.verdict->text);
    }
}

// Whatever proof comes later can only take away what counts against the enterprise.
RC_GTEST_PROP(JudgeDelivered, ALaterProofNeverAccusesWhomAnEarlierOneDidNot, ()) {
    const auto first = hours{*rc::gen::inRange(0, 20)};
    const auto later = first + hours{*rc::gen::inRange(0, 20)};
    const auto stops = hours{*rc::gen::inRange(0, 24)};
    const Evidence evidence = running_until(stops, 24h);
    const auto owed = obligation(LineStands{});
    const auto is_accused = [&](hours known) {
        const auto answer = judge_delivered(owed, evidence, 24h, published(kStart + known));
        return answer.verdict && answer.verdict->compliance == Compliance::kBreach;
    };
    if (is_accused(later)) RC_ASSERT(is_accused(first));
}

}  // namespace
}  // namespace qk::rules
