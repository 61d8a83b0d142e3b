// Goal: whoever trusts one key of the bureau can go on to the next, and to none that a stranger
// made. Method: successions signed by both, by one, by none, and by others.
#include "plans/evidence/key_history.hpp"

#include <gmock/gmock.h>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

SigningKey key_of(char letter) { return SigningKey::from_seed(std::string(32, letter)).value(); }
rules::Instant at(int hour) { return rules::Instant{} + std::chrono::hours(hour); }

std::vector<KeyRecord> three_keys(bool is_emergency = false) {
    const SigningKey a = key_of('a');
    const SigningKey b = key_of('b');
    const SigningKey c = key_of('c');
    const Succession second = is_emergency ? succeed_lost(a.public_key_hex(), b, at(10), "密钥遗失")
                                           : succeed(a, b, at(10), "定期更换");
    return {{a.public_key_hex(), at(0), at(10), std::nullopt},
            {b.public_key_hex(), at(10), at(20), second},
            {c.public_key_hex(), at(20), std::nullopt, succeed(b, c, at(20), "定期更换")}};
}

TEST(KeyHistory, TrustGoesOnAndBackThroughSuccessions) {
    const auto keys = three_keys();
    const auto all = UnorderedElementsAre(keys[0].key, keys[1].key, keys[2].key);
    for (const KeyRecord& one : keys) {
        EXPECT_THAT(keys_trusted_with(keys, one.key), all);
        EXPECT_THAT(keys_trusted_with(keys, fingerprint_of(one.key)), all);
    }
    EXPECT_THAT(keys_trusted_with(keys, key_of('x').public_key_hex()), IsEmpty());
}

TEST(KeyHistory, TrustDoesNotGoOnOverAnEmergency) {
    const auto keys = three_keys(true);
    EXPECT_THAT(keys_trusted_with(keys, keys[0].key), UnorderedElementsAre(keys[0].key));
    EXPECT_THAT(keys_trusted_with(keys, keys[1].key),
                UnorderedElementsAre(keys[0].key, keys[1].key, keys[2].key));
}

TEST(KeyHistory, AStrangersSuccessionLeadsNowhere) {
    auto keys = three_keys();
    const SigningKey stranger = key_of('x');
    // Signed by the stranger in the old key's place.
    Succession forged = succeed(stranger, key_of('y'), at(10), "");
    forged.from = keys[0].key;
    EXPECT_NE(why_not_signed(forged), "");
    keys[1].succession = forged;
    keys[1].key = forged.to;
    EXPECT_THAT(keys_trusted_with(keys, keys[0].key), UnorderedElementsAre(keys[0].key));
    // An emergency cannot be passed off as an ordinary one.
    Succession lost = succeed_lost(keys[0].key, stranger, at(10), "");
    EXPECT_EQ(why_not_signed(lost), "");
    lost.is_emergency = false;
    EXPECT_NE(why_not_signed(lost), "");
}

TEST(KeyHistory, ADocumentReadsBackAsItWasWritten) {
    const auto keys = three_keys();
    for (const KeyRecord& one : keys) {
        const auto read = key_record_from_json(to_json(one), "key");
        ASSERT_TRUE(read);
        EXPECT_EQ(canonical_text(to_json(*read)), canonical_text(to_json(one)));
    }
    const auto read = succession_from_json(to_json(*keys[1].succession), "key");
    ASSERT_TRUE(read);
    EXPECT_EQ(why_not_signed(*read), "");
}

}  // namespace
}  // namespace qk::plans
