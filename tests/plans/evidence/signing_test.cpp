// Goal: a signature of one kind is never valid as one of another. Method: every pair of purposes.
#include "plans/response/signing.hpp"

#include <gtest/gtest.h>

namespace qk::plans {
namespace {

TEST(Signing, ASignatureHoldsForItsPurposeAlone) {
    const SigningKey key = SigningKey::from_seed(std::string(32, 'k')).value();
    const std::string message = "{\"revision\":1}";
    for (std::size_t a = 0; a < kPurposeCount; ++a) {
        const auto made = static_cast<Purpose>(a);
        const std::string signature = key.sign_hex(made, message);
        for (std::size_t b = 0; b < kPurposeCount; ++b) {
            const auto read = static_cast<Purpose>(b);
            EXPECT_EQ(verify_hex(key.public_key_hex(), read, message, signature), a == b);
            // Nor can what was marked be given out as the bare bytes of an order.
            if (made != Purpose::kOrder) {
                EXPECT_NE(marked(made, message).front(), '{');
            }
        }
    }
}

TEST(Signing, AFingerprintIsThatOfThirtyTwoBytes) {
    const SigningKey key = SigningKey::from_seed(std::string(32, 'k')).value();
    EXPECT_EQ(fingerprint_of(key.public_key_hex()).substr(0, 16), key.key_id());
    EXPECT_EQ(fingerprint_of("no key"), "");
}

}  // namespace
}  // namespace qk::plans
