#include "plans/hj212/sm4.hpp"

#include <openssl/evp.h>

#include <memory>

namespace qk::plans::hj212 {
namespace {

constexpr std::size_t kBlockBytes = 16;
constexpr std::size_t kByteAsTextBytes = 4;  // "0xE4"

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10U;
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
    return std::nullopt;
}

std::optional<char> hex_byte(std::string_view two) {
    if (two.size() != 2) return std::nullopt;
    const auto high = hex_digit(two[0]);
    const auto low = hex_digit(two[1]);
    if (!high || !low) return std::nullopt;
    return static_cast<char>(*high << 4U | *low);
}

using Cipher = std::unique_ptr<EVP_CIPHER, decltype(&EVP_CIPHER_free)>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

}  // namespace

std::optional<EncryptedArea> parse_encrypted(std::string_view content) {
    if (!content.starts_with('{')) return std::nullopt;
    const std::size_t close = content.find('}');
    if (close == std::string_view::npos) return std::nullopt;
    EncryptedArea area;
    area.tail = content.substr(close + 1);
    std::string_view list = content.substr(1, close - 1);
    while (!list.empty()) {
        if (list.front() == ',' || list.front() == ' ') {
            list.remove_prefix(1);
            continue;
        }
        const std::string_view one = list.substr(0, kByteAsTextBytes);
        const auto byte =
            one.starts_with("0x") || one.starts_with("0X") ? hex_byte(one.substr(2)) : std::nullopt;
        if (!byte) return std::nullopt;
        area.blocks.push_back(*byte);
        list.remove_prefix(one.size());
    }
    if (area.blocks.empty() || area.blocks.size() % kBlockBytes != 0) return std::nullopt;
    return area;
}

std::optional<std::string> decrypt_sm4(std::string_view blocks, std::string_view key) {
    if (key.size() != kSm4KeyBytes || blocks.size() % kBlockBytes != 0) return std::nullopt;
    const Cipher cipher(EVP_CIPHER_fetch(nullptr, "SM4-ECB", nullptr), EVP_CIPHER_free);
    const CipherContext context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    if (!cipher || !context) return std::nullopt;
    const auto* key_bytes = reinterpret_cast<const unsigned char*>(key.data());
    if (EVP_DecryptInit_ex2(context.get(), cipher.get(), key_bytes, nullptr, nullptr) != 1 ||
        EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1) {
        return std::nullopt;
    }
    std::string plain(blocks.size() + kBlockBytes, '\0');
    int written = 0;
    const int good = EVP_DecryptUpdate(
        context.get(), reinterpret_cast<unsigned char*>(plain.data()), &written,
        reinterpret_cast<const unsigned char*>(blocks.data()), static_cast<int>(blocks.size()));
    if (good != 1 || static_cast<std::size_t>(written) != blocks.size()) return std::nullopt;
    plain.resize(blocks.size());
    return plain;
}

std::optional<std::string> parse_sm4_key(std::string_view text) {
    if (text.size() == kSm4KeyBytes) return std::string(text);
    if (text.size() != 2 * kSm4KeyBytes) return std::nullopt;
    std::string key;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto byte = hex_byte(text.substr(i, 2));
        if (!byte) return std::nullopt;
        key.push_back(*byte);
    }
    return key;
}

}  // namespace qk::plans::hj212
