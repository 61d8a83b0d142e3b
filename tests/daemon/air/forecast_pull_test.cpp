// Goal: a scheduled pull fetches by the clock, tries again what failed, stores every new revision
// once, and says how it stands. Method: a server played by the test, time moved by hand.
#include "daemon/air/forecast_pull.hpp"

#include <deque>
#include <filesystem>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/upload_reader.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Answers in the order given, the last one again and again.
class PlayedServer : public Fetcher {
 public:
    [[nodiscard]] boost::asio::awaitable<rules::Result<std::string>> fetch(
        Request request) override {
        requests.push_back(std::move(request));
        auto answer = answers.front();
        if (answers.size() > 1) answers.pop_front();
        co_return answer;
    }
    std::vector<Request> requests;
    std::deque<rules::Result<std::string>> answers;
};

std::string daily(int aqi) {
    std::string csv = "region,date,aqi\n";
    for (int day = 8; day < 13; ++day) {
        csv += "110000,2015-12-" + std::string(day < 10 ? "0" : "") + std::to_string(day) + "," +
               std::to_string(aqi) + "\n";
    }
    return csv;
}

class ForecastPullTest : public ContextFixture {
 protected:
    ForecastPullTest() {
        Config config;
        config.journal_folder.clear();
        ForecastPull pull;
        pull.source = "service";
        pull.url = "https://example.org/{yyyy}{mm}{dd}{hh}.csv";
        pull.every = minutes{360};
        pull.header_file = scratch_.file("header");
        config.forecast_pulls.push_back(pull);
        rebuild(std::move(config));
        scratch_.write("header", "X-Api-Key: k\n");
        std::filesystem::permissions(scratch_.file("header"), std::filesystem::perms::owner_read);
    }
    void TearDown() override {
        tasks_.cancel();
        run();
    }
    void begin() {
        puller_ = std::make_unique<ForecastPuller>(context_, air_, &server_);
        puller_->add_routes(router_);
        puller_->start(tasks_);
        run();
    }
    std::string state(const std::string& key) {
        Person reader;
        reader.id = "r";
        reader.roles = {Role::kAuditor};
        ApiRequest request;
        request.method = "GET";
        request.target = "/api/v1/forecasts/pulls";
        request.authorization = "Bearer t";
        reader.token_sha256 = token_hash("t");
        router_.set_people({reader});
        const auto answer = wait(router_.handle(std::move(request)));
        const auto value = plans::parse_json(answer.body, "answer").value();
        const auto& item = value.at("items").at(0);
        return item.at(key).is_string() ? std::string(item.at(key).as_string())
                                        : plans::to_text(item.at(key));
    }

    Scratch scratch_;
    PlayedServer server_;
    AirIntake air_{context_, upload_reader_of_caller()};
    Router router_;
    std::unique_ptr<ForecastPuller> puller_;
};

TEST(PullSchedule, CountsFromMidnightOfTheRegion) {
    const rules::Zone zone = rules::kBeijingTime;
    const auto at = [&](const char* text) { return *rules::parse_instant(text, zone); };
    EXPECT_EQ(next_pull(at("2015-12-08 00:00"), minutes{360}, zone), at("2015-12-08 06:00"));
    EXPECT_EQ(next_pull(at("2015-12-08 05:59"), minutes{360}, zone), at("2015-12-08 06:00"));
    EXPECT_EQ(next_pull(at("2015-12-08 23:00"), minutes{420}, zone), at("2015-12-09 00:00"));
    EXPECT_EQ(next_pull(at("2015-12-08 00:00"), minutes{1440}, zone), at("2015-12-09 00:00"));
    EXPECT_EQ(url_at("f/{yyyy}/{mm}{dd}T{hh}?h={hh}", at("2015-12-08 06:10"), zone),
              "f/2015/1208T06?h=06");
}

TEST_F(ForecastPullTest, WhatIsFetchedIsTakenInWithTheHourAsItsIssue) {
    server_.answers = {daily(160)};
    begin();
    ASSERT_EQ(server_.requests.size(), 1U);
    EXPECT_EQ(server_.requests[0].url, "https://example.org/2015120800.csv");
    EXPECT_EQ(server_.requests[0].header, "X-Api-Key: k");
    EXPECT_EQ(count("SELECT count(*) FROM forecasts WHERE source='service' AND person='system'"),
              1);
    EXPECT_EQ(count("SELECT issued_at FROM forecasts"), seconds_of(kTestStart));
    EXPECT_EQ(state("state"), "taken");
    EXPECT_EQ(state("next_at"), "2015-12-08T06:00:00+08:00");
}

TEST_F(ForecastPullTest, AServiceThatStandsStillIsNotStoredAgainAndSoGoesStale) {
    server_.answers = {daily(160), daily(160), daily(170)};
    begin();
    move_to(kTestStart + hours{7});
    EXPECT_EQ(server_.requests.size(), 2U);
    EXPECT_EQ(count("SELECT count(*) FROM forecasts"), 1);
    EXPECT_EQ(state("state"), "unchanged");
    move_to(kTestStart + hours{13});
    EXPECT_EQ(count("SELECT count(*) FROM forecasts"), 2);
}

TEST_F(ForecastPullTest, WhatFailsIsTriedAgainAfterPausesThatGrow) {
    server_.answers = {rules::refuse("no answer"), rules::refuse("no answer"),
                       std::string("region,date,aqi\n110000,2015-12-08,999\n"), daily(160)};
    begin();
    EXPECT_EQ(state("state"), "failed");
    EXPECT_NE(state("why").find("no answer"), std::string::npos);
    move_to(kTestStart + seconds{5});
    EXPECT_EQ(server_.requests.size(), 2U);
    move_to(kTestStart + seconds{14});
    EXPECT_EQ(server_.requests.size(), 2U) << "the second pause is twice as long";
    move_to(kTestStart + seconds{15});
    EXPECT_EQ(state("state"), "refused");
    EXPECT_NE(state("why").find("999"), std::string::npos) << state("why");
    move_to(kTestStart + seconds{35});
    EXPECT_EQ(state("state"), "taken");
    EXPECT_EQ(state("failures"), "0");
    EXPECT_EQ(metrics_.value(Counter::kPullsFailed), 3U);
    EXPECT_EQ(count("SELECT count(*) FROM forecasts"), 1);
    EXPECT_EQ(failed_task_, "");
}

TEST_F(ForecastPullTest, AKeyFileThatOthersReadIsNotSent) {
    std::filesystem::permissions(scratch_.file("header"), std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    server_.answers = {daily(160)};
    begin();
    EXPECT_TRUE(server_.requests.empty());
    EXPECT_NE(state("why").find("can be read by others"), std::string::npos) << state("why");
}

TEST_F(ForecastPullTest, AMissingKeyFileFailsWithoutAskingTheServer) {
    std::filesystem::remove(scratch_.file("header"));
    server_.answers = {daily(160)};
    begin();
    EXPECT_TRUE(server_.requests.empty());
    EXPECT_EQ(state("state"), "failed");
}

TEST_F(ForecastPullTest, WithoutAFetcherNothingIsPulled) {
    ForecastPuller none(context_, air_, nullptr);
    none.start(tasks_);
    run();
    EXPECT_EQ(count("SELECT count(*) FROM forecasts"), 0);
}

}  // namespace
}  // namespace qk::daemon
