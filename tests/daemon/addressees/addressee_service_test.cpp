// Goal: an issue gives every addressee its task in the same breath, each sees and answers its own,
// a county's answer is its follow-up of a prompt, and an exercise reaches only who takes part.
// Method: the services together, called through the router.
#include "daemon/addressees/addressee_service.hpp"

#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>

#include "daemon/base/task_group.hpp"
#include "daemon/warnings/task_effects.hpp"
#include "plans/text/base64.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/warnings/service_fixture.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kList = R"(note = "样例"
done_within_minutes = 120
[[addressee]]
id = "zj"
kind = "housing"
name = "住建局"
region = "999900"
account = "zhujian"
[[addressee]]
id = "x1"
kind = "county"
name = "甲县"
region = "999901"
account = "jia"
[[addressee]]
id = "x2"
kind = "county"
name = "乙县"
region = "999902"
[[task]]
kinds = ["housing", "county"]
colours = ["orange"]
text = "组织巡查并反馈"
source = "本地预案"
)";

class NoGateway : public GatewayClient {
 public:
    boost::asio::awaitable<std::string> deliver(GatewayMessage) override { co_return "none"; }
};

class AddresseesTest : public testing::Test {
 protected:
    AddresseesTest() {
        Person county = Services::person("xian", Role::kCountyOfficer);
        county.region = "999902";
        services_.router.set_people({Services::person("zhang.wei", Role::kDutyOfficer),
                                     Services::person("li.na", Role::kApprover),
                                     Services::person("admin", Role::kAdmin),
                                     Services::person("zhujian", Role::kAddressee),
                                     Services::person("jia", Role::kAddressee), county});
        addressees_.on_answered(note_county_done);
        addressees_.add_routes(services_.router);
    }
    json::value good(const std::string& who, const std::string& method, const std::string& path,
                     const json::value& body = nullptr) {
        const std::string text = body.is_null() ? "" : plans::to_text(body);
        const ApiResponse answer = services_.call(who, method, path, text);
        EXPECT_LT(answer.status, 300) << method << " " << path << ": " << answer.body;
        return Services::json(answer);
    }
    int status(const std::string& who, const std::string& method, const std::string& path,
               const json::value& body = nullptr) {
        const std::string text = body.is_null() ? "" : plans::to_text(body);
        return services_.call(who, method, path, text).status;
    }
    void hand_in() { good("admin", "POST", "/api/v1/addressees", {{"toml", kList}}); }
    std::int64_t generation(const std::string& id) {
        return good("zhang.wei", "GET", "/api/v1/warnings/" + id).at("generation").as_int64();
    }
    std::string issue(json::object more = {}) {
        more["colour"] = "orange";
        more["reason"] = "会商";
        const auto made = good("zhang.wei", "POST", "/api/v1/warnings", more);
        const std::string id(made.at("id").as_string());
        good("zhang.wei", "POST", "/api/v1/warnings/" + id + "/consult",
             {{"generation", generation(id)}, {"participants", {"张伟"}}, {"reason", "同意"}});
        good("li.na", "POST", "/api/v1/warnings/" + id + "/sign", {{"generation", generation(id)}});
        return id;
    }
    // Numbers of those who have a task, as somebody sees them.
    std::map<std::string, std::int64_t> tasks(const std::string& who,
                                              const std::string& query = {}) {
        std::map<std::string, std::int64_t> found;
        const auto page = good(who, "GET", "/api/v1/tasks?" + query);
        for (const json::value& one : page.at("items").as_array()) {
            found[std::string(one.at("addressee").as_string())] = one.at("number").as_int64();
        }
        return found;
    }
    static std::string path(std::int64_t number) {
        return "/api/v1/tasks/" + std::to_string(number);
    }

    Services services_;
    NoGateway gateway_;
    PlayedBus bus_;
    AddresseeService addressees_{services_.context, gateway_, bus_};
};

TEST_F(AddresseesTest, AListIsTakenWholeOrRefusedWithEveryFault) {
    hand_in();
    const auto shown = good("zhang.wei", "GET", "/api/v1/addressees");
    EXPECT_TRUE(shown.at("sample").as_bool());
    EXPECT_THAT(shown.at("addressees").as_array(), SizeIs(3));
    EXPECT_THAT(good("xian", "GET", "/api/v1/addressees").at("addressees").as_array(), SizeIs(1));
    const json::object wrong{{"csv", "id,kind,name,region\na,county,x,888801\n"}};
    EXPECT_EQ(status("admin", "POST", "/api/v1/addressees", wrong), 422);
    EXPECT_EQ(status("zhang.wei", "POST", "/api/v1/addressees", {{"toml", kList}}), 403);
    EXPECT_THAT(services_.context.addressees->addressees, SizeIs(3)) << "the one before stays";
    AddresseeRegistry again(services_.context);
    services_.context.addressees = std::make_shared<const plans::AddresseeList>();
    again.restore();
    EXPECT_THAT(services_.context.addressees->addressees, SizeIs(3)) << "over a restart";
}

TEST_F(AddresseesTest, TheIssueGivesEachItsTaskAndTheLiftTakesItBack) {
    hand_in();
    EXPECT_THAT(
        good("zhang.wei", "GET", "/api/v1/addressees/tasks?level=orange").at("items").as_array(),
        SizeIs(3));
    const std::string id = issue();
    const auto given = tasks("zhang.wei", "about=warning&subject=" + id);
    ASSERT_THAT(given, SizeIs(3));
    const auto task = good("zhang.wei", "GET", path(given.at("zj")));
    EXPECT_EQ(task.at("wanted").as_string(), "done");
    const auto& item = task.at("document").at("items").at(0);
    EXPECT_EQ(item.at("source").as_string(), "本地预案");
    EXPECT_TRUE(item.at("sample").as_bool());
    services_.desk.ask([&](Session& db) {
        write_tasks(db, services_.desk.view(9), *load_warning(db, id), {});
        return 0;
    });
    EXPECT_THAT(tasks("zhang.wei"), IsEmpty());
    EXPECT_THAT(tasks("zhang.wei", "state=all"), SizeIs(3));
}

TEST_F(AddresseesTest, EachSeesItsOwnAlone) {
    hand_in();
    issue();
    const auto all = tasks("zhang.wei");
    EXPECT_THAT(tasks("zhujian"), SizeIs(1));
    EXPECT_EQ(tasks("jia"), (std::map<std::string, std::int64_t>{{"x1", all.at("x1")}}));
    EXPECT_EQ(tasks("xian"), (std::map<std::string, std::int64_t>{{"x2", all.at("x2")}}));
    EXPECT_EQ(status("zhujian", "GET", path(all.at("x1"))), 404);
    EXPECT_EQ(status("xian", "GET", path(all.at("zj"))), 404);
    const json::object done{{"revision", 1}, {"state", "done"}, {"by", "王"}};
    EXPECT_EQ(status("jia", "POST", path(all.at("zj")) + "/answers", done), 404);
    EXPECT_EQ(status("jia", "GET", "/api/v1/warnings"), 403);
}

TEST_F(AddresseesTest, ADepartmentAnswersWithAFile) {
    hand_in();
    issue();
    const std::int64_t number = tasks("zhujian").at("zj");
    const std::string bytes = "%PDF-1.7 停工名单";
    const json::object answer{
        {"revision", 1},
        {"state", "done"},
        {"by", "王强"},
        {"note", "已停工12处"},
        {"file", {{"name", "停工名单.pdf"}, {"base64", plans::base64_of(bytes)}}}};
    const auto taken = good("zhujian", "POST", path(number) + "/answers", answer);
    EXPECT_EQ(taken.at("state").as_string(), "done");
    const auto& file = taken.at("files").at(0);
    const std::string place =
        path(number) + "/files/" + std::to_string(file.at("number").as_int64());
    const ApiResponse got = services_.call("zhang.wei", "GET", place);
    EXPECT_EQ(got.body, bytes);
    EXPECT_EQ(got.content_type, "application/octet-stream");
    EXPECT_EQ(status("jia", "GET", place), 404);
    json::object wrong = answer;
    wrong["revision"] = 2;
    EXPECT_EQ(status("zhujian", "POST", path(number) + "/answers", wrong), 409);
    wrong["revision"] = 1;
    wrong["file"].as_object()["base64"] = "***";
    EXPECT_EQ(status("zhujian", "POST", path(number) + "/answers", wrong), 422);
    wrong["file"].as_object()["base64"] = plans::base64_of("MZ");
    EXPECT_EQ(status("zhujian", "POST", path(number) + "/answers", wrong), 409);
}

TEST_F(AddresseesTest, ACountysAnswerIsItsFollowUpOfAPrompt) {
    hand_in();
    good("zhang.wei", "POST", "/api/v1/prompts",
         {{"number", "P1"},
          {"zone", "某片区"},
          {"colour", "orange"},
          {"from", "2026-12-01T20:00:00+08:00"},
          {"deadline", "2026-12-01T14:00:00+08:00"}});
    const auto given = tasks("zhang.wei", "about=prompt");
    ASSERT_THAT(given, SizeIs(2)) << "one for each county";
    good("jia", "POST", path(given.at("x1")) + "/answers",
         {{"revision", 1}, {"state", "done"}, {"by", "李"}, {"note", "已启动"}});
    const auto follow = [this](std::size_t place) {
        return std::string(good("zhang.wei", "GET", "/api/v1/prompts/P1")
                               .at("follow_up")
                               .at(place)
                               .at("state")
                               .as_string());
    };
    EXPECT_EQ(follow(1), "followed");
    EXPECT_EQ(follow(2), "waiting");
    good("xian", "POST", "/api/v1/prompts/P1/follow",
         {{"region", "999902"}, {"state", "followed"}, {"note", "电话"}});
    const auto other = good("zhang.wei", "GET", path(given.at("x2")));
    EXPECT_EQ(other.at("state").as_string(), "done") << "nobody asks the county any more";
}

TEST_F(AddresseesTest, ACountyThatRefusesAPromptHasNotDoneItsTask) {
    hand_in();
    good("zhang.wei", "POST", "/api/v1/prompts",
         {{"number", "P1"},
          {"zone", "某片区"},
          {"colour", "orange"},
          {"from", "2026-12-01T20:00:00+08:00"},
          {"deadline", "2026-12-01T14:00:00+08:00"}});
    const auto given = tasks("zhang.wei", "about=prompt");
    const auto follow = [this](const char* state) {
        good("xian", "POST", "/api/v1/prompts/P1/follow",
             {{"region", "999902"}, {"state", state}, {"note", "不具备条件"}});
    };
    const auto state = [&] {
        return std::string(good("zhang.wei", "GET", path(given.at("x2"))).at("state").as_string());
    };
    follow("refused");
    EXPECT_EQ(state(), "difficulty");
    follow("followed");
    EXPECT_EQ(state(), "done");
}

TEST_F(AddresseesTest, TheTaskOfAPromptEndsWithThePromptAndNotWithItsDeadline) {
    hand_in();
    good("zhang.wei", "POST", "/api/v1/prompts",
         {{"number", "P1"},
          {"zone", "某片区"},
          {"colour", "orange"},
          {"from", "2026-12-01T20:00:00+08:00"},
          {"to", "2026-12-02T08:00:00+08:00"},
          {"deadline", "2026-12-01T14:00:00+08:00"}});
    const auto given = tasks("zhang.wei", "about=prompt");
    ASSERT_THAT(given, SizeIs(2)) << "one for each county";
    const auto states_at = [&](int hour) {
        while (services_.clock.step(hour_at(hour))) {
        }
        services_.wait([](WarningService& warnings) -> boost::asio::awaitable<int> {
            co_await warnings.on_new_data();
            co_return 0;
        }(services_.service));
        std::vector<std::string> states;
        for (const auto& [addressee, number] : given) {
            const auto task = good("zhang.wei", "GET", path(number));
            states.emplace_back(task.at("lifted").as_bool() ? "lifted" : "asked");
        }
        return states;
    };
    EXPECT_THAT(states_at(15), ElementsAre("asked", "asked")) << "late, and asked all the same";
    EXPECT_THAT(states_at(31), ElementsAre("asked", "asked"));
    EXPECT_THAT(states_at(32), ElementsAre("lifted", "lifted")) << "over";
}

TEST_F(AddresseesTest, AnExerciseReachesOnlyWhoTakesPart) {
    hand_in();
    EXPECT_EQ(status("zhang.wei", "POST", "/api/v1/warnings",
                     {{"colour", "orange"},
                      {"reason", "演练"},
                      {"exercise", true},
                      {"participants", {"nobody"}}}),
              422);
    issue({{"exercise", true}, {"participants", {"zj", "999902"}}});
    const auto given = tasks("zhang.wei");
    ASSERT_THAT(given, SizeIs(2));
    EXPECT_TRUE(given.contains("zj") && given.contains("x2"));
    EXPECT_TRUE(
        good("zhang.wei", "GET", path(given.at("zj"))).at("document").at("exercise").as_bool());
}

TEST_F(AddresseesTest, PlantsThatCannotStopAreToldOncePerQuestion) {
    InventoryFiles files = two_enterprises();
    files["enterprises.csv"] =
        "id,name,region,industry,grade,category\ne1,甲厂,110105,水泥,D,regular\n"
        "e2,乙厂,110106,水泥,D,regular\n";
    files["lines.csv"] =
        "enterprise,id,name,equipment,uninterruptible,ramp_down_hours,so2_kg_d,nox_kg_d,pm_kg_d,"
        "vocs_kg_d\ne1,L1,一线,窑,yes,24,1,2,3,4\ne2,L1,一线,窑,no,,1,2,3,4\n";
    ASSERT_TRUE(services_.inventories.take_now(files, "city", hour_at(0)));
    const json::object asked{{"level", "red"}, {"from", "2026-12-03T20:00:00+08:00"}};
    const auto sent = good("zhang.wei", "POST", "/api/v1/addressees/pre-notices", asked);
    EXPECT_EQ(sent.at("plants").as_int64(), 1);
    const auto given = tasks("zhang.wei", "about=pre_notice");
    ASSERT_THAT(given, SizeIs(1));
    EXPECT_TRUE(given.contains("e1"));
    EXPECT_EQ(good("zhang.wei", "GET", path(given.at("e1"))).at("wanted").as_string(), "received");
    const auto again = good("zhang.wei", "POST", "/api/v1/addressees/pre-notices", asked);
    EXPECT_EQ(again.at("unchanged").as_int64(), 1);
    EXPECT_EQ(status("xian", "POST", "/api/v1/addressees/pre-notices", asked), 403);
}

}  // namespace
}  // namespace qk::daemon
