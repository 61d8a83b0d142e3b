// Whether a document that came on the order topic is an order of the bureau that counts for this
// enterprise now. Pure.
//
// Believed is what a trusted key has signed, byte for byte as it came, for this enterprise and
// county, and not older than what is on record. Which key is trusted is never the order's to say:
// it is the pinned one, or one that a chain of signed successions leads to from there, onwards
// only. Once an order of a later key was taken, those before it are no longer believed.
//
// What an order asks for is passed on as it stands. An order of a later release, with actions that
// this one does not know, is an order all the same.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/evidence/key_history.hpp"
#include "rules/base/result.hpp"

namespace qk::agent {

inline constexpr std::size_t kOrderBytesMax = std::size_t{4} << 20;

struct Addressee {
    std::string enterprise;
    std::string region;
};

struct Trust {
    std::string pinned;                     // a public key or a fingerprint
    std::vector<plans::KeyRecord> history;  // the oldest first; may be empty
    std::string last_key;                   // of the order on record; empty: none
};

// An order that was verified.
struct VerifiedOrder {
    std::string text;  // as it was signed, with its signature
    std::string key;
    std::string order;
    std::int64_t revision = 0;
    bool is_lifted = false;  // it asks for nothing
    bool is_exercise = false;
    boost::json::value document;
};

enum class OrderRefusal {
    kTooLong,
    kUnreadable,   // not a document, or not in the one form that is signed
    kUnknownKey,   // signed with a key that nobody vouches for
    kForged,       // the signature does not fit
    kNotForUs,     // a true order of somebody else
    kOlder,        // a true order of an earlier revision
    kWrongTopic,   // an exercise where orders come, or the reverse
    kContradicts,  // a true order of the same revision that says something else
};
[[nodiscard]] std::string_view to_text(OrderRefusal refusal);     // "unknown key"
[[nodiscard]] std::string_view to_chinese(OrderRefusal refusal);  // "密钥不可信"

struct OrderJudgement {
    std::optional<OrderRefusal> refusal;
    std::optional<VerifiedOrder> order;  // where it is not refused
    bool is_known = false;               // the same order is on record
};

// The public keys that are believed; `signer` is taken where the pin is its fingerprint.
[[nodiscard]] bool is_trusted(const Trust& trust, const std::string& signer);
[[nodiscard]] OrderJudgement judge_order(std::string_view text, const Trust& trust,
                                         const Addressee& us,
                                         const std::optional<VerifiedOrder>& known);

// The keys of /api/v1/keys, the oldest first.
[[nodiscard]] rules::Result<std::vector<plans::KeyRecord>> read_keys(std::string_view text,
                                                                     const std::string& file);

}  // namespace qk::agent
