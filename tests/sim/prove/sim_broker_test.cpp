// Goal: the simulated broker keeps what a broker promises, and no more. Method: a daemon of a few
// lines on the other side of it.
#include "sim/prove/sim_broker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace qk::sim {
namespace {

using daemon::PublishAnswer;
using Outcome = PublishAnswer::Outcome;

struct Bureau {
    explicit Bureau(std::vector<PlannedFault> faults, SimBroker::Lies lies = {},
                    daemon::MessageBus::Topics asked = {})
        : topics(std::move(asked)),
          steps(std::move(faults)),
          broker(
              steps, 1,
              [this](const SimBroker::Message& message) { reached.push_back(message.payload); },
              [this](const SimBroker::Message& message) { taken.push_back(message.payload); }) {
        broker.lie(lies);
        begin();
    }
    void begin() {
        daemon::MessageBus::Listener listener;
        listener.on_message = [this](std::string_view, std::string_view payload) {
            came.emplace_back(payload);
        };
        listener.on_link = [this](daemon::LinkState state) { is_up = state.is_whole(); };
        listener.on_held = [this](daemon::MessageBus::Held one) { held.push_back(one.payload); };
        listener.on_held_all = [this](bool) { held.emplace_back("all"); };
        listener.on_dropped = [this](std::uint64_t count, std::uint64_t) { dropped = count; };
        broker.start(topics, std::move(listener));
    }
    void die() {
        steps.die();
        broker.lose_daemon();
        steps.revive();
        begin();
    }
    void run() {
        for (int i = 0; i < 1000 && broker.act(); ++i) {
        }
        EXPECT_TRUE(broker.is_quiet());
    }
    void publish(std::string payload) {
        broker.publish("t/order", std::move(payload), true,
                       [this](PublishAnswer answer) { answers.push_back(answer.outcome); });
    }

    daemon::MessageBus::Topics topics;
    Steps steps;
    SimBroker broker;
    std::uint64_t dropped = 0;
    bool is_up = false;
    std::vector<std::string> came, held, reached, taken;
    std::vector<Outcome> answers;
};

TEST(SimBroker, ThrowsAwayWhatComesBeforeAnybodyHasSubscribed) {
    Bureau bureau({});
    bureau.broker.send("t/receipt", "early");
    EXPECT_EQ(bureau.broker.thrown_away(), 1U);
    bureau.run();
    bureau.broker.send("t/receipt", "later");
    bureau.run();
    EXPECT_THAT(bureau.came, testing::ElementsAre("later"));
}

TEST(SimBroker, KeepsForADaemonThatIsAwayWhatItHasNotAcknowledged) {
    Bureau bureau({});
    bureau.run();
    bureau.die();
    bureau.broker.send("t/receipt", "while away");
    bureau.run();
    EXPECT_THAT(bureau.came, testing::ElementsAre("while away"));
    EXPECT_EQ(bureau.broker.acknowledged().size(), 1U);
}

TEST(SimBroker, HandsAMessageOverAgainWhoseAcknowledgementWasLost) {
    Bureau bureau({{3, FaultKind::kAnswerLost}});  // 1 connect, 2 all that is held, 3 the message
    bureau.run();
    bureau.broker.send("t/receipt", "twice");
    bureau.run();
    EXPECT_THAT(bureau.came, testing::ElementsAre("twice", "twice"));
    EXPECT_EQ(bureau.broker.acknowledged().size(), 1U);
    EXPECT_TRUE(bureau.is_up);
}

TEST(SimBroker, TellsAtEachConnectWhatItRetains) {
    Bureau bureau({});
    bureau.run();
    bureau.publish("order 1");
    bureau.run();
    bureau.held.clear();
    bureau.die();
    bureau.run();
    EXPECT_THAT(bureau.held, testing::ElementsAre("order 1", "all"));
}

TEST(SimBroker, APublicationOnItsWayWhenTheLinkEndsMayHaveArrived) {
    Bureau before({{3, FaultKind::kLinkEnds}});  // when it is to take it
    before.run();
    before.publish("order 1");
    before.run();
    EXPECT_THAT(before.answers, testing::ElementsAre(Outcome::kCut));
    Bureau after({{4, FaultKind::kLinkEnds}});  // when it is to answer
    after.run();
    after.publish("order 1");
    after.run();
    EXPECT_THAT(after.answers, testing::ElementsAre(Outcome::kCut));
    EXPECT_THAT(after.taken, testing::ElementsAre("order 1"));
}

TEST(SimBroker, ForgetsOrdersAndSessionsWhereItComesBackWithoutItsMemory) {
    Bureau bureau({{5, FaultKind::kBrokerForgets}});
    bureau.run();
    bureau.publish("order 1");
    bureau.run();
    bureau.broker.send("t/receipt", "forgotten");
    bureau.run();
    EXPECT_TRUE(bureau.broker.retained().empty());
    EXPECT_TRUE(bureau.came.empty());
}

TEST(SimBroker, WithoutALinkNothingIsSent) {
    Bureau bureau({});
    bureau.publish("order 1");
    EXPECT_THAT(bureau.answers, testing::ElementsAre(Outcome::kNotSent));
}

daemon::MessageBus::Topics topics_of(std::string client_id) {
    daemon::MessageBus::Topics topics;
    topics.client_id = std::move(client_id);
    topics.readings = {"t/+/meter/+"};
    topics.urgent = {"t/+/receipt"};
    topics.own = {"t/+/order"};
    return topics;
}

TEST(SimBroker, KeepsForASessionWhatItsFiltersAskFor) {
    Bureau bureau({}, {}, topics_of("a"));
    bureau.run();
    bureau.broker.send("t/1/meter/m", "wanted");
    bureau.broker.send("t/1/gate", "not wanted");
    bureau.run();
    EXPECT_THAT(bureau.came, testing::ElementsAre("wanted"));
    EXPECT_EQ(bureau.broker.thrown_away(), 1U);
}

TEST(SimBroker, WhatItKeptForAnotherClientIdIsLost) {
    Bureau bureau({}, {}, topics_of("a"));
    bureau.run();
    bureau.topics = topics_of("b");
    bureau.die();
    bureau.broker.send("t/1/receipt", "kept for a");
    bureau.run();
    EXPECT_THAT(bureau.came, testing::IsEmpty());
    EXPECT_EQ(bureau.broker.thrown_away(), 1U);
}

TEST(SimBroker, IsAwayForSomeHoursAndTakesNothingMeanwhile) {
    Bureau bureau({{3, FaultKind::kBrokerAway}}, {}, topics_of("a"));
    bureau.run();
    bureau.publish("order 1");
    bureau.run();
    EXPECT_FALSE(bureau.is_up);
    bureau.broker.pass_time(rules::Instant{} + std::chrono::hours{1});
    bureau.run();
    EXPECT_FALSE(bureau.is_up);
    bureau.broker.pass_time(rules::Instant{} + std::chrono::hours{3});
    bureau.run();
    EXPECT_TRUE(bureau.is_up);
}

TEST(SimBroker, OrdersGoOutWhileTheConnectionOfTheReadingsIsAway) {
    Bureau bureau({{3, FaultKind::kReadingsAway}}, {}, topics_of("a"));
    bureau.run();
    bureau.publish("order 1");
    bureau.broker.send("t/1/meter/m", "a reading");
    bureau.broker.send("t/1/receipt", "a receipt");
    bureau.run();
    EXPECT_FALSE(bureau.is_up);
    EXPECT_THAT(bureau.answers, testing::ElementsAre(Outcome::kTaken));
    EXPECT_THAT(bureau.came, testing::ElementsAre("a receipt"));
    bureau.broker.come_back();
    bureau.run();
    EXPECT_TRUE(bureau.is_up);
    EXPECT_THAT(bureau.came, testing::ElementsAre("a receipt", "a reading"));
}

TEST(SimBroker, TellsHowManyMessagesItHasDropped) {
    Bureau bureau({{3, FaultKind::kBrokerDrops}}, {}, topics_of("a"));
    bureau.run();
    bureau.broker.send("t/1/meter/m", "one");
    bureau.broker.send("t/1/meter/m", "two");
    bureau.run();
    EXPECT_THAT(bureau.came, testing::IsEmpty());
    EXPECT_EQ(bureau.broker.dropped(), 2U);
    EXPECT_EQ(bureau.dropped, 2U);
}

TEST(SimBroker, RestartsOnWhatItRetainedSomeTimeAgo) {
    Bureau bureau({{7, FaultKind::kBrokerAges}}, {}, topics_of("a"));
    bureau.run();  // 1, 2
    bureau.publish("order 1");
    bureau.run();  // 3, 4
    bureau.publish("order 2");
    bureau.run();  // 5, 6
    bureau.held.clear();
    bureau.broker.send("t/1/receipt", "at the restart");
    bureau.run();
    EXPECT_EQ(std::ranges::count(bureau.held, "order 2"), 0);
    EXPECT_THAT(bureau.came, testing::ElementsAre("at the restart"));
}

TEST(SimBroker, HandsWhatItRetainsToThoseThatConnectAnew) {
    Bureau bureau({});
    bureau.run();
    bureau.publish("order 1");
    bureau.run();
    bureau.broker.hand_retained();
    bureau.run();
    EXPECT_THAT(bureau.reached, testing::ElementsAre("order 1", "order 1"));
}

}  // namespace
}  // namespace qk::sim
