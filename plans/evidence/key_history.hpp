// The bureau's public keys, one after the other. Each successor is named in a succession document
// that the key before it and the new key have both signed, so that whoever trusts one key can go on
// to the next, and back. A key that was lost cannot sign: the emergency document carries the new
// key's signature alone, says so, and takes nobody along who has not been told by another way.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "plans/response/signing.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

struct Succession {
    std::string from;  // public keys
    std::string to;
    rules::Instant at{};
    bool is_emergency = false;  // the key before could not sign
    std::string reason;
    std::string signature_from;  // empty in an emergency
    std::string signature_to;
};
[[nodiscard]] Succession succeed(const SigningKey& from, const SigningKey& to, rules::Instant at,
                                 std::string reason);
[[nodiscard]] Succession succeed_lost(std::string from_public, const SigningKey& to,
                                      rules::Instant at, std::string reason);
// Empty: both signatures hold, or in an emergency the one there is.
[[nodiscard]] std::string why_not_signed(const Succession& succession);
[[nodiscard]] boost::json::value to_json(const Succession& succession);
[[nodiscard]] rules::Result<Succession> succession_from_json(const boost::json::value& value,
                                                             const std::string& file);

struct KeyRecord {
    std::string key;
    rules::Instant valid_from{};
    std::optional<rules::Instant> valid_to;  // empty: in use
    std::optional<Succession> succession;    // how it came after the one before; empty: the first
};
[[nodiscard]] boost::json::value to_json(const KeyRecord& record);
[[nodiscard]] rules::Result<KeyRecord> key_record_from_json(const boost::json::value& value,
                                                            const std::string& file);

// Which keys of a history may be trusted by who trusts `pinned` (a public key or a fingerprint, 64
// hex digits): onwards and back through successions that hold, never onwards over an emergency.
// Empty where no key of the history is the pinned one.
[[nodiscard]] std::vector<std::string> keys_trusted_with(const std::vector<KeyRecord>& history,
                                                         const std::string& pinned);

}  // namespace qk::plans
