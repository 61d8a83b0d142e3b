// Goal: whoever puts a pack in force sees first what it changes for the plants of the inventory in
// use, and what he saw stays with it. Method: the service over one database.
#include "daemon/packs/pack_registry.hpp"
#include "plans/response/plan_draft.hpp"
#include "tests/daemon/packs/own_rules_fixture.hpp"

namespace qk::daemon {
namespace {

// The city's pack with floors of its own.
const std::string kPack = R"(id = "our-city"
name = "许昌市"
tier = "city"
parent = "henan"
region_code = "411000"

[floors]
so2_nox_substitution = false
yellow = { so2 = 10, nox = 10, pm = 10, vocs = 10 }
orange = { so2 = 45, nox = 45, pm = 45, vocs = 45 }
red = { so2 = 50, nox = 50, pm = 50, vocs = 50 }
source = "市预案"
certainty = "primary"

[publication]
issuer = "许昌市人民政府"
source = "市预案"
certainty = "primary"
)";

class PackTrialTest : public OwnRulesFixture {
 protected:
    PackTrialTest() {
        use_pack("edition");
        book_.add_routes(router_);
        book_.start(tasks_);
        run();
    }
    void TearDown() override {
        tasks_.cancel();
        run();
    }
    static boost::json::object wanted() {
        return {{"pack", kPack}, {"file", "our-city.toml"}, {"reason", "市政府常务会议"}};
    }
    static double floor_at_orange(const boost::json::value& trial, const char* when) {
        const auto& orange = trial.at("levels").at(1);
        EXPECT_EQ(orange.at("level").as_string(), "orange");
        return orange.at(when).at("floors").at(0).at("floor").to_number<double>();
    }

    PackRegistry book_{context_};
};

TEST_F(PackTrialTest, TryingShowsWhatChangesOnTheInventoryAndStoresNothing) {
    boost::json::object body = wanted();
    body["only_try"] = true;
    body.erase("reason");
    const auto answer = call("chen.yu", "POST", "/api/v1/packs", body);
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto value = json_of(answer);
    EXPECT_TRUE(value.at("number").is_null());
    const auto& trial = value.at("inventory_trial");
    EXPECT_DOUBLE_EQ(floor_at_orange(trial, "before"), 0.20);
    EXPECT_DOUBLE_EQ(floor_at_orange(trial, "after"), 0.45);
    EXPECT_EQ(trial.at("levels").at(1).at("difference").at("changed").as_int64(), 0)
        << "other floors ask nothing else of a plant";
    EXPECT_EQ(count("SELECT count(*) FROM adopted_packs"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action LIKE 'pack.%'"), 0);
}

TEST_F(PackTrialTest, WhatWasSeenStaysWithThePackBesideTheTrialOnHistory) {
    boost::json::object body = wanted();
    body["trial"] = boost::json::object{{"days", 90}};
    const auto put = call("chen.yu", "POST", "/api/v1/packs", body);
    ASSERT_EQ(put.status, 201) << put.body;
    EXPECT_DOUBLE_EQ(floor_at_orange(json_of(put).at("inventory_trial"), "after"), 0.45);
    const auto shown = json_of(call("zhang.wei", "GET", "/api/v1/packs/1"));
    EXPECT_DOUBLE_EQ(floor_at_orange(shown.at("inventory_trial"), "before"), 0.20);
    EXPECT_EQ(shown.at("trial").at("days").as_int64(), 90);
    const auto listed = json_of(call("zhang.wei", "GET", "/api/v1/packs")).at("items").at(0);
    EXPECT_EQ(listed.at("trial").at("days").as_int64(), 90);
    EXPECT_FALSE(listed.as_object().contains("inventory_trial")) << "a list stays short";
}

TEST_F(PackTrialTest, ATrialThatAnEarlierReleaseStoredIsTheOneOnHistory) {
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/packs", wanted()).status, 201);
    transact([](Session& db) {
        db.exec("UPDATE adopted_packs SET trial='{\"days\":365}' WHERE number=1");
        return 0;
    });
    const auto shown = json_of(call("zhang.wei", "GET", "/api/v1/packs/1"));
    EXPECT_EQ(shown.at("trial").at("days").as_int64(), 365);
    EXPECT_TRUE(shown.at("inventory_trial").is_null());
}

}  // namespace
}  // namespace qk::daemon
