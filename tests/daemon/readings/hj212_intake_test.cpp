// Frames of HJ 212 from the journal into the store.
#include <gmock/gmock.h>

#include "daemon/readings/hj212_message.hpp"
#include "daemon/readings/intake.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/hj212/device_frames.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

using testing::HasSubstr;

SentFrame hour(const std::string& value, const std::string& state = "N") {
    SentFrame sent;
    sent.command = "2061";
    sent.data_time = "20151207220000";
    sent.value = value;
    sent.state = state;
    return sent;
}

class Hj212IntakeTest : public ContextFixture {
 protected:
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
    void start() {
        open()->start(tasks_);
        run();
    }
    void use_journal(const std::string& folder) {
        Config config;
        config.journal_folder = folder;
        config.store_mode = StoreMode::kInline;
        rebuild(std::move(config));
    }
    // As the connection of this device hands it over.
    void send(const std::string& bytes, const std::string& mn = "MN1") {
        const std::string sender = "192.0.2.7 " + mn;
        const std::string address = std::string(kHj212Address) + mn;
        Envelope envelope;
        envelope.channel = Channel::kHj212;
        envelope.sender = sender;
        envelope.address = address;
        envelope.payload = bytes;
        EXPECT_TRUE(opened_.back()->accept_all(std::span(&envelope, 1)));
    }
    std::string rejection(const char* column) {
        return transact([column](Session& db) {
            return db
                .one<std::string>(std::string("SELECT ") + column +
                                  " FROM rejected ORDER BY number DESC LIMIT 1")
                .value_or("");
        });
    }

    std::vector<std::shared_ptr<Intake>> opened_;  // outlive the tasks that work on them
};

TEST_F(Hj212IntakeTest, TheMeanOfAnHourIsAReadingOfItsStack) {
    start();
    send(bytes_of(hour("35.5")));
    run();
    // DataTime is the beginning of the hour, a reading has its end.
    const auto end = *rules::parse_instant("2015-12-07T23:00:00+08:00", rules::kBeijingTime);
    EXPECT_EQ(
        count("SELECT count(*) FROM stack_readings WHERE outlet = 'o1' AND factor = 'so2' AND "
              "mg_per_m3 = 35.5 AND valid = 1"),
        1);
    EXPECT_EQ(count("SELECT t_end FROM stack_readings"), seconds_of(end));
    EXPECT_EQ(metrics_.value(Counter::kHj212Values), 1U);
    EXPECT_EQ(metrics_.value(Counter::kMessagesTakenIn), 1U);
}

TEST_F(Hj212IntakeTest, MomentsAndMinutesAreKeptAndAreNotTakenForHours) {
    start();
    SentFrame minute;
    minute.command = "2051";
    send(bytes_of(SentFrame{}));
    send(bytes_of(minute));
    run();
    EXPECT_EQ(count("SELECT count(*) FROM hj212_values"), 2);
    EXPECT_EQ(count("SELECT count(*) FROM stack_readings"), 0);
}

TEST_F(Hj212IntakeTest, TheSameAgainIsOneAndWhatDiffersIsKeptBesideTheFirst) {
    start();
    for (int i = 0; i < 3; ++i) send(bytes_of(hour("35.5")));
    send(bytes_of(hour("20")));
    run();
    EXPECT_EQ(count("SELECT count(*) FROM hj212_values"), 2);
    EXPECT_EQ(count("SELECT count(*) FROM stack_readings"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM stack_readings WHERE mg_per_m3 = 35.5"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM rejected"), 0);
}

TEST_F(Hj212IntakeTest, WhatAnInstrumentMarksIsStoredAndIsNoEvidence) {
    start();
    send(bytes_of(hour("35.5", "D")));
    run();
    EXPECT_EQ(count("SELECT valid FROM stack_readings"), 0);
}

TEST_F(Hj212IntakeTest, WhatIsNotTakenInIsKeptWithItsReason) {
    start();
    SentFrame stranger;
    stranger.mn = "MN9";
    send(bytes_of(stranger), "MN9");
    run();
    EXPECT_THAT(rejection("why"), HasSubstr("no outlet with the MN MN9"));
    EXPECT_EQ(rejection("enterprise"), "hj212 192.0.2.7");
    EXPECT_THAT(rejection("payload"), HasSubstr("MN=MN9"));

    send(bytes_of(stranger), "MN1");  // on the connection of another device
    run();
    EXPECT_THAT(rejection("why"), HasSubstr("other_device"));
    EXPECT_EQ(rejection("enterprise"), "e1");

    std::string wrong = bytes_of(hour("35.5"));
    wrong[20] = '9';
    send(wrong);
    run();
    EXPECT_THAT(rejection("why"), HasSubstr("crc_wrong"));

    send(bytes_of(hour("1")) + bytes_of(hour("2")));
    run();
    EXPECT_THAT(rejection("why"), HasSubstr("not one frame"));
    EXPECT_EQ(count("SELECT count(*) FROM hj212_values"), 0);
    EXPECT_EQ(metrics_.value(Counter::kMessagesRejected), 4U);
}

TEST_F(Hj212IntakeTest, WhatAnEarlierProcessLeftInTheJournalGivesTheSameRows) {
    const Scratch scratch;
    use_journal(scratch.file("journal"));
    open();  // receives and stores nothing
    send(bytes_of(hour("35.5")));
    send(bytes_of(hour("35.5")));
    send(bytes_of(SentFrame{}));
    run();
    EXPECT_EQ(count("SELECT count(*) FROM hj212_values"), 0);
    opened_.clear();
    move_to(kTestStart + std::chrono::hours{24 * 40});  // it is judged by when it arrived
    start();
    EXPECT_EQ(count("SELECT count(*) FROM hj212_values"), 2);
    EXPECT_EQ(count("SELECT count(*) FROM stack_readings"), 1);
    tasks_.cancel();
    run();
}

TEST_F(Hj212IntakeTest, AFrameThatCannotBeTakenInIsSetAsideAndTheOthersGoOn) {
    const Scratch scratch;
    use_journal(scratch.file("journal"));
    IntakeParts parts;
    parts.take = [](Session& db, std::span<const JournalMessage> messages, const IntakeView& view) {
        for (const JournalMessage& one : messages) {
            if (one.payload.find("=66,") != std::string::npos)
                throw std::invalid_argument("poison");
        }
        return take_messages(db, messages, view);
    };
    open(std::move(parts))->start(tasks_);
    run();
    send(bytes_of(hour("66")));
    send(bytes_of(hour("35.5")));
    run();
    EXPECT_EQ(count("SELECT count(*) FROM stack_readings WHERE mg_per_m3 = 35.5"), 1);
    EXPECT_EQ(metrics_.value(Counter::kMessagesSetAside), 1U);
    EXPECT_THAT(rejection("why"), HasSubstr("set aside"));
    tasks_.cancel();
    run();
}

}  // namespace
}  // namespace qk::daemon
