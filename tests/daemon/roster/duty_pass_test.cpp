// Goal: what waits for a person is opened, followed up and closed by itself, each step once, and a
// restart between any two looks changes nothing. Method: passes over a store, with the clock as an
// argument; every pass is run twice.
#include "daemon/roster/duty_pass.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "daemon/orders/refusal_rows.hpp"
#include "daemon/roster/duty_call_rows.hpp"
#include "daemon/roster/duty_calls.hpp"
#include "daemon/roster/duty_desk.hpp"
#include "daemon/roster/matter_rows.hpp"
#include "daemon/store/store.hpp"
#include "daemon/warnings/prompt_rows.hpp"
#include "tests/daemon/test_store.hpp"

namespace qk::daemon {
namespace {

using plans::MatterKind;
using rules::Instant;
using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Instant kBegin{std::chrono::seconds{1'800'000'000}};

class DutyPass : public testing::Test {
 protected:
    DutyPass() {
        auto pack = std::make_shared<plans::RegionPack>();
        pack->region_code = "999900";
        view_.pack = pack;
        view_.ladders = std::make_shared<const plans::Ladders>(plans::shipped_ladders());
        view_.roster = std::make_shared<const plans::Roster>();
        view_.people = {{"zhang", "张", {"duty_officer"}, ""},
                        {"li", "李", {"approver", "admin"}, ""},
                        {"xian", "县", {"county_officer"}, "999901"},
                        {"jian", "检", {"inspector"}, ""}};
        view_.hooks = {"https://sms.example.org/"};
    }

    template <class Work>
    auto ask(Work work) {
        return store_->transact_now(std::move(work));
    }
    void put_order(const std::string& enterprise, int revision, Instant issued) {
        ask([&](Session& db) {
            db.exec(
                "INSERT INTO orders(enterprise, region, warning, order_id, revision, "
                "content_sha256, signed_text, exercise, obligations, issued_at, effective_from) "
                "VALUES(?1,'999901','W1','o',?2,'','{}',0,1,?3,?3) ON CONFLICT DO UPDATE SET "
                "revision = ?2, issued_at = ?3, receipt_state = 'none'",
                enterprise, revision, issued);
        });
    }
    void receipt(const std::string& enterprise, const std::string& state) {
        ask([&](Session& db) {
            db.exec("UPDATE orders SET receipt_state = ?2 WHERE enterprise = ?1", enterprise,
                    state);
        });
    }
    // At that minute; once more right after it, as a daemon that was restarted.
    PassOutcome pass(int minute) {
        view_.now = kBegin + minutes{minute};
        const auto run = [this](Session& db) { return run_pass(db, view_); };
        const PassOutcome outcome = ask(run);
        const PassOutcome again = ask(run);
        EXPECT_FALSE(again.has_changed()) << "minute " << minute;
        EXPECT_EQ(again.look_at, outcome.look_at);
        const auto preview = ask([this](Session& db) { return preview_pass(db, view_); });
        EXPECT_FALSE(preview.has_work);
        EXPECT_EQ(preview.outcome.look_at, outcome.look_at);
        return outcome;
    }
    std::vector<std::string> actions_of(std::int64_t matter) {
        std::vector<std::string> actions;
        for (const StepRow& step : ask([&](Session& db) { return steps_of(db, matter); })) {
            actions.push_back(step.action);
        }
        return actions;
    }
    std::vector<MatterRow> open() {
        return ask([](Session& db) { return open_matters(db); });
    }
    std::int64_t count(const std::string& query) {
        return ask([&](Session& db) { return db.count(query); });
    }

    const Scratch scratch_;
    std::unique_ptr<Store> store_ = open_test_store(scratch_);
    DutyView view_;
};

TEST_F(DutyPass, AnOrderNobodyAnswersGoesUpItsLadderToTheEnd) {
    put_order("e1", 1, kBegin);
    EXPECT_EQ(pass(14).open, 0U);
    EXPECT_EQ(pass(14).look_at, kBegin + minutes{15});
    for (int minute = 15; minute <= 600; ++minute) pass(minute);
    ASSERT_THAT(open(), SizeIs(1)) << "it is still open; its ladder is at its end";
    const std::int64_t number = open().front().number;
    EXPECT_THAT(actions_of(number),
                ElementsAre("repeat", "remind", "phone_list", "county", "site_check"));
    EXPECT_EQ(open().front().look_at, std::nullopt);
    EXPECT_EQ(count("SELECT wanted FROM orders"), 2) << "published once more";
    EXPECT_EQ(count("SELECT count(*) FROM phone_list"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM duty_calls"), 4) << "publishing again calls nobody";
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'duty.step'"), 5);
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action = 'duty.step'"), 5);
}

TEST_F(DutyPass, TheAnswerStopsItAtEveryMinute) {
    for (int answered = 15; answered <= 130; answered += 5) {
        const std::string enterprise = "e" + std::to_string(answered);
        put_order(enterprise, 1, kBegin);
        for (int minute = 15; minute < answered; ++minute) pass(minute);
        const std::int64_t before = count("SELECT count(*) FROM matter_steps");
        receipt(enterprise, "received");
        for (int minute = answered; minute < 200; minute += 7) pass(minute);
        EXPECT_EQ(count("SELECT count(*) FROM matter_steps"), before) << answered;
        EXPECT_THAT(open(), IsEmpty());
    }
}

TEST_F(DutyPass, AnOrderThatIsInsistedOnIsWaitedForAnew) {
    put_order("e1", 1, kBegin);
    pass(15);
    receipt("e1", "refused");
    pass(16);
    ASSERT_THAT(open(), SizeIs(1));
    EXPECT_EQ(open().front().key.kind, MatterKind::kRefusal);
    ask([](Session& db) { ask_anew(db, "e1", kBegin + minutes{60}); });
    EXPECT_EQ(pass(60).look_at, kBegin + minutes{75});
    pass(74);
    EXPECT_THAT(open(), IsEmpty()) << "the refusal is answered, and the new answer not due";
    pass(75);
    ASSERT_THAT(open(), SizeIs(1));
    EXPECT_EQ(open().front().key.kind, MatterKind::kOrder);
    EXPECT_EQ(open().front().opened_at, kBegin + minutes{60});
}

TEST_F(DutyPass, ANewRevisionIsAnotherMatterAndTheOldOnesTimersDie) {
    put_order("e1", 1, kBegin);
    for (int minute = 15; minute <= 31; ++minute) pass(minute);
    const std::int64_t first = open().front().number;
    ASSERT_THAT(actions_of(first), SizeIs(3));
    put_order("e1", 2, kBegin + minutes{32});
    for (int minute = 32; minute <= 500; ++minute) pass(minute);
    EXPECT_THAT(actions_of(first), SizeIs(3));
    ASSERT_THAT(open(), SizeIs(1));
    EXPECT_EQ(open().front().key.revision, "2");
    EXPECT_THAT(actions_of(open().front().number), SizeIs(5)) << "its own ladder, from the start";
}

TEST_F(DutyPass, ADaemonThatWasDownTakesTheStepsOneAfterTheOther) {
    put_order("e1", 1, kBegin);
    EXPECT_EQ(pass(1000).steps, 1U);
    EXPECT_EQ(pass(1001).steps, 0U);
    EXPECT_EQ(pass(1005).steps, 1U);
}

TEST_F(DutyPass, StepsOfManyOrdersAreToldTogetherByCounty) {
    for (int i = 0; i < 120; ++i) put_order("e" + std::to_string(1000 + i), 1, kBegin);
    EXPECT_EQ(pass(15).steps, 120U);
    EXPECT_EQ(pass(20).steps, 120U);
    EXPECT_EQ(count("SELECT count(*) FROM duty_calls"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'duty.step'"), 2);
    const auto body = ask([this](Session& db) { return call_body(db, view_, 1); });
    ASSERT_TRUE(body);
    EXPECT_NE(body->find("\"count\":120"), std::string::npos) << *body;
    EXPECT_NE(body->find("\"person\":\"zhang\""), std::string::npos);
}

TEST_F(DutyPass, MoreThanTheLimitIsCountedAndComesWhenThereIsRoom) {
    view_.matters_most = 3;
    for (int i = 0; i < 3; ++i) put_order("e" + std::to_string(i), 1, kBegin);
    ask([](Session& db) {
        db.exec(
            "INSERT INTO cases(kind, enterprise, obligation, window_from, warning, state, "
            "conclusion, opened_at, changed_at, text) VALUES('lead','e9','o',0,'','lead','',?1,?1,"
            "'')",
            kBegin);
    });
    const PassOutcome full = pass(15);
    EXPECT_EQ(full.open, 3U);
    EXPECT_EQ(full.beyond, 1U);
    receipt("e0", "received");
    EXPECT_EQ(pass(16).beyond, 0U);
    EXPECT_EQ(open().back().key.kind, MatterKind::kCase);
}

TEST_F(DutyPass, NoMoreStepsThanTheLimitAreTakenAtOnceAndNoneIsLost) {
    view_.matters_most = kStepsPerPass + 10;
    for (std::size_t i = 0; i < kStepsPerPass + 10; ++i) {
        put_order("e" + std::to_string(i), 1, kBegin);
    }
    view_.now = kBegin + minutes{15};
    const auto run = [this](Session& db) { return run_pass(db, view_); };
    const PassOutcome first = ask(run);
    EXPECT_EQ(first.steps, kStepsPerPass);
    EXPECT_LE(*first.look_at, view_.now) << "the rest follows at once";
    EXPECT_EQ(ask(run).steps, 10U);
}

TEST_F(DutyPass, WhatWasAnsweredBeforeACallWentOutIsLeftOutOfIt) {
    put_order("e1", 1, kBegin);
    put_order("e2", 1, kBegin);
    pass(15);
    pass(20);
    receipt("e1", "received");
    const auto body = ask([this](Session& db) { return call_body(db, view_, 1); });
    ASSERT_TRUE(body);
    EXPECT_EQ(body->find("e1"), std::string::npos) << *body;
    EXPECT_NE(body->find("e2"), std::string::npos);
    receipt("e2", "received");
    EXPECT_FALSE(ask([this](Session& db) { return call_body(db, view_, 1); }));
}

TEST_F(DutyPass, WhoTookItOverIsNotCalledAndTheLadderWaits) {
    put_order("e1", 1, kBegin);
    pass(15);
    pass(20);
    const std::int64_t number = open().front().number;
    const DutyActor zhang{"zhang", "127.0.0.1", ""};
    const auto take = [&](Session& db) {
        return take_duty_act(db, view_, zhang, number, {DutyAct::Kind::kAcknowledge});
    };
    EXPECT_EQ(ask(take).outcome, DutyActAnswer::Outcome::kDone);
    EXPECT_EQ(ask(take).outcome, DutyActAnswer::Outcome::kRefused) << "once";
    EXPECT_FALSE(ask([this](Session& db) { return call_body(db, view_, 1); }));
    EXPECT_EQ(pass(49).steps, 0U) << "20 + 30 minutes of peace";
    EXPECT_EQ(pass(50).steps, 1U);
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action = 'duty.acknowledge'"), 1);
}

TEST_F(DutyPass, WhoEscalatesGoesStraightToTheSiteCheck) {
    put_order("e1", 1, kBegin);
    pass(15);
    const std::int64_t number = open().front().number;
    const auto escalate = [&](Session& db) {
        return take_duty_act(db, view_, {"zhang", "", ""}, number,
                             {DutyAct::Kind::kEscalate, {}, 4, "停不下来"});
    };
    EXPECT_EQ(ask(escalate).outcome, DutyActAnswer::Outcome::kDone);
    EXPECT_EQ(pass(15).steps, 1U);
    EXPECT_THAT(actions_of(number), ElementsAre("repeat", "site_check"));
    for (int minute = 16; minute < 500; minute += 3) pass(minute);
    EXPECT_THAT(actions_of(number), SizeIs(2)) << "that was the last";
}

TEST_F(DutyPass, PeopleOfAnotherCountyActOnNothingOfThis) {
    put_order("e1", 1, kBegin);
    pass(15);
    const std::int64_t number = open().front().number;
    const auto by = [&](const std::string& region) {
        return ask([&](Session& db) {
                   return take_duty_act(db, view_, {"x", "", region}, number,
                                        {DutyAct::Kind::kAcknowledge});
               })
            .outcome;
    };
    EXPECT_EQ(by("999902"), DutyActAnswer::Outcome::kOfAnotherRegion);
    EXPECT_EQ(by("999901"), DutyActAnswer::Outcome::kDone);
}

TEST_F(DutyPass, AGapOfTheRosterIsAMatterDaysAheadAndKeepsItsName) {
    plans::Roster roster;
    roster.needs = {"duty_officer"};
    roster.shifts = {
        {"duty_officer", "zhang", "", {kBegin - hours{48}, kBegin + hours{72}}, "", "", {}},
        {"duty_officer", "zhang", "", {kBegin + hours{80}, kBegin + hours{24 * 40}}, "", "", {}}};
    view_.roster = std::make_shared<const plans::Roster>(roster);
    const PassOutcome first = pass(0);
    EXPECT_EQ(first.gaps, 1U);
    EXPECT_THAT(first.new_gaps, SizeIs(1));
    for (int hour = 1; hour < 80; ++hour) {
        EXPECT_THAT(pass(60 * hour).new_gaps, IsEmpty()) << "hour " << hour;
    }
    EXPECT_THAT(open(), SizeIs(1));
    EXPECT_EQ(open().front().deadline, kBegin + hours{72});
    pass(60 * 80);
    EXPECT_THAT(open(), IsEmpty()) << "it is over";
}

// As its task (lift_tasks_of_past_prompts): whoever has time until tomorrow is followed up until
// then.
TEST_F(DutyPass, APromptIsWaitedForUntilItsEndAndItsDeadlineHavePassed) {
    PromptRow row;
    row.prompt.number = "P1";
    row.prompt.from = kBegin;
    row.prompt.to = kBegin + hours{1};
    row.prompt.deadline = kBegin + hours{3};
    row.recorded_at = kBegin;
    row.asks = "warning";
    ask([&](Session& db) {
        store_prompt(db, row);
        store_follow_up(db, "P1", "999901", "某县");
    });
    for (const int minute : {0, 59, 61, 179}) {
        pass(minute);
        EXPECT_THAT(open(), SizeIs(1)) << "minute " << minute;
    }
    pass(180);
    EXPECT_THAT(open(), IsEmpty());
}

TEST_F(DutyPass, DataThatStopAreAMatterUntilTheyComeAgain) {
    view_.is_broker_up = false;
    pass(0);
    EXPECT_EQ(pass(10).steps, 1U);
    view_.is_broker_up = true;
    pass(11);
    EXPECT_THAT(open(), IsEmpty());
    view_.is_broker_up = false;
    pass(12);
    EXPECT_THAT(open(), SizeIs(1)) << "another outage is another matter";
    EXPECT_EQ(count("SELECT count(*) FROM matters"), 2);
}

TEST_F(DutyPass, WhatIsLongAnsweredIsForgottenWithAllThatBelongsToIt) {
    put_order("e1", 1, kBegin);
    for (int minute = 15; minute < 40; ++minute) pass(minute);
    receipt("e1", "received");
    pass(40);
    const auto forget = [](Session& db) {
        return forget_matters(db, kBegin + hours{9}, 10) + forget_calls(db, kBegin + hours{9}, 10);
    };
    EXPECT_EQ(ask(forget), 3U) << "a matter and two calls";
    for (const char* table : {"matters", "matter_steps", "duty_calls", "duty_deliveries"}) {
        EXPECT_EQ(count(std::string("SELECT count(*) FROM ") + table), 0) << table;
    }
}

}  // namespace
}  // namespace qk::daemon
