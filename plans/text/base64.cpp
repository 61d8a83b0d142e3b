#include "plans/text/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace qk::plans {
namespace {

constexpr std::size_t kBytesPerGroup = 3;
constexpr std::size_t kCharactersPerGroup = 4;

bool is_of_base64(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

}  // namespace

std::string base64_of(std::string_view bytes) {
    const std::size_t groups = (bytes.size() + kBytesPerGroup - 1) / kBytesPerGroup;
    std::string text(groups * kCharactersPerGroup + 1, '\0');  // OpenSSL ends it with a zero
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                       static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::optional<std::string> bytes_of_base64(std::string_view text) {
    if (text.empty() || text.size() % kCharactersPerGroup != 0) return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && text[text.size() - 1 - padding] == '=') ++padding;
    const std::string_view body = text.substr(0, text.size() - padding);
    if (!std::ranges::all_of(body, is_of_base64)) return std::nullopt;
    std::string bytes(text.size() / kCharactersPerGroup * kBytesPerGroup, '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                       reinterpret_cast<const unsigned char*>(text.data()),
                                       static_cast<int>(text.size()));
    if (length < 0) return std::nullopt;
    bytes.resize(static_cast<std::size_t>(length) - padding);
    return bytes;
}

}  // namespace qk::plans
