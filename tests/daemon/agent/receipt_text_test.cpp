#include "daemon/agent/receipt_text.hpp"

#include <gtest/gtest.h>

#include "daemon/readings/message.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/agent/agent_orders.hpp"

namespace qk::agent {
namespace {

const rules::Instant kNow{std::chrono::seconds{1'700'000'000}};
const Answer kAnswer{"w1:e1", 4, "done", kNow, "值班室", "已停窑"};

TEST(AgentReceipt, TheBureauReadsWhatTheAgentWritesSignedOrNot) {
    const plans::SigningKey key = key_of('k');
    for (const plans::SigningKey* signer : {static_cast<const plans::SigningKey*>(nullptr), &key}) {
        const auto read = daemon::parse_receipt(to_text(kAnswer, "e1", signer),
                                                {"receipt", kNow, rules::kBeijingTime});
        ASSERT_TRUE(read) << rules::to_text(read.error());
        EXPECT_EQ(read->order, "w1:e1");
        EXPECT_EQ(read->revision, 4);
        EXPECT_EQ(read->state, daemon::ReceiptState::kDone);
        EXPECT_EQ(read->at, kNow);
        EXPECT_EQ(read->note, "已停窑");
    }
}

TEST(AgentReceipt, ASignatureHoldsForItsKeyAndItsTextOnly) {
    const plans::SigningKey key = key_of('k');
    boost::json::value receipt = plans::parse_json(to_text(kAnswer, "e1", &key), "receipt").value();
    EXPECT_TRUE(is_signed_by(receipt, key.public_key_hex()));
    EXPECT_FALSE(is_signed_by(receipt, key_of('l').public_key_hex()));
    receipt.get_object()["state"] = "refused";
    EXPECT_FALSE(is_signed_by(receipt, key.public_key_hex()));
}

TEST(AgentReceipt, AReceiptCannotPassForAnOrder) {
    const plans::SigningKey key = key_of('k');
    const auto receipt = plans::parse_json(to_text(kAnswer, "e1", &key), "receipt").value();
    boost::json::value bare = receipt;
    bare.get_object().erase("signature");
    EXPECT_FALSE(plans::verify_hex(key.public_key_hex(), plans::Purpose::kOrder,
                                   plans::canonical_text(bare),
                                   plans::string_or(receipt, "signature")));
}

TEST(AgentReceipt, ExecutedIsWhatTheContractCallsDone) {
    EXPECT_EQ(state_of_word("executed"), "done");
    EXPECT_EQ(state_of_word("refused"), "refused");
    EXPECT_EQ(state_of_word("none"), "");
}

TEST(AgentReceipt, WhatIsPutDownByHandIsReadBackOrRefusedWhole) {
    const auto read = parse_request(to_request_text(kAnswer), "answer.json");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->state, "done");
    EXPECT_EQ(read->note, "已停窑");
    EXPECT_FALSE(parse_request("{\"state\":\"done\"}", "answer.json"));
    std::string wrong = to_request_text(kAnswer);
    wrong.replace(wrong.find("\"done\""), 6, "\"dawn\"");
    EXPECT_FALSE(parse_request(wrong, "answer.json"));
}

}  // namespace
}  // namespace qk::agent
