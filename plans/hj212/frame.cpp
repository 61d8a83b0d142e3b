#include "plans/hj212/frame.hpp"

#include <algorithm>

#include "plans/hj212/content.hpp"
#include "plans/hj212/head.hpp"
#include "plans/hj212/sm4.hpp"
#include "plans/text/encoding.hpp"

namespace qk::plans::hj212 {
namespace {

constexpr std::string_view kAreaMark = "CP=&&";
constexpr std::string_view kAreaEnd = "&&";
constexpr std::size_t kReasonsMax = 2 * kReasonCount;

// What nearly all frames are made of. Looks at every byte, so that the compiler can take many at
// once.
bool is_plain_ascii(std::string_view text) {
    unsigned odd = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        odd |= static_cast<unsigned>(byte < 0x20) | static_cast<unsigned>(byte >= 0x7F);
    }
    return odd == 0;
}

bool has_control_bytes(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; });
}

// C1 control characters, U+0080 to U+009F.
bool has_late_controls(std::string_view utf8) {
    for (std::size_t at = utf8.find('\xC2'); at != std::string_view::npos;
         at = utf8.find('\xC2', at + 1)) {
        if (at + 1 < utf8.size() && static_cast<unsigned char>(utf8[at + 1]) < 0xA0) return true;
    }
    return false;
}

Reason reason_of_noise(std::string_view noise) {
    constexpr std::string_view kMethods[] = {"GET ",     "POST ",   "HEAD ", "PUT ",  "OPTIONS ",
                                             "CONNECT ", "DELETE ", "HTTP/", "PRI * "};
    for (const std::string_view method : kMethods) {
        if (noise.starts_with(method)) return Reason::kHttp;
    }
    return noise.starts_with("\x16\x03") ? Reason::kTls : Reason::kNoise;
}

std::optional<Reason> reason_of(CrcKind kind) {
    switch (kind) {
        case CrcKind::kModbus:
            return Reason::kCrcModbus;
        case CrcKind::kModbusSwapped:
            return Reason::kCrcModbusSwapped;
        case CrcKind::kRawBytes:
            return Reason::kCrcRawBytes;
        case CrcKind::kWrong:
            return Reason::kCrcWrong;
        case CrcKind::kNotHex:
            return Reason::kCrcNotHex;
        case CrcKind::kRight:
        case CrcKind::kUnchecked:
            break;
    }
    return std::nullopt;
}

bool is_allowed(CrcKind kind, const Frame& frame, const DecodeSetting& setting) {
    if (kind != CrcKind::kModbus && kind != CrcKind::kModbusSwapped) return false;
    if (setting.allowed_crc_of_all == kind) return true;
    const auto found = setting.allowed_crc.find(frame.head.mn.value_or(""));
    return found != setting.allowed_crc.end() && found->second == kind;
}

std::string_view key_for(const Frame& frame, const DecodeSetting& setting) {
    const auto found = setting.keys.find(frame.head.mn.value_or(""));
    return found == setting.keys.end() ? std::string_view(setting.key_of_all)
                                       : std::string_view(found->second);
}

// The plain segment, if the content is of the form and a key fits; else the frame says what is
// wanting.
std::optional<std::string> decrypted(std::string_view segment, const Piece& piece,
                                     const DecodeSetting& setting, Frame& frame) {
    const std::size_t mark = segment.find(kAreaMark);
    if (mark == std::string_view::npos) {
        frame.note(Reason::kEncrypted);
        return std::nullopt;
    }
    const std::size_t begin = mark + kAreaMark.size();
    const std::size_t end = segment.rfind(kAreaEnd);
    const std::string_view content =
        segment.substr(begin, end < begin ? std::string_view::npos : end - begin);
    const auto area = parse_encrypted(content);
    frame.encrypted_bytes = area ? area->blocks.size() : content.size();
    const std::string_view key = key_for(frame, setting);
    if (!area || key.empty()) {
        frame.note(Reason::kEncrypted);
        return std::nullopt;
    }
    const auto plain = decrypt_sm4(area->blocks, key);
    std::string whole(segment.substr(0, begin));
    if (plain) whole += *plain;
    whole += area->tail;
    if (end >= begin) whole += segment.substr(end);
    if (!plain || classify_crc(whole, piece.crc) != CrcKind::kRight) {
        frame.note(Reason::kKeyWrong);
        return std::nullopt;
    }
    return whole;
}

void read_fields(std::string_view segment, bool is_readable, const DecodeSetting& setting,
                 Frame& frame) {
    const SegmentHalves halves = split_segment(segment);
    read_head(halves.head, frame);
    const Head& head = frame.head;
    const bool has_any = head.mn || head.cn || head.qn || head.st || head.pw;
    if (!has_any) return frame.note(Reason::kNotFields);
    judge_head(frame);
    if (!is_readable) return judge_clock(setting.now, frame);
    if (halves.area && setting.depth == Depth::kEnvelope) {
        find_data_time(*halves.area, frame);
    } else if (halves.area) {
        read_content(*halves.area, setting, frame);
    } else {
        frame.note(Reason::kCpMissing);
    }
    judge_data_time(frame);
    judge_clock(setting.now, frame);
    judge_evidence(frame);
}

// Names what is odd about the frame around the segment.
void judge_envelope(const Piece& piece, Frame& frame) {
    if (!piece.is_length_right && !piece.is_encrypted) frame.note(Reason::kLengthWrong);
    if (!piece.ends_with_crlf) frame.note(Reason::kLineEnd);
    if (piece.segment.size() > kSegmentBytesOfStandard && !piece.is_encrypted) {
        frame.note(Reason::kSegmentOver1024);
    }
    const bool is_lower =
        std::ranges::any_of(piece.crc, [](char c) { return c >= 'a' && c <= 'f'; });
    if (is_lower) frame.note(Reason::kCrcLowerCase);
}

// The frame as far as its bytes can be trusted to be what was sent: who and what, and no values.
void show_refused(std::string_view text, const DecodeSetting& setting, Frame& frame) {
    Frame shown;
    DecodeSetting plain;
    plain.now = setting.now;
    read_fields(text, true, plain, shown);
    frame.head = std::move(shown.head);
    frame.flags = shown.flags;
    frame.version = shown.version;
    frame.parameters = std::move(shown.parameters);
}

void decode_segment(const Piece& piece, const DecodeSetting& setting, Frame& frame) {
    if (piece.segment.empty()) return frame.note(Reason::kEmpty);
    const bool is_plain = is_plain_ascii(piece.segment);
    if (!is_plain && has_control_bytes(piece.segment)) return frame.note(Reason::kControlBytes);
    std::string converted;
    std::string_view text = piece.segment;
    const bool is_utf8 = is_plain || plans::is_utf8(text);
    if (!is_utf8) {
        const auto utf8 = plans::text_of(piece.segment, "segment", converted);
        if (!utf8) return frame.note(Reason::kBrokenBytes);
        text = *utf8;
    }
    if (!is_plain && has_late_controls(text)) return frame.note(Reason::kControlBytes);
    if (piece.kind == PieceKind::kUnfinished) return show_refused(text, setting, frame);

    if (piece.is_encrypted && piece.crc_kind != CrcKind::kNotHex) {
        Frame shown;
        read_fields(text, false, setting, shown);
        frame.head = shown.head;
        const auto plain = decrypted(text, piece, setting, frame);
        frame.crc_ok.reset();
        frame.crc_kind = CrcKind::kUnchecked;
        if (!plain) {
            frame.flags = shown.flags;
            frame.version = shown.version;
            return judge_envelope(piece, frame);
        }
        if (has_control_bytes(*plain)) return frame.note(Reason::kControlBytes);
        frame.crc_ok = true;
        frame.crc_kind = CrcKind::kRight;
        frame.head = {};
        judge_envelope(piece, frame);
        return read_fields(*plain, true, setting, frame);
    }
    const auto refusal = reason_of(piece.crc_kind);
    if (refusal) {
        show_refused(text, setting, frame);
        if (!is_allowed(piece.crc_kind, frame, setting)) {
            frame.note(*refusal);
            if (!piece.is_length_right) frame.note(Reason::kLengthWrong);
            return;
        }
        frame.head = {};
        frame.flags.reset();
        frame.version = Version::kUnknown;
        frame.parameters.clear();
        frame.note(Reason::kCrcKindAllowed);
    }
    judge_envelope(piece, frame);
    if (!is_utf8) frame.note(Reason::kNotUtf8);
    read_fields(text, true, setting, frame);
}

}  // namespace

Version FlagBits::version() const {
    switch (bits >> 2U) {
        case 0:
            return Version::k2005;
        case 1:
            return Version::k2017;
        case 2:
            return Version::k2025;
        default:
            return Version::kUnknown;
    }
}

bool Frame::has(Reason reason) const { return std::ranges::find(reasons, reason) != reasons.end(); }

void Frame::note(Reason reason) {
    if (reasons.size() < kReasonsMax && !has(reason)) reasons.push_back(reason);
    outcome = std::max(outcome, outcome_of(reason));
}

Frame decode(const Piece& piece, const DecodeSetting& setting) {
    Frame frame;
    frame.kind = piece.kind;
    frame.offset = piece.offset;
    frame.bytes = piece.bytes;
    frame.crc = piece.crc_kind == CrcKind::kRawBytes ? std::string() : piece.crc;
    frame.crc_kind = piece.crc_kind;
    if (piece.crc_kind != CrcKind::kUnchecked) frame.crc_ok = piece.crc_kind == CrcKind::kRight;
    switch (piece.kind) {
        case PieceKind::kNoise:
            frame.noise = piece.segment;
            frame.note(reason_of_noise(piece.segment));
            break;
        case PieceKind::kTooLong:
            frame.noise = piece.segment;
            frame.note(Reason::kTooLong);
            break;
        case PieceKind::kUnfinished:
            decode_segment(piece, setting, frame);
            frame.reasons = {Reason::kUnfinished};
            frame.outcome = Outcome::kNeedMore;
            break;
        case PieceKind::kFrame:
            decode_segment(piece, setting, frame);
            break;
    }
    if (frame.outcome == Outcome::kReject) frame.factors.clear();
    return frame;
}

}  // namespace qk::plans::hj212
