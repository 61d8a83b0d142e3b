// Goal: an order goes out on every channel that is on, once for each revision, until it is taken
// or answered; a gateway that hangs delays no other. Method: the service over a clock that the test
// moves, with gateways that fail or hang when told to.
#include "daemon/orders/channels.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/orders/orders.hpp"
#include "daemon/orders/receipts.hpp"
#include "daemon/service/page_links.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/orders/order_fixture.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kSmsHook = "exec:/usr/local/lib/send-sms";
constexpr const char* kPlantHook = "https://plant.example/orders";

class PlayedGateway : public GatewayClient {
 public:
    boost::asio::awaitable<std::string> deliver(GatewayMessage message) override {
        const std::string target = message.target;
        messages.push_back(std::move(message));
        if (target == hanging) {
            boost::asio::steady_timer never(co_await boost::asio::this_coro::executor);
            never.expires_at(boost::asio::steady_timer::time_point::max());
            co_await never.async_wait(boost::asio::use_awaitable);
        }
        co_return target == failing ? std::string("the gateway answered 503") : std::string();
    }
    [[nodiscard]] std::size_t sent_to(const std::string& target) const {
        return static_cast<std::size_t>(
            std::ranges::count(messages, target, &GatewayMessage::target));
    }
    std::vector<GatewayMessage> messages;
    std::string failing;
    std::string hanging;
};

Config with_channels() {
    Config config;
    config.channels.sms_command = kSmsHook;
    config.channels.sms_sign = "【许昌环境】";
    config.channels.webhooks = {{"e1", kPlantHook}};
    return config;
}

class ChannelsTest : public ContextFixture {
 protected:
    ChannelsTest() : ContextFixture(with_channels()) {
        router_.set_people({person("li.na", Role::kDutyOfficer), person("sms", Role::kSmsGateway)});
        channels_.add_routes(router_);
        channels_.start(tasks_);
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
    void order(const std::string& enterprise, double ratio) {
        transact([&](Session& db) {
            put_orders(db, {order_document(enterprise, ratio, clock_.now())}, key_,
                       rules::kBeijingTime, clock_.now());
            return 0;
        });
        events_.wake();
        run();
    }
    void exercise(const std::string& enterprise, bool is_running) {
        plans::OrderDocument document = order_document(enterprise, 0.2, clock_.now());
        document.exercise = true;
        if (!is_running) document.obligations.clear();
        transact([&](Session& db) {
            put_orders(db, {document}, key_, rules::kBeijingTime, clock_.now());
            return 0;
        });
        events_.wake();
        run();
    }
    void answer(const std::string& enterprise, ReceiptState state) {
        Receipt receipt;
        receipt.order = "w1/" + enterprise;
        const std::string revision =
            "SELECT revision FROM orders WHERE enterprise = '" + enterprise + "'";
        receipt.revision = count(revision.c_str());
        receipt.state = state;
        receipt.at = clock_.now();
        ReceiptOrigin origin;
        origin.enterprise = enterprise;
        origin.arrived = clock_.now();
        transact([&](Session& db) { return take_receipt(db, receipt, origin); });
    }
    std::int64_t rows(const std::string& channel, const std::string& standing) {
        const std::string query = "SELECT count(*) FROM sendings WHERE channel = '" + channel +
                                  "' AND standing = '" + standing + "'";
        return count(query.c_str());
    }
    ApiResponse call(const char* who, const std::string& method, const std::string& target,
                     const json::value& body = nullptr) {
        ApiRequest request;
        request.method = method;
        request.target = target;
        if (!body.is_null()) request.body = json::serialize(body);
        request.authorization = std::string("Bearer ") + who;
        return wait(router_.handle(std::move(request)));
    }
    int again(const std::string& channel, bool force) {
        return call("li.na", "POST", "/api/v1/orders/e1/sendings/" + channel,
                    json::object{{"reason", "对方未见"}, {"force", force}})
            .status;
    }
    int sms(const char* from, const char* text) {
        return call("sms", "POST", "/api/v1/sms/answers",
                    json::object{{"from", from}, {"text", text}})
            .status;
    }

    PlayedGateway gateway_;
    Channels channels_{context_, gateway_};
    Router router_;
};

TEST_F(ChannelsTest, AnOrderGoesOutSignedByWebhookAndAsOneTextMessage) {
    order("e1", 0.2);
    ASSERT_EQ(gateway_.sent_to(kPlantHook), 1U);
    ASSERT_EQ(gateway_.sent_to(kSmsHook), 1U);
    for (const auto& message : gateway_.messages) {
        EXPECT_EQ(message.signature, key_.sign_hex(plans::Purpose::kWebhook, message.body));
        const json::value body = json::parse(message.body);
        if (message.target == kPlantHook) {
            EXPECT_TRUE(
                plans::read_signed(message.body, {key_.public_key_hex()}, rules::kBeijingTime)
                    .has_value())
                << "the order itself, as it was signed";
        } else {
            EXPECT_EQ(body.at("to").as_string(), "0101");
            EXPECT_NE(std::string(body.at("text").as_string()).find("回复1收到"),
                      std::string::npos);
        }
    }
    EXPECT_EQ(gateway_.messages[0].id, gateway_.messages[1].id);
    EXPECT_EQ(rows("webhook", "sent"), 1);
    EXPECT_EQ(rows("sms", "sent"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM send_attempts WHERE ended_at IS NOT NULL"), 2);
}

TEST_F(ChannelsTest, WhoHasNoAddressIsNotSentAnything) {
    order("e2", 0.2);
    EXPECT_EQ(gateway_.sent_to(kPlantHook), 0U);
    EXPECT_EQ(count("SELECT count(*) FROM sendings WHERE channel = 'webhook' AND closed_why = "
                    "'no address'"),
              1);
    EXPECT_EQ(rows("sms", "sent"), 1);
}

TEST_F(ChannelsTest, WhatIsNotTakenIsOfferedAgainWithTheSameIdAndEachAttemptIsARow) {
    gateway_.failing = kPlantHook;
    order("e1", 0.2);
    EXPECT_EQ(gateway_.sent_to(kPlantHook), 1U);
    move_to(clock_.now() + kSendPauseFirst);
    EXPECT_EQ(gateway_.sent_to(kPlantHook), 2U);
    gateway_.failing.clear();
    move_to(clock_.now() + kSendPauseFirst * 2);
    EXPECT_EQ(gateway_.sent_to(kPlantHook), 3U);
    EXPECT_EQ(rows("webhook", "sent"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM send_attempts WHERE answer LIKE '%503%'"), 2);
    std::set<std::string> ids;
    for (const auto& message : gateway_.messages) ids.insert(message.id);
    EXPECT_EQ(ids.size(), 1U);
    move_to(clock_.now() + hours{24});
    EXPECT_EQ(gateway_.sent_to(kPlantHook), 3U) << "it was taken";
}

TEST_F(ChannelsTest, AGatewayThatIsDeadForDaysCostsABoundedNumberOfRows) {
    gateway_.failing = kPlantHook;
    order("e1", 0.2);
    move_to(clock_.now() + hours{24});
    EXPECT_GT(gateway_.sent_to(kPlantHook), 2 * kFailuresKept) << "it is tried on and on";
    EXPECT_EQ(count("SELECT count(*) FROM send_attempts WHERE answer <> ''"),
              static_cast<std::int64_t>(kFailuresKept));
}

TEST_F(ChannelsTest, AGatewayThatIsDeadForAnHourPushesNoLinkOut) {
    transact([&](Session& db) {
        store_page_link(db, {"given by hand", "e1", "li.na", clock_.now(),
                             clock_.now() + std::chrono::hours{24}});
        return 0;
    });
    gateway_.failing = kSmsHook;
    order("e1", 0.2);
    for (int i = 0; i < 2 * kPageLinksMax; ++i) move_to(clock_.now() + kSendPauseMost);
    EXPECT_GT(gateway_.sent_to(kSmsHook), static_cast<std::size_t>(kPageLinksMax));
    EXPECT_EQ(count("SELECT count(*) FROM page_links WHERE made_by = 'li.na'"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM page_links WHERE made_by = 'system'"), 1);
    EXPECT_EQ(gateway_.messages.front().body, gateway_.messages.back().body)
        << "whichever arrives, its link opens";
}

TEST_F(ChannelsTest, OneReceiptClosesEveryChannelThatStillTries) {
    gateway_.failing = kPlantHook;
    order("e1", 0.2);
    answer("e1", ReceiptState::kReceived);
    EXPECT_EQ(count("SELECT count(*) FROM sendings WHERE closed_why = 'answered'"), 1);
    move_to(clock_.now() + hours{2});
    EXPECT_EQ(gateway_.sent_to(kPlantHook), 1U);
    EXPECT_EQ(again("webhook", true), 409);
}

TEST_F(ChannelsTest, AReplacedOrderIsNotSentAnyMore) {
    gateway_.failing = kPlantHook;
    order("e1", 0.2);
    move_to(clock_.now() + seconds{1});
    gateway_.failing.clear();
    order("e1", 0.5);
    EXPECT_EQ(count("SELECT count(*) FROM sendings WHERE closed_why = 'superseded'"), 1);
    const std::size_t sent = gateway_.sent_to(kPlantHook);
    EXPECT_EQ(sent, 2U);
    move_to(clock_.now() + hours{2});
    EXPECT_EQ(gateway_.sent_to(kPlantHook), sent);
    EXPECT_EQ(json::parse(gateway_.messages.back().body).is_object(), true);
    EXPECT_EQ(count("SELECT max(revision) FROM sendings WHERE standing = 'sent'"), 2);
}

TEST_F(ChannelsTest, AGatewayThatHangsDelaysNoOtherChannelAndHoldsABoundedNumber) {
    gateway_.hanging = kSmsHook;
    const auto at_once = static_cast<std::size_t>(context_.config->channels.at_once);
    for (std::size_t n = 0; n < at_once + 5; ++n) {
        order(n % 2 == 0 ? "e1" : "e2", 0.01 * static_cast<double>(n + 1));
    }
    EXPECT_EQ(gateway_.sent_to(kSmsHook), at_once);
    EXPECT_EQ(gateway_.sent_to(kPlantHook), (at_once + 6) / 2) << "every order of e1";
    EXPECT_FALSE(channels_.is_idle());
}

TEST_F(ChannelsTest, SendingAgainIsGuardedAndWrittenDown) {
    order("e1", 0.2);
    EXPECT_EQ(again("webhook", false), 409) << "it was sent just now";
    EXPECT_EQ(again("webhook", true), 202);
    run();
    EXPECT_EQ(gateway_.sent_to(kPlantHook), 2U);
    move_to(clock_.now() + context_.config->channels.again);
    EXPECT_EQ(again("webhook", false), 202);
    run();
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action = 'order.sent_again' AND person = "
                    "'li.na'"),
              2);
    EXPECT_EQ(count("SELECT count(*) FROM send_attempts WHERE person = 'li.na'"), 2);
    for (int n = 0; n < 3; ++n) {
        EXPECT_EQ(again("webhook", true), 202);
        run();
    }
    EXPECT_EQ(again("webhook", true), 409) << "the limit of a day";
    EXPECT_EQ(gateway_.sent_to(kPlantHook), 6U);
    EXPECT_EQ(again("telex", true), 404);
}

TEST_F(ChannelsTest, AnAnswerByTextMessageIsAReceipt) {
    order("e1", 0.2);
    EXPECT_EQ(sms("010-1", "收到"), 422);
    EXPECT_EQ(sms("13800000000", "1"), 404) << "nobody's number";
    EXPECT_EQ(sms("010-1", "2 执行"), 201);
    EXPECT_EQ(count("SELECT count(*) FROM orders WHERE receipt_state = 'executing'"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM receipts WHERE channel = 'sms' AND note = '2 执行'"), 1);
    EXPECT_EQ(sms("010-1", "3 高炉不能停"), 201);
    EXPECT_EQ(count("SELECT count(*) FROM refusals WHERE standing = 'open'"), 1);
    EXPECT_EQ(sms("010-2", "1"), 404) << "nothing was sent to it";
    EXPECT_EQ(call("sms", "GET", "/api/v1/orders/e1/sendings").status, 403)
        << "a gateway hands on answers, and reads nothing";
}

TEST_F(ChannelsTest, AnExerciseThatIsOverKeepsNoAnswerFromTheOrder) {
    exercise("e1", true);
    exercise("e1", false);
    EXPECT_EQ(sms("010-1", "1"), 201) << "its end is answered";
    order("e1", 0.2);
    EXPECT_EQ(sms("010-1", "2 执行"), 201);
    EXPECT_EQ(count("SELECT count(*) FROM orders WHERE enterprise = 'e1' AND receipt_state = "
                    "'executing'"),
              1);
    exercise("e1", true);
    EXPECT_EQ(sms("010-1", "1"), 409) << "both ask for something: telephone";
}

TEST_F(ChannelsTest, ADigitAloneAnswersNeitherOrderNorTaskWhereBothMayBeMeant) {
    std::vector<std::string> tasks_answered;
    std::vector<std::string> called;
    bool may_be_meant = true;
    const auto take = [&](Session&, const OtherSms& said) {
        tasks_answered.push_back(said.text);
        return answer_json(json::object{}, 201);
    };
    const auto is_open = [&](Session&, const std::string& from) {
        return may_be_meant && from == "0101";
    };
    const auto list_calls = [&](Session&, const std::string& from, rules::Instant) {
        called.push_back(from);
    };
    channels_.on_other_sms({take, is_open, list_calls});
    order("e1", 0.2);
    EXPECT_EQ(sms("010-1", "2"), 409);
    EXPECT_EQ(count("SELECT count(*) FROM orders WHERE receipt_state = 'none'"), 1);
    EXPECT_EQ(sms("010-1", "2 任务7"), 201);
    EXPECT_EQ(sms("010-1", "1 指令"), 201);
    EXPECT_EQ(count("SELECT count(*) FROM orders WHERE receipt_state = 'received'"), 1);
    may_be_meant = false;
    EXPECT_EQ(sms("010-1", "2"), 201);
    EXPECT_EQ(count("SELECT count(*) FROM orders WHERE receipt_state = 'executing'"), 1);
    EXPECT_EQ(tasks_answered, std::vector<std::string>{"2 任务7"});
    EXPECT_EQ(called, std::vector<std::string>{"0101"});
}

TEST_F(ChannelsTest, AnAnswerThatCannotBeToldApartIsTelephonedAboutAndItsWordsAreKept) {
    const auto nobody = [](Session&, const OtherSms&) { return answer_json(json::object{}, 404); };
    const auto is_open = [](Session&, const std::string& from) { return from == "0101"; };
    channels_.on_other_sms({nobody, is_open, {}});
    order("e1", 0.2);
    EXPECT_EQ(sms("010-1", "3 高炉不能停"), 409);
    EXPECT_EQ(count("SELECT count(*) FROM phone_list WHERE wanted = 'received' AND done_at IS "
                    "NULL"),
              1)
        << "before the time in which an order is to be answered has passed";
    EXPECT_EQ(sms("010-1", "2 指令"), 201);
    EXPECT_EQ(count("SELECT count(*) FROM phone_list WHERE done_at IS NULL"), 0);
    EXPECT_EQ(sms("010-1", "3 高炉不能停"), 409);
    EXPECT_EQ(count("SELECT count(*) FROM phone_list WHERE wanted = 'contradiction' AND done_at "
                    "IS NULL"),
              1);
    EXPECT_EQ(sms("010-1", "高炉不能停"), 422) << "without the digit";
    EXPECT_EQ(sms("13800000000", "广告"), 422) << "of nobody";
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action = 'sms.unclear' AND detail LIKE "
                    "'%高炉不能停%'"),
              3);
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action = 'sms.unclear'"), 3);
}

// As the daemon finds it at its next start.
TEST_F(ChannelsTest, AnAttemptOfWhichNothingWasHeardIsMadeAgain) {
    gateway_.hanging = kPlantHook;
    order("e1", 0.2);
    EXPECT_EQ(rows("webhook", "waiting"), 1);
    PlayedGateway next_gateway;
    Channels next(context_, next_gateway);
    next.start(tasks_);
    move_to(clock_.now() + kSendUnheard);
    EXPECT_EQ(next_gateway.sent_to(kPlantHook), 1U);
    EXPECT_EQ(next_gateway.messages[0].id, gateway_.messages[0].id) << "so it is recognised";
    EXPECT_EQ(rows("webhook", "sent"), 1);
    tasks_.cancel();
    run();
}

TEST_F(ChannelsTest, AChannelThatIsOffGetsNoRows) {
    transact([](Session& db) {
        set_channels(db, {"sms"});
        return 0;
    });
    order("e1", 0.2);
    EXPECT_EQ(count("SELECT count(*) FROM sendings WHERE channel = 'webhook'"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM sendings WHERE channel = 'sms'"), 1);
}

}  // namespace
}  // namespace qk::daemon
