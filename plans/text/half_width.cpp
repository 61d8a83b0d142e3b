#include "plans/text/half_width.hpp"

#include <cstddef>

namespace qk::plans {
namespace {

struct Narrowed {
    char character = 0;
    std::size_t bytes = 0;  // 0: there is none
};

// The character at the front as ASCII has it, if it does.
Narrowed narrowed(std::string_view text) {
    if (text.size() >= 2 && text[0] == '\xC2') {
        if (text[1] == '\xB2' || text[1] == '\xB3') return {text[1] == '\xB2' ? '2' : '3', 2};
        return {};
    }
    if (text.size() < 3) return {};
    constexpr unsigned kLow = 0x3F;
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if ((byte(1) & 0xC0U) != 0x80U || (byte(2) & 0xC0U) != 0x80U) return {};
    const unsigned code = ((byte(0) & 0x0FU) << 12U) | ((byte(1) & kLow) << 6U) | (byte(2) & kLow);
    if ((byte(0) & 0xF0U) != 0xE0U) return {};
    if (code >= 0xFF01 && code <= 0xFF5E) return {static_cast<char>(code - 0xFF01 + '!'), 3};
    if (code >= 0x2080 && code <= 0x2089) return {static_cast<char>(code - 0x2080 + '0'), 3};
    if (code == 0x3000) return {' ', 3};
    return {};
}

}  // namespace

std::string half_width(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Narrowed found = narrowed(text);
        out += found.bytes == 0 ? text.front() : found.character;
        text.remove_prefix(found.bytes == 0 ? 1 : found.bytes);
    }
    return out;
}

}  // namespace qk::plans
