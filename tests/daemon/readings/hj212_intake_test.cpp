// Frames of HJ 212 from the journal into the store.
#include <fmt/format.h>
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

class Hj212HoursTest : public Hj212IntakeTest {
 protected:
    void use(std::vector<std::string> commands) {
        Config config;
        config.hj212.readings_from = std::move(commands);
        config.journal_folder.clear();
        config.store_mode = StoreMode::kInline;
        rebuild(std::move(config));
        start();
    }
    // 22:00 of the day before the clock of the tests, which stands at midnight.
    void send_minutes(int first, int last, const std::string& value,
                      const std::string& state = "N") {
        for (int minute = first; minute <= last; ++minute) {
            SentFrame sent;
            sent.command = "2051";
            sent.data_time = fmt::format("201512072{}{:02}00", 2 + minute / 60, minute % 60);
            sent.value = value;
            sent.state = state;
            send(bytes_of(sent));
        }
        run();
    }
};

TEST_F(Hj212HoursTest, AnHourIsMadeOfMinutesWhereTheSettingSaysSo) {
    use({"2061", "2051"});
    send_minutes(0, 43, "20");
    EXPECT_EQ(count("SELECT count(*) FROM stack_readings"), 0);  // 44 minutes are no hour
    send_minutes(44, 44, "65");
    EXPECT_EQ(count("SELECT count(*) FROM stack_readings WHERE outlet = 'o1' AND factor = 'so2' AND"
                    " mg_per_m3 = 21 AND valid = 1"),
              1);
    const auto end = *rules::parse_instant("2015-12-07T23:00:00+08:00", rules::kBeijingTime);
    EXPECT_EQ(count("SELECT t_end FROM stack_readings"), seconds_of(end));
    EXPECT_EQ(metrics_.value(Counter::kHj212HoursMade), 1U);
}

TEST_F(Hj212HoursTest, MaintenanceAndCalibrationAreInNoMean) {
    use({"2051"});
    send_minutes(0, 14, "900", "C");
    send_minutes(15, 29, "900", "M");
    send_minutes(30, 59, "20");
    EXPECT_EQ(count("SELECT count(*) FROM stack_readings"), 0);  // half an hour is normal
}

TEST_F(Hj212HoursTest, ADeviceThatSendsHoursIsBelievedInThose) {
    use({"2061", "2051"});
    SentFrame before = hour("30");
    before.data_time = "20151207210000";
    send(bytes_of(before));
    send_minutes(0, 59, "20");
    EXPECT_EQ(count("SELECT count(*) FROM stack_readings"), 1);
    EXPECT_EQ(metrics_.value(Counter::kHj212HoursMade), 0U);
}

TEST_F(Hj212HoursTest, ADayThatIsNotTheMeanOfItsHoursIsNamed) {
    use({"2061", "2031"});
    for (int at = 0; at < 22; ++at) {
        SentFrame sent = hour("30");
        sent.data_time = fmt::format("20151207{:02}0000", at);
        send(bytes_of(sent));
    }
    SentFrame day = hour("12");
    day.command = "2031";
    day.data_time = "20151207000000";
    send(bytes_of(day));
    run();
    EXPECT_EQ(metrics_.value(Counter::kHj212DaysDiffer), 1U);
    EXPECT_EQ(count("SELECT count(*) FROM stack_readings"), 22);  // the day is no reading
    EXPECT_EQ(count("SELECT count(*) FROM hj212_values WHERE command = '2031'"), 1);
}

class Hj212SeriesTest : public Hj212IntakeTest {
 protected:
    Hj212SeriesTest() {
        InventoryFiles files = two_enterprises();
        files["series.csv"] =
            "id,enterprise,line,kind,role,unit\nS1,e1,L1,state,treatment,\n"
            "S2,e1,L1,current,treatment,A\n";
        EXPECT_TRUE(inventories_.take_now(files, "city", kTestStart).has_value());
        auto points = plans::hj212::PointMap::read(
            "source = \"t\"\n[[point]]\nmn = \"P1\"\ncode = \"SB1\"\nvalue = \"RS\"\n"
            "series = \"S1\"\n[point.states]\n0 = \"off\"\n1 = \"running\"\n"
            "[[point]]\nmn = \"P1\"\ncode = \"g20801\"\nseries = \"S2\"\nscale = 30\n"
            "[[point]]\nmn = \"P1\"\ncode = \"g20802\"\nseries = \"S9\"\n",
            "points.toml");
        Config config;
        config.hj212.point_map =
            std::make_shared<const plans::hj212::PointMap>(std::move(points.value()));
        config.journal_folder.clear();
        config.store_mode = StoreMode::kInline;
        rebuild(std::move(config));
        start();
    }
    void send_area(const std::string& command, const std::string& area) {
        send(plans::hj212::to_frame("QN=20151208000000000;ST=51;CN=" + command +
                                    ";PW=123456;MN=P1;Flag=4;CP=&&DataTime=20151208000000;" + area +
                                    "&&"),
             "P1");
        run();
    }
};

TEST_F(Hj212SeriesTest, StatesAndCurrentsOfADeviceWithoutAnOutletAreStored) {
    send_area("2021", "SB1-RS=0");
    send_area("2011", "g20801-Rtd=2.5,g20801-Flag=N;g20802-Rtd=1,g20802-Flag=N");
    EXPECT_EQ(count("SELECT count(*) FROM series_values WHERE series = 'S1' AND state = 'off' AND"
                    " number IS NULL AND valid = 1"),
              1);
    EXPECT_EQ(count("SELECT count(*) FROM series_values WHERE series = 'S2' AND number = 75"), 1);
    EXPECT_EQ(metrics_.value(Counter::kSeriesValues), 2U);
    EXPECT_EQ(metrics_.value(Counter::kSeriesUnknown), 1U);  // S9 is in no inventory
    EXPECT_EQ(count("SELECT count(*) FROM rejected"), 0);
}

TEST_F(Hj212SeriesTest, WhatAnEnterpriseSendsItselfIsHeldAgainstTheInventory) {
    const auto tell = [this](const std::string& topic, const std::string& payload) {
        Envelope envelope;
        envelope.address = topic;
        envelope.payload = payload;
        EXPECT_TRUE(opened_.back()->accept(envelope));
        run();
    };
    tell("qingkong/1/110105/e1/series/S2", R"({"t":"2015-12-07T23:45:00+08:00","value":75.5})");
    tell("qingkong/1/110105/e1/series/S1", R"({"t":"2015-12-07T23:45:00+08:00","state":"off"})");
    EXPECT_EQ(count("SELECT count(*) FROM series_values WHERE series = 'S2' AND number = 75.5"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM series_values WHERE series = 'S1' AND state = 'off'"), 1);
    tell("qingkong/1/110105/e1/series/S1", R"({"t":"2015-12-07T23:50:00+08:00","value":1})");
    EXPECT_THAT(rejection("why"), HasSubstr("series S1 is of the kind state"));
    tell("qingkong/1/110105/e1/series/S9", R"({"t":"2015-12-07T23:50:00+08:00","value":1})");
    EXPECT_THAT(rejection("why"), HasSubstr("no series S9"));
    tell("qingkong/1/110106/e2/series/S2", R"({"t":"2015-12-07T23:50:00+08:00","value":1})");
    EXPECT_THAT(rejection("why"), HasSubstr("series S2 belongs to e1"));
    EXPECT_EQ(metrics_.value(Counter::kSeriesValues), 2U);
}

TEST_F(Hj212SeriesTest, TheSameAgainIsOneAndAMarkedValueIsNoEvidence) {
    send_area("2011", "g20801-Rtd=2.5,g20801-Flag=M");
    send_area("2011", "g20801-Rtd=2.5,g20801-Flag=M");
    EXPECT_EQ(count("SELECT count(*) FROM series_values"), 1);
    EXPECT_EQ(count("SELECT valid FROM series_values"), 0);
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

TEST_F(Hj212IntakeTest, AReadingLeadsToItsFrameAsItCame) {
    const Scratch scratch;
    Config config;
    config.journal_folder = scratch.file("journal");
    config.store_mode = StoreMode::kInline;
    config.hj212.enabled = true;
    rebuild(std::move(config));
    start();
    send(bytes_of(SentFrame{}));
    send(bytes_of(hour("35.5")));
    std::string encrypted = segment_of(hour("1"));
    encrypted.replace(encrypted.find("DataTime"), 8, "{0x00,0x01}");
    send(plans::hj212::to_frame(encrypted));  // kept too: a key may come
    send(bytes_of_mn("MN9"), "MN9");          // of nobody
    run();
    const std::string day = scratch.read("journal/raw/2015-12-08.raw");
    const auto place = raw_place_of(
        static_cast<std::uint64_t>(count("SELECT raw FROM hj212_values WHERE command = '2061'")));
    plans::hj212::RawDayReader reader(place.offset);
    reader.feed(std::string_view(day).substr(place.offset));
    const auto record = reader.next(true);
    ASSERT_TRUE(record && record->frame);
    EXPECT_EQ(record->frame->bytes, bytes_of(hour("35.5")));
    EXPECT_EQ(record->frame->link, "192.0.2.7");
    EXPECT_EQ(metrics_.value(Counter::kRawFramesKept), 3U);
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
