// Goal: a mark never passes what is not on record, and passes all that is. Method: an intake is
// given what an agent sends, with messages missing, repeated, refused and in another's name.
#include "daemon/readings/mark_writer.hpp"

#include <gmock/gmock.h>

#include "daemon/orders/orders.hpp"
#include "daemon/readings/intake.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/orders/order_fixture.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kQueue(16, 'a');
const std::string kOfE1 = "qingkong/1/110105/e1/meter/m1";

std::string check_of(std::uint64_t number) {
    return "00000000000000" + std::to_string(10 + number);
}

// Another minute for each number.
std::string numbered(std::uint64_t number, std::uint64_t after, const std::string& queue = kQueue) {
    return with_sequence(
        R"({"t":"2015-12-07T23:)" + std::to_string(10 + number) + R"(:00+08:00","kw":50})",
        {queue, number, after, check_of(number)});
}

class IntakeMarks : public ContextFixture {
 protected:
    void TearDown() override {
        tasks_.cancel();
        run();
    }
    void start(IntakeParts parts = {}) {
        auto opened = Intake::open(context_, std::move(parts));
        ASSERT_TRUE(opened.has_value());
        intake_ = std::move(*opened);
        intake_->on_marked(
            [this](const std::set<std::string>& some) { told_.insert(some.begin(), some.end()); });
        intake_->start(tasks_);
    }
    void send(const std::string& topic, const std::string& payload,
              const std::string& sender = {}) {
        if (!intake_) start();
        Envelope envelope;
        envelope.address = topic;
        envelope.payload = payload;
        envelope.sender = sender;
        EXPECT_TRUE(intake_->accept(envelope));
        run();
    }
    std::uint64_t mark(const std::string& enterprise = "e1", const std::string& queue = kQueue) {
        return transact([&](Session& db) {
            const auto row = mark_of(db, enterprise, queue);
            return row ? row->mark.up_to : 0;
        });
    }
    void use(Config config, const std::string& journal_folder = {}) {
        config.journal_folder = journal_folder;
        config.store_mode = StoreMode::kInline;
        rebuild(std::move(config));
    }

    std::unique_ptr<Intake> intake_;
    std::set<std::string> told_;
};

TEST_F(IntakeMarks, TheMarkRisesWithWhatIsStoredAndItsCheckIsThatOfTheMessage) {
    send(kOfE1, numbered(1, 0));
    send(kOfE1, numbered(2, 1));
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 2);
    EXPECT_EQ(mark(), 2U);
    EXPECT_THAT(told_, ElementsAre("e1"));
    const auto rows = transact([](Session& db) { return marks_of(db, "e1"); });
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].mark.check, check_of(2));
    EXPECT_EQ(rows[0].region, "110105");
}

TEST_F(IntakeMarks, ItStandsBeforeWhatIsMissingUntilThatHasCome) {
    send(kOfE1, numbered(1, 0));
    told_.clear();
    send(kOfE1, numbered(3, 2));
    EXPECT_EQ(mark(), 1U);
    EXPECT_THAT(told_, IsEmpty());
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 2);  // it is stored all the same
    send(kOfE1, numbered(2, 0));
    send(kOfE1, numbered(3, 2));
    EXPECT_EQ(mark(), 3U);
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 3);
    EXPECT_EQ(count("SELECT count(*) FROM reading_repeats"), 0);
}

TEST_F(IntakeMarks, ARepeatChangesNothingAndIsToldTheMark) {
    send(kOfE1, numbered(1, 0));
    send(kOfE1, numbered(2, 1));
    told_.clear();
    send(kOfE1, numbered(1, 0));
    EXPECT_EQ(mark(), 2U);
    EXPECT_THAT(told_, ElementsAre("e1"));
}

// Its agent names the new county, and asks with what the bureau has had long ago.
TEST_F(IntakeMarks, AnEnterpriseOfAnotherCountyByNowIsToldThere) {
    send(kOfE1, numbered(1, 0));
    InventoryFiles moved = two_enterprises();
    std::string& enterprises = moved["enterprises.csv"];
    enterprises.replace(enterprises.find("110105"), 6, "110106");
    ASSERT_TRUE(inventories_.take_now(moved, "moved", clock_.now()).has_value());
    told_.clear();
    send("qingkong/1/110106/e1/meter/m1", numbered(1, 0));
    EXPECT_THAT(told_, ElementsAre("e1"));
    const auto rows = transact([](Session& db) { return marks_of(db, "e1"); });
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].region, "110106");
    EXPECT_EQ(rows[0].mark.up_to, 1U);
}

TEST_F(IntakeMarks, WhatIsRefusedForWhatItSaysIsPassed) {
    Config config;
    config.limits.message_kib = 16;
    config.limits.meter_interval = std::chrono::seconds{10};
    use(std::move(config));
    const auto said = [](const std::string& payload, std::uint64_t number) {
        return with_sequence(payload, {kQueue, number, number - 1, check_of(number)});
    };
    send(kOfE1, said(R"({"kw":"x"})", 1));
    EXPECT_EQ(mark(), 1U);
    send("qingkong/1/110105/e1/meter/m9", said("{}", 2));
    EXPECT_EQ(mark(), 2U);
    send(kOfE1, said("{" + std::string(20'000, ' ') + "}", 3));
    EXPECT_EQ(mark(), 3U);
    // Nearer to each other than a meter may report: that is so tomorrow, too.
    send(kOfE1, said(R"([{"t":"2015-12-07T23:30:00+08:00","kw":5},)"
                     R"({"t":"2015-12-07T23:30:01+08:00","kw":5}])",
                     4));
    EXPECT_EQ(mark(), 4U);
    EXPECT_EQ(count("SELECT count(*) FROM rejected"), 4);
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 0);
}

TEST_F(IntakeMarks, WhatCameTooFastIsNot) {
    Config config;
    config.limits.enterprise_messages_per_minute = 2;
    use(std::move(config));
    for (std::uint64_t i = 1; i <= 4; ++i) send(kOfE1, numbered(i, i - 1));
    EXPECT_EQ(mark(), 2U);
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 2);
    move_to(clock_.now() + std::chrono::minutes{1});
    send(kOfE1, numbered(3, 0));
    send(kOfE1, numbered(4, 3));
    EXPECT_EQ(mark(), 4U);
}

TEST_F(IntakeMarks, NobodyRaisesTheMarkOfAnother) {
    send("qingkong/1/110105/e1/meter/m1", numbered(1, 0), "e2");
    send("qingkong/1/110106/e1/meter/m1", numbered(1, 0));
    send("qingkong/1/110105/nobody/meter/m1", numbered(1, 0));
    send("something/else", numbered(1, 0));
    EXPECT_EQ(count("SELECT count(*) FROM spool_marks"), 0);
    send("qingkong/1/110105/e1/meter/m1", numbered(1, 0), "e1");
    EXPECT_EQ(mark(), 1U);
}

TEST_F(IntakeMarks, AMessageWithoutASequenceIsTakenAsEver) {
    send(kOfE1, R"({"t":"2015-12-07T23:30:00+08:00","kw":50})");
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM spool_marks"), 0);
    EXPECT_THAT(told_, IsEmpty());
}

TEST_F(IntakeMarks, ManyQueuesOfOneEnterpriseAreBounded) {
    for (std::uint64_t i = 0; i < 30; ++i) {
        std::string queue = kQueue;
        queue.replace(0, 2, std::to_string(10 + i));
        send(kOfE1, numbered(1, 0, queue));
        move_to(clock_.now() + std::chrono::minutes{1});
    }
    EXPECT_EQ(count("SELECT count(*) FROM spool_marks"), 8);
    EXPECT_EQ(mark("e1", "39" + std::string(14, 'a')), 1U);
    EXPECT_EQ(mark("e1", "10" + std::string(14, 'a')), 0U);
}

TEST_F(IntakeMarks, WhatIsSetAsideIsPassedBecauseItIsKept) {
    const Scratch scratch;
    use({}, scratch.file("j"));
    IntakeParts parts;
    parts.take = [](Session& db, std::span<const JournalMessage> messages, const IntakeView& view) {
        BatchOutcome outcome = take_messages(db, messages, view);
        for (const JournalMessage& one : messages) {
            if (one.payload.find("/2/1/") != std::string::npos) throw std::logic_error("a bug");
        }
        return outcome;
    };
    start(std::move(parts));
    for (std::uint64_t i = 1; i <= 3; ++i) send(kOfE1, numbered(i, i - 1));
    EXPECT_EQ(count("SELECT count(*) FROM readings"), 2);
    EXPECT_EQ(mark(), 3U);
}

TEST_F(IntakeMarks, ReceiptsThatAreSentAgainInAnyOrderChangeNothing) {
    transact([&](Session& db) {
        put_orders(db, {order_document("e1", 0.2, kTestStart)}, key_, rules::kBeijingTime,
                   kTestStart);
        return 0;
    });
    const auto answer = [](const std::string& state, std::uint64_t number) {
        return with_sequence(R"({"order":"w1/e1","revision":1,"state":")" + state +
                                 R"(","at":"2015-12-07T23:30:00+08:00","by":"x","note":""})",
                             {kQueue, number, number - 1, check_of(number)});
    };
    const std::string topic = "qingkong/1/110105/e1/receipt";
    const std::vector<std::string> states{"received", "accepted", "executing", "done"};
    for (std::uint64_t i = 0; i < states.size(); ++i) send(topic, answer(states[i], i + 1));
    const std::int64_t entries = count("SELECT count(*) FROM audit");
    const std::int64_t events = count("SELECT count(*) FROM events");
    for (int round = 0; round < 2; ++round) {
        for (std::uint64_t i = 0; i < states.size(); ++i) send(topic, answer(states[i], i + 1));
    }
    send(topic, answer("accepted", 2));
    EXPECT_EQ(count("SELECT count(*) FROM receipts"), 4);
    EXPECT_EQ(count("SELECT count(*) FROM orders WHERE receipt_state = 'done'"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM audit"), entries);
    EXPECT_EQ(count("SELECT count(*) FROM events"), events);
    EXPECT_EQ(mark(), 4U);
}

}  // namespace
}  // namespace qk::daemon
