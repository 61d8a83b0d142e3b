#include "daemon/intake/intake.hpp"

#include <thread>

#include "daemon/dispatch/orders.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/dispatch/order_fixture.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

const std::string kMeter = "qingkong/1/110105/e1/meter/m1";

std::string reading(int minute, double kw) {
    return R"({"t":"2015-12-07T23:)" + std::to_string(minute) + R"(:00+08:00","kw":)" +
           std::to_string(kw) + "}";
}

class IntakeTest : public ContextFixture {
 protected:
    // Tasks end before what they work on goes.
    void TearDown() override {
        tasks_.cancel();
        run();
    }
    std::shared_ptr<Intake> open() {
        auto intake = Intake::open(context_);
        EXPECT_TRUE(intake.has_value());
        return std::move(intake.value());
    }
    // One that lives as long as the test.
    std::shared_ptr<Intake> start() {
        started_ = open();
        started_->start(tasks_);
        return started_;
    }
    void use_journal(const std::string& folder) {
        Config config;
        config.journal_folder = folder;
        rebuild(std::move(config));
    }
    std::shared_ptr<Intake> started_;

    std::string last_rejection() {
        return transact([](SQLite::Database& db) -> std::string {
            SQLite::Statement read(db, "SELECT why FROM rejected ORDER BY number DESC LIMIT 1");
            return read.executeStep() ? text_at(read, 0) : "";
        });
    }
};

TEST_F(IntakeTest, AReadingIsStoredAndItsRepeatIsHarmless) {
    auto intake = start();
    intake->on_message(kMeter, reading(30, 50));
    intake->on_message(kMeter, reading(30, 50));
    intake->on_message(kMeter, reading(30, 60));
    run();
    EXPECT_EQ(intake->waiting(), 0U);
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 1);
    EXPECT_EQ(count("SELECT CAST(kw AS INTEGER) FROM readings"), 50);
    EXPECT_EQ(count("SELECT count(*) FROM reading_repeats"), 1);
}

TEST_F(IntakeTest, WhatCannotBeTakenInIsKeptWithItsReason) {
    auto intake = start();
    const std::vector<std::pair<std::string, std::string>> cases{
        {"qingkong/1/110105/nobody/status", "no enterprise nobody"},
        {"qingkong/1/110106/e1/status", "is of region 110105"},
        {"qingkong/1/110105/e1/meter/m9", "no meter m9"},
        {"qingkong/1/110106/e2/meter/m1", "meter m1 belongs to e1"},
        {"qingkong/1/110105/e1/stack/o9", "no outlet o9"},
        {"something/else", "no topic of ours"},
    };
    for (const auto& [topic, why] : cases) {
        intake->on_message(topic, "{}");
        run();
        EXPECT_NE(last_rejection().find(why), std::string::npos) << topic << last_rejection();
    }
    EXPECT_EQ(metrics_.value(Counter::kMessagesRejected), cases.size());
}

TEST_F(IntakeTest, BytesThatAreNotTextAreRejectedAndShownSo) {
    auto intake = start();
    intake->on_message(kMeter, std::string("\xff\xfe\x00", 3));
    run();
    EXPECT_EQ(count("SELECT count(*) FROM rejected WHERE payload = '(3 bytes, not UTF-8)'"), 1);
}

TEST_F(IntakeTest, PowerIsDerivedFromEnergyAndFromARegister) {
    auto intake = start();
    intake->on_message(kMeter, R"({"t":"2015-12-07T22:00:00+08:00","kwh":10})");
    intake->on_message(kMeter, R"({"t":"2015-12-07T22:30:00+08:00","kwh_total":1000})");
    intake->on_message(kMeter, R"({"t":"2015-12-07T23:00:00+08:00","kwh_total":1030})");
    intake->on_message(kMeter, R"({"t":"2015-12-07T23:30:00+08:00","kwh_total":5})");
    run();
    EXPECT_EQ(count("SELECT CAST(kw AS INTEGER) FROM readings WHERE kwh = 10"), 40);
    EXPECT_EQ(count("SELECT valid FROM readings WHERE kwh_total = 1000"), 0);
    EXPECT_EQ(count("SELECT CAST(kw AS INTEGER) FROM readings WHERE kwh_total = 1030"), 60);
    EXPECT_EQ(count("SELECT valid FROM readings WHERE kwh_total = 5"), 0);
}

TEST_F(IntakeTest, PowerFarAboveTheRatingIsNoEvidence) {
    auto intake = start();
    intake->on_message(kMeter, reading(30, 301));
    run();
    EXPECT_EQ(count("SELECT valid FROM readings"), 0);
}

TEST_F(IntakeTest, WhoComesOnlineIsSentItsOrderAgain) {
    transact([&](SQLite::Database& db) {
        put_orders(db, {order_document("e1", 0.2, kTestStart)}, key_, {}, kTestStart);
        note_published(db, *load_order(db, "e1"), kTestStart);
        return 0;
    });
    auto intake = start();
    intake->on_message("qingkong/1/110105/e1/status", "online");
    run();
    EXPECT_EQ(count("SELECT count(*) FROM orders WHERE satisfied < wanted"), 1);
    EXPECT_EQ(metrics_.value(Gauge::kEnterprisesOnline), 1);
    intake->on_message("qingkong/1/110105/e1/status", "offline");
    run();
    EXPECT_EQ(metrics_.value(Gauge::kEnterprisesOnline), 0);
}

TEST_F(IntakeTest, GateAndStackMessagesAreStored) {
    auto intake = start();
    intake->on_message(
        "qingkong/1/110105/e1/gate",
        R"({"t":"2015-12-07T23:00:00+08:00","plate":"京A1","emission_standard":"国四","direction":"in"})");
    intake->on_message("qingkong/1/110105/e1/stack/o1",
                       R"({"t":"2015-12-07T23:00:00+08:00","so2":10,"nox":20})");
    run();
    EXPECT_EQ(count("SELECT count(*) FROM gate_passages"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM stack_readings"), 2);
}

TEST_F(IntakeTest, WhatWasDurableButNotStoredIsTakenInAfterARestart) {
    const Scratch scratch;
    use_journal(scratch.file("j"));
    {
        auto intake = open();
        intake->on_message(kMeter, reading(15, 50));
        intake->on_message(kMeter, reading(30, 50));
        // The process dies here.
    }
    {
        auto intake = open();
        wait(intake->replay());
        EXPECT_EQ(count("SELECT count(*) FROM readings"), 2);
        intake->on_message(kMeter, reading(45, 50));
    }
    auto intake = open();
    wait(intake->replay());
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 3);
    EXPECT_EQ(intake->taken_in(), 1U);
}

TEST_F(IntakeTest, AFullQueueHoldsTheBusBackAndLosesNothing) {
    Config config;
    config.journal_folder.clear();
    config.limits.intake_queue = 2;
    rebuild(std::move(config));
    auto intake = start();
    run();
    std::atomic<bool> is_done{false};
    std::thread bus([&] {
        for (int minute = 10; minute < 60; ++minute) {
            intake->on_message(kMeter, reading(minute, 50));
        }
        is_done = true;
    });
    while (!is_done) run();
    bus.join();
    run();
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 50);
}

TEST_F(IntakeTest, AReleasedIntakeNoLongerWaits) {
    Config config;
    config.journal_folder.clear();
    config.limits.intake_queue = 1;
    rebuild(std::move(config));
    auto intake = open();
    std::thread bus([&] {
        for (int minute = 10; minute < 20; ++minute) {
            intake->on_message(kMeter, reading(minute, 50));
        }
    });
    intake->release();
    bus.join();
    EXPECT_LE(intake->waiting(), 1U);
}

}  // namespace
}  // namespace qk::daemon
