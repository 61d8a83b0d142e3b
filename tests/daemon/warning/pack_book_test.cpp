// Goal: a pack comes in force by a named person, from the date he named, with all it needs, and
// stays in force over a restart; what is wrong with it is told before anything changes. Method: the
// services over one database, time moved by hand.
#include "daemon/warning/pack_book.hpp"

#include "daemon/http/token.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

using std::chrono::hours;

// A city's pack with its own standard, below the built-in province.
const std::string kPack = R"(id = "our-city"
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

class PackBookTest : public ContextFixture {
 protected:
    PackBookTest() {
        auto built_in = plans::built_in_pack("xuchang");
        configured_ = std::make_shared<const plans::RegionPack>(std::move(*built_in));
        context_.pack = configured_;
        book_ = std::make_unique<PackBook>(context_);
        book_->add_routes(router_);
        book_->start(tasks_);
        Person admin = person("chen.yu", Role::kAdmin);
        Person county = person("sun.li", Role::kAdmin);
        county.region = "411002";
        router_.set_people({admin, county, person("zhang.wei", Role::kDutyOfficer)});
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
    std::unique_ptr<PackBook> book_;
};

TEST_F(PackBookTest, APackBeginsAtItsDateByTheNameOfWhoPutItInForce) {
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

TEST_F(PackBookTest, ItStaysInForceOverARestartAndAReload) {
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/packs", wanted("")).status, 201);
    EXPECT_EQ(context_.pack->id, "our-city");
    book_->reloaded(configured_);
    EXPECT_EQ(context_.pack->id, "our-city");
    context_.pack = configured_;
    PackBook again(context_);
    ASSERT_TRUE(again.restore().has_value());
    EXPECT_EQ(context_.pack->id, "our-city");
    EXPECT_EQ(context_.pack->chain, (std::vector<std::string>{"national", "henan", "our-city"}));
}

TEST_F(PackBookTest, AllItNeedsIsStoredSoThatALaterProgramReadsTheSameRules) {
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/packs", wanted("")).status, 201);
    const auto answer = call("zhang.wei", "GET", "/api/v1/packs/1");
    const auto value = plans::parse_json(answer.body, "answer").value();
    EXPECT_TRUE(value.at("texts").at("packs").as_object().contains("national"));
    EXPECT_TRUE(value.at("texts").at("standards").as_object().contains("our-standard"));
    EXPECT_TRUE(value.at("in_force").as_bool());
}

TEST_F(PackBookTest, SamplesAreSaidWhenItIsPutInForceAndWhileItIs) {
    const auto answer = call("chen.yu", "POST", "/api/v1/packs", wanted(""));
    const auto value = plans::parse_json(answer.body, "answer").value();
    EXPECT_FALSE(value.at("samples").as_array().empty());
    const auto now = call("zhang.wei", "GET", "/api/v1/packs/in-force");
    const auto shown = plans::parse_json(now.body, "answer").value();
    EXPECT_EQ(shown.at("samples").as_array().size(), value.at("samples").as_array().size());
}

TEST_F(PackBookTest, EveryFaultIsToldAtOnceAndNothingChanges) {
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

TEST_F(PackBookTest, APackOfAnotherRegionIsRefused) {
    const auto answer = call("chen.yu", "POST", "/api/v1/packs",
                             boost::json::object{{"built_in", "kaifeng"}, {"reason", "r"}});
    EXPECT_EQ(answer.status, 422);
    EXPECT_NE(answer.body.find("411000"), std::string::npos) << answer.body;
}

TEST_F(PackBookTest, OneThatHasNotBegunCanBeTakenBackOneThatHasCannot) {
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/packs", wanted("2015-12-10")).status, 201);
    const boost::json::object why{{"reason", "会议改期"}};
    EXPECT_EQ(call("chen.yu", "POST", "/api/v1/packs/1/withdraw", why).status, 200);
    move_to(kTestStart + hours{72});
    EXPECT_EQ(context_.pack->id, "xuchang");
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/packs", wanted("")).status, 201);
    EXPECT_EQ(call("chen.yu", "POST", "/api/v1/packs/2/withdraw", why).status, 409);
    EXPECT_EQ(context_.pack->id, "our-city");
}

TEST_F(PackBookTest, ADutyOfficerAndTheAdministratorOfACountyMayNot) {
    EXPECT_EQ(call("zhang.wei", "POST", "/api/v1/packs", wanted("")).status, 403);
    EXPECT_EQ(call("sun.li", "POST", "/api/v1/packs", wanted("")).status, 403);
    EXPECT_EQ(count("SELECT count(*) FROM adopted_packs"), 0);
}

}  // namespace
}  // namespace qk::daemon
