// Goal: only what a trusted key signed for its own region, to us, in its time, is believed; and
// each refusal says why. Method: one good document, changed in one point each; every byte of it
// flipped.
#include "plans/federation/federation_check.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <set>

#include "tests/plans/federation/federation_fixture.hpp"

namespace qk::plans {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using Refusal = FederationRefusal;

const rules::Instant kNoon = on("2026-12-01T12:00");

FederationVerdict at_city(const std::string& text, const TrustList& trust = trust_of_all(),
                          rules::Instant now = kNoon) {
    return check_federation(text, {.trust = trust, .own_region = "411000", .now = now});
}

Refusal refusal_of(const std::function<void(FederationDocument&)>& change,
                   const SigningKey& key = province_key()) {
    FederationDocument document = a_prompt();
    change(document);
    return at_city(sign_federation(document, key)).refusal;
}

TEST(FederationCheck, AProvincesPromptToItsCityIsBelieved) {
    const TrustList trust = trust_of_all();
    const FederationVerdict verdict = at_city(sign_federation(a_prompt(), province_key()), trust);
    EXPECT_EQ(verdict.refusal, Refusal::kNone);
    EXPECT_TRUE(verdict.is_proved);
    EXPECT_THAT(verdict.why, IsEmpty());
    ASSERT_NE(verdict.key, nullptr);
    EXPECT_EQ(source_name(*verdict.key, "410000"),
              "省 河南省厅（410000），密钥 " + province_key().key_id() + " 验签");
}

TEST(FederationCheck, ACountysFollowUpToItsCityIsBelieved) {
    EXPECT_EQ(at_city(sign_federation(a_follow_up(), county_key()), trust_of_all(),
                      on("2026-12-01T18:01"))
                  .refusal,
              Refusal::kNone);
}

// The files were made by a program of others (Python's json and cryptography), so that the form is
// what it is said to be and not just what we write ourselves.
TEST(FederationCheck, DocumentsThatAnotherProgramHasSignedAreBelieved) {
    const TrustList trust = trust_of_all();
    for (const char* name : {"prompt", "floor", "follow_up", "receipt"}) {
        std::ifstream in(std::string(QK_SOURCE_DIR) + "/tests/fuzz/corpus/federation/" + name,
                         std::ios::binary);
        const std::string text(std::istreambuf_iterator<char>(in), {});
        ASSERT_FALSE(text.empty()) << name;
        const auto verdict = check_federation(text, {.trust = trust, .now = kNoon});
        EXPECT_EQ(verdict.refusal, Refusal::kNone) << name << ": " << verdict.why;
    }
}

TEST(FederationCheck, EveryByteFlippedIsRefused) {
    const std::string text = sign_federation(a_prompt(), province_key());
    const TrustList trust = trust_of_all();
    const FederationView view{.trust = trust, .own_region = "411000", .now = kNoon};
    int accepted = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (const unsigned mask : {0x01U, 0x02U, 0x04U, 0x08U, 0x10U, 0x20U, 0x40U, 0x80U}) {
            std::string flipped = text;
            flipped[i] = static_cast<char>(static_cast<unsigned char>(text[i]) ^ mask);
            accepted += check_federation(flipped, view).refusal == Refusal::kNone ? 1 : 0;
        }
    }
    EXPECT_EQ(accepted, 0);
    EXPECT_EQ(check_federation(text, view).refusal, Refusal::kNone);
}

TEST(FederationCheck, WhatIsCutLongerOrOtherwiseSpeltIsRefused) {
    const std::string text = sign_federation(a_prompt(), province_key());
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_EQ(at_city(text.substr(0, size)).refusal, Refusal::kMalformed) << size;
    }
    EXPECT_EQ(at_city(text + "\n").refusal, Refusal::kMalformed);
    EXPECT_EQ(at_city(" " + text).refusal, Refusal::kMalformed);
    EXPECT_EQ(at_city(std::string(kFederationBytesMax + 1, '{')).refusal, Refusal::kMalformed);
}

TEST(FederationCheck, AKeyThatIsNotInTheListProvesNothing) {
    const auto verdict = at_city(sign_federation(a_prompt(), federation_key('x')));
    EXPECT_EQ(verdict.refusal, Refusal::kUnknownKey);
    EXPECT_FALSE(verdict.is_proved);
}

TEST(FederationCheck, ASignatureOfAnotherDocumentIsRefused) {
    std::string text = sign_federation(a_prompt(), province_key());
    FederationDocument other = a_prompt();
    other.revision = 2;
    const auto signature = read_federation(sign_federation(other, province_key()), "x")->signature;
    const auto own = read_federation(text, "x")->signature;
    text.replace(text.find(own), own.size(), signature);
    const auto verdict = at_city(text);
    EXPECT_EQ(verdict.refusal, Refusal::kBadSignature);
    EXPECT_FALSE(verdict.is_proved);
    EXPECT_THAT(verdict.why, HasSubstr("签名与内容不符"));
}

TEST(FederationCheck, AKeySpeaksForItsRegionsAndItsTierOnly) {
    EXPECT_EQ(refusal_of([](FederationDocument& d) { d.issuer = "420000"; }),
              Refusal::kNotForRegion);
    EXPECT_EQ(refusal_of([](FederationDocument&) {}, city_key()), Refusal::kNotForRegion);
    EXPECT_EQ(refusal_of([](FederationDocument& d) { d.issuer_tier = Tier::kNational; }),
              Refusal::kWrongTier);
}

TEST(FederationCheck, FloorsAndPromptsGoDownAndFollowUpsGoUp) {
    const TrustList trust = trust_of_all();
    FederationDocument up = a_prompt();
    up.issuer_tier = Tier::kCounty;
    up.issuer = "411002";
    up.id = federation_id("411002", FederationKind::kPrompt, "1");
    EXPECT_EQ(at_city(sign_federation(up, county_key())).refusal, Refusal::kWrongDirection);
    FederationDocument down = a_follow_up();
    down.issuer_tier = Tier::kProvince;
    down.issuer = "410000";
    down.id = federation_id("410000", FederationKind::kFollowUp, "1");
    std::get<FollowUpBody>(down.body).region = "410000";
    EXPECT_EQ(at_city(sign_federation(down, province_key()), trust, on("2026-12-02")).refusal,
              Refusal::kWrongDirection);
}

TEST(FederationCheck, ACountyAnswersForItselfAlone) {
    FederationDocument document = a_follow_up();
    std::get<FollowUpBody>(document.body).region = "411003";
    EXPECT_EQ(
        at_city(sign_federation(document, county_key()), trust_of_all(), on("2026-12-02")).refusal,
        Refusal::kWrongDirection);
}

TEST(FederationCheck, AnIdBeginsWithItsIssuerAndKind) {
    EXPECT_EQ(refusal_of([](FederationDocument& d) { d.id = "410000/floor/1"; }),
              Refusal::kWrongDirection);
    EXPECT_EQ(refusal_of([](FederationDocument& d) { d.id = "410000/prompt/another"; }),
              Refusal::kWrongDirection);
    EXPECT_EQ(refusal_of([](FederationDocument& d) { d.id = "420000/prompt/1"; }),
              Refusal::kWrongDirection);
}

TEST(FederationCheck, WhatIsAddressedToAnotherIsNotForUs) {
    EXPECT_EQ(refusal_of([](FederationDocument& d) { d.addressee = "410100"; }),
              Refusal::kNotForUs);
    const TrustList trust = trust_of_all();
    FederationDocument other = a_prompt();
    other.addressee = "410100";
    const std::string text = sign_federation(other, province_key());
    EXPECT_EQ(check_federation(text, {.trust = trust, .now = kNoon}).refusal, Refusal::kNone)
        << "whoever looks at another's document sees that it holds";
}

TEST(FederationCheck, ClocksMayDifferByMinutesAndNoMore) {
    EXPECT_EQ(refusal_of([](FederationDocument& d) { d.issued_at = kNoon + kClockSkew; }),
              Refusal::kNone);
    EXPECT_EQ(refusal_of([](FederationDocument& d) {
                  d.issued_at = kNoon + kClockSkew + std::chrono::seconds(1);
              }),
              Refusal::kFromFuture);
}

TEST(FederationCheck, WhatHasExpiredIsNotTakenAnyMore) {
    const std::string text = sign_federation(a_prompt(), province_key());
    EXPECT_EQ(at_city(text, trust_of_all(), on("2026-12-04T23:59")).refusal, Refusal::kNone);
    const auto verdict = at_city(text, trust_of_all(), on("2026-12-05T00:00"));
    EXPECT_EQ(verdict.refusal, Refusal::kExpired);
    EXPECT_TRUE(verdict.is_proved) << "the issuer gets a signed answer";
}

TEST(FederationCheck, ARevokedKeyIsNotBelievedWhateverItDates) {
    const TrustList trust =
        read_trust_list(trust_entry("河南省厅", "province", "410000", province_key(),
                                    "revoked = \"2026-12-01T11:00\"\nreason = \"密钥遗失\"\n"),
                        "trust.toml")
            .value();
    const std::string text = sign_federation(a_prompt(), province_key());
    EXPECT_EQ(at_city(text, trust, on("2026-12-01T10:59")).refusal, Refusal::kNone);
    const auto verdict = at_city(text, trust, on("2026-12-01T11:00"));
    EXPECT_EQ(verdict.refusal, Refusal::kRevokedKey);
    EXPECT_FALSE(verdict.is_proved);
}

TEST(FederationCheck, AKeySpeaksBetweenItsDates) {
    const auto with_end = [](std::string_view to) {
        return read_trust_list(trust_entry("河南省厅", "province", "410000", province_key(),
                                           "to = \"" + std::string(to) + "\"\n"),
                               "trust.toml")
            .value();
    };
    const std::string text = sign_federation(a_prompt(), province_key());  // of 10:00
    EXPECT_EQ(at_city(text, with_end("2026-12-01T10:00")).refusal, Refusal::kKeyEnded);
    EXPECT_EQ(at_city(text, with_end("2026-12-01T10:01")).refusal, Refusal::kNone);
    const rules::Instant late = on("2026-12-01T10:01") + kKeyGrace;
    EXPECT_EQ(at_city(text, with_end("2026-12-01T10:01"), late - std::chrono::seconds(1)).refusal,
              Refusal::kNone);
    EXPECT_EQ(at_city(text, with_end("2026-12-01T10:01"), late).refusal, Refusal::kKeyEnded);
    EXPECT_EQ(refusal_of([](FederationDocument& d) { d.issued_at = on("2025-12-31T23:59"); }),
              Refusal::kKeyNotYet);
}

TEST(FederationCheck, ANewerRevisionReplacesAndAnOlderDoesNot) {
    const HeldRevision held{3, "content"};
    EXPECT_EQ(judge_revision(std::nullopt, 1, "x"), RevisionStep::kNew);
    EXPECT_EQ(judge_revision(held, 4, "x"), RevisionStep::kNew);
    EXPECT_EQ(judge_revision(held, 3, "content"), RevisionStep::kSame);
    EXPECT_EQ(judge_revision(held, 3, "other"), RevisionStep::kConflict);
    EXPECT_EQ(judge_revision(held, 2, "content"), RevisionStep::kOlder);
}

TEST(FederationCheck, EveryRefusalHasAWordAndAReason) {
    std::set<std::string_view> words;
    for (int i = 1; i <= static_cast<int>(Refusal::kTaken); ++i) {
        const auto refusal = static_cast<Refusal>(i);
        EXPECT_THAT(reason_of(refusal), HasSubstr(" / ")) << i;
        EXPECT_TRUE(words.insert(to_text(refusal)).second) << i;
    }
}

}  // namespace
}  // namespace qk::plans
