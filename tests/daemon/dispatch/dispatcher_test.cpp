#include "daemon/dispatch/dispatcher.hpp"

#include <boost/json/parse.hpp>

#include "daemon/dispatch/receipts.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/dispatch/order_fixture.hpp"

namespace qk::daemon {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class DispatcherTest : public ContextFixture {
 protected:
    DispatcherTest() {
        dispatcher_.start(tasks_);
        dispatcher_.on_link(true);
        run();
    }
    void TearDown() override {
        tasks_.cancel();
        run();
    }
    void order(const std::string& enterprise, double ratio) {
        transact([&](SQLite::Database& db) {
            put_orders(db, {order_document(enterprise, ratio, clock_.now())}, key_, {},
                       clock_.now());
            return 0;
        });
        events_.wake();
        run();
    }
    static std::int64_t revision_of(const PlayedBus::Publication& publication) {
        return boost::json::parse(publication.payload).at("revision").as_int64();
    }
    std::int64_t unpublished() {
        return count("SELECT count(*) FROM orders WHERE satisfied < wanted");
    }

    PlayedBus bus_;
    Dispatcher dispatcher_{context_, bus_};
};

TEST_F(DispatcherTest, AnOrderIsPublishedRetainedAndNotedWhenTheBrokerHasIt) {
    order("e1", 0.2);
    ASSERT_EQ(bus_.waiting_.size(), 1U);
    PlayedBus::Publication first = bus_.take();
    EXPECT_EQ(first.topic, "qingkong/1/110105/e1/order");
    EXPECT_TRUE(first.retain);
    EXPECT_EQ(unpublished(), 1);
    first.done(true);
    run();
    EXPECT_EQ(unpublished(), 0);
    EXPECT_TRUE(bus_.waiting_.empty());
    EXPECT_EQ(metrics_.value(Counter::kOrdersPublished), 1U);
}

TEST_F(DispatcherTest, ANewerRevisionWaitsForTheOneOnItsWayAndThenFollows) {
    order("e1", 0.2);
    order("e1", 0.5);
    ASSERT_EQ(bus_.waiting_.size(), 1U);
    PlayedBus::Publication first = bus_.take();
    EXPECT_EQ(revision_of(first), 1);
    first.done(true);
    run();
    ASSERT_EQ(bus_.waiting_.size(), 1U);
    EXPECT_EQ(revision_of(bus_.take()), 2);
}

TEST_F(DispatcherTest, WhatTheBrokerDoesNotTakeIsTriedAgainAfterAPauseThatGrows) {
    order("e1", 0.2);
    bus_.take().done(false);
    run();
    EXPECT_TRUE(bus_.waiting_.empty());
    const seconds first = context_.config->limits.retry_first;
    move_to(kTestStart + first - seconds{1});
    EXPECT_TRUE(bus_.waiting_.empty());
    move_to(kTestStart + first);
    ASSERT_EQ(bus_.waiting_.size(), 1U);
    bus_.take().done(false);
    move_to(kTestStart + first * 3 - seconds{1});
    EXPECT_TRUE(bus_.waiting_.empty());
    move_to(kTestStart + first * 3);
    ASSERT_EQ(bus_.waiting_.size(), 1U);
    bus_.take().done(true);
    run();
    EXPECT_EQ(unpublished(), 0);
}

TEST_F(DispatcherTest, ThePauseHasALimit) {
    order("e1", 0.2);
    for (int i = 0; i < 20; ++i) {
        ASSERT_EQ(bus_.waiting_.size(), 1U);
        bus_.take().done(false);
        move_to(clock_.now() + context_.config->limits.retry_max);
    }
    EXPECT_EQ(bus_.waiting_.size(), 1U);
}

TEST_F(DispatcherTest, WithoutALinkNothingIsPublishedAndWithOneAllIs) {
    dispatcher_.on_link(false);
    order("e1", 0.2);
    order("e2", 0.2);
    EXPECT_TRUE(bus_.waiting_.empty());
    dispatcher_.on_link(true);
    run();
    EXPECT_EQ(bus_.waiting_.size(), 2U);
}

TEST_F(DispatcherTest, ABrokerThatForgotIsGivenEveryOrderAgainOnce) {
    order("e1", 0.2);
    order("e2", 0.2);
    while (!bus_.waiting_.empty()) {
        bus_.take().done(true);
        run();
    }
    dispatcher_.on_link(false);
    dispatcher_.on_forgotten();
    dispatcher_.on_link(true);
    run();
    ASSERT_EQ(bus_.waiting_.size(), 2U);
    while (!bus_.waiting_.empty()) {
        bus_.take().done(true);
        run();
    }
    EXPECT_EQ(unpublished(), 0);
    EXPECT_EQ(count("SELECT count(*) FROM orders WHERE revision > 1"), 0);
    dispatcher_.on_link(false);
    dispatcher_.on_link(true);
    run();
    EXPECT_TRUE(bus_.waiting_.empty());
}

TEST_F(DispatcherTest, NoMoreThanTheWindowIsOnItsWay) {
    const auto window = static_cast<std::size_t>(context_.config->limits.publish_window);
    transact([&](SQLite::Database& db) {
        std::vector<plans::OrderDocument> documents;
        for (std::size_t i = 0; i < window * 3; ++i) {
            documents.push_back(order_document("x" + std::to_string(i), 0.2, clock_.now()));
        }
        put_orders(db, std::move(documents), key_, {}, clock_.now());
        return 0;
    });
    events_.wake();
    run();
    EXPECT_EQ(bus_.waiting_.size(), window);
    std::size_t published = 0;
    while (!bus_.waiting_.empty()) {
        bus_.take().done(true);
        ++published;
        run();
        EXPECT_LE(bus_.waiting_.size(), window);
    }
    EXPECT_EQ(published, window * 3);
    EXPECT_EQ(unpublished(), 0);
}

TEST_F(DispatcherTest, WhoDoesNotAnswerInTimeIsPutOnThePhoneListOnce) {
    order("e1", 0.2);
    bus_.take().done(true);
    run();
    const ReceiptDeadlines deadlines = context_.config->limits.receipts;
    move_to(kTestStart + deadlines.received - minutes{1});
    EXPECT_EQ(count("SELECT count(*) FROM phone_list"), 0);
    move_to(kTestStart + deadlines.received + kReminderEvery);
    EXPECT_EQ(count("SELECT count(*) FROM phone_list WHERE wanted = 'received'"), 1);
    EXPECT_EQ(metrics_.value(Counter::kReminders), 1U);
    Receipt receipt;
    receipt.order = "w1/e1";
    receipt.revision = 1;
    receipt.state = ReceiptState::kAccepted;
    receipt.at = clock_.now();
    ReceiptOrigin origin;
    origin.enterprise = "e1";
    origin.arrived = clock_.now();
    transact([&](SQLite::Database& db) {
        EXPECT_EQ(take_receipt(db, receipt, origin), ReceiptEffect::kTaken);
        EXPECT_EQ(take_receipt(db, receipt, origin), ReceiptEffect::kRepeat);
        return 0;
    });
    EXPECT_EQ(count("SELECT count(*) FROM phone_list WHERE done_at IS NULL"), 0);
    move_to(kTestStart + deadlines.executing + kReminderEvery);
    EXPECT_EQ(count("SELECT count(*) FROM phone_list WHERE wanted = 'executing'"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM phone_list WHERE wanted = 'accepted'"), 0);
}

}  // namespace
}  // namespace qk::daemon
