#include "daemon/agent/order_state.hpp"

#include <gtest/gtest.h>

#include "plans/text/json.hpp"
#include "tests/daemon/agent/agent_orders.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::agent {
namespace {

class AgentOrderState : public testing::Test {
 protected:
    void save(std::int64_t revision) {
        OrderOnRecord record;
        record.pinned = pin_;
        record.taken_at = rules::Instant{std::chrono::seconds{1'700'000'000}};
        record.order =
            judge_order(signed_order(revision, key_), Trust{pin_, {}, {}}, kUs, std::nullopt)
                .order.value();
        ASSERT_TRUE(save_order(scratch_.file("."), record));
    }
    rules::Result<LoadedOrder> load() { return load_order(scratch_.file("."), pin_, kUs); }

    daemon::Scratch scratch_;
    plans::SigningKey key_ = key_of('a');
    std::string pin_ = key_.public_key_hex();
};

TEST_F(AgentOrderState, AtFirstThereIsNone) {
    const auto loaded = load();
    ASSERT_TRUE(loaded);
    EXPECT_FALSE(loaded->record);
}

TEST_F(AgentOrderState, WhatWasSavedIsLoadedAndVerified) {
    save(1);
    save(2);
    const auto loaded = load();
    ASSERT_TRUE(loaded && loaded->record);
    EXPECT_EQ(loaded->record->order.revision, 2);
    EXPECT_FALSE(loaded->is_of_before);
}

TEST_F(AgentOrderState, OfATornFileTheOneBeforeStandsIn) {
    save(1);
    save(2);
    const std::string whole = scratch_.read("order.json");
    for (std::size_t length = 0; length + 2 < whole.size(); length += 7) {
        scratch_.write("order.json", whole.substr(0, length));
        const auto loaded = load();
        ASSERT_TRUE(loaded && loaded->record) << length;
        EXPECT_EQ(loaded->record->order.revision, 1);
        EXPECT_TRUE(loaded->is_of_before);
    }
}

TEST_F(AgentOrderState, WithBothDamagedAPersonDecides) {
    save(1);
    save(2);
    scratch_.write("order.json", "{");
    scratch_.write("order.before.json", std::string(100, '\0'));
    EXPECT_FALSE(load());
}

TEST_F(AgentOrderState, AnOrderThatWasAlteredOnTheDiskIsNotBelieved) {
    save(1);
    std::string text = scratch_.read("order.json");
    const std::size_t at = text.find("停窑");
    ASSERT_NE(at, std::string::npos);
    text.replace(at, std::string("停窑").size(), "不停");
    scratch_.write("order.json", text);
    EXPECT_FALSE(load());
}

TEST_F(AgentOrderState, AnOrderOfABureauThatIsPinnedNoMoreCountsNoMore) {
    save(1000);
    pin_ = key_of('b').public_key_hex();
    const auto loaded = load();
    ASSERT_TRUE(loaded);
    EXPECT_FALSE(loaded->record);
    EXPECT_TRUE(loaded->is_of_other_pin);
}

TEST_F(AgentOrderState, ThePlantReadsWhatIsOwedAndOfWhichOrder) {
    save(7);
    const auto value =
        plans::parse_json(obligations_text(*load()->record), "obligations.json").value();
    EXPECT_EQ(plans::number_or(value, "revision", 0), 7);
    EXPECT_EQ(plans::find_member(value, "obligations")->get_array().size(), 1U);
    EXPECT_EQ(plans::find_member(value, "signature"), nullptr);
}

}  // namespace
}  // namespace qk::agent
