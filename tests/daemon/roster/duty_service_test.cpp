// Goal: a duty night is played as it would go: the roster, a proposal, a signature that is late,
// the deputy who is asked, the gateway that fails, the hand-over in the morning. Method: the
// service over a clock that the test moves, with a gateway that is played.
#include "daemon/roster/duty_service.hpp"

#include <gmock/gmock.h>

#include <boost/json/array.hpp>

#include "daemon/base/task_group.hpp"
#include "tests/daemon/cursor_walk.hpp"
#include "tests/daemon/warnings/service_fixture.hpp"

namespace qk::daemon {
namespace {

using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class PlayedGateway : public GatewayClient {
 public:
    boost::asio::awaitable<std::string> deliver(GatewayMessage message) override {
        messages.push_back(std::move(message));
        if (failures > 0) {
            --failures;
            co_return std::string("no line");
        }
        co_return std::string();
    }
    std::vector<GatewayMessage> messages;
    int failures = 0;
};

constexpr const char* kRoster =
    R"({"toml":"needs = ['duty_officer', 'approver']\n)"
    R"([[shift]]\nrole = 'duty_officer'\nperson = 'zhang.wei'\nphone = '110'\n)"
    R"(from = '2026-12-01T08:00'\nto = '2026-12-02T08:00'\n)"
    R"([[shift]]\nrole = 'approver'\nperson = 'li.na'\ndeputy = 'wang.fang'\n)"
    R"(from = '2026-12-01T08:00'\nto = '2026-12-02T08:00'\n"})";

class DutyNight : public testing::Test {
 protected:
    DutyNight() {
        services_.config->people = {Services::person("zhang.wei", Role::kDutyOfficer),
                                    Services::person("li.na", Role::kApprover),
                                    Services::person("wang.fang", Role::kApprover),
                                    Services::person("zhao.min", Role::kAuditor)};
        services_.config->duty.hooks = {"https://sms.example.org/"};
        services_.context.health.is_broker_up = true;
        duty_.add_routes(services_.router);
    }
    ~DutyNight() override {
        tasks_.cancel();
        settle();
    }
    void start() {
        duty_.start(tasks_);
        settle();
    }
    void settle() { run_all(services_.io, *services_.desk.store); }
    // So long after 8 o'clock; what is due happens on the way.
    void until(std::chrono::seconds after) {
        settle();
        while (services_.clock.step(hour_at(8) + after)) settle();
        settle();
    }
    boost::json::value good(const std::string& who, const std::string& method,
                            const std::string& path, const std::string& body = {}) {
        const ApiResponse answer = services_.call(who, method, path, body);
        EXPECT_LT(answer.status, 300) << method << " " << path << ": " << answer.body;
        settle();
        return Services::json(answer);
    }
    // The people that each call went to, by name of account.
    std::vector<std::string> called() const {
        std::vector<std::string> all;
        for (const auto& message : gateway_.messages) {
            const auto body = plans::parse_json(message.body, "call").value();
            std::string people;
            for (const auto& one : body.at("people").as_array()) {
                people += (people.empty() ? "" : "+") + std::string(one.at("person").as_string());
            }
            all.push_back(std::string(body.at("kind").as_string()) + ":" + people);
        }
        return all;
    }
    std::string propose() {
        const auto made =
            good("zhang.wei", "POST", "/api/v1/warnings", R"({"colour":"orange","reason":"会商"})");
        return std::string(made.at("id").as_string());
    }
    std::int64_t generation(const std::string& id) {
        return good("zhao.min", "GET", "/api/v1/warnings/" + id).at("generation").as_int64();
    }
    void consult(const std::string& id) {
        (void)good("zhang.wei", "POST", "/api/v1/warnings/" + id + "/consult",
                   "{\"generation\":" + std::to_string(generation(id)) +
                       R"(,"participants":["张伟"],"reason":"同意"})");
    }
    void sign(const std::string& id) {
        (void)good("li.na", "POST", "/api/v1/warnings/" + id + "/sign",
                   "{\"generation\":" + std::to_string(generation(id)) + "}");
    }
    boost::json::array matters(const std::string& query = {}) {
        return good("zhao.min", "GET", "/api/v1/duty/matters?" + query).at("items").as_array();
    }

    Services services_;
    PlayedGateway gateway_;
    DutyService duty_{services_.context, gateway_};
    TaskGroup tasks_{services_.io.get_executor(),
                     [](const std::string& task, std::exception_ptr) { ADD_FAILURE() << task; }};
};

TEST_F(DutyNight, TheNextInTheChainIsAskedUntilItIsSigned) {
    (void)good("li.na", "POST", "/api/v1/duty/roster", kRoster);
    start();
    const std::string id = propose();
    until(minutes{1});
    EXPECT_THAT(called(), ElementsAre("roster_gap:zhang.wei", "consultation:zhang.wei"))
        << "nobody is an admin here, so the gap of tomorrow is told to the duty officer";
    consult(id);
    until(minutes{2});
    EXPECT_THAT(called().back(), "signature:li.na");
    until(minutes{18});
    EXPECT_THAT(called().back(), "signature:li.na+wang.fang") << "the deputy, too";
    const auto open = matters("kind=signature");
    ASSERT_THAT(open, SizeIs(1));
    const std::string number = plans::to_text(open[0].at("number"));
    (void)good("li.na", "POST", "/api/v1/duty/matters/" + number + "/acknowledge", "{}");
    const std::size_t calls = called().size();
    until(minutes{35});
    EXPECT_EQ(called().size(), calls) << "li.na is at it";
    until(minutes{45});
    EXPECT_EQ(called().size(), calls + 1) << "and has not done it";
    sign(id);
    const std::size_t at_the_answer = called().size();
    until(minutes{600});
    EXPECT_EQ(called().size(), at_the_answer);
    EXPECT_THAT(matters("kind=signature"), SizeIs(0));
    EXPECT_THAT(matters("kind=signature&state=all"), SizeIs(1));
}

TEST_F(DutyNight, ACallIsOfferedAgainUntilTakenWithOneIdAndASignature) {
    (void)good("li.na", "POST", "/api/v1/duty/roster", kRoster);
    gateway_.failures = 3;
    start();
    until(minutes{4});
    ASSERT_THAT(gateway_.messages, SizeIs(4)) << "three that failed, and the one that was taken";
    for (const auto& message : gateway_.messages) {
        EXPECT_EQ(message.id, gateway_.messages.front().id);
        EXPECT_TRUE(plans::verify_hex(services_.desk.key.public_key_hex(), plans::Purpose::kWebhook,
                                      message.body, message.signature));
    }
}

TEST_F(DutyNight, ACallThatIsAnsweredWhileTheGatewayIsDownIsDropped) {
    start();
    const std::string id = propose();
    gateway_.failures = 1;
    until(kPassPause + std::chrono::seconds{2});  // called once, and not yet once more
    ASSERT_THAT(called(), ElementsAre("consultation:zhang.wei"));
    consult(id);
    until(minutes{5});
    EXPECT_THAT(called(), ElementsAre("consultation:zhang.wei", "signature:li.na+wang.fang"))
        << "the consultation is not called for once more; without a roster all who may sign are";
}

TEST_F(DutyNight, ARestartAtAnyMinuteChangesNothing) {
    (void)good("li.na", "POST", "/api/v1/duty/roster", kRoster);
    start();
    const std::string id = propose();
    consult(id);
    for (int minute = 1; minute <= 60; ++minute) {
        until(minutes{minute});
        // Another daemon over the same store, that knows nothing but what is stored.
        DutyService again(services_.context, gateway_);
        again.restore();
        TaskGroup tasks(services_.io.get_executor(),
                        [](const std::string& task, std::exception_ptr) { ADD_FAILURE() << task; });
        const std::size_t before = called().size();
        again.start(tasks);
        settle();
        EXPECT_EQ(called().size(), before) << "minute " << minute;
        tasks.cancel();
        settle();
    }
    EXPECT_THAT(matters("kind=signature"), SizeIs(1));
}

TEST_F(DutyNight, ARosterWithAFaultIsRefusedWhole) {
    const auto refused = services_.call(
        "li.na", "POST", "/api/v1/duty/roster",
        R"({"csv":"role,person,from,to\nduty_officer,nobody,2026-12-01,2026-12-02\n"})");
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr("nobody"));
    EXPECT_EQ(services_.call("zhao.min", "POST", "/api/v1/duty/roster", kRoster).status, 403);
    EXPECT_TRUE(good("zhao.min", "GET", "/api/v1/duty/roster").at("number").is_null());
}

TEST_F(DutyNight, WhoIsOnDutyIsSaidForAnyInstant) {
    (void)good("li.na", "POST", "/api/v1/duty/roster", kRoster);
    const auto now = good("zhao.min", "GET", "/api/v1/duty");
    ASSERT_THAT(now.at("on_duty").as_array(), SizeIs(2));
    EXPECT_EQ(now.at("on_duty").as_array()[0].at("phone").as_string(), "110");
    EXPECT_THAT(now.at("gaps").as_array(), SizeIs(2)) << "from tomorrow morning on";
    const auto later = good("zhao.min", "GET", "/api/v1/duty?at=2026-12-02T08:00");
    EXPECT_THAT(later.at("on_duty").as_array(), SizeIs(0));
    EXPECT_EQ(services_.call("zhao.min", "GET", "/api/v1/duty?at=noon").status, 422);
}

TEST_F(DutyNight, AHandOverIsSignedByTwoAndStaysAsItWasSigned) {
    (void)good("li.na", "POST", "/api/v1/duty/roster", kRoster);
    start();
    const std::string id = propose();
    until(minutes{60});
    const std::string path = "/api/v1/duty/handovers";
    EXPECT_EQ(services_.call("zhang.wei", "POST", path, R"({"to":"zhang.wei"})").status, 409);
    EXPECT_EQ(services_.call("zhang.wei", "POST", path, R"({"to":"nobody"})").status, 409);
    const auto given = good("zhang.wei", "POST", path, R"({"to":"wang.fang","note":"夜间无异常"})");
    const std::string number = plans::to_text(given.at("number"));
    const auto& content = given.at("content");
    EXPECT_EQ(content.at("decisions").at("total").as_int64(), 1) << "the proposal";
    EXPECT_GE(content.at("open").at("total").as_int64(), 1);
    until(minutes{120});
    EXPECT_EQ(services_.call("zhang.wei", "POST", path + "/" + number + "/take", "{}").status, 409)
        << "nobody takes over from themselves";
    const auto taken =
        good("wang.fang", "POST", path + "/" + number + "/take", R"({"note":"已核对"})");
    EXPECT_EQ(taken.at("sha256"), given.at("sha256"));
    EXPECT_EQ(taken.at("content"), content);
    EXPECT_EQ(services_.call("wang.fang", "POST", path + "/" + number + "/take", "{}").status, 409);
    const auto page = services_.call("zhao.min", "GET", path + "/" + number + "?format=html");
    EXPECT_THAT(page.body, HasSubstr("交接班记录"));
    EXPECT_THAT(page.body, HasSubstr("夜间无异常"));
    EXPECT_THAT(page.body, HasSubstr(id));
    const auto english =
        services_.call("zhao.min", "GET", path + "/" + number + "?format=html&lang=en");
    EXPECT_THAT(english.body, HasSubstr("hand-over of the duty shift"));
    const auto next = good("wang.fang", "POST", path, R"({"to":"zhang.wei"})");
    EXPECT_EQ(next.at("since"), given.at("given_at")) << "each begins where the one before ended";
    EXPECT_EQ(services_.desk.ask([](Session& db) {
        return db.count("SELECT count(*) FROM audit WHERE action LIKE 'duty.handover%'");
    }),
              3);
    const auto get = [this](const std::string& target) {
        return services_.call("zhao.min", "GET", target);
    };
    EXPECT_EQ(walk_by_cursor(get, path + "?"), 2U);
    EXPECT_EQ(walk_by_cursor(get, "/api/v1/duty/matters?state=all&"), matters("state=all").size());
}

TEST_F(DutyNight, TheSituationSaysWhoIsOnDutyAndWhatWaits) {
    (void)good("li.na", "POST", "/api/v1/duty/roster", kRoster);
    services_.service.on_situation([this] { return duty_.situation(); });
    start();
    (void)propose();
    until(minutes{1});
    const auto duty = good("zhao.min", "GET", "/api/v1/situation").at("duty");
    EXPECT_TRUE(duty.at("has_roster").as_bool());
    EXPECT_EQ(duty.at("open").at("consultation").as_int64(), 1);
    EXPECT_THAT(duty.at("gaps").as_array(), SizeIs(2));
}

}  // namespace
}  // namespace qk::daemon
