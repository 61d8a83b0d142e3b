#include "daemon/app.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <future>

#include "daemon/access/token.hpp"
#include "daemon/store/meta.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

const std::string kToken(64, 'a');

class NobodyGatewayClient : public GatewayClient {
 public:
    [[nodiscard]] asio::awaitable<std::string> deliver(GatewayMessage) override {
        co_return "nobody";
    }
};

Config config_for_test() {
    Config config;
    config.pack = "beijing-demo";
    config.store_path = ":memory:";
    config.store_mode = StoreMode::kInline;
    config.journal_folder.clear();
    config.signing_seed = std::string(32, 'k');
    config.inventory_files = two_enterprises();
    Person person;
    person.id = "admin";
    person.name = "管理员";
    person.roles = {Role::kAdmin, Role::kDutyOfficer, Role::kAuditor};
    person.token_sha256 = token_hash(kToken);
    config.people = {person};
    return config;
}

class AppTest : public testing::Test {
 protected:
    void create(Config config) {
        AppPorts ports{clock_, bus_, gateway_,
                       [this](LogSeverity, std::string_view line) { log_.emplace_back(line); }};
        ports.driven = &clock_;
        auto app = App::create(io_, std::move(config), std::move(ports));
        ASSERT_TRUE(app.has_value()) << to_text(app.error());
        app_ = std::move(*app);
        wait(app_->start());
    }
    void TearDown() override {
        if (app_) wait(app_->stop());
    }
    void run() {
        io_.restart();
        io_.poll();
    }
    template <class T>
    T wait(asio::awaitable<T> task) {
        auto answer = asio::co_spawn(io_, std::move(task), asio::use_future);
        run();
        // A handler may wait some milliseconds of real time for what runs elsewhere.
        while (answer.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
            io_.restart();
            io_.run_one();
        }
        return answer.get();
    }
    ApiResponse call(const std::string& method, const std::string& target,
                     const std::string& body = "") {
        ApiRequest request;
        request.method = method;
        request.target = target;
        request.body = body;
        request.authorization = "Bearer " + kToken;
        return wait(app_->api(std::move(request)));
    }
    json::value get(const std::string& target) {
        const ApiResponse response = call("GET", target);
        EXPECT_EQ(response.status, 200) << target << " " << response.body;
        return json::parse(response.body);
    }

    // As the API shows it of one that came by the topic of e1.
    std::string sender_of_a_receipt(SenderProof senders) {
        Config config = config_for_test();
        config.mqtt.senders = senders;
        create(std::move(config));
        bus_.listener_.on_message("qingkong/1/110105/e1/receipt",
                                  R"({"order":"w1/e1","revision":1,"state":"received",)"
                                  R"("at":"2015-12-07T23:45:00+08:00","by":"厂","note":""})");
        run();
        const json::value receipts = get("/api/v1/receipts?enterprise=e1");
        const json::array& items = receipts.at("items").as_array();
        if (items.size() != 1) return "not one receipt";
        return std::string(items.front().at("sender").as_string());
    }

    asio::io_context io_;
    ManualClock clock_{kTestStart};
    PlayedBus bus_;
    NobodyGatewayClient gateway_;
    std::vector<std::string> log_;
    std::unique_ptr<App> app_;
};

TEST_F(AppTest, StartsServesAndStops) {
    create(config_for_test());
    EXPECT_FALSE(bus_.filters_.empty());
    EXPECT_EQ(get("/api/v1/enterprises").at("total").as_int64(), 2);
    EXPECT_EQ(get("/api/v1/enterprises/e1").at("meters").as_array().size(), 1U);
    EXPECT_TRUE(get("/api/v1/audit/check").at("holds").as_bool());
    EXPECT_TRUE(app_->is_idle());
    for (const char* list : {"/api/v1/forecasts", "/api/v1/observations", "/api/v1/orders",
                             "/api/v1/receipts", "/api/v1/phone-list", "/api/v1/inventories",
                             "/api/v1/readings", "/api/v1/rejected", "/api/v1/audit"}) {
        EXPECT_TRUE(get(list).at("items").is_array()) << list;
    }
}

TEST_F(AppTest, AFirstStartWithoutAnyAccountIsPossibleAndSaysWhatToDo) {
    const auto is_said = [this] {
        return std::ranges::any_of(log_, [](const std::string& line) {
            return line.find("NOBODY_CAN_ACT") != std::string::npos;
        });
    };
    Config config = config_for_test();
    config.people.clear();
    create(config);
    EXPECT_TRUE(is_said());
    log_.clear();
    EXPECT_TRUE(app_->reload(config_for_test()).empty());
    EXPECT_FALSE(is_said());
    EXPECT_TRUE(get("/api/v1/audit/check").at("holds").as_bool());
}

TEST_F(AppTest, AMessageOfTheBusIsTakenIn) {
    create(config_for_test());
    bus_.listener_.on_message("qingkong/1/110105/e1/meter/m1",
                              R"({"t":"2015-12-07T23:45:00+08:00","kw":12.5})");
    run();
    const json::value readings = get("/api/v1/readings?meter=m1");
    ASSERT_EQ(readings.at("total").as_int64(), 1);
    EXPECT_EQ(readings.at("items").at(0).at("kw").to_number<double>(), 12.5);
}

TEST_F(AppTest, WhereTheBrokerBindsTopicsToUsersTheSenderOfAReceiptIsProved) {
    EXPECT_EQ(sender_of_a_receipt(SenderProof::kTopic), "e1");
}

TEST_F(AppTest, WhereItDoesNotATopicIsAClaim) {
    EXPECT_EQ(sender_of_a_receipt(SenderProof::kNone), "");
}

TEST_F(AppTest, DrivenTimeMovesOverTheApiAndNeverBack) {
    create(config_for_test());
    const ApiResponse moved =
        call("POST", "/api/v1/clock", R"({"now":"2015-12-08T12:00:00+08:00"})");
    EXPECT_EQ(moved.status, 200) << moved.body;
    EXPECT_EQ(json::parse(moved.body).at("now").as_string(), "2015-12-08T12:00:00+08:00");
    EXPECT_EQ(call("POST", "/api/v1/clock", R"({"now":"2015-12-08T11:00:00+08:00"})").status, 422);
    EXPECT_EQ(call("POST", "/api/v1/clock", R"({"now":"noon"})").status, 422);
    EXPECT_EQ(get("/api/v1/clock").at("mode").as_string(), "driven");
}

TEST_F(AppTest, OneMoveOfDrivenTimeHasALimit) {
    create(config_for_test());
    const ApiResponse refused =
        call("POST", "/api/v1/clock", R"({"now":"9999-12-31T00:00:00+08:00"})");
    EXPECT_EQ(refused.status, 422);
    EXPECT_NE(refused.body.find("400 days"), std::string::npos) << refused.body;
    EXPECT_EQ(clock_.now(), kTestStart);
}

TEST_F(AppTest, AStopInterruptsAMoveOfDrivenTimeAndTimeStandsWhereItWas) {
    const Scratch scratch;
    Config config = config_for_test();
    config.store_path = scratch.file("a.db");
    create(config);
    ApiRequest request;
    request.method = "POST";
    request.target = "/api/v1/clock";
    request.body = R"({"now":"2016-12-31T00:00:00+08:00"})";
    request.authorization = "Bearer " + kToken;
    auto moved = asio::co_spawn(io_, app_->api(std::move(request)), asio::use_future);
    io_.restart();
    while (clock_.now() == kTestStart) io_.run_one();
    ASSERT_NE(moved.wait_for(std::chrono::seconds{0}), std::future_status::ready);
    wait(app_->stop());
    while (moved.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
        io_.restart();
        io_.run_one();
    }
    EXPECT_EQ(moved.get().status, 503);
    EXPECT_LT(clock_.now(), kTestStart + std::chrono::hours{24 * 30});
    Session db(scratch.file("a.db"), SessionUse::kRead);
    EXPECT_EQ(get_meta(db, "driven_clock"), rules::to_iso(clock_.now(), rules::kBeijingTime));
}

TEST_F(AppTest, ATimeOrAnIdInTheDatabaseThatIsNoneIsToldAsTheDatabasesFault) {
    for (const auto& [key, value] :
         {std::pair{"driven_clock", "soon"}, std::pair{"mqtt_client_id", "qkd\n#"}}) {
        const Scratch scratch;
        Config config = config_for_test();
        config.store_path = scratch.file("a.db");
        create(config);
        wait(app_->stop());
        app_.reset();
        {
            Session db(config.store_path, SessionUse::kWrite);
            set_meta(db, key, value);
        }
        ManualClock later(kTestStart);
        AppPorts ports{.clock = later, .bus = bus_, .gateway = gateway_, .driven = &later};
        auto again = App::create(io_, config, std::move(ports));
        ASSERT_FALSE(again.has_value()) << key;
        const rules::Faults faults = again.error();
        EXPECT_NE(faults.front().what.find(key), std::string::npos) << faults.front().what;
        EXPECT_NE(faults.front().what.find("已损坏或被改动"), std::string::npos);
        EXPECT_NE(faults.front().cure.find("从备份恢复"), std::string::npos);
    }
}

TEST_F(AppTest, DrivenTimeIsKeptOverARestart) {
    const Scratch scratch;
    Config config = config_for_test();
    config.store_path = scratch.file("a.db");
    create(config);
    call("POST", "/api/v1/clock", R"({"now":"2015-12-09T00:00:00+08:00"})");
    wait(app_->stop());
    app_.reset();
    ManualClock later(kTestStart);
    AppPorts ports{.clock = later, .bus = bus_, .gateway = gateway_, .driven = &later};
    auto again = App::create(io_, config, std::move(ports));
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(later.now(), rules::parse_instant("2015-12-09T00:00:00+08:00", rules::kBeijingTime));
}

TEST_F(AppTest, AForecastPushedOverTheApiIsListed) {
    create(config_for_test());
    const ApiResponse pushed = call(
        "POST", "/api/v1/forecasts?source=cnemc&issued_at=2015-12-08T00:00:00%2B08:00",
        "region,date,aqi\n110000,2015-12-08,160\n110000,2015-12-09,210\n110000,2015-12-10,180\n");
    EXPECT_EQ(pushed.status, 201) << pushed.body;
    EXPECT_EQ(get("/api/v1/forecasts").at("total").as_int64(), 1);
    EXPECT_EQ(get("/api/v1/forecasts/1").at("forecasts").as_array().size(), 1U);
    EXPECT_EQ(call("GET", "/api/v1/forecasts/99").status, 404);
}

// A mill with a line of which nobody can tell what it is.
json::object mill_of(const std::string& columns, const std::string& cells) {
    InventoryFiles files = two_enterprises();
    files["enterprises.csv"] += "e3,丙钢厂,110105,长流程钢铁,C,regular,010-3\n";
    files["lines.csv"] = "enterprise,id,name,equipment,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d" +
                         columns + "\ne3,S1,1号烧结机,烧结机,100,1,1,0" +
                         (cells.empty() ? "" : ",,") + "\ne3,X1,6号装置,专用设备,800,0,0,0" +
                         cells + "\n";
    files["area_emissions.csv"] =
        "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n110105,industry,9000,9000,9000,9000\n";
    files.erase("meters.csv");
    files.erase("outlets.csv");
    json::object texts;
    for (const auto& [name, text] : files) texts[name] = text;
    return {{"name", "mill"}, {"files", std::move(texts)}};
}

TEST_F(AppTest, AnEditionThatLeavesAnEmitterWithoutADutyIsRefusedUntilAPersonSaysWhy) {
    create(config_for_test());
    json::object upload = mill_of("", "");
    const ApiResponse refused = call("POST", "/api/v1/inventories", json::serialize(upload));
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_NE(refused.body.find("6号装置"), std::string::npos) << refused.body;
    EXPECT_EQ(get("/api/v1/enterprises").at("total").as_int64(), 2);
    upload["answer"] = "试验装置，全年停用";
    const ApiResponse taken = call("POST", "/api/v1/inventories", json::serialize(upload));
    EXPECT_EQ(taken.status, 201) << taken.body;
    EXPECT_EQ(json::parse(taken.body).at("answered_questions").as_int64(), 1);
    const std::string audit = call("GET", "/api/v1/audit").body;
    EXPECT_NE(audit.find("试验装置，全年停用"), std::string::npos) << audit;
}

TEST_F(AppTest, AnAnswerInTheTablesIsOne) {
    create(config_for_test());
    const json::object upload = mill_of(",no_duty_reason,no_duty_by", ",试验装置，全年停用,王工");
    const ApiResponse taken = call("POST", "/api/v1/inventories", json::serialize(upload));
    EXPECT_EQ(taken.status, 201) << taken.body;
    EXPECT_EQ(json::parse(taken.body).at("answered_questions").as_int64(), 0);
}

TEST_F(AppTest, AnInventoryUploadedIsInUseAndAFaultyOneIsNot) {
    create(config_for_test());
    InventoryFiles files = two_enterprises();
    files["enterprises.csv"] += "e3,丙厂,110105,水泥,D,regular,010-3\n";
    json::object texts;
    for (const auto& [name, text] : files) texts[name] = text;
    json::object upload;
    upload["name"] = "next";
    upload["files"] = texts;
    const ApiResponse taken = call("POST", "/api/v1/inventories", json::serialize(upload));
    EXPECT_EQ(taken.status, 201) << taken.body;
    EXPECT_EQ(get("/api/v1/enterprises").at("total").as_int64(), 3);
    EXPECT_EQ(get("/api/v1/inventories").at("total").as_int64(), 2);
    const ApiResponse refused =
        call("POST", "/api/v1/inventories", R"({"files":{"enterprises.csv":"id\n"}})");
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(get("/api/v1/enterprises").at("total").as_int64(), 3);
    for (const char* name : {R"(enter\u202eprises.csv)", R"(\u3000)", R"(a\nb.csv)"}) {
        const ApiResponse odd = call("POST", "/api/v1/inventories",
                                     R"({"files":{")" + std::string(name) + R"(":"id\n"}})");
        EXPECT_EQ(odd.status, 422) << name;
        EXPECT_NE(odd.body.find("a file's name"), std::string::npos) << odd.body;
    }
    const auto editions = get("/api/v1/inventories").at("items").as_array();
    const std::string before(editions.at(1).at("edition").as_string());
    const auto difference = get("/api/v1/inventories/compare?before=" + before);
    ASSERT_EQ(difference.at("changes").as_array().size(), 1U);
    EXPECT_EQ(difference.at("changes").at(0).at("kind").as_string(), "came-in");
    EXPECT_EQ(call("GET", "/api/v1/inventories/compare?before=none").status, 404);
    EXPECT_TRUE(get("/api/v1/inventories/map").at("map").is_null());
    EXPECT_TRUE(get("/api/v1/pre-notices?level=red&from=2015-12-08T00:00:00%2B08:00")
                    .at("items")
                    .is_array());
    EXPECT_EQ(call("GET", "/api/v1/pre-notices?level=pink").status, 422);
}

TEST_F(AppTest, CountyTargetsAreSetAndFollowed) {
    create(config_for_test());
    json::object wanted;
    wanted["targets"] =
        "county,target,from,to,ceiling\n110105,electricity,2015-12-01,2015-12-10,"
        "1000\n";
    wanted["values"] = "county,target,day,value\n110105,electricity,2015-12-01,101\n";
    EXPECT_EQ(call("POST", "/api/v1/targets", json::serialize(wanted)).status, 200);
    const auto answer = get("/api/v1/targets?as_of=2015-12-01");
    EXPECT_EQ(answer.at("items").at(0).at("course").as_string(), "off_course");
    EXPECT_EQ(call("POST", "/api/v1/targets", R"({"targets":"county\n"})").status, 422);
    const ApiResponse unseen =
        call("POST", "/api/v1/targets",
             R"({"values":"county,target,day,value\n110105,elec\u200btricity,)"
             R"(2015-12-01,101\n"})");
    EXPECT_EQ(unseen.status, 422);
    EXPECT_NE(unseen.body.find("第12个字符看不见（U+200B）"), std::string::npos) << unseen.body;
    EXPECT_EQ(answer.at("items").at(0).at("basis").as_string(), "uploaded");
    EXPECT_EQ(get("/api/v1/targets?as_of=2015-12-01").at("total").as_int64(), 1);
}

TEST_F(AppTest, ATokenThatNobodyHasIsRefusedAndAfterSomeToldToWait) {
    Config config = config_for_test();
    config.limits.wrong_tokens_per_minute = 2;
    create(config);
    const auto knock = [this](const std::string& token) {
        ApiRequest request;
        request.method = "GET";
        request.target = "/api/v1/orders";
        request.remote = "10.0.0.9";
        if (!token.empty()) request.authorization = "Bearer " + token;
        return wait(app_->api(std::move(request)));
    };
    const std::string wrong(64, 'b');
    EXPECT_EQ(knock(wrong).status, 401);
    EXPECT_EQ(knock("").status, 401) << "no token is not a wrong one";
    EXPECT_EQ(knock(wrong).status, 401);
    const ApiResponse refused = knock(wrong);
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(knock(wrong).status, 429);
    EXPECT_EQ(knock(kToken).status, 200);
    EXPECT_EQ(app_->metrics().value(Counter::kWrongTokens), 4U);
    EXPECT_EQ(app_->metrics().value(Counter::kWrongTokensRefused), 2U);
    const auto said = std::ranges::count_if(log_, [](const std::string& line) {
        return line.find("TOKENS_WRONG") != std::string::npos;
    });
    EXPECT_EQ(said, 1);
    clock_.step(kTestStart + std::chrono::minutes{1});
    EXPECT_EQ(knock(wrong).status, 401);
}

TEST_F(AppTest, AReloadChangesPeopleAndNamesWhatMustWait) {
    create(config_for_test());
    Config wanted = config_for_test();
    wanted.http.port = 1;
    wanted.people.front().token_sha256 = token_hash("another");
    const rules::Faults waits = app_->reload(std::move(wanted));
    ASSERT_EQ(waits.size(), 1U);
    EXPECT_NE(waits.front().what.find("http.port"), std::string::npos);
    EXPECT_EQ(call("GET", "/api/v1/orders").status, 401);
}

TEST_F(AppTest, WhatAReloadRefusedIsSaidAgainAtTheNextOne) {
    create(config_for_test());
    Config wanted = config_for_test();
    wanted.store_path = "/elsewhere/q.db";
    EXPECT_EQ(app_->reload(wanted).size(), 1U);
    const rules::Faults again = app_->reload(wanted);
    ASSERT_EQ(again.size(), 1U);
    EXPECT_NE(again.front().what.find("store.path"), std::string::npos);
    EXPECT_TRUE(app_->reload(config_for_test()).empty()) << "nothing of it was taken over";
}

TEST_F(AppTest, ARefusedReloadLeavesEverythingAsItWas) {
    create(config_for_test());
    Config wanted = config_for_test();
    wanted.pack = "no-such-pack";
    wanted.people.clear();
    EXPECT_FALSE(app_->reload(std::move(wanted)).empty());
    EXPECT_EQ(call("GET", "/api/v1/orders").status, 200);
}

TEST_F(AppTest, AReloadThatWouldLockEverybodyOutIsRefusedInTheLogAndInAnEvent) {
    create(config_for_test());
    Config nobody = config_for_test();
    nobody.people_file = "/etc/qingkong/people.toml";
    nobody.people.clear();
    const rules::Faults faults = app_->reload(std::move(nobody));
    run();
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(rules::to_text(faults.front()).find("/etc/qingkong/people.toml:1:"), 0U);
    EXPECT_TRUE(std::ranges::any_of(log_, [](const std::string& line) {
        return line.find("CONFIG_RELOAD_REFUSED") != std::string::npos &&
               line.find("所有人都将无法登录") != std::string::npos &&
               line.find("people.toml:1:") != std::string::npos;
    }));
    EXPECT_EQ(call("GET", "/api/v1/orders").status, 200);  // those there were still act
    const json::value audit = get("/api/v1/audit?subject=config&per_page=1");
    EXPECT_EQ(audit.at("items").at(0).at("action").as_string(), "config.refused");
    EXPECT_EQ(app_->metrics().value(Gauge::kLastReloadGood), 0);
    // One that leaves an administrator is taken.
    EXPECT_TRUE(app_->reload(config_for_test()).empty());
    EXPECT_EQ(app_->metrics().value(Gauge::kLastReloadGood), 1);
}

TEST_F(AppTest, AStopSignsAHeadOfTheWholeLog) {
    const Scratch scratch;
    Config config = config_for_test();
    config.store_path = scratch.file("a.db");
    create(config);
    EXPECT_EQ(call("GET", "/api/v1/orders").status, 200);  // a log-in, which no head covers yet
    run();
    wait(app_->stop());
    app_.reset();
    Session db(scratch.file("a.db"), SessionUse::kRead);
    EXPECT_EQ(db.count("SELECT count(*) FROM audit WHERE action='account.login'"), 1);
    EXPECT_EQ(db.count("SELECT max(number) FROM audit_heads WHERE occasion='stop'"),
              db.count("SELECT max(number) FROM audit"));
}

TEST_F(AppTest, ACheckNamesWhatIsWrongWithPackAndInventoryAndStartsNothing) {
    Config config = config_for_test();
    EXPECT_TRUE(check_what_is_named(config, kTestStart).empty());
    config.inventory_files["enterprises.csv"] += "e1,甲厂,110105,水泥,Z,regular,010-1\n";
    const rules::Faults faults = check_what_is_named(config, kTestStart);
    ASSERT_FALSE(faults.empty());
    EXPECT_EQ(faults.front().place.file, "enterprises.csv");
    config.pack = "nowhere";
    EXPECT_FALSE(check_what_is_named(config, kTestStart).empty());
}

TEST_F(AppTest, AWrongPackOrKeyIsRefusedInASentence) {
    AppPorts ports{clock_, bus_, gateway_};
    Config config = config_for_test();
    config.signing_seed = "short";
    EXPECT_TRUE(App::create(io_, config, ports).has_error());
    config = config_for_test();
    config.pack = "nowhere";
    EXPECT_TRUE(App::create(io_, config, ports).has_error());
}

}  // namespace
}  // namespace qk::daemon
