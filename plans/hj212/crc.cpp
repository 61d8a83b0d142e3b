#include "plans/hj212/crc.hpp"

#include <fmt/format.h>

#include <array>

#include "rules/base/enum_words.hpp"

namespace qk::plans::hj212 {
namespace {

constexpr std::uint16_t kStart = 0xFFFF;
constexpr std::uint16_t kPolynomial = 0xA001;

constexpr rules::EnumWords<CrcKind, 7, 1> kKinds{{
    {CrcKind::kRight, {"hj212"}},
    {CrcKind::kModbus, {"modbus"}},
    {CrcKind::kModbusSwapped, {"modbus-swapped"}},
    {CrcKind::kRawBytes, {"raw-bytes"}},
    {CrcKind::kWrong, {"wrong"}},
    {CrcKind::kNotHex, {"not-hex"}},
    {CrcKind::kUnchecked, {"unchecked"}},
}};

// What eight shifts make of each low byte.
constexpr std::array<std::uint16_t, 256> kShifted = [] {
    std::array<std::uint16_t, 256> table{};
    for (std::size_t byte = 0; byte < table.size(); ++byte) {
        unsigned value = static_cast<unsigned>(byte);
        for (int i = 0; i < 8; ++i)
            value = (value & 1U) != 0 ? value >> 1U ^ kPolynomial : value >> 1U;
        table[byte] = static_cast<std::uint16_t>(value);
    }
    return table;
}();

// The high byte after one to eight bytes: it alone goes on to the next step. The sum is linear, so
// that what each of eight bytes does to it can be looked up apart and laid over one another, and
// the look-ups need not wait for one another.
constexpr std::size_t kAtOnce = 8;
constexpr std::array<std::array<std::uint8_t, 256>, kAtOnce> kHighAfter = [] {
    std::array<std::array<std::uint8_t, 256>, kAtOnce> tables{};
    for (std::size_t byte = 0; byte < 256; ++byte) {
        std::size_t value = byte;
        for (auto& table : tables) {
            value = kShifted[value] >> 8U;
            table[byte] = static_cast<std::uint8_t>(value);
        }
    }
    return tables;
}();

std::optional<unsigned> digit_of(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10U;
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
    return std::nullopt;
}

std::uint16_t swapped(std::uint16_t value) {
    return static_cast<std::uint16_t>((value & 0xFFU) << 8U | value >> 8U);
}

}  // namespace

std::string_view to_text(CrcKind kind) { return kKinds.english(kind); }
std::optional<CrcKind> parse_crc_kind(std::string_view text) { return kKinds.parse(text); }

std::uint16_t crc_of(std::string_view segment) {
    const auto* byte = reinterpret_cast<const unsigned char*>(segment.data());
    std::size_t left = segment.size();
    unsigned high = kStart >> 8U;
    // The last byte is left to the end, which wants both bytes of the sum.
    for (; left > kAtOnce; left -= kAtOnce, byte += kAtOnce) {
        high = kHighAfter[7][high ^ byte[0]] ^ kHighAfter[6][byte[1]] ^ kHighAfter[5][byte[2]] ^
               kHighAfter[4][byte[3]] ^ kHighAfter[3][byte[4]] ^ kHighAfter[2][byte[5]] ^
               kHighAfter[1][byte[6]] ^ kHighAfter[0][byte[7]];
    }
    unsigned value = left == 0 ? kStart : high << 8U;
    // The shift comes before the byte: 16 bits become 8, and the byte is laid over those.
    for (; left > 0; --left, ++byte) value = kShifted[value >> 8U ^ *byte];
    return static_cast<std::uint16_t>(value);
}

std::uint16_t modbus_crc_of(std::string_view segment) {
    unsigned value = kStart;
    for (const char c : segment) {
        value = value >> 8U ^ kShifted[(value ^ static_cast<unsigned char>(c)) & 0xFFU];
    }
    return static_cast<std::uint16_t>(value);
}

std::string crc_text(std::uint16_t crc) { return fmt::format("{:04X}", crc); }

std::optional<std::uint16_t> parse_crc(std::string_view digits) {
    if (digits.size() != kCrcDigits) return std::nullopt;
    unsigned value = 0;
    for (const char c : digits) {
        const auto digit = digit_of(c);
        if (!digit) return std::nullopt;
        value = value << 4U | *digit;
    }
    return static_cast<std::uint16_t>(value);
}

CrcKind classify_crc(std::string_view segment, std::string_view digits) {
    const auto sent = parse_crc(digits);
    if (!sent) return CrcKind::kNotHex;
    if (*sent == crc_of(segment)) return CrcKind::kRight;
    const std::uint16_t modbus = modbus_crc_of(segment);
    if (*sent == modbus) return CrcKind::kModbus;
    return *sent == swapped(modbus) ? CrcKind::kModbusSwapped : CrcKind::kWrong;
}

bool is_raw_crc(std::string_view segment, std::string_view two_bytes) {
    if (two_bytes.size() != 2) return false;
    const auto sent = static_cast<std::uint16_t>(static_cast<unsigned char>(two_bytes[0]) << 8U |
                                                 static_cast<unsigned char>(two_bytes[1]));
    for (const std::uint16_t value : {crc_of(segment), modbus_crc_of(segment)}) {
        if (sent == value || sent == swapped(value)) return true;
    }
    return false;
}

}  // namespace qk::plans::hj212
