// Whether a document of another tier is believed: the form, the key, the signature, the dates, and
// whether this key may say this for this region to us. Each refusal has its reason.
//
// `now` is when the text came, so that the same question gives the same answer years later.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "plans/federation/federation_document.hpp"
#include "plans/federation/trust_list.hpp"

namespace qk::plans {

enum class FederationRefusal {
    kNone,          // it is believed
    kMalformed,     // not JSON, not canonical, a member missing or wrong, too long
    kUnknownKey,    // no key of the list
    kBadSignature,  // the text is not what was signed
    kRevokedKey,
    kKeyNotYet,       // issued before the key began
    kKeyEnded,        // issued after the key ended, or came too long after
    kNotForRegion,    // the key does not speak for the region that the document names as its issuer
    kWrongTier,       // the issuer is not of the tier that it says
    kWrongDirection,  // a floor from below, a follow-up from above, a place of another region
    kNotForUs,
    kFromFuture,  // issued later than our clock, by more than the clocks may differ
    kExpired,
    // Held against what came before (judge_revision), or by what it asks for.
    kOlder,
    kConflict,  // the same revision with another content
    kNoSuch,    // a follow-up of a prompt that is not on record, or not waiting for that place
    kTaken,     // the number is on record from somebody else
};
[[nodiscard]] std::string_view to_text(FederationRefusal refusal);  // "bad_signature"
// "签名不符：… / the signature does not fit the text"
[[nodiscard]] std::string reason_of(FederationRefusal refusal);

inline constexpr std::chrono::seconds kClockSkew{300};
struct FederationView {
    const TrustList& trust;
    std::string own_region{};  // empty: anybody's document is looked at
    rules::Instant now{};
    std::chrono::seconds clock_skew = kClockSkew;
};
struct FederationVerdict {
    FederationRefusal refusal = FederationRefusal::kMalformed;
    std::string why{};       // Chinese / English; empty where it is believed
    bool is_proved = false;  // its key is in the list and signed just this text
    std::optional<FederationDocument> document{};  // where the form holds
    const TrustedKey* key = nullptr;               // of the list in the view
};
[[nodiscard]] FederationVerdict check_federation(std::string_view text, const FederationView& view);

// A document against the one with the highest revision that was taken of the same issuer and id.
struct HeldRevision {
    std::int64_t revision = 0;
    std::string content;  // federation_content() of it
};
enum class RevisionStep { kNew, kSame, kOlder, kConflict };
[[nodiscard]] RevisionStep judge_revision(const std::optional<HeldRevision>& held,
                                          std::int64_t revision, std::string_view content);

// "省 河南省生态环境厅（410000），密钥 0123456789abcdef 验签": how a source is named in proposals,
// lists and the audit log.
[[nodiscard]] std::string source_name(const TrustedKey& key, std::string_view region);

}  // namespace qk::plans
