#include "daemon/agent/order_check.hpp"

#include <gtest/gtest.h>

#include "plans/text/json.hpp"
#include "tests/daemon/agent/agent_orders.hpp"

namespace qk::agent {
namespace {

class AgentOrderCheck : public testing::Test {
 protected:
    OrderJudgement judge(const std::string& text) { return judge_order(text, trust_, kUs, known_); }
    void put_on_record(const std::string& text) {
        known_ = judge(text).order;
        ASSERT_TRUE(known_);
        trust_.last_key = known_->key;
    }
    static std::vector<plans::KeyRecord> history(const plans::Succession& succession) {
        plans::KeyRecord first;
        first.key = succession.from;
        plans::KeyRecord second;
        second.key = succession.to;
        second.succession = succession;
        return {first, second};
    }

    plans::SigningKey key_ = key_of('a');
    plans::SigningKey next_ = key_of('b');
    Trust trust_{key_.public_key_hex(), {}, {}};
    std::optional<VerifiedOrder> known_;
};

TEST_F(AgentOrderCheck, AnOrderOfThePinnedKeyIsTakenWithWhatItAsks) {
    const auto judged = judge(signed_order(3, key_));
    ASSERT_TRUE(judged.order);
    EXPECT_EQ(judged.order->revision, 3);
    EXPECT_EQ(judged.order->order, "w1:e1");
    EXPECT_FALSE(judged.order->is_lifted);
    EXPECT_FALSE(judged.is_known);
}

TEST_F(AgentOrderCheck, WithAnyBitOfAnyByteFlippedNothingIsTaken) {
    const std::string good = signed_order(3, key_);
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string bad = good;
            bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
            accepted += judge(bad).refusal ? 0 : 1;
        }
    }
    EXPECT_EQ(accepted, 0U);
    EXPECT_FALSE(judge(good).refusal);
}

TEST_F(AgentOrderCheck, WithAnyByteLeftOutOrDoubledNothingIsTaken) {
    const std::string good = signed_order(3, key_);
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string less = good;
        less.erase(i, 1);
        EXPECT_TRUE(judge(less).refusal) << i;
        std::string more = good;
        more.insert(i, 1, good[i]);
        EXPECT_TRUE(judge(more).refusal) << i;
        EXPECT_TRUE(judge(good.substr(0, i)).refusal) << i;
    }
}

TEST_F(AgentOrderCheck, TheSameInAnotherSpellingIsNotWhatWasSigned) {
    const std::string good = signed_order(3, key_);
    EXPECT_EQ(judge(good + "\n").refusal, OrderRefusal::kUnreadable);
    const auto value = plans::parse_json(good, "order").value();
    EXPECT_EQ(judge(plans::to_pretty_text(value)).refusal, OrderRefusal::kUnreadable);
}

TEST_F(AgentOrderCheck, AKeyThatTheOrderNamesItselfIsNotBelieved) {
    EXPECT_EQ(judge(signed_order(1000, next_)).refusal, OrderRefusal::kUnknownKey);
}

TEST_F(AgentOrderCheck, ANamedKeyThatHasNotSignedIsAForgery) {
    boost::json::value forged = plans::parse_json(signed_order(3, next_), "order").value();
    forged.get_object()["key"] = key_.public_key_hex();
    EXPECT_EQ(judge(plans::canonical_text(forged)).refusal, OrderRefusal::kForged);
}

TEST_F(AgentOrderCheck, AFingerprintPinsTheKeyAsWell) {
    trust_.pinned = plans::fingerprint_of(key_.public_key_hex());
    EXPECT_FALSE(judge(signed_order(3, key_)).refusal);
    EXPECT_EQ(judge(signed_order(3, next_)).refusal, OrderRefusal::kUnknownKey);
}

TEST_F(AgentOrderCheck, ATrueOrderOfAnotherEnterpriseOrCountyIsNotOurs) {
    const std::string good = signed_order(3, key_);
    EXPECT_EQ(judge_order(good, trust_, {"e2", "110105"}, known_).refusal, OrderRefusal::kNotForUs);
    EXPECT_EQ(judge_order(good, trust_, {"e1", "110106"}, known_).refusal, OrderRefusal::kNotForUs);
}

TEST_F(AgentOrderCheck, AnOlderRevisionDoesNotComeBack) {
    put_on_record(signed_order(5, key_));
    EXPECT_EQ(judge(signed_order(4, key_)).refusal, OrderRefusal::kOlder);
    EXPECT_FALSE(judge(signed_order(6, key_)).refusal);
}

TEST_F(AgentOrderCheck, TheSameRevisionIsKnownOrContradicts) {
    put_on_record(signed_order(5, key_));
    EXPECT_TRUE(judge(signed_order(5, key_)).is_known);
    EXPECT_EQ(judge(signed_order(5, key_, "不停")).refusal, OrderRefusal::kContradicts);
}

TEST_F(AgentOrderCheck, AnActionOfALaterReleaseIsAnOrderAllTheSame) {
    boost::json::object order = order_content(3);
    order["obligations"].get_array()[0].get_object()["action"] = "shade";
    order["more"] = "of later";
    EXPECT_FALSE(judge(plans::signed_again(order, key_)).refusal);
}

TEST_F(AgentOrderCheck, ASuccessorSignedByThePinnedKeyIsFollowed) {
    trust_.history = history(plans::succeed(key_, next_, rules::Instant{}, "更换"));
    const auto judged = judge(signed_order(3, next_));
    ASSERT_TRUE(judged.order);
    EXPECT_EQ(judged.order->key, next_.public_key_hex());
}

TEST_F(AgentOrderCheck, ASuccessorAfterALossIsNotFollowedByItself) {
    trust_.history =
        history(plans::succeed_lost(key_.public_key_hex(), next_, rules::Instant{}, "丢失"));
    EXPECT_EQ(judge(signed_order(3, next_)).refusal, OrderRefusal::kUnknownKey);
}

TEST_F(AgentOrderCheck, ASuccessionThatTheOldKeyHasNotSignedLeadsNowhere) {
    plans::Succession forged = plans::succeed(next_, next_, rules::Instant{}, "冒充");
    forged.from = key_.public_key_hex();
    trust_.history = history(forged);
    EXPECT_EQ(judge(signed_order(3, next_)).refusal, OrderRefusal::kUnknownKey);
}

TEST_F(AgentOrderCheck, OnceTheSuccessorHasSignedTheOldKeyIsOver) {
    trust_.history = history(plans::succeed(key_, next_, rules::Instant{}, "更换"));
    put_on_record(signed_order(3, next_));
    EXPECT_EQ(judge(signed_order(4, key_)).refusal, OrderRefusal::kUnknownKey);
    trust_.history.clear();  // and without the list the successor is still known
    EXPECT_FALSE(judge(signed_order(4, next_)).refusal);
}

TEST_F(AgentOrderCheck, TheSameOrderSignedAgainWithTheNextKeyIsTaken) {
    put_on_record(signed_order(3, key_));
    trust_.history = history(plans::succeed(key_, next_, rules::Instant{}, "更换"));
    const auto judged = judge(signed_order(3, next_));
    EXPECT_FALSE(judged.refusal);
    EXPECT_FALSE(judged.is_known);
}

TEST_F(AgentOrderCheck, TheListOfKeysIsReadAsTheBureauAnswersIt) {
    const auto keys = history(plans::succeed(key_, next_, rules::Instant{}, "更换"));
    boost::json::array items{to_json(keys[1]), to_json(keys[0])};  // the one in use first
    const auto read = read_keys(plans::to_text(boost::json::object{{"items", items}}), "keys.json");
    ASSERT_TRUE(read);
    trust_.history = *read;
    EXPECT_FALSE(judge(signed_order(3, next_)).refusal);
    EXPECT_FALSE(read_keys("{}", "keys.json"));
}

}  // namespace
}  // namespace qk::agent
