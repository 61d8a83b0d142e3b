#include <array>

#include "plans/hj212/frame.hpp"
#include "rules/base/enum_words.hpp"

namespace qk::plans::hj212 {
namespace {

constexpr rules::EnumWords<Outcome, 6, 1> kOutcomes{{
    {Outcome::kAccept, {"accept"}},
    {Outcome::kAcceptWarn, {"accept_warn"}},
    {Outcome::kQuarantine, {"quarantine"}},
    {Outcome::kNeedsKey, {"needs_key"}},
    {Outcome::kNeedMore, {"need_more"}},
    {Outcome::kReject, {"reject"}},
}};

// Word, Chinese, English.
constexpr rules::EnumWords<Reason, kReasonCount, 3> kReasons{{
    {Reason::kCrcLowerCase, {"crc_lower_case", "校验码为小写", "the check sum is in lower case"}},
    {Reason::kSegmentOver1024,
     {"segment_over_1024", "数据段超过 1024 字节", "the segment is longer than 1024 bytes"}},
    {Reason::kQnMissing, {"qn_missing", "没有 QN", "there is no QN"}},
    {Reason::kFlagMissing,
     {"flag_missing", "没有 Flag，版本按编码推断",
      "there is no Flag: the version is taken from MN and codes"}},
    {Reason::kCodesOf2005And2017,
     {"codes_mixed", "2005 与 2017 编码混用，逐个编码对照",
      "codes of 2005 and 2017 in one frame: each is mapped by itself"}},
    {Reason::kUnknownCode,
     {"code_unknown", "有未收录的因子编码，原样保留；可在编码表中补充",
      "a code is not in the code map; it is kept as it is: add it to the map"}},
    {Reason::kUnknownCommand,
     {"command_unknown", "命令编码不在标准之列", "the command is in no standard"}},
    {Reason::kBackfill,
     {"backfill", "补传：QN 晚于数据时间", "sent later than its period: data that was filled in"}},
    {Reason::kRetransmission, {"retransmission", "重传（RF=1）", "a retransmission (RF=1)"}},
    {Reason::kPart,
     {"part", "分包之一，按 (MN, CN, DataTime) 合并",
      "one of several parts: rows are merged by MN, CN and DataTime"}},
    {Reason::kRepeat,
     {"repeat", "同一设备同一时刻的数据已经收到过",
      "the same data of that device and time came before"}},
    {Reason::kLineEnd, {"line_end", "帧尾不是回车换行", "the frame does not end with CR LF"}},
    {Reason::kLengthWrong,
     {"length_wrong", "长度字段与实际不符，以校验码为准",
      "the length is wrong; the check sum says where the segment ends"}},
    {Reason::kFieldNameCase,
     {"field_name_case", "字段名大小写不合标准", "the name of a field is in the wrong case"}},
    {Reason::kCommaInHead,
     {"comma_in_head", "字段之间用了逗号",
      "a comma stands between fields where a semicolon belongs"}},
    {Reason::kFieldMissing, {"field_missing", "缺少 ST 或 PW", "ST or PW is missing"}},
    {Reason::kFieldOdd,
     {"field_odd", "字段取值不合标准", "the value of a field is not as the standard says"}},
    {Reason::kFlagOdd,
     {"flag_odd", "Flag 不是 0–255 的数或版本位未定义",
      "Flag is no number up to 255, or its version bits are of no standard"}},
    {Reason::kCpMissing, {"cp_missing", "没有数据区", "there is no data area"}},
    {Reason::kCpMarksMissing,
     {"cp_marks", "数据区的 && 不成对", "the && around the data area are not where they belong"}},
    {Reason::kDanglingSeparator,
     {"separator_dangling", "多余的分隔符", "a separator has nothing beside it"}},
    {Reason::kOrphanFlag, {"flag_orphan", "数据标记没有写明因子", "a data flag names no code"}},
    {Reason::kFragment,
     {"fragment", "有不成“名=值”的内容，未采用", "a piece is not name=value; it is left out"}},
    {Reason::kGivenTwice,
     {"given_twice", "同一项给出两个不同的值，均不采用",
      "one thing is given twice with different values: neither counts"}},
    {Reason::kDataTimeCut,
     {"data_time_cut", "DataTime 为 17 位，取前 14 位",
      "DataTime has 17 digits: the first 14 are taken"}},
    {Reason::kQnEpoch,
     {"qn_epoch", "QN 是 13 位毫秒时间戳，应答时原样返回",
      "QN is milliseconds since 1970; it is echoed as it came"}},
    {Reason::kQnOdd,
     {"qn_odd", "QN 不是 17 位时间，应答时原样返回",
      "QN is no stamp of 17 digits; it is echoed as it came"}},
    {Reason::kClockAhead,
     {"clock_ahead", "设备时钟偏快，请校时（1012）", "the device's clock is ahead: set it (1012)"}},
    {Reason::kPartMarkMissing,
     {"part_bit_missing", "有 PNUM/PNO 而 Flag 未置分包位",
      "PNUM and PNO without the bit of Flag that says so"}},
    {Reason::kPartNumberMissing,
     {"part_number_missing", "Flag 置了分包位而没有 PNUM/PNO",
      "the bit of Flag for parts without PNUM and PNO"}},
    {Reason::kValueUnreadable,
     {"value_unreadable", "有读不出的数值，按空值保留",
      "a value is no plain number: kept as null"}},
    {Reason::kPlaceholder,
     {"placeholder", "有满量程或占位值，不作证据",
      "a full-scale value or placeholder: never evidence"}},
    {Reason::kAllZeroFaulty,
     {"all_zero_faulty", "数值全为零且标记为故障，不作证据",
      "all values are zero and flagged as faulty: never evidence"}},
    {Reason::kNotUtf8,
     {"gb18030", "文字不是 UTF-8，按 GB18030 读取", "the text is GB18030 and not UTF-8"}},
    {Reason::kCrcKindAllowed,
     {"crc_allowed", "校验算法不对，管理员已准许该设备使用",
      "a wrong kind of check sum, which the administrator allows this device"}},
    {Reason::kRevision,
     {"revision", "同一设备同一时刻的数据与先前不同，两者都保留",
      "other values than before for the same device and time: both are kept"}},
    {Reason::kMnMissing,
     {"mn_missing", "没有 MN，不知是谁的数据",
      "there is no MN: it cannot be said whose data it is"}},
    {Reason::kMnOdd,
     {"mn_odd", "MN 含有不允许的字符或过长", "MN has characters that none has, or too many"}},
    {Reason::kCommandMissing,
     {"command_missing", "没有四位命令编码 CN", "there is no CN of four digits"}},
    {Reason::kDataTimeMissing,
     {"data_time_missing", "没有 DataTime，不知是何时的数据",
      "there is no DataTime: it cannot be said of when the data is"}},
    {Reason::kDataTimeOdd,
     {"data_time_odd", "DataTime 不是 14 位时间", "DataTime is no time of 14 digits"}},
    {Reason::kTimeImpossible,
     {"time_impossible", "日期或时间不存在，请检查设备时钟（1012）",
      "no such date or time: check the device's clock (1012)"}},
    {Reason::kClockUnset,
     {"clock_unset", "设备时钟未设（2000 年以前），请校时（1012）",
      "the device's clock was never set (before 2000): set it (1012)"}},
    {Reason::kClockFuture,
     {"clock_future", "时间在一天以后，请校时（1012）",
      "a time more than a day ahead: set the device's clock (1012)"}},
    {Reason::kPartOdd, {"part_odd", "包号不成立", "the number of the part cannot be"}},
    {Reason::kTooManyItems,
     {"too_many_items", "数据区项目过多", "the data area has too many items"}},
    {Reason::kEncrypted,
     {"encrypted", "数据区用 SM4 加密，需要密钥",
      "the data area is encrypted with SM4: a key is needed"}},
    {Reason::kKeyWrong,
     {"key_wrong", "密钥不对或内容损坏",
      "the key is not the right one, or the content is damaged"}},
    {Reason::kUnfinished, {"unfinished", "帧未收完", "the frame is not complete"}},
    {Reason::kCrcModbus,
     {"crc_modbus", "校验码是 CRC-16/MODBUS；可对该设备单独准许",
      "the check sum is CRC-16/MODBUS: it can be allowed for one device"}},
    {Reason::kCrcModbusSwapped,
     {"crc_modbus_swapped", "校验码是字节对调的 CRC-16/MODBUS；可对该设备单独准许",
      "the check sum is CRC-16/MODBUS with its bytes swapped: it can be allowed for one device"}},
    {Reason::kCrcRawBytes,
     {"crc_raw_bytes", "校验码是两个字节，应为四位十六进制",
      "the check sum is two bytes where four hexadecimal digits belong"}},
    {Reason::kCrcWrong, {"crc_wrong", "校验码不对", "the check sum is wrong"}},
    {Reason::kCrcNotHex,
     {"crc_not_hex", "校验码不是四位十六进制",
      "where the check sum belongs are no four hexadecimal digits"}},
    {Reason::kEmpty, {"empty", "数据段为空", "the segment is empty"}},
    {Reason::kControlBytes,
     {"control_bytes", "数据段含控制字符", "the segment has control characters"}},
    {Reason::kBrokenBytes,
     {"broken_bytes", "数据段既不是 UTF-8 也不是 GB18030",
      "the segment is neither UTF-8 nor GB18030"}},
    {Reason::kNotFields,
     {"not_fields", "数据段里没有标准的字段", "the segment has none of the standard's fields"}},
    {Reason::kTooLong, {"too_long", "帧过长而没有结尾", "no end of the frame within the limit"}},
    {Reason::kOtherDevice,
     {"other_device", "同一连接上出现第二台设备，而该地址不是登记的转发平台",
      "a second device on a connection that is not of a listed relay"}},
    {Reason::kNoise, {"noise", "帧之间的杂乱字节", "bytes between frames that belong to none"}},
    {Reason::kHttp, {"http", "收到的是 HTTP", "this is HTTP"}},
    {Reason::kTls, {"tls", "收到的是 TLS", "this is TLS"}},
}};

struct Weight {
    Reason last;  // of those of this outcome
    Outcome outcome;
};
// The reasons stand in the order of their weight.
constexpr auto kWeights = std::to_array<Weight>({
    {Reason::kRepeat, Outcome::kAccept},
    {Reason::kRevision, Outcome::kAcceptWarn},
    {Reason::kTooManyItems, Outcome::kQuarantine},
    {Reason::kKeyWrong, Outcome::kNeedsKey},
    {Reason::kUnfinished, Outcome::kNeedMore},
    {Reason::kTls, Outcome::kReject},
});

constexpr rules::EnumWords<Version, 4, 1> kVersions{{
    {Version::k2005, {"2005"}},
    {Version::k2017, {"2017"}},
    {Version::k2025, {"2025"}},
    {Version::kUnknown, {"unknown"}},
}};

constexpr rules::EnumWords<Mark, 8, 1> kMarks{{
    {Mark::kUnreadable, {"unreadable"}},
    {Mark::kDecimalComma, {"decimal_comma"}},
    {Mark::kEmpty, {"empty"}},
    {Mark::kPlaceholder, {"placeholder"}},
    {Mark::kZero, {"zero"}},
    {Mark::kGivenTwice, {"given_twice"}},
    {Mark::kFlagged, {"flagged"}},
    {Mark::kUnflagged, {"unflagged"}},
}};

}  // namespace

std::string_view to_text(Outcome outcome) { return kOutcomes.english(outcome); }
std::string_view to_text(Reason reason) { return kReasons.word(reason, 0); }
std::string_view in_chinese(Reason reason) { return kReasons.word(reason, 1); }
std::string_view in_english(Reason reason) { return kReasons.word(reason, 2); }
std::string_view to_text(Version version) { return kVersions.english(version); }
std::string_view to_text(Mark mark) { return kMarks.english(mark); }

Outcome outcome_of(Reason reason) {
    for (const Weight& weight : kWeights) {
        if (reason <= weight.last) return weight.outcome;
    }
    return Outcome::kReject;
}

}  // namespace qk::plans::hj212
