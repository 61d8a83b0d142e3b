#include "rules/compliance/keeping.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace qk::rules {
namespace {

using namespace std::chrono;

Instant day(int n) { return Instant{days{16'000 + n}}; }

TEST(FreeSpans, WhatNoVerdictRestsOnIsFree) {
    const auto spans = free_spans(day(400), std::vector<BoundTime>{}, {});
    ASSERT_EQ(spans.size(), 1U);
    EXPECT_LT(spans[0].from, day(-10'000));
    EXPECT_EQ(spans[0].to, day(400));
}

TEST(FreeSpans, AnObligationKeepsItsTimeAndTheDaysOfItsBaseline) {
    const auto spans = free_spans(day(400), {{day(100), day(103)}}, {days{35}, days{1}});
    ASSERT_EQ(spans.size(), 2U);
    EXPECT_EQ(spans[0].to, day(65));
    EXPECT_EQ(spans[1], (Span{day(104), day(400)}));
}

TEST(FreeSpans, AnOpenOneKeepsAllSince) {
    const auto spans = free_spans(day(400), {{day(100), std::nullopt}}, {days{35}, days{1}});
    ASSERT_EQ(spans.size(), 1U);
    EXPECT_EQ(spans[0].to, day(65));
}

TEST(BoundSince, WhoIsBoundAnewSoonAfterwardsWasBoundAllTheTime) {
    const std::vector<BoundTime> times{
        {day(200), day(203)}, {day(10), day(12)}, {day(100), day(110)}, {day(105), std::nullopt}};
    EXPECT_EQ(bound_since(times, day(11), days{45}), day(10));
    EXPECT_EQ(bound_since(times, day(202), days{45}), day(100)) << "one is open";
    const std::vector<BoundTime> closed{
        {day(10), day(12)}, {day(100), day(110)}, {day(150), day(160)}};
    EXPECT_EQ(bound_since(closed, day(155), days{45}), day(100));
    EXPECT_EQ(bound_since(closed, day(155), days{39}), day(150));
    EXPECT_EQ(bound_since(closed, day(300), days{45}), day(300)) << "not bound at all";
}

TEST(FreeSpans, StretchesThatTouchAreOne) {
    EXPECT_EQ(joined({{day(5), day(8)}, {day(1), day(3)}, {day(3), day(4)}, {day(9), day(9)}}),
              (std::vector<Span>{{day(1), day(4)}, {day(5), day(8)}}));
    const auto spans = free_spans(day(10), {{day(5), day(8)}, {day(1), day(3)}});
    ASSERT_EQ(spans.size(), 3U);
    EXPECT_EQ(spans[1], (Span{day(3), day(5)}));
    EXPECT_EQ(spans[2], (Span{day(8), day(10)}));
}

RC_GTEST_PROP(FreeSpans, NoInstantOfAKeptStretchIsInAFreeOneAndAllOthersAre, ()) {
    std::vector<BoundTime> kept;
    for (int i = *rc::gen::inRange(0, 6); i > 0; --i) {
        const int from = *rc::gen::inRange(-50, 450);
        std::optional<Instant> to;
        if (*rc::gen::inRange(0, 8) > 0) to = day(from + *rc::gen::inRange(0, 90));
        kept.push_back({day(from), to});
    }
    const Reach reach{days{*rc::gen::inRange(0, 40)}, days{1}};
    const auto spans = free_spans(day(400), kept, reach);
    const Instant asked = day(0) + hours{*rc::gen::inRange(-2000, 24 * 410)};
    const bool is_kept = asked >= day(400) || std::ranges::any_of(kept, [&](const BoundTime& one) {
                             return asked >= one.from - reach.back &&
                                    (!one.to || asked < std::max(*one.to, one.from) + reach.after);
                         });
    const bool is_free =
        std::ranges::any_of(spans, [&](const Span& span) { return span.holds(asked); });
    RC_ASSERT(is_free == !is_kept);
}

}  // namespace
}  // namespace qk::rules
