#include "plans/response/continuation.hpp"

#include <gtest/gtest.h>

namespace qk::plans {
namespace {

using namespace std::chrono_literals;
using rules::Instant;
using rules::Obligation;

const Instant kStart{std::chrono::sys_days{std::chrono::year{2015} / 12 / 5}};

Obligation stop(Instant from, std::chrono::minutes ramp) {
    Obligation obligation;
    obligation.id = "E1/L1/stop";
    obligation.line = "L1";
    obligation.action = rules::Action::kStop;
    obligation.ratio = 1;
    obligation.from = from;
    obligation.verified_by = rules::VerifiedBy::kPower;
    obligation.check = rules::LineStands{.ramp_down = ramp};
    obligation.detail = ramp > 0min ? "应立即降负荷" : "停产";
    return obligation;
}

TEST(Continuation, AStandingLineIsGrantedNoSecondRamp) {
    std::vector<Obligation> now{stop(kStart + 48h, 360min)};
    go_on_where_unchanged(now, {stop(kStart, 0min)});
    EXPECT_EQ(now[0].from, kStart);
    EXPECT_EQ(std::get<rules::LineStands>(now[0].check).ramp_down, 0min);
    EXPECT_EQ(now[0].detail, "停产");
}

TEST(Continuation, AStricterDutyBeginsAnew) {
    Obligation limit = stop(kStart, 0min);
    limit.ratio = 0.5;
    std::vector<Obligation> now{stop(kStart + 48h, 360min)};
    go_on_where_unchanged(now, {limit});
    EXPECT_EQ(now[0].from, kStart + 48h);
}

TEST(Continuation, WhatHadEndedBeforeBeginsAnew) {
    Obligation ended = stop(kStart, 0min);
    ended.to = kStart + 24h;
    std::vector<Obligation> now{stop(kStart + 48h, 360min)};
    go_on_where_unchanged(now, {ended});
    EXPECT_EQ(now[0].from, kStart + 48h);
}

TEST(Continuation, HoursCountedFromTheStartAreNotCountedTwice) {
    Obligation before = stop(kStart, 0min);
    before.to = kStart + 120h;
    Obligation again = stop(kStart + 48h, 0min);
    again.to = kStart + 168h;
    std::vector<Obligation> now{again};
    go_on_where_unchanged(now, {before});
    EXPECT_EQ(now[0].to, kStart + 120h);
}

}  // namespace
}  // namespace qk::plans
