// Goal: a document is made of what is on record, and only a receipt of just this document by just
// this peer says that it was delivered. Method: rows in a store, answers made by hand.
#include "daemon/federation/federation_outbox.hpp"

#include <gmock/gmock.h>

#include "daemon/store/store.hpp"
#include "tests/daemon/federation/tiers_fixture.hpp"

namespace qk::daemon {
namespace {

using testing::HasSubstr;

TEST(FederationPause, DoublesUpToItsMost) {
    EXPECT_EQ(federation_pause(1), kFederationPauseFirst);
    EXPECT_EQ(federation_pause(2), 2 * kFederationPauseFirst);
    EXPECT_EQ(federation_pause(1000), kFederationPauseMost);
}

class PeerAnswerTest : public testing::Test {
 protected:
    static plans::FederationDocument receipt() {
        plans::FederationDocument document;
        document.id = "411000/receipt/1";
        document.issuer_tier = plans::Tier::kCity;
        document.issuer = "411000";
        document.addressee = "410000";
        document.issued_at = kTestStart;
        document.body =
            plans::DeliveryBody{"410000/prompt/P1", 1, std::string(64, 'a'), true, "", kTestStart};
        const rules::Span life = plans::life_of(document.body, kTestStart);
        document.effective = life.from;
        document.expires = life.to;
        return document;
    }
    PeerAnswer read(int status, const std::string& body) {
        FederationSending sending;
        sending.peer = "411000";
        sending.digest = std::string(64, 'a');
        return read_peer_answer(status, body, sending,
                                {*trust_, "410000", kTestStart, plans::kClockSkew});
    }
    PeerAnswer read(const plans::FederationDocument& document, char seed = 'c') {
        return read(200, plans::sign_federation(document, tier_key(seed)));
    }
    std::shared_ptr<const plans::TrustList> trust_ = trust_in(all_tiers());
};

TEST_F(PeerAnswerTest, AReceiptOfThisDocumentIsFinal) {
    const PeerAnswer taken = read(receipt());
    EXPECT_TRUE(taken.is_final);
    EXPECT_TRUE(taken.is_taken);
    plans::FederationDocument refused = receipt();
    std::get<plans::DeliveryBody>(refused.body).is_taken = false;
    std::get<plans::DeliveryBody>(refused.body).why = "已有更新的版本";
    EXPECT_TRUE(read(refused).is_final);
    EXPECT_FALSE(read(refused).is_taken);
    EXPECT_EQ(read(refused).why, "已有更新的版本");
}

TEST_F(PeerAnswerTest, AnythingElseIsNot) {
    plans::FederationDocument other = receipt();
    std::get<plans::DeliveryBody>(other.body).digest = std::string(64, 'b');
    EXPECT_FALSE(read(other).is_final) << "of another document";
    other = receipt();
    other.addressee = "420000";
    EXPECT_FALSE(read(other).is_final) << "for another";
    EXPECT_FALSE(read(receipt(), 'x').is_final) << "by a stranger";
    EXPECT_FALSE(read(receipt(), 'q').is_final) << "by another peer";
    EXPECT_FALSE(read(200, "").is_final);
    EXPECT_FALSE(read(200, "{}").is_final);
    EXPECT_FALSE(read(503, R"({"title":"忙"})").is_final);
    EXPECT_THAT(read(503, R"({"title":"忙"})").why, HasSubstr("503: 忙"));
    EXPECT_THAT(read(502, "<html>").why, HasSubstr("502"));
}

}  // namespace
}  // namespace qk::daemon
