#include "plans/hj212/frame_reader.hpp"

#include <algorithm>

namespace qk::plans::hj212 {
namespace {

constexpr std::size_t kMarkBytes = 6;  // "##0123"
constexpr std::string_view kEncryptedMark = "&&{0x";
// Behind the digits of the check sum a frame without CR LF may carry a few other bytes before the
// next line end.
constexpr std::size_t kTailBytesMax = 16;
constexpr std::size_t kPlainLimit = kMarkBytes + kSegmentBytesMax + kTailBytesMax;
constexpr std::size_t kEncryptedLimit = kMarkBytes + kEncryptedBytesMax + kTailBytesMax;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0'; }

bool is_mark(std::string_view bytes) {
    return bytes.size() >= kMarkBytes && bytes.starts_with("##") &&
           std::all_of(bytes.begin() + 2, bytes.begin() + kMarkBytes, is_digit);
}

// Whether the bytes, fewer than a mark has, may become one.
bool may_become_mark(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i < 2 ? bytes[i] != '#' : !is_digit(bytes[i])) return false;
    }
    return bytes.size() < kMarkBytes;
}

std::size_t length_in(std::string_view mark) {
    std::size_t length = 0;
    for (const char c : mark.substr(2, 4)) length = length * 10 + static_cast<std::size_t>(c - '0');
    return length;
}

// Where the text ends when blanks, zero bytes and line ends written as text are left off.
std::size_t trimmed_end(std::string_view bytes, std::size_t begin, std::size_t end) {
    for (;;) {
        const std::string_view rest = bytes.substr(begin, end - begin);
        if (!rest.empty() && is_blank(rest.back())) {
            --end;
        } else if (rest.ends_with(R"(\r)") || rest.ends_with(R"(\n)")) {
            end -= 2;
        } else {
            return end;
        }
    }
}

}  // namespace

void FrameReader::feed(std::string_view bytes) {
    if (begin_ > 0) {
        buffer_.erase(0, begin_);
        begin_ = 0;
    }
    buffer_.append(bytes);
}

void FrameReader::drop(std::size_t count) {
    begin_ += count;
    offset_ += count;
}

// Right behind the digits of the check sum, if the declared length is right.
std::size_t FrameReader::declared_end() const { return kMarkBytes + declared_ + kCrcDigits; }

std::optional<Piece> FrameReader::next(Rest rest) {
    if (!in_frame_) {
        std::optional<Piece> noise = next_between(rest);
        if (noise || !in_frame_) return noise;
    }
    return next_in_frame(rest);
}

void FrameReader::note_noise(std::string_view bytes) {
    if (bytes.empty()) return;
    if (!noise_) {
        // Blanks before it are nothing; what stands inside is part of it.
        const auto* first = std::find_if_not(bytes.begin(), bytes.end(), is_blank);
        const auto blank = static_cast<std::size_t>(first - bytes.begin());
        blanks_ += blank;
        drop(blank);
        bytes.remove_prefix(blank);
        if (bytes.empty()) return;
        noise_.emplace();
        noise_->kind = PieceKind::kNoise;
        noise_->offset = offset_;
    }
    const std::size_t room = kNoiseBytesShown - std::min(kNoiseBytesShown, noise_->segment.size());
    noise_->segment += bytes.substr(0, room);
    noise_->bytes += bytes.size();
    drop(bytes.size());
}

std::optional<Piece> FrameReader::end_of_noise() {
    std::optional<Piece> done;
    done.swap(noise_);
    if (!done) return done;
    const std::size_t end = trimmed_end(done->segment, 0, done->segment.size());
    const bool is_all_shown = done->bytes == done->segment.size();
    if (!is_all_shown) return done;
    done->segment.resize(end);
    if (end == 0) {
        blanks_ += done->bytes;
        done.reset();
    }
    return done;
}

std::optional<Piece> FrameReader::next_between(Rest rest) {
    for (;;) {
        const std::string_view bytes = held();
        const std::size_t hash = bytes.find('#');
        if (hash == std::string_view::npos) {
            note_noise(bytes);
            return rest == Rest::kNone ? end_of_noise() : std::nullopt;
        }
        const std::string_view from_hash = bytes.substr(hash);
        if (is_mark(from_hash)) {
            note_noise(bytes.substr(0, hash));
            in_frame_ = true;
            declared_ = length_in(from_hash);
            scanned_ = kMarkBytes;
            is_declared_tried_ = false;
            is_encrypted_ = false;
            return end_of_noise();
        }
        if (may_become_mark(from_hash) && rest != Rest::kNone) {
            note_noise(bytes.substr(0, hash));
            return std::nullopt;
        }
        note_noise(bytes.substr(0, hash + 1));
    }
}

// The first line end or mark that begins before `until`; empty: none does, as far as can be said
// (scanned_ tells how far).
std::optional<FrameReader::Boundary> FrameReader::find_boundary(std::size_t until) {
    const std::string_view bytes = held();
    const std::size_t end = std::min(until, bytes.size());
    // Three characters can mean something; most frames have none of them before their end.
    const auto next = [window = bytes.substr(0, end)](char c, std::size_t from) {
        return std::min(window.find(c, from), window.size());
    };
    std::size_t line = next('\n', scanned_);
    std::size_t hash = next('#', scanned_);
    std::size_t brace = next('{', scanned_);
    while (scanned_ < end) {
        scanned_ = std::min({line, hash, brace});
        if (scanned_ >= end) break;
        if (scanned_ == line) return Boundary{scanned_, true};
        if (scanned_ == hash) {
            const std::string_view rest = bytes.substr(scanned_, kMarkBytes);
            if (is_mark(rest)) return Boundary{scanned_, false};
            if (may_become_mark(rest)) return std::nullopt;
            hash = next('#', scanned_ + 1);
        } else {
            const bool has_marks = bytes.substr(scanned_ - 2, 2) == "&&";
            const std::string_view rest = bytes.substr(scanned_ - 2, kEncryptedMark.size());
            if (has_marks && rest.size() < kEncryptedMark.size() &&
                kEncryptedMark.starts_with(rest)) {
                return std::nullopt;
            }
            is_encrypted_ = is_encrypted_ || (has_marks && rest == kEncryptedMark);
            brace = next('{', scanned_ + 1);
        }
        ++scanned_;
    }
    scanned_ = std::max(scanned_, end);
    return std::nullopt;
}

Piece FrameReader::piece_of(PieceKind kind, std::string_view segment, std::string_view crc) {
    Piece piece;
    piece.kind = kind;
    piece.offset = offset_;
    piece.segment = segment;
    piece.crc = crc;
    piece.declared = declared_;
    piece.is_length_right = segment.size() == declared_;
    piece.is_encrypted = is_encrypted_;
    in_frame_ = false;
    return piece;
}

std::optional<Piece> FrameReader::next_in_frame(Rest rest) {
    if (!is_declared_tried_) {
        const auto inner = find_boundary(declared_end());
        if (inner) {
            bool waits = false;
            auto raw = raw_crc(inner->at, rest, waits);
            if (raw || waits) return raw;
            return at_boundary(*inner);
        }
        if (held().size() < declared_end()) {
            if (rest == Rest::kNone) return at_end_of_bytes();
            return std::nullopt;
        }
        auto piece = at_declared(rest);
        if (piece || !is_declared_tried_) return piece;  // or it waits for the line end
    }
    // Content that shows itself as encrypted on the way may be longer.
    auto boundary = find_boundary(kPlainLimit);
    const auto limit = is_encrypted_ ? kEncryptedLimit : kPlainLimit;
    if (!boundary && is_encrypted_) boundary = find_boundary(limit);
    if (boundary) {
        bool waits = false;
        auto raw = raw_crc(boundary->at, rest, waits);
        if (raw || waits) return raw;
        return at_boundary(*boundary);
    }
    if (scanned_ >= limit) return too_long();
    if (rest == Rest::kNone) return at_end_of_bytes();
    return std::nullopt;
}

// The frame, if the check sum behind the declared length is right and its line end is known.
std::optional<Piece> FrameReader::at_declared(Rest rest) {
    const std::string_view bytes = held();
    const std::size_t end = declared_end();
    const std::string_view segment = bytes.substr(kMarkBytes, declared_);
    const std::string_view digits = bytes.substr(end - kCrcDigits, kCrcDigits);
    if (classify_crc(segment, digits) != CrcKind::kRight) {
        is_declared_tried_ = true;
        return std::nullopt;
    }
    const std::string_view behind = bytes.substr(end, 2);
    const bool may_be_crlf = behind.empty() || behind == "\r";
    if (may_be_crlf && rest == Rest::kComes) return std::nullopt;
    Piece piece = piece_of(PieceKind::kFrame, segment, digits);
    piece.crc_kind = CrcKind::kRight;
    piece.ends_with_crlf = behind == "\r\n";
    piece.bytes = end + (piece.ends_with_crlf ? 2 : 0);
    drop(piece.bytes);
    return piece;
}

// Two bytes of check sum where four digits belong: `boundary` lies right behind them, or they hold
// a line feed themselves.
std::optional<Piece> FrameReader::raw_crc(std::size_t boundary, Rest rest, bool& waits) {
    const std::size_t end = kMarkBytes + declared_;
    if (boundary < end || boundary > end + 3) return std::nullopt;
    const std::string_view bytes = held();
    if (bytes.size() < end + 2) {
        waits = rest != Rest::kNone;
        return std::nullopt;
    }
    const std::string_view segment = bytes.substr(kMarkBytes, declared_);
    const std::string_view two = bytes.substr(end, 2);
    if (!is_raw_crc(segment, two)) return std::nullopt;
    Piece piece = piece_of(PieceKind::kFrame, segment, two);
    piece.crc_kind = CrcKind::kRawBytes;
    piece.bytes = end + 2;
    drop(piece.bytes);
    return piece;
}

Piece FrameReader::at_boundary(Boundary boundary) {
    const std::string_view bytes = held();
    const std::size_t end = trimmed_end(bytes, kMarkBytes, boundary.at);
    const std::size_t split = std::max(kMarkBytes, end - std::min<std::size_t>(end, kCrcDigits));
    const std::string_view segment = bytes.substr(kMarkBytes, split - kMarkBytes);
    const std::string_view digits = bytes.substr(split, end - split);
    const CrcKind kind = classify_crc(segment, digits);
    // Without digits at its end all of it is shown as the segment.
    const bool has_digits = kind != CrcKind::kNotHex;
    const std::string_view shown =
        has_digits ? segment : bytes.substr(kMarkBytes, end - kMarkBytes);
    Piece piece = piece_of(PieceKind::kFrame, shown, has_digits ? digits : std::string_view());
    piece.crc_kind = kind;
    piece.is_length_right = segment.size() == declared_;
    piece.bytes = boundary.at + (boundary.is_line_end ? 1 : 0);
    piece.ends_with_crlf =
        boundary.is_line_end && bytes.substr(end, boundary.at + 1 - end) == "\r\n";
    drop(piece.bytes);
    return piece;
}

Piece FrameReader::at_end_of_bytes() {
    const std::string_view bytes = held();
    const bool is_short = bytes.size() < declared_end();
    Piece piece = at_boundary({bytes.size(), false});
    const bool is_whole = piece.crc_kind != CrcKind::kNotHex &&
                          (piece.crc_kind != CrcKind::kWrong || piece.is_length_right);
    if (!is_whole && (is_short || piece.is_encrypted)) {
        piece.kind = PieceKind::kUnfinished;
        piece.segment = bytes.substr(std::min(kMarkBytes, bytes.size()));
        piece.crc.clear();
        piece.crc_kind = CrcKind::kUnchecked;
    }
    return piece;
}

Piece FrameReader::too_long() {
    const std::string_view bytes = held().substr(0, scanned_);
    Piece piece = piece_of(PieceKind::kTooLong, bytes.substr(kMarkBytes, kNoiseBytesShown), {});
    piece.bytes = scanned_;
    drop(piece.bytes);
    return piece;
}

}  // namespace qk::plans::hj212
