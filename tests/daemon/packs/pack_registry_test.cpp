// Goal: a pack comes in force by a named person, from the date he named, with all it needs, and
// stays in force over a restart; what is wrong with it is told before anything changes. Method: the
// services over one database, time moved by hand.
#include "daemon/packs/pack_registry.hpp"

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/base/said.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/cursor_walk.hpp"

namespace qk::daemon {
namespace {

using std::chrono::hours;

// A city's pack with its own standard, below the built-in province.
const std::string kHead = R"(id = "our-city"
name = "许昌市"
tier = "city"
parent = "henan"
region_code = "411000"

[trigger]
standard = "our-standard"
source = "市预案"
certainty = "primary"

[publication]
issuer = "许昌市人民政府"
source = "市预案"
certainty = "primary"
)";
// As the city calls them in the built-in pack.
const std::string kRoles = R"(
[approval.roles]
duty = "市环委会办公室值班员"
director = "市环委会办公室主任"
commander = "市政府分管副市长"
chief = "市长"
)";
const std::string kApproval = R"(
[approval]
source = "x"
certainty = "primary"
)";
const std::string kPack = kHead + kApproval + kRoles;
const std::string kStandard = R"(id = "our-standard"
name = "本市分级"
source = "市预案"
certainty = "primary"
[[clause]]
id = "yellow-1"
colour = "yellow"
text = "一"
legs = [{ aqi_above = 150, hours = 24 }]
[[clause]]
id = "orange-1"
colour = "orange"
text = "二"
legs = [{ aqi_above = 150, hours = 48 }]
[[clause]]
id = "red-1"
colour = "red"
text = "三"
legs = [{ aqi_above = 200, hours = 72 }, { aqi_above = 300, hours = 24 }]
)";

class PackRegistryTest : public ContextFixture {
 protected:
    PackRegistryTest() {
        auto built_in = plans::built_in_pack("xuchang");
        configured_ = std::make_shared<const plans::RegionPack>(std::move(*built_in));
        context_.pack = configured_;
        book_ = std::make_unique<PackRegistry>(context_);
        book_->add_routes(router_);
        book_->start(tasks_);
        Person admin = person("chen.yu", Role::kAdmin);
        Person county = person("sun.li", Role::kAdmin);
        county.region = "411002";
        router_.set_people({admin, county, person("zhang.wei", Role::kDutyOfficer),
                            person("liu.yang", Role::kAdmin), person("li.na", Role::kApprover)});
        run();
    }
    void TearDown() override {
        tasks_.cancel();
        run();
    }
    static Person person(const std::string& id, Role role) {
        Person made;
        made.id = id;
        made.roles = {role};
        made.token_sha256 = token_hash(id);
        return made;
    }
    ApiResponse call(const std::string& who, const std::string& method, const std::string& target,
                     const boost::json::value& body = nullptr) {
        ApiRequest request;
        request.method = method;
        request.target = target;
        request.authorization = "Bearer " + who;
        request.content_type = "application/json";
        if (!body.is_null()) request.body = plans::to_text(body);
        const ApiResponse answer = wait(router_.handle(std::move(request)));
        run();
        return answer;
    }
    static boost::json::object wanted(const std::string& from) {
        boost::json::object body{
            {"pack", kPack}, {"file", "our-city.toml"}, {"reason", "市政府常务会议"}};
        body["standards"] = boost::json::object{{"our-standard", kStandard}};
        if (!from.empty()) body["from"] = from;
        return body;
    }

    std::shared_ptr<const plans::RegionPack> configured_;
    Router router_;
    std::unique_ptr<PackRegistry> book_;
};

TEST_F(PackRegistryTest, APackBeginsAtItsDateByTheNameOfWhoPutItInForce) {
    const auto answer = call("chen.yu", "POST", "/api/v1/packs", wanted("2015-12-10"));
    ASSERT_EQ(answer.status, 201) << answer.body;
    EXPECT_EQ(context_.pack->id, "xuchang");
    move_to(kTestStart + hours{47});
    EXPECT_EQ(context_.pack->id, "xuchang");
    move_to(kTestStart + hours{48});
    EXPECT_EQ(context_.pack->id, "our-city");
    EXPECT_EQ(context_.pack->trigger.standard.id, "our-standard");
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action='pack.adopt' AND person='chen.yu'"),
              1);
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action='pack.in_force'"), 1);
    EXPECT_EQ(failed_task_, "");
}

TEST_F(PackRegistryTest, ItStaysInForceOverARestartAndAReload) {
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/packs", wanted("")).status, 201);
    EXPECT_EQ(context_.pack->id, "our-city");
    book_->reloaded(configured_);
    EXPECT_EQ(context_.pack->id, "our-city");
    context_.pack = configured_;
    PackRegistry again(context_);
    ASSERT_TRUE(again.restore().has_value());
    EXPECT_EQ(context_.pack->id, "our-city");
    EXPECT_EQ(context_.pack->chain, (std::vector<std::string>{"national", "henan", "our-city"}));
}

TEST_F(PackRegistryTest, AllItNeedsIsStoredSoThatALaterProgramReadsTheSameRules) {
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/packs", wanted("")).status, 201);
    const auto answer = call("zhang.wei", "GET", "/api/v1/packs/1");
    const auto value = plans::parse_json(answer.body, "answer").value();
    EXPECT_TRUE(value.at("texts").at("packs").as_object().contains("national"));
    EXPECT_TRUE(value.at("texts").at("standards").as_object().contains("our-standard"));
    EXPECT_TRUE(value.at("in_force").as_bool());
}

TEST_F(PackRegistryTest, SamplesAreSaidWhenItIsPutInForceAndWhileItIs) {
    const auto answer = call("chen.yu", "POST", "/api/v1/packs", wanted(""));
    const auto value = plans::parse_json(answer.body, "answer").value();
    EXPECT_FALSE(value.at("samples").as_array().empty());
    const auto now = call("zhang.wei", "GET", "/api/v1/packs/in-force");
    const auto shown = plans::parse_json(now.body, "answer").value();
    EXPECT_EQ(shown.at("samples").as_array().size(), value.at("samples").as_array().size());
    EXPECT_EQ(shown.at("delay_hours").as_int64(), 24) << "what a second person is told";
}

TEST_F(PackRegistryTest, EveryFaultIsToldAtOnceAndNothingChanges) {
    boost::json::object body = wanted("2015-12-01");
    body.erase("reason");
    body["pack"] =
        kPack + "\n[timing]\nlift_outlook_hours = 12\nsource = \"x\"\ncertainty = \"primary\"\n";
    const auto answer = call("chen.yu", "POST", "/api/v1/packs", body);
    EXPECT_EQ(answer.status, 422);
    EXPECT_NE(answer.body.find("reason is missing"), std::string::npos) << answer.body;
    EXPECT_NE(answer.body.find("has passed"), std::string::npos) << answer.body;
    EXPECT_NE(answer.body.find("lift_outlook"), std::string::npos) << answer.body;
    EXPECT_EQ(count("SELECT count(*) FROM adopted_packs"), 0);
}

// A list of a thousand packs is one answer.
TEST_F(PackRegistryTest, AReasonOrATrialAsLongAsABookIsRefused) {
    boost::json::object body = wanted("2015-12-10");
    body["reason"] = std::string(kSaidTextBytesMax + 1, 'r');
    auto answer = call("chen.yu", "POST", "/api/v1/packs", body);
    EXPECT_EQ(answer.status, 422);
    EXPECT_NE(answer.body.find("reason is 16385 bytes long"), std::string::npos) << answer.body;
    body["reason"] = std::string(kSaidTextBytesMax, 'r');
    body["trial"] = boost::json::array(kSaidBytesMax, 1);
    answer = call("chen.yu", "POST", "/api/v1/packs", body);
    EXPECT_EQ(answer.status, 422);
    EXPECT_NE(answer.body.find("all texts together"), std::string::npos) << answer.body;
    EXPECT_EQ(count("SELECT count(*) FROM adopted_packs"), 0);
    body.erase("trial");
    EXPECT_EQ(call("chen.yu", "POST", "/api/v1/packs", body).status, 201);
}

TEST_F(PackRegistryTest, AFileIsNamedAndAReasonGivenSoThatTheyCanBeSeen) {
    for (const auto& [key, text] : std::vector<std::pair<std::string, std::string>>{
             {"file", "our\u202Ecity.toml"}, {"file", " "}, {"reason", "\u3000"}, {"reason", ""}}) {
        boost::json::object body = wanted("2015-12-10");
        body[key] = text;
        EXPECT_EQ(call("chen.yu", "POST", "/api/v1/packs", body).status, 422) << key << text;
    }
    EXPECT_EQ(count("SELECT count(*) FROM adopted_packs"), 0);
}

TEST_F(PackRegistryTest, APackOfAnotherRegionIsRefused) {
    const auto answer = call("chen.yu", "POST", "/api/v1/packs",
                             boost::json::object{{"built_in", "kaifeng"}, {"reason", "r"}});
    EXPECT_EQ(answer.status, 422);
    EXPECT_NE(answer.body.find("411000"), std::string::npos) << answer.body;
}

TEST_F(PackRegistryTest, OneThatHasNotBegunCanBeTakenBackOneThatHasCannot) {
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/packs", wanted("2015-12-10")).status, 201);
    const boost::json::object why{{"reason", "会议改期"}};
    EXPECT_EQ(call("chen.yu", "POST", "/api/v1/packs/1/withdraw", why).status, 200);
    move_to(kTestStart + hours{72});
    EXPECT_EQ(context_.pack->id, "xuchang");
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/packs", wanted("")).status, 201);
    EXPECT_EQ(call("chen.yu", "POST", "/api/v1/packs/2/withdraw", why).status, 409);
    EXPECT_EQ(context_.pack->id, "our-city");
}

TEST_F(PackRegistryTest, PacksAreWalkedByCursor) {
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/packs", wanted("2015-12-10")).status, 201);
    const boost::json::object why{{"reason", "会议改期"}};
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/packs/1/withdraw", why).status, 200);
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/packs", wanted("2015-12-11")).status, 201);
    const auto get = [&](const std::string& target) { return call("zhang.wei", "GET", target); };
    EXPECT_EQ(walk_by_cursor(get, "/api/v1/packs?"), 2U);
}

TEST_F(PackRegistryTest, ADutyOfficerAndTheAdministratorOfACountyMayNot) {
    EXPECT_EQ(call("zhang.wei", "POST", "/api/v1/packs", wanted("")).status, 403);
    EXPECT_EQ(call("sun.li", "POST", "/api/v1/packs", wanted("")).status, 403);
    EXPECT_EQ(count("SELECT count(*) FROM adopted_packs"), 0);
}

// Red by one person and without consultation: what nobody may bring about alone.
boost::json::object alone(const std::string& more = "four_eyes = false") {
    boost::json::object body{{"file", "our-city.toml"}, {"reason", "简化程序"}};
    body["pack"] = kHead + kApproval + more + kRoles + R"(
[[approval.rule]]
decision = "any"
colours = ["red"]
proposer = "duty"
approvers = ["chief"]
persons = 2
consultation = true
)";
    body["standards"] = boost::json::object{{"our-standard", kStandard}};
    return body;
}

TEST_F(PackRegistryTest, OneThatChangesApprovalsWaitsForASecondPersonAndTheDelay) {
    const auto answer = call("chen.yu", "POST", "/api/v1/packs", alone());
    ASSERT_EQ(answer.status, 201) << answer.body;
    const auto changes = plans::parse_json(answer.body, "answer").value().at("changes").as_array();
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0].as_string(), "四眼原则：启用改为关闭");
    const std::string rule(changes[1].as_string());
    EXPECT_TRUE(rule.starts_with("红色各类决定：市环委会办公室值班员（duty）提出，")) << rule;
    EXPECT_NE(rule.find("；改为：市环委会办公室值班员（duty）提出，市长（chief）签发，2人"),
              std::string::npos)
        << rule;
    EXPECT_EQ(context_.pack->id, "xuchang");
    move_to(kTestStart + hours{100});
    EXPECT_EQ(context_.pack->id, "xuchang");
    EXPECT_EQ(call("chen.yu", "POST", "/api/v1/packs/1/confirm").status, 403);
    EXPECT_EQ(call("sun.li", "POST", "/api/v1/packs/1/confirm").status, 403);
    EXPECT_EQ(call("zhang.wei", "POST", "/api/v1/packs/1/confirm").status, 403);
    // However the address spells the number, the log has it in one way.
    EXPECT_EQ(call("li.na", "POST", "/api/v1/packs/01/confirm").status, 200);
    EXPECT_EQ(call("liu.yang", "POST", "/api/v1/packs/1/confirm").status, 409);
    EXPECT_EQ(call("liu.yang", "POST", "/api/v1/packs/1.0/confirm").status, 409);
    move_to(kTestStart + hours{123});
    EXPECT_EQ(context_.pack->id, "xuchang");
    move_to(kTestStart + hours{124});
    EXPECT_EQ(context_.pack->id, "our-city");
    EXPECT_FALSE(context_.pack->approval.four_eyes);
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action='pack.confirm' AND person='li.na' AND "
                    "subject='1'"),
              1);
    // Back to the older approvals is a change too.
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/packs", wanted("")).status, 201);
    EXPECT_FALSE(context_.pack->approval.four_eyes);
    EXPECT_EQ(failed_task_, "");
}

TEST_F(PackRegistryTest, WhoGivesARoleAnotherNameNeedsASecondPersonToo) {
    boost::json::object body = wanted("");
    std::string pack = kPack;
    const std::string mayor = "chief = \"市长\"";
    pack.replace(pack.find(mayor), mayor.size(), "chief = \"科长\"");
    body["pack"] = pack;
    const auto answer = call("chen.yu", "POST", "/api/v1/packs", body);
    ASSERT_EQ(answer.status, 201) << answer.body;
    EXPECT_NE(answer.body.find("角色改名 市长（chief）；改为：科长（chief）"), std::string::npos)
        << answer.body;
    EXPECT_EQ(context_.pack->id, "xuchang");
    EXPECT_EQ(count("SELECT needs_second FROM adopted_packs WHERE number=1"), 1);
}

TEST_F(PackRegistryTest, OneThatWaitsIsListedCanBeTakenBackAndDoesNotBeginAtARestart) {
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/packs", alone()).status, 201);
    const auto list = call("zhang.wei", "GET", "/api/v1/packs");
    const auto item = plans::parse_json(list.body, "answer").value().at("items").at(0);
    EXPECT_TRUE(item.at("needs_second").as_bool());
    EXPECT_TRUE(item.at("ready_at").is_null());
    PackRegistry again(context_);
    ASSERT_TRUE(again.restore().has_value());
    EXPECT_EQ(context_.pack->id, "xuchang");
    const boost::json::object why{{"reason", "不同意"}};
    EXPECT_EQ(call("liu.yang", "POST", "/api/v1/packs/1/withdraw", why).status, 200);
    EXPECT_EQ(call("li.na", "POST", "/api/v1/packs/1/confirm").status, 409);
}

TEST_F(PackRegistryTest, WhatWasNoChangeWhenItWasPutUpMayBeOneWhenItWouldBegin) {
    // The approvals of today, to begin later; meanwhile stricter ones come in force.
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/packs", wanted("2015-12-20")).status, 201);
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/packs", alone("four_eyes = true")).status, 201);
    ASSERT_EQ(call("li.na", "POST", "/api/v1/packs/2/confirm").status, 200);
    move_to(kTestStart + hours{24});
    ASSERT_EQ(context_.pack->id, "our-city");
    ASSERT_NE(context_.pack->trigger.standard.id, "");
    const auto strict = context_.pack;
    move_to(kTestStart + hours{24 * 14});
    EXPECT_EQ(context_.pack, strict);
    EXPECT_EQ(count("SELECT needs_second FROM adopted_packs WHERE number=1"), 1);
    EXPECT_EQ(failed_task_, "");
}

}  // namespace
}  // namespace qk::daemon
