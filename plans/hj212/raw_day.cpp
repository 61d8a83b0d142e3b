#include "plans/hj212/raw_day.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "plans/text/sha256.hpp"
#include "rules/base/number.hpp"

namespace qk::plans::hj212 {
namespace {

constexpr std::string_view kRecordMark = "@@ ";
constexpr std::string_view kNobody = "-";
constexpr std::size_t kHashDigits = 16;
constexpr std::size_t kFactsBytesMax = 256;
constexpr std::size_t kFactsCount = 6;

// One word of a line: blanks and control characters would make two of it.
std::string as_word(std::string_view text) {
    std::string word(text.substr(0, std::min<std::size_t>(text.size(), 64)));
    for (char& c : word) {
        if (static_cast<unsigned char>(c) <= 0x20 || c == '\x7F') c = '_';
    }
    return word.empty() ? std::string(kNobody) : word;
}

std::string digest_of(std::string_view bytes) { return sha256_hex(bytes).substr(0, kHashDigits); }

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (!line.empty() && words.size() <= kFactsCount) {
        const std::size_t blank = std::min(line.find(' '), line.size());
        words.push_back(line.substr(0, blank));
        line.remove_prefix(std::min(blank + 1, line.size()));
    }
    return words;
}

struct Facts {
    RawFrame frame;
    std::size_t bytes = 0;
    std::string_view hash;
};

std::optional<Facts> parse_facts(std::string_view line) {
    const auto words = words_of(line);
    if (words.size() != kFactsCount || words[0] != "@@") return std::nullopt;
    Facts facts;
    const auto arrived = rules::parse_instant(words[1], rules::kBeijingTime);
    const auto bytes = rules::parse_whole(words[4], 0, kRawFrameBytesMax);
    if (!arrived || !bytes || words[5].size() != kHashDigits) return std::nullopt;
    facts.frame.arrived = *arrived;
    facts.frame.link = words[2] == kNobody ? std::string() : std::string(words[2]);
    facts.frame.mn = words[3] == kNobody ? std::string() : std::string(words[3]);
    facts.bytes = static_cast<std::size_t>(*bytes);
    facts.hash = words[5];
    return facts;
}

}  // namespace

std::string raw_day_head(rules::CivilDay day) {
    return fmt::format("{} {}\n", kRawDayMark, rules::to_iso(day));
}

std::string to_raw_record(const RawFrame& frame) {
    return fmt::format("{}{} {} {} {} {}\n{}\n", kRecordMark,
                       rules::to_iso(frame.arrived, rules::kBeijingTime), as_word(frame.link),
                       as_word(frame.mn), frame.bytes.size(), digest_of(frame.bytes), frame.bytes);
}

bool is_raw_day(std::string_view first_bytes) { return first_bytes.starts_with(kRawDayMark); }

void RawDayReader::feed(std::string_view bytes) {
    if (begin_ > 0) {
        buffer_.erase(0, begin_);
        begin_ = 0;
    }
    buffer_.append(bytes);
}

RawRecord RawDayReader::taken(std::size_t bytes, std::optional<RawFrame> frame) {
    RawRecord record{offset_, bytes, std::move(frame)};
    begin_ += bytes;
    offset_ += bytes;
    return record;
}

// Everything up to the next line of facts, which may be the last thing to come.
std::optional<RawRecord> RawDayReader::damaged(bool is_end) {
    if (!is_searching_) damaged_from_ = offset_;
    is_searching_ = true;
    const std::string_view bytes = held();
    const std::size_t mark = bytes.find("\n@@ ");
    std::size_t skipped = bytes.size() - std::min<std::size_t>(bytes.size(), kRecordMark.size());
    if (mark != std::string_view::npos) {
        skipped = mark + 1;
    } else if (is_end) {
        skipped = bytes.size();
    }
    begin_ += skipped;
    offset_ += skipped;
    if (mark == std::string_view::npos && !is_end) return std::nullopt;
    is_searching_ = false;
    return RawRecord{damaged_from_, offset_ - damaged_from_, std::nullopt};
}

std::optional<RawRecord> RawDayReader::next(bool is_end) {
    for (;;) {
        if (is_searching_) return damaged(is_end);
        const std::string_view bytes = held();
        if (bytes.empty()) return std::nullopt;
        const std::size_t line_end = bytes.find('\n');
        if (line_end == std::string_view::npos) {
            if (!is_end && bytes.size() < kFactsBytesMax) return std::nullopt;
            return damaged(is_end);
        }
        const std::string_view line = bytes.substr(0, line_end);
        // An empty line is what a process begins with that goes on behind another.
        if (line.empty() || is_raw_day(line)) {
            begin_ += line_end + 1;
            offset_ += line_end + 1;
            continue;
        }
        auto facts = parse_facts(line);
        if (!facts) return damaged(is_end);
        const std::size_t whole = line_end + 1 + facts->bytes + 1;
        if (bytes.size() < whole) {
            if (!is_end) return std::nullopt;
            return damaged(is_end);
        }
        const std::string_view payload = bytes.substr(line_end + 1, facts->bytes);
        const bool is_whole = bytes[whole - 1] == '\n' && digest_of(payload) == facts->hash;
        if (!is_whole) return damaged(is_end);
        facts->frame.bytes = payload;
        return taken(whole, std::move(facts->frame));
    }
}

}  // namespace qk::plans::hj212
