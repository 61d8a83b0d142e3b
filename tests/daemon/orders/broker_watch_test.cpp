#include "daemon/orders/broker_watch.hpp"

#include "daemon/base/mqtt_reason.hpp"
#include "daemon/orders/dispatcher.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/orders/order_fixture.hpp"

namespace qk::daemon {
namespace {

using std::chrono::seconds;

constexpr const char* kTopic1 = "qingkong/1/110105/e1/order";

class BrokerWatchTest : public ContextFixture {
 protected:
    BrokerWatchTest() {
        dispatcher_.start(tasks_);
        watch_.start(tasks_);
        link(true);
        watch_.on_held_all(true);
        run();
    }
    void TearDown() override {
        tasks_.cancel();
        run();
    }
    void link(bool is_up) {
        change_link(is_up);
        run();
    }
    void change_link(bool is_up) {
        watch_.on_orders_link(is_up);
        watch_.on_link({is_up, is_up});
        dispatcher_.on_link(is_up);
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
    // The broker takes everything and holds it.
    void take_all() {
        while (!bus_.waiting_.empty()) {
            PlayedBus::Publication publication = bus_.take();
            published_.push_back(publication.topic);
            if (publication.payload.empty()) {
                broker_.erase(publication.topic);
            } else {
                broker_[publication.topic] = publication.payload;
            }
            publication.done(true);
            run();
        }
    }
    void tell(const std::string& topic, const std::string& payload, bool is_retained = false,
              bool may_be_echo = false) {
        watch_.on_held({topic, payload, is_retained, may_be_echo});
        run();
    }
    void connect_again() {
        link(false);
        link(true);
        for (const auto& [topic, payload] : broker_) tell(topic, payload, true);
        watch_.on_held_all(true);
        run();
        published_.clear();
        take_all();
    }
    std::size_t logged(const std::string& id) {
        return static_cast<std::size_t>(
            std::ranges::count_if(log_lines_, [&](const std::string& line) {
                return line.find("\"" + id + "\"") != std::string::npos;
            }));
    }

    PlayedBus bus_;
    Dispatcher dispatcher_{context_, bus_};
    BrokerWatch watch_{context_, dispatcher_};
    std::map<std::string, std::string> broker_;
    std::vector<std::string> published_;
};

TEST_F(BrokerWatchTest, WhatTheBrokerHasLostGoesOutAgainAtTheNextConnect) {
    order("e1", 0.2);
    order("e2", 0.2);
    take_all();
    connect_again();
    EXPECT_TRUE(published_.empty()) << "it held all";
    broker_.erase(kTopic1);
    connect_again();
    EXPECT_EQ(published_, std::vector<std::string>{kTopic1});
    EXPECT_EQ(logged("BROKER_FORGOT"), 1U);
    broker_.clear();
    connect_again();
    EXPECT_EQ(published_.size(), 2U);
    connect_again();
    EXPECT_TRUE(published_.empty());
}

TEST_F(BrokerWatchTest, AnEndBeforeTheComparisonIsDoneForgetsNothing) {
    order("e1", 0.2);
    take_all();
    broker_.clear();
    for (int i = 0; i < 3; ++i) {
        link(false);
        link(true);
    }
    EXPECT_TRUE(bus_.waiting_.empty());
    connect_again();
    EXPECT_EQ(published_.size(), 1U);
}

TEST_F(BrokerWatchTest, WhatWasHeldOnTheLinkBeforeSaysNothingOfThisOne) {
    order("e1", 0.2);
    take_all();
    link(false);
    link(true);
    // Told, and not looked at when the link ends and the broker comes back empty.
    watch_.on_held({kTopic1, broker_[kTopic1], true, false});
    change_link(false);
    change_link(true);
    run();
    watch_.on_held_all(true);
    run();
    published_.clear();
    take_all();
    EXPECT_EQ(published_, std::vector<std::string>{kTopic1});
}

TEST_F(BrokerWatchTest, WhatIsToldBeforeTheEndOfTheLinkBeforeIsDealtWithCounts) {
    order("e1", 0.2);
    take_all();
    link(false);
    link(true);
    // The daemon's own thread comes to all of this at once.
    watch_.on_held_all(true);
    change_link(false);
    change_link(true);
    watch_.on_held({kTopic1, broker_[kTopic1], true, false});
    run();
    EXPECT_TRUE(bus_.waiting_.empty()) << "this link has not told all";
    watch_.on_held_all(true);
    run();
    EXPECT_TRUE(bus_.waiting_.empty());
    EXPECT_EQ(logged("BROKER_FORGOT"), 0U);
}

TEST_F(BrokerWatchTest, WhatIsAcknowledgedWhileTheBrokerTellsIsNotMissing) {
    order("e1", 0.2);
    take_all();
    link(false);
    link(true);
    order("e2", 0.2);
    take_all();
    tell(kTopic1, broker_[kTopic1], true);
    watch_.on_held_all(true);
    run();
    EXPECT_TRUE(bus_.waiting_.empty());
    EXPECT_EQ(logged("BROKER_FORGOT"), 0U);
}

TEST_F(BrokerWatchTest, AnOlderRevisionAtAConnectIsReplacedWithoutAnAlarm) {
    order("e1", 0.2);
    take_all();
    const std::string old = broker_[kTopic1];
    order("e1", 0.5);
    take_all();
    const std::string present = std::exchange(broker_[kTopic1], old);
    connect_again();
    EXPECT_EQ(broker_[kTopic1], present);
    EXPECT_EQ(logged("ORDER_TOPIC_TAMPERED"), 0U);
    EXPECT_EQ(logged("BROKER_FORGOT"), 1U);
}

TEST_F(BrokerWatchTest, ForgedDeletedAndPlayedBackOrdersAreRestoredAtOnceWithAnAlarm) {
    order("e1", 0.2);
    take_all();
    const std::string old = broker_[kTopic1];
    order("e1", 0.5);
    take_all();
    const std::string present = broker_[kTopic1];
    std::size_t alarms = 0;
    for (const std::string& forged : {std::string("{\"revision\":1000}"), std::string(), old}) {
        broker_[kTopic1] = forged;
        tell(kTopic1, forged);
        take_all();
        EXPECT_EQ(broker_[kTopic1], present) << forged.substr(0, 30);
        EXPECT_EQ(logged("ORDER_TOPIC_TAMPERED"), ++alarms);
        move_to(clock_.now() + kRestoreCalm + kRestorePauseMost);
    }
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'order-tampered'"), 3);
    EXPECT_EQ(metrics_.value(Counter::kOrderTopicsTampered), 3U);
    broker_[kTopic1] = "forged while we were away";
    connect_again();
    EXPECT_EQ(broker_[kTopic1], present);
    EXPECT_EQ(logged("ORDER_TOPIC_TAMPERED"), 4U);
}

TEST_F(BrokerWatchTest, WhatWePublishedOurselvesMayComeBackWithoutAnAlarm) {
    order("e1", 0.2);
    take_all();
    const std::string old = broker_[kTopic1];
    order("e1", 0.5);
    tell(kTopic1, old, false, true);
    take_all();
    tell(kTopic1, broker_[kTopic1], false, true);
    EXPECT_TRUE(bus_.waiting_.empty());
    EXPECT_EQ(logged("ORDER_TOPIC_TAMPERED"), 0U);
}

TEST_F(BrokerWatchTest, WhoGoesOnReplacingAnOrderIsAnsweredAfterPausesThatGrow) {
    order("e1", 0.2);
    take_all();
    const rules::Instant begun = clock_.now();
    std::size_t restored = 0;
    while (clock_.now() < begun + seconds{1000}) {
        tell(kTopic1, "forged");
        published_.clear();
        take_all();
        restored += published_.size();
        move_to(clock_.now() + seconds{1});
    }
    EXPECT_GE(restored, 8U);
    EXPECT_LE(restored, 14U);
    EXPECT_LE(logged("ORDER_TOPIC_TAMPERED"), 15U);
    move_to(clock_.now() + kRestorePauseMost);
    published_.clear();
    take_all();
    EXPECT_EQ(published_.size(), 1U) << "the last word is ours";
    EXPECT_EQ(count("SELECT count(*) FROM orders WHERE satisfied < wanted"), 0);
}

TEST_F(BrokerWatchTest, AWarOverOneOrderHoldsUpNoOther) {
    order("e1", 0.2);
    take_all();
    for (int i = 0; i < 5; ++i) tell(kTopic1, "forged");
    take_all();
    order("e2", 0.2);
    published_.clear();
    take_all();
    EXPECT_EQ(published_, std::vector<std::string>{"qingkong/1/110106/e2/order"});
}

TEST_F(BrokerWatchTest, ADocumentWhereNothingIsOwedIsRemovedUnlessItIsOursOrOfOthers) {
    tell("qingkong/1/110105/e1/order", R"({"revision":7,"x":1e400})");
    take_all();
    EXPECT_EQ(published_, std::vector<std::string>{kTopic1});
    EXPECT_EQ(logged("ORDER_TOPIC_TAMPERED"), 1U);
    published_.clear();
    tell("qingkong/1/999999/stranger/order", "of another daemon", true);
    tell("qingkong/1/110105/e2/order", "e2 is of another county", true);
    plans::OrderDocument lost = order_document("e2", 0.2, clock_.now());
    lost.revision = 3;
    tell("qingkong/1/110106/e2/order", plans::signed_text(lost, key_, rules::kBeijingTime), true);
    take_all();
    EXPECT_TRUE(published_.empty());
    EXPECT_EQ(logged("ORDERS_NOT_OF_THIS_STORE"), 1U);
}

// Where the copy was made at revision 1 and revision 2 went out after it, the enterprise has 2 and
// would take neither 1 nor another 2.
TEST_F(BrokerWatchTest, WhatADatabaseThatWasRestoredFromACopyDoesNotKnowIsLeftAndIssuedAbove) {
    order("e1", 0.2);
    take_all();
    plans::OrderDocument later = order_document("e1", 0.5, clock_.now());
    later.revision = 2;
    const std::string unknown = plans::signed_text(later, key_, rules::kBeijingTime);
    broker_[kTopic1] = unknown;
    connect_again();
    EXPECT_EQ(broker_[kTopic1], unknown) << "a person has to look";
    EXPECT_EQ(logged("ORDERS_NOT_OF_THIS_STORE"), 1U);
    EXPECT_EQ(logged("ORDER_TOPIC_TAMPERED"), 0U);
    order("e1", 0.9);
    take_all();
    const auto issued =
        plans::read_signed(broker_[kTopic1], {key_.public_key_hex()}, rules::kBeijingTime);
    ASSERT_TRUE(issued);
    EXPECT_EQ(issued->revision, 3);
    connect_again();
    EXPECT_TRUE(published_.empty());
    EXPECT_EQ(logged("ORDERS_NOT_OF_THIS_STORE"), 1U);
}

TEST_F(BrokerWatchTest, WhoPutsAnUnknownOrderOfOursThereWhileWeAreLinkedIsAnswered) {
    order("e1", 0.2);
    take_all();
    plans::OrderDocument later = order_document("e1", 0.5, clock_.now());
    later.revision = 2;
    tell(kTopic1, plans::signed_text(later, key_, rules::kBeijingTime));
    take_all();
    EXPECT_EQ(logged("ORDER_TOPIC_TAMPERED"), 1U) << "of another daemon with our key, it may be";
    EXPECT_EQ(logged("ORDERS_NOT_OF_THIS_STORE"), 0U);
}

TEST_F(BrokerWatchTest, AnOrderOfAnExerciseIsHeldAgainstItsOwnRow) {
    order("e1", 0.2);
    take_all();
    published_.clear();
    // Nobody has ordered an exercise: what stands there was made up.
    tell("qingkong/1/110105/e1/exercise/order", broker_[kTopic1], true);
    take_all();
    EXPECT_EQ(published_, std::vector<std::string>{"qingkong/1/110105/e1/exercise/order"});
    tell(kTopic1, broker_[kTopic1], true);
    published_.clear();
    take_all();
    EXPECT_TRUE(published_.empty());
}

TEST_F(BrokerWatchTest, AnOrderOnATopicThatIsNoLongerTheEnterprisesIsRemoved) {
    order("e1", 0.2);
    take_all();
    tell("qingkong/1/110999/e1/order", broker_[kTopic1], true);
    published_.clear();
    take_all();
    EXPECT_EQ(published_, std::vector<std::string>{"qingkong/1/110999/e1/order"});
    EXPECT_EQ(logged("ORDER_TOPIC_TAMPERED"), 0U);
}

TEST_F(BrokerWatchTest, WhereTheBrokerDoesNotLetUsReadAllGoOutAtEachConnect) {
    order("e1", 0.2);
    order("e2", 0.2);
    take_all();
    for (int i = 0; i < 2; ++i) {
        link(false);
        link(true);
        watch_.on_held_all(false);
        run();
        published_.clear();
        take_all();
        EXPECT_EQ(published_.size(), 2U);
    }
    EXPECT_EQ(logged("ORDER_TOPICS_UNREADABLE"), 2U);
}

TEST_F(BrokerWatchTest, MoreDocumentsThanThereIsRoomForAreMadeGoodByPublishingAll) {
    order("e1", 0.2);
    take_all();
    for (std::size_t i = 0; i < kHeldQueueMax + 10; ++i) {
        watch_.on_held({"qingkong/1/1/x/order", "x", false, false});
    }
    run();
    published_.clear();
    take_all();
    EXPECT_EQ(published_, std::vector<std::string>{kTopic1});
}

TEST_F(BrokerWatchTest, WhatTheBrokerDropsIsToldOnce) {
    watch_.on_dropped({0, 10});
    watch_.on_dropped({7, 20});
    run();
    watch_.on_dropped({7, 20});
    run();
    EXPECT_EQ(metrics_.value(Counter::kBrokerDropped), 7U);
    watch_.on_dropped({3, 0});  // it was started again
    run();
    EXPECT_EQ(metrics_.value(Counter::kBrokerDropped), 10U);
    EXPECT_EQ(logged("BROKER_DROPPED"), 2U);
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'broker-dropped'"), 2);
}

TEST_F(BrokerWatchTest, WhatABrokerDropsThatWasStartedAgainIsCountedFromItsStart) {
    watch_.on_dropped({2000, 86'400});
    run();
    watch_.on_dropped({2000, 30});
    run();
    EXPECT_EQ(metrics_.value(Counter::kBrokerDropped), 4000U);
    watch_.on_dropped({2500, 40});
    run();
    EXPECT_EQ(metrics_.value(Counter::kBrokerDropped), 4500U);
    watch_.on_dropped({2500, 50});  // told again at a connect
    run();
    EXPECT_EQ(metrics_.value(Counter::kBrokerDropped), 4500U);
    watch_.on_dropped({2700, 20});
    run();
    EXPECT_EQ(metrics_.value(Counter::kBrokerDropped), 7200U);
}

TEST_F(BrokerWatchTest, WhyThereIsNoLinkIsInTheLogInWords) {
    LinkTrouble trouble;
    trouble.kind = LinkTrouble::Kind::kNotConnected;
    trouble.reason = 0x86;
    watch_.on_trouble(trouble);
    EXPECT_NE(log_lines_.back().find("用户名或口令错误"), std::string::npos);
    EXPECT_NE(log_lines_.back().find("mqtt.password_file"), std::string::npos);
    trouble.kind = LinkTrouble::Kind::kTakenOver;
    trouble.reason = kReasonTakenOver;
    watch_.on_trouble(trouble);
    EXPECT_NE(log_lines_.back().find("\"severity\":\"error\""), std::string::npos);
    EXPECT_EQ(metrics_.value(Counter::kLinkTakeOvers), 1U);
}

}  // namespace
}  // namespace qk::daemon
