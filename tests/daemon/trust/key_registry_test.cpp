// Goal: a new key is taken into use with a document that leads to it, never without one, and every
// order is signed again. Method: one database, opened with one key after the other.
#include "daemon/trust/key_registry.hpp"
#include "daemon/store/session.hpp"

#include <gtest/gtest.h>

#include "daemon/orders/orders.hpp"
#include "daemon/store/signing_keys.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/orders/order_fixture.hpp"

namespace qk::daemon {
namespace {

plans::SigningKey key_of(char letter) {
    return plans::SigningKey::from_seed(std::string(32, letter)).value();
}
rules::Instant at(int hour) { return rules::Instant{} + std::chrono::hours(hour); }

std::string text_of(const plans::Succession& succession) {
    return plans::canonical_text(to_json(succession));
}

class KeyRegistry : public testing::Test {
 protected:
    KeyRegistry() {
        EXPECT_EQ(open(key_of('a'), "", 0).value().step, KeyStep::kFirst);
        auto work = [](Session& db) {
            put_orders(db, {order_document("e1", 0.2, at(1)), order_document("e2", 0.2, at(1))},
                       key_of('a'), rules::kBeijingTime, at(1));
        };
        store_->transact_now(work);
    }
    rules::Result<KeyOpened> open(const plans::SigningKey& key, const std::string& text, int hour) {
        auto work = [&](Session& db) { return open_keys(db, key, text, at(hour)); };
        return store_->transact_now(work);
    }
    std::int64_t count(const char* query) {
        return store_->transact_now([query](Session& db) { return db.count(query); });
    }
    bool is_signed_by(const std::string& enterprise, const plans::SigningKey& key) {
        auto work = [&](Session& db) { return load_order(db, enterprise)->signed_text; };
        const std::string text = store_->transact_now(work);
        return plans::read_signed(text, {key.public_key_hex()}, rules::kBeijingTime).has_value();
    }

    std::unique_ptr<Store> store_ = Store::open(":memory:", StoreMode::kInline).value();
};

TEST_F(KeyRegistry, AnotherKeyIsRefusedWithoutADocumentThatLeadsToIt) {
    const auto refused = open(key_of('b'), "", 5);
    ASSERT_FALSE(refused);
    EXPECT_NE(rules::to_text(refused.error()).find("key rotate"), std::string::npos);
    // By somebody who has not the key in use, or to yet another key, or no document at all.
    EXPECT_FALSE(
        open(key_of('b'), text_of(plans::succeed(key_of('x'), key_of('b'), at(5), "")), 5));
    EXPECT_FALSE(
        open(key_of('b'), text_of(plans::succeed(key_of('a'), key_of('c'), at(5), "")), 5));
    EXPECT_FALSE(open(key_of('b'), "{}", 5));
    EXPECT_FALSE(open(key_of('b'), "nonsense", 5));
    plans::Succession forged = plans::succeed(key_of('x'), key_of('b'), at(5), "");
    forged.from = key_of('a').public_key_hex();
    EXPECT_FALSE(open(key_of('b'), text_of(forged), 5));
    EXPECT_EQ(count("SELECT count(*) FROM signing_keys"), 1);
    EXPECT_TRUE(is_signed_by("e1", key_of('a')));
}

TEST_F(KeyRegistry, ASuccessorSignsEveryOrderAgainAndItIsTold) {
    const std::string text = text_of(plans::succeed(key_of('a'), key_of('b'), at(5), "定期"));
    const auto opened = open(key_of('b'), text, 6);
    ASSERT_TRUE(opened) << rules::to_text(opened.error());
    EXPECT_EQ(opened->step, KeyStep::kSucceeded);
    EXPECT_EQ(opened->orders, 2U);
    EXPECT_TRUE(is_signed_by("e1", key_of('b')));
    EXPECT_TRUE(is_signed_by("e2", key_of('b')));
    EXPECT_EQ(count("SELECT max(revision) FROM orders"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM orders WHERE satisfied < wanted AND wanted = 2"), 2);
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action='key.succeeded'"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind='key.succeeded'"), 1);
    EXPECT_EQ(open(key_of('b'), text, 7)->step, KeyStep::kSame);
    EXPECT_FALSE(open(key_of('a'), text, 8));  // what was replaced does not come back
    auto work = [](Session& db) { return key_history(db); };
    const auto keys = store_->transact_now(work);
    ASSERT_EQ(keys.size(), 2U);
    EXPECT_EQ(keys[0].valid_to, at(6));
    EXPECT_EQ(plans::keys_trusted_with(keys, key_of('a').public_key_hex()).size(), 2U);
}

TEST_F(KeyRegistry, ALostKeyIsReplacedAloud) {
    const std::string text =
        text_of(plans::succeed_lost(key_of('a').public_key_hex(), key_of('b'), at(5), "火灾"));
    const auto opened = open(key_of('b'), text, 6);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->step, KeyStep::kEmergency);
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action='key.replaced_in_emergency'"), 1);
    auto work = [](Session& db) { return key_history(db); };
    const auto keys = store_->transact_now(work);
    EXPECT_EQ(plans::keys_trusted_with(keys, key_of('a').public_key_hex()).size(), 1U);
}

}  // namespace
}  // namespace qk::daemon
