// Goal: an SMS answers the one task that is meant, and where that cannot be known nothing is
// guessed. Method: a number with one task, with several, with none.
#include "daemon/addressees/task_sms.hpp"

#include <gtest/gtest.h>

#include "daemon/addressees/tasks.hpp"
#include "daemon/api/answers.hpp"
#include "tests/daemon/addressees/drafted.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

using plans::AddresseeKind;
using plans::TaskState;

class TaskSmsTest : public ContextFixture {
 protected:
    void put(const std::string& subject) {
        transact([&](Session& db) {
            return put_tasks(db, {drafted("d1", AddresseeKind::kDustSite, "停")},
                             cause_at(kTestStart, subject))
                .unchanged;
        });
    }
    void finish(std::int64_t number) {
        transact([&](Session& db) {
            TaskRow row = load_task(db, number).value();
            row.state = TaskState::kDone;
            store_task_state(db, row);
        });
    }
    int say(const std::string& text, ReceiptState state, const std::string& from = "13800000000") {
        return transact([&](Session& db) {
            return take_task_sms(db, {from, text, state, "gateway", kTestStart}).status;
        });
    }
    TaskState state(std::int64_t number) {
        return transact([&](Session& db) { return load_task(db, number)->state; });
    }
};

TEST_F(TaskSmsTest, MovesTheOneTaskOfItsNumber) {
    put("W1");
    EXPECT_EQ(say("1收到", ReceiptState::kReceived), 201);
    EXPECT_EQ(say("1收到", ReceiptState::kReceived), 200);
    EXPECT_EQ(say("3 缺雾炮", ReceiptState::kRefused), 201);
    EXPECT_EQ(state(1), TaskState::kDifficulty);
    EXPECT_EQ(say("2", ReceiptState::kExecuting), 201);
    EXPECT_EQ(state(1), TaskState::kExecuting);
    EXPECT_EQ(say("1", ReceiptState::kReceived, "13900000000"), 404);
}

TEST_F(TaskSmsTest, OfSeveralItNamesTheOneThatIsMeant) {
    put("W1");
    put("W2");
    EXPECT_EQ(say("2", ReceiptState::kExecuting), 409);
    EXPECT_EQ(state(1), TaskState::kNone);
    EXPECT_EQ(say("2 任务1", ReceiptState::kExecuting), 201);
    EXPECT_EQ(state(1), TaskState::kExecuting);
    EXPECT_EQ(state(2), TaskState::kNone);
    EXPECT_EQ(say("1", ReceiptState::kReceived), 409) << "it may have come late, from before W2";
    EXPECT_EQ(say("3 雾炮坏了", ReceiptState::kRefused), 409) << "at either";
    EXPECT_EQ(state(2), TaskState::kNone) << "which alone is unanswered";
    finish(1);
    EXPECT_EQ(say("1", ReceiptState::kReceived), 201) << "only one is left";
    EXPECT_EQ(state(2), TaskState::kReceived);
}

TEST_F(TaskSmsTest, ATaskThatIsNotOfTheNumberIsNotTakenForAnother) {
    put("W1");
    EXPECT_EQ(say("2 任务99", ReceiptState::kExecuting), 409);
    EXPECT_EQ(state(1), TaskState::kNone);
    EXPECT_EQ(say("3 缺2台雾炮", ReceiptState::kRefused), 201)
        << "of what is missing, not of a task";
    put("W2");
    EXPECT_EQ(say("2 任务99", ReceiptState::kExecuting), 409);
    EXPECT_EQ(say("2 99", ReceiptState::kExecuting), 409);
    EXPECT_EQ(state(2), TaskState::kNone) << "which alone is unanswered";
}

TEST_F(TaskSmsTest, ADigitMayMeanATaskUntilItIsDone) {
    const auto is_open = [this] {
        return transact([](Session& db) { return has_task_open(db, "13800000000"); });
    };
    EXPECT_FALSE(is_open());
    put("W1");
    EXPECT_TRUE(is_open());
    EXPECT_EQ(say("2", ReceiptState::kExecuting), 201);
    EXPECT_TRUE(is_open()) << "a difficulty may come yet";
    finish(1);
    EXPECT_FALSE(is_open());
}

TEST_F(TaskSmsTest, WhatCannotBeToldApartIsTelephonedAbout) {
    put("W1");
    put("W2");
    EXPECT_EQ(say("2 任务1", ReceiptState::kExecuting), 201);
    transact([](Session& db) { list_calls_of_phone(db, "13800000000", kTestStart); });
    const auto is_listed = [this](std::int64_t number) {
        return transact([&](Session& db) { return load_task(db, number)->listed_at.has_value(); });
    };
    EXPECT_TRUE(is_listed(2));
}

TEST(TaskNamedIn, StandsBehindTheDigitThatAnswers) {
    EXPECT_EQ(task_named_in("2 任务12"), 12);
    EXPECT_EQ(task_named_in("2 12"), 12);
    EXPECT_EQ(task_named_in("2"), std::nullopt);
    EXPECT_EQ(task_named_in("1收到"), std::nullopt);
    EXPECT_EQ(task_named_in(""), std::nullopt);
}

}  // namespace
}  // namespace qk::daemon
