// Cuts a stream of bytes into HJ 212 frames, however the bytes come: a frame that is cut anywhere
// gives the same pieces as the whole. Bounded memory; time in proportion to the bytes.
//
// A frame is "##", four digits (the bytes of the segment), the segment, four digits of check sum,
// CR LF. The declared length is believed where the check sum behind it is right. Where it is not,
// the frame ends at the next line end or the next "##dddd", whichever comes first, so that neither
// a wrong length nor a lost line end swallows the frame that follows. Nobody waits for a length.
//
// Everything else between frames is noise; blanks, line ends, zero bytes and the text "\r\n" are
// nothing at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "plans/hj212/crc.hpp"

namespace qk::plans::hj212 {

inline constexpr std::size_t kSegmentBytesMax = 9999;  // what four digits can say
inline constexpr std::size_t kSegmentBytesOfStandard = 1024;
// An encrypted byte travels as five characters ("0xE4,"), and its length may be that of the plain
// text.
inline constexpr std::size_t kEncryptedBytesMax = std::size_t{5} * kSegmentBytesMax + 1024;
inline constexpr std::size_t kNoiseBytesShown = 64;

enum class PieceKind {
    kFrame,       // it has an end; its check sum may be wrong
    kUnfinished,  // the bytes ended inside it
    kTooLong,     // no end within the limit
    kNoise,
};

struct Piece {
    PieceKind kind{};
    std::uint64_t offset = 0;  // of its first byte in the stream
    std::uint64_t bytes = 0;   // all it took, with its line end
    std::string segment;       // of noise: the first kNoiseBytesShown bytes
    std::string crc;           // as it was sent
    CrcKind crc_kind = CrcKind::kUnchecked;
    std::size_t declared = 0;  // length that the frame states
    bool is_length_right = false;
    bool ends_with_crlf = false;
    bool is_encrypted = false;
};

// What the reader may assume about the bytes to come.
enum class Rest {
    kComes,  // more bytes may follow at once
    kWaits,  // the line is silent: a frame whose check sum is right need not wait for its line end
    kNone,   // there are no more
};

class FrameReader {
 public:
    void feed(std::string_view bytes);
    // The next piece that is certain; empty: more bytes are wanted.
    [[nodiscard]] std::optional<Piece> next(Rest rest = Rest::kComes);

    // Bytes of a frame that has begun and has no end yet.
    [[nodiscard]] bool is_in_frame() const { return in_frame_; }
    [[nodiscard]] std::size_t waiting() const { return buffer_.size() - begin_; }
    // Noise since the last frame; it becomes a piece when the next frame begins or the bytes end.
    [[nodiscard]] std::uint64_t noise_bytes() const { return noise_ ? noise_->bytes : 0; }
    // Blanks, line ends and zero bytes that stood between frames.
    [[nodiscard]] std::uint64_t blanks() const { return blanks_; }

 private:
    struct Boundary {
        std::size_t at = std::string_view::npos;  // from begin_
        bool is_line_end = false;
    };

    [[nodiscard]] std::string_view held() const { return std::string_view(buffer_).substr(begin_); }
    void drop(std::size_t count);
    [[nodiscard]] std::optional<Piece> next_between(Rest rest);
    [[nodiscard]] std::optional<Piece> next_in_frame(Rest rest);
    [[nodiscard]] std::optional<Piece> end_of_noise();
    void note_noise(std::string_view bytes);
    [[nodiscard]] std::optional<Boundary> find_boundary(std::size_t until);
    [[nodiscard]] std::optional<Piece> at_declared(Rest rest);
    [[nodiscard]] std::optional<Piece> raw_crc(std::size_t boundary, Rest rest, bool& waits);
    [[nodiscard]] Piece at_boundary(Boundary boundary);
    [[nodiscard]] Piece at_end_of_bytes();
    [[nodiscard]] Piece too_long();
    [[nodiscard]] Piece piece_of(PieceKind kind, std::string_view segment, std::string_view crc);
    [[nodiscard]] std::size_t declared_end() const;

    std::string buffer_;
    std::size_t begin_ = 0;     // of what is not decided yet
    std::uint64_t offset_ = 0;  // of begin_ in the stream
    bool in_frame_ = false;
    std::size_t declared_ = 0;
    std::size_t scanned_ = 0;         // no boundary lies before it, from begin_
    bool is_declared_tried_ = false;  // the check sum at the declared length is not right
    bool is_encrypted_ = false;
    std::uint64_t blanks_ = 0;
    std::optional<Piece> noise_;
};

}  // namespace qk::plans::hj212
