// One-time codes of an authenticator app (TOTP, RFC 6238 on HMAC-SHA-1, six digits, 30 seconds):
// the second factor. Time is a parameter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/base/time.hpp"

namespace qk::daemon {

inline constexpr int kOneTimeDigits = 6;
inline constexpr std::int64_t kCodeSeconds = 30;
// A clock may be off by so many steps to either side.
inline constexpr std::int64_t kCodeWindow = 1;

// RFC 4648 without padding, as apps want to be told a secret.
[[nodiscard]] std::string to_base32(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base32(std::string_view text);

[[nodiscard]] std::string new_code_secret();  // 160 random bits in base32
[[nodiscard]] std::int64_t code_step_of(rules::Instant at);
// Of a secret as bytes (RFC 4226, with the step as its counter).
[[nodiscard]] std::string code_at(std::string_view secret, std::int64_t step,
                                  int digits = kOneTimeDigits);

// The step whose code this is, of those around now and after `last_used`: a code counts once.
[[nodiscard]] std::optional<std::int64_t> find_code_step(std::string_view base32_secret,
                                                         std::string_view code, rules::Instant now,
                                                         std::int64_t last_used);

// "otpauth://totp/…" for an app, by link or picture.
[[nodiscard]] std::string code_address(std::string_view base32_secret, std::string_view account,
                                       std::string_view issuer);

}  // namespace qk::daemon
