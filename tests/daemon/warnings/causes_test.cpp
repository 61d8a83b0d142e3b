// Goal: a cause that a person states changes what is proposed, is challenged in a consultation, and
// stands in the audit log and in what is computed again. Method: one forecast, statements at a
// desk.
#include "daemon/warnings/causes.hpp"

#include "daemon/warnings/explain.hpp"
#include "desk_fixture.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

using rules::Colour;
using rules::EpisodeCause;
using rules::Novelty;

rules::CivilDay day(int number) { return rules::day_of(hour_at(24 * number), rules::kBeijingTime); }

plans::StatedCause dust(int from, int to) {
    return {0, "", day(from), day(to), EpisodeCause::kDust, "激光雷达见沙尘输送", ""};
}

// Days 1 to 3 are heavy, and orange is proposed for them.
std::string orange_proposed(Desk& desk) {
    desk.forecast(8, {100, 250, 250, 250, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    EXPECT_EQ(desk.warning(id).state.pending->colour, Colour::kOrange);
    return id;
}

std::int64_t state(Desk& desk, int hour, const plans::StatedCause& stated) {
    return desk.ask([&](Session& db) {
        EXPECT_FALSE(may_not_state(db, desk.view(hour), {stated}));
        return state_cause(db, desk.view(hour), Desk::officer(), stated, {});
    });
}

ConsultAnswer consult_with(Desk& desk, int hour, const std::string& id, ConsultRequest request) {
    request.participants = {"张伟"};
    request.why.reason = "会商研判成因";
    return desk.ask([&](Session& db) {
        const StoredWarning warning = *load_warning(db, id);
        request.generation = warning.state.generation;
        return consult(db, desk.view(hour), Desk::officer(), warning, request);
    });
}

bool is_mandatory(const boost::json::value& assessed) {
    return assessed.at("proposal").at("mandatory").as_bool();
}

TEST(Causes, DustThatIsStatedSupersedesTheProposalAndTakenBackBringsItAgain) {
    Desk desk;
    orange_proposed(desk);
    const std::int64_t number = state(desk, 9, dust(1, 3));
    const AssessOutcome advised = desk.assess(9);
    EXPECT_EQ(advised.novelty, Novelty::kSupersede);
    EXPECT_FALSE(desk.warning(advised.warning).state.pending->mandatory);
    EXPECT_EQ(desk.warning(advised.warning).state.pending->cause, "沙尘");
    const bool is_taken_back = desk.ask([&](Session& db) {
        return take_back_cause(db, desk.view(10), Desk::officer(), {number, "组分以硝酸盐为主"});
    });
    EXPECT_TRUE(is_taken_back);
    const AssessOutcome bound = desk.assess(10);
    EXPECT_EQ(bound.novelty, Novelty::kSupersede);
    EXPECT_TRUE(desk.warning(bound.warning).state.pending->mandatory);
    EXPECT_EQ(desk.warning(bound.warning).state.pending->colour, Colour::kOrange);
}

TEST(Causes, WhatWasStatedIsShownWithWhoAndWhyAndTakenBackOnlyOnce) {
    Desk desk;
    desk.pack->cause_advice = {{EpisodeCause::kDust, "学校", {"停止户外活动。"}, {}}};
    const std::int64_t number = state(desk, 9, dust(1, 3));
    const auto view = [&] {
        return desk.ask(
            [&](Session& db) { return cause_view(load_cause(db, number).value(), *desk.pack); });
    };
    const boost::json::object stated = view();
    EXPECT_EQ(stated.at("person").as_string(), "zhang.wei");
    EXPECT_EQ(stated.at("reason").as_string(), "激光雷达见沙尘输送");
    EXPECT_FALSE(stated.at("binds").as_bool());
    EXPECT_TRUE(stated.at("withdrawn_at").is_null());
    EXPECT_EQ(stated.at("advice").at(0).at("addressee").as_string(), "学校");
    const auto take_back = [&] {
        return desk.ask([&](Session& db) {
            return take_back_cause(db, desk.view(10), Desk::chief(), {number, "误判"});
        });
    };
    EXPECT_TRUE(take_back());
    EXPECT_FALSE(take_back());
    EXPECT_EQ(view().at("withdrawn_by").as_string(), "wang.fang");
    EXPECT_EQ(view().at("withdrawn_reason").as_string(), "误判");
    const std::int64_t audited = desk.ask([](Session& db) {
        return db.count(
            "SELECT count(*) FROM audit WHERE action IN ('cause.stated','cause.withdrawn')");
    });
    EXPECT_EQ(audited, 2);
}

TEST(Causes, AConsultationShowsWhatACauseChangesAndTheDecisionIsComputedAgainFromIt) {
    Desk desk;
    const std::string id = orange_proposed(desk);
    ConsultRequest request;
    request.causes = {dust(2, 3)};
    request.colour = Colour::kYellow;
    request.amends = true;
    const ConsultAnswer answer = consult_with(desk, 9, id, request);
    ASSERT_TRUE(std::holds_alternative<DeskDone>(answer.answer));
    EXPECT_TRUE(is_mandatory(answer.effect.at("before")));
    EXPECT_FALSE(is_mandatory(answer.effect.at("after"))) << "one day alone is not yellow here";
    const auto held = desk.ask([](Session& db) { return causes_now(db, day(0)); });
    ASSERT_EQ(held.size(), 1U);
    EXPECT_EQ(held[0].person, "zhang.wei");
    ASSERT_TRUE(std::holds_alternative<DeskDone>(desk.sign_by(10, id, Desk::director())));
    const boost::json::value story = desk.ask(
        [&](Session& db) { return explain(db, *load_warning(db, id), rules::kBeijingTime); });
    EXPECT_TRUE(story.at("holds").as_bool());
}

TEST(Causes, AConsultationTakesAStatementBackWithAReason) {
    Desk desk;
    const std::int64_t number = state(desk, 7, dust(1, 3));
    desk.forecast(8, {100, 250, 250, 250, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    ASSERT_FALSE(desk.warning(id).state.pending->mandatory);
    ConsultRequest request;
    request.withdrawn_causes = {{number, "组分以硝酸盐为主"}};
    const ConsultAnswer answer = consult_with(desk, 9, id, request);
    ASSERT_TRUE(std::holds_alternative<DeskDone>(answer.answer));
    EXPECT_FALSE(is_mandatory(answer.effect.at("before")));
    EXPECT_TRUE(is_mandatory(answer.effect.at("after")));
    EXPECT_TRUE(desk.ask([](Session& db) { return causes_now(db, day(0)); }).empty());
    const ConsultAnswer again = consult_with(desk, 9, id, request);
    EXPECT_TRUE(std::holds_alternative<rules::Refused>(again.answer)) << "it is withdrawn already";
}

TEST(Causes, AdviceThatAPersonProposesIsAboutTheCauseThatWasStatedForItsDays) {
    Desk desk;
    plans::StatedCause ozone = dust(2, 2);
    ozone.cause = EpisodeCause::kOzone;
    (void)state(desk, 8, ozone);
    const auto proposed = [&](bool is_mandatory, int from) {
        const auto answer = desk.ask([&](Session& db) {
            ChangeRequest request;
            request.colour = Colour::kYellow;
            request.mandatory = is_mandatory;
            request.from = hour_at(from);
            request.expected_to = hour_at(from + 20);
            request.why.reason = "午后臭氧";
            return propose_start(db, desk.view(9), Desk::officer(), request);
        });
        const std::string id = std::get<DeskDone>(answer).warning.state.id;
        const std::string cause = desk.warning(id).state.pending->cause;
        desk.ask([&](Session& db) {
            DeskEvent event;
            event.kind = rules::Withdraw{};
            event.why.reason = "另议";
            return take_event(db, desk.view(9), *load_warning(db, id), Desk::officer(), event);
        });
        return cause;
    };
    EXPECT_EQ(proposed(false, 48), "臭氧");
    EXPECT_EQ(proposed(false, 96), "") << "nobody stated a cause for that day";
    EXPECT_EQ(proposed(true, 48), "") << "what binds is about PM2.5";
}

TEST(Causes, SomethingTooFarAheadOrTooManyAtATimeIsRefused) {
    Desk desk;
    const auto refused = [&](const std::vector<plans::StatedCause>& causes) {
        return desk.ask(
            [&](Session& db) { return may_not_state(db, desk.view(8), causes).has_value(); });
    };
    EXPECT_FALSE(refused({dust(16, 16)}));
    EXPECT_TRUE(refused({dust(17, 17)}));
    EXPECT_FALSE(refused(std::vector(kCausesMax, dust(1, 1))));
    EXPECT_TRUE(refused(std::vector(kCausesMax + 1, dust(1, 1))));
}

TEST(Causes, ACorrectionOutlivesAStartThatCameToNothing) {
    Desk desk;
    const std::string id = orange_proposed(desk);
    ConsultRequest request;
    for (const int number : {1, 2, 3})
        request.corrections.push_back({"", day(number), 120, "扩散转好"});
    ASSERT_TRUE(std::holds_alternative<DeskDone>(consult_with(desk, 9, id, request).answer));
    const auto rejected = desk.ask([&](Session& db) {
        DeskEvent event;
        event.kind = rules::Reject{};
        event.why.reason = "订正后不达预警条件";
        return take_event(db, desk.view(10), *load_warning(db, id), Desk::director(),
                          std::move(event));
    });
    ASSERT_TRUE(std::holds_alternative<DeskDone>(rejected));
    // What was turned down would be proposed again after a day.
    desk.pack->timing.repeat_after = std::chrono::hours(1);
    EXPECT_EQ(desk.assess(20).novelty, Novelty::kKeep);
    desk.forecast(21, {100, 250, 250, 250, 90, 80, 80});
    EXPECT_EQ(desk.assess(21).novelty, Novelty::kMake) << "a newer forecast is another matter";
}

}  // namespace
}  // namespace qk::daemon
