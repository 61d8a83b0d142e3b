// Goal: what is proposed follows from windows, floors, prompts and the 36-hour rule, says what it
// cannot tell, and does not flood. Method: hand-made windows around one `now`, edges first; then
// properties.
#include "rules/warning/proposal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace qk::rules {
namespace {

using std::chrono::hours;

Instant at(int hour) {
    return *parse_instant("2026-12-01T00:00:00+08:00", kBeijingTime) + hours(hour);
}

OutlookWindow window(Colour colour, int from, int to) {
    OutlookWindow made;
    made.colour = colour;
    made.span = {at(from), at(to)};
    return made;
}

// A forecast issued at hour 0 that reaches 168 h and shows these episodes; a stretch of a stricter
// colour inside an episode is given by its own hours.
struct Stretch {
    Colour colour;
    int from;
    int to;
};
Outlook outlook(const std::string& source, const std::vector<Stretch>& stretches) {
    Outlook made;
    made.source = source;
    made.issued_at = at(0);
    made.known_until = at(168);
    made.least_soon = 100;
    for (const Stretch& stretch : stretches) {
        for (std::size_t c = 1; c <= static_cast<std::size_t>(stretch.colour); ++c) {
            made.windows[c].push_back(window(stretch.colour, stretch.from, stretch.to));
        }
    }
    return made;
}

Situation situation(int now, std::vector<Outlook> outlooks) {
    Situation made{.zone = kBeijingTime};
    made.now = at(now);
    made.outlooks = std::move(outlooks);
    return made;
}

RunningWarning running(Colour colour, int from, std::optional<int> expected_to) {
    RunningWarning made;
    made.id = "W1";
    made.colour = colour;
    made.from = at(from);
    if (expected_to) made.expected_to = at(*expected_to);
    return made;
}

TEST(Lift, ClearForExactly36HoursIsNotMoreThan36Hours) {
    const LiftRules rules;
    const auto at_36 =
        check_lift({outlook("a", {{Colour::kYellow, 46, 100}})}, at(10), rules, kBeijingTime);
    EXPECT_EQ(at_36.clearance, Clearance::kNotClear);
    EXPECT_EQ(at_36.next_window, at(46));
    const auto at_37 =
        check_lift({outlook("a", {{Colour::kYellow, 47, 100}})}, at(10), rules, kBeijingTime);
    EXPECT_EQ(at_37.clearance, Clearance::kClear);
}

TEST(Lift, AWindowThatIsNotOverYetForbids) {
    const auto answer =
        check_lift({outlook("a", {{Colour::kYellow, -40, 11}})}, at(10), {}, kBeijingTime);
    EXPECT_EQ(answer.clearance, Clearance::kNotClear);
    const auto over =
        check_lift({outlook("a", {{Colour::kYellow, -40, 10}})}, at(10), {}, kBeijingTime);
    EXPECT_EQ(over.clearance, Clearance::kClear);
}

TEST(Lift, AForecastThatEndsWithin36HoursCannotTell) {
    Outlook shorter = outlook("a", {});
    shorter.known_until = at(46);
    EXPECT_EQ(check_lift({shorter}, at(10), {}, kBeijingTime).clearance, Clearance::kCannotTell);
    shorter.known_until = at(47);
    EXPECT_EQ(check_lift({shorter}, at(10), {}, kBeijingTime).clearance, Clearance::kClear);
}

TEST(Lift, OneForecastThatStillShowsAWindowForbids) {
    const auto answer = check_lift({outlook("a", {}), outlook("b", {{Colour::kYellow, 30, 80}})},
                                   at(10), {}, kBeijingTime);
    EXPECT_EQ(answer.clearance, Clearance::kNotClear);
}

TEST(Lift, AStaleForecastSaysNothing) {
    Outlook stale = outlook("a", {});
    stale.issued_at = at(-30);
    EXPECT_EQ(check_lift({stale}, at(6), {}, kBeijingTime).clearance, Clearance::kClear);
    EXPECT_EQ(check_lift({stale}, at(7), {}, kBeijingTime).clearance, Clearance::kCannotTell);
}

TEST(Lift, LoweringAsksForTheStricterColoursOnly) {
    const std::vector<Outlook> air{
        outlook("a", {{Colour::kYellow, -48, 60}, {Colour::kRed, 50, 60}})};
    EXPECT_EQ(check_lower(air, at(10), Colour::kOrange, {}, kBeijingTime).clearance,
              Clearance::kClear);
    EXPECT_EQ(check_lower(air, at(14), Colour::kOrange, {}, kBeijingTime).clearance,
              Clearance::kNotClear);
    EXPECT_EQ(check_lift(air, at(10), {}, kBeijingTime).clearance, Clearance::kNotClear);
}

TEST(Proposal, AWindowThatOpensSoonIsProposedWithItsColour) {
    const auto answer = assess(situation(6, {outlook("a", {{Colour::kOrange, 40, 120}})}));
    ASSERT_EQ(answer.finding, AssessmentKind::kPropose);
    EXPECT_EQ(answer.proposal->kind, ChangeKind::kStart);
    EXPECT_EQ(answer.proposal->colour, Colour::kOrange);
    EXPECT_EQ(answer.proposal->from, at(40));
    EXPECT_EQ(answer.proposal->expected_to, at(120));
    EXPECT_EQ(answer.proposal->likelihood, Likelihood::kAll);
    EXPECT_FALSE(answer.proposal->short_lead);
    EXPECT_FALSE(answer.proposal->reasons.empty());
}

TEST(Proposal, AWindowFarAheadIsOnlyAnOutlook) {
    EXPECT_EQ(assess(situation(0, {outlook("a", {{Colour::kOrange, 49, 120}})})).finding,
              AssessmentKind::kNothing);
    EXPECT_EQ(assess(situation(1, {outlook("a", {{Colour::kOrange, 49, 120}})})).finding,
              AssessmentKind::kPropose);
}

TEST(Proposal, WithoutLeadTimeItStartsTheSameDayWhereThePackAllowsIt) {
    Situation same_day = situation(6, {outlook("a", {{Colour::kYellow, -10, 120}})});
    auto answer = assess(same_day);
    ASSERT_TRUE(answer.proposal);
    EXPECT_EQ(answer.proposal->from, at(6));
    EXPECT_TRUE(answer.proposal->short_lead);
    same_day.rules.same_day_start = false;
    answer = assess(same_day);
    ASSERT_TRUE(answer.proposal);
    EXPECT_EQ(answer.proposal->from, at(30));
}

TEST(Proposal, ReadingsThatDisagreeAreCountedNotAveraged) {
    const auto answer =
        assess(situation(0, {outlook("low", {{Colour::kYellow, 24, 90}}),
                             outlook("high", {{Colour::kRed, 24, 120}}), outlook("c", {})}));
    ASSERT_TRUE(answer.proposal);
    EXPECT_EQ(answer.proposal->colour, Colour::kRed);
    EXPECT_EQ(answer.proposal->likelihood, Likelihood::kSome);
    EXPECT_EQ(answer.proposal->of, 3);
    EXPECT_EQ(answer.proposal->agree, (std::array<int, 4>{2, 2, 1, 1}));
    EXPECT_EQ(answer.proposal->sources, (std::vector<std::string>{"low", "high"}));
}

TEST(Proposal, NoFreshForecastCannotTell) {
    const auto none = assess(situation(0, {}));
    EXPECT_EQ(none.finding, AssessmentKind::kCannotTell);
    EXPECT_FALSE(none.missing.empty());
    const auto stale = assess(situation(60, {outlook("a", {{Colour::kRed, 61, 150}})}));
    EXPECT_EQ(stale.finding, AssessmentKind::kCannotTell);
    EXPECT_EQ(stale.missing.size(), 2U);
}

TEST(Proposal, AGapSoonCannotTellUnlessAWindowIsSeen) {
    Outlook gap = outlook("a", {});
    gap.known_until = at(20);
    EXPECT_EQ(assess(situation(0, {gap})).finding, AssessmentKind::kCannotTell);
    gap.windows[1].push_back(window(Colour::kYellow, 2, 18));
    const auto answer = assess(situation(0, {gap}));
    EXPECT_EQ(answer.finding, AssessmentKind::kPropose);
    EXPECT_FALSE(answer.missing.empty());
}

TEST(Proposal, HeavyAirWithoutReliefStartsAtOnce) {
    Situation heavy = situation(6, {outlook("a", {})});
    heavy.outlooks[0].least_soon = 201;
    heavy.observed = ObservedAir{201, at(6)};
    const auto answer = assess(heavy);
    ASSERT_TRUE(answer.proposal);
    EXPECT_TRUE(answer.proposal->immediate);
    EXPECT_EQ(answer.proposal->from, at(6));
    EXPECT_EQ(answer.proposal->colour, Colour::kYellow);
    heavy.outlooks[0].least_soon = 200;
    EXPECT_EQ(assess(heavy).finding, AssessmentKind::kNothing);
    heavy.outlooks[0].least_soon = 201;
    heavy.observed->aqi = 200;
    EXPECT_EQ(assess(heavy).finding, AssessmentKind::kNothing);
}

TEST(Proposal, ADayWhoseOtherHoursAreCleanStartsNothing) {
    // By civil days: yesterday and today above, and clean since the morning.
    Situation s = situation(6, {outlook("a", {{Colour::kYellow, -24, 24}})});
    ASSERT_TRUE(assess(s).proposal) << "the hours are not known";
    s.outlooks[0].clean_until = at(24);
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing);
    s.outlooks[0].windows[1][0].span.to = at(48);
    EXPECT_TRUE(assess(s).proposal) << "tomorrow is another day of the episode";
    // What is left of a stricter stretch is its mean alone.
    s.outlooks[0].windows[2].push_back(window(Colour::kOrange, -24, 24));
    EXPECT_EQ(assess(s).proposal->colour, Colour::kYellow);
}

TEST(Proposal, HeavyMeansOfADayThatGoesOnCleanStartNothingAtOnce) {
    Situation s = situation(6, {outlook("a", {})});
    s.outlooks[0].least_soon = 260;
    s.observed = ObservedAir{260, at(6)};
    ASSERT_TRUE(assess(s).proposal);
    s.outlooks[0].clean_until = at(24);
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing);
}

TEST(Proposal, AStricterStretchInsideTheEpisodeRaisesFromItsBeginning) {
    Situation s = situation(6, {outlook("a", {{Colour::kYellow, 0, 130}})});
    s.outlooks[0].windows[3].push_back(window(Colour::kRed, 40, 90));
    s.outlooks[0].windows[2].push_back(window(Colour::kRed, 40, 90));
    s.running = running(Colour::kYellow, 0, 130);
    const auto answer = assess(s);
    ASSERT_TRUE(answer.proposal);
    EXPECT_EQ(answer.proposal->kind, ChangeKind::kRaise);
    EXPECT_EQ(answer.proposal->colour, Colour::kRed);
    EXPECT_EQ(answer.proposal->from, at(40));
}

TEST(Proposal, AWarningThatHasNotBegunBeginsNoEarlierForBeingLowered) {
    Situation s = situation(0, {outlook("a", {{Colour::kYellow, 30, 130}})});
    s.running = running(Colour::kRed, 30, 130);
    const auto answer = assess(s);
    ASSERT_TRUE(answer.proposal);
    EXPECT_EQ(answer.proposal->kind, ChangeKind::kLower);
    EXPECT_EQ(answer.proposal->from, at(30));
}

TEST(Proposal, OnceTheStricterStretchHasPassedItIsLoweredByTheSameRule) {
    Situation s = situation(95, {outlook("a", {{Colour::kYellow, 0, 130}})});
    s.outlooks[0].issued_at = at(90);
    s.outlooks[0].windows[3].push_back(window(Colour::kRed, 40, 90));
    s.running = running(Colour::kRed, 0, 130);
    const auto answer = assess(s);
    ASSERT_TRUE(answer.proposal);
    EXPECT_EQ(answer.proposal->kind, ChangeKind::kLower);
    EXPECT_EQ(answer.proposal->colour, Colour::kYellow);  // two levels
    s.outlooks[0].windows[2].push_back(window(Colour::kOrange, 120, 130));
    const auto orange_ahead = assess(s);  // orange comes back: no further down than that
    ASSERT_TRUE(orange_ahead.proposal);
    EXPECT_EQ(orange_ahead.proposal->colour, Colour::kOrange);
}

TEST(Proposal, ALongerWindowExtendsAndASecondOneNearMerges) {
    Situation s = situation(6, {outlook("a", {{Colour::kYellow, 0, 100}})});
    s.running = running(Colour::kYellow, 0, 80);
    auto answer = assess(s);
    ASSERT_TRUE(answer.proposal);
    EXPECT_EQ(answer.proposal->kind, ChangeKind::kExtend);
    EXPECT_EQ(answer.proposal->expected_to, at(100));
    s = situation(10, {outlook("a", {{Colour::kOrange, 40, 140}})});
    s.running = running(Colour::kYellow, 0, 20);
    answer = assess(s);
    ASSERT_TRUE(answer.proposal);
    EXPECT_EQ(answer.proposal->kind, ChangeKind::kMerge);
    EXPECT_EQ(answer.proposal->colour, Colour::kOrange);
}

TEST(Proposal, AFewHoursMoreAreNotWorthAnExtension) {
    Situation s = situation(6, {outlook("a", {{Colour::kYellow, 0, 91}})});
    s.running = running(Colour::kYellow, 0, 80);
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing);
}

TEST(Proposal, ClearAirLiftsAndAFloorForbidsIt) {
    Situation s = situation(6, {outlook("a", {{Colour::kYellow, -80, 5}})});
    s.running = running(Colour::kYellow, -80, 5);
    const auto answer = assess(s);
    ASSERT_TRUE(answer.proposal);
    EXPECT_EQ(answer.proposal->kind, ChangeKind::kLift);
    s.floors.push_back({"F", "晋环函3号", "", Colour::kYellow, {at(0), at(16)}});
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing);
}

TEST(Proposal, AFloorOrPromptAsksForItsColourWhateverTheForecastSays) {
    Situation s = situation(6, {outlook("a", {})});
    s.floors.push_back({"F", "晋环函3号", "", Colour::kOrange, {at(10), at(80)}});
    auto answer = assess(s);
    ASSERT_TRUE(answer.proposal);
    EXPECT_EQ(answer.proposal->colour, Colour::kOrange);
    EXPECT_EQ(answer.proposal->likelihood, Likelihood::kNone);
    s.floors.clear();
    s.running = running(Colour::kYellow, 0, 200);
    s.prompts.push_back({"冀重办3号", "二区", Colour::kRed, at(20), at(90), at(12)});
    answer = assess(s);
    ASSERT_TRUE(answer.proposal);
    EXPECT_EQ(answer.proposal->kind, ChangeKind::kRaise);
    EXPECT_EQ(answer.proposal->from, at(20));
}

TEST(Proposal, WhoHasProvedAnOrderFromAboveIsNamedInTheReason) {
    Situation s = situation(6, {outlook("a", {})});
    s.prompts.push_back({"豫环3号", "二区", Colour::kRed, at(20), at(90), at(12)});
    ASSERT_TRUE(assess(s).proposal);
    EXPECT_EQ(assess(s).proposal->reasons[0].text.find("来源"), std::string::npos);
    s.prompts[0].source = "省 河南省厅（410000），密钥 ab 验签";
    EXPECT_NE(
        assess(s).proposal->reasons[0].text.find("（来源：省 河南省厅（410000），密钥 ab 验签）"),
        std::string::npos)
        << assess(s).proposal->reasons[0].text;
    s.prompts.clear();
    s.floors.push_back({"F", "豫环函3号", "", Colour::kOrange, {at(10), at(80)}});
    s.floors[0].source = "省 河南省厅";
    EXPECT_NE(assess(s).proposal->reasons[0].text.find("（来源：省 河南省厅）"), std::string::npos);
}

TEST(Proposal, AnExcludedCauseStartsAdviceOnlyAndSuspendsWhatRuns) {
    Situation s = situation(6, {outlook("a", {{Colour::kYellow, 4, 80}})});
    s.outlooks[0].windows[1][0].mandatory = false;
    s.outlooks[0].windows[1][0].excluded = {EpisodeCause::kDust};
    auto answer = assess(s);
    ASSERT_TRUE(answer.proposal);
    EXPECT_FALSE(answer.proposal->mandatory);
    EXPECT_EQ(answer.proposal->causes, (std::vector<EpisodeCause>{EpisodeCause::kDust}));
    EXPECT_EQ(answer.proposal->reasons[0].text.find("色"), std::string::npos)
        << "advice has no level: " << answer.proposal->reasons[0].text;
    s.running = running(Colour::kOrange, 0, 80);
    answer = assess(s);
    ASSERT_TRUE(answer.proposal);
    EXPECT_EQ(answer.proposal->kind, ChangeKind::kSuspend);
    s.running->mandatory = false;
    s.outlooks[0].windows[1][0].mandatory = true;
    answer = assess(s);
    ASSERT_TRUE(answer.proposal);
    EXPECT_EQ(answer.proposal->kind, ChangeKind::kResume);
}

TEST(Proposal, DustAfterAnEpisodeNeitherLengthensItNorRaisesIt) {
    Situation s = situation(6, {outlook("a", {{Colour::kYellow, 4, 40}})});
    OutlookWindow dust = window(Colour::kRed, 45, 120);
    dust.mandatory = false;
    s.outlooks[0].windows[1].push_back(dust);
    const auto answer = assess(s);
    ASSERT_TRUE(answer.proposal);
    EXPECT_TRUE(answer.proposal->mandatory);
    EXPECT_EQ(answer.proposal->colour, Colour::kYellow);
    EXPECT_EQ(answer.proposal->expected_to, at(40));
}

TEST(Proposal, TheSameProposalIsNotMadeTwiceAndAChangedOneSupersedes) {
    const ProposalRules rules;
    const auto first = assess(situation(0, {outlook("a", {{Colour::kOrange, 40, 120}})}));
    const auto moved = assess(situation(6, {outlook("a", {{Colour::kOrange, 46, 126}})}));
    const auto other = assess(situation(6, {outlook("a", {{Colour::kRed, 46, 126}})}));
    const auto none = assess(situation(6, {outlook("a", {})}));
    const auto dark = assess(situation(6, {}));
    EXPECT_EQ(compare(first, std::nullopt, {}, at(0), rules), Novelty::kMake);
    EXPECT_EQ(compare(moved, first.proposal, {}, at(6), rules), Novelty::kKeep);
    EXPECT_EQ(compare(other, first.proposal, {}, at(6), rules), Novelty::kSupersede);
    EXPECT_EQ(compare(none, first.proposal, {}, at(6), rules), Novelty::kWithdraw);
    EXPECT_EQ(compare(dark, first.proposal, {}, at(6), rules), Novelty::kKeep);
    const std::vector<RejectedProposal> rejected{{*first.proposal, at(1)}};
    EXPECT_EQ(compare(moved, std::nullopt, rejected, at(6), rules), Novelty::kKeep);
    EXPECT_EQ(compare(moved, std::nullopt, rejected, at(25), rules), Novelty::kMake);
    EXPECT_EQ(compare(other, std::nullopt, rejected, at(6), rules), Novelty::kMake);
}

Outlook any_outlook(const std::string& source) {
    std::vector<Stretch> stretches;
    int hour = *rc::gen::inRange(-60, 60);
    const int count = *rc::gen::inRange(0, 4);
    for (int i = 0; i < count; ++i) {
        const int to = hour + *rc::gen::inRange(24, 100);
        stretches.push_back({static_cast<Colour>(*rc::gen::inRange(1, 4)), hour, to});
        hour = to + *rc::gen::inRange(37, 80);
    }
    Outlook made = outlook(source, stretches);
    made.known_until = at(*rc::gen::inRange(0, 200));
    made.issued_at = at(*rc::gen::inRange(-50, 1));
    return made;
}

RC_GTEST_PROP(ProposalProperty, EveryLiftAndLowerSatisfiesTheThirtySixHourRule, ()) {
    Situation s = situation(0, {any_outlook("a"), any_outlook("b")});
    const auto colour = static_cast<Colour>(*rc::gen::inRange(1, 4));
    s.running = running(colour, *rc::gen::inRange(-100, 20), *rc::gen::inRange(21, 120));
    const auto answer = assess(s);
    if (!answer.proposal) return;
    const Proposal& proposal = *answer.proposal;
    if (proposal.kind != ChangeKind::kLift && proposal.kind != ChangeKind::kLower) return;
    const std::size_t c =
        proposal.kind == ChangeKind::kLift ? 1U : static_cast<std::size_t>(proposal.colour) + 1;
    int fresh = 0;
    for (const Outlook& o : s.outlooks) {
        if (o.issued_at < at(-36)) continue;
        ++fresh;
        RC_ASSERT(o.known_until > at(36));
        for (const OutlookWindow& w : o.windows[c])
            RC_ASSERT(w.span.to <= at(0) || w.span.from > at(36));
    }
    RC_ASSERT(fresh > 0);
}

RC_GTEST_PROP(ProposalProperty, AStricterForecastNeverProposesAMilderColour, ()) {
    Situation s =
        situation(0, {outlook("a", {{Colour::kYellow, *rc::gen::inRange(-20, 40), 100}})});
    const auto mild = assess(s);
    s.outlooks.push_back(any_outlook("b"));
    s.outlooks.back().issued_at = at(0);
    const auto both = assess(s);
    RC_ASSERT(mild.proposal.has_value());
    RC_ASSERT(both.proposal.has_value());
    RC_ASSERT(both.proposal->colour >= mild.proposal->colour);
}

}  // namespace
}  // namespace qk::rules
