// What the daemons of a province, its cities and their counties send one another (联动文书): a
// prompt or a floor goes down, the follow-up goes up, and each is answered by a receipt. All are
// documents of one form, signed with the key of the bureau that sends them, so that the next tier
// can prove to anybody what it was asked.
//
// A document is the canonical JSON (RFC 8785) of its members. What is signed is the same without
// the member `signature`, behind the mark of Purpose::kFederation; so OpenSSL alone can check it. A
// text that is not in the canonical form is refused: a document has one spelling.
//
// `id` names what the document is about, over all its revisions; among those of one issuer for one
// addressee a higher `revision` replaces a lower one.
#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "plans/packs/region_pack.hpp"
#include "plans/response/signing.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"
#include "rules/warning/colour.hpp"
#include "rules/warning/proposal.hpp"

namespace qk::plans {

// In the order of FederationBody.
enum class FederationKind { kPrompt, kFloor, kFollowUp, kReceipt };
[[nodiscard]] std::string_view to_text(FederationKind kind);     // "follow_up"
[[nodiscard]] std::string_view to_chinese(FederationKind kind);  // "落实情况"
[[nodiscard]] std::optional<FederationKind> parse_federation_kind(std::string_view text);

// A regional prompt (区域预警提示), as it is recorded by hand too.
struct PromptBody {
    rules::RegionalPrompt prompt;
    std::string asks = "warning";  // or "lift"
    std::string note;
};
// A floor from above (上级要求的最低预警级别).
struct FloorBody {
    std::string document;  // number of the letter
    std::string clause;
    rules::Colour colour = rules::Colour::kYellow;
    rules::Span span;
};
// What a place says of a prompt that it was given.
struct FollowUpBody {
    std::string prompt;  // its number
    std::string region;
    std::string state;  // "waiting", "followed", "refused"
    std::string note;
    rules::Instant at{};
};
// What became of a document at its addressee.
struct DeliveryBody {
    std::string id;
    std::int64_t revision = 0;
    std::string digest;     // SHA-256 of the whole text of the document
    bool is_taken = false;  // false: proved, and refused
    std::string why;        // of a refusal
    rules::Instant received_at{};
};
using FederationBody = std::variant<PromptBody, FloorBody, FollowUpBody, DeliveryBody>;

struct FederationDocument {
    std::string id;
    std::int64_t revision = 1;
    std::optional<std::int64_t> supersedes;  // the revision that was made before this one
    Tier issuer_tier = Tier::kCity;
    std::string issuer;  // region codes (GB/T 2260)
    std::string addressee;
    FederationBody body;
    rules::Instant issued_at{};
    rules::Instant effective{};
    rules::Instant expires{};  // from then on it is not taken any more
    std::string key;           // fingerprint of the public key
    std::string signature;     // 128 hex digits

    [[nodiscard]] FederationKind kind() const { return static_cast<FederationKind>(body.index()); }
};

inline constexpr std::size_t kFederationBytesMax = std::size_t{32} << 10;
inline constexpr std::size_t kFederationTextBytesMax = 2000;  // of one text in it
// How long a follow-up or a receipt may be on its way.
inline constexpr std::chrono::hours kAnswerLives{30 * 24};

// "410000/prompt/豫环2026-3": the same for every revision.
[[nodiscard]] std::string federation_id(std::string_view issuer, FederationKind kind,
                                        std::string_view subject);
// From when to when it means something: `effective` and `expires` by its body.
[[nodiscard]] rules::Span life_of(const FederationBody& body, rules::Instant issued_at);

// Names the key, signs, and gives the text that is sent.
[[nodiscard]] std::string sign_federation(FederationDocument document, const SigningKey& key);
// Every fault of the text, also that it is not in the canonical form; signatures are another
// matter (federation_check.hpp).
[[nodiscard]] rules::Result<FederationDocument> read_federation(std::string_view text,
                                                                const std::string& file);
// The bytes that the signature is over, but for the mark; of a text that read_federation takes.
[[nodiscard]] std::string federation_signed_text(std::string_view text);
// The same for two texts that say the same: without when and with which key it was signed.
[[nodiscard]] std::string federation_content(std::string_view text);

}  // namespace qk::plans
