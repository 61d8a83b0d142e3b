#include "daemon/compliance/obligation_windows.hpp"

#include <gtest/gtest.h>

#include "daemon/orders/receipts.hpp"
#include "tests/daemon/compliance/small_bureau.hpp"

namespace qk::daemon {
namespace {

using namespace std::chrono;

std::vector<ObligationWindow> windows(SmallBureau& bureau, rules::Instant now) {
    return bureau.with_store([&](Session& db) {
        return load_obligation_windows(db, rules::Instant{}, now, {}, rules::kBeijingTime);
    });
}

TEST(ObligationWindows, AnObligationThatStaysTheSameIsOneWindow) {
    SmallBureau bureau;
    bureau.order_stop(kMonday, kMonday + 24h, kMonday - 6h);
    bureau.order_stop(kMonday, kMonday + 48h, kMonday + 12h);  // extended
    const auto found = windows(bureau, kMonday + 20h);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].from(), kMonday);
    EXPECT_EQ(found[0].to, kMonday + 48h);
    EXPECT_EQ(found[0].revision, 2);
}

TEST(ObligationWindows, AnObligationThatGoesOnKeepsTheTimeAtWhichItCouldFirstBeKnown) {
    SmallBureau bureau;
    bureau.order_stop(kMonday, kMonday + 24h, kMonday - 6h);
    bureau.stop_publishing();
    bureau.order_stop(kMonday, kMonday + 48h, kMonday + 12h);  // longer
    bureau.publish(kMonday + 20h);
    const auto found = windows(bureau, kMonday + 21h);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].to, kMonday + 48h);
    EXPECT_EQ(found[0].first_revision, 1);
    EXPECT_EQ(found[0].delivery.published_at, kMonday - 6h);
}

TEST(ObligationWindows, AReceiptFromBeforeTheOrderWasIssuedDoesNotMakeItKnown) {
    SmallBureau bureau;
    bureau.stop_publishing();
    Receipt receipt;
    receipt.order = "w1/E1";
    receipt.revision = 1;
    receipt.state = ReceiptState::kReceived;
    receipt.at = kMonday - 9h;
    ReceiptOrigin origin;
    origin.enterprise = "E1";
    origin.arrived = kMonday - 9h;
    const auto take = [&] {
        return bureau.with_store([&](Session& db) { return take_receipt(db, receipt, origin); });
    };
    EXPECT_EQ(take(), ReceiptEffect::kUnknownOrder);
    bureau.order_stop(kMonday, kMonday + 24h, kMonday - 6h);
    EXPECT_EQ(windows(bureau, kMonday + 20h)[0].delivery, rules::Delivery{});
    origin.arrived = kMonday + 8h;
    EXPECT_EQ(take(), ReceiptEffect::kTaken);
    EXPECT_EQ(windows(bureau, kMonday + 20h)[0].delivery.received_at, kMonday + 8h);
}

TEST(ObligationWindows, WhatAnotherHasSignedOrAPersonHasTakenBackDoesNotMakeItKnown) {
    SmallBureau bureau;
    bureau.stop_publishing();
    bureau.order_stop(kMonday, kMonday + 24h, kMonday - 6h);
    Receipt receipt;
    receipt.order = "w1/E1";
    receipt.revision = 1;
    receipt.state = ReceiptState::kReceived;
    receipt.at = kMonday - 5h;
    ReceiptOrigin origin;
    origin.enterprise = "E1";
    origin.arrived = kMonday - 5h;
    const auto take = [&] {
        return bureau.with_store([&](Session& db) { return take_receipt(db, receipt, origin); });
    };
    const auto delivery = [&] { return windows(bureau, kMonday + 20h)[0].delivery; };
    receipt.seal = {"E1", "00", "00", "no signature of it"};
    EXPECT_EQ(take(), ReceiptEffect::kWrongSignature);
    EXPECT_EQ(delivery(), rules::Delivery{});
    receipt.seal = {};
    EXPECT_EQ(take(), ReceiptEffect::kTaken);
    origin.sender = "x";
    EXPECT_EQ(take(), ReceiptEffect::kRepeat) << "kept all the same";
    EXPECT_EQ(delivery().received_at, kMonday - 5h);
    receipt.state = ReceiptState::kNone;
    origin.sender.clear();
    origin.person = "li.na";
    origin.channel = "desk";
    origin.corrects = ReceiptState::kReceived;
    EXPECT_EQ(take(), ReceiptEffect::kTaken);
    EXPECT_EQ(delivery(), rules::Delivery{});
}

TEST(ObligationWindows, WhatMakesItLongerAndComesTooLateIsAWindowOfItsOwn) {
    SmallBureau bureau;
    bureau.order_stop(kMonday, kMonday + 24h, kMonday - 6h);
    bureau.stop_publishing();
    bureau.order_stop(kMonday, kMonday + 48h, kMonday + 12h);
    const auto unknown = windows(bureau, kMonday + 26h);
    ASSERT_EQ(unknown.size(), 4U);
    bureau.publish(kMonday + 30h);
    const auto found = windows(bureau, kMonday + 40h);
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0].to, kMonday + 24h);
    EXPECT_EQ(found[0].delivery.published_at, kMonday - 6h);
    EXPECT_EQ(found[1].from(), kMonday + 24h);
    EXPECT_EQ(found[1].to, kMonday + 48h);
    EXPECT_EQ(found[1].delivery.published_at, kMonday + 30h);
    EXPECT_EQ(unknown[1].delivery, rules::Delivery{});
}

TEST(ObligationWindows, WhatEndedLongAgoIsNotReadUnlessItGoesOn) {
    SmallBureau bureau;
    bureau.order_stop(kMonday, kMonday + 24h, kMonday - 6h, "w1");
    bureau.order_stop(kMonday + 240h, kMonday + 260h, kMonday + 239h, "w2");
    const auto recent = bureau.with_store([](Session& db) {
        return load_obligation_windows(db, kMonday + 200h, kMonday + 250h, {}, rules::kBeijingTime);
    });
    ASSERT_EQ(recent.size(), 2U);
    EXPECT_EQ(recent[0].warning, "w2");
    const std::string plan = bureau.with_store([](Session& db) {
        Statement row(db,
                      "EXPLAIN QUERY PLAN SELECT enterprise, obligation FROM obligations WHERE"
                      " min(coalesce(to_at, 9223372036854775807), coalesce(replaced_at,"
                      " 9223372036854775807)) > ?1 AND from_at < ?2");
        return row.next() ? row.text(3) : std::string();
    });
    EXPECT_NE(plan.find("obligations_by_end"), std::string::npos) << plan;
}

TEST(ObligationWindows, WhatWasReplacedBeforeItBeganNeverBound) {
    SmallBureau bureau;
    bureau.order_stop(kMonday + 10h, {}, kMonday - 6h);
    bureau.order_stop(kMonday + 20h, {}, kMonday + 1h);
    const auto found = windows(bureau, kMonday + 21h);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].from(), kMonday + 20h);
    EXPECT_EQ(found[0].to, std::nullopt);
    EXPECT_TRUE(windows(bureau, kMonday + 5h).empty());
}

TEST(ObligationWindows, WhatTheSeasonAsksIsAWindowForEachCivilDay) {
    SmallBureau bureau;
    bureau.order_stop(kMonday + 10h, kMonday + 72h, kMonday + 10h, "");
    const auto found = windows(bureau, kMonday + 50h);
    ASSERT_EQ(found.size(), 6U);  // three days each
    EXPECT_EQ(found[0].from(), kMonday + 10h);
    EXPECT_EQ(found[0].to, kMonday + 24h);
    EXPECT_EQ(found[1].from(), kMonday + 24h);
    EXPECT_EQ(found[2].from(), kMonday + 48h);
    EXPECT_EQ(found[2].to, kMonday + 72h);
    for (const ObligationWindow& window : found) {
        EXPECT_EQ(window.obligation.from, kMonday + 10h);
        EXPECT_TRUE(window.is_of_season());
    }
    const auto late = bureau.with_store([](Session& db) {
        return load_obligation_windows(db, kMonday + 25h, kMonday + 30h, {}, rules::kBeijingTime);
    });
    ASSERT_EQ(late.size(), 2U);
    EXPECT_EQ(late[0].from(), kMonday + 24h);
}

TEST(ObligationWindows, AnOpenEndedSeasonIsCutUpToWhatIsAskedFor) {
    SmallBureau bureau;
    bureau.order_stop(kMonday, {}, kMonday, "");
    EXPECT_EQ(windows(bureau, kMonday + 49h).size(), 6U);
}

TEST(ObligationWindows, TheSeasonIsNoSpanThatOthersBaselinesLeaveOut) {
    SmallBureau bureau;
    bureau.order_stop(kMonday, {}, kMonday, "");
    const auto spans = [&] {
        return bureau.with_store(
            [](Session& db) { return load_warning_spans(db, kMonday - 48h, kMonday + 48h); });
    };
    EXPECT_TRUE(spans().empty());
    bureau.order_stop(kMonday + 24h, {}, kMonday + 24h);
    ASSERT_EQ(spans().size(), 1U);
    EXPECT_EQ(spans()[0].from, kMonday + 24h);
}

TEST(ObligationWindows, TheFingerprintFollowsTheOrders) {
    SmallBureau bureau;
    const auto print = [&] {
        return bureau.with_store([](Session& db) { return obligation_fingerprint(db); });
    };
    const std::string before = print();
    bureau.order_stop(kMonday, {}, kMonday);
    const std::string first = print();
    EXPECT_NE(first, before);
    bureau.order_stop(kMonday, kMonday + 24h, kMonday + 1h);
    EXPECT_NE(print(), first);
}

}  // namespace
}  // namespace qk::daemon
