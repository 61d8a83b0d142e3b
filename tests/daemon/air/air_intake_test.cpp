#include "daemon/air/air_intake.hpp"

#include <cerrno>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "daemon/access/token.hpp"
#include "daemon/api/upload_reader.hpp"
#include "daemon/service/poison.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/cursor_walk.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

// Three days of daily AQI from the day the fixture's clock stands at.
const std::string kDaily =
    "region,date,aqi\n110000,2015-12-08,160\n110000,2015-12-09,210\n110000,2015-12-10,180\n";

class AirIntakeTest : public ContextFixture {
 protected:
    AirIntakeTest() {
        air_.on_new_data([this] { return hear(); });
    }
    void TearDown() override {
        tasks_.cancel();
        run();
    }
    boost::asio::awaitable<void> hear() {
        ++told_;
        co_return;
    }
    static AirDocument document(const std::string& bytes) {
        AirDocument made;
        made.file = "f.csv";
        made.source = "cnemc";
        made.issued_at = kTestStart;
        made.person = "feed";
        made.bytes = bytes;
        return made;
    }

    int told_ = 0;
    AirIntake air_{context_, upload_reader_of_caller()};
};

TEST(AirFileName, NamesSourceAndIssue) {
    const AirDocument document =
        document_of_file_name("cnemc_fine_20151208T0800.csv", rules::kBeijingTime);
    EXPECT_EQ(document.source, "cnemc_fine");
    EXPECT_EQ(document.member, "");
    EXPECT_EQ(document.issued_at,
              rules::parse_instant("2015-12-08T08:00:00+08:00", rules::kBeijingTime));
    const AirDocument plain = document_of_file_name("cnemc_2015.json", rules::kBeijingTime);
    EXPECT_EQ(plain.source, "cnemc_2015");
    EXPECT_EQ(plain.issued_at, std::nullopt);
    const AirDocument member =
        document_of_file_name("cmaq@m03_20151208T0800.csv", rules::kBeijingTime);
    EXPECT_EQ(member.source, "cmaq");
    EXPECT_EQ(member.member, "m03");
}

TEST_F(AirIntakeTest, AForecastIsStoredOnceAndTheListenerIsTold) {
    const auto first = wait(air_.take_forecast(document(kDaily)));
    ASSERT_TRUE(first.has_value()) << to_text(first.error());
    EXPECT_EQ(first->new_revisions, 1U);
    const auto again = wait(air_.take_forecast(document(kDaily)));
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->new_revisions, 0U);
    EXPECT_EQ(again->numbers, first->numbers);
    EXPECT_EQ(count("SELECT count(*) FROM forecasts"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action = 'forecast.take'"), 1);
    EXPECT_EQ(told_, 1);
}

TEST_F(AirIntakeTest, DaysOfADailyForecastAreThoseOfTheRegionsCalendar) {
    auto west = std::make_shared<plans::RegionPack>();
    west->zone = *rules::parse_zone("Asia/Urumqi");
    context_.pack = west;
    const auto taken = wait(air_.take_forecast(document(kDaily)));
    ASSERT_TRUE(taken.has_value()) << to_text(taken.error());
    const auto day = *rules::parse_day("2015-12-08");
    EXPECT_EQ(count("SELECT first FROM forecasts"),
              rules::start_of(day, west->zone).time_since_epoch().count());
    EXPECT_EQ(count("SELECT past FROM forecasts"),
              rules::start_of(day + std::chrono::days{3}, west->zone).time_since_epoch().count());
}

TEST_F(AirIntakeTest, AStaleForecastIsRefusedAndNothingIsStored) {
    AirDocument old = document(kDaily);
    old.issued_at = kTestStart - std::chrono::hours{37};
    const auto taken = wait(air_.take_forecast(std::move(old)));
    EXPECT_TRUE(taken.has_error());
    EXPECT_EQ(count("SELECT count(*) FROM forecasts"), 0);
    EXPECT_EQ(told_, 0);
}

TEST_F(AirIntakeTest, AFaultyForecastIsRefusedWithEveryPlace) {
    const auto taken =
        wait(air_.take_forecast(document("region,date,aqi\nx,2015-12-08,999\nx,soon,10\n")));
    ASSERT_TRUE(taken.has_error());
    const std::string faults = to_text(taken.error());
    EXPECT_NE(faults.find("f.csv:2:3"), std::string::npos) << faults;
    EXPECT_NE(faults.find("f.csv:3:2"), std::string::npos) << faults;
}

TEST_F(AirIntakeTest, ARegionThatIsNotWhatItLooksLikeIsRefusedAndShown) {
    const std::string table = "region,date,aqi\n110000,2015-12-08,160\n朝\u202E阳,2015-12-08,160\n";
    const std::string object =
        R"({"source":"s","issued_at":"2015-12-08T00:00:00+08:00","regions":[{"region":"朝\u202e阳",)"
        R"("daily":[{"date":"2015-12-08","aqi":160}]}]})";
    for (const std::string& bytes : {table, object}) {
        const auto taken = wait(air_.take_forecast(document(bytes)));
        ASSERT_TRUE(taken.has_error()) << bytes;
        EXPECT_NE(to_text(taken.error()).find("U+202E"), std::string::npos)
            << to_text(taken.error());
    }
    const auto observed = wait(
        air_.take_observations(document("region,time,pm25\n朝\u200B阳,2015-12-07 22:00,100\n")));
    ASSERT_TRUE(observed.has_error());
    EXPECT_NE(to_text(observed.error()).find("U+200B"), std::string::npos);
    EXPECT_EQ(count("SELECT count(*) FROM forecasts"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM observations"), 0);
}

TEST_F(AirIntakeTest, ObservedHoursAreStoredAndALaterDeliveryReplacesThem) {
    const std::string first =
        "region,time,pm25\n110000,2015-12-07 22:00,100\n110000,2015-12-07 23:00,\n";
    const auto taken = wait(air_.take_observations(document(first)));
    ASSERT_TRUE(taken.has_value()) << to_text(taken.error());
    EXPECT_EQ(taken->hours, 1U);
    const std::string second = "region,time,pm25\n110000,2015-12-07 22:00,110\n";
    ASSERT_TRUE(wait(air_.take_observations(document(second))).has_value());
    EXPECT_EQ(count("SELECT pm25 FROM observations"), 110'000'000);
    EXPECT_EQ(count("SELECT count(*) FROM observation_deliveries"), 2);
    EXPECT_EQ(told_, 2);
}

TEST_F(AirIntakeTest, ForecastsAndObservationsAreWalkedByCursor) {
    ASSERT_TRUE(wait(air_.take_forecast(document(kDaily))));
    AirDocument other = document(kDaily);
    other.source = "other";
    ASSERT_TRUE(wait(air_.take_forecast(std::move(other))));
    const std::string hours =
        "region,time,pm25\n110000,2015-12-07 20:00,100\n110000,2015-12-07 21:00,110\n"
        "120000,2015-12-07 20:00,90\n120000,2015-12-07 21:00,80\n";
    ASSERT_TRUE(wait(air_.take_observations(document(hours))));
    Person reader;
    reader.id = "zhao.min";
    reader.roles = {Role::kAuditor};
    reader.token_sha256 = token_hash("token");
    Router router;
    router.set_people({reader});
    air_.add_routes(router);
    const auto get = [&](const std::string& target) {
        ApiRequest request;
        request.method = "GET";
        request.target = target;
        request.authorization = "Bearer token";
        return wait(router.handle(std::move(request)));
    };
    EXPECT_EQ(walk_by_cursor(get, "/api/v1/forecasts?"), 2U);
    EXPECT_EQ(walk_by_cursor(get, "/api/v1/forecasts?source=other&"), 1U);
    EXPECT_EQ(walk_by_cursor(get, "/api/v1/observations?"), 4U);
    EXPECT_EQ(walk_by_cursor(get, "/api/v1/observations?region=120000&"), 2U);
}

TEST_F(AirIntakeTest, AnHourThatHasNotEndedIsNoObservation) {
    const auto taken =
        wait(air_.take_observations(document("region,time,pm25\n110000,2015-12-08 01:00,100\n")));
    ASSERT_TRUE(taken.has_error());
    EXPECT_NE(to_text(taken.error()).find("has not ended"), std::string::npos);
}

TEST_F(AirIntakeTest, TheDropFolderTakesWhatIsGoodAndExplainsWhatIsNot) {
    const Scratch scratch;
    scratch.write("in/cnemc_20151208T0000.csv", kDaily);
    scratch.write("in/bad.csv", "region,date,aqi\nx,2015-12-08,999\n");
    scratch.write("in/.hidden.csv", kDaily);
    scratch.write("in/half.csv.part", kDaily);
    Config config;
    config.journal_folder.clear();
    config.forecast_folder = scratch.file("in");
    config.store_mode = StoreMode::kInline;  // files are read where they are asked for
    rebuild(std::move(config));
    air_.start(tasks_);
    run();
    namespace fs = std::filesystem;
    EXPECT_TRUE(fs::exists(scratch.file("in/done/cnemc_20151208T0000.csv")));
    EXPECT_TRUE(fs::exists(scratch.file("in/refused/bad.csv")));
    EXPECT_NE(scratch.read("in/refused/bad.csv.faults.txt").find("bad.csv:2:3"), std::string::npos);
    EXPECT_TRUE(fs::exists(scratch.file("in/.hidden.csv")));
    EXPECT_TRUE(fs::exists(scratch.file("in/half.csv.part")));
    EXPECT_EQ(count("SELECT count(*) FROM forecasts"), 1);
    scratch.write("in/next_20151208T0005.csv", kDaily);
    move_to(kTestStart + std::chrono::hours{1});
    EXPECT_EQ(count("SELECT count(*) FROM forecasts"), 2);
    EXPECT_EQ(failed_task_, "");
}

TEST_F(AirIntakeTest, ADroppedFileWhoseNameIsNotWhatItLooksLikeIsRefusedAndShown) {
    const Scratch scratch;
    scratch.write("in/cn\u202Eemc_20151208T0000.csv", kDaily);
    scratch.write("in/\u3000.csv", kDaily);
    Config config;
    config.journal_folder.clear();
    config.forecast_folder = scratch.file("in");
    config.store_mode = StoreMode::kInline;
    rebuild(std::move(config));
    air_.start(tasks_);
    run();
    EXPECT_EQ(count("SELECT count(*) FROM forecasts"), 0);
    EXPECT_EQ(scratch.read("in/refused/cn\u202Eemc_20151208T0000.csv"), kDaily);
    EXPECT_EQ(scratch.read("in/refused/\u3000.csv"), kDaily);
    const std::string why = scratch.read("in/refused/cn\u202Eemc_20151208T0000.csv.faults.txt");
    EXPECT_NE(why.find("cn<U+202E>emc"), std::string::npos) << why;
    for (const std::string& line : log_lines_) {
        EXPECT_EQ(line.find("\u202E"), std::string::npos) << line;
    }
    EXPECT_EQ(failed_task_, "");
}

// The same file is met at every start.
TEST_F(AirIntakeTest, AFileAtWhichProcessesEndedIsRefusedUnreadAndTheOthersAreTaken) {
    const Scratch scratch;
    scratch.write("in/a_20151208T0000.csv", kDaily);
    scratch.write("in/b_20151208T0000.csv", kDaily);
    scratch.write("in/c_20151208T0000.csv", kDaily);
    transact([](Session& db) {
        for (int i = 0; i < kDocumentDeathsMax; ++i) {
            EXPECT_FALSE(begin_document(db, "file a_20151208T0000.csv"));
        }
        EXPECT_FALSE(begin_document(db, "file b_20151208T0000.csv"));
        return 0;
    });
    Config config;
    config.journal_folder.clear();
    config.forecast_folder = scratch.file("in");
    config.store_mode = StoreMode::kInline;
    rebuild(std::move(config));
    air_.start(tasks_);
    run();
    namespace fs = std::filesystem;
    const std::string why = scratch.read("in/refused/a_20151208T0000.csv.faults.txt");
    EXPECT_NE(why.find("ended 3 times"), std::string::npos) << why;
    EXPECT_TRUE(fs::exists(scratch.file("in/done/b_20151208T0000.csv")));
    EXPECT_TRUE(fs::exists(scratch.file("in/done/c_20151208T0000.csv")));
    EXPECT_EQ(count("SELECT count(*) FROM meta WHERE key LIKE 'reading %'"), 0);
    fs::rename(scratch.file("in/refused/a_20151208T0000.csv"),
               scratch.file("in/a_20151208T0000.csv"));
    move_to(kTestStart + std::chrono::hours{1});
    EXPECT_TRUE(fs::exists(scratch.file("in/done/a_20151208T0000.csv"))) << "put back by a person";
    EXPECT_EQ(count("SELECT count(*) FROM forecasts"), 3);
    EXPECT_EQ(failed_task_, "");
}

// Whoever asks what became of new data, and dies of it.
boost::asio::awaitable<void> die_of(std::exception_ptr why) {
    std::rethrow_exception(why);
    co_return;
}

TEST_F(AirIntakeTest, WhatAFileMakesTheProgramThrowIsARefusalAndAFaultOfTheMachineIsNot) {
    const auto input = std::make_exception_ptr(std::out_of_range("no such place"));
    air_.on_new_data([input] { return die_of(input); });
    const auto refused = wait(air_.take_unwatched("file x", document(kDaily)));
    ASSERT_TRUE(refused.has_error());
    EXPECT_NE(to_text(refused.error()).find("no such place"), std::string::npos);
    const auto machine =
        std::make_exception_ptr(std::system_error(ENOSPC, std::generic_category(), "x"));
    air_.on_new_data([machine] { return die_of(machine); });
    AirDocument other = document(kDaily);
    other.source = "other";
    EXPECT_THROW(wait(air_.take_unwatched("file y", std::move(other))), std::system_error);
    EXPECT_EQ(count("SELECT count(*) FROM meta WHERE key LIKE 'reading %'"), 0)
        << "a full disk does not speak against a file";
}

}  // namespace
}  // namespace qk::daemon
