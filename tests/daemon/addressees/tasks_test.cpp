// Goal: a task is desired state with a revision that only rises; an answer moves it once, with its
// file; nothing is stored of what is refused. Method: rows in a store, by transactions.
#include "daemon/addressees/tasks.hpp"

#include <gmock/gmock.h>

#include <boost/json/object.hpp>

#include "daemon/addressees/task_sending_rows.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"
#include "tests/daemon/addressees/drafted.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

using plans::AddresseeKind;
using plans::TaskState;
using std::chrono::minutes;
using testing::IsEmpty;
using testing::SizeIs;

class TasksTest : public ContextFixture {
 protected:
    PutTasks put(const std::vector<plans::DraftedTask>& tasks, rules::Instant now = kTestStart) {
        return transact([&](Session& db) { return put_tasks(db, tasks, cause_at(now)); });
    }
    TaskRow task(std::int64_t number = 1) {
        return transact([&](Session& db) { return load_task(db, number).value(); });
    }
    rules::Result<TakenAnswer> say(std::int64_t number, TaskState state,
                                   const std::optional<TaskFile>& file = std::nullopt,
                                   std::int64_t revision = 0) {
        return transact([&](Session& db) {
            const TaskRow row = load_task(db, number).value();
            const plans::TaskAnswer answer{revision > 0 ? revision : row.revision, state, "王强",
                                           "说明"};
            return take_task_answer(db, row, answer, {"of.d1", "http", "", kTestStart + minutes{5}},
                                    file);
        });
    }
    const plans::DraftedTask stop_ =
        drafted("d1", AddresseeKind::kDustSite, "停止土方", "110105", {"sms", "webhook"});
};

TEST_F(TasksTest, TheSameContentIsTheSameRevision) {
    EXPECT_THAT(put({stop_}).changed, SizeIs(1));
    EXPECT_EQ(put({stop_}, kTestStart + minutes{9}).unchanged, 1U);
    EXPECT_EQ(task().revision, 1);
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'task.issued'"), 1);
    plans::DraftedTask more = stop_;
    more.items[0].text = "停止一切作业";
    EXPECT_THAT(put({more}).changed, SizeIs(1));
    EXPECT_EQ(task().revision, 2);
    EXPECT_EQ(count("SELECT count(*) FROM task_revisions"), 2);
    EXPECT_EQ(count("SELECT count(*) FROM task_sendings WHERE closed_why = 'superseded'"), 2);
    EXPECT_EQ(count("SELECT count(*) FROM task_sendings WHERE standing = 'waiting'"), 2);
}

TEST_F(TasksTest, WhoIsNotNamedAnyMoreIsLiftedAndNotFollowedUp) {
    put({stop_, drafted("z", AddresseeKind::kHousing, "巡查")});
    EXPECT_EQ(task(1).due_at, kTestStart);
    put({}, kTestStart + minutes{60});
    for (const std::int64_t number : {1, 2}) {
        const TaskRow row = task(number);
        EXPECT_TRUE(row.is_lifted);
        EXPECT_EQ(row.revision, 2);
        EXPECT_EQ(row.due_at, std::nullopt);
        const auto document = plans::parse_json(row.document, "d").value();
        EXPECT_TRUE(document.at("lifted").as_bool());
    }
    EXPECT_EQ(count("SELECT count(*) FROM task_sendings WHERE standing = 'waiting'"), 2)
        << "it is told on the channels on which it was told of the task";
    put({}, kTestStart + minutes{61});
    EXPECT_EQ(task(1).revision, 2) << "once";
    EXPECT_THAT(put({stop_}, kTestStart + minutes{70}).changed, SizeIs(1)) << "it may come back";
    EXPECT_FALSE(task(1).is_lifted);
}

TEST_F(TasksTest, AnAnswerMovesItAndClosesWhatWaitsToBeSent) {
    put({stop_});
    ASSERT_TRUE(say(1, TaskState::kReceived));
    EXPECT_EQ(task().state, TaskState::kReceived);
    EXPECT_EQ(task().due_at, std::nullopt) << "no deadline was set, so none is waited for";
    EXPECT_EQ(count("SELECT count(*) FROM task_sendings WHERE closed_why = 'answered'"), 2);
    EXPECT_EQ(say(1, TaskState::kReceived)->effect, plans::AnswerEffect::kRepeat);
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'task.answered'"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action = 'task.answered'"), 1);
    ASSERT_TRUE(say(1, TaskState::kDifficulty));
    EXPECT_EQ(task().due_at, kTestStart + minutes{5});
    EXPECT_FALSE(say(1, TaskState::kExecuting, std::nullopt, 7)) << "of another revision";
    ASSERT_TRUE(say(1, TaskState::kExecuting));
    EXPECT_EQ(task().due_at, std::nullopt);
}

TEST_F(TasksTest, WhatIsToBeDoneIsWaitedForFromItsDeadlineOn) {
    plans::DraftedTask patrol = drafted("z", AddresseeKind::kHousing, "巡查");
    patrol.deadline = kTestStart + minutes{90};
    put({patrol});
    (void)say(1, TaskState::kExecuting);
    EXPECT_EQ(task().due_at, kTestStart + minutes{90});
    const auto waiting = [this](int minute) {
        return transact([&](Session& db) {
            return tasks_waiting(db, kTestStart + minutes{minute}, 10).size();
        });
    };
    EXPECT_EQ(waiting(89), 0U);
    EXPECT_EQ(waiting(90), 1U);
    (void)say(1, TaskState::kDone);
    EXPECT_EQ(waiting(90), 0U);
}

TEST_F(TasksTest, AFileIsKeptWithItsHashOrRefusedWithTheAnswer) {
    put({stop_});
    const TaskFile good{"现场.pdf", "%PDF-1.7 停工照片"};
    ASSERT_TRUE(say(1, TaskState::kExecuting, good));
    const auto files = transact([](Session& db) { return files_of_task(db, 1); });
    ASSERT_THAT(files, SizeIs(1));
    EXPECT_EQ(files[0].sha256, plans::sha256_hex(good.bytes));
    const auto bytes =
        transact([&](Session& db) { return content_of_task_file(db, 1, files[0].number); });
    EXPECT_EQ(bytes, good.bytes);
    EXPECT_FALSE(say(1, TaskState::kDone, TaskFile{"a.exe", "MZ"}));
    EXPECT_EQ(task().state, TaskState::kExecuting) << "nothing of it is taken";
    (void)say(1, TaskState::kExecuting, good);
    EXPECT_EQ(count("SELECT count(*) FROM task_files"), 1) << "the same bytes once";
    for (int i = 1; i < plans::kTaskFilesMax; ++i) {
        ASSERT_TRUE(say(1, TaskState::kExecuting, TaskFile{"a.txt", "照片" + std::to_string(i)}));
    }
    EXPECT_FALSE(say(1, TaskState::kExecuting, TaskFile{"a.txt", "照片 one too many"}));
}

TEST_F(TasksTest, RepeatsCostNoMoreThanTheirLimit) {
    put({stop_});
    for (int i = 0; i < kRepeatsKept + 20; ++i) (void)say(1, TaskState::kReceived);
    EXPECT_EQ(count("SELECT count(*) FROM task_answers"), kRepeatsKept + 1);
}

TEST_F(TasksTest, AskedAgainTheSameRevisionGoesOutOnceMore) {
    put({stop_});
    transact([](Session& db) {
        for (const TaskSendingRow& row : sendings_of_task(db, 1, 1)) {
            close_task_sending(db, row.number, "no address");
        }
        ask_task_again(db, 1, kTestStart + minutes{15});
        return 0;
    });
    EXPECT_EQ(count("SELECT count(*) FROM task_sendings WHERE standing = 'waiting'"), 2);
    (void)say(1, TaskState::kExecuting);
    transact([](Session& db) {
        ask_task_again(db, 1, kTestStart + minutes{30});
        return 0;
    });
    EXPECT_EQ(count("SELECT count(*) FROM task_sendings WHERE standing = 'waiting'"), 0)
        << "nobody is asked who has answered";
}

}  // namespace
}  // namespace qk::daemon
