// Encrypted data areas of HJ 212-2025: SM4, ECB, whole blocks only, the rest in clear:
// "{0xE4,0x3E,...}tail". The check sum is that of the plain segment, so that it says whether the
// key was right, one time in 256 wrongly.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace qk::plans::hj212 {

inline constexpr std::size_t kSm4KeyBytes = 16;

struct EncryptedArea {
    std::string blocks;  // as bytes; a multiple of 16
    std::string_view tail;
};
// What stands between the marks of an area; empty: it is not of that form.
[[nodiscard]] std::optional<EncryptedArea> parse_encrypted(std::string_view content);
// Empty: the key has not 16 bytes, or there is no SM4 here.
[[nodiscard]] std::optional<std::string> decrypt_sm4(std::string_view blocks, std::string_view key);
// 32 hexadecimal digits or 16 bytes as they are.
[[nodiscard]] std::optional<std::string> parse_sm4_key(std::string_view text);

}  // namespace qk::plans::hj212
