#include "daemon/readings/attempt.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "daemon/readings/intake.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

const std::string kMeter = "qingkong/1/110105/e1/meter/m1";

std::string reading(int minute, const std::string& note = "") {
    return R"({"t":"2015-12-07T23:)" + std::to_string(minute) + R"(:00+08:00","kw":50,"note":")" +
           note + "\"}";
}

TEST(Attempt, WhatToDoDependsOnHowOftenAndHowItEnded) {
    Attempt batch;
    EXPECT_EQ(caution_after(batch), Caution::kNone);
    batch.unexplained_deaths = 1;
    EXPECT_EQ(caution_after(batch), Caution::kCareful);
    batch.unexplained_deaths = 0;
    batch.has_crashed = true;
    EXPECT_EQ(caution_after(batch), Caution::kCareful);
    Attempt alone;
    alone.step = AttemptStep::kAlone;
    EXPECT_EQ(caution_after(alone), Caution::kCareful);
    alone.unexplained_deaths = 1;
    EXPECT_EQ(caution_after(alone), Caution::kCareful);
    alone.unexplained_deaths = kAloneDeathsMax - 1;
    EXPECT_EQ(caution_after(alone), Caution::kSetAside);
    alone.unexplained_deaths = 0;
    alone.has_crashed = true;
    EXPECT_EQ(caution_after(alone), Caution::kSetAside);
    Attempt stretch;
    stretch.step = AttemptStep::kStretch;
    EXPECT_EQ(caution_after(stretch), Caution::kBatches) << "of whatever kind the death was";
    stretch.has_crashed = true;
    EXPECT_EQ(caution_after(stretch), Caution::kBatches);
}

TEST(Attempt, AMarkIsReadBackAndRubbishIsNone) {
    const Scratch scratch;
    {
        AttemptMark mark(scratch.file("attempt"));
        EXPECT_FALSE(mark.found());
        Attempt attempt;
        attempt.from = {3, 40, 0};
        attempt.to = {3, 900, 0};
        attempt.careful_to = {2, 7, 0};
        attempt.batches_to = {3, 950, 0};
        attempt.step = AttemptStep::kStretch;
        attempt.unexplained_deaths = 1;
        mark.begin(attempt);
    }
    {
        AttemptMark mark(scratch.file("attempt"));
        ASSERT_TRUE(mark.found());
        EXPECT_EQ(mark.found()->from, (JournalPlace{3, 40}));
        EXPECT_EQ(mark.found()->to, (JournalPlace{3, 900}));
        EXPECT_EQ(mark.found()->careful_to, (JournalPlace{2, 7}));
        EXPECT_EQ(mark.found()->batches_to, (JournalPlace{3, 950}));
        EXPECT_EQ(mark.found()->step, AttemptStep::kStretch);
        EXPECT_EQ(mark.found()->unexplained_deaths, 1);
        EXPECT_FALSE(mark.found()->has_crashed);
        mark.clear();
    }
    EXPECT_FALSE(AttemptMark(scratch.file("attempt")).found());
    scratch.write("attempt", "attempt 1 x");
    EXPECT_FALSE(AttemptMark(scratch.file("attempt")).found());
    // As an older release has written it.
    std::string older = "attempt 1 3 40 3 900 2 7 1 4 ";
    older.resize(178, ' ');
    scratch.write("attempt", older + "-\n");
    const AttemptMark mark(scratch.file("attempt"));
    ASSERT_TRUE(mark.found());
    EXPECT_EQ(mark.found()->step, AttemptStep::kAlone);
    EXPECT_EQ(mark.found()->unexplained_deaths, 4);
    EXPECT_EQ(mark.found()->batches_to, JournalPlace{});
}

// A daemon's intake over files, in a process of its own that may die.
class PoisonTest : public ContextFixture {
 protected:
    enum class End { kClean, kCrashed, kKilled };

    StoreMode mode_ = StoreMode::kInline;

    // Runs the intake until all is taken in; `deadly` is what a message that ends the process does.
    End start(const std::function<void()>& deadly) {
        const pid_t child = ::fork();
        if (child == 0) {
            take_in_all(deadly);
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return End::kClean;
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? End::kKilled : End::kCrashed;
    }
    std::int64_t stored(const char* query) {
        auto store = Store::open(scratch_.file("q.db"), StoreMode::kInline).value();
        auto work = [query](Session& db) { return db.count(query); };
        return store->transact_now(work);
    }
    // Appended by a process that dies before it stores anything.
    void receive(const std::vector<std::string>& payloads) {
        auto journal = Journal::open(scratch_.file("j"), {});
        ASSERT_TRUE(journal.has_value());
        for (const std::string& payload : payloads) {
            Envelope envelope;
            envelope.address = kMeter;
            envelope.payload = payload;
            (*journal)->append(envelope, kTestStart, payload.size(), false);
        }
    }
    int starts_until_clean(const std::function<void()>& deadly) {
        for (int i = 1; i < 20; ++i) {
            if (start(deadly) == End::kClean) return i;
        }
        return 20;
    }

    Scratch scratch_;

 private:
    void take_in_all(const std::function<void()>& deadly) {
        auto store = Store::open(scratch_.file("q.db"), mode_).value();
        boost::asio::io_context io;
        EventFeed events(io.get_executor());
        Config config;
        config.journal_folder = scratch_.file("j");
        config.store_mode = mode_;
        config.limits.enterprise_messages_per_minute = 1'000'000;  // they all arrive at once
        Context context{io.get_executor(),
                        clock_,
                        *store,
                        log_,
                        metrics_,
                        events,
                        inventories_,
                        key_,
                        std::make_shared<const Config>(config),
                        std::make_shared<const plans::RegionPack>()};
        IntakeParts parts;
        parts.take = [&deadly](Session& db, std::span<const JournalMessage> messages,
                               const IntakeView& view) {
            for (const JournalMessage& one : messages) {
                if (one.payload.find("deadly") != std::string::npos) deadly();
            }
            return take_messages(db, messages, view);
        };
        auto intake = Intake::open(context, parts).value();
        TaskGroup tasks(io.get_executor(),
                        [](const std::string&, std::exception_ptr) { ::_exit(3); });
        intake->start(tasks);
        io.poll();
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
        const bool has_threads = mode_ == StoreMode::kOwnThread;
        while (has_threads && intake->waiting() > 0 && std::chrono::steady_clock::now() < end) {
            io.run_one_for(std::chrono::milliseconds{100});
        }
        if (intake->waiting() > 0) ::_exit(4);
        ::_exit(0);
    }
};

TEST_F(PoisonTest, AMessageThatCrashesTheProcessIsSetAsideAndTheRestTakenIn) {
    receive({reading(10), reading(15, "deadly"), reading(20), reading(25, "deadly"), reading(30)});
    // The batch, each of the two alone, and the start that is whole.
    EXPECT_EQ(starts_until_clean([] { std::abort(); }), 4);
    EXPECT_EQ(stored("SELECT count(*) FROM readings"), 3);
    EXPECT_EQ(stored("SELECT count(*) FROM rejected WHERE why LIKE 'set aside: %crashed%'"), 2);
    EXPECT_EQ(stored("SELECT count(*) FROM events WHERE kind = 'message-set-aside'"), 2);
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(scratch_.file("j/quarantine"))) {
        files += entry.is_regular_file() ? 1 : 0;
    }
    EXPECT_EQ(files, 2);
}

// Read ahead and taken in by stretches; the store has a thread, so nothing of it may be open here.
class LongBacklogTest : public PoisonTest {
 protected:
    static constexpr int kMessages = 20'000;
    LongBacklogTest() {
        mode_ = StoreMode::kOwnThread;
        std::vector<std::string> payloads;
        for (int i = 0; i < kMessages; ++i) payloads.push_back(at_second(i, i == kDeadly));
        receive(payloads);
    }
    static constexpr int kDeadly = 13'457;
    void SetUp() override {
        // The processes that are begun here have threads, and this one then must not.
        if (has_own_threads()) GTEST_SKIP() << "the same in both modes";
    }
    static std::string at_second(int second, bool is_deadly) {
        return R"({"t":")" +
               rules::to_iso(kTestStart - std::chrono::seconds{30'000 - second},
                             rules::kBeijingTime) +
               R"(","kw":)" + std::to_string(second % 90) + R"(,"note":")" +
               (is_deadly ? "deadly" : "") + "\"}";
    }
};

TEST_F(LongBacklogTest, TheOneMessageThatCrashesAmongTwentyThousandIsFoundAndSetAside) {
    // The stretch, the batch, the message alone, and the start that is whole.
    EXPECT_EQ(starts_until_clean([] { std::abort(); }), 4);
    EXPECT_EQ(stored("SELECT count(*) FROM readings"), kMessages - 1);
    EXPECT_EQ(stored("SELECT count(*) FROM rejected WHERE why LIKE 'set aside: %crashed%'"), 1);
    EXPECT_EQ(stored("SELECT count(*) FROM rejected"), 1);
}

TEST_F(LongBacklogTest, AKillInTheMiddleLosesNothingAndSetsNothingAside) {
    EXPECT_EQ(start([] { ::raise(SIGKILL); }), End::kKilled);
    EXPECT_EQ(start([] {}), End::kClean);
    EXPECT_EQ(stored("SELECT count(*) FROM readings"), kMessages);
    EXPECT_EQ(stored("SELECT count(*) FROM rejected"), 0);
}

TEST_F(PoisonTest, AMessageThatOnlyEverEndsInAKillIsSetAsideInTheEnd) {
    receive({reading(10), reading(15, "deadly"), reading(20)});
    EXPECT_EQ(starts_until_clean([] { ::raise(SIGKILL); }), kBatchDeathsMax + kAloneDeathsMax + 1);
    EXPECT_EQ(stored("SELECT count(*) FROM readings"), 2);
    EXPECT_EQ(stored("SELECT count(*) FROM rejected"), 1);
}

TEST_F(PoisonTest, WhereTheDeadlyOneCanNoLongerBeReadTheNextIsNotSetAsideForIt) {
    receive({reading(10), reading(15, "deadly"), reading(20)});
    for (int i = 0; i < 2; ++i) EXPECT_EQ(start([] { std::abort(); }), End::kCrashed);
    const std::string segment = "j/" + segment_name(1);
    std::string bytes = scratch_.read(segment);
    ASSERT_NE(bytes.find("deadly"), std::string::npos);
    bytes[bytes.find("deadly")] = 'x';
    scratch_.write(segment, bytes);
    EXPECT_EQ(start([] { std::abort(); }), End::kClean);
    EXPECT_EQ(stored("SELECT count(*) FROM readings"), 2);
    EXPECT_EQ(stored("SELECT count(*) FROM rejected"), 0);
}

TEST_F(PoisonTest, KillsDuringSoundMessagesSetNothingAside) {
    receive({reading(10), reading(15, "deadly"), reading(20)});
    // Killed over and over, but fewer times at the same message alone than makes it suspect.
    for (int i = 0; i < kBatchDeathsMax + kAloneDeathsMax - 1; ++i) {
        EXPECT_EQ(start([] { ::raise(SIGKILL); }), End::kKilled);
    }
    EXPECT_EQ(start([] {}), End::kClean);
    EXPECT_EQ(stored("SELECT count(*) FROM readings"), 3);
    EXPECT_EQ(stored("SELECT count(*) FROM rejected"), 0);
}

TEST_F(PoisonTest, AnAbortOutsideOfTakingInIsNotCountedAsACrash) {
    const std::string path = scratch_.file("attempt");
    const auto die = [&path](bool while_taking) {
        const pid_t child = ::fork();
        if (child == 0) {
            AttemptMark mark(path);
            mark.begin({});
            if (while_taking) {
                const AttemptMark::Taking taking;
                std::abort();
            }
            std::abort();
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
        return AttemptMark(path).found()->has_crashed;
    };
    EXPECT_FALSE(die(false));
    EXPECT_TRUE(die(true));
}

}  // namespace
}  // namespace qk::daemon
