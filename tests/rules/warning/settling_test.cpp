// Goal: a forecast that changes its mind does not make people lower and raise again, while a raise
// never waits and what people propose themselves is bound by the 36-hour rule alone. Method: the
// same source's revisions beside each other, around one `now`; then a property over any air.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "rules/warning/proposal.hpp"

namespace qk::rules {
namespace {

using std::chrono::hours;

Instant at(int hour) {
    return *parse_instant("2026-12-01T00:00:00+08:00", kBeijingTime) + hours(hour);
}

// A revision that shows `colour` from now until hour 60, or nothing.
Outlook revision(int earlier, std::optional<Colour> colour, const std::string& source = "city") {
    Outlook made;
    made.source = source;
    made.earlier = earlier;
    made.issued_at = at(-12 * earlier);
    made.known_until = at(168);
    made.least_soon = 100;
    if (!colour) return made;
    OutlookWindow window;
    window.colour = *colour;
    window.span = {at(-30), at(60)};
    for (std::size_t c = 1; c <= static_cast<std::size_t>(*colour); ++c) {
        made.windows[c].push_back(window);
    }
    return made;
}

Situation running(Colour colour, std::vector<Outlook> outlooks) {
    Situation made{.zone = kBeijingTime};
    made.now = at(0);
    made.outlooks = std::move(outlooks);
    made.rules.lift.confirmations = 2;
    made.rules.lift.settle = hours(12);
    made.running = RunningWarning{"W1", colour, true, at(-30), at(-30), at(60)};
    return made;
}

TEST(Settling, ALiftWaitsUntilTwoForecastsInARowAgree) {
    const auto first =
        assess(running(Colour::kOrange, {revision(0, std::nullopt), revision(1, Colour::kOrange)}));
    EXPECT_EQ(first.finding, AssessmentKind::kNothing);
    EXPECT_NE(first.reason.find("须连续2次预报一致"), std::string::npos) << first.reason;
    const auto second =
        assess(running(Colour::kOrange, {revision(0, std::nullopt), revision(1, std::nullopt)}));
    ASSERT_TRUE(second.proposal);
    EXPECT_EQ(second.proposal->kind, ChangeKind::kLift);
}

TEST(Settling, OneForecastAloneConfirmsNothing) {
    const auto answer = assess(running(Colour::kOrange, {revision(0, std::nullopt)}));
    EXPECT_EQ(answer.finding, AssessmentKind::kNothing);
    EXPECT_NE(answer.reason.find("只有1次预报"), std::string::npos) << answer.reason;
}

TEST(Settling, EverySourceConfirmsForItself) {
    const auto answer = assess(running(
        Colour::kOrange, {revision(0, std::nullopt), revision(1, std::nullopt),
                          revision(0, std::nullopt, "b"), revision(1, Colour::kYellow, "b")}));
    EXPECT_EQ(answer.finding, AssessmentKind::kNothing);
    EXPECT_NE(answer.reason.find("b："), std::string::npos) << answer.reason;
}

TEST(Settling, LoweringGoesAsFarDownAsForecastsInARowAgree) {
    const auto answer =
        assess(running(Colour::kRed, {revision(0, Colour::kYellow), revision(1, Colour::kOrange)}));
    ASSERT_TRUE(answer.proposal);
    EXPECT_EQ(answer.proposal->kind, ChangeKind::kLower);
    EXPECT_EQ(answer.proposal->colour, Colour::kOrange);
    const auto two_levels =
        assess(running(Colour::kRed, {revision(0, Colour::kYellow), revision(1, Colour::kYellow)}));
    ASSERT_TRUE(two_levels.proposal);
    EXPECT_EQ(two_levels.proposal->colour, Colour::kYellow);
}

TEST(Settling, ALevelStandsForAWhileBeforeItIsLowered) {
    Situation s =
        running(Colour::kRed, {revision(0, Colour::kYellow), revision(1, Colour::kYellow)});
    s.running->since = at(-11);
    const auto early = assess(s);
    EXPECT_EQ(early.finding, AssessmentKind::kNothing);
    EXPECT_NE(early.reason.find("未满12小时"), std::string::npos) << early.reason;
    s.running->since = at(-12);
    EXPECT_TRUE(assess(s).proposal);
    s.running->since.reset();  // it has not begun: nobody has to stop work for it first
    EXPECT_TRUE(assess(s).proposal);
}

TEST(Settling, AWarningThatHasNotBegunIsNotLoweredForOneForecastOfItsOwnTime) {
    // From hour 60 on, later than the 36 hours that the rule looks at.
    const auto later = [](int earlier, Colour colour) {
        Outlook made = revision(earlier, colour);
        for (auto& windows : made.windows) {
            for (OutlookWindow& window : windows) window.span = {at(60), at(120)};
        }
        return made;
    };
    Situation s = running(Colour::kRed, {later(0, Colour::kOrange), later(1, Colour::kRed)});
    s.running->from = at(60);
    s.running->since.reset();
    s.running->expected_to = at(120);
    const auto once = assess(s);
    EXPECT_EQ(once.finding, AssessmentKind::kNothing);
    EXPECT_NE(once.reason.find("须连续2次预报一致"), std::string::npos) << once.reason;
    s.outlooks[1] = later(1, Colour::kOrange);
    const auto twice = assess(s);
    ASSERT_TRUE(twice.proposal);
    EXPECT_EQ(twice.proposal->kind, ChangeKind::kLower);
    EXPECT_EQ(twice.proposal->from, at(60)) << "it begins no earlier for being lowered";
}

TEST(Settling, ARaiseNeverWaits) {
    Situation s = running(Colour::kYellow, {revision(0, Colour::kRed), revision(1, std::nullopt)});
    s.running->since = at(0);
    const auto answer = assess(s);
    ASSERT_TRUE(answer.proposal);
    EXPECT_EQ(answer.proposal->kind, ChangeKind::kRaise);
    EXPECT_EQ(answer.proposal->of, 1) << "an earlier revision is no second opinion";
}

TEST(Settling, TheThirtySixHourRuleOfAPersonDoesNotAskForIt) {
    const Situation s =
        running(Colour::kOrange, {revision(0, std::nullopt), revision(1, Colour::kOrange)});
    EXPECT_EQ(check_lift(s.outlooks, s.now, s.rules.lift, s.zone).clearance, Clearance::kClear);
}

TEST(Settling, AnOutlookThatBeginsLaterIsNotAsked) {
    Outlook later = revision(0, std::nullopt, "10日潜势");
    later.begins = at(37);
    later.known_until = at(0);
    const LiftRules rules;
    const auto answer = check_lift({revision(0, std::nullopt), later}, at(0), rules, kBeijingTime);
    EXPECT_EQ(answer.clearance, Clearance::kClear) << answer.reason;
    EXPECT_EQ(check_lift({later}, at(0), rules, kBeijingTime).clearance, Clearance::kCannotTell);
    later.begins = at(36);
    EXPECT_EQ(check_lift({revision(0, std::nullopt), later}, at(0), rules, kBeijingTime).clearance,
              Clearance::kCannotTell);
}

// The same revision as it was issued: what it said then, whatever was observed since.
Outlook as_issued(int earlier, std::optional<Colour> colour) {
    Outlook made = revision(earlier, colour);
    made.as_issued = true;
    return made;
}

TEST(Settling, ARevisionConfirmsByWhatItSaidWhenItWasIssued) {
    // With the hours observed since then both revisions show orange; as issued they show red.
    std::vector<Outlook> air{revision(0, Colour::kOrange), revision(1, Colour::kOrange),
                             as_issued(0, Colour::kOrange), as_issued(1, Colour::kRed)};
    const auto earlier_disagrees = assess(running(Colour::kRed, air));
    EXPECT_EQ(earlier_disagrees.finding, AssessmentKind::kNothing);
    EXPECT_NE(earlier_disagrees.reason.find("须连续2次预报一致"), std::string::npos);
    air[2] = as_issued(0, Colour::kRed);
    air[3] = as_issued(1, Colour::kOrange);
    EXPECT_EQ(assess(running(Colour::kRed, air)).finding, AssessmentKind::kNothing)
        << "the newest forecast as it was issued still calls for red";
    air[2] = as_issued(0, Colour::kOrange);
    ASSERT_TRUE(assess(running(Colour::kRed, air)).proposal);
}

TEST(Settling, ByOnePointOfTheIndexNobodyIsLowered) {
    Situation s =
        running(Colour::kRed, {revision(0, Colour::kOrange), revision(1, Colour::kOrange)});
    s.rules.lift.margin_aqi = 10;
    OutlookWindow nearly;
    nearly.colour = Colour::kRed;
    nearly.span = {at(-30), at(20)};
    s.outlooks[0].near_windows[3].push_back(nearly);
    const auto near = assess(s);
    EXPECT_EQ(near.finding, AssessmentKind::kNothing);
    EXPECT_NE(near.reason.find("不足10（AQI）"), std::string::npos) << near.reason;
    // Over for less than the settling time is near too.
    s.outlooks[0].near_windows[3][0].span.to = at(-11);
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing);
    s.outlooks[0].near_windows[3][0].span.to = at(-12);
    EXPECT_TRUE(assess(s).proposal);
}

TEST(Settling, TheMarginDoesNotBringALaterEpisodeForwardIntoTheOutlook) {
    Situation s = running(Colour::kOrange, {revision(0, std::nullopt), revision(1, std::nullopt)});
    s.rules.lift.margin_aqi = 10;
    OutlookWindow next;
    next.colour = Colour::kYellow;
    next.span = {at(42), at(88)};
    OutlookWindow near_next = next;
    near_next.span.from = at(27);  // hours that nearly meet the condition lie before it
    for (Outlook& outlook : s.outlooks) {
        outlook.windows[1].push_back(next);
        outlook.near_windows[1].push_back(near_next);
    }
    const auto lifted = assess(s);
    ASSERT_TRUE(lifted.proposal) << lifted.reason;
    EXPECT_EQ(lifted.proposal->kind, ChangeKind::kLift);
    // One that the hours since now belong to is the present one, and goes on.
    for (Outlook& outlook : s.outlooks) outlook.near_windows[1][0].span.from = at(0);
    const auto goes_on = assess(s);
    ASSERT_TRUE(goes_on.proposal) << goes_on.reason;
    EXPECT_EQ(goes_on.proposal->kind, ChangeKind::kLower) << "in the colour of the next";
    // One that nearly meets it and is not part of a later one: the margin is made for that.
    for (Outlook& outlook : s.outlooks) {
        outlook.windows[1].clear();
        outlook.near_windows[1][0].span = {at(27), at(40)};
    }
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing);
}

// A red warning whose red air ended long ago; orange air comes again in 42 hours.
Situation between_two_episodes() {
    Situation s = running(Colour::kRed, {revision(0, std::nullopt), revision(1, std::nullopt)});
    OutlookWindow next;
    next.colour = Colour::kOrange;
    next.span = {at(42), at(88)};
    for (Outlook& outlook : s.outlooks) {
        outlook.windows[1].push_back(next);
        outlook.windows[2].push_back(next);
    }
    return s;
}

TEST(Settling, NobodyIsLoweredWhereALiftIsAFewHoursAway) {
    Situation s = between_two_episodes();
    s.outlooks[0].last_above[1] = at(-7);
    const auto waits = assess(s);
    EXPECT_EQ(waits.finding, AssessmentKind::kNothing) << waits.reason;
    s.outlooks[0].last_above[1] = at(-5);  // more than half of the settling time is left
    const auto lowered = assess(s);
    ASSERT_TRUE(lowered.proposal) << lowered.reason;
    EXPECT_EQ(lowered.proposal->kind, ChangeKind::kLower);
    s.outlooks[0].last_above[1] = at(-12);
    const auto lifted = assess(s);
    ASSERT_TRUE(lifted.proposal) << lifted.reason;
    EXPECT_EQ(lifted.proposal->kind, ChangeKind::kLift);
}

TEST(Settling, ALiftIsAFewHoursAwayOnlyWhereEverySourceSaysSo) {
    Situation s = between_two_episodes();
    const Situation other = between_two_episodes();
    for (Outlook outlook : other.outlooks) {
        outlook.source = "model";
        s.outlooks.push_back(outlook);
    }
    s.outlooks[0].last_above[1] = at(-7);  // settled five hours from now
    s.outlooks[2].last_above[1] = at(-7);
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing) << "so a lift is waited for";
    s.outlooks[2].last_above[1] = at(-1);  // eleven hours, says the second source
    const auto lowered = assess(s);
    ASSERT_TRUE(lowered.proposal) << lowered.reason;
    EXPECT_EQ(lowered.proposal->kind, ChangeKind::kLower);
}

TEST(Settling, AfterALoweringALiftNeedNotWaitForTheLevelToAge) {
    Situation s = running(Colour::kOrange, {revision(0, std::nullopt), revision(1, std::nullopt)});
    s.running->since = at(-2);
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing) << "it was raised two hours ago";
    s.running->came_down = true;
    const auto lifted = assess(s);
    ASSERT_TRUE(lifted.proposal) << lifted.reason;
    EXPECT_EQ(lifted.proposal->kind, ChangeKind::kLift);
}

TEST(Settling, WhileTheHoursThemselvesAreAboveNothingIsLowered) {
    Situation s =
        running(Colour::kRed, {revision(0, Colour::kOrange), revision(1, Colour::kOrange)});
    s.outlooks[0].last_above[3] = at(-11);
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing);
    s.outlooks[0].last_above[3] = at(-12);
    EXPECT_TRUE(assess(s).proposal);
}

TEST(Settling, WhatWasLoweredIsRaisedAgainOnlyOnSomethingNew) {
    Situation s = running(Colour::kOrange, {revision(0, Colour::kRed)});
    s.rules.lift.margin_aqi = 10;
    s.outlooks[0].revision = 7;
    s.observed = ObservedAir{310, at(0)};
    s.lowered = LastLowering{at(-2), 7, 305};
    const auto same = assess(s);
    EXPECT_EQ(same.finding, AssessmentKind::kNothing);
    EXPECT_NE(same.reason.find("没有新的预报"), std::string::npos) << same.reason;
    s.outlooks[0].revision = 8;
    ASSERT_TRUE(assess(s).proposal);
    EXPECT_EQ(assess(s).proposal->kind, ChangeKind::kRaise);
    s.outlooks[0].revision = 7;
    s.observed->aqi = 316;
    EXPECT_TRUE(assess(s).proposal) << "the air has got worse";
    s.observed->aqi = 310;
    s.floors.push_back({"F1", "省办1号", "", Colour::kRed, {at(0), at(40)}, at(0)});
    EXPECT_TRUE(assess(s).proposal) << "an order from above waits for no forecast";
}

TEST(Settling, ANewForecastIsNewAlsoWhereItsRedStretchOpensLaterThanTheEpisode) {
    Situation s = running(Colour::kOrange, {revision(0, Colour::kRed)});
    s.rules.propose_within = hours(48);
    s.rules.merge_gap = hours(36);
    s.outlooks[0].revision = 8;
    s.outlooks[0].windows[3][0].span.from = at(40);
    s.lowered = LastLowering{at(-70), 7, 250};
    const auto raised = assess(s);
    ASSERT_TRUE(raised.proposal) << raised.reason;
    EXPECT_EQ(raised.proposal->colour, Colour::kRed);
}

TEST(Settling, WhatWasLiftedIsStartedAgainOnlyOnSomethingNew) {
    Situation s = running(Colour::kOrange, {revision(0, Colour::kYellow)});
    s.running.reset();
    s.outlooks[0].revision = 7;
    s.lowered = LastLowering{at(-2), 7, 100};
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing);
    s.rules.lift.margin_aqi = 10;
    s.rules.immediate_aqi_above = 200;
    s.observed = ObservedAir{130, at(0)};
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing) << "worse, but an ordinary evening";
    s.observed = ObservedAir{201, at(0)};
    EXPECT_TRUE(assess(s).proposal) << "heavy air waits for no forecast";
    s.observed.reset();
    s.outlooks[0].revision = 8;
    ASSERT_TRUE(assess(s).proposal);
    EXPECT_EQ(assess(s).proposal->kind, ChangeKind::kStart);
}

TEST(Settling, ALevelAboutToBeginIsPutToTheOfficerAgainOnOneForecast) {
    Situation s =
        running(Colour::kOrange, {revision(0, std::nullopt), revision(1, Colour::kOrange)});
    s.running->from = at(4);
    s.running->since.reset();
    s.running->takes_effect = at(4);
    s.running->expected_to = at(60);
    const auto start = assess(s);
    ASSERT_TRUE(start.proposal) << start.reason;
    EXPECT_EQ(start.proposal->kind, ChangeKind::kLift);
    EXPECT_NE(start.reason.find("提请在生效前重新研判"), std::string::npos) << start.reason;
    s.outlooks[0] = revision(0, Colour::kYellow);
    ASSERT_TRUE(assess(s).proposal);
    EXPECT_EQ(assess(s).proposal->kind, ChangeKind::kLower);
    // A raise beside what is in force.
    s.running->from = at(-30);
    s.outlooks[0] = revision(0, Colour::kYellow);
    ASSERT_TRUE(assess(s).proposal);
    EXPECT_EQ(assess(s).proposal->kind, ChangeKind::kLower);
    // In 13 hours another forecast will have confirmed it: they come every 12.
    s.running->takes_effect = at(13);
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing);
}

TEST(Settling, ALevelWaitsForTheForecastThatComesBeforeItBegins) {
    Situation s = running(Colour::kRed, {revision(0, Colour::kOrange), revision(1, Colour::kRed)});
    s.now = at(10);
    s.running->from = at(20);
    s.running->since.reset();
    s.running->takes_effect = at(20);
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing) << "the next one comes at hour 12";
    s.running->takes_effect = at(12);
    ASSERT_TRUE(assess(s).proposal);
    EXPECT_EQ(assess(s).proposal->kind, ChangeKind::kLower);
    s.now = at(13);  // it is late
    s.running->takes_effect = at(20);
    EXPECT_TRUE(assess(s).proposal);
}

TEST(Settling, ARaiseThatNothingSupportsGoesBackToTheLevelInForceWhileTheAirIsStillPolluted) {
    Outlook clean = revision(0, std::nullopt);
    clean.polluted = std::vector<Span>{{at(-20), at(-1)}};
    Situation s = running(Colour::kRed, {clean, revision(1, Colour::kRed)});
    s.running->since.reset();
    s.running->takes_effect = at(4);
    s.running->in_force = Colour::kOrange;
    const auto answer = assess(s);
    ASSERT_TRUE(answer.proposal) << answer.reason;
    EXPECT_EQ(answer.proposal->kind, ChangeKind::kLower);
    EXPECT_EQ(answer.proposal->colour, Colour::kOrange) << "no milder than what is in force";
    EXPECT_EQ(answer.proposal->expected_to, at(60));
    EXPECT_NE(answer.reason.find("提请在生效前重新研判"), std::string::npos) << answer.reason;
    s.running->takes_effect = at(13);
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing) << "another forecast comes before";
}

TEST(Settling, NobodyIsAskedToGoOnLongerInAColourThatNoForecastShows) {
    Situation s = running(Colour::kRed, {revision(0, Colour::kOrange), revision(1, Colour::kRed)});
    s.running->expected_to = at(20);
    const auto answer = assess(s);
    EXPECT_EQ(answer.finding, AssessmentKind::kNothing) << "not: red for forty hours more";
    EXPECT_NE(answer.reason.find("须连续2次预报一致"), std::string::npos) << answer.reason;
    s.outlooks[0] = revision(0, Colour::kRed);
    ASSERT_TRUE(assess(s).proposal);
    EXPECT_EQ(assess(s).proposal->kind, ChangeKind::kExtend);
}

TEST(Settling, ALiftNamesTheEpisodeThatComesAfterTheTimeItLooksAt) {
    Outlook next = revision(0, Colour::kOrange);
    for (auto& windows : next.windows) {
        for (OutlookWindow& window : windows) window.span = {at(43), at(90)};
    }
    const auto answer = assess(running(Colour::kRed, {next, revision(1, std::nullopt)}));
    ASSERT_TRUE(answer.proposal) << answer.reason;
    EXPECT_EQ(answer.proposal->kind, ChangeKind::kLift);
    EXPECT_EQ(answer.proposal->reasons.back().kind, "ahead");
    EXPECT_NE(answer.proposal->reasons.back().text.find("橙色条件"), std::string::npos);
}

TEST(Settling, WhatIsNotLiftedForTheNextEpisodeGoesOnInTheColourOfThatOne) {
    Outlook next = revision(0, Colour::kOrange);
    for (auto& windows : next.windows) {
        for (OutlookWindow& window : windows) window.span = {at(43), at(90)};
    }
    next.polluted = std::vector<Span>{{at(-20), at(-5)}, {at(43), at(90)}};
    Situation s = running(Colour::kRed, {next, revision(1, std::nullopt)});
    const auto answer = assess(s);
    ASSERT_TRUE(answer.proposal) << answer.reason;
    EXPECT_EQ(answer.proposal->kind, ChangeKind::kLower);
    EXPECT_EQ(answer.proposal->colour, Colour::kOrange);
    EXPECT_EQ(answer.proposal->expected_to, at(90));
    EXPECT_EQ(answer.proposal->reasons.back().kind, "ahead");
    // The hours ended seven hours ago: in five it is lifted, and nobody lowers it until then.
    s.outlooks[0].polluted->front().to = at(-7);
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing) << "lifted in five hours";
    s.outlooks[0].polluted->front().to = at(-5);
    s.running->colour = Colour::kOrange;
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing) << "no milder than what comes";
    s.outlooks[0].windows = {};
    s.running->colour = Colour::kRed;
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing) << "it is lifted in a few hours";
}

TEST(Settling, ALiftAsksForNoPollutedHourAheadNorInTheSettlingTimeBefore) {
    Outlook clear = revision(0, std::nullopt);
    LiftRules rules;
    rules.settle = hours(12);
    const auto of = [&](int from, int to) {
        clear.polluted = std::vector<Span>{{at(from), at(to)}};
        return check_lift({clear}, at(0), rules, kBeijingTime).clearance;
    };
    EXPECT_EQ(of(36, 37), Clearance::kNotClear);
    EXPECT_EQ(of(37, 38), Clearance::kClear);
    EXPECT_EQ(of(-20, -11), Clearance::kNotClear);
    EXPECT_EQ(of(-20, -12), Clearance::kClear);
}

TEST(Settling, DustHoldsNoWarningUp) {
    Outlook dust = revision(0, Colour::kYellow);
    dust.windows[1][0].mandatory = false;
    EXPECT_EQ(check_lift({dust}, at(0), {}, kBeijingTime).clearance, Clearance::kClear);
}

TEST(Settling, TheTailOfAMeanStartsNothingAtOnce) {
    Situation s = running(Colour::kOrange, {revision(0, std::nullopt)});
    s.running.reset();
    s.outlooks[0].least_soon = 206;
    s.observed = ObservedAir{350, at(0)};
    EXPECT_TRUE(assess(s).proposal) << "a reading without hours has only its values";
    s.outlooks[0].polluted = std::vector<Span>{{at(-12), at(0)}};
    EXPECT_EQ(assess(s).finding, AssessmentKind::kNothing);
    s.outlooks[0].polluted = std::vector<Span>{{at(-12), at(12)}};
    EXPECT_TRUE(assess(s).proposal);
}

std::optional<Colour> any_colour() {
    const int colour = *rc::gen::inRange(0, 4);
    return colour == 0 ? std::nullopt : std::optional(static_cast<Colour>(colour));
}

RC_GTEST_PROP(SettlingProperty, MoreCautionNeverLowersFurtherAndNeverDelaysARaise, ()) {
    Situation s = running(static_cast<Colour>(*rc::gen::inRange(1, 4)),
                          {revision(0, any_colour()), revision(1, any_colour())});
    const auto careful = assess(s);
    s.rules.lift.confirmations = 1;
    s.rules.lift.settle = hours(0);
    const auto quick = assess(s);
    const auto is_milder = [](const Assessment& a) {
        return a.proposal &&
               (a.proposal->kind == ChangeKind::kLower || a.proposal->kind == ChangeKind::kLift);
    };
    if (is_milder(careful)) {
        RC_ASSERT(is_milder(quick));
        if (careful.proposal->kind == ChangeKind::kLower) {
            RC_ASSERT(quick.proposal->kind == ChangeKind::kLift ||
                      quick.proposal->colour <= careful.proposal->colour);
        }
    }
    if (quick.proposal && quick.proposal->kind == ChangeKind::kRaise) {
        RC_ASSERT(careful.proposal.has_value());
        RC_ASSERT(careful.proposal->kind == ChangeKind::kRaise);
    }
}

}  // namespace
}  // namespace qk::rules
