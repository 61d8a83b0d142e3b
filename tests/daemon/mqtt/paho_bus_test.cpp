#include "daemon/mqtt/paho_bus.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <vector>

#include "tests/daemon/mqtt/broker.hpp"

namespace qk::daemon {
namespace {

constexpr std::chrono::seconds kPatience{20};

// What a bus told, for the test's thread to wait on.
class Told {
 public:
    MessageBus::Listener listener() {
        MessageBus::Listener made;
        made.on_message = [this](std::string_view topic, std::string_view payload) {
            const std::lock_guard lock(mutex_);
            messages_.push_back(std::string(topic) + "=" + std::string(payload));
            changed_.notify_all();
        };
        made.on_forgotten = [this] {
            const std::lock_guard lock(mutex_);
            ++forgotten_;
        };
        made.on_link = [this](bool is_up) {
            const std::lock_guard lock(mutex_);
            is_up_ = is_up;
            changed_.notify_all();
        };
        return made;
    }
    std::function<void(bool)> done() {
        return [this](bool is_acknowledged) {
            const std::lock_guard lock(mutex_);
            answers_.push_back(is_acknowledged);
            changed_.notify_all();
        };
    }
    bool wait_for_link(bool is_up) {
        return wait([this, is_up] { return is_up_ == is_up; });
    }
    bool wait_for_messages(std::size_t count) {
        return wait([this, count] { return messages_.size() >= count; });
    }
    bool wait_for_answers(std::size_t count) {
        return wait([this, count] { return answers_.size() >= count; });
    }
    std::vector<std::string> messages() {
        const std::lock_guard lock(mutex_);
        return messages_;
    }
    int forgotten() {
        const std::lock_guard lock(mutex_);
        return forgotten_;
    }
    std::vector<bool> answers() {
        const std::lock_guard lock(mutex_);
        return answers_;
    }

 private:
    template <class Claim>
    bool wait(Claim claim) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kPatience, claim);
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_up_ = false;
    int forgotten_ = 0;
    std::vector<std::string> messages_;
    std::vector<bool> answers_;
};

std::unique_ptr<PahoBus> make_bus(const Broker& broker, const std::string& id,
                                  MqttVersion version = MqttVersion::kV5) {
    MqttConfig config;
    config.url = broker.url();
    config.client_id = id;
    config.version = version;
    return std::move(PahoBus::create(config).value());
}

class PahoBusTest : public testing::TestWithParam<MqttVersion> {};

TEST_P(PahoBusTest, APublicationIsAcknowledgedAndArrives) {
    const Broker broker;
    Told there;
    Told here;
    auto receiver = make_bus(broker, "receiver", GetParam());
    auto sender = make_bus(broker, "sender", GetParam());
    receiver->start({"a/+"}, there.listener());
    sender->start({}, here.listener());
    ASSERT_TRUE(there.wait_for_link(true));
    ASSERT_TRUE(here.wait_for_link(true));
    for (int i = 0; i < 40; ++i) sender->publish("a/b", std::to_string(i), false, here.done());
    ASSERT_TRUE(here.wait_for_answers(40));
    ASSERT_TRUE(there.wait_for_messages(40));
    EXPECT_EQ(there.messages().front(), "a/b=0");
    EXPECT_EQ(there.messages().back(), "a/b=39");
    for (const bool answer : here.answers()) EXPECT_TRUE(answer);
}

TEST_P(PahoBusTest, ABrokerThatForgotEverythingIsSubscribedAgain) {
    Broker broker;
    Told there;
    auto receiver = make_bus(broker, "receiver", GetParam());
    receiver->start({"a/+", "b/#"}, there.listener());
    ASSERT_TRUE(there.wait_for_link(true));
    broker.kill();
    ASSERT_TRUE(there.wait_for_link(false));
    EXPECT_EQ(there.forgotten(), 1);
    broker.start();
    ASSERT_TRUE(there.wait_for_link(true));
    EXPECT_EQ(there.forgotten(), 2);
    Told here;
    auto sender = make_bus(broker, "sender", GetParam());
    sender->start({}, here.listener());
    ASSERT_TRUE(here.wait_for_link(true));
    sender->publish("b/x/y", "again", false, here.done());
    ASSERT_TRUE(there.wait_for_messages(1));
    EXPECT_EQ(there.messages().front(), "b/x/y=again");
}

TEST_P(PahoBusTest, WhatWasSentWhileItWasAwayArrivesLater) {
    const Broker broker;
    Told there;
    {
        auto receiver = make_bus(broker, "receiver", GetParam());
        receiver->start({"a/+"}, there.listener());
        ASSERT_TRUE(there.wait_for_link(true));
    }
    Told here;
    auto sender = make_bus(broker, "sender", GetParam());
    sender->start({}, here.listener());
    ASSERT_TRUE(here.wait_for_link(true));
    sender->publish("a/b", "meanwhile", false, here.done());
    ASSERT_TRUE(here.wait_for_answers(1));
    EXPECT_TRUE(there.messages().empty());
    auto receiver = make_bus(broker, "receiver", GetParam());
    receiver->start({"a/+"}, there.listener());
    ASSERT_TRUE(there.wait_for_messages(1));
    EXPECT_EQ(there.messages().front(), "a/b=meanwhile");
    EXPECT_EQ(there.forgotten(), 1) << "the second time the broker knew it";
}

TEST_P(PahoBusTest, WithoutALinkTheAnswerIsNoAtOnce) {
    Broker broker;
    broker.kill();
    Told here;
    auto sender = make_bus(broker, "sender", GetParam());
    sender->start({"a"}, here.listener());
    sender->publish("a/b", "x", true, here.done());
    EXPECT_EQ(here.answers(), std::vector<bool>{false});
    broker.start();
    EXPECT_TRUE(here.wait_for_link(true));
}

TEST_P(PahoBusTest, EveryPublicationIsAnsweredOnceEvenIfTheBrokerDies) {
    Broker broker;
    Told here;
    auto sender = make_bus(broker, "sender", GetParam());
    sender->start({}, here.listener());
    ASSERT_TRUE(here.wait_for_link(true));
    for (int i = 0; i < 30; ++i) sender->publish("a/b", std::to_string(i), false, here.done());
    broker.kill();
    for (int i = 0; i < 30; ++i) sender->publish("a/b", std::to_string(i), false, here.done());
    ASSERT_TRUE(here.wait_for_answers(60));
    sender->stop();
    EXPECT_EQ(here.answers().size(), 60U);
}

INSTANTIATE_TEST_SUITE_P(Versions, PahoBusTest,
                         testing::Values(MqttVersion::kV5, MqttVersion::kV3));

TEST(PahoBus, APasswordFileThatCannotBeReadIsRefused) {
    MqttConfig config;
    config.password_file = "/nowhere/password";
    EXPECT_TRUE(PahoBus::create(config).has_error());
}

}  // namespace
}  // namespace qk::daemon
