// County targets followed by what the instruments of a county's enterprises recorded.
#include "daemon/inventory/county_days.hpp"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/inventory/target_routes.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using std::chrono::hours;
using std::chrono::minutes;

// 2015-12-05 00:00 in Beijing; the fixture's clock stands at 2015-12-08 00:00.
const rules::Instant kFifth = kTestStart - hours{72};

// Three enterprises of 110105: two with a total meter, one of them with an outlet; one of 110106
// whose outlet has no flow.
InventoryFiles metered() {
    InventoryFiles files = two_enterprises();
    files["enterprises.csv"] =
        "id,name,region,industry,grade,category\n"
        "e1,甲厂,110105,水泥,B,regular\ne2,乙厂,110105,水泥,C,regular\n"
        "e3,丙厂,110105,水泥,C,regular\ne4,丁厂,110106,水泥,C,regular\n";
    files["lines.csv"] =
        "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
        "e1,L1,一线,窑,no,1,2,3,4\ne2,L1,一线,窑,no,1,2,3,4\n"
        "e3,L1,一线,窑,no,1,2,3,4\ne4,L1,一线,窑,no,1,2,3,4\n";
    files["meters.csv"] =
        "id,enterprise,line,role,rated_kw,idle_kw\n"
        "t1,e1,,total,100,5\np1,e1,L1,production,100,5\nt2,e2,,total,100,5\n";
    files["outlets.csv"] =
        "id,enterprise,line,mn,factors\no1,e1,L1,MN1,so2;nox\no4,e4,L1,MN4,so2\n";
    return files;
}

class CountyDays : public ContextFixture {
 protected:
    CountyDays() {
        EXPECT_TRUE(inventories_.take_now(metered(), "metered", kTestStart).has_value());
        service_.add_routes(router_);
        Person all;
        all.id = "city";
        all.roles = {Role::kAdmin};
        all.token_sha256 = token_hash("city");
        Person county;
        county.id = "county";
        county.roles = {Role::kCountyOfficer};
        county.region = "110106";
        county.token_sha256 = token_hash("county");
        router_.set_people({all, county});
        set("county,target,from,to,ceiling\n"
            "110105,electricity,2015-12-05,2015-12-31,27000\n"
            "110105,emission,2015-12-05,2015-12-31,270\n"
            "110106,emission,2015-12-05,2015-12-31,270\n",
            "");
    }

    ApiResponse call(const std::string& who, const std::string& method, const std::string& target,
                     const std::string& body = "") {
        ApiRequest request;
        request.method = method;
        request.target = target;
        request.body = body;
        request.authorization = "Bearer " + who;
        return wait(router_.handle(std::move(request)));
    }
    void set(const std::string& targets, const std::string& values) {
        json::object body;
        if (!targets.empty()) body["targets"] = targets;
        if (!values.empty()) body["values"] = values;
        EXPECT_EQ(call("city", "POST", "/api/v1/targets", json::serialize(body)).status, 200);
    }
    json::value targets(const std::string& who = "city", const std::string& as_of = "2015-12-07") {
        const auto answer = call(who, "GET", "/api/v1/targets?as_of=" + as_of);
        EXPECT_EQ(answer.status, 200) << answer.body;
        return json::parse(answer.body);
    }
    void meter(const std::string& id, rules::Instant from, int of_hours, double kw) {
        transact([&](Session& db) {
            Statement put(db,
                          "INSERT OR REPLACE INTO readings(t_end, meter, kw, arrived, "
                          "valid) VALUES(?, ?, ?, ?, 1)");
            for (int quarter = 1; quarter <= of_hours * 4; ++quarter) {
                put.run(from + quarter * minutes{15}, id, kw, from);
            }
        });
    }
    void stack(const std::string& outlet, const std::string& factor, rules::Instant from,
               int of_hours, double mg, std::optional<double> flow) {
        transact([&](Session& db) {
            Statement put(db,
                          "INSERT INTO stack_readings(t_end, outlet, factor, mg_per_m3, "
                          "flow, arrived, valid) VALUES(?, ?, ?, ?, ?, ?, 1)");
            for (int hour = 1; hour <= of_hours; ++hour) {
                put.run(from + hours{hour}, outlet, factor, mg, flow, from);
            }
        });
    }

    // What the service does at the full hour.
    void keep() {
        auto done = [this]() -> boost::asio::awaitable<bool> {
            co_await service_.keep_counted();
            co_return true;
        };
        wait(done());
    }

    TargetService service_{context_};
    Router router_;
};

TEST_F(CountyDays, ElectricityIsTheSumOfTheTotalMetersAndSaysOnHowManyItRests) {
    meter("t1", kFifth, 72, 30);
    meter("t2", kFifth, 72, 10);
    meter("p1", kFifth, 72, 25);  // inside t1
    const json::value one = targets().at("items").at(0);
    EXPECT_NEAR(one.at("reached").to_number<double>(), 3 * 24 * 40, 1e-6);
    EXPECT_NEAR(one.at("allowed").to_number<double>(), 3000, 1e-6);
    EXPECT_EQ(one.at("course").as_string(), "on_course");
    EXPECT_EQ(one.at("basis").as_string(), "derived");
    EXPECT_EQ(one.at("points").as_int64(), 2);
    EXPECT_EQ(one.at("points_known").as_int64(), 2);
    EXPECT_EQ(one.at("enterprises").to_number<int>(), 3);
    EXPECT_EQ(one.at("enterprises_with_points").to_number<int>(), 2);
}

TEST_F(CountyDays, ADayWithASilentMeterIsNotKnownRatherThanSmall) {
    meter("t1", kFifth, 72, 30);
    meter("t2", kFifth, 24, 10);
    const json::value one = targets().at("items").at(0);
    EXPECT_EQ(one.at("days_known").as_int64(), 1);
    EXPECT_NEAR(one.at("reached").to_number<double>(), 24 * 40, 1e-6);
    EXPECT_EQ(one.at("course").as_string(), "cannot_tell");
}

TEST_F(CountyDays, EmissionIsConcentrationTimesFlowOfEveryFactor) {
    stack("o1", "so2", kFifth, 72, 50, 100'000);  // 5 kg/h
    stack("o1", "nox", kFifth, 72, 20, 100'000);  // 2 kg/h
    const json::value items = targets().at("items");
    EXPECT_NEAR(items.at(1).at("reached").to_number<double>(), 3 * 24 * 7, 1e-6);
    EXPECT_EQ(items.at(1).at("course").as_string(), "off_course");
    EXPECT_EQ(items.at(1).at("points").as_int64(), 1);
}

TEST_F(CountyDays, WithoutFlowOrWithAFactorMissingTheMassIsNotKnown) {
    stack("o4", "so2", kFifth, 72, 50, std::nullopt);
    stack("o1", "so2", kFifth, 72, 50, 100'000);
    const json::value items = targets().at("items");
    for (const std::size_t at : {1U, 2U}) {
        EXPECT_EQ(items.at(at).at("days_known").as_int64(), 0) << at;
        EXPECT_EQ(items.at(at).at("course").as_string(), "cannot_tell") << at;
        EXPECT_EQ(items.at(at).at("basis").as_string(), "none") << at;
        EXPECT_EQ(items.at(at).at("points").as_int64(), 1) << at;
        EXPECT_TRUE(items.at(at).at("reached").is_null()) << "not known is not zero";
    }
}

TEST_F(CountyDays, WhatWasUploadedGoesBeforeWhatWasDerived) {
    meter("t1", kFifth, 72, 30);
    meter("t2", kFifth, 72, 10);
    set("", "county,target,day,value\n110105,electricity,2015-12-06,5000\n");
    const json::value one = targets().at("items").at(0);
    EXPECT_NEAR(one.at("reached").to_number<double>(), 2 * 24 * 40 + 5000, 1e-6);
    EXPECT_EQ(one.at("basis").as_string(), "mixed");
    EXPECT_EQ(one.at("days_uploaded").as_int64(), 1);
    EXPECT_EQ(one.at("days_derived").as_int64(), 2);
}

TEST_F(CountyDays, ADayThatIsNotOverIsNotCounted) {
    meter("t1", kFifth, 72, 30);
    meter("t2", kFifth, 72, 10);
    clock_.step(kTestStart + hours{12});
    EXPECT_EQ(targets("city", "2015-12-09").at("items").at(0).at("days_known").as_int64(), 3);
    EXPECT_EQ(count("SELECT count(*) FROM county_days_counted WHERE day >= '2015-12-08'"), 0);
}

TEST_F(CountyDays, LateReadingsAreTakenInForThreeDaysAndNotLater) {
    meter("t1", kFifth, 24, 30);
    EXPECT_EQ(targets("city", "2015-12-05").at("items").at(0).at("days_known").as_int64(), 0);
    meter("t2", kFifth, 24, 10);
    EXPECT_EQ(targets("city", "2015-12-05").at("items").at(0).at("days_known").as_int64(), 0)
        << "not every question reads the whole day again";
    clock_.step(kTestStart + hours{1});
    EXPECT_EQ(targets("city", "2015-12-05").at("items").at(0).at("days_known").as_int64(), 1);
    clock_.step(kTestStart + hours{48});
    targets("city", "2015-12-05");
    meter("t2", kFifth, 24, 999);
    clock_.step(kTestStart + hours{72});
    EXPECT_NEAR(targets("city", "2015-12-05").at("items").at(0).at("reached").to_number<double>(),
                24 * 40, 1e-6);
}

TEST_F(CountyDays, ACountedDayStaysWithTheEditionItWasCountedBy) {
    meter("t1", kFifth, 24, 30);
    meter("t2", kFifth, 24, 10);
    clock_.step(kTestStart + hours{48});
    targets("city", "2015-12-05");
    InventoryFiles smaller = metered();
    smaller["meters.csv"] = "id,enterprise,line,role,rated_kw,idle_kw\nt1,e1,,total,100,5\n";
    ASSERT_TRUE(inventories_.take_now(smaller, "smaller", clock_.now()).has_value());
    EXPECT_NEAR(targets("city", "2015-12-05").at("items").at(0).at("reached").to_number<double>(),
                24 * 40, 1e-6);
}

TEST_F(CountyDays, ALongTimeIsCountedInPiecesAndSaysHowMuchWaits) {
    set("county,target,from,to,ceiling\n110105,electricity,2015-09-01,2015-12-31,1000\n", "");
    for (const int waiting : {98 - 31, 98 - 62, 98 - 93, 0}) {
        EXPECT_EQ(targets().at("days_waiting").as_int64(), waiting);
    }
}

TEST_F(CountyDays, AQuestionOnlyReadsAndWhatItCountedIsKeptLater) {
    meter("t1", kFifth, 72, 30);
    meter("t2", kFifth, 72, 10);
    const auto before = store_->decisions_begun();
    const json::value asked = targets();
    EXPECT_EQ(store_->decisions_begun(), before);
    keep();
    EXPECT_EQ(count("SELECT count(*) FROM county_days_counted WHERE kind = 'electricity'"), 3);
    EXPECT_EQ(targets().at("items"), asked.at("items"));
    TargetService after_a_restart(context_);
    Router other;
    after_a_restart.add_routes(other);
    std::swap(router_, other);
    Person all;
    all.id = "city";
    all.roles = {Role::kAdmin};
    all.token_sha256 = token_hash("city");
    router_.set_people({all});
    EXPECT_EQ(targets().at("items"), asked.at("items"));
}

TEST_F(CountyDays, ACountySeesItsOwnTargets) {
    const json::value seen = targets("county");
    ASSERT_EQ(seen.at("total").as_int64(), 1);
    EXPECT_EQ(seen.at("items").at(0).at("county").as_string(), "110106");
}

TEST_F(CountyDays, ManyInstrumentsAreReadInPasses) {
    // As many meters as one pass takes, and one more, each at 1 kW.
    InventoryFiles many = metered();
    std::string meters = "id,enterprise,line,role,rated_kw,idle_kw\n";
    for (std::size_t i = 0; i <= kPointsPerPassMax; ++i) {
        meters += "x" + std::to_string(i) + ",e1,,total,100,5\n";
    }
    many["meters.csv"] = meters;
    ASSERT_TRUE(inventories_.take_now(many, "many", kTestStart).has_value());
    transact([&](Session& db) {
        Statement put(db,
                      "INSERT INTO readings(t_end, meter, kw, kwh, arrived, valid) "
                      "VALUES(?, ?, 1, 24, 0, 1)");
        for (std::size_t i = 0; i <= kPointsPerPassMax; ++i) {
            put.run(kFifth + hours{24}, "x" + std::to_string(i));
        }
    });
    const json::value one = targets("city", "2015-12-05").at("items").at(0);
    EXPECT_EQ(one.at("points_known").as_int64(), static_cast<std::int64_t>(kPointsPerPassMax) + 1);
    EXPECT_NEAR(one.at("reached").to_number<double>(),
                24.0 * static_cast<double>(kPointsPerPassMax + 1), 1e-3);
}

}  // namespace
}  // namespace qk::daemon
