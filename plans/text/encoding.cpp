#include "plans/text/encoding.hpp"

#include <iconv.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace qk::plans {
namespace {

// Length of the UTF-8 sequence at the front of `bytes`, 0 if there is none.
std::size_t sequence_length(std::string_view bytes) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const auto follows = [&](std::size_t i) { return i < bytes.size() && (at(i) & 0xC0) == 0x80; };
    const unsigned char lead = at(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (!follows(1) || !follows(2)) return 0;
        if (lead == 0xE0 && at(1) < 0xA0) return 0;  // overlong
        if (lead == 0xED && at(1) > 0x9F) return 0;  // surrogate
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (!follows(1) || !follows(2) || !follows(3)) return 0;
        if (lead == 0xF0 && at(1) < 0x90) return 0;
        if (lead == 0xF4 && at(1) > 0x8F) return 0;
        return 4;
    }
    return 0;
}

rules::Place place_of(std::string_view bytes, std::size_t offset, const std::string& file) {
    const std::string_view before = bytes.substr(0, offset);
    const auto line_start = before.rfind('\n');
    return {
        file, 1 + static_cast<int>(std::ranges::count(before, '\n')),
        static_cast<int>(line_start == std::string_view::npos ? offset + 1 : offset - line_start)};
}

}  // namespace

bool is_utf8(std::string_view bytes) {
    const auto byte = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    std::size_t at = 0;
    while (at < bytes.size()) {
        // Plain ASCII and Chinese are nearly everything: both without looking at sequences.
        if (byte(at) < 0x80) {
            std::uint64_t word = 0;
            while (at + sizeof word <= bytes.size()) {
                std::memcpy(&word, bytes.data() + at, sizeof word);
                if ((word & 0x8080808080808080U) != 0) break;
                at += sizeof word;
            }
            while (at < bytes.size() && byte(at) < 0x80) ++at;
            continue;
        }
        const bool is_chinese = byte(at) >= 0xE3 && byte(at) <= 0xE9 && at + 2 < bytes.size() &&
                                (byte(at + 1) & 0xC0) == 0x80 && (byte(at + 2) & 0xC0) == 0x80;
        const std::size_t length = is_chinese ? 3 : sequence_length(bytes.substr(at));
        if (length == 0) return false;
        at += length;
    }
    return true;
}

rules::Result<std::string> to_utf8(std::string_view bytes, const std::string& file) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    if (is_utf8(bytes)) return std::string(bytes);
    iconv_t converter = iconv_open("UTF-8", "GB18030");
    if (converter == reinterpret_cast<iconv_t>(-1)) {
        return rules::refuse("this system cannot read GB18030", "save the file as UTF-8");
    }
    std::string out(bytes.size() * 2 + 16, '\0');
    // iconv's interface is not const-correct; it does not write to its input.
    char* in_at = const_cast<char*>(bytes.data());
    std::size_t in_left = bytes.size();
    char* out_at = out.data();
    std::size_t out_left = out.size();
    const std::size_t answer = iconv(converter, &in_at, &in_left, &out_at, &out_left);
    iconv_close(converter);
    if (answer == static_cast<std::size_t>(-1)) {
        return rules::Faults{{place_of(bytes, bytes.size() - in_left, file),
                              "bytes that are neither UTF-8 nor GB18030", "save the file as UTF-8",
                              rules::Severity::kError}};
    }
    out.resize(out.size() - out_left);
    return out;
}

}  // namespace qk::plans
