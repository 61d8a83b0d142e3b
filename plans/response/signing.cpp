// Ed25519 (RFC 8032) through OpenSSL's EVP interface.
#include <openssl/evp.h>

#include <cassert>
#include <memory>

#include "plans/response/order.hpp"

namespace qk::plans {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;

struct Freer {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Freer>;
using Context = std::unique_ptr<EVP_MD_CTX, Freer>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string to_hex(const unsigned char* bytes, std::size_t size) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string hex;
    hex.reserve(size * 2);
    for (std::size_t i = 0; i < size; ++i) {
        hex += kHex[bytes[i] >> 4];
        hex += kHex[bytes[i] & 15];
    }
    return hex;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

// Lower-case hex of exactly `size` bytes; empty for anything else.
std::optional<std::string> from_hex(std::string_view hex, std::size_t size) {
    if (hex.size() != size * 2) return std::nullopt;
    std::string bytes;
    bytes.reserve(size);
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const int high = hex_digit(hex[i]);
        const int low = hex_digit(hex[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

}  // namespace

rules::Result<SigningKey> SigningKey::from_seed(std::string_view seed_32_bytes) {
    if (seed_32_bytes.size() != kKeyBytes) {
        return rules::refuse("signing key: " + std::to_string(seed_32_bytes.size()) + " bytes",
                             "32 bytes of seed");
    }
    SigningKey key;
    std::copy(seed_32_bytes.begin(), seed_32_bytes.end(), key.seed_.begin());
    const Key pair(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, key.seed_.data(),
                                                key.seed_.size()));
    std::array<unsigned char, kKeyBytes> public_key{};
    std::size_t size = public_key.size();
    if (!pair || EVP_PKEY_get_raw_public_key(pair.get(), public_key.data(), &size) != 1) {
        return rules::refuse("signing key: OpenSSL refuses the seed", "32 bytes of seed");
    }
    key.public_key_hex_ = to_hex(public_key.data(), size);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned digest_size = 0;
    EVP_Digest(public_key.data(), size, digest.data(), &digest_size, EVP_sha256(), nullptr);
    key.key_id_ = to_hex(digest.data(), 8);
    return key;
}

std::string SigningKey::sign_hex(std::string_view message) const {
    const Key pair(
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed_.data(), seed_.size()));
    const Context context(EVP_MD_CTX_new());
    std::array<unsigned char, kSignatureBytes> signature{};
    std::size_t size = signature.size();
    [[maybe_unused]] const bool done =
        pair && context &&
        EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, pair.get()) == 1 &&
        EVP_DigestSign(context.get(), signature.data(), &size, bytes_of(message), message.size()) ==
            1;
    assert(done);
    return to_hex(signature.data(), size);
}

bool verify_hex(std::string_view public_key_hex, std::string_view message,
                std::string_view signature_hex) {
    const auto public_key = from_hex(public_key_hex, kKeyBytes);
    const auto signature = from_hex(signature_hex, kSignatureBytes);
    if (!public_key || !signature) return false;
    const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*public_key),
                                              public_key->size()));
    const Context context(EVP_MD_CTX_new());
    return key && context &&
           EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(*signature), signature->size(),
                            bytes_of(message), message.size()) == 1;
}

}  // namespace qk::plans
