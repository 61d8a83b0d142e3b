// Goal: what a caller proved travels with their address and is taken apart again.
#include "daemon/access/caller_proof.hpp"

#include <gtest/gtest.h>

namespace qk::daemon {
namespace {

TEST(CallerProof, SaysWhatWasShownAndNothingThatCouldBeUsedAgain) {
    EXPECT_EQ(to_text(CallerProof{}), "");
    EXPECT_EQ(to_text({ProofKind::kToken, "0123456789ab"}), "token:0123456789ab");
    EXPECT_EQ(to_text({ProofKind::kOwnToken, "0123456789ab"}), "own_token:0123456789ab");
    EXPECT_EQ(to_text({ProofKind::kSession, "ab", true, false}), "session:ab+totp");
    EXPECT_EQ(to_text({ProofKind::kLink, "ab", false, true}), "link:ab+fresh");
}

TEST(CallerProof, TravelsBehindTheAddress) {
    const CallerProof proof{ProofKind::kSession, "ab", true, false};
    const std::string remote = remote_with("10.0.0.7", proof);
    EXPECT_EQ(address_in(remote), "10.0.0.7");
    EXPECT_EQ(proof_in(remote), "session:ab+totp");
    EXPECT_EQ(remote_with("10.0.0.7", {}), "10.0.0.7");
    EXPECT_EQ(proof_in("10.0.0.7"), "");
    CallerProof fresh = proof;
    fresh.has_fresh_code = true;
    EXPECT_EQ(remote_with(remote, fresh), "10.0.0.7 session:ab+totp+fresh");
}

}  // namespace
}  // namespace qk::daemon
