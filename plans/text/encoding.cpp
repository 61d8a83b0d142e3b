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

// As its first byte says; whether it has that length is for is_utf8().
std::size_t stated_length(char first) {
    const auto lead = static_cast<unsigned char>(first);
    if (lead >= 0xF0) return 4;
    if (lead >= 0xE0) return 3;
    return lead >= 0xC0 ? 2 : 1;
}

rules::Place place_of(std::string_view bytes, std::size_t offset, const std::string& file) {
    const std::string_view before = bytes.substr(0, offset);
    const auto line_start = before.rfind('\n');
    return {
        file, 1 + static_cast<int>(std::ranges::count(before, '\n')),
        static_cast<int>(line_start == std::string_view::npos ? offset + 1 : offset - line_start)};
}

// The name of the UTF-16 that the bytes are, or null. Without a mark: of the first bytes every
// second one is zero where commas, digits and line ends stand, and no text has zeros.
const char* utf16_kind(std::string_view bytes) {
    if (bytes.starts_with("\xFF\xFE")) return "UTF-16LE";
    if (bytes.starts_with("\xFE\xFF")) return "UTF-16BE";
    constexpr std::size_t kLookedAt = 512;
    const std::string_view start = bytes.substr(0, kLookedAt);
    if (start.size() < 8 || bytes.size() % 2 != 0) return nullptr;
    std::size_t zeros[2] = {0, 0};
    for (std::size_t i = 0; i < start.size(); ++i) zeros[i % 2] += start[i] == '\0' ? 1 : 0;
    const std::size_t many = start.size() / 5;
    if (zeros[0] == 0 && zeros[1] >= many) return "UTF-16LE";
    if (zeros[1] == 0 && zeros[0] >= many) return "UTF-16BE";
    return nullptr;
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

bool Utf8Check::take(std::string_view piece) {
    if (!cut_.empty()) {
        const std::size_t missing = stated_length(cut_.front()) - cut_.size();
        const std::size_t taken = std::min(missing, piece.size());
        cut_ += piece.substr(0, taken);
        piece.remove_prefix(taken);
        if (taken < missing) return true;
        if (!is_utf8(cut_)) return false;
        cut_.clear();
    }
    std::size_t end = piece.size();
    constexpr std::size_t kLongest = 4;
    for (std::size_t back = 1; back < kLongest && back <= piece.size(); ++back) {
        const char lead = piece[piece.size() - back];
        if ((static_cast<unsigned char>(lead) & 0xC0) == 0x80) continue;
        if (stated_length(lead) > back) end = piece.size() - back;
        break;
    }
    cut_ = piece.substr(end);
    return is_utf8(piece.substr(0, end));
}

std::string_view without_byte_order_marks(std::string_view bytes) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    while (bytes.starts_with(kMark)) bytes.remove_prefix(kMark.size());
    return bytes;
}

rules::Result<std::string_view> text_of(std::string_view bytes, const std::string& file,
                                        std::string& converted) {
    bytes = without_byte_order_marks(bytes);
    const char* const wide = utf16_kind(bytes);
    if (wide == nullptr && is_utf8(bytes)) return bytes;
    const char* const encoding = wide != nullptr ? wide : "GB18030";
    iconv_t converter = iconv_open("UTF-8", encoding);
    if (converter == reinterpret_cast<iconv_t>(-1)) {
        return rules::refuse("this system cannot read " + std::string(encoding),
                             "save the file as UTF-8");
    }
    converted.assign(bytes.size() * 2 + 16, '\0');
    // iconv's interface is not const-correct; it does not write to its input.
    char* in_at = const_cast<char*>(bytes.data());
    std::size_t in_left = bytes.size();
    char* out_at = converted.data();
    std::size_t out_left = converted.size();
    const std::size_t answer = iconv(converter, &in_at, &in_left, &out_at, &out_left);
    iconv_close(converter);
    if (answer == static_cast<std::size_t>(-1)) {
        converted.clear();
        return rules::Faults{{place_of(bytes, bytes.size() - in_left, file),
                              wide != nullptr ? "bytes that are no UTF-16"
                                              : "bytes that are neither UTF-8 nor GB18030",
                              "save the file as UTF-8", rules::Severity::kError}};
    }
    converted.resize(converted.size() - out_left);
    return without_byte_order_marks(converted);
}

rules::Result<std::string> to_utf8(std::string_view bytes, const std::string& file) {
    std::string converted;
    const auto text = text_of(bytes, file, converted);
    if (!text) return text.error();
    return std::string(*text);
}

}  // namespace qk::plans
