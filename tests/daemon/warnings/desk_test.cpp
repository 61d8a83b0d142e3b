// Goal: decisions are one transaction with their effects, what was decided can be computed again,
// and every lift satisfies the 36-hour rule when re-checked from stored data. Method: a desk over a
// database in memory and daily forecasts that change their mind.
#include "daemon/warnings/desk.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "daemon/warnings/explain.hpp"
#include "daemon/warnings/notice_rows.hpp"
#include "desk_fixture.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

using rules::ChangeKind;
using rules::Colour;
using rules::Novelty;
using rules::Refusal;
using rules::WarningStanding;

std::int64_t rows(Desk& desk, const char* query) {
    return desk.ask([&](Session& db) { return db.count(query); });
}

Refusal refusal_of(const DeskAnswer& answer) {
    const auto* refused = std::get_if<rules::Refused>(&answer);
    EXPECT_NE(refused, nullptr);
    return refused == nullptr ? Refusal::kStale : refused->name;
}

boost::json::value explained(Desk& desk, const std::string& id) {
    return desk.ask(
        [&](Session& db) { return explain(db, *load_warning(db, id), rules::kBeijingTime); });
}

TEST(Desk, AForecastBecomesAProposalOnceHoweverOftenItIsAssessed) {
    Desk desk;
    desk.forecast(8, {100, 160, 170, 100, 90, 80, 80});
    const AssessOutcome first = desk.assess(8);
    EXPECT_EQ(first.novelty, Novelty::kMake);
    ASSERT_FALSE(first.warning.empty());
    EXPECT_EQ(desk.assess(9).novelty, Novelty::kKeep);
    EXPECT_EQ(desk.assess(10).novelty, Novelty::kKeep);
    EXPECT_EQ(rows(desk, "SELECT count(*) FROM warnings"), 1);
    const rules::Change pending = *desk.warning(first.warning).state.pending;
    EXPECT_EQ(pending.colour, Colour::kYellow);
    EXPECT_EQ(pending.from, hour_at(24));
    EXPECT_EQ(pending.expected_to, hour_at(72));
    EXPECT_FALSE(pending.why.data.empty());
}

TEST(Desk, AChangedForecastSupersedesAndAClearOneWithdraws) {
    Desk desk;
    desk.forecast(8, {100, 160, 170, 100, 90, 80, 80});
    const std::string first = desk.assess(8).warning;
    desk.forecast(9, {100, 260, 270, 260, 90, 80, 80});
    const AssessOutcome second = desk.assess(9);
    EXPECT_EQ(second.novelty, Novelty::kSupersede);
    EXPECT_EQ(desk.warning(first).state.standing, WarningStanding::kDropped);
    EXPECT_EQ(desk.warning(second.warning).state.pending->colour, Colour::kOrange);
    desk.forecast(10, {100, 90, 90, 90, 90, 80, 80});
    EXPECT_EQ(desk.assess(10).novelty, Novelty::kWithdraw);
    EXPECT_EQ(desk.warning(second.warning).state.standing, WarningStanding::kDropped);
}

TEST(Desk, ASignedProposalIsIssuedWithNoticeAndTakesEffectAtItsInstant) {
    Desk desk;
    desk.forecast(8, {100, 160, 170, 100, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    EXPECT_EQ(refusal_of(desk.sign_by(9, id, Desk::director())), Refusal::kConsultationMissing);
    ASSERT_TRUE(desk.approve(9, id));
    EXPECT_EQ(desk.warning(id).state.standing, WarningStanding::kIssued);
    EXPECT_EQ(rows(desk, "SELECT count(*) FROM notices WHERE kind='alert'"), 1);
    EXPECT_EQ(rows(desk, "SELECT count(*) FROM response_plans"), 1);
    (void)desk.assess(24);
    EXPECT_EQ(desk.warning(id).state.standing, WarningStanding::kInForce);
}

TEST(Desk, ARejectedProposalIsNotMadeAgainUntilItChanges) {
    Desk desk;
    desk.forecast(8, {100, 160, 170, 100, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    const auto reject = [&](Session& db) {
        const StoredWarning w = *load_warning(db, id);
        DeskEvent event;
        event.kind = rules::Reject{};
        event.why.reason = "预报偏高";
        return take_event(db, desk.view(9), w, Desk::director(), event);
    };
    ASSERT_TRUE(std::holds_alternative<DeskDone>(desk.ask(reject)));
    EXPECT_EQ(desk.assess(10).novelty, Novelty::kKeep);
    desk.forecast(11, {100, 260, 270, 100, 90, 80, 80});
    EXPECT_EQ(desk.assess(11).novelty, Novelty::kMake);
}

TEST(Desk, TwoOfficersCannotBothApply) {
    Desk desk;
    desk.forecast(8, {100, 360, 370, 100, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    ASSERT_TRUE(std::holds_alternative<DeskDone>(desk.consult_on(9, id)));
    const std::int64_t seen = desk.warning(id).state.generation;
    const auto sign_at = [&](const DeskPerson& person) {
        return desk.ask([&](Session& db) {
            return sign(db, desk.view(9), person, *load_warning(db, id), {{}, seen});
        });
    };
    EXPECT_TRUE(std::holds_alternative<DeskDone>(sign_at(Desk::director())));
    EXPECT_EQ(refusal_of(sign_at(Desk::chief())), Refusal::kStale);
    EXPECT_EQ(desk.warning(id).state.standing, WarningStanding::kDraft);  // red wants two persons
    EXPECT_TRUE(std::holds_alternative<DeskDone>(desk.sign_by(9, id, Desk::chief())));
    EXPECT_EQ(desk.warning(id).state.standing, WarningStanding::kIssued);
}

TEST(Desk, AnOfficerCannotLiftWhileTheForecastSaysOtherwise) {
    Desk desk;
    desk.forecast(8, {160, 160, 170, 170, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    ASSERT_TRUE(desk.approve(8, id));
    ChangeRequest lift;
    lift.kind = ChangeKind::kLift;
    lift.why.reason = "提前解除";
    const auto propose = [&](int hour) {
        return desk.ask([&](Session& db) {
            return propose_change(db, desk.view(hour), Desk::officer(), *load_warning(db, id),
                                  lift);
        });
    };
    EXPECT_EQ(refusal_of(propose(10)), Refusal::kNotClear);
    desk.forecast(11, {100, 90, 80, 80, 80, 80, 80});
    ASSERT_TRUE(std::holds_alternative<DeskDone>(propose(11)));
    desk.forecast(12, {160, 160, 160, 80, 80, 80, 80});  // it turns before it is signed
    ASSERT_TRUE(std::holds_alternative<DeskDone>(desk.consult_on(12, id)));
    EXPECT_EQ(refusal_of(desk.sign_by(12, id, Desk::director())), Refusal::kNotClear);
}

// Red needs two persons, yellow one.
TEST(Desk, ASuspensionOfRedIsSignedAsRedWhateverColourIsNamedWithIt) {
    Desk desk;
    ChangeRequest start;
    start.colour = Colour::kRed;
    start.why.reason = "启动";
    const DeskAnswer started = desk.ask(
        [&](Session& db) { return propose_start(db, desk.view(8), Desk::officer(), start); });
    ASSERT_TRUE(std::holds_alternative<DeskDone>(started));
    const std::string id = std::get<DeskDone>(started).warning.state.id;
    ASSERT_TRUE(desk.approve(8, id));
    ASSERT_TRUE(std::holds_alternative<DeskDone>(desk.sign_by(8, id, Desk::chief())));
    ASSERT_EQ(desk.warning(id).state.standing, WarningStanding::kInForce);
    ChangeRequest suspend;
    suspend.kind = ChangeKind::kSuspend;
    suspend.colour = Colour::kYellow;
    suspend.why.reason = "转为提示";
    const DeskAnswer proposed = desk.ask([&](Session& db) {
        return propose_change(db, desk.view(9), Desk::officer(), *load_warning(db, id), suspend);
    });
    ASSERT_TRUE(std::holds_alternative<DeskDone>(proposed));
    EXPECT_EQ(desk.warning(id).state.pending->approval.persons, 2);
    ConsultRequest amend;
    amend.participants = {"张伟"};
    amend.colour = Colour::kYellow;
    amend.amends = true;
    amend.why.reason = "改为黄色";
    amend.generation = desk.warning(id).state.generation;
    const DeskAnswer amended = desk.ask([&](Session& db) {
        return consult(db, desk.view(9), Desk::officer(), *load_warning(db, id), amend).answer;
    });
    ASSERT_TRUE(std::holds_alternative<DeskDone>(amended));
    EXPECT_EQ(desk.warning(id).state.pending->colour, Colour::kRed);
    EXPECT_EQ(desk.warning(id).state.pending->approval.persons, 2);
    ASSERT_TRUE(std::holds_alternative<DeskDone>(desk.sign_by(9, id, Desk::director())));
    EXPECT_EQ(desk.warning(id).state.standing, WarningStanding::kInForce) << "one has signed";
    ASSERT_TRUE(std::holds_alternative<DeskDone>(desk.sign_by(9, id, Desk::chief())));
    EXPECT_EQ(desk.warning(id).state.standing, WarningStanding::kAdvisory);
}

TEST(Desk, ALoweringOfRedIsSignedAsRedWhateverItIsLoweredTo) {
    Desk desk;
    desk.forecast(8, {100, 360, 360, 360, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    ASSERT_TRUE(desk.approve(8, id));
    ASSERT_TRUE(std::holds_alternative<DeskDone>(desk.sign_by(8, id, Desk::chief())));
    ASSERT_EQ(rules::last_segment(desk.warning(id).state)->colour, Colour::kRed);
    desk.forecast(32, {90, 90, 90, 90, 80, 80, 80});
    ChangeRequest lower;
    lower.kind = ChangeKind::kLower;
    lower.colour = Colour::kYellow;
    lower.why.reason = "降为黄色";
    const DeskAnswer proposed = desk.ask([&](Session& db) {
        return propose_change(db, desk.view(32), Desk::officer(), *load_warning(db, id), lower);
    });
    ASSERT_TRUE(std::holds_alternative<DeskDone>(proposed));
    EXPECT_EQ(desk.warning(id).state.pending->colour, Colour::kYellow);
    EXPECT_EQ(desk.warning(id).state.pending->approval.persons, 2);
    ConsultRequest amend;
    amend.participants = {"张伟"};
    amend.colour = Colour::kOrange;
    amend.amends = true;
    amend.why.reason = "改为橙色";
    amend.generation = desk.warning(id).state.generation;
    const DeskAnswer amended = desk.ask([&](Session& db) {
        return consult(db, desk.view(32), Desk::officer(), *load_warning(db, id), amend).answer;
    });
    ASSERT_TRUE(std::holds_alternative<DeskDone>(amended));
    EXPECT_EQ(desk.warning(id).state.pending->colour, Colour::kOrange);
    EXPECT_EQ(desk.warning(id).state.pending->approval.persons, 2);
}

TEST(Desk, AnOrderFromAboveLiftsWhateverTheForecast) {
    Desk desk;
    desk.forecast(8, {160, 160, 170, 170, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    ASSERT_TRUE(desk.approve(8, id));
    ChangeRequest lift;
    lift.kind = ChangeKind::kLift;
    lift.ordered_by = "上级文件5号";
    lift.why.reason = "按上级要求";
    const auto propose = [&] {
        return desk.ask([&](Session& db) {
            return propose_change(db, desk.view(10), Desk::officer(), *load_warning(db, id), lift);
        });
    };
    // A number that nobody has recorded, or a prompt that asks for a warning, binds nothing.
    EXPECT_EQ(refusal_of(propose()), Refusal::kNotClear);
    desk.prompt("上级文件5号", "warning", "yellow", 0, 30);
    EXPECT_EQ(refusal_of(propose()), Refusal::kNotClear);
    lift.ordered_by = "上级文件6号";
    desk.prompt("上级文件6号", "lift", "yellow", 0, 30);
    ASSERT_TRUE(std::holds_alternative<DeskDone>(propose()));
    EXPECT_EQ(desk.warning(id).state.pending->order->recorded_by, "liu.yang");
    ASSERT_TRUE(desk.approve(10, id));
    EXPECT_EQ(desk.warning(id).state.standing, WarningStanding::kLifted);
    EXPECT_EQ(rows(desk, "SELECT count(*) FROM notices WHERE kind='cancel'"), 1);
}

TEST(Desk, AFloorYoungerThanTheOrderBindsAllTheSame) {
    Desk desk;
    desk.forecast(8, {160, 160, 170, 170, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    ASSERT_TRUE(desk.approve(8, id));
    desk.prompt("上级文件6号", "lift", "yellow", 0, 30);  // on record from hour 0
    desk.ask([](Session& db) {
        db.exec(
            "INSERT INTO floors_from_above(id, document, clause, colour, \"from\", \"to\", "
            "recorded_at, recorded_by) VALUES('F1','晋环函3号','不低于黄色','yellow',?1,?2,?1,'x')",
            hour_at(9), hour_at(100));
        return 0;
    });
    ChangeRequest lift;
    lift.kind = ChangeKind::kLift;
    lift.ordered_by = "上级文件6号";
    lift.why.reason = "按上级要求";
    const auto propose = [&] {
        return desk.ask([&](Session& db) {
            return propose_change(db, desk.view(10), Desk::officer(), *load_warning(db, id), lift);
        });
    };
    EXPECT_EQ(refusal_of(propose()), Refusal::kBelowFloor);
    desk.prompt("上级文件7号", "lift", "yellow", 10, 30);
    lift.ordered_by = "上级文件7号";
    EXPECT_TRUE(std::holds_alternative<DeskDone>(propose()));
}

TEST(Desk, AnOrderThatHasEndedBeforeTheSignatureNoLongerBinds) {
    Desk desk;
    desk.forecast(8, {160, 160, 170, 170, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    ASSERT_TRUE(desk.approve(8, id));
    desk.prompt("上级文件6号", "lift", "yellow", 0, 12);
    ChangeRequest lift;
    lift.kind = ChangeKind::kLift;
    lift.ordered_by = "上级文件6号";
    lift.why.reason = "按上级要求";
    const auto answer = desk.ask([&](Session& db) {
        return propose_change(db, desk.view(10), Desk::officer(), *load_warning(db, id), lift);
    });
    ASSERT_TRUE(std::holds_alternative<DeskDone>(answer));
    ASSERT_TRUE(std::holds_alternative<DeskDone>(desk.consult_on(10, id)));
    EXPECT_EQ(refusal_of(desk.sign_by(12, id, Desk::director())), Refusal::kNotClear);
}

TEST(Desk, WhatIsRefusedWritesNothing) {
    Desk desk;
    desk.forecast(8, {100, 160, 170, 100, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    const std::int64_t audit = rows(desk, "SELECT count(*) FROM audit");
    const std::int64_t inputs = rows(desk, "SELECT count(*) FROM decision_inputs");
    (void)desk.sign_by(12, id, Desk::director());
    EXPECT_EQ(rows(desk, "SELECT count(*) FROM audit"), audit);
    EXPECT_EQ(rows(desk, "SELECT count(*) FROM decision_inputs"), inputs);
}

TEST(Desk, AConsultationShowsWhatACorrectedValueWouldChange) {
    Desk desk;
    desk.forecast(8, {100, 160, 170, 100, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    ConsultRequest request;
    request.participants = {"张伟", "李娜"};
    request.why.reason = "模式偏低，订正";
    request.corrections = {{"", rules::day_of(hour_at(24), rules::kBeijingTime), 230, "静稳更强"},
                           {"", rules::day_of(hour_at(48), rules::kBeijingTime), 240, "静稳更强"}};
    const ConsultAnswer answer = desk.ask([&](Session& db) {
        const StoredWarning w = *load_warning(db, id);
        request.generation = w.state.generation;
        return consult(db, desk.view(9), Desk::officer(), w, request);
    });
    ASSERT_TRUE(std::holds_alternative<DeskDone>(answer.answer));
    EXPECT_EQ(plans::string_or(answer.effect.at("before").at("proposal"), "colour"), "yellow");
    EXPECT_EQ(plans::string_or(answer.effect.at("after").at("proposal"), "colour"), "orange");
}

TEST(Desk, AnExerciseRunsTheSameWayAndIsMarked) {
    Desk desk;
    ChangeRequest exercise;
    exercise.colour = Colour::kOrange;
    exercise.exercise = true;
    exercise.why.reason = "年度演练";
    const auto answer = desk.ask(
        [&](Session& db) { return propose_start(db, desk.view(8), Desk::officer(), exercise); });
    ASSERT_TRUE(std::holds_alternative<DeskDone>(answer));
    const std::string id = std::get<DeskDone>(answer).warning.state.id;
    ASSERT_TRUE(desk.approve(8, id));
    EXPECT_EQ(desk.warning(id).state.standing, WarningStanding::kInForce);
    const auto notices = desk.ask([&](Session& db) { return list_notices(db, id, {.limit = 10}); });
    ASSERT_EQ(notices.size(), 1U);
    EXPECT_TRUE(notices[0].exercise);
    EXPECT_NE(notices[0].cap.find("<status>Exercise</status>"), std::string::npos);
    EXPECT_TRUE(notices[0].headline.starts_with("【演练】"));
}

TEST(Desk, DustIsAdviceWithoutOrders) {
    Desk desk;
    desk.forecast(8, {100, 260, 270, 100, 90, 80, 80}, "city", "dust");
    const std::string id = desk.assess(8).warning;
    ASSERT_FALSE(id.empty());
    EXPECT_FALSE(desk.warning(id).state.pending->mandatory);
    ASSERT_TRUE(desk.approve(8, id));
    EXPECT_EQ(rows(desk, "SELECT count(*) FROM response_plans"), 0);
    EXPECT_EQ(rows(desk, "SELECT count(*) FROM notices"), 1);
}

TEST(Desk, ByDaysNothingIsStartedForAnEpisodeThatIsOver) {
    // Heavy the day before yesterday's last hours, yesterday, and until midnight; clean since then.
    Desk over;
    over.observe(-30, 0, 300);
    over.observe(0, 8, 20);
    over.forecast(8, {10, 10, 10, 10, 10}, "city", "", 1);
    EXPECT_TRUE(over.assess(8).warning.empty());
    // The same until now: today is a second day of it.
    Desk goes_on;
    goes_on.observe(-30, 8, 300);
    goes_on.forecast(8, {10, 10, 10, 10, 10}, "city", "", 1);
    EXPECT_FALSE(goes_on.assess(8).warning.empty());
    // Clean, and tomorrow it comes back.
    Desk again;
    again.observe(-30, 0, 300);
    again.observe(0, 8, 20);
    again.forecast(8, {230, 230, 10, 10, 10}, "city", "", 1);
    EXPECT_FALSE(again.assess(8).warning.empty());
}

TEST(Desk, TheStoryIsComputedAgainFromStoredInputsAndEqual) {
    Desk desk;
    desk.forecast(8, {100, 160, 170, 100, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    ASSERT_TRUE(desk.approve(9, id));
    desk.forecast(32, {160, 260, 270, 280, 90, 80, 80});
    (void)desk.assess(32);
    ASSERT_TRUE(desk.approve(33, id));  // raised
    const boost::json::value story = explained(desk, id);
    EXPECT_EQ(story.at("recomputed").as_int64(), 6);
    EXPECT_TRUE(story.at("holds").as_bool());
    // A changed input shows.
    desk.ask([](Session& db) {
        db.exec("UPDATE decision_inputs SET body=replace(body,'260','120')");
        return 0;
    });
    EXPECT_FALSE(explained(desk, id).at("holds").as_bool());
}

TEST(Desk, AFloorFromAboveIsProposedAndBinds) {
    Desk desk;
    desk.forecast(8, {100, 90, 90, 90, 90, 80, 80});
    desk.ask([](Session& db) {
        db.exec(
            "INSERT INTO floors_from_above(id, document, clause, colour, \"from\", \"to\", "
            "recorded_at, recorded_by) VALUES('F1','晋环函3号','不低于橙色','orange',?1,?2,?1,'x')",
            hour_at(8), hour_at(100));
        return 0;
    });
    const std::string id = desk.assess(8).warning;
    ASSERT_FALSE(id.empty());
    EXPECT_EQ(desk.warning(id).state.pending->colour, Colour::kOrange);
    ASSERT_TRUE(desk.approve(8, id));
    EXPECT_EQ(desk.assess(9).novelty, Novelty::kKeep);
    EXPECT_EQ(desk.assess(101).novelty, Novelty::kKeep);  // the forecast is stale by then
    desk.forecast(102, {100, 90, 90, 90, 90, 80, 80});
    EXPECT_EQ(desk.assess(102).novelty, Novelty::kMake);  // the lift
}

// A season of forecasts that change their mind, an officer who signs whatever is proposed: each
// lift and lowering that was applied is computed again from what was stored, and the rule held.
RC_GTEST_PROP(DeskProperty, EveryLiftSatisfiesTheThirtySixHourRuleFromStoredData, ()) {
    Desk desk;
    const int days = *rc::gen::inRange(3, 8);
    std::vector<int> truth;
    for (int i = 0; i < days + 8; ++i) truth.push_back(*rc::gen::inRange(40, 400));
    for (int day = 0; day < days; ++day) {
        std::vector<int> seven;
        for (int lead = 0; lead < 7; ++lead) {
            const int error = *rc::gen::inRange(-20 * lead, 20 * lead + 1);
            seven.push_back(
                std::clamp(truth[static_cast<std::size_t>(day + lead)] + error, 20, 500));
        }
        desk.forecast(day * 24 + 8, seven);
        for (const int hour : {8, 20}) {
            const AssessOutcome outcome = desk.assess(day * 24 + hour);
            const auto open = desk.ask([](Session& db) { return open_warning(db, false); });
            if (!open || !open->state.pending) continue;
            const std::string id = open->state.id;
            RC_ASSERT(std::holds_alternative<DeskDone>(desk.consult_on(day * 24 + hour, id)));
            (void)desk.sign_by(day * 24 + hour, id, Desk::director());
            if (desk.warning(id).state.pending)
                (void)desk.sign_by(day * 24 + hour, id, Desk::chief());
        }
    }
    const auto all = desk.ask([](Session& db) { return load_warnings(db, {}, {.limit = 1000}); });
    for (const StoredWarning& warning : all) {
        const boost::json::value story = explained(desk, warning.state.id);
        RC_ASSERT(story.at("holds").as_bool());
        for (const boost::json::value& entry : story.at("story").as_array()) {
            const std::string kind(entry.at("kind").as_string());
            const std::string event(entry.at("event").as_string());
            if (event != "sign" || (kind != "lift" && kind != "lower")) continue;
            RC_ASSERT(plans::string_or(entry.at("decided_on").at("found_again"), "clearance") ==
                      "clear");
        }
    }
}

}  // namespace
}  // namespace qk::daemon
