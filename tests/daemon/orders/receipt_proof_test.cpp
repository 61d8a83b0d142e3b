#include "daemon/orders/receipt_proof.hpp"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <utility>

#include "daemon/readings/message.hpp"
#include "plans/response/signing.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

constexpr rules::Instant kNow{std::chrono::seconds{1'450'000'000}};
const plans::SigningKey kOwn = plans::SigningKey::from_seed(std::string(32, 'o')).value();
const plans::SigningKey kOther = plans::SigningKey::from_seed(std::string(32, 'x')).value();

boost::json::object content() {
    return {{"order", "w1/e1"},  {"revision", 1},
            {"state", "done"},   {"at", rules::to_iso(kNow, rules::kBeijingTime)},
            {"by", "厂"},        {"note", ""},
            {"enterprise", "e1"}};
}

std::string signed_by(const plans::SigningKey& key, boost::json::object object = content()) {
    object["key"] = key.public_key_hex();
    object["signature"] = key.sign_hex(plans::Purpose::kReceipt, plans::canonical_text(object));
    return plans::to_text(object);
}

Receipt read(const std::string& text) {
    MessageContext context{.zone = rules::kBeijingTime};
    context.name = "receipt";
    context.now = kNow;
    return parse_receipt(text, context).value();
}

EnterpriseKey registered(const plans::SigningKey& key) {
    EnterpriseKey made;
    made.enterprise = "e1";
    made.key = key.public_key_hex();
    return made;
}

EnterpriseKey revoked(const plans::SigningKey& key) {
    EnterpriseKey made = registered(key);
    made.revoked_at = kNow;
    return made;
}

TEST(ReceiptProof, OneThatTheRegisteredKeyHasSignedIsProved) {
    EXPECT_EQ(proof_of(read(signed_by(kOwn)), "e1", {registered(kOwn)}), ReceiptProof::kProved);
    // One key in use beside one that is not any more.
    EXPECT_EQ(proof_of(read(signed_by(kOwn)), "e1", {registered(kOwn), revoked(kOther)}),
              ReceiptProof::kProved);
}

TEST(ReceiptProof, WhatOnlyCarriesItIsNotSigned) {
    std::string sent = signed_by(kOwn);
    sent.insert(1, R"("seq":"0123456789abcdef/1/0/0123456789abcdef",)");
    EXPECT_EQ(proof_of(read(sent), "e1", {registered(kOwn)}), ReceiptProof::kProved);
}

TEST(ReceiptProof, OneWithoutASignatureIsAClaim) {
    const Receipt bare = read(plans::to_text(content()));
    EXPECT_FALSE(bare.seal);
    EXPECT_EQ(proof_of(bare, "e1", {}), ReceiptProof::kClaimed);
    EXPECT_EQ(proof_of(bare, "e1", {registered(kOwn)}), ReceiptProof::kClaimed);
}

TEST(ReceiptProof, WhereNoKeyWasEverRegisteredASignatureIsNoMoreThanAClaim) {
    EXPECT_EQ(proof_of(read(signed_by(kOwn)), "e1", {}), ReceiptProof::kClaimed);
}

TEST(ReceiptProof, AnotherKeyOrARevokedOneIsAWrongSignature) {
    EXPECT_EQ(proof_of(read(signed_by(kOther)), "e1", {registered(kOwn)}),
              ReceiptProof::kWrongSignature);
    EXPECT_EQ(proof_of(read(signed_by(kOwn)), "e1", {revoked(kOwn)}),
              ReceiptProof::kWrongSignature);
    EXPECT_EQ(proof_of(read(signed_by(kOwn)), "e2", {registered(kOwn)}),
              ReceiptProof::kWrongSignature);
}

TEST(ReceiptProof, ASignatureThatDoesNotFitIsWrongWithAKeyOrWithout) {
    const std::string good = signed_by(kOwn);
    const std::vector<std::pair<std::string, std::string>> changes{
        {"done", "refused"},
        {"\"signature\":\"", "\"signature\":\"0"},
        {"\"signature\"", "\"sign\""},
        {"\"key\"", "\"kez\""},
        {"\"revision\":1", "\"revision\":2"},
        {"\"note\":\"\"", "\"note\":\"\",\"more\":1"}};
    for (const auto& [from, to] : changes) {
        std::string changed = good;
        changed.replace(changed.find(from), from.size(), to);
        EXPECT_EQ(proof_of(read(changed), "e1", {}), ReceiptProof::kWrongSignature) << changed;
        EXPECT_EQ(proof_of(read(changed), "e1", {registered(kOwn)}), ReceiptProof::kWrongSignature)
            << changed;
    }
}

}  // namespace
}  // namespace qk::daemon
