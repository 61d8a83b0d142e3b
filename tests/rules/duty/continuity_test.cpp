// The same obligation, and what goes on of it over a change of level.
#include "rules/duty/continuity.hpp"

#include <gtest/gtest.h>

namespace qk::rules {
namespace {

using namespace std::chrono_literals;

const Instant kStart{std::chrono::sys_days{std::chrono::year{2015} / 12 / 5}};

Obligation stop(Instant from, std::chrono::minutes ramp) {
    Obligation obligation;
    obligation.id = "E1/L1/stop";
    obligation.line = "L1";
    obligation.action = Action::kStop;
    obligation.ratio = 1;
    obligation.from = from;
    obligation.verified_by = VerifiedBy::kPower;
    obligation.check = LineStands{.ramp_down = ramp};
    obligation.detail = ramp > 0min ? "应立即降负荷" : "停产";
    return obligation;
}

TEST(CarryOver, AStandingLineIsGrantedNoSecondRamp) {
    std::vector<Obligation> now{stop(kStart + 48h, 360min)};
    carry_over(now, {stop(kStart, 0min)});
    EXPECT_EQ(now[0].from, kStart);
    EXPECT_EQ(std::get<LineStands>(now[0].check).ramp_down, 0min);
    EXPECT_EQ(now[0].detail, "停产");
}

TEST(CarryOver, AStricterDutyBeginsAnew) {
    Obligation limit = stop(kStart, 0min);
    limit.ratio = 0.5;
    std::vector<Obligation> now{stop(kStart + 48h, 360min)};
    carry_over(now, {limit});
    EXPECT_EQ(now[0].from, kStart + 48h);
}

TEST(CarryOver, WhatHadEndedBeforeBeginsAnew) {
    Obligation ended = stop(kStart, 0min);
    ended.to = kStart + 24h;
    std::vector<Obligation> now{stop(kStart + 48h, 360min)};
    carry_over(now, {ended});
    EXPECT_EQ(now[0].from, kStart + 48h);
}

TEST(CarryOver, HoursCountedFromTheStartAreNotCountedTwice) {
    Obligation before = stop(kStart, 0min);
    before.to = kStart + 120h;
    Obligation again = stop(kStart + 48h, 0min);
    again.to = kStart + 168h;
    std::vector<Obligation> now{again};
    carry_over(now, {before});
    EXPECT_EQ(now[0].to, kStart + 120h);
}

// A cap that has no share of emission differs by its figure alone.
TEST(CarryOver, ALowerCapReplacesTheHigherOne) {
    const auto cap = [](double per_day, Instant from) {
        Obligation obligation = stop(from, 0min);
        obligation.id = "E1/L1/limit_load";
        obligation.action = Action::kLimitLoad;
        obligation.ratio = 0;
        obligation.check = ThroughputAtMost{per_day, "t", "投料"};
        return obligation;
    };
    std::vector<Obligation> now{cap(50, kStart + 48h)};
    carry_over(now, {cap(100, kStart)});
    EXPECT_EQ(now[0].from, kStart + 48h);
    EXPECT_EQ(std::get<ThroughputAtMost>(now[0].check).per_day, 50);
    carry_over(now, {cap(50, kStart)});
    EXPECT_EQ(now[0].from, kStart);
}

TEST(ObligationKey, IsReadAsItIsWritten) {
    for (const char* id : {"E1/L1/stop", "E1//ban_vehicles/2", "E1/L1/stop@orange",
                           "E1/L1/stop@2015-12-07", "E1/L1/stop@red@2015-12-07"}) {
        EXPECT_EQ(to_text(key_of(id)), id);
    }
    const ObligationKey key = key_of("E1/L1/stop@red@2015-12-07");
    EXPECT_EQ(key.base, "E1/L1/stop");
    EXPECT_EQ(key.colour, Colour::kRed);
    EXPECT_EQ(key.day, parse_day("2015-12-07"));
}

TEST(Continuity, OneGoesOnUnderItsMarkAndNotOverAGap) {
    Obligation earlier = stop(kStart, 0min);
    earlier.to = kStart + 24h;
    Obligation later = stop(kStart + 24h, 360min);
    later.id += "@2015-12-06";
    EXPECT_TRUE(continues(later, earlier));
    later.from += 1h;
    EXPECT_FALSE(continues(later, earlier));
    later.from = kStart - 1h;
    EXPECT_FALSE(continues(later, earlier)) << "it begins before the one that it would go on with";
}

TEST(Continuity, AnotherLineShareOrCheckIsAnotherObligation) {
    const Obligation one = stop(kStart, 0min);
    Obligation other = stop(kStart + 1h, 360min);
    other.basis = {{"level", "橙色预警", ""}};
    other.verified_by = VerifiedBy::kSiteCheck;
    EXPECT_TRUE(same_terms(one, other)) << "neither start nor ramp nor reasons are terms";
    other.line = "L2";
    EXPECT_FALSE(same_terms(one, other));
    other = one;
    other.ratio = 0.5;
    EXPECT_FALSE(same_terms(one, other));
    EXPECT_TRUE(is_as_strict(one, other));
    EXPECT_FALSE(is_as_strict(other, one));
    other = one;
    other.check = LineStands{.ramp_down = 0min, .keep_hot = true};
    EXPECT_FALSE(same_terms(one, other));
}

}  // namespace
}  // namespace qk::rules
