#include "plans/hj212/head.hpp"

#include <algorithm>
#include <array>

#include "rules/base/number.hpp"

namespace qk::plans::hj212 {
namespace {

using std::chrono::days;
using std::chrono::minutes;

constexpr int kPartsMost = 9999;
constexpr std::size_t kFieldsMax = 64;
constexpr std::size_t kMnLengthOf2017 = 24;
constexpr std::chrono::sys_days kNoClockBefore{std::chrono::year{2000} / 1 / 1};
constexpr days kFarAhead{1};
constexpr minutes kClockTolerance{10};

using Field = std::optional<std::string> Head::*;
struct FieldName {
    std::string_view name;
    Field field;
};
constexpr auto kFields = std::to_array<FieldName>({{"QN", &Head::qn},
                                                   {"ST", &Head::st},
                                                   {"CN", &Head::cn},
                                                   {"PW", &Head::pw},
                                                   {"MN", &Head::mn},
                                                   {"Flag", &Head::flag},
                                                   {"PNUM", &Head::pnum},
                                                   {"PNO", &Head::pno},
                                                   {"RF", &Head::rf}});

// Commands of the three standards, and two that devices send besides.
constexpr auto kCommands = std::to_array<std::string_view>(
    {"1000", "1001", "1002", "1011", "1012", "1013", "1014", "1021", "1022", "1031", "1032",
     "1041", "1042", "1061", "1062", "1063", "1064", "1072", "2011", "2012", "2013", "2021",
     "2022", "2031", "2041", "2051", "2052", "2061", "2062", "2071", "2072", "2081", "2111",
     "3011", "3012", "3013", "3014", "3015", "3016", "3017", "3018", "3019", "3020", "3021",
     "3022", "3024", "9011", "9012", "9013", "9014", "9015", "9021", "8051"});

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

bool equals_in_any_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return upper(x) == upper(y); });
}

bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_mn(std::string_view mn) {
    return !mn.empty() && mn.size() <= kMnLengthMost && std::ranges::all_of(mn, [](char c) {
        return is_letter_or_digit(c) || c == '_' || c == '-';
    });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

void take_field(std::string_view piece, Frame& frame) {
    const std::size_t equals = piece.find('=');
    if (equals == std::string_view::npos) return frame.note(Reason::kFragment);
    const std::string_view name = trimmed(piece.substr(0, equals));
    const std::string_view value = trimmed(piece.substr(equals + 1));
    const auto* found = std::ranges::find(kFields, name, &FieldName::name);
    if (found == kFields.end()) {
        found = std::ranges::find_if(kFields, [name](const FieldName& field) {
            return equals_in_any_case(field.name, name);
        });
    }
    if (found == kFields.end()) {
        if (frame.head.others.size() < kFieldsMax) frame.head.others.emplace_back(name, value);
        return;
    }
    if (found->name != name) frame.note(Reason::kFieldNameCase);
    std::optional<std::string>& field = frame.head.*found->field;
    if (!field) {
        field = value;
    } else if (*field != value) {
        frame.note(Reason::kGivenTwice);
    }
}

void judge_flag(Frame& frame) {
    const Head& head = frame.head;
    const bool is_given = head.flag && !head.flag->empty();
    if (is_given) {
        if (const auto bits = rules::parse_whole(*head.flag, 0, 255)) {
            frame.flags = FlagBits{static_cast<unsigned>(*bits)};
            frame.version = frame.flags->version();
        }
        if (frame.version == Version::kUnknown) frame.note(Reason::kFlagOdd);
    } else {
        frame.note(Reason::kFlagMissing);
    }
    if (frame.version != Version::kUnknown) return;
    const bool is_long = head.mn && head.mn->size() == kMnLengthOf2017;
    frame.version = is_long ? Version::k2017 : Version::k2005;
}

void judge_qn(Frame& frame) {
    const auto& qn = frame.head.qn;
    if (!qn || qn->empty()) return frame.note(Reason::kQnMissing);
    if (qn->size() == 17 && is_digits(*qn)) {
        frame.sent_at = parse_long_stamp(*qn);
        if (!frame.sent_at) frame.note(Reason::kTimeImpossible);
        return;
    }
    if ((frame.sent_at = parse_epoch(*qn))) return frame.note(Reason::kQnEpoch);
    frame.note(Reason::kQnOdd);
    if (const auto second = parse_stamp(*qn)) frame.sent_at = *second;
}

void judge_part(Frame& frame) {
    const Head& head = frame.head;
    const bool says_part = frame.flags && frame.flags->is_part();
    if (!head.pnum && !head.pno) {
        if (says_part) frame.note(Reason::kPartNumberMissing);
        return;
    }
    if (!says_part) frame.note(Reason::kPartMarkMissing);
    const auto parts = rules::parse_whole(head.pnum.value_or(""), 1, kPartsMost);
    const auto part = rules::parse_whole(head.pno.value_or(""), 1, kPartsMost);
    if (!head.pnum || !head.pno) return frame.note(Reason::kPartNumberMissing);
    if (!parts || !part || *part > *parts) return frame.note(Reason::kPartOdd);
    frame.part = static_cast<unsigned>(*part);
    frame.parts = static_cast<unsigned>(*parts);
    if (*parts > 1) frame.note(Reason::kPart);
}

void judge_names(Frame& frame) {
    const Head& head = frame.head;
    if (!head.mn || head.mn->empty()) {
        frame.note(Reason::kMnMissing);
    } else if (!is_mn(*head.mn)) {
        frame.note(Reason::kMnOdd);
    }
    if (!head.cn || head.cn->size() != 4 || !is_digits(*head.cn)) {
        frame.note(Reason::kCommandMissing);
    } else if (std::ranges::find(kCommands, *head.cn) == kCommands.end()) {
        frame.note(Reason::kUnknownCommand);
    }
    if (!head.st || !head.pw) frame.note(Reason::kFieldMissing);
    const auto is_type = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); };
    if (head.st && (head.st->size() != 2 || !std::ranges::all_of(*head.st, is_type))) {
        frame.note(Reason::kFieldOdd);
    }
    if (head.rf) {
        frame.is_retransmission = *head.rf == "1";
        frame.note(frame.is_retransmission ? Reason::kRetransmission : Reason::kFieldOdd);
    }
}

}  // namespace

SegmentHalves split_segment(std::string_view segment) {
    constexpr std::string_view kArea = "CP=";
    for (std::size_t at = segment.find(kArea); at != std::string_view::npos;
         at = segment.find(kArea, at + 1)) {
        const bool is_field = at == 0 || segment[at - 1] == ';' || segment[at - 1] == ',' ||
                              segment.substr(at + kArea.size()).starts_with("&&");
        if (is_field) return {segment.substr(0, at), segment.substr(at + kArea.size())};
    }
    return {segment, std::nullopt};
}

void read_head(std::string_view head, Frame& frame) {
    // The separator before CP is no dangling one.
    if (head.ends_with(';') || head.ends_with(',')) {
        if (head.back() == ',') frame.note(Reason::kCommaInHead);
        head.remove_suffix(1);
    }
    while (!head.empty()) {
        const std::size_t end = std::min(head.find_first_of(";,"), head.size());
        if (end < head.size() && head[end] == ',') frame.note(Reason::kCommaInHead);
        const std::string_view piece = trimmed(head.substr(0, end));
        if (piece.empty()) {
            frame.note(Reason::kDanglingSeparator);
        } else {
            take_field(piece, frame);
        }
        head.remove_prefix(std::min(end + 1, head.size()));
    }
}

void judge_head(Frame& frame) {
    judge_flag(frame);
    judge_qn(frame);
    judge_part(frame);
    judge_names(frame);
}

void judge_clock(rules::Instant now, Frame& frame) {
    const auto clock = [&frame, now](auto time) {
        if (time < kNoClockBefore) return frame.note(Reason::kClockUnset);
        if (time > now + kFarAhead) return frame.note(Reason::kClockFuture);
        if (time > now + kClockTolerance) frame.note(Reason::kClockAhead);
    };
    if (frame.sent_at) clock(*frame.sent_at);
    if (frame.data_time) clock(*frame.data_time);
}

}  // namespace qk::plans::hj212
