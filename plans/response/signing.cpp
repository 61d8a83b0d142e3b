// Ed25519 (RFC 8032) through OpenSSL's EVP interface.
#include "plans/response/signing.hpp"

#include <openssl/evp.h>

#include <array>
#include <cassert>

#include "plans/text/sha256.hpp"

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

std::string_view view_of(const unsigned char* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

std::string marked(Purpose purpose, std::string_view message) {
    constexpr std::array<std::string_view, kPurposeCount> kMarks{"",
                                                                 "qingkong webhook 1\n",
                                                                 "qingkong audit-head 1\n",
                                                                 "qingkong key-succession 1\n",
                                                                 "qingkong evidence 1\n",
                                                                 "qingkong receipt 1\n",
                                                                 "qingkong mark 1\n",
                                                                 "qingkong federation 1\n",
                                                                 "qingkong task 1\n",
                                                                 "qingkong backup 1\n"};
    std::string bytes(kMarks[static_cast<std::size_t>(purpose)]);
    bytes += message;
    return bytes;
}

std::string fingerprint_of(std::string_view public_key_hex) {
    const auto bytes = from_hex(public_key_hex, kKeyBytes);
    return bytes ? sha256_hex(*bytes) : std::string();
}

rules::Result<SigningKey> SigningKey::from_seed(std::string_view seed_32_bytes) {
    if (seed_32_bytes.size() != kKeyBytes) {
        return rules::refuse("signing key: " + std::to_string(seed_32_bytes.size()) + " bytes",
                             "32 bytes of seed");
    }
    SigningKey key;
    key.pair_.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(seed_32_bytes),
                                                 seed_32_bytes.size()),
                    EVP_PKEY_free);
    std::array<unsigned char, kKeyBytes> public_key{};
    std::size_t size = public_key.size();
    if (!key.pair_ || EVP_PKEY_get_raw_public_key(key.pair_.get(), public_key.data(), &size) != 1) {
        return rules::refuse("signing key: OpenSSL refuses the seed", "32 bytes of seed");
    }
    key.public_key_hex_ = to_hex(view_of(public_key.data(), size));
    constexpr std::size_t kIdDigits = 16;
    key.key_id_ = fingerprint_of(key.public_key_hex_).substr(0, kIdDigits);
    return key;
}

std::string SigningKey::sign_hex(Purpose purpose, std::string_view message) const {
    const std::string bytes = marked(purpose, message);
    const Context context(EVP_MD_CTX_new());
    std::array<unsigned char, kSignatureBytes> signature{};
    std::size_t size = signature.size();
    [[maybe_unused]] const bool done =
        context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, pair_.get()) == 1 &&
        EVP_DigestSign(context.get(), signature.data(), &size, bytes_of(bytes), bytes.size()) == 1;
    assert(done);
    return to_hex(view_of(signature.data(), size));
}

bool verify_hex(std::string_view public_key_hex, Purpose purpose, std::string_view message,
                std::string_view signature_hex) {
    const auto public_key = from_hex(public_key_hex, kKeyBytes);
    const auto signature = from_hex(signature_hex, kSignatureBytes);
    if (!public_key || !signature) return false;
    const std::string bytes = marked(purpose, message);
    const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*public_key),
                                              public_key->size()));
    const Context context(EVP_MD_CTX_new());
    return key && context &&
           EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(*signature), signature->size(), bytes_of(bytes),
                            bytes.size()) == 1;
}

}  // namespace qk::plans
