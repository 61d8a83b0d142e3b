// Goal: no step after the answer, never the same step twice, a ladder always ends, and a restart at
// any instant changes nothing. Method: one ladder by hand, then thousands of nights of random acts.
#include "plans/roster/escalation.hpp"

#include <gmock/gmock.h>

#include <random>
#include <set>

namespace qk::plans {
namespace {

using rules::Instant;
using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Instant kBegin{std::chrono::seconds{1'800'000'000}};

LadderStep step(int after, std::vector<std::string> ask = {"awaited"}) {
    return {LadderAction::kRemind, minutes{after}, false, std::move(ask)};
}

// Steps after 0, 10 and 30 minutes, and 20 minutes before the deadline.
Ladder ladder() {
    Ladder made;
    made.hold = minutes{15};
    made.snooze = minutes{60};
    made.snoozes = 2;
    made.steps = {step(0), step(10), step(30), step(20)};
    made.steps.back().is_before_deadline = true;
    return made;
}

MatterState open_matter() {
    MatterState matter;
    matter.opened_at = kBegin;
    matter.deadline = kBegin + hours{2};
    matter.awaits = {"approver"};
    return matter;
}

// Every minute: the steps that are taken, and when.
std::vector<int> played(const MatterState& matter, const Ladder& of, MatterHistory history,
                        int from, int to) {
    std::vector<int> taken;
    for (int minute = from; minute <= to; ++minute) {
        const Instant now = kBegin + minutes{minute};
        const DueStep due = due_step(matter, of, history, now);
        if (!due.step) continue;
        history.steps.push_back({*due.step, now, {"li"}});
        taken.push_back(minute);
    }
    return taken;
}

TEST(Escalation, StepsComeAtTheirTimesAndEnd) {
    EXPECT_THAT(played(open_matter(), ladder(), {}, 0, 1000), ElementsAre(0, 10, 30, 100));
}

TEST(Escalation, ItSaysWhenToLookNext) {
    const DueStep first = due_step(open_matter(), ladder(), {}, kBegin);
    EXPECT_EQ(first, (DueStep{0, kBegin + minutes{10}}));
    MatterHistory history;
    history.steps = {{0, kBegin, {"li"}}};
    const DueStep later = due_step(open_matter(), ladder(), history, kBegin + minutes{9});
    EXPECT_EQ(later, (DueStep{std::nullopt, kBegin + minutes{10}}));
    history.steps.push_back({3, kBegin, {"li"}});
    EXPECT_EQ(due_step(open_matter(), ladder(), history, kBegin + hours{9}), DueStep{});
}

TEST(Escalation, NothingFollowsAnAnswer) {
    MatterState matter = open_matter();
    matter.is_open = false;
    EXPECT_EQ(due_step(matter, ladder(), {}, kBegin + hours{1}), DueStep{});
}

TEST(Escalation, WhatWasMissedComesOneAfterTheOtherAndNotAtOnce) {
    EXPECT_THAT(played(open_matter(), ladder(), {}, 90, 1000), ElementsAre(90, 100, 120, 190));
}

TEST(Escalation, StepsOfTheSameTimeAreApart) {
    Ladder both = ladder();
    both.steps = {step(10), step(10)};
    EXPECT_THAT(played(open_matter(), both, {}, 0, 1000), ElementsAre(10, 15));
}

TEST(Escalation, WhoTakesItOverIsLeftInPeaceForATimeOnly) {
    MatterHistory history;
    history.steps = {{0, kBegin, {"li"}}};
    history.acknowledged = {{"li", kBegin + minutes{4}}};
    EXPECT_THAT(played(open_matter(), ladder(), history, 1, 1000), ElementsAre(19, 39, 109))
        << "4 + 15, and the ladder's own distances after that";
}

TEST(Escalation, WhereAllAreToAnswerOneAloneHoldsNothing) {
    Ladder all = ladder();
    all.is_answered_by_all = true;
    MatterHistory history;
    history.steps = {{0, kBegin, {"li", "wang"}}};
    history.acknowledged = {{"li", kBegin + minutes{4}}};
    EXPECT_EQ(due_step(open_matter(), all, history, kBegin + minutes{5}).look_at,
              kBegin + minutes{10});
    history.acknowledged.push_back({"wang", kBegin + minutes{5}});
    EXPECT_EQ(due_step(open_matter(), all, history, kBegin + minutes{5}).look_at,
              kBegin + minutes{20});
}

TEST(Escalation, AChosenStepComesAtOnceAndThoseBeforeItNeverMore) {
    MatterHistory history;
    history.steps = {{0, kBegin, {"li"}}};
    history.snoozed = {{kBegin, kBegin + minutes{60}}};
    history.chosen = {{2, kBegin + minutes{3}}};
    const DueStep due = due_step(open_matter(), ladder(), history, kBegin + minutes{3});
    EXPECT_EQ(due.step, 2U) << "though it was snoozed";
    history.steps.push_back({2, kBegin + minutes{3}, {"li"}});
    EXPECT_THAT(played(open_matter(), ladder(), history, 4, 1000), ElementsAre(100))
        << "step 4 at its own time";
}

TEST(Escalation, TakingOverCountsOnceForEachPersonAfterEachStep) {
    MatterHistory history;
    history.steps = {{0, kBegin, {"li"}}};
    EXPECT_TRUE(may_acknowledge(open_matter(), history, "li"));
    history.acknowledged = {{"li", kBegin + minutes{1}}};
    EXPECT_FALSE(may_acknowledge(open_matter(), history, "li"));
    EXPECT_TRUE(may_acknowledge(open_matter(), history, "wang"));
    history.acknowledged.push_back({"li", kBegin + minutes{9}});
    EXPECT_EQ(due_step(open_matter(), ladder(), history, kBegin + minutes{9}).look_at,
              kBegin + minutes{16})
        << "the second of the same person holds nothing";
    history.steps.push_back({1, kBegin + minutes{20}, {"li"}});
    EXPECT_TRUE(may_acknowledge(open_matter(), history, "li"));
    MatterState closed = open_matter();
    closed.is_open = false;
    EXPECT_FALSE(may_acknowledge(closed, history, "wang"));
}

TEST(Escalation, ASnoozeIsBoundedByTheLadderTheDeadlineAndTheirNumber) {
    const auto may = [](Instant until, Instant now, const MatterHistory& history = {}) {
        return may_snooze(open_matter(), ladder(), history, until, now, rules::kBeijingTime)
            .has_value();
    };
    EXPECT_TRUE(may(kBegin + minutes{60}, kBegin));
    EXPECT_FALSE(may(kBegin + minutes{61}, kBegin));
    EXPECT_FALSE(may(kBegin, kBegin));
    EXPECT_FALSE(may(kBegin + minutes{121}, kBegin + minutes{90})) << "past the deadline";
    EXPECT_TRUE(may(kBegin + minutes{190}, kBegin + minutes{130})) << "the deadline is over";
    MatterHistory history;
    history.snoozed = {{kBegin, kBegin + minutes{1}}, {kBegin, kBegin + minutes{2}}};
    EXPECT_FALSE(may(kBegin + minutes{60}, kBegin, history)) << "twice at most";
}

TEST(Escalation, OnlyAStepThatLiesAheadCanBeChosen) {
    MatterHistory history;
    history.steps = {{1, kBegin, {"li"}}};
    EXPECT_FALSE(may_choose(open_matter(), ladder(), history, 0));
    EXPECT_FALSE(may_choose(open_matter(), ladder(), history, 1));
    EXPECT_TRUE(may_choose(open_matter(), ladder(), history, 2));
    EXPECT_FALSE(may_choose(open_matter(), ladder(), history, 4));
    history.chosen = {{2, kBegin}};
    EXPECT_FALSE(may_choose(open_matter(), ladder(), history, 2)) << "it is due already";
    EXPECT_TRUE(may_choose(open_matter(), ladder(), history, 3));
}

std::vector<std::string> asked(const MatterState& matter, const LadderStep& of,
                               const Roster& roster, const MatterHistory& history = {},
                               bool all = false) {
    const std::vector<DutyPerson> people{{"zhang", "张", {"duty_officer"}, ""},
                                         {"li", "李", {"approver", "director"}, ""},
                                         {"wang", "王", {"approver", "director"}, ""},
                                         {"north", "北", {"county_officer"}, "999901"},
                                         {"south", "南", {"county_officer"}, "999902"}};
    std::vector<std::string> names;
    for (const AskedPerson& one : people_to_ask(matter, of, roster, people, history, all, kBegin)) {
        names.push_back(one.person);
    }
    return names;
}

Roster li_on_duty() {
    Roster roster;
    roster.shifts = {
        {"approver", "li", "wang", {kBegin - hours{1}, kBegin + hours{1}}, "1", "2", {}}};
    return roster;
}

TEST(Escalation, WhoIsOnDutyIsAskedAndThenTheDeputy) {
    EXPECT_THAT(asked(open_matter(), step(0), li_on_duty()), ElementsAre("li"));
    EXPECT_THAT(asked(open_matter(), step(0, {"awaited.deputy"}), li_on_duty()),
                ElementsAre("wang"));
    MatterState director = open_matter();
    director.awaits = {"director"};
    EXPECT_THAT(asked(director, step(0), li_on_duty()), ElementsAre("li"))
        << "on duty as approver, and director by position";
}

TEST(Escalation, AnEmptyRosterSilencesNobody) {
    EXPECT_THAT(asked(open_matter(), step(0), {}), ElementsAre("li", "wang"));
    EXPECT_THAT(asked(open_matter(), step(0, {"awaited.deputy"}), {}), IsEmpty());
}

TEST(Escalation, WhoHasAnsweredIsAskedNoMore) {
    MatterState matter = open_matter();
    matter.answered = {"li"};
    EXPECT_THAT(asked(matter, step(0), {}), ElementsAre("wang"));
    MatterHistory history;
    history.acknowledged = {{"wang", kBegin}};
    EXPECT_THAT(asked(matter, step(0), {}, history, true), IsEmpty());
    EXPECT_THAT(asked(matter, step(0), {}, history, false), ElementsAre("wang"));
}

TEST(Escalation, WhoMayNotSignIsToldThatASignatureIsMissing) {
    MatterState matter = open_matter();
    matter.barred = {"zhang", "li"};
    EXPECT_THAT(asked(matter, step(0), {}), ElementsAre("wang")) << "li proposed, and may not sign";
    EXPECT_THAT(asked(matter, step(0, {"awaited", "duty_officer"}), {}),
                ElementsAre("wang", "zhang"));
    matter.answered = {"zhang"};
    EXPECT_THAT(asked(matter, step(0, {"duty_officer"}), {}), IsEmpty());
}

TEST(Escalation, ACountysMatterIsItsOwnPeoples) {
    MatterState matter = open_matter();
    matter.region = "999902";
    EXPECT_THAT(asked(matter, step(0, {"county_officer"}), {}), ElementsAre("south"));
}

// A night of random acts, looked at again and again as a daemon would that remembers nothing but
// the history.
class Night {
 public:
    explicit Night(unsigned seed) : random_(seed) {
        ladder_ = ladder();
        ladder_.is_answered_by_all = pick(2) == 0;
        ladder_.steps.resize(1 + pick(4));
    }

    // Each look twice: the second is the restart. Ends ten hours after the last act.
    void play() {
        const int answered_at = pick(3) == 0 ? pick(600) : -1;
        for (int minute = 0; minute < 1200; ++minute) {
            now_ = kBegin + minutes{minute};
            if (minute == answered_at) matter_.is_open = false;
            if (minute < 600 && pick(20) == 0) act();
            look();
        }
    }

    void look() {
        const DueStep due = due_step(matter_, ladder_, history_, now_);
        EXPECT_EQ(due, due_step(matter_, ladder_, MatterHistory(history_), now_));
        EXPECT_GT(due.look_at.value_or(Instant::max()), now_);
        if (!due.step) return;
        EXPECT_TRUE(matter_.is_open) << "after the answer";
        EXPECT_TRUE(taken_.insert(*due.step).second) << "twice the same";
        EXPECT_LT(*due.step, ladder_.steps.size());
        EXPECT_GE(*due.step, history_.steps.empty() ? 0 : history_.steps.back().index + 1);
        history_.steps.push_back({*due.step, now_, {"li", "wang"}});
        const DueStep again = due_step(matter_, ladder_, history_, now_);
        EXPECT_FALSE(again.step) << "carried out twice";
        EXPECT_EQ(again.look_at, due.look_at) << "what was foretold";
    }

    // Nothing is left to be done.
    [[nodiscard]] bool has_ended() const {
        return due_step(matter_, ladder_, history_, now_) == DueStep{};
    }
    [[nodiscard]] bool has_taken_last() const { return taken_.contains(ladder_.steps.size() - 1); }
    [[nodiscard]] bool is_open() const { return matter_.is_open; }

 private:
    int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
    void act() {
        const std::string person = pick(2) == 0 ? "li" : "wang";
        switch (pick(3)) {
            case 0:
                if (may_acknowledge(matter_, history_, person)) {
                    history_.acknowledged.push_back({person, now_});
                }
                break;
            case 1: {
                const Instant until = now_ + minutes{1 + pick(90)};
                if (may_snooze(matter_, ladder_, history_, until, now_, rules::kBeijingTime)) {
                    history_.snoozed.push_back({now_, until});
                }
                break;
            }
            default: {
                const auto index = static_cast<std::size_t>(pick(5));
                if (may_choose(matter_, ladder_, history_, index)) {
                    history_.chosen.push_back({index, now_});
                }
                break;
            }
        }
    }

    std::mt19937 random_;
    Ladder ladder_;
    MatterState matter_ = open_matter();
    MatterHistory history_;
    std::set<std::size_t> taken_;
    Instant now_{};
};

TEST(Escalation, NoNightBreaksTheRules) {
    int answered = 0;
    for (unsigned seed = 0; seed < 100; ++seed) {
        Night night(seed);
        night.play();
        EXPECT_TRUE(night.has_ended()) << "seed " << seed;
        EXPECT_TRUE(night.has_taken_last() || !night.is_open()) << "seed " << seed;
        answered += night.is_open() ? 0 : 1;
        if (HasFailure()) FAIL() << "seed " << seed;
    }
    EXPECT_GT(answered, 10) << "nights with an answer are among them";
    EXPECT_LT(answered, 90);
}

}  // namespace
}  // namespace qk::plans
