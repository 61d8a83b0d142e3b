// What one HJ 212 frame says, and what a gateway makes of it: a decision with its reasons. Pure.
//
// HJ/T 212-2005, HJ 212-2017 and HJ 212-2025 frames are told apart per frame by the version bits of
// Flag, which are a hint and no more. Nothing is refused for a deviation that leaves the meaning
// clear: it is named instead. A value that is no plain number, or that its instrument marks as
// anything but normal, is kept and is never evidence.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plans/hj212/frame_reader.hpp"
#include "plans/hj212/stamp.hpp"
#include "rules/base/time.hpp"

namespace qk::plans::hj212 {

class CodeMap;
struct Code;

// In the order of their weight: the heaviest reason decides.
enum class Outcome { kAccept, kAcceptWarn, kQuarantine, kNeedsKey, kNeedMore, kReject };
[[nodiscard]] std::string_view to_text(Outcome outcome);

enum class Reason {
    // Accepted; worth knowing.
    kCrcLowerCase,
    kSegmentOver1024,
    kQnMissing,
    kFlagMissing,
    kCodesOf2005And2017,
    kUnknownCode,
    kUnknownCommand,
    kBackfill,
    kRetransmission,
    kPart,
    kRepeat,
    // Accepted and counted.
    kLineEnd,
    kLengthWrong,
    kFieldNameCase,
    kCommaInHead,
    kFieldMissing,
    kFieldOdd,
    kFlagOdd,
    kCpMissing,
    kCpMarksMissing,
    kDanglingSeparator,
    kOrphanFlag,
    kFragment,
    kGivenTwice,
    kDataTimeCut,
    kQnEpoch,
    kQnOdd,
    kClockAhead,
    kPartMarkMissing,
    kPartNumberMissing,
    kValueUnreadable,
    kPlaceholder,
    kAllZeroFaulty,
    kNotUtf8,
    kCrcKindAllowed,
    kRevision,
    // Kept aside: it cannot be said whose or of when it is.
    kMnMissing,
    kMnOdd,
    kCommandMissing,
    kDataTimeMissing,
    kDataTimeOdd,
    kTimeImpossible,
    kClockUnset,
    kClockFuture,
    kPartOdd,
    kTooManyItems,
    // Cannot be read yet.
    kEncrypted,
    kKeyWrong,
    kUnfinished,
    // Refused.
    kCrcModbus,
    kCrcModbusSwapped,
    kCrcRawBytes,
    kCrcWrong,
    kCrcNotHex,
    kEmpty,
    kControlBytes,
    kBrokenBytes,
    kNotFields,
    kTooLong,
    kOtherDevice,
    kNoise,
    kHttp,
    kTls,
};
inline constexpr std::size_t kReasonCount = static_cast<std::size_t>(Reason::kTls) + 1;
[[nodiscard]] std::string_view to_text(Reason reason);  // "crc_modbus"
[[nodiscard]] Outcome outcome_of(Reason reason);
// What it means and what to do about it.
[[nodiscard]] std::string_view in_chinese(Reason reason);
[[nodiscard]] std::string_view in_english(Reason reason);

enum class Version { k2005, k2017, k2025, kUnknown };
[[nodiscard]] std::string_view to_text(Version version);

// The fields before CP, as they were sent.
struct Head {
    std::optional<std::string> qn, st, cn, pw, mn, flag, pnum, pno, rf;
    std::vector<std::pair<std::string, std::string>> others;
};

struct FlagBits {
    unsigned bits = 0;
    [[nodiscard]] bool wants_answer() const { return (bits & 1U) != 0; }
    [[nodiscard]] bool is_part() const { return (bits & 2U) != 0; }
    [[nodiscard]] Version version() const;
};

enum class Mark {
    kUnreadable,    // no plain number
    kDecimalComma,  // a comma where the point belongs: which number it is cannot be said
    kEmpty,
    kPlaceholder,  // full scale or -999
    kZero,         // counts only where something independent agrees
    kGivenTwice,   // with different values
    kFlagged,      // its instrument says that it is not normal
    kUnflagged,    // other values of the frame carry a flag
};
[[nodiscard]] std::string_view to_text(Mark mark);

struct Value {
    std::string name;  // suffix: "Rtd", "ZsAvg", "Cou", "RS"
    std::optional<double> number;
    std::string text;  // as sent
    std::vector<Mark> marks;
};

// All that the frame says of one code.
struct Factor {
    std::string code;
    const Code* known = nullptr;  // in the code map that was given
    std::vector<Value> values;
    std::optional<std::string> flag;    // "N"
    std::optional<std::string> e_flag;  // maker's own
    std::optional<rules::Instant> sampled_at;
    bool is_evidence = false;
};

struct Frame {
    Outcome outcome = Outcome::kAccept;
    std::vector<Reason> reasons;  // each once, in the order they were found
    Head head;
    std::optional<FlagBits> flags;
    Version version = Version::kUnknown;
    std::vector<std::pair<std::string, std::string>> parameters;  // "key=value" of CP, in order
    std::vector<Factor> factors;
    std::optional<bool> crc_ok;  // empty: it could not be checked
    CrcKind crc_kind = CrcKind::kUnchecked;
    std::string crc;
    std::optional<Millis> sent_at;            // QN
    std::optional<rules::Instant> data_time;  // DataTime
    std::optional<unsigned> part, parts;
    bool is_retransmission = false;
    std::size_t encrypted_bytes = 0;
    PieceKind kind{};
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    std::string noise;  // its first bytes

    [[nodiscard]] bool has(Reason reason) const;
    void note(Reason reason);
};

inline constexpr std::size_t kItemsMax = 2000;
inline constexpr std::size_t kMnLengthMost = 40;

// How much of a frame is read. Who is asked only whether a frame is one, whose it is and of when
// need not pay for its values; what refuses a frame is found either way.
enum class Depth {
    kWhole,
    kEnvelope,  // head and DataTime; nothing of the values, nor what is odd about them
};

struct DecodeSetting {
    Depth depth = Depth::kWhole;
    rules::Instant now{};  // what lies far behind it is a wrong clock
    const CodeMap* codes = nullptr;
    // Kinds of wrong check sum that are taken from a device all the same; MN -> kind.
    std::map<std::string, CrcKind, std::less<>> allowed_crc;
    std::optional<CrcKind> allowed_crc_of_all;
    // SM4 keys of 16 bytes; MN -> key.
    std::map<std::string, std::string, std::less<>> keys;
    std::string key_of_all;
};

[[nodiscard]] Frame decode(const Piece& piece, const DecodeSetting& setting);

// The platform's answer to what asks for one, as the bytes of a frame: 9014 to data, 9013 to a
// notice or a sign of life. Empty: none is wanted, or the frame was not accepted.
[[nodiscard]] std::optional<std::string> answer_to(const Frame& frame, bool is_relay);
// A whole frame around a segment.
[[nodiscard]] std::string to_frame(std::string_view segment);

}  // namespace qk::plans::hj212
