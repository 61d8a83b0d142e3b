// One obligation over changes of level: one id, one start, one ramp-down.
#include "plans/response/going_on.hpp"

#include <gmock/gmock.h>

#include <set>

#include "plans/response/response_plan.hpp"
#include "rules/duty/continuity.hpp"
#include "tests/plans/response/plan_fixture.hpp"

namespace qk::plans::testing {
namespace {

using namespace std::chrono_literals;
using rules::Action;
using rules::Colour;
using rules::Obligation;
using rules::Segment;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

// Yellow from 08:00, orange from 06:00 of the second day, red from 18:00, orange again from 14:00
// of the third: each signed some hours before, the last one in force at once.
const rules::Instant kYellow = at("2016-07-16T08:00:00+08:00");
const rules::Instant kOrange = kYellow + 22h;
const rules::Instant kRed = kOrange + 12h;
const rules::Instant kOrangeAgain = kRed + 20h;

struct Revision {
    rules::Instant signed_at;
    std::vector<Segment> ahead;  // what life.cpp still counts as owed
};

const std::vector<Revision> kStory{
    {kYellow - 1h, {{Colour::kYellow, true, kYellow, std::nullopt}}},
    {kOrange - 6h,
     {{Colour::kYellow, true, kYellow, kOrange}, {Colour::kOrange, true, kOrange, std::nullopt}}},
    {kRed - 2h, {{Colour::kOrange, true, kOrange, kRed}, {Colour::kRed, true, kRed, std::nullopt}}},
    {kOrangeAgain, {{Colour::kOrange, true, kOrangeAgain, std::nullopt}}}};

// The line cannot stop at once: it needs twelve hours.
Inventory plant(const std::vector<std::tuple<Colour, Action, double>>& own) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "C");
    Line& line = b.line("L1", grams(1000, 1000, 1000, 1000));
    line.uninterruptible = true;
    line.ramp_down_hours = 12;
    for (const auto& [colour, action, ratio] : own) b.own("L1", colour, action, ratio);
    return b.inventory;
}

class GoingOn : public ::testing::Test {
 protected:
    // What the order says of the line after each revision of the story.
    std::vector<std::vector<Obligation>> tell(const Inventory& inventory,
                                              const std::vector<Revision>& story) {
        std::vector<std::vector<Obligation>> told;
        std::vector<Obligation> held;
        for (const Revision& revision : story) {
            const ResponsePlan plan =
                make_response_plan({inventory, built_in_catalogue(), rules_, pack_.zone,
                                    revision.ahead, revision.signed_at, revision.signed_at});
            const OrderFacts facts{"W1", false, pack_, revision.signed_at,
                                   [&held](const std::string&) {
                                       return HeldOrder{held, {}};
                                   }};
            held = documents_of(plan, inventory, facts).at(0).obligations;
            told.push_back(held);
            std::erase_if(told.back(), [](const Obligation& one) { return one.line != "L1"; });
        }
        return told;
    }

    RegionPack pack_ = *built_in_pack("national");
    RegionRules rules_ = from_pack(pack_);
};

TEST_F(GoingOn, WhatEveryLevelAsksIsOneObligationThroughRaiseAndLowering) {
    const auto told = tell(plant({{Colour::kYellow, Action::kStop, 1},
                                  {Colour::kOrange, Action::kStop, 1},
                                  {Colour::kRed, Action::kStop, 1}}),
                           kStory);
    const Obligation first = told.at(0).at(0);
    EXPECT_EQ(rules::granted_ramp(first.check), 11h) << "an hour's notice of the twelve it needs";
    for (const auto& revision : told) {
        ASSERT_THAT(revision, SizeIs(1));
        EXPECT_EQ(revision[0].id, "E1/L1/stop");
        EXPECT_EQ(revision[0].from, kYellow);
        EXPECT_EQ(revision[0].to, std::nullopt);
        EXPECT_EQ(revision[0].check, first.check);
        EXPECT_EQ(revision[0].detail, first.detail);
    }
}

TEST_F(GoingOn, AJoinedObligationGivesTheReasonsOfBothLevels) {
    const auto told = tell(
        plant({{Colour::kYellow, Action::kStop, 1}, {Colour::kOrange, Action::kStop, 1}}), kStory);
    std::vector<std::string> levels;
    for (const rules::Reason& reason : told.at(1).at(0).basis) {
        if (reason.kind == "level") levels.push_back(reason.text.substr(0, 6));
    }
    EXPECT_THAT(levels, ::testing::ElementsAre("黄色", "橙色"));
}

TEST_F(GoingOn, ALevelThatAsksOtherwiseIsOneObligationFromItsFirstHourToItsLast) {
    const auto told = tell(plant({{Colour::kYellow, Action::kLimitLoad, 0.2},
                                  {Colour::kOrange, Action::kLimitLoad, 0.5},
                                  {Colour::kRed, Action::kStop, 1}}),
                           kStory);
    const Obligation orange = told.at(1).at(1);
    EXPECT_EQ(orange.id, "E1/L1/limit_load@orange");
    ASSERT_THAT(told.at(2), SizeIs(2));
    EXPECT_EQ(told[2][0].id, orange.id) << "the yellow segment is over, the hours are the same";
    EXPECT_EQ(told[2][0].from, orange.from);
    EXPECT_EQ(told[2][0].check, orange.check);
    EXPECT_EQ(told[2][0].to, kRed);
}

TEST_F(GoingOn, ALineThatStandsComesDownNoSecondTimeWhenTheLevelIsLowered) {
    const auto told = tell(plant({{Colour::kYellow, Action::kLimitLoad, 0.2},
                                  {Colour::kOrange, Action::kLimitLoad, 0.5},
                                  {Colour::kRed, Action::kStop, 1}}),
                           kStory);
    const Obligation& red = told.at(2).at(1);
    EXPECT_GT(rules::granted_ramp(red.check), 0h) << "a stricter duty grants what it needs";
    const Obligation& again = told.at(3).at(0);
    EXPECT_EQ(again.from, kOrangeAgain);
    EXPECT_EQ(rules::granted_ramp(again.check), 0h);
    EXPECT_THAT(again.detail, Not(HasSubstr("不可骤停")));
}

TEST_F(GoingOn, OfARampThatIsNotOverOnlyTheRestIsGranted) {
    Obligation stop;
    stop.id = "E1/L1/stop";
    stop.line = "L1";
    stop.action = Action::kStop;
    stop.ratio = 1;
    stop.from = kYellow;
    stop.check = rules::LineStands{.ramp_down = 720min};
    Obligation limit = stop;
    limit.id = "E1/L1/limit_load";
    limit.action = Action::kLimitLoad;
    limit.ratio = 0.5;
    limit.from = kYellow + 4h;
    limit.check = rules::LoadAtMost{0.5, 720min, ""};
    limit.detail = "限产50%。该线不可骤停，应立即降负荷，12小时内到位。";
    const auto rest = go_on({limit}, {{stop}, {}}, kZone);
    EXPECT_EQ(rules::granted_ramp(rest.at(0).check), 8h);
    EXPECT_THAT(rest[0].detail, HasSubstr("不可骤停"));
    const auto over = go_on({limit}, {{limit, stop}, {}}, kZone);
    EXPECT_EQ(over.at(0), limit) << "what is held stays as it was granted";
    stop.line = "L2";
    EXPECT_EQ(go_on({limit}, {{stop}, {}}, kZone).at(0), limit)
        << "another line says nothing of this one";
}

// A kiln that stands by peak-shift since the middle of November.
TEST_F(GoingOn, ALineThatStandsByTheSeasonOrAnotherWarningComesDownNoSecondTime) {
    Obligation stands;
    stands.id = "E1/L1/stop/peak";
    stands.line = "L1";
    stands.action = Action::kStop;
    stands.ratio = 1;
    stands.from = kYellow - 20 * 24h;
    stands.to = kYellow + 90 * 24h;
    stands.check = rules::LineStands{.ramp_down = 720min};
    Obligation stop = stands;
    stop.id = "E1/L1/stop";
    stop.from = kYellow;
    stop.to.reset();
    stop.detail = "停产。该线不可骤停，应立即降负荷，12小时内到位。";
    const Obligation again = go_on({stop}, {{}, {stands}}, kZone).at(0);
    EXPECT_EQ(rules::granted_ramp(again.check), 0h);
    EXPECT_EQ(again.detail, "停产。");
    EXPECT_EQ(again.id, stop.id) << "it is another order's obligation";
    EXPECT_EQ(again.from, kYellow);
    stands.from = kYellow - 4h;  // begun just now: eight of its twelve hours are left
    EXPECT_EQ(rules::granted_ramp(go_on({stop}, {{}, {stands}}, kZone).at(0).check), 8h);
    stands.to = kYellow - 1h;  // over: it may run again
    EXPECT_EQ(rules::granted_ramp(go_on({stop}, {{}, {stands}}, kZone).at(0).check), 12h);
}

TEST_F(GoingOn, HoursCountedFromTheStartAreNotCountedTwice) {
    Obligation before;
    before.id = "E1/L1/stop";
    before.from = kYellow;
    before.to = kYellow + 120h;
    Obligation again = before;
    again.from = kYellow + 48h;
    again.to = again.from + 120h;
    EXPECT_EQ(go_on({again}, {{before}, {}}, kZone).at(0).to, kYellow + 120h);
}

// A cap that has no share of emission differs by its figure alone.
TEST_F(GoingOn, ALowerCapBeginsAnewAndTheSameCapGoesOn) {
    const auto cap = [](double per_day, rules::Instant from) {
        Obligation obligation;
        obligation.id = "E1/L1/limit_load";
        obligation.from = from;
        obligation.check = rules::ThroughputAtMost{per_day, "t", "投料"};
        return obligation;
    };
    const Obligation lower = cap(50, kOrange);
    EXPECT_EQ(go_on({lower}, {{cap(100, kYellow)}, {}}, kZone).at(0), lower);
    EXPECT_EQ(go_on({lower}, {{cap(50, kYellow)}, {}}, kZone).at(0).from, kYellow);
}

TEST_F(GoingOn, ALevelThatComesTwiceInOneOrderHasTwoNames) {
    std::vector<Revision> story(kStory.begin(), kStory.begin() + 3);
    // Lowered before red begins: orange, red and orange again are all ahead.
    story.push_back({kRed - 1h,
                     {{Colour::kOrange, true, kOrange, kRed},
                      {Colour::kRed, true, kRed, kOrangeAgain},
                      {Colour::kOrange, true, kOrangeAgain, std::nullopt}}});
    const auto told = tell(plant({{Colour::kYellow, Action::kLimitLoad, 0.2},
                                  {Colour::kOrange, Action::kLimitLoad, 0.5},
                                  {Colour::kRed, Action::kStop, 1}}),
                           story);
    ASSERT_THAT(told.at(3), SizeIs(3));
    std::set<std::string> ids;
    for (const Obligation& one : told[3]) ids.insert(one.id);
    EXPECT_THAT(ids, SizeIs(3));
    EXPECT_EQ(told[3][0].id, "E1/L1/limit_load@orange");
    EXPECT_EQ(told[3][2].id, "E1/L1/limit_load@orange@2016-07-18");
    EXPECT_EQ(rules::granted_ramp(told[3][2].check), 0h);
}

}  // namespace
}  // namespace qk::plans::testing
