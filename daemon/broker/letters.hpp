// Enrolment letters (接入通知书): a page for each enterprise with what its plant needs to connect,
// for a printer, with a QR code of the same. It is the only place where a password stands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::broker {

struct Letter {
    std::string user;           // the enterprise's id
    std::string name;           // may be empty
    std::string password;       // empty: it comes by a certificate
    std::string certificate{};  // fingerprint of the one it was given, hex
    rules::Instant certificate_to{};
};

// What is the same in every letter.
struct LetterFacts {
    std::string bureau;  // who writes; may be empty
    std::string host;
    std::uint16_t port = 0;
    std::string authority;    // fingerprint of ca.crt, hex
    std::string signing_key;  // the bureau's public key, 64 hex digits; empty: told by another way
    std::string key_fingerprint;
    rules::Instant now{};
    bool is_rotation = false;
};

// The QR code's text: {"v":1,"url","user","password","ca","key"}; "certificate" for "password".
[[nodiscard]] std::string connection_text(const Letter& letter, const LetterFacts& facts);
// One HTML document that names nothing outside of itself.
[[nodiscard]] std::string letters_page(const std::vector<Letter>& letters,
                                       const LetterFacts& facts);
// A QR code of byte mode as SVG; throws std::runtime_error where the text is too long for one.
[[nodiscard]] std::string qr_svg(std::string_view text);

// Into a new file that its owner alone can read; one that is there is never written over.
[[nodiscard]] rules::Result<void> write_secret(const std::string& path, std::string_view bytes);

}  // namespace qk::broker
