// Goal: what was published is readable by everybody, and every gateway gets every message once it
// takes it. Method: the publisher over a clock that a test moves, with a gateway that fails when
// told to.
#include "daemon/publish/publisher.hpp"

#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "../warnings/service_fixture.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/client/http_gateway_client.hpp"
#include "daemon/warnings/notice_rows.hpp"
#include "tests/daemon/cursor_walk.hpp"

namespace qk::daemon {
namespace {

class NotedGatewayClient : public GatewayClient {
 public:
    boost::asio::awaitable<std::string> deliver(GatewayMessage message) override {
        const bool hangs = message.target == hanging;
        messages.push_back(std::move(message));
        if (hangs) {
            boost::asio::steady_timer never(co_await boost::asio::this_coro::executor);
            never.expires_at(boost::asio::steady_timer::time_point::max());
            co_await never.async_wait(boost::asio::use_awaitable);
        }
        if (failures > 0) {
            --failures;
            co_return std::string("the gateway is down");
        }
        co_return std::string();
    }
    std::vector<GatewayMessage> messages;
    int failures = 0;
    std::string hanging;
};

class Publication {
 public:
    Publication() : publisher(services.context, gateway) {
        publisher.add_routes(services.router);
        services.config->hooks = {"https://sms.example.org/"};
        publisher.start(tasks);
    }
    ~Publication() {
        tasks.cancel();
        settle();
    }
    void settle() { run_all(services.io, *services.desk.store); }
    // Moves the clock and lets everything due happen.
    void until(rules::Instant when) {
        settle();
        while (services.clock.step(when)) settle();
        settle();
    }
    std::string publish(bool exercise = false) {
        const auto made =
            services.call("zhang.wei", "POST", "/api/v1/warnings",
                          std::string(R"({"colour":"orange","reason":"会商","exercise":)") +
                              (exercise ? "true}" : "false}"));
        auto warning = Services::json(made);
        const std::string path = "/api/v1/warnings/" + std::string(warning.at("id").as_string());
        const auto body = [](const boost::json::value& w, const std::string& more) {
            return "{\"generation\":" + std::to_string(w.at("generation").as_int64()) + more + "}";
        };
        const auto held =
            services.call("zhang.wei", "POST", path + "/consult",
                          body(warning, R"(,"participants":["张伟"],"reason":"同意")"));
        warning = Services::json(held).at("warning");
        EXPECT_EQ(services.call("li.na", "POST", path + "/sign", body(warning, "")).status, 200);
        settle();
        const auto notices =
            services.desk.ask([](Session& db) { return list_notices(db, "", {.limit = 9}); });
        return notices.empty() ? std::string() : notices.front().identifier;
    }

    Services services;
    NotedGatewayClient gateway;
    Publisher publisher;
    TaskGroup tasks{services.io.get_executor(),
                    [](const std::string& task, std::exception_ptr) { ADD_FAILURE() << task; }};
};

TEST(Publisher, MessagesAreWalkedByCursor) {
    Publication p;
    ASSERT_FALSE(p.publish().empty());
    const auto get = [&](const std::string& target) {
        return p.services.call("zhao.min", "GET", target);
    };
    EXPECT_EQ(walk_by_cursor(get, "/api/v1/notices?"), 1U);
    EXPECT_EQ(walk_by_cursor(get, "/api/v1/notices?warning=none&"), 0U);
}

TEST(Publisher, AMessageIsReadableWithoutLoginAsCapFeedAndPage) {
    Publication p;
    const std::string identifier = p.publish();
    ASSERT_EQ(identifier.size(), 31U);
    const auto cap = p.services.call("", "GET", "/cap/" + identifier + ".xml");
    EXPECT_EQ(cap.status, 200);
    EXPECT_NE(cap.body.find("<status>Actual</status>"), std::string::npos);
    const auto feed = p.services.call("", "GET", "/cap/feed.atom");
    EXPECT_NE(feed.body.find(identifier), std::string::npos);
    const auto page = p.services.call("", "GET", "/public");
    EXPECT_EQ(page.status, 200);
    EXPECT_NE(page.body.find("橙色预警"), std::string::npos);
    EXPECT_EQ(page.headers.at(0).first, "Content-Security-Policy");
    EXPECT_EQ(p.services.call("", "GET", "/cap/nothing.xml").status, 404);
}

TEST(Publisher, AnExerciseIsNowhereInPublicAndInAFeedOfItsOwn) {
    Publication p;
    const std::string identifier = p.publish(true);
    ASSERT_EQ(identifier.size(), 31U);
    for (const char* path : {"/public", "/cap/feed.atom"}) {
        const auto shown = p.services.call("", "GET", path);
        EXPECT_EQ(shown.status, 200) << path;
        EXPECT_EQ(shown.body.find(identifier), std::string::npos) << path;
        EXPECT_EQ(shown.body.find("演练"), std::string::npos) << path;
    }
    EXPECT_EQ(p.services.call("", "GET", "/cap/" + identifier + ".xml").status, 404);
    const std::string own = "/api/v1/notices/" + identifier + "/cap";
    EXPECT_EQ(p.services.call("", "GET", own).status, 401);
    const auto cap = p.services.call("li.na", "GET", own);
    EXPECT_NE(cap.body.find("<status>Exercise</status>"), std::string::npos);
    EXPECT_NE(cap.body.find("<scope>Private</scope>"), std::string::npos);
    EXPECT_EQ(p.services.call("", "GET", "/api/v1/notices/drills.atom").status, 401);
    const auto feed = p.services.call("li.na", "GET", "/api/v1/notices/drills.atom");
    EXPECT_NE(feed.body.find(own), std::string::npos) << feed.body;
    ASSERT_EQ(p.gateway.messages.size(), 1U) << "the way to the gateways is exercised too";
    EXPECT_NE(p.gateway.messages[0].body.find("\"exercise\":true"), std::string::npos);
}

TEST(Publisher, ADeliveryIsRetriedUntilTakenAndNeverAfter) {
    Publication p;
    p.gateway.failures = 3;
    const std::string identifier = p.publish();
    p.until(p.services.clock.now() + std::chrono::hours(3));
    ASSERT_EQ(p.gateway.messages.size(), 4U);
    for (const GatewayClient::GatewayMessage& message : p.gateway.messages) {
        EXPECT_EQ(message.id, identifier);
        EXPECT_TRUE(plans::verify_hex(p.services.desk.key.public_key_hex(),
                                      plans::Purpose::kWebhook, message.body, message.signature));
    }
    EXPECT_EQ(p.services.metrics.value(Counter::kNoticesDelivered), 1U);
    EXPECT_EQ(p.services.metrics.value(Counter::kNoticeRetries), 3U);
}

TEST(Publisher, AGatewayThatHangsDelaysNobodyElse) {
    Publication p;
    p.services.config->hooks = {"https://hangs.example.org/", "https://sms.example.org/"};
    p.gateway.hanging = "https://hangs.example.org/";
    const std::string first = p.publish();
    std::vector<std::string> taken;
    int hanging = 0;
    for (const GatewayClient::GatewayMessage& message : p.gateway.messages) {
        if (message.target == p.gateway.hanging) ++hanging;
        if (message.target != p.gateway.hanging) taken.push_back(message.id);
    }
    EXPECT_EQ(taken, (std::vector{first}));
    EXPECT_EQ(hanging, 1) << "one at a time for each";
    EXPECT_FALSE(p.publisher.is_idle());
    EXPECT_EQ(p.services.metrics.value(Counter::kNoticesDelivered), 1U);
}

TEST(Publisher, ThePauseDoublesAndIsCapped) {
    EXPECT_EQ(delivery_pause(1), std::chrono::seconds(10));
    EXPECT_EQ(delivery_pause(2), std::chrono::seconds(20));
    EXPECT_EQ(delivery_pause(7), std::chrono::seconds(600));
    EXPECT_EQ(delivery_pause(1000), kDeliveryRetryMax);
}

TEST(HttpGatewayClient, ACommandThatExitsWithZeroHasTakenIt) {
    boost::asio::io_context io;
    HttpGatewayClient gateway(io.get_executor());
    const auto deliver = [&](const std::string& target) {
        std::string answer = "not answered";
        GatewayClient::GatewayMessage message;
        message.target = target;
        message.body = "text";
        boost::asio::co_spawn(
            io, gateway.deliver(message),
            [&](std::exception_ptr, std::string text) { answer = std::move(text); });
        io.restart();
        io.run();
        return answer;
    };
    EXPECT_EQ(deliver("exec:/bin/cat"), "");
    EXPECT_NE(deliver("exec:/bin/false").find("status 1"), std::string::npos);
    EXPECT_NE(deliver("exec:/no/such/command").find("cannot be started"), std::string::npos);
    EXPECT_NE(deliver("http://gateway.example.org/").find("not an https://"), std::string::npos);
    EXPECT_NE(deliver("gopher:x").find("not an https://"), std::string::npos);
}

}  // namespace
}  // namespace qk::daemon
