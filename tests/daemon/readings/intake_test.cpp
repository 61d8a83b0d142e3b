#include "daemon/readings/intake.hpp"

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <new>
#include <thread>

#include "daemon/orders/orders.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/orders/order_fixture.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

const std::string kMeter = "qingkong/1/110105/e1/meter/m1";

std::string reading(int minute, double kw) {
    return R"({"t":"2015-12-07T23:)" + std::to_string(minute) + R"(:00+08:00","kw":)" +
           std::to_string(kw) + "}";
}

void send(Intake& intake, const std::string& topic, const std::string& payload) {
    Envelope envelope;
    envelope.address = topic;
    envelope.payload = payload;
    EXPECT_TRUE(intake.accept(envelope));
}

class IntakeTest : public ContextFixture {
 protected:
    // Tasks end before what they work on goes.
    void TearDown() override {
        tasks_.cancel();
        run();
    }
    std::shared_ptr<Intake> open(IntakeParts parts = {}) {
        auto intake = Intake::open(context_, std::move(parts));
        EXPECT_TRUE(intake.has_value());
        opened_.push_back(std::move(intake.value()));
        return opened_.back();
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
        config.store_mode = StoreMode::kInline;  // no upkeep by itself
        rebuild(std::move(config));
    }
    std::vector<std::shared_ptr<Intake>> opened_;  // outlive the tasks that work on them
    std::shared_ptr<Intake> started_;
    // An intake over what an earlier process left, started and run dry.
    std::shared_ptr<Intake> start_again(IntakeParts parts = {}) {
        started_ = open(std::move(parts));
        started_->start(tasks_);
        run();
        return started_;
    }
    std::size_t logged(const std::string& id) {
        return static_cast<std::size_t>(
            std::ranges::count_if(log_lines_, [&](const std::string& line) {
                return line.find("\"" + id + "\"") != std::string::npos;
            }));
    }

    std::string last_rejection() {
        return transact([](Session& db) -> std::string {
            Statement read(db, "SELECT why FROM rejected ORDER BY number DESC LIMIT 1");
            return read.next() ? read.text(0) : "";
        });
    }
};

TEST_F(IntakeTest, AReadingIsStoredAndItsRepeatIsHarmless) {
    auto intake = start();
    send(*intake, kMeter, reading(30, 50));
    send(*intake, kMeter, reading(30, 50));
    send(*intake, kMeter, reading(30, 60));
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
        send(*intake, topic, "{}");
        run();
        EXPECT_NE(last_rejection().find(why), std::string::npos) << topic << last_rejection();
    }
    EXPECT_EQ(metrics_.value(Counter::kMessagesRejected), cases.size());
}

TEST_F(IntakeTest, BytesThatAreNotTextAreRejectedAndShownSo) {
    auto intake = start();
    send(*intake, kMeter, std::string("\xff\xfe\x00", 3));
    run();
    EXPECT_EQ(count("SELECT count(*) FROM rejected WHERE payload = '(3 bytes, not UTF-8)'"), 1);
}

TEST_F(IntakeTest, PowerIsDerivedFromEnergyAndFromARegister) {
    auto intake = start();
    send(*intake, kMeter, R"({"t":"2015-12-07T22:00:00+08:00","kwh":10})");
    send(*intake, kMeter, R"({"t":"2015-12-07T22:30:00+08:00","kwh_total":1000})");
    send(*intake, kMeter, R"({"t":"2015-12-07T23:00:00+08:00","kwh_total":1030})");
    send(*intake, kMeter, R"({"t":"2015-12-07T23:30:00+08:00","kwh_total":5})");
    run();
    EXPECT_EQ(count("SELECT CAST(kw AS INTEGER) FROM readings WHERE kwh = 10"), 40);
    EXPECT_EQ(count("SELECT valid FROM readings WHERE kwh_total = 1000"), 0);
    EXPECT_EQ(count("SELECT CAST(kw AS INTEGER) FROM readings WHERE kwh_total = 1030"), 60);
    EXPECT_EQ(count("SELECT valid FROM readings WHERE kwh_total = 5"), 0);
}

TEST_F(IntakeTest, ARegisterThatIsFilledInIsReadAgainstWhatStoodBeforeIt) {
    auto intake = start();
    send(*intake, kMeter, R"({"t":"2015-12-07T22:00:00+08:00","kwh_total":1000})");
    send(*intake, kMeter, R"({"t":"2015-12-07T23:00:00+08:00","kwh_total":1060})");
    send(*intake, kMeter, R"({"t":"2015-12-07T22:30:00+08:00","kwh_total":1020})");
    run();
    EXPECT_EQ(count("SELECT CAST(kw AS INTEGER) FROM readings WHERE kwh_total = 1020"), 40);
    EXPECT_EQ(count("SELECT valid FROM readings WHERE kwh_total = 1020"), 1);
}

TEST_F(IntakeTest, PowerFarAboveTheRatingIsNoEvidence) {
    auto intake = start();
    send(*intake, kMeter, reading(30, 301));
    run();
    EXPECT_EQ(count("SELECT valid FROM readings"), 0);
}

TEST_F(IntakeTest, WhoComesOnlineIsSentItsOrderAgain) {
    transact([&](Session& db) {
        put_orders(db, {order_document("e1", 0.2, kTestStart)}, key_, rules::kBeijingTime,
                   kTestStart);
        note_published(db, *load_order(db, "e1"), kTestStart);
        return 0;
    });
    auto intake = start();
    send(*intake, "qingkong/1/110105/e1/status", "online");
    run();
    EXPECT_EQ(count("SELECT count(*) FROM orders WHERE satisfied < wanted"), 1);
    EXPECT_EQ(metrics_.value(Gauge::kEnterprisesOnline), 1);
    send(*intake, "qingkong/1/110105/e1/status", "offline");
    run();
    EXPECT_EQ(metrics_.value(Gauge::kEnterprisesOnline), 0);
}

TEST_F(IntakeTest, GateAndStackMessagesAreStored) {
    auto intake = start();
    send(
        *intake, "qingkong/1/110105/e1/gate",
        R"({"t":"2015-12-07T23:00:00+08:00","plate":"京A1","emission_standard":"国四","direction":"in"})");
    send(*intake, "qingkong/1/110105/e1/stack/o1",
         R"({"t":"2015-12-07T23:00:00+08:00","so2":10,"nox":20})");
    run();
    EXPECT_EQ(count("SELECT count(*) FROM gate_passages"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM stack_readings"), 2);
}

TEST_F(IntakeTest, WhatComesInABurstIsStoredTogetherAndAFullBatchAtOnce) {
    Config config;
    config.journal_folder.clear();
    config.limits.batch_messages = 3;
    rebuild(std::move(config));
    IntakeParts parts;
    parts.gathered_for = std::chrono::milliseconds{300};
    auto intake = start_again(std::move(parts));
    send(*intake, kMeter, reading(10, 50));
    run();
    EXPECT_EQ(intake->taken_in(), 1U) << "after a quiet time nothing is waited for";
    send(*intake, kMeter, reading(11, 50));
    run();
    send(*intake, kMeter, reading(12, 50));
    run();
    EXPECT_EQ(intake->taken_in(), 1U);
    const auto begun = store_->decisions_begun();
    io_.restart();
    io_.run_for(std::chrono::milliseconds{600});
    run();
    EXPECT_EQ(intake->taken_in(), 3U);
    EXPECT_EQ(store_->decisions_begun(), begun + 1) << "in one transaction";
    io_.restart();
    io_.run_for(std::chrono::milliseconds{600});
    for (int minute = 20; minute < 29; ++minute) send(*intake, kMeter, reading(minute, 50));
    run();
    EXPECT_EQ(intake->taken_in(), 12U) << "full batches follow one another";
}

TEST_F(IntakeTest, WhatWasDurableButNotStoredIsTakenInAfterARestart) {
    const Scratch scratch;
    use_journal(scratch.file("j"));
    {
        auto intake = open();
        send(*intake, kMeter, reading(15, 50));
        send(*intake, kMeter, reading(30, 50));
        // The process dies here.
    }
    auto intake = open();
    EXPECT_TRUE(intake->has_backlog());
    EXPECT_EQ(intake->waiting(), 2U);
    send(*intake, kMeter, reading(45, 50));  // comes while the others are still on disk
    send(*intake, kMeter, reading(45, 60));
    EXPECT_EQ(intake->waiting(), 4U);
    intake->start(tasks_);
    run();
    EXPECT_FALSE(intake->has_backlog());
    EXPECT_EQ(intake->waiting(), 0U);
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 3);
    EXPECT_EQ(count("SELECT CAST(kw AS INTEGER) FROM readings WHERE t_end % 3600 = 2700"), 50);
    EXPECT_EQ(logged("INTAKE_BACKLOG"), 1U);
    EXPECT_EQ(logged("INTAKE_BACKLOG_TAKEN"), 1U);
    send(*intake, kMeter, reading(50, 50));
    run();
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 4);
}

TEST_F(IntakeTest, TakingInTwiceChangesNothing) {
    const Scratch scratch;
    use_journal(scratch.file("j"));
    transact([&](Session& db) {
        put_orders(db, {order_document("e1", 0.2, kTestStart)}, key_, rules::kBeijingTime,
                   kTestStart);
        return 0;
    });
    {
        auto intake = start();
        send(*intake, kMeter, R"({"t":"2015-12-07T22:30:00+08:00","kwh_total":1000})");
        send(*intake, kMeter, R"({"t":"2015-12-07T23:00:00+08:00","kwh_total":1030})");
        send(*intake, kMeter, reading(15, 50));
        send(*intake, kMeter, R"({"t":"2015-12-07T23:20:00+08:00","kwh":10})");
        send(*intake, "qingkong/1/110105/e1/status", "offline");
        send(*intake, "qingkong/1/110105/e1/status", "online");
        send(*intake, "qingkong/1/110105/e1/gate",
             R"({"t":"2015-12-07T23:00:00+08:00","plate":"京A1","direction":"in"})");
        send(*intake, "qingkong/1/110105/e1/stack/o1",
             R"({"t":"2015-12-07T23:00:00+08:00","so2":1})");
        send(*intake, "qingkong/1/110105/e1/receipt",
             R"({"order":"x","revision":1,"state":"received","at":"2015-12-07T23:00:00+08:00"})");
        send(*intake, "qingkong/1/110105/nobody/status", "online");
        run();
    }
    const auto dump = [this] {
        std::string all;
        for (const char* table : {"readings", "reading_repeats", "meter_state", "stack_readings",
                                  "gate_passages", "presence", "receipts", "rejected"}) {
            transact([&](Session& db) {
                Statement read(db, std::string("SELECT * FROM ") + table);
                while (read.next()) {
                    for (int i = 0; i < read.columns(); ++i) all += read.text(i) + "|";
                }
                return 0;
            });
        }
        return all;
    };
    const std::string before = dump();
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 4);
    transact([](Session& db) {
        db.exec("UPDATE meta SET value = '1 9 0' WHERE key = 'journal_position'");
        return 0;
    });
    auto intake = start_again();
    EXPECT_EQ(logged("JOURNAL_PLACE_LOST"), 1U);
    EXPECT_EQ(intake->taken_in(), 10U);
    EXPECT_EQ(dump(), before);
}

TEST_F(IntakeTest, OneMessageThatThrowsIsSetAsideAndTheRestTakenIn) {
    const Scratch scratch;
    use_journal(scratch.file("j"));
    IntakeParts parts;
    parts.take = [](Session& db, std::span<const JournalMessage> messages, const IntakeView& view) {
        BatchOutcome outcome = take_messages(db, messages, view);
        for (const JournalMessage& one : messages) {
            if (one.payload.find("poison") != std::string::npos) throw std::logic_error("a bug");
        }
        return outcome;
    };
    auto intake = open(parts);
    intake->start(tasks_);
    send(*intake, kMeter, reading(15, 50));
    send(*intake, kMeter, R"({"t":"2015-12-07T23:16:00+08:00","kw":1,"note":"poison"})");
    send(*intake, kMeter, reading(30, 50));
    run();
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 2);
    EXPECT_EQ(last_rejection(), "set aside: a bug");
    EXPECT_EQ(metrics_.value(Counter::kMessagesSetAside), 1U);
    EXPECT_EQ(logged("MESSAGE_SET_ASIDE"), 1U);
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'message-set-aside'"), 1);
    const std::filesystem::path folder = scratch.file("j");
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "quarantine")) {
        files.push_back(entry.path());
    }
    ASSERT_EQ(files.size(), 1U);
    // Repaired, and moved by an administrator.
    auto repaired = start_again();
    std::filesystem::rename(files[0], folder / "retry" / files[0].filename());
    scratch.write("j/retry/other.json", "{}");
    wait(repaired->look_after());
    run();
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 3);
    EXPECT_EQ(logged("MESSAGE_RETRIED"), 1U);
    EXPECT_EQ(logged("MESSAGE_RETRY_REFUSED"), 1U);
    EXPECT_TRUE(std::filesystem::exists(folder / "retry" / "other.json.refused"));
    EXPECT_FALSE(std::filesystem::exists(folder / "retry" / files[0].filename()));
}

TEST_F(IntakeTest, AFaultOfTheMachineSetsNothingAside) {
    const Scratch scratch;
    use_journal(scratch.file("j"));
    IntakeParts parts;
    parts.take = [](Session&, std::span<const JournalMessage>, const IntakeView&) -> BatchOutcome {
        throw std::bad_alloc();
    };
    auto intake = open(parts);
    intake->start(tasks_);
    send(*intake, kMeter, reading(15, 50));
    run();
    EXPECT_EQ(failed_task_, "intake");
    EXPECT_EQ(logged("MESSAGE_SET_ASIDE"), 0U);
    start_again();
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 1);
}

TEST_F(IntakeTest, APayloadOverTheLimitIsRejectedAndNotKept) {
    const Scratch scratch;
    Config config;
    config.journal_folder = scratch.file("j");
    config.limits.message_kib = 16;
    rebuild(std::move(config));
    auto intake = start();
    send(*intake, kMeter, std::string(1 << 20, ' '));
    run();
    EXPECT_NE(last_rejection().find("1048576 bytes"), std::string::npos) << last_rejection();
    EXPECT_LT(scratch.read("j/0000000001.log").size(), 8192U);
}

TEST_F(IntakeTest, ALongMessageIsTakenInByTheInventoryThatIsInUseThen) {
    auto intake = start();
    send(*intake, kMeter, reading(10, 50));
    run();
    const std::string blanks(4 << 10, ' ');  // it is read when it comes
    send(*intake, kMeter, blanks + reading(20, 50));
    run();
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 2);
    send(*intake, kMeter, blanks + reading(30, 50));
    InventoryFiles files = two_enterprises();
    files["meters.csv"].replace(files["meters.csv"].find("m1,"), 2, "m2");
    ASSERT_TRUE(inventories_.take_now(files, "without m1", kTestStart).has_value());
    run();
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 2);
    EXPECT_NE(last_rejection().find("no meter m1"), std::string::npos) << last_rejection();
}

TEST_F(IntakeTest, TheQueueIsBoundedInBytesToo) {
    Config config;
    config.journal_folder.clear();
    config.limits.intake_queue_mib = 1;
    rebuild(std::move(config));
    auto intake = start();
    std::atomic<bool> is_done{false};
    std::thread bus([&] {
        const std::string blanks(300 << 10, ' ');
        for (int minute = 10; minute < 30; ++minute)
            send(*intake, kMeter, blanks + reading(minute, 50));
        is_done = true;
    });
    // Nobody takes anything in until it waits.
    while (metrics_.value(Counter::kQueueWaits) == 0) std::this_thread::yield();
    while (!is_done) run();
    bus.join();
    run();
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 20);
}

TEST_F(IntakeTest, AnEnterpriseThatFloodsIsLimitedAndItsReceiptsAreNot) {
    Config config;
    config.journal_folder.clear();
    config.limits.enterprise_messages_per_minute = 5;
    rebuild(std::move(config));
    auto intake = start();
    for (int minute = 10; minute < 20; ++minute) send(*intake, kMeter, reading(minute, 50));
    send(*intake, "qingkong/1/110105/e1/status", "online");
    run();
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 5);
    EXPECT_EQ(count("SELECT count(*) FROM rejected WHERE enterprise = 'e1'"), 5);
    EXPECT_NE(last_rejection().find("e1 sends more than 5 messages"), std::string::npos);
    EXPECT_EQ(metrics_.value(Counter::kMessagesOverLimit), 5U);
    EXPECT_EQ(metrics_.value(Gauge::kEnterprisesOnline), 1);
    EXPECT_EQ(logged("SENDER_OVER_LIMIT"), 1U);
    clock_.step(kTestStart + std::chrono::minutes{2});
    send(*intake, kMeter, reading(40, 50));
    run();
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 6);
}

TEST_F(IntakeTest, ReceiptsForOrdersThatWereNeverIssuedAreBounded) {
    Config config;
    config.journal_folder.clear();
    config.limits.unknown_receipts_kept = 3;
    rebuild(std::move(config));
    auto intake = start();
    for (int i = 0; i < 10; ++i) {
        send(*intake, "qingkong/1/110105/e1/receipt",
             R"({"order":"no-)" + std::to_string(i) +
                 R"(","revision":1,"state":"received","at":"2015-12-07T23:00:00+08:00"})");
    }
    run();
    EXPECT_EQ(count("SELECT count(*) FROM receipts"), 3);
    EXPECT_EQ(count("SELECT count(*) FROM rejected"), 7);
}

TEST_F(IntakeTest, WhatWaitsForTheClockLeavesRoomForOthers) {
    IntakeView view{.zone = rules::kBeijingTime};
    view.inventory = inventories_.current();
    view.index = inventories_.index();
    view.held_messages = 20;
    view.clock_expected = kTestStart + std::chrono::hours{1};
    std::vector<JournalMessage> messages(4);
    for (std::size_t i = 0; i < messages.size(); ++i) {
        messages[i].arrived = kTestStart;
        messages[i].end = {1, 100 * (i + 1), i + 1};
        const std::string of = i + 1 < messages.size() ? "e1" : "e2";
        messages[i].address =
            "qingkong/1/" + std::string(of == "e1" ? "110105/" : "110106/") + of + "/meter/m";
        messages[i].payload = R"({"kw":)" + std::to_string(i) + R"(,"t":")" +
                              rules::to_iso(*view.clock_expected, view.zone) + "\"}";
        messages[i].payload_bytes = messages[i].payload.size();
    }
    const auto held = [&](Session& db) { return take_messages(db, messages, view).held; };
    EXPECT_EQ(transact(held), 3U) << "two of e1, a tenth of all, and the one of e2";
    EXPECT_EQ(count("SELECT count(*) FROM held_messages WHERE address LIKE '%/e2/%'"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM rejected WHERE topic LIKE '%/e1/%'"), 1);
}

// The machine was off for longer than the daemon has seen of the clock.
TEST_F(IntakeTest, WhatMayBeTrueWaitsWhereTheClockWasBehindAtTheStart) {
    IntakeView view{.zone = rules::kBeijingTime};
    view.inventory = inventories_.current();
    view.index = inventories_.index();
    view.clock_expected = kTestStart + std::chrono::hours{1};
    JournalMessage message;
    message.arrived = kTestStart;
    message.end = {1, 100, 1};
    message.address = "qingkong/1/110105/e1/meter/m";
    message.payload =
        R"({"kw":1,"t":")" + rules::to_iso(kTestStart + std::chrono::hours{3}, view.zone) + "\"}";
    message.payload_bytes = message.payload.size();
    const auto held = [&](Session& db) {
        return take_messages(db, std::span(&message, 1), view).held;
    };
    EXPECT_EQ(transact(held), 0U);
    message.end = {1, 200, 2};
    view.clock_unsure = std::chrono::hours{12};
    EXPECT_EQ(transact(held), 1U);
}

TEST_F(IntakeTest, WhoFloodsWithRubbishDrivesOutHisOwnRejections) {
    Config config;
    config.journal_folder.clear();
    config.limits.rejected_kept = 100;
    rebuild(std::move(config));
    auto intake = start();
    send(*intake, "qingkong/1/110106/e2/gate", "rubbish");
    for (int i = 0; i < 200; ++i) send(*intake, kMeter, "rubbish");
    run();
    EXPECT_EQ(count("SELECT count(*) FROM rejected WHERE enterprise = 'e1'"), 10);
    EXPECT_EQ(count("SELECT count(*) FROM rejected WHERE enterprise = 'e2'"), 1);
}

// A wall clock that somebody sets while another clock runs on.
class SetClock : public ManualClock {
 public:
    using ManualClock::ManualClock;
    [[nodiscard]] rules::Instant now() const override { return ManualClock::now() + set_by_; }
    [[nodiscard]] std::chrono::seconds running() const override {
        return ManualClock::now().time_since_epoch();
    }
    std::chrono::seconds set_by_{0};
};

TEST_F(IntakeTest, TrueReadingsOfAClockThatWasSetBackAreTakenInWhenTimeHasCome) {
    const Scratch scratch;
    SetClock clock(kTestStart);
    Config config;
    config.journal_folder = scratch.file("j");
    config.store_mode = StoreMode::kInline;
    config.limits.held_messages = 1;
    Context context{io_.get_executor(),
                    clock,
                    *store_,
                    log_,
                    metrics_,
                    events_,
                    inventories_,
                    key_,
                    std::make_shared<const Config>(config),
                    std::make_shared<const plans::RegionPack>()};
    auto intake = std::shared_ptr<Intake>(Intake::open(context).value());
    intake->start(tasks_);
    wait(intake->look_after());
    clock.set_by_ = -std::chrono::hours{1};
    send(*intake, kMeter, reading(55, 50));  // five minutes ago by the true time
    send(*intake, kMeter, R"({"t":"2015-12-09T00:00:00+08:00","kw":5})");  // in the future by any
    send(*intake, "qingkong/1/110105/e1/receipt",
         R"({"order":"x","revision":1,"state":"received","at":"2015-12-07T22:00:00+08:00"})");
    run();
    EXPECT_EQ(transact([](Session& db) {
                  Statement row(db, "SELECT arrived FROM receipts");
                  return row.next() ? row.instant(0) : rules::Instant{};
              }),
              kTestStart)
        << "an order is not known before its receipt came";
    EXPECT_EQ(logged("CLOCK_JUMPED"), 1U);
    EXPECT_EQ(metrics_.value(Gauge::kClockBehind), 3600);
    EXPECT_EQ(count("SELECT count(*) FROM held_messages"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM rejected"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 0);
    wait(intake->look_after());
    EXPECT_EQ(count("SELECT count(*) FROM held_messages"), 1);
    send(*intake, kMeter, reading(56, 50));
    run();
    EXPECT_EQ(count("SELECT count(*) FROM rejected WHERE why LIKE '%raise limits.held_messages'"),
              1);
    EXPECT_EQ(count("SELECT count(*) FROM held_messages"), 1);
    clock.set_by_ = std::chrono::seconds{0};
    wait(intake->look_after());
    run();
    EXPECT_EQ(logged("CLOCK_JUMPED"), 2U);
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'clock-jumped' AND "
                    "json_extract(data, '$.seconds') IN (-3600, 3600)"),
              2);
    EXPECT_EQ(count("SELECT count(*) FROM held_messages"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 1);
    tasks_.cancel();
    run();
}

// What is true stays true over a restart: the clock says less than what has passed since.
TEST_F(IntakeTest, AStartWhileTheClockIsSetBackKnowsHowLateItIs) {
    Scratch scratch;
    SetClock clock(kTestStart);
    Config config;
    config.journal_folder = scratch.file("j");
    config.store_mode = StoreMode::kInline;
    const auto context_of = [&] {
        return Context{io_.get_executor(),
                       clock,
                       *store_,
                       log_,
                       metrics_,
                       events_,
                       inventories_,
                       key_,
                       std::make_shared<const Config>(config),
                       std::make_shared<const plans::RegionPack>()};
    };
    constexpr std::chrono::minutes kPassed{30};
    {
        Context before = context_of();
        const auto intake = Intake::open(before).value();
        wait(intake->look_after());
        clock.set_by_ = -std::chrono::hours{1};
        wait(intake->look_after());
        (void)clock.step(kTestStart + kPassed);
        wait(intake->look_after());
    }
    Context after = context_of();
    const auto intake = Intake::open(after).value();
    EXPECT_EQ(after.clock_watch->behind(clock.now(), clock.running()), kTestStart + kPassed);
}

// By the clock as it was when it arrived it lies in the future, and would be refused now.
TEST_F(IntakeTest, WhatWasHeldAndIsReadFromTheJournalAgainIsNotRefused) {
    const Scratch scratch;
    SetClock clock(kTestStart);
    Config config;
    config.journal_folder = scratch.file("j");
    config.store_mode = StoreMode::kInline;
    Context context{io_.get_executor(),
                    clock,
                    *store_,
                    log_,
                    metrics_,
                    events_,
                    inventories_,
                    key_,
                    std::make_shared<const Config>(config),
                    std::make_shared<const plans::RegionPack>()};
    {
        auto intake = std::shared_ptr<Intake>(Intake::open(context).value());
        intake->start(tasks_);
        wait(intake->look_after());
        clock.set_by_ = -std::chrono::hours{1};
        send(*intake, kMeter, reading(55, 50));
        run();
        EXPECT_EQ(count("SELECT count(*) FROM held_messages"), 1);
        clock.set_by_ = std::chrono::seconds{0};
        wait(intake->look_after());
        run();
        EXPECT_EQ(count("SELECT count(*) FROM readings"), 1);
        tasks_.cancel();
        run();
    }
    transact([](Session& db) {
        db.exec("UPDATE meta SET value = '1 9 0' WHERE key = 'journal_position'");
        return 0;
    });
    TaskGroup again(io_.get_executor(), [](const std::string&, const std::exception_ptr&) {});
    const auto intake = Intake::open(context).value();
    intake->start(again);
    run();
    EXPECT_EQ(logged("JOURNAL_PLACE_LOST"), 1U);
    EXPECT_EQ(intake->taken_in(), 2U) << "as it came, and when its time had come";
    EXPECT_EQ(count("SELECT count(*) FROM rejected"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 1);
    again.cancel();
    run();
}

// A sync lasts until it is let go, or for so long that a test has failed.
class GatedDisk : public Disk {
 public:
    class Part : public File {
     public:
        Part(GatedDisk& disk, const std::string& path)
            : disk_(disk), file_(disk.real_->open_for_append(path)) {}
        void append(std::string_view bytes) override { file_->append(bytes); }
        void sync() override {
            std::unique_lock lock(disk_.mutex_);
            disk_.is_reached_ = true;
            disk_.changed_.notify_all();
            disk_.has_waited_in_vain_ |= !disk_.changed_.wait_for(
                lock, std::chrono::seconds{20}, [this] { return !disk_.is_shut_; });
            file_->sync();
        }

     private:
        GatedDisk& disk_;
        std::unique_ptr<File> file_;
    };
    void shut() {
        const std::lock_guard lock(mutex_);
        is_shut_ = true;
        is_reached_ = false;
    }
    void wait_for_sync() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return is_reached_; });
    }
    [[nodiscard]] bool open() {  // false: somebody waited longer for it
        const std::lock_guard lock(mutex_);
        is_shut_ = false;
        changed_.notify_all();
        return !has_waited_in_vain_;
    }

    void make_folder(const std::string& folder) override { real_->make_folder(folder); }
    std::vector<Entry> list(const std::string& folder) override { return real_->list(folder); }
    std::string read(const std::string& path, std::uint64_t at, std::size_t bytes) override {
        return real_->read(path, at, bytes);
    }
    std::unique_ptr<File> open_for_append(const std::string& path) override {
        return std::make_unique<Part>(*this, path);
    }
    void write_whole(const std::string& path, std::string_view bytes) override {
        real_->write_whole(path, bytes);
    }
    void cut(const std::string& path, std::uint64_t bytes) override { real_->cut(path, bytes); }
    void copy(const std::string& a, const std::string& b) override { real_->copy(a, b); }
    void rename(const std::string& a, const std::string& b) override { real_->rename(a, b); }
    void remove(const std::string& path) override { real_->remove(path); }
    void sync_folder(const std::string& folder) override { real_->sync_folder(folder); }

 private:
    std::shared_ptr<Disk> real_ = real_disk();
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_shut_ = false;
    bool is_reached_ = false;
    bool has_waited_in_vain_ = false;
};

// Receipts are synced one by one; people who read meanwhile do not wait for the disk.
TEST_F(IntakeTest, TheEventLoopDoesNotWaitForTheJournalsDisk) {
    const Scratch scratch;
    use_journal(scratch.file("j"));
    const auto disk = std::make_shared<GatedDisk>();
    IntakeParts parts;
    parts.disk = disk;
    auto intake = start_again(std::move(parts));
    send(*intake, kMeter, reading(10, 50));
    disk->shut();
    std::thread bus([&intake] {
        send(*intake, "qingkong/1/110105/e1/receipt",
             R"({"order":"x","revision":1,"state":"received","at":"2015-12-07T22:00:00+08:00"})");
    });
    disk->wait_for_sync();
    run();
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM receipts"), 0) << "it is not durable yet";
    EXPECT_TRUE(disk->open());
    bus.join();
    run();
    EXPECT_EQ(count("SELECT count(*) FROM receipts"), 1);
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
            send(*intake, kMeter, reading(minute, 50));
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
            send(*intake, kMeter, reading(minute, 50));
        }
    });
    intake->release();
    bus.join();
    EXPECT_LE(intake->waiting(), 1U);
}

}  // namespace
}  // namespace qk::daemon
