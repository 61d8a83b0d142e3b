// Goal: a trust list is refused whole with every fault at its line, and what is well formed but
// about to fail is told in time.
#include "plans/federation/trust_list.hpp"

#include <gmock/gmock.h>

#include "tests/plans/federation/federation_fixture.hpp"

namespace qk::plans {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

std::string faults_of(const std::string& text) {
    const auto read = read_trust_list(text, "trust.toml");
    return read ? std::string() : rules::to_text(read.error());
}

TEST(TrustList, AKeyIsFoundByItsFingerprint) {
    const TrustList trust = trust_of_all();
    ASSERT_THAT(trust.keys, SizeIs(3));
    const TrustedKey* key = find_key(trust, fingerprint_of(city_key().public_key_hex()));
    ASSERT_NE(key, nullptr);
    EXPECT_EQ(key->name, "许昌市局");
    EXPECT_EQ(key->tier, Tier::kCity);
    EXPECT_EQ(key->from, on("2026-01-01"));
    EXPECT_EQ(find_key(trust, fingerprint_of(federation_key('x').public_key_hex())), nullptr);
}

TEST(TrustList, AnEmptyListTrustsNobody) {
    EXPECT_THAT(read_trust_list("", "trust.toml")->keys, IsEmpty());
}

TEST(TrustList, EveryFaultIsToldWithItsLine) {
    EXPECT_THAT(faults_of("[[key]]\n"), StartsWith("trust.toml:1:"));
    EXPECT_THAT(faults_of("[[key]]\n"), HasSubstr("tier"));
    EXPECT_THAT(faults_of("[[key]]\n"), HasSubstr("from"));
    EXPECT_THAT(faults_of("[[key]]\n"), HasSubstr("regions"));
    EXPECT_THAT(faults_of(trust_entry("甲", "city", "410000", city_key())),
                HasSubstr("410000 is not of tier city"));
    EXPECT_THAT(faults_of(trust_entry("甲", "city", "4110", city_key())),
                HasSubstr("is not a region code"));
    EXPECT_THAT(faults_of(trust_entry("甲", "bureau", "411000", city_key())), HasSubstr("bureau"));
    EXPECT_THAT(faults_of(trust_entry("甲", "city", "411000", city_key(), "to = \"2025-01-01\"\n")),
                HasSubstr("is not after `from`"));
    EXPECT_THAT(
        faults_of(trust_entry("甲", "city", "411000", city_key(), "revoked = \"2026-05-01\"\n")),
        HasSubstr("without a reason"));
    EXPECT_THAT(faults_of(trust_entry("甲", "city", "411000", city_key(), "untill = \"x\"\n")),
                HasSubstr("untill"));
    EXPECT_THAT(faults_of("[[key]]\npublic_key = \"00ff\"\n"), HasSubstr("is not a public key"));
}

TEST(TrustList, OneKeyIsListedOnce) {
    EXPECT_THAT(faults_of(trust_entry("甲", "city", "411000", city_key()) +
                          trust_entry("乙", "city", "411100", city_key())),
                HasSubstr("is the key of line 1"));
}

TEST(TrustList, WhatEndsSoonOrSpeaksForNobodyIsFound) {
    const TrustList trust =
        read_trust_list(trust_entry("甲", "city", "411000", city_key(), "to = \"2026-12-20\"\n"),
                        "trust.toml")
            .value();
    EXPECT_THAT(trust_findings(trust, on("2026-11-01")), IsEmpty());
    const auto soon = rules::to_text(trust_findings(trust, on("2026-12-01")));
    EXPECT_THAT(soon, HasSubstr("ends within 30 days"));
    const auto ended = rules::to_text(trust_findings(trust, on("2026-12-20")));
    EXPECT_THAT(ended, HasSubstr("the key has ended"));
    EXPECT_THAT(ended, HasSubstr("no key speaks for 411000 now"));
}

TEST(TrustList, ARegionLiesBelowTheRegionsThatItsCodeBeginsWith) {
    EXPECT_EQ(region_stem("411000"), "4110");
    EXPECT_EQ(tier_of_region("410000"), Tier::kProvince);
    EXPECT_EQ(tier_of_region("411000"), Tier::kCity);
    EXPECT_EQ(tier_of_region("411002"), Tier::kCounty);
    EXPECT_TRUE(lies_below("411002", "411000"));
    EXPECT_TRUE(lies_below("411002", "410000"));
    EXPECT_FALSE(lies_below("411000", "411000"));
    EXPECT_FALSE(lies_below("420100", "410000"));
    EXPECT_FALSE(lies_below("410000", "411000"));
}

}  // namespace
}  // namespace qk::plans
