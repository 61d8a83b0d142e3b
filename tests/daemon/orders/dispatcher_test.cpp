#include "daemon/orders/dispatcher.hpp"

#include <boost/json/parse.hpp>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/base/mqtt_reason.hpp"
#include "daemon/orders/receipts.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/orders/order_fixture.hpp"

namespace qk::daemon {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class DispatcherTest : public ContextFixture {
 protected:
    DispatcherTest() {
        dispatcher_.start(tasks_);
        dispatcher_.start_reminders(tasks_);
        dispatcher_.on_link(true);
        run();
    }
    void TearDown() override {
        tasks_.cancel();
        run();
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

TEST_F(DispatcherTest, ALookAtAnOrderShowsTheDocumentAsItWasSigned) {
    order("e1", 0.2);
    const std::string signed_text = bus_.take().payload;
    Router router;
    dispatcher_.add_routes(router);
    Person reader;
    reader.id = "reader";
    reader.roles = {Role::kAuditor};
    reader.token_sha256 = token_hash("reader");
    router.set_people({reader});
    ApiRequest request;
    request.method = "GET";
    request.target = "/api/v1/orders/e1";
    request.authorization = "Bearer reader";
    const ApiResponse answer = wait(router.handle(std::move(request)));
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.body.ends_with(",\"document\":" + signed_text + "}")) << answer.body;
    const auto whole = boost::json::parse(answer.body);
    EXPECT_EQ(whole.at("enterprise").as_string(), "e1");
    EXPECT_EQ(whole.at("document").at("order").as_string(), "w1/e1");
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

TEST_F(DispatcherTest, WhoMovesToAnotherCountyFindsNoOldOrderAtTheOldTopic) {
    order("e1", 0.2);
    bus_.take().done(true);
    run();
    transact([&](Session& db) {
        plans::OrderDocument moved = order_document("e1", 0.5, clock_.now());
        moved.region = "110106";
        put_orders(db, {moved}, key_, rules::kBeijingTime, clock_.now());
        return 0;
    });
    events_.wake();
    run();
    ASSERT_EQ(bus_.waiting_.size(), 1U) << "the new order first";
    PlayedBus::Publication moved = bus_.take();
    EXPECT_EQ(moved.topic, "qingkong/1/110106/e1/order");
    moved.done(true);
    run();
    ASSERT_EQ(bus_.waiting_.size(), 1U);
    PlayedBus::Publication emptied = bus_.take();
    EXPECT_EQ(emptied.topic, "qingkong/1/110105/e1/order");
    EXPECT_EQ(emptied.payload, "");
    EXPECT_TRUE(emptied.retain);
    emptied.done(true);
    run();
    EXPECT_TRUE(bus_.waiting_.empty());
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

TEST_F(DispatcherTest, ARefusedOrderIsSetAsideWithItsReasonAndHoldsUpNobody) {
    order("e1", 0.2);
    bus_.take().refuse(0x87);
    run();
    order("e2", 0.2);
    ASSERT_EQ(bus_.waiting_.size(), 1U);
    EXPECT_FALSE(dispatcher_.is_all_out()) << "one is on its way";
    bus_.take().done(true);
    run();
    EXPECT_EQ(unpublished(), 1);
    EXPECT_EQ(dispatcher_.unpublished(), 1U);
    EXPECT_TRUE(dispatcher_.is_all_out()) << "nothing is left but what was refused";
    EXPECT_EQ(count("SELECT refused_code FROM orders WHERE enterprise = 'e1'"), 0x87);
    EXPECT_EQ(count("SELECT count(*) FROM phone_list WHERE wanted = 'publish' AND enterprise = "
                    "'e1' AND done_at IS NULL"),
              1);
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'order-refused'"), 1);
    EXPECT_EQ(metrics_.value(Gauge::kOrdersSetAside), 1);
    EXPECT_EQ(metrics_.value(Counter::kOrdersRefused), 1U);
    EXPECT_NE(log_lines_.back().find("ORDER_REFUSED"), std::string::npos);
    EXPECT_NE(log_lines_.back().find("没有权限"), std::string::npos);
}

TEST_F(DispatcherTest, WhatWasSetAsideIsTriedAgainSlowlyAndComesBackWhenTaken) {
    order("e1", 0.2);
    bus_.take().refuse(0x97);
    move_to(clock_.now() + kRefusedFirst - seconds{1});
    EXPECT_TRUE(bus_.waiting_.empty());
    move_to(clock_.now() + seconds{1});
    ASSERT_EQ(bus_.waiting_.size(), 1U);
    bus_.take().refuse(0x97);
    run();
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'order-refused'"), 1) << "said once";
    move_to(clock_.now() + kRefusedFirst * 2 - seconds{1});
    EXPECT_TRUE(bus_.waiting_.empty());
    move_to(clock_.now() + seconds{1});
    ASSERT_EQ(bus_.waiting_.size(), 1U);
    bus_.take().done(true);
    run();
    EXPECT_EQ(unpublished(), 0);
    EXPECT_EQ(count("SELECT count(*) FROM orders WHERE refused_code <> 0"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM phone_list WHERE done_at IS NULL"), 0);
    EXPECT_EQ(metrics_.value(Gauge::kOrdersSetAside), 0);
}

TEST_F(DispatcherTest, ANewRevisionOrANewLinkIsTriedAtOnce) {
    order("e1", 0.2);
    bus_.take().refuse(0x87);
    run();
    order("e1", 0.5);
    ASSERT_EQ(bus_.waiting_.size(), 1U);
    bus_.take().refuse(0x87);
    const auto renew_link = [this] {
        dispatcher_.on_link(false);
        run();
        dispatcher_.on_link(true);
        run();
    };
    move_to(clock_.now() + seconds{2});
    renew_link();
    EXPECT_TRUE(bus_.waiting_.empty()) << "the refusal itself may have ended that link";
    move_to(clock_.now() + kRefusedFirst);
    ASSERT_EQ(bus_.waiting_.size(), 1U);
    bus_.take().refuse(0x87);
    move_to(clock_.now() + kRefusedFirst + seconds{1});
    EXPECT_TRUE(bus_.waiting_.empty());
    renew_link();
    EXPECT_EQ(bus_.waiting_.size(), 1U);
    EXPECT_EQ(count("SELECT set_aside FROM order_tally"), 1);
}

TEST_F(DispatcherTest, TheOrderAfterWhichTheLinkEndsIsSetAsideAndTheOthersGoOut) {
    for (int i = 0; i < 20; ++i) order("x" + std::to_string(100 + i), 0.2);
    const std::string bad = "x107";
    std::set<std::string> taken;
    int links = 0;
    // The broker takes one after the other, and ends the link at the bad one.
    for (int i = 0; i < 200 && !bus_.waiting_.empty(); ++i) {
        PlayedBus::Publication first = bus_.take();
        if (first.topic.find(bad) == std::string::npos) {
            taken.insert(first.topic);
            first.done(true);
            run();
            continue;
        }
        ++links;
        dispatcher_.on_link(false);
        first.cut();
        while (!bus_.waiting_.empty()) bus_.take().cut();
        run();
        dispatcher_.on_link(true);
        run();
    }
    EXPECT_EQ(taken.size(), 19U);
    EXPECT_EQ(links, 1 + kStrikesProve);
    EXPECT_EQ(unpublished(), 1);
    EXPECT_EQ(count("SELECT refused_code FROM orders WHERE enterprise = 'x107'"), kReasonCutsLink);
    // It is tried again, alone; others that come meanwhile go first.
    move_to(clock_.now() + kRefusedFirst);
    ASSERT_EQ(bus_.waiting_.size(), 1U);
    dispatcher_.on_link(false);
    bus_.take().cut();
    run();
    dispatcher_.on_link(true);
    run();
    order("e1", 0.2);
    ASSERT_EQ(bus_.waiting_.size(), 1U) << "once more was enough";
    EXPECT_EQ(bus_.take().topic, "qingkong/1/110105/e1/order");
}

TEST_F(DispatcherTest, EndsOfTheLinkWithoutABadOrderSetNobodyAside) {
    for (int i = 0; i < 10; ++i) order("x" + std::to_string(i), 0.2);
    for (int link = 0; link < 6 && !bus_.waiting_.empty(); ++link) {
        bus_.take().done(true);
        run();
        dispatcher_.on_link(false);
        while (!bus_.waiting_.empty()) bus_.take().cut();
        run();
        dispatcher_.on_link(true);
        run();
    }
    while (!bus_.waiting_.empty()) {
        bus_.take().done(true);
        run();
    }
    EXPECT_EQ(unpublished(), 0);
    EXPECT_EQ(metrics_.value(Counter::kOrdersRefused), 0U);
}

TEST_F(DispatcherTest, WhatNobodyListensToIsCounted) {
    order("e1", 0.2);
    bus_.take().answer({PublishAnswer::Outcome::kTaken, kReasonNobodyListens});
    run();
    EXPECT_EQ(unpublished(), 0);
    EXPECT_EQ(metrics_.value(Counter::kOrdersUnheard), 1U);
}

TEST_F(DispatcherTest, AShorterPauseDoesNotWaitForALongerOne) {
    order("e1", 0.2);
    for (int i = 0; i < 4; ++i) {
        bus_.take().done(false);
        move_to(clock_.now() + context_.config->limits.retry_first * (1 << i));
    }
    bus_.take().done(false);
    run();
    order("e2", 0.2);
    bus_.take().done(false);
    move_to(clock_.now() + context_.config->limits.retry_first);
    EXPECT_EQ(bus_.waiting_.size(), 1U);
}

TEST_F(DispatcherTest, TheTallyIsWhatCountingFinds) {
    for (int i = 0; i < 30; ++i) order("x" + std::to_string(i), 0.2);
    for (int i = 0; i < 200; ++i) {
        if (bus_.waiting_.empty()) order("x" + std::to_string(i % 30), 0.001 * i);
        if (bus_.waiting_.empty()) move_to(clock_.now() + kRefusedMost);
        ASSERT_FALSE(bus_.waiting_.empty());
        PlayedBus::Publication one = bus_.take();
        if (i % 3 == 0) one.done(true);
        if (i % 3 == 1) one.done(false);
        if (i % 3 == 2) one.refuse(0x97);
        move_to(clock_.now() + seconds{i});
        transact([](Session& db) {
            EXPECT_EQ(count_unpublished(db),
                      db.count("SELECT count(*) FROM orders WHERE satisfied < wanted"));
            EXPECT_EQ(count_set_aside(db),
                      db.count("SELECT count(*) FROM orders WHERE refused_code <> 0"));
            return 0;
        });
    }
}

TEST_F(DispatcherTest, NoMoreThanTheWindowIsOnItsWay) {
    const auto window = static_cast<std::size_t>(context_.config->limits.publish_window);
    transact([&](Session& db) {
        std::vector<plans::OrderDocument> documents;
        for (std::size_t i = 0; i < window * 3; ++i) {
            documents.push_back(order_document("x" + std::to_string(i), 0.2, clock_.now()));
        }
        put_orders(db, std::move(documents), key_, rules::kBeijingTime, clock_.now());
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

// Whoever sends it, a stranger or an enterprise whose clock of revisions is ahead of ours.
TEST_F(DispatcherTest, AReceiptFromBeforeTheRevisionWasIssuedDoesNotStandInForTheTrueOne) {
    order("e1", 0.2);
    Receipt receipt;
    receipt.order = "w1/e1";
    receipt.revision = 2;
    receipt.state = ReceiptState::kReceived;
    receipt.at = clock_.now();
    ReceiptOrigin origin;
    origin.enterprise = "e1";
    origin.arrived = clock_.now();
    const auto take = [&] {
        return transact([&](Session& db) { return take_receipt(db, receipt, origin); });
    };
    EXPECT_EQ(take(), ReceiptEffect::kUnknownRevision);
    EXPECT_EQ(take(), ReceiptEffect::kRepeat);
    move_to(kTestStart + minutes{5});
    order("e1", 0.5);
    origin.arrived = clock_.now();
    EXPECT_EQ(take(), ReceiptEffect::kTaken);
    EXPECT_EQ(take(), ReceiptEffect::kRepeat);
    EXPECT_EQ(count("SELECT count(*) FROM orders WHERE receipt_state = 'received'"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM receipts"), 1);
    EXPECT_EQ(count("SELECT arrived FROM receipts"), origin.arrived.time_since_epoch().count());
}

// Of an old revision as well: those of orders that were made up are kept up to a limit, by their
// effect.
TEST_F(DispatcherTest, AReceiptOfAnOldRevisionIsOfAnOrderThatWasIssued) {
    order("e1", 0.2);
    move_to(kTestStart + minutes{5});
    order("e1", 0.5);
    Receipt receipt;
    receipt.revision = 1;
    receipt.state = ReceiptState::kDone;
    receipt.at = clock_.now();
    ReceiptOrigin origin;
    origin.enterprise = "e1";
    origin.arrived = clock_.now();
    const auto take = [&](const char* id) {
        receipt.order = id;
        return transact([&](Session& db) { return take_receipt(db, receipt, origin); });
    };
    EXPECT_EQ(take("made-up"), ReceiptEffect::kUnknownOrder);
    EXPECT_EQ(take("w1/e1"), ReceiptEffect::kOldRevision);
    EXPECT_EQ(count("SELECT count(*) FROM receipts WHERE effect = 'old revision'"), 1);
}

TEST_F(DispatcherTest, AForgedRefusalIsCorrectedOnTheTelephoneAndStaysOnRecord) {
    order("e1", 0.2);
    Receipt receipt;
    receipt.order = "w1/e1";
    receipt.revision = 1;
    receipt.at = clock_.now();
    ReceiptOrigin wire;
    wire.enterprise = "e1";
    wire.arrived = clock_.now();
    ReceiptOrigin phone = wire;
    phone.channel = "phone";
    phone.person = "li.na";
    const auto take = [&](const ReceiptOrigin& origin, ReceiptState state, const char* note) {
        receipt.state = state;
        receipt.note = note;
        return transact([&](Session& db) { return take_receipt(db, receipt, origin); });
    };
    EXPECT_EQ(take(wire, ReceiptState::kReceived, ""), ReceiptEffect::kTaken);
    EXPECT_EQ(take(wire, ReceiptState::kRefused, "forged"), ReceiptEffect::kTaken);
    EXPECT_EQ(take(wire, ReceiptState::kExecuting, ""), ReceiptEffect::kLate);
    EXPECT_EQ(take(phone, ReceiptState::kAccepted, ""), ReceiptEffect::kLate)
        << "a call, no correction";
    phone.corrects = ReceiptState::kDone;
    EXPECT_EQ(take(phone, ReceiptState::kExecuting, "电话核实"), ReceiptEffect::kLate);
    phone.corrects = ReceiptState::kRefused;
    EXPECT_EQ(take(phone, ReceiptState::kExecuting, "电话核实"), ReceiptEffect::kTaken);
    EXPECT_EQ(count("SELECT count(*) FROM orders WHERE receipt_state = 'executing'"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM receipts WHERE state = 'refused' AND note = 'forged'"),
              1);
    EXPECT_EQ(
        count("SELECT count(*) FROM audit WHERE person = 'li.na' AND detail LIKE '%refused%'"), 1);
    EXPECT_EQ(take(wire, ReceiptState::kRefused, "forged"), ReceiptEffect::kRepeat)
        << "the same message, once more";
    EXPECT_EQ(count("SELECT count(*) FROM orders WHERE receipt_state = 'executing'"), 1);
    EXPECT_EQ(take(wire, ReceiptState::kDone, ""), ReceiptEffect::kTaken);
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
    transact([&](Session& db) {
        EXPECT_EQ(take_receipt(db, receipt, origin), ReceiptEffect::kTaken);
        EXPECT_EQ(take_receipt(db, receipt, origin), ReceiptEffect::kRepeat);
        return 0;
    });
    EXPECT_EQ(count("SELECT count(*) FROM phone_list WHERE done_at IS NULL"), 0);
    move_to(kTestStart + deadlines.executing + kReminderEvery);
    EXPECT_EQ(count("SELECT count(*) FROM phone_list WHERE wanted = 'executing'"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM phone_list WHERE wanted = 'accepted'"), 0);
}

TEST_F(DispatcherTest, WhileTheClockIsBehindAnOrderIsNotKnownEarlierThanItLeft) {
    const rules::Instant true_now = clock_.now() + std::chrono::hours{1};
    context_.clock_watch->start(true_now, clock_.now(), clock_.running());
    order("e1", 0.2);
    bus_.take().done(true);
    run();
    transact([&](Session& db) {
        Statement row(db, "SELECT published_at FROM order_publications");
        EXPECT_TRUE(row.next());
        EXPECT_EQ(row.instant(0), true_now);
        return 0;
    });
}

TEST_F(DispatcherTest, NobodyIsLateByAnHourThatOnlyTheWallClockKnows) {
    order("e1", 0.2);
    bus_.take().done(true);
    run();
    const ReceiptDeadlines deadlines = context_.config->limits.receipts;
    const rules::Instant leapt = kTestStart + deadlines.received + kReminderEvery;
    context_.clock_watch->start({}, kTestStart, leapt.time_since_epoch());
    EXPECT_TRUE(context_.clock_watch->look(leapt, leapt.time_since_epoch()));
    move_to(leapt);
    EXPECT_EQ(count("SELECT count(*) FROM phone_list"), 0);
    move_to(leapt + deadlines.received + kReminderEvery);
    EXPECT_EQ(count("SELECT count(*) FROM phone_list WHERE wanted = 'received'"), 1);
}

TEST_F(DispatcherTest, AnOrderThatLeftWhileTheClockWasBehindIsNotLateWhenItIsRight) {
    const rules::Instant true_now = clock_.now() + std::chrono::hours{1};
    context_.clock_watch->start(true_now, clock_.now(), clock_.running());
    order("e1", 0.2);  // issued an hour ago by the clock that is right
    order("e2", 0.2);
    bus_.take().done(true);
    run();
    const ReceiptDeadlines deadlines = context_.config->limits.receipts;
    EXPECT_EQ(
        transact([&](Session& db) { return list_overdue(db, deadlines, true_now + minutes{1}); }),
        1U);
    EXPECT_EQ(count("SELECT count(*) FROM phone_list WHERE enterprise = 'e2'"), 1)
        << "it has not left, so somebody has to call";
    EXPECT_EQ(transact([&](Session& db) {
                  return list_overdue(db, deadlines, true_now + deadlines.received);
              }),
              1U);
}

TEST_F(DispatcherTest, WhatWasSetAsideBeforeTheClockWentBackIsTriedAgain) {
    order("e1", 0.2);
    bus_.take().refuse(0x97);
    run();
    transact([&](Session& db) {
        const RefusedDue due{clock_.now() + seconds{1}, clock_.now()};
        EXPECT_TRUE(refused_orders(db, due, 10).empty());
        const RefusedDue set_back{clock_.now() - std::chrono::hours{2}, {}};
        EXPECT_EQ(refused_orders(db, set_back, 10).size(), 1U);
        db.exec("UPDATE orders SET refused_code = " + std::to_string(kReasonCutsLink));
        EXPECT_TRUE(refused_orders(db, due, 10).empty());
        EXPECT_EQ(refused_orders(db, set_back, 10).size(), 1U);
        return 0;
    });
}

}  // namespace
}  // namespace qk::daemon
