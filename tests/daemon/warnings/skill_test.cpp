// Goal: a consultation is told how good each source was, lead day by lead day, from what is stored.
// Method: two forecasts and the hours that came, counted by hand.
#include "daemon/access/token.hpp"
#include "daemon/air/air_intake.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/upload_reader.hpp"
#include "daemon/warnings/skill_routes.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

class SkillTest : public ContextFixture {
 protected:
    SkillTest() {
        auto pack = std::make_shared<plans::RegionPack>();
        pack->region_code = "110000";
        rules::Clause clause;
        clause.id = "yellow-1";
        clause.legs = {{150, std::chrono::hours{24}}};
        pack->trigger.standard.clauses = {clause};
        context_.pack = pack;
        Person reader;
        reader.id = "r";
        reader.roles = {Role::kDutyOfficer};
        reader.token_sha256 = token_hash("t");
        router_.set_people({reader});
        add_skill_routes(router_, context_);
    }
    void forecast(const std::string& csv) {
        AirDocument document;
        document.file = "f.csv";
        document.source = "station";
        document.issued_at = clock_.now();
        document.bytes = csv;
        const auto taken = wait(air_.take_forecast(std::move(document)));
        ASSERT_TRUE(taken.has_value()) << rules::to_text(taken.error());
    }
    // PM2.5 of 150 µg/m³ is AQI 200, of 50 about 69: two days of each.
    void observe() {
        std::string csv = "region,time,pm25\n";
        for (int hour = 0; hour < 96; ++hour) {
            csv += "110000," +
                   rules::to_iso(kTestStart + std::chrono::hours{hour}, rules::kBeijingTime) +
                   (hour < 48 ? ",150\n" : ",50\n");
        }
        AirDocument document;
        document.file = "o.csv";
        document.bytes = csv;
        const auto taken = wait(air_.take_observations(std::move(document)));
        ASSERT_TRUE(taken.has_value()) << rules::to_text(taken.error());
    }
    boost::json::value skill(const std::string& query) {
        ApiRequest request;
        request.method = "GET";
        request.target = "/api/v1/forecasts/skill" + query;
        request.authorization = "Bearer t";
        const auto answer = wait(router_.handle(std::move(request)));
        EXPECT_EQ(answer.status, 200) << answer.body;
        return plans::parse_json(answer.body, "answer").value();
    }

    AirIntake air_{context_, upload_reader_of_caller()};
    Router router_;
};

TEST_F(SkillTest, BiasHitsMissesAndFalseAlarmsAreCountedByLeadDay) {
    forecast(
        "region,date,aqi\n110000,2015-12-08,210\n110000,2015-12-09,100\n"
        "110000,2015-12-10,160\n110000,2015-12-11,60\n110000,2015-12-12,60\n");
    move_to(kTestStart + std::chrono::hours{96});
    observe();
    const auto answer = skill("");
    ASSERT_EQ(answer.at("sources").as_array().size(), 1U);
    const auto& source = answer.at("sources").at(0);
    EXPECT_EQ(source.at("source").as_string(), "station");
    EXPECT_EQ(source.at("end").as_string(), "only");
    const auto& leads = source.at("leads").as_array();
    ASSERT_EQ(leads.size(), 5U);
    EXPECT_EQ(leads[0].at("bias").to_number<double>(), 10);
    const auto above = [&](int lead, const char* key) {
        return leads[static_cast<std::size_t>(lead)].at("above").at(0).at(key).as_int64();
    };
    EXPECT_EQ(above(0, "hits"), 1);
    EXPECT_EQ(above(1, "misses"), 1);
    EXPECT_EQ(above(2, "false_alarms"), 1);
    EXPECT_EQ(above(3, "correct_negatives"), 1);
    EXPECT_EQ(leads[4].at("pairs").as_int64(), 0);
    EXPECT_EQ(leads[4].at("unobserved").as_int64(), 1);
    EXPECT_TRUE(leads[4].at("bias").is_null()) << "a share of nothing is not zero";
}

TEST_F(SkillTest, BothEndsOfRangesAreScoredNeverTheirMean) {
    forecast(
        "region,date,aqi_low,aqi_high\n110000,2015-12-08,140,160\n110000,2015-12-09,160,210\n");
    move_to(kTestStart + std::chrono::hours{96});
    observe();
    const auto answer = skill("?above=150&days=10");
    ASSERT_EQ(answer.at("sources").as_array().size(), 2U);
    const auto misses = [&](std::size_t end) {
        return answer.at("sources").at(end).at("leads").at(0).at("above").at(0).at("misses");
    };
    EXPECT_EQ(answer.at("sources").at(0).at("end").as_string(), "low");
    EXPECT_EQ(misses(0).as_int64(), 1);
    EXPECT_EQ(misses(1).as_int64(), 0);
}

TEST_F(SkillTest, OldForecastsAndOtherSourcesAreLeftOut) {
    forecast("region,date,aqi\n110000,2015-12-08,210\n110000,2015-12-09,100\n");
    move_to(kTestStart + std::chrono::hours{96});
    EXPECT_TRUE(skill("?days=3").at("sources").as_array().empty());
    EXPECT_TRUE(skill("?source=other").at("sources").as_array().empty());
    EXPECT_EQ(skill("?source=station").at("sources").as_array().size(), 1U);
}

TEST_F(SkillTest, EnsemblesAreScoredBesidePersistence) {
    // Issued on the third day, after two days of AQI 200; 69 came. The range is an ensemble of two:
    // mean error (31 + 71) / 2, less half of its spread of 40 / 2.
    move_to(kTestStart + std::chrono::hours{50});
    forecast("region,date,aqi_low,aqi_high\n110000,2015-12-10,100,140\n110000,2015-12-11,69,69\n");
    move_to(kTestStart + std::chrono::hours{96});
    observe();
    const auto answer = skill("");
    ASSERT_EQ(answer.at("ensembles").as_array().size(), 1U);
    const auto& ensemble = answer.at("ensembles").at(0);
    EXPECT_EQ(ensemble.at("source").as_string(), "station");
    const auto number = [&](std::size_t lead, const char* key) {
        return ensemble.at("leads").at(lead).at(key).to_number<double>();
    };
    const double came = 120 - number(0, "crps") - 10;  // of |100 - x| and |140 - x|, less 10
    EXPECT_DOUBLE_EQ(number(0, "persistence_crps"), 200 - came);
    EXPECT_DOUBLE_EQ(number(0, "members_mean"), 2);
    EXPECT_DOUBLE_EQ(number(0, "skill"), 1 - number(0, "crps") / (200 - came));
    EXPECT_NEAR(number(1, "crps"), 69 - came < 0 ? came - 69 : 69 - came, 1e-9);
    EXPECT_NEAR(number(0, "reliability") - number(0, "resolution") + number(0, "uncertainty"),
                number(0, "crps"), 1e-9);
    EXPECT_EQ(ensemble.at("flip_flop").at("days").as_int64(), 0);
    EXPECT_TRUE(ensemble.at("flip_flop").at("mean").is_null());
}

}  // namespace
}  // namespace qk::daemon
