// The same obligation: by key, by terms, and without a gap.
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
    EXPECT_TRUE(is_as_strict(asked_of(one), asked_of(other)));
    EXPECT_FALSE(is_as_strict(asked_of(other), asked_of(one)));
    EXPECT_FALSE(is_as_strict({Action::kLimitLoad, 1}, asked_of(other))) << "another action";
    other = one;
    other.check = LineStands{.ramp_down = 0min, .keep_hot = true};
    EXPECT_FALSE(same_terms(one, other));
}

}  // namespace
}  // namespace qk::rules
