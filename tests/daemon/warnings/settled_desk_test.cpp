// Goal: what the pack says about settling, and what a forecast does not say about today, act
// through the whole desk and are computed again from what was stored. Method: seasons played by
// hand.
#include "daemon/warnings/explain.hpp"
#include "desk_fixture.hpp"
#include "plans/decision/situation.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

using rules::ChangeKind;
using rules::Colour;
using rules::Novelty;

// Under an orange warning since hour 24.
std::string under_orange(Desk& desk) {
    desk.forecast(8, {100, 250, 250, 250, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    EXPECT_TRUE(desk.approve(8, id));
    EXPECT_EQ(desk.warning(id).state.segments.back().colour, Colour::kOrange);
    return id;
}

TEST(SettledDesk, AForecastThatChangesItsMindAndBackAsksNothingOfAnybody) {
    Desk desk;
    desk.pack->timing.lower_confirmations = 2;
    const std::string id = under_orange(desk);
    desk.forecast(32, {90, 90, 90, 90, 80, 80, 80});
    EXPECT_EQ(desk.assess(32).novelty, Novelty::kKeep) << "one clear forecast is not two";
    desk.forecast(44, {250, 250, 250, 90, 80, 80, 80});
    EXPECT_EQ(desk.assess(44).novelty, Novelty::kKeep);
    EXPECT_FALSE(desk.warning(id).state.pending);
    desk.forecast(56, {90, 90, 90, 90, 80, 80, 80});
    EXPECT_EQ(desk.assess(56).novelty, Novelty::kKeep);
    desk.forecast(68, {90, 90, 90, 90, 80, 80, 80});
    EXPECT_EQ(desk.assess(68).novelty, Novelty::kMake);
    EXPECT_EQ(desk.warning(id).state.pending->kind, ChangeKind::kLift);
    ASSERT_TRUE(desk.approve(68, id));
    const boost::json::value story = desk.ask(
        [&](Session& db) { return explain(db, *load_warning(db, id), rules::kBeijingTime); });
    EXPECT_TRUE(story.at("holds").as_bool());
}

TEST(SettledDesk, WithoutTheSettingTheSameSeasonAsksThreeTimes) {
    Desk desk;
    const std::string id = under_orange(desk);
    desk.forecast(32, {90, 90, 90, 90, 80, 80, 80});
    EXPECT_EQ(desk.assess(32).novelty, Novelty::kMake);
    desk.forecast(44, {250, 250, 250, 90, 80, 80, 80});
    EXPECT_EQ(desk.assess(44).novelty, Novelty::kWithdraw);
    desk.forecast(56, {90, 90, 90, 90, 80, 80, 80});
    EXPECT_EQ(desk.assess(56).novelty, Novelty::kMake);
}

TEST(SettledDesk, AnOfficerMayLiftOnTheFirstClearForecast) {
    Desk desk;
    desk.pack->timing.lower_confirmations = 2;
    const std::string id = under_orange(desk);
    desk.forecast(32, {90, 90, 90, 90, 80, 80, 80});
    const auto answer = desk.ask([&](Session& db) {
        ChangeRequest request;
        request.kind = ChangeKind::kLift;
        request.why.reason = "会商认为过程提前结束";
        return propose_change(db, desk.view(32), Desk::officer(), *load_warning(db, id), request);
    });
    EXPECT_TRUE(std::holds_alternative<DeskDone>(answer));
}

TEST(SettledDesk, ADailyForecastFromTomorrowLiftsByWhatWasObservedToday) {
    Desk desk;
    const std::string id = under_orange(desk);
    desk.forecast(44, {90, 90, 90, 80, 80, 80}, "city", "", 1);
    EXPECT_EQ(desk.assess(44).novelty, Novelty::kKeep) << "nothing is known of today";
    EXPECT_EQ(desk.assess(44).assessment.finding, rules::AssessmentKind::kCannotTell);
    desk.observe(16, 44, 40);
    EXPECT_EQ(desk.assess(44).novelty, Novelty::kMake);
    EXPECT_EQ(desk.warning(id).state.pending->kind, ChangeKind::kLift);
}

TEST(SettledDesk, AnOutlookOfTheDaysAfterDoesNotKeepAWarningFromBeingLifted) {
    Desk desk;
    const std::string id = under_orange(desk);
    desk.forecast(32, {90, 90, 90, 90, 80, 80, 80});
    desk.forecast(32, {90, 90, 90, 90}, "outlook", "", 7);
    EXPECT_EQ(desk.assess(32).novelty, Novelty::kMake);
    EXPECT_EQ(desk.warning(id).state.pending->kind, ChangeKind::kLift);
}

// Red on paper, corrected to orange in consultation, and signed.
std::string corrected_to_orange(Desk& desk) {
    desk.forecast(8, {100, 310, 310, 250, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    EXPECT_EQ(desk.warning(id).state.pending->colour, Colour::kRed);
    ConsultRequest request;
    request.participants = {"张伟"};
    request.why.reason = "模式偏高，订正";
    request.colour = Colour::kOrange;
    request.amends = true;
    for (const int hour : {24, 48}) {
        request.corrections.push_back(
            {"", rules::day_of(hour_at(hour), rules::kBeijingTime), 280, "扩散转好"});
    }
    const auto consulted = desk.ask([&](Session& db) {
        const StoredWarning w = *load_warning(db, id);
        request.generation = w.state.generation;
        return consult(db, desk.view(9), Desk::officer(), w, request).answer;
    });
    EXPECT_TRUE(std::holds_alternative<DeskDone>(consulted));
    EXPECT_TRUE(std::holds_alternative<DeskDone>(desk.sign_by(9, id, Desk::director())));
    EXPECT_EQ(desk.warning(id).state.segments.back().colour, Colour::kOrange);
    return id;
}

TEST(SettledDesk, ACorrectionLivesUntilANewerForecastOfItsSource) {
    Desk desk;
    const std::string id = corrected_to_orange(desk);
    EXPECT_EQ(desk.assess(12).novelty, Novelty::kKeep) << "the machine overrules nobody";
    EXPECT_FALSE(desk.warning(id).state.pending);
    desk.forecast(12, {100, 90, 90, 90, 90, 80, 80}, "other");
    EXPECT_EQ(desk.assess(13).novelty, Novelty::kKeep) << "another source corrects nothing of it";
    desk.forecast(20, {100, 310, 310, 250, 90, 80, 80});
    EXPECT_EQ(desk.assess(20).novelty, Novelty::kMake);
    ASSERT_TRUE(desk.warning(id).state.pending);
    EXPECT_EQ(desk.warning(id).state.pending->kind, ChangeKind::kRaise);
}

TEST(SettledDesk, AMilderLevelThatAnotherConsultationTookBackWasNotSigned) {
    Desk desk;
    desk.forecast(8, {100, 310, 310, 250, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    const auto consult_for = [&](int hour, Colour colour) {
        ConsultRequest request;
        request.participants = {"张伟"};
        request.why.reason = "会商";
        request.colour = colour;
        request.amends = true;
        const auto answer = desk.ask([&](Session& db) {
            const StoredWarning w = *load_warning(db, id);
            request.generation = w.state.generation;
            return consult(db, desk.view(hour), Desk::officer(), w, request).answer;
        });
        EXPECT_TRUE(std::holds_alternative<DeskDone>(answer)) << hour;
    };
    consult_for(9, Colour::kOrange);
    consult_for(10, Colour::kRed);
    for (const auto& who : {Desk::director(), Desk::chief()}) (void)desk.sign_by(10, id, who);
    ASSERT_FALSE(desk.warning(id).state.segments.empty());
    ASSERT_EQ(desk.warning(id).state.segments.back().colour, Colour::kRed);
    EXPECT_FALSE(desk.ask([](Session& db) { return last_lowering(db, hour_at(0)); }));
}

TEST(SettledDesk, AStartThatTheNewestForecastNoLongerSupportsIsAskedAboutBeforeItTakesEffect) {
    Desk desk;
    desk.pack->timing.lower_confirmations = 2;
    desk.forecast(8, {100, 250, 250, 250, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    ASSERT_TRUE(desk.approve(8, id));
    ASSERT_EQ(desk.warning(id).state.standing, rules::WarningStanding::kIssued);
    desk.forecast(20, {90, 90, 90, 90, 90, 80, 80});
    EXPECT_EQ(desk.assess(20).novelty, Novelty::kMake);
    ASSERT_TRUE(desk.warning(id).state.pending);
    EXPECT_EQ(desk.warning(id).state.pending->kind, ChangeKind::kLift);
    EXPECT_NE(desk.warning(id).state.pending->why.reason.find("提请在生效前重新研判"),
              std::string::npos);
    ASSERT_TRUE(desk.approve(21, id));
    const boost::json::value story = desk.ask(
        [&](Session& db) { return explain(db, *load_warning(db, id), rules::kBeijingTime); });
    EXPECT_TRUE(story.at("holds").as_bool());
    // What was lifted is not started again on the same forecast, and is on a newer one.
    EXPECT_EQ(desk.assess(22).novelty, Novelty::kKeep);
    desk.forecast(23, {100, 250, 250, 250, 90, 80, 80});
    EXPECT_EQ(desk.assess(23).novelty, Novelty::kMake);
}

TEST(SettledDesk, AnEpisodeThatIsOverIsNotProposed) {
    Desk desk;
    desk.pack->trigger.standard.hours_as = rules::HoursAs::kRolling;
    desk.pack->trigger.standard.clauses.insert(
        desk.pack->trigger.standard.clauses.begin(),
        {"yellow-0", Colour::kYellow, {{200, std::chrono::hours(24)}}, "＞200"});
    desk.observe(0, 30, 300);
    desk.observe(30, 32, 20);
    std::string csv = "region,time,pm25\n";
    for (int hour = 32; hour < 152; ++hour) {
        csv += "999900," + rules::to_iso(hour_at(hour), rules::kBeijingTime) + ",10\n";
    }
    desk.store_forecast(32, csv, "city");
    EXPECT_EQ(desk.assess(32).novelty, Novelty::kKeep);
    EXPECT_EQ(desk.assess(32).assessment.finding, rules::AssessmentKind::kNothing);
}

TEST(SettledDesk, ACorrectionOfASourceIsOneOfBothEndsOfItsRanges) {
    Desk desk;
    desk.forecast(8, {100, 250, 250, 250, 90, 80, 80});
    plans::DecisionInputs inputs =
        desk.ask([&](Session& db) { return gather_inputs(db, desk.view(8)); });
    plans::SeriesInput low = inputs.series.front();
    low.source = "city（下限）";
    inputs.series.front().source = "city（上限）";
    inputs.series.push_back(low);
    plans::SeriesInput other = low;
    other.source = "city2";
    inputs.series.push_back(other);
    const auto first = rules::day_of(hour_at(8), rules::kBeijingTime);
    for (int day = 1; day < 4; ++day) {
        inputs.corrections.push_back({"city", first + std::chrono::days(day), 90, "订正"});
    }
    const rules::Situation situation = situation_of(inputs);
    const auto lowest = static_cast<std::size_t>(Colour::kYellow);
    ASSERT_GE(situation.outlooks.size(), 3U);
    for (const rules::Outlook& outlook : situation.outlooks) {
        EXPECT_EQ(outlook.windows[lowest].empty(), outlook.source != "city2") << outlook.source;
    }
}

}  // namespace
}  // namespace qk::daemon
