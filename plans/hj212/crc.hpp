// The check sum of HJ 212, and what field devices send in its place.
//
// It is not CRC-16/MODBUS: the low byte of the register is thrown away before the next byte goes
// in. Only 256 values exist, so it finds a typing error and proves nothing: one damaged frame in
// 256 passes. Whole products send the Modbus sum, as it is or with its bytes swapped; those are
// named, so that an administrator can allow one kind for one device.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qk::plans::hj212 {

enum class CrcKind {
    kRight,
    kModbus,
    kModbusSwapped,
    kRawBytes,  // two bytes where four hexadecimal digits belong
    kWrong,
    kNotHex,
    kUnchecked,  // the content is encrypted, or the frame has no end
};
[[nodiscard]] std::string_view to_text(CrcKind kind);
[[nodiscard]] std::optional<CrcKind> parse_crc_kind(std::string_view text);

inline constexpr std::size_t kCrcDigits = 4;

[[nodiscard]] std::uint16_t crc_of(std::string_view segment);
[[nodiscard]] std::uint16_t modbus_crc_of(std::string_view segment);
[[nodiscard]] std::string crc_text(std::uint16_t crc);  // "1C80"
// Four hexadecimal digits, of either case.
[[nodiscard]] std::optional<std::uint16_t> parse_crc(std::string_view digits);

// What stands behind a segment: the four digits, or something else.
[[nodiscard]] CrcKind classify_crc(std::string_view segment, std::string_view digits);
// Whether two bytes are the sum of the segment as bytes, in either order, of either kind.
[[nodiscard]] bool is_raw_crc(std::string_view segment, std::string_view two_bytes);

}  // namespace qk::plans::hj212
