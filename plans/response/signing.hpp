// Signing with the bureau's key: Ed25519 (RFC 8032).
//
// One key signs several kinds of things, so each kind but the order has a mark in front of the
// signed bytes: "qingkong audit-head 1\n" and so on. An order is signed as its bare canonical text,
// as anyone can check with OpenSSL alone; it begins with "{" and no mark does, so a signature of
// one kind is never one of another.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "rules/base/result.hpp"

struct evp_pkey_st;

namespace qk::plans {

// kReceipt is signed by an enterprise with a key of its own, all others by the bureau.
enum class Purpose {
    kOrder,
    kWebhook,
    kAuditHead,
    kKeySuccession,
    kEvidence,
    kReceipt,
    kMark,
    kFederation,
    kTask,
    kBackup
};
inline constexpr std::size_t kPurposeCount = 10;
// The bytes that are signed.
[[nodiscard]] std::string marked(Purpose purpose, std::string_view message);

// Ed25519 key pair; the secret never leaves the object and is never printed. May be used from
// several threads.
class SigningKey {
 public:
    // 32 bytes of seed, for example from a key file; the caller reads the file.
    static rules::Result<SigningKey> from_seed(std::string_view seed_32_bytes);
    // 128 hex digits.
    [[nodiscard]] std::string sign_hex(Purpose purpose, std::string_view message) const;
    [[nodiscard]] const std::string& public_key_hex() const { return public_key_hex_; }
    [[nodiscard]] const std::string& key_id() const { return key_id_; }  // first 16 of fingerprint

 private:
    std::shared_ptr<evp_pkey_st> pair_;
    std::string public_key_hex_;
    std::string key_id_;
};

[[nodiscard]] bool verify_hex(std::string_view public_key_hex, Purpose purpose,
                              std::string_view message, std::string_view signature_hex);

// SHA-256 of the 32 bytes of a public key, 64 hex digits; empty where it is not a public key.
[[nodiscard]] std::string fingerprint_of(std::string_view public_key_hex);

}  // namespace qk::plans
