#include "daemon/mqtt/paho_bus.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "daemon/base/mqtt_reason.hpp"
#include "tests/daemon/mqtt/broker.hpp"

namespace qk::daemon {
namespace {

constexpr std::chrono::seconds kPatience{20};
constexpr int kAny = -1;

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
        made.on_held = [this](MessageBus::Held held) {
            const std::lock_guard lock(mutex_);
            held_.push_back(held.topic + "=" + held.payload + (held.is_retained ? "" : " new"));
            changed_.notify_all();
        };
        made.on_held_all = [this](bool is_known) {
            const std::lock_guard lock(mutex_);
            held_all_ += is_known ? 1 : 0;
            changed_.notify_all();
        };
        made.on_trouble = [this](LinkTrouble trouble) {
            const std::lock_guard lock(mutex_);
            troubles_.push_back(trouble);
            changed_.notify_all();
        };
        made.on_link = [this](LinkState state) {
            const std::lock_guard lock(mutex_);
            state_ = state;
            changed_.notify_all();
        };
        return made;
    }
    std::function<void(PublishAnswer)> done() {
        return [this](PublishAnswer answer) {
            const std::lock_guard lock(mutex_);
            answers_.push_back(answer);
            changed_.notify_all();
        };
    }
    bool wait_for_link(bool is_up) {
        return wait([this, is_up] { return state_ == LinkState{is_up, is_up}; });
    }
    bool wait_for_held_all(int times) {
        return wait([this, times] { return held_all_ >= times; });
    }
    bool wait_for_held(const std::string& what) {
        return wait([this, &what] { return std::ranges::count(held_, what) > 0; });
    }
    bool wait_for_trouble(LinkTrouble::Kind kind, int reason) {
        return wait([this, kind, reason] {
            return std::ranges::any_of(troubles_, [&](const LinkTrouble& trouble) {
                return trouble.kind == kind && (reason == kAny || trouble.reason == reason);
            });
        });
    }
    bool was_told(LinkTrouble::Kind kind) {
        const std::lock_guard lock(mutex_);
        return std::ranges::any_of(
            troubles_, [kind](const LinkTrouble& trouble) { return trouble.kind == kind; });
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
    std::vector<std::string> held() {
        const std::lock_guard lock(mutex_);
        return held_;
    }
    std::vector<PublishAnswer> answers() {
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
    LinkState state_;
    int held_all_ = 0;
    std::vector<std::string> messages_;
    std::vector<std::string> held_;
    std::vector<LinkTrouble> troubles_;
    std::vector<PublishAnswer> answers_;
};

using Outcome = PublishAnswer::Outcome;

MessageBus::Topics topics(const std::string& id, std::vector<std::string> readings,
                          std::string own = "") {
    MessageBus::Topics made;
    made.client_id = id;
    made.readings = std::move(readings);
    if (!own.empty()) made.own.push_back(std::move(own));
    return made;
}

std::unique_ptr<PahoBus> make_bus(const Broker& broker, MqttVersion version = MqttVersion::kV5) {
    MqttConfig config;
    config.url = broker.url();
    config.version = version;
    return PahoBus::create(config, std::chrono::steady_clock::now).value();
}

class PahoBusTest : public testing::TestWithParam<MqttVersion> {};

TEST_P(PahoBusTest, APublicationIsAcknowledgedAndArrives) {
    const Broker broker;
    Told there;
    Told here;
    auto receiver = make_bus(broker, GetParam());
    auto sender = make_bus(broker, GetParam());
    receiver->start(topics("receiver", {"a/+"}), there.listener());
    sender->start(topics("sender", {}), here.listener());
    ASSERT_TRUE(there.wait_for_link(true));
    ASSERT_TRUE(here.wait_for_link(true));
    for (int i = 0; i < 40; ++i) sender->publish("a/b", std::to_string(i), false, here.done());
    ASSERT_TRUE(here.wait_for_answers(40));
    ASSERT_TRUE(there.wait_for_messages(40));
    EXPECT_EQ(there.messages().front(), "a/b=0");
    EXPECT_EQ(there.messages().back(), "a/b=39");
    for (const PublishAnswer answer : here.answers()) EXPECT_EQ(answer.outcome, Outcome::kTaken);
}

TEST_P(PahoBusTest, ABrokerThatForgotEverythingIsSubscribedAgain) {
    Broker broker;
    Told there;
    auto receiver = make_bus(broker, GetParam());
    receiver->start(topics("receiver", {"a/+", "b/#"}), there.listener());
    ASSERT_TRUE(there.wait_for_link(true));
    broker.kill();
    ASSERT_TRUE(there.wait_for_link(false));
    broker.start();
    ASSERT_TRUE(there.wait_for_link(true));
    EXPECT_TRUE(there.wait_for_trouble(LinkTrouble::Kind::kSessionLost, 0));
    Told here;
    auto sender = make_bus(broker, GetParam());
    sender->start(topics("sender", {}), here.listener());
    ASSERT_TRUE(here.wait_for_link(true));
    sender->publish("b/x/y", "again", false, here.done());
    ASSERT_TRUE(there.wait_for_messages(1));
    EXPECT_EQ(there.messages().front(), "b/x/y=again");
}

TEST_P(PahoBusTest, WhatWasSentWhileItWasAwayArrivesLater) {
    const Broker broker;
    Told there;
    {
        auto receiver = make_bus(broker, GetParam());
        receiver->start(topics("receiver", {"a/+"}), there.listener());
        ASSERT_TRUE(there.wait_for_link(true));
    }
    Told here;
    auto sender = make_bus(broker, GetParam());
    sender->start(topics("sender", {}), here.listener());
    ASSERT_TRUE(here.wait_for_link(true));
    sender->publish("a/b", "meanwhile", false, here.done());
    ASSERT_TRUE(here.wait_for_answers(1));
    EXPECT_TRUE(there.messages().empty());
    auto receiver = make_bus(broker, GetParam());
    receiver->start(topics("receiver", {"a/+"}), there.listener());
    ASSERT_TRUE(there.wait_for_messages(1));
    EXPECT_EQ(there.messages().front(), "a/b=meanwhile");
}

TEST_P(PahoBusTest, WithoutALinkTheAnswerIsNoAtOnce) {
    Broker broker;
    broker.kill();
    Told here;
    auto sender = make_bus(broker, GetParam());
    sender->start(topics("sender", {"a"}), here.listener());
    sender->publish("a/b", "x", true, here.done());
    ASSERT_TRUE(here.wait_for_answers(1));
    EXPECT_EQ(here.answers().front().outcome, Outcome::kNotSent);
    broker.start();
    EXPECT_TRUE(here.wait_for_link(true));
}

TEST_P(PahoBusTest, EveryPublicationIsAnsweredOnceEvenIfTheBrokerDies) {
    Broker broker;
    Told here;
    auto sender = make_bus(broker, GetParam());
    sender->start(topics("sender", {}), here.listener());
    ASSERT_TRUE(here.wait_for_link(true));
    for (int i = 0; i < 30; ++i) sender->publish("a/b", std::to_string(i), false, here.done());
    broker.kill();
    for (int i = 0; i < 30; ++i) sender->publish("a/b", std::to_string(i), false, here.done());
    ASSERT_TRUE(here.wait_for_answers(60));
    sender->stop();
    EXPECT_EQ(here.answers().size(), 60U);
}

TEST_P(PahoBusTest, WhatTheBrokerHoldsIsToldAtEachConnectAndWhenOthersChangeIt) {
    const Broker broker;
    Told told;
    auto bus = make_bus(broker, GetParam());
    bus->start(topics("daemon", {"a/+"}, "q/+/order"), told.listener());
    ASSERT_TRUE(told.wait_for_link(true));
    ASSERT_TRUE(told.wait_for_held_all(1));
    EXPECT_TRUE(told.held().empty());
    bus->publish("q/1/order", "one", true, told.done());
    ASSERT_TRUE(told.wait_for_answers(1));
    Told forger;
    auto other = make_bus(broker, GetParam());
    other->start(topics("other", {}), forger.listener());
    ASSERT_TRUE(forger.wait_for_link(true));
    other->publish("q/2/order", "forged", true, forger.done());
    ASSERT_TRUE(told.wait_for_held("q/2/order=forged new"));
    other->publish("q/1/order", "", true, forger.done());
    ASSERT_TRUE(told.wait_for_held("q/1/order= new"));
    bus.reset();
    bus = make_bus(broker, GetParam());
    bus->start(topics("daemon", {"a/+"}, "q/+/order"), told.listener());
    EXPECT_TRUE(told.wait_for_held("q/2/order=forged"));
    EXPECT_TRUE(told.wait_for_held_all(2));
}

TEST_P(PahoBusTest, ATopicThatWouldEndTheLinkIsNotSent) {
    const Broker broker;
    Told told;
    auto bus = make_bus(broker, GetParam());
    bus->start(topics("daemon", {"a/+"}), told.listener());
    ASSERT_TRUE(told.wait_for_link(true));
    for (const char* topic : {"q/A#1/order", "q/+/order", "q/\t/order", "$SYS/x", ""}) {
        bus->publish(topic, "x", true, told.done());
    }
    bus->publish("q/good/order", "x", true, told.done());
    ASSERT_TRUE(told.wait_for_answers(6));
    const auto answers = told.answers();
    const auto refused = std::ranges::count(answers, Outcome::kRefused, &PublishAnswer::outcome);
    EXPECT_EQ(refused, 5);
    EXPECT_EQ(answers.back().outcome, Outcome::kTaken);
}

TEST_P(PahoBusTest, AnotherClientWithItsIdIsToldAsATakeOver) {
    const Broker broker;
    Told told;
    auto bus = make_bus(broker, GetParam());
    bus->start(topics("daemon", {"a/+"}), told.listener());
    // What the broker says before it closes is lost where the client is just writing.
    for (int i = 0; i < 3 || (i < 12 && !told.was_told(LinkTrouble::Kind::kTakenOver)); ++i) {
        ASSERT_TRUE(told.wait_for_link(true));
        Told thief;
        auto other = make_bus(broker, GetParam());
        other->start(topics("daemon", {"b/+"}), thief.listener());
        ASSERT_TRUE(told.wait_for_link(false));
    }
    EXPECT_TRUE(told.wait_for_trouble(LinkTrouble::Kind::kTakenOver, kAny));
    EXPECT_TRUE(told.wait_for_link(true)) << "it comes back";
}

// A message that does not fit into memory would end the process, and come again at every start.
TEST(PahoBus, AMessageOfManyMegabytesIsLeftWithTheBroker) {
    const Broker broker;
    Told there;
    Told here;
    auto receiver = make_bus(broker);
    auto sender = make_bus(broker);
    receiver->start(topics("receiver", {"a/+"}), there.listener());
    sender->start(topics("sender", {}), here.listener());
    ASSERT_TRUE(there.wait_for_link(true));
    ASSERT_TRUE(here.wait_for_link(true));
    const std::string fits(1 << 20, 'x');
    sender->publish("a/b", fits, false, here.done());
    sender->publish("a/b", std::string(17 << 20, 'x'), false, here.done());
    sender->publish("a/b", "after", false, here.done());
    ASSERT_TRUE(here.wait_for_answers(3));
    ASSERT_TRUE(there.wait_for_messages(2));
    ASSERT_EQ(there.messages().size(), 2U);
    EXPECT_EQ(there.messages()[0].size(), fits.size() + 4);
    EXPECT_EQ(there.messages()[1], "a/b=after");
}

INSTANTIATE_TEST_SUITE_P(Versions, PahoBusTest,
                         testing::Values(MqttVersion::kV5, MqttVersion::kV3));

TEST(PahoBus, APasswordFileThatCannotBeReadIsRefused) {
    MqttConfig config;
    config.password_file = "/nowhere/password";
    EXPECT_TRUE(PahoBus::create(config, std::chrono::steady_clock::now).has_error());
}

}  // namespace
}  // namespace qk::daemon
