// Goal: a task goes out once on each of its channels, is offered again where it was not taken, and
// is not sent once it is answered. Method: the sender over a clock, a bus and a gateway that are
// played, and a real folder.
#include "daemon/addressees/task_sender.hpp"

#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/addressees/tasks.hpp"
#include "plans/addressees/task_document.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/addressees/drafted.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

using plans::AddresseeKind;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class TaskGateway : public GatewayClient {
 public:
    boost::asio::awaitable<std::string> deliver(GatewayMessage message) override {
        messages.push_back(std::move(message));
        co_return is_down ? std::string("the gateway answered 503") : std::string();
    }
    std::vector<GatewayMessage> messages;
    bool is_down = false;
};

class TaskSenderTest : public ContextFixture {
 protected:
    TaskSenderTest() {
        Config config;
        config.journal_folder.clear();
        config.channels.sms_command = "exec:/usr/local/lib/send-sms";
        config.channels.webhooks = {{"d1", "https://site.example/tasks"}};
        config.addressees.drop_folder = folder_.file(".");
        rebuild(std::move(config));
        context_.health.is_broker_up = true;
        sender_.start(tasks_);
        run();
    }
    void TearDown() override {
        tasks_.cancel();
        run();
    }
    void put(const std::vector<std::string>& channels, const std::string& text = "停止土方") {
        transact([&](Session& db) {
            return put_tasks(db,
                             {drafted("d1", AddresseeKind::kDustSite, text, "110105", channels)},
                             cause_at(clock_.now()));
        });
        events_.wake();
        run();
    }
    std::int64_t standing(const std::string& word) {
        const std::string query =
            "SELECT count(*) FROM task_sendings WHERE standing = '" + word + "'";
        return count(query.c_str());
    }

    const Scratch folder_;
    PlayedBus bus_;
    TaskGateway gateway_;
    TaskSender sender_{context_, gateway_, bus_};
};

TEST_F(TaskSenderTest, OverMqttAnAddresseeHoldsAllThatItIsAsked) {
    put({"mqtt"});
    ASSERT_THAT(bus_.waiting_, SizeIs(1));
    auto sent = bus_.take();
    EXPECT_EQ(sent.topic, "qingkong/1/110105/d1/task");
    EXPECT_TRUE(sent.retain);
    const auto board = plans::parse_json(sent.payload, "board").value();
    ASSERT_THAT(board.as_array(), SizeIs(1));
    EXPECT_TRUE(plans::is_signed_task(board.at(0), key_.public_key_hex()));
    EXPECT_EQ(standing("waiting"), 1) << "not before the broker has it";
    sent.done(true);
    run();
    EXPECT_EQ(standing("sent"), 1);
    EXPECT_TRUE(sender_.is_idle());
}

TEST_F(TaskSenderTest, WithoutALinkItWaitsAndCountsNoFailure) {
    context_.health.is_broker_up = false;
    put({"mqtt"});
    EXPECT_THAT(bus_.waiting_, IsEmpty());
    context_.health.is_broker_up = true;
    move_to(clock_.now() + kBrokerLookAgain);
    EXPECT_THAT(bus_.waiting_, SizeIs(1));
    EXPECT_EQ(count("SELECT sum(failures) FROM task_sendings"), 0);
    bus_.take().done(true);
}

TEST_F(TaskSenderTest, AWebhookGetsTheSignedDocumentAndAnSmsItsSentence) {
    put({"webhook", "sms"});
    ASSERT_THAT(gateway_.messages, SizeIs(2));
    for (const auto& message : gateway_.messages) {
        EXPECT_EQ(message.id, "task-1-1");
        EXPECT_TRUE(plans::verify_hex(key_.public_key_hex(), plans::Purpose::kWebhook, message.body,
                                      message.signature));
        const auto body = plans::parse_json(message.body, "body").value();
        if (message.target == "https://site.example/tasks") {
            EXPECT_TRUE(plans::is_signed_task(body, key_.public_key_hex()));
        } else {
            EXPECT_EQ(message.target, "exec:/usr/local/lib/send-sms");
            EXPECT_EQ(body.at("to").as_string(), "13800000000");
            EXPECT_THAT(std::string(body.at("text").as_string()), HasSubstr("任务1：停止土方"));
        }
    }
    EXPECT_EQ(standing("sent"), 2);
}

TEST_F(TaskSenderTest, AFileIsDroppedInTheAddresseesFolder) {
    put({"file"});
    const auto first = plans::parse_json(folder_.read("d1/task-1.json"), "f").value();
    EXPECT_TRUE(plans::is_signed_task(first, key_.public_key_hex()));
    put({"file"}, "停止一切作业");
    const auto next = plans::parse_json(folder_.read("d1/task-1.json"), "f").value();
    EXPECT_EQ(next.at("revision").as_int64(), 2);
}

TEST_F(TaskSenderTest, WhatIsNotTakenIsOfferedAgainAndNotAfterAnAnswer) {
    gateway_.is_down = true;
    put({"webhook"});
    EXPECT_THAT(gateway_.messages, SizeIs(1));
    EXPECT_EQ(standing("waiting"), 1);
    move_to(clock_.now() + seconds{29});
    EXPECT_THAT(gateway_.messages, SizeIs(1));
    move_to(clock_.now() + seconds{2});
    EXPECT_THAT(gateway_.messages, SizeIs(2));
    transact([&](Session& db) {
        return take_task_answer(db, *load_task(db, 1), {1, plans::TaskState::kExecuting, "王", ""},
                                {"of.d1", "http", "", clock_.now()}, std::nullopt)
            .has_value();
    });
    move_to(clock_.now() + std::chrono::hours{2});
    EXPECT_THAT(gateway_.messages, SizeIs(2));
    EXPECT_EQ(standing("closed"), 1);
    EXPECT_EQ(metrics_.value(Counter::kTasksNotTaken), 2U);
}

TEST_F(TaskSenderTest, WhoHasNoAddressOnAChannelIsSaidSo) {
    Config config = *context_.config;
    config.channels.sms_command.clear();
    config.channels.webhooks.clear();
    config.addressees.drop_folder.clear();
    rebuild(std::move(config));
    put({"webhook", "sms", "file"});
    EXPECT_EQ(count("SELECT count(*) FROM task_sendings WHERE closed_why = 'no address'"), 3);
    EXPECT_THAT(gateway_.messages, IsEmpty());
}

TEST_F(TaskSenderTest, ARestartSendsAgainWhatItHasNotHeardOf) {
    transact([&](Session& db) {
        (void)put_tasks(db, {drafted("d1", AddresseeKind::kDustSite, "停", "110105", {"webhook"})},
                        cause_at(clock_.now()));
        const auto waiting = waiting_task_sendings(db, "webhook", 1);
        return begin_task_attempt(db, waiting.front(), clock_.now(), clock_.now() + kSendUnheard);
    });
    events_.wake();
    move_to(clock_.now() + kSendUnheard);
    EXPECT_THAT(gateway_.messages, SizeIs(1)) << "an attempt began, and nobody knows its end";
    EXPECT_EQ(gateway_.messages.front().id, "task-1-1");
}

}  // namespace
}  // namespace qk::daemon
