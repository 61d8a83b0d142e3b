// Goal: the life of a warning allows what the handbook asks for and nothing else. Method: one table
// walks every state x every event; single claims about signatures, floors, timelines and replays
// follow.
#include "rules/warning/life.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <string>

namespace qk::rules {
namespace {

using std::chrono::hours;

Instant at(int hour) {
    return *parse_instant("2026-12-01T00:00:00+08:00", kBeijingTime) + hours(hour);
}

Actor officer() { return {"zhang.wei", {"duty_officer"}}; }
Actor chief() { return {"li.na", {"approver"}}; }
Actor deputy() { return {"wang.fang", {"approver"}}; }

Change change_of(ChangeKind kind, Colour colour, Instant from) {
    Change change;
    change.kind = kind;
    change.colour = colour;
    change.from = from;
    change.expected_to = from + hours(72);
    change.lapses_at = from + hours(1000);
    change.approval = {"duty_officer", {"approver"}, 1, true};
    return change;
}

class Story {
 public:
    StepAnswer send(EventKind kind, Actor by, Instant when) {
        LifeEvent event{
            std::move(kind),    std::move(by), {"因为", "clause-1", "input-1"}, when, kBeijingTime,
            warning.generation, order};
        StepAnswer answer = step(warning, event, floors);
        if (auto* taken = std::get_if<Step>(&answer)) {
            warning = taken->next;
            effects = taken->effects;
        }
        return answer;
    }
    bool take(EventKind kind, Actor by, Instant when) {
        return std::holds_alternative<Step>(send(std::move(kind), std::move(by), when));
    }
    Refusal refuse(EventKind kind, Actor by, Instant when) {
        const StepAnswer answer = send(std::move(kind), std::move(by), when);
        const auto* no = std::get_if<Refused>(&answer);
        EXPECT_NE(no, nullptr);
        return no == nullptr ? Refusal::kStale : no->name;
    }
    // Proposed, consulted on and signed in one go.
    bool decide(Change change, Instant when) {
        return take(Propose{std::move(change)}, officer(), when) &&
               take(Consult{}, officer(), when) && take(Sign{}, chief(), when);
    }
    template <class E>
    [[nodiscard]] const E* effect() const {
        for (const Effect& e : effects) {
            if (const auto* found = std::get_if<E>(&e)) return found;
        }
        return nullptr;
    }

    Warning warning;
    std::vector<ColourFloor> floors;
    std::optional<OrderAnswer> order;  // found about the change's `ordered_by`
    std::vector<Effect> effects;
};

Story running(Colour colour) {
    Story story;
    story.warning.id = "W1";
    EXPECT_TRUE(story.decide(change_of(ChangeKind::kStart, colour, at(0)), at(0)));
    return story;
}

// A warning in each standing, with no change pending or one in each stage where there can be one.
std::map<std::string, Warning> every_state() {
    std::map<std::string, Warning> all;
    Story story;
    all["none"] = story.warning;
    EXPECT_TRUE(story.take(Propose{change_of(ChangeKind::kStart, Colour::kYellow, at(10))},
                           officer(), at(0)));
    all["draft/proposed"] = story.warning;
    EXPECT_TRUE(story.take(Consult{}, officer(), at(0)));
    all["draft/consulted"] = story.warning;
    Story dropped = story;
    EXPECT_TRUE(dropped.take(Reject{}, chief(), at(0)));
    all["dropped"] = dropped.warning;
    EXPECT_TRUE(story.take(Sign{}, chief(), at(0)));
    all["issued"] = story.warning;
    EXPECT_TRUE(story.take(TakeEffect{}, {"system", {}}, at(10)));
    all["in_force"] = story.warning;
    Story pending = story;
    Change raise = change_of(ChangeKind::kRaise, Colour::kRed, at(10));
    raise.approval.persons = 2;
    EXPECT_TRUE(pending.take(Propose{raise}, officer(), at(10)));
    all["in_force/proposed"] = pending.warning;
    EXPECT_TRUE(pending.take(Consult{}, officer(), at(10)));
    all["in_force/consulted"] = pending.warning;
    EXPECT_TRUE(pending.take(Sign{}, chief(), at(10)));
    all["in_force/signing"] = pending.warning;
    EXPECT_TRUE(story.decide(change_of(ChangeKind::kSuspend, Colour::kYellow, at(10)), at(10)));
    all["advisory"] = story.warning;
    EXPECT_TRUE(story.decide(change_of(ChangeKind::kLift, Colour::kYellow, at(10)), at(10)));
    all["lifted"] = story.warning;
    EXPECT_TRUE(story.take(Evaluate{}, officer(), at(20)));
    all["evaluated"] = story.warning;
    EXPECT_TRUE(story.take(Archive{}, officer(), at(20)));
    all["archived"] = story.warning;
    return all;
}

std::map<std::string, EventKind> every_event() {
    std::map<std::string, EventKind> all;
    for (std::size_t k = 0; k < kChangeKindCount; ++k) {
        const auto kind = static_cast<ChangeKind>(k);
        const Colour colour = kind == ChangeKind::kLower ? Colour::kBlue : Colour::kOrange;
        Change change = change_of(kind, colour, at(30));
        change.expected_to = at(300);
        all["propose " + std::string(to_text(kind))] = Propose{change};
    }
    all["consult"] = Consult{};
    all["sign"] = Sign{};
    all["reject"] = Reject{};
    all["withdraw"] = Withdraw{};
    all["lapse"] = Lapse{};
    all["take_effect"] = TakeEffect{};
    all["evaluate"] = Evaluate{};
    all["archive"] = Archive{};
    return all;
}

TEST(Life, EveryStateAnswersEveryEventAsTheTableSays) {
    const std::string changes_running =
        "propose raise,propose lower,propose extend,propose merge,propose lift";
    const std::string on_pending = "consult,sign,reject,withdraw,lapse";
    const std::map<std::string, std::string> taken{
        {"none", "propose start"},
        {"draft/proposed",
         "consult,reject,withdraw,lapse"},  // no signature before the consultation
        {"draft/consulted", on_pending},
        {"issued", changes_running + ",propose suspend,take_effect"},
        {"in_force", changes_running + ",propose suspend"},
        {"in_force/proposed", "consult,reject,withdraw,lapse"},
        {"in_force/consulted", on_pending},
        {"in_force/signing", on_pending},
        {"advisory", changes_running + ",propose resume"},
        {"lifted", "evaluate"},
        {"evaluated", "archive"},
        {"archived", ""},
        {"dropped", ""},
    };
    const auto states = every_state();
    ASSERT_EQ(states.size(), taken.size());
    for (const auto& [state, warning] : states) {
        const std::string allowed = "," + taken.at(state) + ",";
        for (const auto& [name, kind] : every_event()) {
            // One person who could do everything, so that only the state decides; lapsing wants its
            // time.
            const bool lapse = name == "lapse";
            const bool withdraw = name == "withdraw";
            LifeEvent event{kind,
                            withdraw ? officer() : Actor{"zhao.min", {"duty_officer", "approver"}},
                            {"因为", "", ""},
                            lapse ? at(2000) : at(30),
                            kBeijingTime,
                            warning.generation};
            const StepAnswer answer = step(warning, event, {});
            EXPECT_EQ(std::holds_alternative<Step>(answer),
                      allowed.find("," + name + ",") != std::string::npos)
                << state << " x " << name << ": "
                << (std::holds_alternative<Refused>(answer) ? std::get<Refused>(answer).what
                                                            : "taken");
            if (const auto* step_taken = std::get_if<Step>(&answer)) {
                EXPECT_EQ(step_taken->next.generation, warning.generation + 1);
            } else {
                EXPECT_FALSE(std::get<Refused>(answer).what.empty());
            }
        }
    }
}

TEST(Life, ARefusalNamesTimesAsTheRegionsClocksShowThem) {
    Story story;
    ASSERT_TRUE(story.take(Propose{change_of(ChangeKind::kStart, Colour::kYellow, at(10))},
                           officer(), at(1)));
    const Zone urumqi = *parse_zone("Asia/Urumqi");
    LifeEvent event{Lapse{}, officer(), {"到时", "", ""}, at(20), urumqi, story.warning.generation};
    const auto refused = std::get<Refused>(step(story.warning, event, {}));
    EXPECT_EQ(refused.name, Refusal::kNotLapsedYet);
    EXPECT_NE(refused.what.find("+06:00"), std::string::npos) << refused.what;
}

TEST(Life, TheSameEventTwiceChangesNothingTheSecondTime) {
    for (const auto& [state, warning] : every_state()) {
        for (const auto& [name, kind] : every_event()) {
            LifeEvent event{kind,
                            {"zhao.min", {"duty_officer", "approver"}},
                            {"因为", "", ""},
                            at(30),
                            kBeijingTime,
                            warning.generation};
            const StepAnswer first = step(warning, event, {});
            if (!std::holds_alternative<Step>(first)) continue;
            const StepAnswer second = step(std::get<Step>(first).next, event, {});
            ASSERT_TRUE(std::holds_alternative<Refused>(second)) << state << " x " << name;
            EXPECT_EQ(std::get<Refused>(second).name, Refusal::kStale);
        }
    }
}

TEST(Life, AStartWithoutLeadTimeIsInForceAtOnce) {
    const Story story = running(Colour::kOrange);
    EXPECT_EQ(story.warning.standing, WarningStanding::kInForce);
    ASSERT_NE(story.effect<DeriveOrders>(), nullptr);
    EXPECT_EQ(story.effect<DeriveOrders>()->segments,
              (std::vector<Segment>{{Colour::kOrange, true, at(0), std::nullopt}}));
    ASSERT_NE(story.effect<PublishNotice>(), nullptr);
    EXPECT_EQ(story.effect<PublishNotice>()->kind, NoticeKind::kAlert);
    EXPECT_EQ(story.effect<WakeAt>(), nullptr);
}

TEST(Life, NothingTakesEffectBeforeItsLastSignature) {
    Story story;
    ASSERT_TRUE(story.decide(change_of(ChangeKind::kStart, Colour::kYellow, at(-5)), at(0)));
    EXPECT_EQ(story.warning.segments.front().from, at(0));
}

TEST(Life, IssuedAndEffectiveAreTwoInstants) {
    Story story;
    ASSERT_TRUE(story.decide(change_of(ChangeKind::kStart, Colour::kYellow, at(24)), at(0)));
    EXPECT_EQ(story.warning.standing, WarningStanding::kIssued);
    EXPECT_EQ(story.warning.issued_at, at(0));
    ASSERT_NE(story.effect<WakeAt>(), nullptr);
    EXPECT_EQ(story.effect<WakeAt>()->at, at(24));
    EXPECT_EQ(story.refuse(TakeEffect{}, {"system", {}}, at(23)), Refusal::kNothingDue);
    EXPECT_TRUE(story.take(TakeEffect{}, {"system", {}}, at(24)));
    EXPECT_EQ(story.warning.standing, WarningStanding::kInForce);
}

TEST(Life, TwoPersonsMustSignWhereThePackSaysSo) {
    Story story;
    Change start = change_of(ChangeKind::kStart, Colour::kRed, at(0));
    start.approval.persons = 2;
    ASSERT_TRUE(story.take(Propose{start}, officer(), at(0)));
    ASSERT_TRUE(story.take(Consult{}, officer(), at(0)));
    ASSERT_TRUE(story.take(Sign{}, chief(), at(0)));
    EXPECT_EQ(story.warning.standing, WarningStanding::kDraft);
    ASSERT_NE(story.effect<AskOperator>(), nullptr);
    EXPECT_EQ(story.effect<AskOperator>()->persons_missing, 1);
    EXPECT_EQ(story.refuse(Sign{}, chief(), at(0)), Refusal::kSignedAlready);
    EXPECT_TRUE(story.take(Sign{}, deputy(), at(0)));
    EXPECT_EQ(story.warning.standing, WarningStanding::kInForce);
}

TEST(Life, WhoProposedATwoPersonWarningIsNeitherOfTheTwo) {
    Story story;
    Change start = change_of(ChangeKind::kStart, Colour::kRed, at(0));
    start.approval.persons = 2;
    const Actor both{"zhao.min", {"duty_officer", "approver"}};
    ASSERT_TRUE(story.take(Propose{start}, both, at(0)));
    ASSERT_TRUE(story.take(Consult{}, both, at(0)));
    EXPECT_EQ(story.refuse(Sign{}, both, at(0)), Refusal::kProposerMayNotSign);
    EXPECT_TRUE(story.take(Sign{}, chief(), at(0)));
    EXPECT_EQ(story.refuse(Sign{}, both, at(0)), Refusal::kProposerMayNotSign);
}

TEST(Life, NobodySignsWhatTheyProposedOfWhateverKindAndHoweverFewMustSign) {
    const Actor both{"zhao.min", {"duty_officer", "approver"}};
    for (std::size_t k = 0; k < kChangeKindCount; ++k) {
        const auto kind = static_cast<ChangeKind>(k);
        Story story;
        Colour colour = Colour::kOrange;
        if (kind != ChangeKind::kStart) story = running(Colour::kOrange);
        if (kind == ChangeKind::kRaise) colour = Colour::kRed;
        if (kind == ChangeKind::kLower) colour = Colour::kYellow;
        if (kind == ChangeKind::kResume) {
            ASSERT_TRUE(
                story.decide(change_of(ChangeKind::kSuspend, Colour::kOrange, at(1)), at(1)));
        }
        Change change = change_of(kind, colour, at(5));
        change.expected_to = at(200);
        ASSERT_TRUE(story.take(Propose{change}, both, at(5))) << to_text(kind);
        ASSERT_TRUE(story.take(Consult{}, officer(), at(5)));
        EXPECT_EQ(story.refuse(Sign{}, both, at(5)), Refusal::kProposerMayNotSign);
        EXPECT_TRUE(story.take(Sign{}, chief(), at(5))) << to_text(kind);
    }
}

TEST(Life, WhoRecordedTheConsultationDoesNotSignEvenWhatTheSystemProposed) {
    Story story;
    const Actor both{"zhao.min", {"duty_officer", "approver"}};
    ASSERT_TRUE(story.take(Propose{change_of(ChangeKind::kStart, Colour::kYellow, at(0))},
                           {std::string(kSystem), {}}, at(0)));
    ASSERT_TRUE(story.take(Consult{}, both, at(0)));
    EXPECT_EQ(story.refuse(Sign{}, both, at(0)), Refusal::kProposerMayNotSign);
    ASSERT_TRUE(story.take(Consult{}, officer(), at(0)));  // a second record frees nobody
    EXPECT_EQ(story.refuse(Sign{}, both, at(0)), Refusal::kProposerMayNotSign);
    EXPECT_TRUE(story.take(Sign{}, chief(), at(0)));
}

TEST(Life, WhoRecordsAConsultationAfterSigningHasNotSigned) {
    Story story;
    const Actor both{"zhao.min", {"duty_officer", "approver"}};
    Change start = change_of(ChangeKind::kStart, Colour::kRed, at(0));
    start.approval.persons = 2;
    ASSERT_TRUE(story.take(Propose{start}, officer(), at(0)));
    ASSERT_TRUE(story.take(Consult{}, officer(), at(0)));
    ASSERT_TRUE(story.take(Sign{}, both, at(0)));
    ASSERT_TRUE(story.take(Consult{}, both, at(0)));
    EXPECT_TRUE(story.warning.pending->signatures.empty());
    EXPECT_EQ(story.refuse(Sign{}, both, at(0)), Refusal::kProposerMayNotSign);
    ASSERT_TRUE(story.take(Sign{}, chief(), at(0)));
    EXPECT_EQ(story.warning.standing, WarningStanding::kDraft) << "one of two has signed";
    ASSERT_TRUE(story.take(Sign{}, deputy(), at(0)));
    EXPECT_EQ(story.warning.standing, WarningStanding::kInForce);
}

TEST(Life, WhoAmendedTheColourIsItsProposer) {
    Story story;
    ASSERT_TRUE(story.take(Propose{change_of(ChangeKind::kStart, Colour::kYellow, at(0))},
                           officer(), at(0)));
    const Amendment amendment{
        Colour::kOrange, at(3), at(80), {"duty_officer", {"approver"}, 1, true}};
    ASSERT_TRUE(story.take(Consult{amendment}, deputy(), at(1)));
    EXPECT_EQ(story.refuse(Sign{}, deputy(), at(1)), Refusal::kProposerMayNotSign);
    EXPECT_TRUE(story.take(Sign{}, chief(), at(1)));
}

TEST(Life, APackMayLetTheProposerSignWhereOnePersonIsEnough) {
    Story story;
    const Actor both{"zhao.min", {"duty_officer", "approver"}};
    Change start = change_of(ChangeKind::kStart, Colour::kYellow, at(0));
    start.approval.four_eyes = false;
    ASSERT_TRUE(story.take(Propose{start}, both, at(0)));
    ASSERT_TRUE(story.take(Consult{}, both, at(0)));
    EXPECT_TRUE(story.take(Sign{}, both, at(0)));
}

TEST(Life, ALapsedProposalCannotBeSigned) {
    Story story;
    Change start = change_of(ChangeKind::kStart, Colour::kRed, at(0));
    start.lapses_at = at(6);
    ASSERT_TRUE(story.take(Propose{start}, officer(), at(0)));
    ASSERT_TRUE(story.take(Consult{}, officer(), at(0)));
    EXPECT_EQ(story.refuse(Sign{}, chief(), at(6)), Refusal::kLapsed);
    EXPECT_EQ(story.refuse(Lapse{}, {"system", {}}, at(5)), Refusal::kNotLapsedYet);
    EXPECT_TRUE(story.take(Lapse{}, {"system", {}}, at(6)));
    EXPECT_EQ(story.warning.standing, WarningStanding::kDropped);
}

TEST(Life, OnlyTheRolesOfThePackProposeAndSign) {
    Story story;
    EXPECT_EQ(story.refuse(Propose{change_of(ChangeKind::kStart, Colour::kYellow, at(0))}, chief(),
                           at(0)),
              Refusal::kRoleMayNotPropose);
    ASSERT_TRUE(story.take(Propose{change_of(ChangeKind::kStart, Colour::kYellow, at(0))},
                           {std::string(kSystem), {}}, at(0)));
    ASSERT_TRUE(story.take(Consult{}, officer(), at(0)));
    EXPECT_EQ(story.refuse(Sign{}, officer(), at(0)), Refusal::kRoleMayNotSign);
    EXPECT_EQ(story.refuse(Reject{}, officer(), at(0)), Refusal::kRoleMayNotSign);
    EXPECT_EQ(story.refuse(Withdraw{}, officer(), at(0)), Refusal::kNotTheProposer);
}

TEST(Life, AnAmendmentVoidsSignaturesGivenForSomethingElse) {
    Story story;
    Change start = change_of(ChangeKind::kStart, Colour::kRed, at(0));
    start.approval.persons = 2;
    ASSERT_TRUE(story.take(Propose{start}, officer(), at(0)));
    ASSERT_TRUE(story.take(Consult{}, officer(), at(0)));
    ASSERT_TRUE(story.take(Sign{}, chief(), at(0)));
    const Amendment amendment{
        Colour::kOrange, at(3), at(80), {"duty_officer", {"approver"}, 1, true}};
    ASSERT_TRUE(story.take(Consult{amendment}, officer(), at(1)));
    EXPECT_TRUE(story.warning.pending->signatures.empty());
    ASSERT_TRUE(story.take(Sign{}, chief(), at(1)));
    EXPECT_EQ(story.warning.segments.front().colour, Colour::kOrange);
    EXPECT_EQ(story.warning.segments.front().from, at(3));
}

TEST(Life, ARaiseToComeLeavesTheOldLevelInForceUntilThen) {
    Story story = running(Colour::kYellow);
    ASSERT_TRUE(story.decide(change_of(ChangeKind::kRaise, Colour::kRed, at(20)), at(10)));
    ASSERT_NE(story.effect<DeriveOrders>(), nullptr);
    EXPECT_EQ(story.effect<DeriveOrders>()->segments,
              (std::vector<Segment>{{Colour::kYellow, true, at(0), at(20)},
                                    {Colour::kRed, true, at(20), std::nullopt}}));
    EXPECT_EQ(story.effect<PublishNotice>()->from_colour, Colour::kYellow);
}

TEST(Life, ALowerByTwoLevelsWorks) {
    Story story = running(Colour::kRed);
    ASSERT_TRUE(story.decide(change_of(ChangeKind::kLower, Colour::kYellow, at(50)), at(50)));
    EXPECT_EQ(story.effect<DeriveOrders>()->segments,
              (std::vector<Segment>{{Colour::kYellow, true, at(50), std::nullopt}}));
}

TEST(Life, NothingGoesBelowAFloorFromAboveAndTheClauseIsNamed) {
    Story story = running(Colour::kRed);
    story.floors.push_back({"F1", "晋环函3号", "不低于橙色", Colour::kOrange, {at(0), at(100)}});
    for (const ChangeKind kind : {ChangeKind::kLower, ChangeKind::kSuspend, ChangeKind::kLift}) {
        const StepAnswer answer =
            story.send(Propose{change_of(kind, Colour::kYellow, at(50))}, officer(), at(50));
        ASSERT_TRUE(std::holds_alternative<Refused>(answer)) << to_text(kind);
        EXPECT_EQ(std::get<Refused>(answer).name, Refusal::kBelowFloor);
        EXPECT_EQ(std::get<Refused>(answer).clause, "不低于橙色");
    }
    EXPECT_TRUE(story.decide(change_of(ChangeKind::kLower, Colour::kOrange, at(50)), at(50)));
    Change ordered = change_of(ChangeKind::kLift, Colour::kOrange, at(60));
    ordered.ordered_by = "晋环函5号";
    // A text alone binds nothing; an order that was found to cover the change does.
    EXPECT_EQ(story.refuse(Propose{ordered}, officer(), at(60)), Refusal::kBelowFloor);
    story.order = OrderAnswer{true, "提示晋环函5号", "zhang.wei"};
    EXPECT_TRUE(story.decide(ordered, at(60)));
    EXPECT_EQ(story.warning.standing, WarningStanding::kLifted);
}

TEST(Life, AnOrderFromAboveFreesOfOlderFloorsAlone) {
    Story story = running(Colour::kRed);
    story.floors.push_back(
        {"F1", "晋环函3号", "不低于橙色", Colour::kOrange, {at(0), at(100)}, at(1)});
    Change lower = change_of(ChangeKind::kLower, Colour::kYellow, at(60));
    lower.ordered_by = "晋环函5号";
    story.order = OrderAnswer{true, "提示晋环函5号", "zhang.wei", at(2)};
    Story newer = story;
    newer.floors.push_back(
        {"F2", "晋环函7号", "不低于橙色", Colour::kOrange, {at(0), at(100)}, at(3)});
    EXPECT_EQ(newer.refuse(Propose{lower}, officer(), at(60)), Refusal::kBelowFloor);
    EXPECT_TRUE(story.decide(lower, at(60)));
}

TEST(Life, AFloorThatCameInBeforeTheSignatureBinds) {
    Story story = running(Colour::kRed);
    ASSERT_TRUE(
        story.take(Propose{change_of(ChangeKind::kLift, Colour::kRed, at(50))}, officer(), at(50)));
    ASSERT_TRUE(story.take(Consult{}, officer(), at(50)));
    story.floors.push_back({"F1", "晋环函3号", "不低于橙色", Colour::kOrange, {at(51), at(100)}});
    EXPECT_EQ(story.refuse(Sign{}, chief(), at(52)), Refusal::kBelowFloor);
    EXPECT_TRUE(story.take(Sign{}, chief(), at(100)));  // the window is over
}

TEST(Life, FloorsDoNotBindADrill) {
    Story story;
    story.warning.exercise = true;
    story.floors.push_back({"F1", "晋环函3号", "不低于橙色", Colour::kOrange, {at(0), at(100)}});
    ASSERT_TRUE(story.decide(change_of(ChangeKind::kStart, Colour::kYellow, at(0)), at(0)));
    EXPECT_EQ(story.effect<PublishNotice>()->text_kind, "drill");
    EXPECT_TRUE(story.decide(change_of(ChangeKind::kLift, Colour::kYellow, at(1)), at(1)));
}

TEST(Life, ASuspensionLiftsOrdersAndAResumptionBringsThemBack) {
    Story story = running(Colour::kOrange);
    ASSERT_TRUE(story.decide(change_of(ChangeKind::kSuspend, Colour::kYellow, at(5)), at(5)));
    EXPECT_EQ(story.warning.standing, WarningStanding::kAdvisory);
    EXPECT_NE(story.effect<LiftOrders>(), nullptr);
    ASSERT_TRUE(story.decide(change_of(ChangeKind::kResume, Colour::kOrange, at(9)), at(9)));
    EXPECT_EQ(story.warning.standing, WarningStanding::kInForce);
    EXPECT_NE(story.effect<DeriveOrders>(), nullptr);
}

TEST(Life, NoColourNamedWithALiftASuspensionOrAnExtensionChangesTheirs) {
    for (const ChangeKind kind : {ChangeKind::kLift, ChangeKind::kSuspend, ChangeKind::kExtend}) {
        Story story = running(Colour::kRed);
        Change change = change_of(kind, Colour::kYellow, at(5));
        ASSERT_TRUE(story.take(Propose{change}, officer(), at(5))) << to_text(kind);
        const Amendment amendment{
            Colour::kYellow, at(5), at(90), {"duty_officer", {"approver"}, 1, true}};
        ASSERT_TRUE(story.take(Consult{amendment}, officer(), at(5))) << to_text(kind);
        EXPECT_EQ(story.warning.pending->colour, Colour::kRed) << to_text(kind);
        EXPECT_EQ(colour_of_change(story.warning, kind, Colour::kYellow), Colour::kRed);
    }
    const Story orange = running(Colour::kOrange);
    EXPECT_EQ(colour_of_change(orange.warning, ChangeKind::kLower, Colour::kYellow),
              Colour::kYellow);
}

// The strictest of what a change brings and what it leaves.
TEST(Life, WhoeverTakesAColourBackSignsAsThatColour) {
    const auto signs = [](const Story& story, ChangeKind kind, Colour named) {
        return colour_to_sign(story.warning, kind, named, at(5), at(5));
    };
    const Story red = running(Colour::kRed);
    for (const ChangeKind kind : {ChangeKind::kLower, ChangeKind::kSuspend, ChangeKind::kLift,
                                  ChangeKind::kExtend, ChangeKind::kMerge, ChangeKind::kResume}) {
        EXPECT_EQ(signs(red, kind, Colour::kYellow), Colour::kRed) << to_text(kind);
    }
    const Story yellow = running(Colour::kYellow);
    EXPECT_EQ(signs(yellow, ChangeKind::kRaise, Colour::kRed), Colour::kRed);
    EXPECT_EQ(signs(yellow, ChangeKind::kLower, Colour::kBlue), Colour::kYellow);
    EXPECT_EQ(signs(yellow, ChangeKind::kLift, Colour::kYellow), Colour::kYellow);
    EXPECT_EQ(signs(Story{}, ChangeKind::kStart, Colour::kOrange), Colour::kOrange);
}

TEST(Life, AColourThatRulesUntilTheNextOneBeginsIsCutShortByThoseWhoSignIt) {
    Story story = running(Colour::kRed);
    ASSERT_TRUE(story.decide(change_of(ChangeKind::kLower, Colour::kYellow, at(50)), at(5)));
    const auto signs = [&](ChangeKind kind, int from, int now) {
        return colour_to_sign(story.warning, kind, Colour::kBlue, at(from), at(now));
    };
    EXPECT_EQ(signs(ChangeKind::kLift, 10, 10), Colour::kRed) << "red rules until 50";
    EXPECT_EQ(signs(ChangeKind::kLift, 60, 10), Colour::kRed) << "a lift is of now";
    EXPECT_EQ(signs(ChangeKind::kLower, 10, 10), Colour::kRed);
    EXPECT_EQ(signs(ChangeKind::kLower, 10, 50), Colour::kYellow) << "red is over";
    EXPECT_EQ(signs(ChangeKind::kLower, 60, 10), Colour::kYellow) << "red stays as it is";
    EXPECT_EQ(signs(ChangeKind::kExtend, 10, 10), Colour::kYellow);
    EXPECT_EQ(signs(ChangeKind::kLift, 60, 60), Colour::kYellow);
}

TEST(Life, AnAdvisoryWarningOwesNoOrders) {
    Story story;
    Change start = change_of(ChangeKind::kStart, Colour::kYellow, at(0));
    start.mandatory = false;
    ASSERT_TRUE(story.decide(start, at(0)));
    EXPECT_EQ(story.warning.standing, WarningStanding::kAdvisory);
    EXPECT_EQ(story.effect<DeriveOrders>(), nullptr);
    EXPECT_EQ(story.effect<LiftOrders>(), nullptr);
    EXPECT_EQ(story.effect<PublishNotice>()->text_kind, "advisory");
}

TEST(Life, AnExtensionMovesTheExpectedEndAndNoOrders) {
    Story story = running(Colour::kOrange);
    Change extend = change_of(ChangeKind::kExtend, Colour::kYellow, at(5));
    extend.expected_to = at(100);
    ASSERT_TRUE(story.decide(extend, at(5)));
    EXPECT_EQ(story.warning.expected_to, at(100));
    EXPECT_EQ(story.effect<DeriveOrders>(), nullptr);
    extend.expected_to = at(90);
    EXPECT_EQ(story.refuse(Propose{extend}, officer(), at(6)), Refusal::kNotLater);
}

TEST(Life, ALiftBeforeTheEffectiveInstantLeavesNothingOwed) {
    Story story;
    ASSERT_TRUE(story.decide(change_of(ChangeKind::kStart, Colour::kYellow, at(24)), at(0)));
    ASSERT_TRUE(story.decide(change_of(ChangeKind::kLift, Colour::kYellow, at(10)), at(10)));
    EXPECT_EQ(story.warning.standing, WarningStanding::kLifted);
    EXPECT_EQ(segment_at(story.warning, at(30)), nullptr);
    EXPECT_EQ(story.effect<PublishNotice>()->kind, NoticeKind::kCancel);
    EXPECT_NE(story.effect<StartEvaluation>(), nullptr);
}

// Whatever is sent in whatever order: the timeline has no overlap, ends open while running, and
// never begins before it was signed; an accepted event raises the generation by one.
RC_GTEST_PROP(LifeProperty, TheTimelineHoldsWhateverIsSent, ()) {
    Story story;
    int hour = 0;
    const auto count = *rc::gen::inRange(1, 60);
    for (int i = 0; i < count; ++i) {
        hour += *rc::gen::inRange(0, 6);
        const auto kind =
            static_cast<ChangeKind>(*rc::gen::inRange(0, static_cast<int>(kChangeKindCount)));
        const auto colour = static_cast<Colour>(*rc::gen::inRange(0, 4));
        Change change = change_of(kind, colour, at(hour + *rc::gen::inRange(-10, 40)));
        if (*rc::gen::inRange(0, 3) == 0) change.expected_to.reset();
        const std::int64_t before = story.warning.generation;
        switch (*rc::gen::inRange(0, 7)) {
            case 0:
            case 1:
            case 2:
                (void)story.decide(change, at(hour));
                break;
            case 3:
                (void)story.take(Propose{change}, officer(), at(hour));
                break;
            case 4:
                (void)story.take(Reject{}, chief(), at(hour));
                break;
            case 5:
                (void)story.take(TakeEffect{}, {"system", {}}, at(hour));
                break;
            case 6:
                (void)story.take(Withdraw{}, officer(), at(hour));
                break;
        }
        RC_ASSERT(story.warning.generation >= before);
        const auto& all = story.warning.segments;
        for (std::size_t s = 0; s < all.size(); ++s) {
            if (s + 1 < all.size()) {
                RC_ASSERT(all[s].to.has_value());
                RC_ASSERT(*all[s].to == all[s + 1].from);
            }
            RC_ASSERT(!all[s].to || all[s].from <= *all[s].to);
            RC_ASSERT(all[s].from >= *story.warning.issued_at);
        }
        if (is_running(story.warning.standing)) RC_ASSERT(!all.back().to);
        if (story.warning.standing == WarningStanding::kLifted)
            RC_ASSERT(all.back().to.has_value());
    }
}

}  // namespace
}  // namespace qk::rules
