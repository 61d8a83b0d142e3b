#include "daemon/orders/orders.hpp"

#include <gtest/gtest.h>

#include "daemon/orders/order_holder.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/identifier.hpp"
#include "tests/daemon/orders/order_fixture.hpp"

namespace qk::daemon {
namespace {

constexpr rules::Instant kNow{std::chrono::seconds{1'450'000'000}};

plans::SigningKey key() { return plans::SigningKey::from_seed(std::string(32, 'k')).value(); }

plans::OrderDocument document(const std::string& enterprise, double ratio) {
    return order_document(enterprise, ratio, kNow + std::chrono::hours{4});
}

class Orders : public testing::Test {
 protected:
    PutOrders put(std::vector<plans::OrderDocument> documents, rules::Instant now = kNow) {
        auto work = [&](Session& db) {
            return put_orders(db, std::move(documents), key(), rules::kBeijingTime, now);
        };
        return store_->transact_now(work);
    }
    StoredOrder order(const std::string& enterprise) {
        auto work = [&](Session& db) { return load_order(db, enterprise).value(); };
        return store_->transact_now(work);
    }
    std::size_t unpublished() {
        auto work = [](Session& db) { return count_unpublished(db); };
        return store_->transact_now(work);
    }
    void published(const StoredOrder& taken) {
        auto work = [&](Session& db) { note_published(db, taken, kNow); };
        store_->transact_now(work);
    }
    std::int64_t count(const char* query) {
        auto work = [&](Session& db) { return db.count(query); };
        return store_->transact_now(work);
    }

    std::unique_ptr<Store> store_ = Store::open(":memory:", StoreMode::kInline).value();
};

TEST_F(Orders, TheFirstOrderIsRevisionOneAndSigned) {
    EXPECT_EQ(put({document("e1", 0.2)}).new_revisions, 1U);
    const StoredOrder stored = order("e1");
    EXPECT_EQ(stored.revision, 1);
    EXPECT_EQ(order_topic(stored), "qingkong/1/110105/e1/order");
    const auto read =
        plans::read_signed(stored.signed_text, {key().public_key_hex()}, rules::kBeijingTime);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->issued_at, kNow);
    EXPECT_EQ(unpublished(), 1U);
}

TEST_F(Orders, AnExerciseHasATopicAndRevisionsOfItsOwnBesideWhatIsOwed) {
    put({document("e1", 0.2)});
    put({document("e1", 0.3)});
    plans::OrderDocument exercise = document("e1", 0.9);
    exercise.exercise = true;
    exercise.warning = "YL-1";
    exercise.order = "YL-1/e1";
    put({exercise});
    const StoredOrder stored = order(order_holder_of("e1", true));
    EXPECT_EQ(stored.revision, 1);
    EXPECT_TRUE(stored.exercise);
    EXPECT_EQ(order_topic(stored), "qingkong/1/110105/e1/exercise/order");
    const auto read =
        plans::read_signed(stored.signed_text, {key().public_key_hex()}, rules::kBeijingTime);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->enterprise, "e1");
    EXPECT_EQ(order("e1").revision, 2);
    EXPECT_EQ(order("e1").exercise, false);
    put({document("e1", 0.4)});
    EXPECT_EQ(order("e1").revision, 3);
    EXPECT_EQ(order(order_holder_of("e1", true)).revision, 1);
    EXPECT_EQ(count("SELECT count(*) FROM obligations WHERE enterprise = 'e1' AND exercise = 1"),
              0);
}

TEST(AddresseeOfOrders, IsTheEnterpriseOrItsPartInExercises) {
    EXPECT_EQ(order_holder_of("e1", false), "e1");
    EXPECT_EQ(order_holder_of("e1", true), "exercise:e1");
    EXPECT_TRUE(is_in_exercise("exercise:e1"));
    EXPECT_FALSE(is_in_exercise("e1"));
    EXPECT_EQ(enterprise_of("exercise:e1"), "e1");
    EXPECT_EQ(enterprise_of("e1"), "e1");
    // So nobody's id can be taken for it.
    EXPECT_TRUE(plans::id_fault("exercise:e1", plans::IdUse::kTopic).has_value());
}

TEST_F(Orders, UnchangedContentIsNoNewRevision) {
    put({document("e1", 0.2)});
    const PutOrders again = put({document("e1", 0.2)}, kNow + std::chrono::hours{1});
    EXPECT_EQ(again.unchanged, 1U);
    EXPECT_EQ(order("e1").revision, 1);
}

TEST_F(Orders, AChangeRaisesTheRevisionAndClosesTheEarlierObligations) {
    put({document("e1", 0.2)});
    put({document("e1", 0.5)}, kNow + std::chrono::hours{1});
    EXPECT_EQ(order("e1").revision, 2);
    EXPECT_EQ(count("SELECT count(*) FROM order_revisions"), 2);
    EXPECT_EQ(count("SELECT replaced_at FROM obligations WHERE revision = 1"),
              seconds_of(kNow + std::chrono::hours{1}));
    EXPECT_EQ(count("SELECT count(*) FROM obligations WHERE replaced_at IS NULL"), 1);
}

TEST_F(Orders, LiftingIsANewRevisionWithAnEmptyList) {
    put({document("e1", 0.2)});
    plans::OrderDocument lifted = document("e1", 0.2);
    lifted.obligations.clear();
    lifted.colour.reset();
    put({lifted});
    EXPECT_EQ(order("e1").revision, 2);
    EXPECT_EQ(order("e1").obligations, 0U);
}

TEST_F(Orders, WhoNeverHadAnOrderAndOwesNothingGetsNone) {
    plans::OrderDocument nothing = document("e1", 0.2);
    nothing.obligations.clear();
    EXPECT_EQ(put({nothing}).unchanged, 1U);
    EXPECT_EQ(unpublished(), 0U);
}

TEST_F(Orders, ALateAcknowledgementOfAnOldRevisionLeavesTheNewOneUnpublished) {
    put({document("e1", 0.2)});
    const StoredOrder first = order("e1");
    put({document("e1", 0.5)});
    published(first);
    EXPECT_EQ(unpublished(), 1U);
    EXPECT_EQ(order("e1").acked_revision, 1);
    EXPECT_EQ(order("e1").published_at, std::nullopt);
    published(order("e1"));
    EXPECT_EQ(unpublished(), 0U);
    EXPECT_EQ(order("e1").acked_revision, 2);
}

TEST_F(Orders, ComingOnlineWhileAPublicationIsOnItsWayIsNotForgotten) {
    put({document("e1", 0.2)});
    const StoredOrder on_its_way = order("e1");
    auto work = [](Session& db) {
        EXPECT_TRUE(ask_again(db, "e1"));
        EXPECT_FALSE(ask_again(db, "nobody"));
    };
    store_->transact_now(work);
    published(on_its_way);
    EXPECT_EQ(unpublished(), 1U);
    published(order("e1"));
    EXPECT_EQ(unpublished(), 0U);
}

TEST_F(Orders, OfTheSeasonIsWhatOwesSomethingAndHasNoColour) {
    plans::OrderDocument of_season = document("e2", 0.2);
    of_season.colour.reset();
    plans::OrderDocument of_nobody = document("e3", 0.2);
    of_nobody.warning.clear();
    put({document("e1", 0.2), of_season, of_nobody});
    const auto found = [&] {
        return store_->transact_now([](Session& db) {
            std::vector<std::string> enterprises;
            for (const SignedOrder& one : orders_of_season(db, "", 10))
                enterprises.push_back(one.enterprise);
            return enterprises;
        });
    };
    EXPECT_EQ(found(), (std::vector<std::string>{"e2", "e3"}));
    plans::OrderDocument lifted = of_season;
    lifted.obligations.clear();
    put({lifted});
    EXPECT_EQ(found(), std::vector<std::string>{"e3"});
    plans::OrderDocument signed_again = of_nobody;
    signed_again.warning = "w2";
    signed_again.colour = rules::Colour::kRed;
    put({signed_again});
    EXPECT_TRUE(found().empty());
}

TEST_F(Orders, WhoIsBoundByAWarningIsReadByPages) {
    plans::OrderDocument elsewhere = document("e4", 0.2);
    elsewhere.warning = "w2";
    plans::OrderDocument lifted = document("e3", 0.2);
    put({document("e1", 0.2), document("e2", 0.2), lifted, elsewhere, document("e5", 0.2)});
    lifted.obligations.clear();
    put({lifted});
    const auto page_behind = [&](const std::string& after) {
        return store_->transact_now([&](Session& db) {
            std::string page;
            for (const OrderHead& one : orders_that_bind(db, "w1", after, 2))
                page += one.enterprise + " " + one.region + " " + one.order + "\n";
            return page;
        });
    };
    EXPECT_EQ(page_behind(""), "e1 110105 w1/e1\ne2 110106 w1/e2\n");
    EXPECT_EQ(page_behind("e2"), "e5 110105 w1/e5\n");
}

}  // namespace
}  // namespace qk::daemon
