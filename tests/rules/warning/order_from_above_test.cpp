// Goal: a change is freed of the 36-hour rule only by an order on record that is in force, was sent
// here and asks for just this. Method: one order, and everything about it changed in turn.
#include "rules/warning/order_from_above.hpp"

#include <gtest/gtest.h>

namespace qk::rules {
namespace {

using std::chrono::hours;

Instant at(int hour) {
    return *parse_instant("2026-12-01T00:00:00+08:00", kBeijingTime) + hours(hour);
}

Change change_of(ChangeKind kind, Colour colour) {
    Change change;
    change.kind = kind;
    change.colour = colour;
    change.ordered_by = "省函1号";
    return change;
}

OrderFromAbove lift_order() {
    return {"省函1号", false, true, true, Colour::kOrange, at(0), at(24), "zhang.wei", at(-2)};
}

bool binds(const OrderFromAbove& order, const Change& change, Instant effect) {
    const OrderAnswer answer = judge_order({order}, change, effect, kBeijingTime);
    EXPECT_FALSE(answer.why.empty());
    EXPECT_EQ(answer.recorded_by, "zhang.wei");
    EXPECT_EQ(answer.recorded_at, at(-2));
    return answer.binds;
}

TEST(OrderFromAbove, NothingOnRecordBindsNothing) {
    const OrderAnswer answer =
        judge_order({}, change_of(ChangeKind::kLift, Colour::kYellow), at(1), kBeijingTime);
    EXPECT_FALSE(answer.binds);
    EXPECT_NE(answer.why.find("省函1号"), std::string::npos);
    EXPECT_TRUE(answer.recorded_by.empty());
}

TEST(OrderFromAbove, ALiftIsOrderedByALiftOfItsColourInItsTime) {
    const Change lift = change_of(ChangeKind::kLift, Colour::kOrange);
    EXPECT_TRUE(binds(lift_order(), lift, at(0)));
    EXPECT_TRUE(binds(lift_order(), change_of(ChangeKind::kSuspend, Colour::kYellow), at(23)));
    EXPECT_FALSE(binds(lift_order(), lift, at(24)));
    EXPECT_FALSE(binds(lift_order(), lift, at(-1)));
    EXPECT_FALSE(binds(lift_order(), change_of(ChangeKind::kLift, Colour::kRed), at(1)));
    OrderFromAbove elsewhere = lift_order();
    elsewhere.covers_region = false;
    EXPECT_FALSE(binds(elsewhere, lift, at(1)));
    OrderFromAbove warns = lift_order();
    warns.asks_lift = false;
    EXPECT_FALSE(binds(warns, lift, at(1)));
}

TEST(OrderFromAbove, ALoweringIsOrderedByWhatAsksForJustThatColour) {
    OrderFromAbove order = lift_order();
    order.asks_lift = false;
    order.colour = Colour::kYellow;
    EXPECT_TRUE(binds(order, change_of(ChangeKind::kLower, Colour::kYellow), at(1)));
    EXPECT_FALSE(binds(order, change_of(ChangeKind::kLower, Colour::kOrange), at(1)));
    EXPECT_FALSE(binds(lift_order(), change_of(ChangeKind::kLower, Colour::kOrange), at(1)));
}

TEST(OrderFromAbove, OneOfSeveralUnderANumberIsEnough) {
    OrderFromAbove over = lift_order();
    over.to = at(1);
    const Change lift = change_of(ChangeKind::kLift, Colour::kOrange);
    EXPECT_TRUE(judge_order({over, lift_order()}, lift, at(2), kBeijingTime).binds);
    EXPECT_FALSE(judge_order({over}, lift, at(2), kBeijingTime).binds);
}

}  // namespace
}  // namespace qk::rules
