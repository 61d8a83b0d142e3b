#include "plans/text/sha256.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace qk::plans {

struct Sha256::Parts {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~Parts() { EVP_MD_CTX_free(context); }
};

namespace {

void must(bool is_done) {
    if (!is_done) throw std::runtime_error("SHA-256 is not available from OpenSSL");
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    hex.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        hex += kDigits[byte >> 4U];
        hex += kDigits[byte & 15U];
    }
    return hex;
}

Sha256::Sha256() : parts_(std::make_unique<Parts>()) {
    must(parts_->context != nullptr &&
         EVP_DigestInit_ex(parts_->context, EVP_sha256(), nullptr) == 1);
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
    must(EVP_DigestUpdate(parts_->context, bytes.data(), bytes.size()) == 1);
}

std::string Sha256::hex() const {
    Parts copy;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    must(copy.context != nullptr && EVP_MD_CTX_copy_ex(copy.context, parts_->context) == 1 &&
         EVP_DigestFinal_ex(copy.context, digest.data(), &size) == 1);
    return to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

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

std::string sha256_bytes(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    must(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
    return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string sha256_hex(std::string_view bytes) { return to_hex(sha256_bytes(bytes)); }

}  // namespace qk::plans
