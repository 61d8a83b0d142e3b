#include "daemon/access/one_time_code.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <cassert>
#include <stdexcept>

#include "daemon/access/logins.hpp"

namespace qk::daemon {
namespace {

constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::size_t kSecretBytes = 20;
constexpr int kLetterBits = 5;
constexpr int kByteBits = 8;

std::string percent_encoded(std::string_view text) {
    std::string made;
    for (const char c : text) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
        made +=
            is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return made;
}

}  // namespace

std::string to_base32(std::string_view bytes) {
    std::string text;
    std::uint32_t held = 0;
    int bits = 0;
    for (const char c : bytes) {
        held = held << kByteBits | static_cast<unsigned char>(c);
        bits += kByteBits;
        while (bits >= kLetterBits) {
            bits -= kLetterBits;
            text += kLetters[held >> bits & 31U];
        }
        held &= (1U << bits) - 1U;
    }
    if (bits > 0) text += kLetters[held << (kLetterBits - bits) & 31U];
    return text;
}

std::optional<std::string> from_base32(std::string_view text) {
    std::string bytes;
    std::uint32_t held = 0;
    int bits = 0;
    for (const char c : text) {
        const auto value = kLetters.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        held = held << kLetterBits | static_cast<std::uint32_t>(value);
        bits += kLetterBits;
        if (bits < kByteBits) continue;
        bits -= kByteBits;
        bytes += static_cast<char>(held >> bits & 255U);
        held &= (1U << bits) - 1U;
    }
    return bytes;
}

std::string new_code_secret() {
    std::string bytes(kSecretBytes, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()),
                   static_cast<int>(bytes.size())) != 1) {
        throw std::runtime_error("the system gives no random bytes");
    }
    return to_base32(bytes);
}

std::int64_t code_step_of(rules::Instant at) {
    return at.time_since_epoch().count() / kCodeSeconds;
}

std::string code_at(std::string_view secret, std::int64_t step, int digits) {
    std::array<unsigned char, 8> counter{};
    auto rest = static_cast<std::uint64_t>(step);
    for (std::size_t i = counter.size(); i-- > 0; rest >>= kByteBits) {
        counter[i] = static_cast<unsigned char>(rest & 255U);
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> made{};
    unsigned int size = 0;
    const unsigned char* const is_made =
        HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(),
             counter.size(), made.data(), &size);
    if (is_made == nullptr) throw std::runtime_error("OpenSSL offers no HMAC-SHA-1");
    assert(size == kSecretBytes);
    const std::size_t at = made[size - 1] & 15U;  // RFC 4226, 5.3
    const std::uint32_t number = (made[at] & 127U) << 24U | made[at + 1] << 16U |
                                 made[at + 2] << 8U | std::uint32_t{made[at + 3]};
    std::uint32_t power = 1;
    for (int i = 0; i < digits; ++i) power *= 10;
    return fmt::format("{:0{}}", number % power, digits);
}

std::optional<std::int64_t> find_code_step(std::string_view base32_secret, std::string_view code,
                                           rules::Instant now, std::int64_t last_used) {
    const auto secret = from_base32(base32_secret);
    if (!secret || secret->empty() || code.size() != kOneTimeDigits) return std::nullopt;
    std::optional<std::int64_t> found;
    const std::int64_t here = code_step_of(now);
    for (std::int64_t step = here - kCodeWindow; step <= here + kCodeWindow; ++step) {
        if (is_same_secret(code_at(*secret, step), code) && step > last_used) found = step;
    }
    return found;
}

std::string code_address(std::string_view base32_secret, std::string_view account,
                         std::string_view issuer) {
    return fmt::format(
        "otpauth://totp/{}:{}?secret={}&issuer={}&algorithm=SHA1&digits={}&period={}",
        percent_encoded(issuer), percent_encoded(account), base32_secret, percent_encoded(issuer),
        kOneTimeDigits, kCodeSeconds);
}

}  // namespace qk::daemon
