#include "sim/model/demand.hpp"

#include <gtest/gtest.h>

namespace qk::sim {
namespace {

using rules::Instant;
using rules::Obligation;
using std::chrono::hours;
using std::chrono::minutes;

const Instant kFrom = *rules::parse_instant("2015-12-07 00:00", rules::kBeijingTime);

Obligation owing(rules::Check check) {
    Obligation obligation;
    obligation.id = "e/L1/stop";
    obligation.from = kFrom;
    obligation.to = kFrom + hours{48};
    obligation.check = std::move(check);
    return obligation;
}

const LinePlace kFirst{"L1", 0, 3};

TEST(Demand, NothingIsOwedBeforeItBeginsNorAfterItEnds) {
    const Obligation stop = owing(rules::LineStands{});
    EXPECT_EQ(demand_of(stop, kFirst, kFrom - kInterval).kind, DemandKind::kFree);
    EXPECT_EQ(demand_of(stop, kFirst, kFrom).kind, DemandKind::kStanding);
    EXPECT_EQ(demand_of(stop, kFirst, kFrom + hours{48}).kind, DemandKind::kFree);
}

TEST(Demand, BindsOnceTheGrantedRampIsOver) {
    const Obligation stop = owing(rules::LineStands{hours{2}, false});
    EXPECT_FALSE(demand_of(stop, kFirst, kFrom + minutes{105}).binds());
    EXPECT_DOUBLE_EQ(demand_of(stop, kFirst, kFrom + hours{1}).progress, 0.5);
    EXPECT_TRUE(demand_of(stop, kFirst, kFrom + hours{2}).binds());
}

TEST(Demand, OfAnotherLineIsNotOurs) {
    Obligation stop = owing(rules::LineStands{});
    stop.line = "L2";
    EXPECT_EQ(demand_of(stop, kFirst, kFrom).kind, DemandKind::kFree);
}

TEST(Demand, AShareOfThreeLinesRoundsUp) {
    const Obligation half = owing(rules::ShareStands{0.5, {}, minutes{0}});
    EXPECT_EQ(demand_of(half, {"L1", 0, 3}, kFrom).kind, DemandKind::kStanding);
    EXPECT_EQ(demand_of(half, {"L2", 1, 3}, kFrom).kind, DemandKind::kStanding);
    EXPECT_EQ(demand_of(half, {"L3", 2, 3}, kFrom).kind, DemandKind::kFree);
}

TEST(Demand, AShareOfNamedLinesIsNotAllOfThem) {
    const Obligation half = owing(rules::ShareStands{0.5, {"L2", "L3"}, minutes{0}});
    EXPECT_EQ(demand_of(half, {"L1", 0, 3}, kFrom).kind, DemandKind::kFree);
    EXPECT_EQ(demand_of(half, {"L2", 1, 3}, kFrom).kind, DemandKind::kStanding);
    EXPECT_EQ(demand_of(half, {"L3", 2, 3}, kFrom).kind, DemandKind::kFree);
}

TEST(Demand, ACycleAlternatesFromItsOffset) {
    const Obligation cycle = owing(rules::OnOffCycle{hours{6}, hours{2}, hours{1}});
    EXPECT_EQ(demand_of(cycle, kFirst, kFrom).kind, DemandKind::kFree);
    EXPECT_EQ(demand_of(cycle, kFirst, kFrom + hours{1}).kind, DemandKind::kStanding);
    EXPECT_EQ(demand_of(cycle, kFirst, kFrom + hours{7}).kind, DemandKind::kFree);
    EXPECT_EQ(demand_of(cycle, kFirst, kFrom + hours{9}).kind, DemandKind::kStanding);
}

TEST(Demand, TheStrictestOfSeveralIsTheDemand) {
    const Obligation mild = owing(rules::LoadAtMost{0.2, minutes{0}, ""});
    const Obligation hard = owing(rules::LoadAtMost{0.5, minutes{0}, ""});
    EXPECT_DOUBLE_EQ(demand_of({mild, hard}, kFirst, kFrom).share, 0.5);
    const Obligation stop = owing(rules::LineStands{});
    EXPECT_EQ(demand_of({mild, stop, hard}, kFirst, kFrom).kind, DemandKind::kStanding);
}

}  // namespace
}  // namespace qk::sim
