// What real devices and relays send beside the standard, a test for each: it is taken where the
// meaning is clear, named always, and never evidence where it is in doubt.
#include <gmock/gmock.h>

#include "tests/plans/hj212/frames.hpp"

namespace qk::plans::hj212 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string framed(std::string_view segment, std::string_view crc, std::string_view end = "\r\n") {
    return "##" + std::string(4 - std::to_string(segment.size()).size(), '0') +
           std::to_string(segment.size()) + std::string(segment) + std::string(crc) +
           std::string(end);
}

std::string with_length(std::size_t length, std::string_view frame) {
    const std::string digits = std::to_string(length);
    return "##" + std::string(4 - digits.size(), '0') + digits + std::string(frame.substr(6));
}

Frame of_area(std::string_view area) { return one(to_frame(upload(area))); }

const Value& value_of(const Frame& frame, std::string_view code) {
    return factor_of(frame, code)->values.front();
}

TEST(Hj212Deviation, NoneIsAcceptedWithoutAReason) {
    const Frame frame = one(to_frame(upload(kArea)));
    EXPECT_EQ(frame.outcome, Outcome::kAccept);
    EXPECT_THAT(frame.reasons, IsEmpty());
    EXPECT_EQ(frame.crc_ok, true);
    EXPECT_DOUBLE_EQ(number_of(frame, "a21026", "Rtd"), 12.5);
    EXPECT_TRUE(factor_of(frame, "a21026")->is_evidence);
}

TEST(Hj212Deviation, ACheckSumInLowerCaseIsAccepted) {
    const Frame frame = one(framed(kPrinted2017, "1c80"));
    EXPECT_EQ(frame.outcome, Outcome::kAccept);
    EXPECT_EQ(frame.crc_ok, true);
    EXPECT_THAT(frame.reasons, ElementsAre(Reason::kCrcLowerCase));
}

TEST(Hj212Deviation, AnyLineEndIsAcceptedAndCounted) {
    const std::string_view ends[] = {"",
                                     "\n",
                                     "\r\r\n",
                                     "  \r\n",
                                     std::string_view("\0\r\n", 3),
                                     R"(\r\n)",
                                     "\r",
                                     std::string_view("\0", 1)};
    for (const std::string_view end : ends) {
        const Frame frame = one(framed(kPrinted2017, "1C80", end));
        EXPECT_EQ(frame.outcome, Outcome::kAcceptWarn) << end.size();
        EXPECT_THAT(frame.reasons, ElementsAre(Reason::kLineEnd)) << end.size();
    }
}

TEST(Hj212Deviation, GluedFramesAreTwo) {
    const std::string glued = framed(kPrinted2017, "1C80", "") + to_frame(upload(kArea));
    for (const std::size_t slice : {std::size_t{1}, std::size_t{100}, std::size_t{1200}}) {
        const auto frames = decoded(glued, slice);
        ASSERT_THAT(frames, SizeIs(2));
        EXPECT_EQ(frames[0].outcome, Outcome::kAcceptWarn);
        EXPECT_EQ(frames[1].outcome, Outcome::kAccept);
    }
}

TEST(Hj212Deviation, AWrongLengthIsAcceptedWhereTheCheckSumAtTheLineEndIsRight) {
    const std::string frame = to_frame(kPrinted2017);
    const std::size_t right = kPrinted2017.size();
    // 6 more: the check sum and CR LF were counted. 40 more: text that was lost on the way.
    for (const std::size_t wrong : {right + 6, right + 4, right + 40, right - 3, std::size_t{0}}) {
        const Frame read = one(with_length(wrong, frame));
        EXPECT_EQ(read.outcome, Outcome::kAcceptWarn) << wrong;
        EXPECT_THAT(read.reasons, ElementsAre(Reason::kLengthWrong)) << wrong;
        EXPECT_EQ(read.head.cn, "1062");
    }
}

TEST(Hj212Deviation, ALengthThatIsTooLongDoesNotSwallowTheNextFrame) {
    const std::string next = to_frame(upload(kArea));
    // With its line end; without it; and with its check sum lost too.
    const std::string first = with_length(900, to_frame(kPrinted2017));
    const std::string open = first.substr(0, first.size() - 2);
    const std::string broken = first.substr(0, 60);
    for (const std::string& before : {first, open, broken}) {
        FrameReader reader;
        reader.feed(before + next);
        // Nobody waits for the 900 bytes.
        ASSERT_TRUE(reader.next());
        const auto piece = reader.next();
        ASSERT_TRUE(piece);
        EXPECT_EQ(decode(*piece, setting_of_test()).outcome, Outcome::kAccept);
    }
    EXPECT_EQ(decoded(broken + next)[0].outcome, Outcome::kReject);
}

TEST(Hj212Deviation, ASegmentOver1024IsAcceptedUpTo9999) {
    for (const std::size_t bytes : {std::size_t{1045}, std::size_t{1623}, kSegmentBytesMax}) {
        const std::string base = upload("DataTime=20260110080000;x-Info=");
        const std::string segment =
            upload("DataTime=20260110080000;x-Info=" + std::string(bytes - base.size(), 'y'));
        ASSERT_EQ(segment.size(), bytes);
        const Frame frame = one(to_frame(segment));
        EXPECT_EQ(frame.outcome, Outcome::kAccept) << bytes;
        EXPECT_TRUE(frame.has(Reason::kSegmentOver1024));
    }
}

TEST(Hj212Deviation, AModbusCheckSumIsRefusedAndNamed) {
    const Frame plain = one(framed(kPrinted2017, "0759"));
    EXPECT_EQ(plain.outcome, Outcome::kReject);
    EXPECT_EQ(plain.crc_ok, false);
    EXPECT_THAT(plain.reasons, ElementsAre(Reason::kCrcModbus));
    const Frame swapped = one(framed(kPrinted2017, "5907"));
    EXPECT_THAT(swapped.reasons, ElementsAre(Reason::kCrcModbusSwapped));
    EXPECT_EQ(swapped.head.mn, kMn2017);
}

TEST(Hj212Deviation, OneKindOfWrongCheckSumCanBeAllowedForOneDevice) {
    DecodeSetting setting = setting_of_test();
    setting.allowed_crc.emplace(kMn2017, CrcKind::kModbus);
    const Frame allowed = one(framed(kPrinted2017, "0759"), setting);
    EXPECT_EQ(allowed.outcome, Outcome::kAcceptWarn);
    EXPECT_TRUE(allowed.has(Reason::kCrcKindAllowed));
    EXPECT_EQ(allowed.crc_ok, false);
    EXPECT_EQ(one(framed(kPrinted2017, "5907"), setting).outcome, Outcome::kReject);
    EXPECT_EQ(one(framed(kPrinted2017, "1C81"), setting).outcome, Outcome::kReject);
    setting.allowed_crc = {{"another", CrcKind::kModbus}};
    EXPECT_EQ(one(framed(kPrinted2017, "0759"), setting).outcome, Outcome::kReject);
}

TEST(Hj212Deviation, ACheckSumOfTwoRawBytesIsRefusedAndNamed) {
    for (const std::string_view end : {"\r\n", "\n", ""}) {
        const auto frames = decoded(framed(kPrinted2017, "\x1C\x80", end) + to_frame(kPrinted2017));
        ASSERT_THAT(frames, SizeIs(2));
        EXPECT_EQ(frames[0].outcome, Outcome::kReject);
        EXPECT_THAT(frames[0].reasons, ElementsAre(Reason::kCrcRawBytes));
        EXPECT_EQ(frames[1].outcome, Outcome::kAccept);
    }
}

TEST(Hj212Deviation, WithoutQnAndFlagAndWithCodesOf2005AFrameOf2024IsAccepted) {
    const Frame frame =
        one(to_frame("ST=31;CN=2011;PW=123456;MN=88888880000001;CP=&&DataTime=20240110080000;"
                     "02-Rtd=12.5,02-Flag=N;S01-Rtd=9.1,S01-Flag=N&&"));
    EXPECT_EQ(frame.outcome, Outcome::kAccept);
    EXPECT_THAT(frame.reasons, ElementsAre(Reason::kFlagMissing, Reason::kQnMissing));
    EXPECT_EQ(frame.version, Version::k2005);
    EXPECT_EQ(factor_of(frame, "02")->known->factor, "so2");
    EXPECT_TRUE(factor_of(frame, "02")->is_evidence);
}

TEST(Hj212Deviation, CodesOf2005And2017InOneFrameAreMappedEachByItself) {
    const Frame frame =
        of_area("DataTime=20260110080000;02-Rtd=1,02-Flag=N;a21002-Rtd=2,a21002-Flag=N");
    EXPECT_EQ(frame.outcome, Outcome::kAccept);
    EXPECT_THAT(frame.reasons, ElementsAre(Reason::kCodesOf2005And2017));
    EXPECT_EQ(factor_of(frame, "02")->known->factor, "so2");
    EXPECT_EQ(factor_of(frame, "a21002")->known->factor, "nox");
}

TEST(Hj212Deviation, ADataTimeOf17DigitsIsCutAndMarked) {
    const Frame frame = of_area("DataTime=20260110080000123;a21026-Rtd=1,a21026-Flag=N");
    EXPECT_EQ(frame.outcome, Outcome::kAcceptWarn);
    EXPECT_THAT(frame.reasons, ElementsAre(Reason::kDataTimeCut));
    EXPECT_EQ(frame.data_time,
              rules::parse_instant("2026-01-10T08:00:00+08:00", rules::kBeijingTime));
}

TEST(Hj212Deviation, AQnOfEpochMillisecondsIsEchoedAsItCame) {
    const Frame frame = one(
        to_frame("QN=1768003210000;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&"
                 "DataTime=20260110080000;a21026-Rtd=1,a21026-Flag=N&&"));
    EXPECT_EQ(frame.outcome, Outcome::kAcceptWarn);
    EXPECT_THAT(frame.reasons, ElementsAre(Reason::kQnEpoch));
    EXPECT_EQ(answer_to(frame, false),
              to_frame("QN=1768003210000;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;"
                       "Flag=4;CP=&&&&"));
}

TEST(Hj212Deviation, AnOrphanFlagIsTakenWhereOneCodeAloneCanBeMeant) {
    const Frame inside = of_area("DataTime=20260110080000;a21026-Rtd=1,Flag=D");
    EXPECT_EQ(inside.outcome, Outcome::kAcceptWarn);
    EXPECT_TRUE(inside.has(Reason::kOrphanFlag));
    EXPECT_EQ(factor_of(inside, "a21026")->flag, "D");
    EXPECT_FALSE(factor_of(inside, "a21026")->is_evidence);
    const Frame alone = of_area("DataTime=20260110080000;a21026-Rtd=1,a21026-Flag=N;Flag=D");
    EXPECT_TRUE(alone.has(Reason::kOrphanFlag));
    EXPECT_EQ(factor_of(alone, "a21026")->flag, "N");
}

TEST(Hj212Deviation, DanglingSeparatorsAndMissingMarksLoseNothing) {
    const Frame dangling = of_area(";DataTime=20260110080000;;a21026-Rtd=1,,a21026-Flag=N,;");
    EXPECT_EQ(dangling.outcome, Outcome::kAcceptWarn);
    EXPECT_THAT(dangling.reasons, ElementsAre(Reason::kDanglingSeparator));
    EXPECT_DOUBLE_EQ(number_of(dangling, "a21026", "Rtd"), 1);
    const std::string segment = upload("DataTime=20260110080000;a21026-Rtd=1,a21026-Flag=N");
    const std::string without_end = segment.substr(0, segment.size() - 2);
    std::string without_begin = segment;
    without_begin.replace(segment.find("&&"), 2, "");
    for (const std::string& damaged : {without_end, without_begin}) {
        const Frame frame = one(to_frame(damaged));
        EXPECT_EQ(frame.outcome, Outcome::kAcceptWarn);
        EXPECT_THAT(frame.reasons, ElementsAre(Reason::kCpMarksMissing));
        EXPECT_TRUE(frame.data_time);
        EXPECT_DOUBLE_EQ(number_of(frame, "a21026", "Rtd"), 1);
    }
}

TEST(Hj212Deviation, DataThatComesLateIsBackfillAndItsDelayIsMeasured) {
    const Frame late = of_area("DataTime=20260108080000;a21026-Rtd=1,a21026-Flag=N");
    EXPECT_EQ(late.outcome, Outcome::kAccept);
    EXPECT_THAT(late.reasons, ElementsAre(Reason::kBackfill));
    EXPECT_EQ(*late.sent_at - *late.data_time, std::chrono::hours{48} + std::chrono::seconds{10});
    // An hour's data names the start of its hour and is not late when the hour is over.
    std::string hour = upload("DataTime=20260110070000;a21026-Avg=1,a21026-Flag=N");
    hour.replace(hour.find("CN=2011"), 7, "CN=2061");
    EXPECT_THAT(one(to_frame(hour)).reasons, IsEmpty());
}

TEST(Hj212Deviation, PlaceholdersAreNeverEvidence) {
    for (const std::string_view text : {"999.99", "-999"}) {
        const Frame frame =
            of_area("DataTime=20260110080000;a21026-Rtd=" + std::string(text) + ",a21026-Flag=N");
        EXPECT_EQ(frame.outcome, Outcome::kAcceptWarn);
        EXPECT_THAT(frame.reasons, ElementsAre(Reason::kPlaceholder));
        EXPECT_THAT(value_of(frame, "a21026").marks, ElementsAre(Mark::kPlaceholder));
        EXPECT_FALSE(factor_of(frame, "a21026")->is_evidence);
    }
}

TEST(Hj212Deviation, AllZerosOfAFaultAreNeverEvidence) {
    const Frame frame =
        of_area("DataTime=20260110080000;a21026-Rtd=0,a21026-Flag=D;a21002-Rtd=0.00,a21002-Flag=B");
    EXPECT_EQ(frame.outcome, Outcome::kAcceptWarn);
    EXPECT_THAT(frame.reasons, ElementsAre(Reason::kAllZeroFaulty));
    EXPECT_FALSE(factor_of(frame, "a21026")->is_evidence);
    EXPECT_FALSE(factor_of(frame, "a21002")->is_evidence);
    // A zero that its instrument calls normal is one, and says that it wants a second witness.
    const Frame normal = of_area("DataTime=20260110080000;a21026-Rtd=0,a21026-Flag=N");
    EXPECT_EQ(normal.outcome, Outcome::kAccept);
    EXPECT_THAT(value_of(normal, "a21026").marks, ElementsAre(Mark::kZero));
}

TEST(Hj212Deviation, AWrongClockIsKeptAside) {
    const auto reasons_of = [](std::string_view time) {
        return of_area("DataTime=" + std::string(time) + ";a21026-Rtd=1,a21026-Flag=N");
    };
    const Frame unset = reasons_of("19700101080000");
    EXPECT_EQ(unset.outcome, Outcome::kQuarantine);
    EXPECT_TRUE(unset.has(Reason::kClockUnset));
    const Frame future = reasons_of("20380119031407");
    EXPECT_EQ(future.outcome, Outcome::kQuarantine);
    EXPECT_TRUE(future.has(Reason::kClockFuture));
    for (const std::string_view time : {"20260230080000", "20261310080000", "20260110250000"}) {
        const Frame impossible = reasons_of(time);
        EXPECT_EQ(impossible.outcome, Outcome::kQuarantine) << time;
        EXPECT_TRUE(impossible.has(Reason::kTimeImpossible)) << time;
    }
    std::string segment = upload(kArea);
    segment.replace(0, 20, "QN=19700101000000000");
    EXPECT_EQ(one(to_frame(segment)).outcome, Outcome::kQuarantine);
}

TEST(Hj212Deviation, ControlBytesAreRefusedAndNotShown) {
    for (const std::string_view bad : {std::string_view("\0", 1), std::string_view("\x1B[2J"),
                                       std::string_view("\x7F"), std::string_view("\xC2\x9B")}) {
        const Frame frame = of_area("DataTime=20260110080000;a21026-Rtd=1" + std::string(bad));
        EXPECT_EQ(frame.outcome, Outcome::kReject);
        EXPECT_THAT(frame.reasons, ElementsAre(Reason::kControlBytes));
        EXPECT_THAT(frame.factors, IsEmpty());
        EXPECT_FALSE(frame.head.mn);
    }
}

TEST(Hj212Deviation, ChineseTextIsTakenInEitherEncodingAndBrokenBytesAreNot) {
    const Frame utf8 = of_area("DataTime=20260110080000;x-Info=正常");
    EXPECT_EQ(utf8.outcome, Outcome::kAccept);
    EXPECT_EQ(value_of(utf8, "x").text, "正常");
    const Frame gbk = of_area("DataTime=20260110080000;x-Info=\xD5\xFD\xB3\xA3");
    EXPECT_EQ(gbk.outcome, Outcome::kAcceptWarn);
    EXPECT_TRUE(gbk.has(Reason::kNotUtf8));
    EXPECT_EQ(value_of(gbk, "x").text, "正常");
    EXPECT_TRUE(of_area("DataTime=20260110080000;x-Info=\xFF\xFF").has(Reason::kBrokenBytes));
}

TEST(Hj212Deviation, WhatIsNoPlainNumberIsNullAndTheFrameIsKept) {
    for (const std::string_view text : {"NaN", "INF", "-inf", "1.5E3", "0x1F", "1e400", "12;5x"}) {
        const Frame frame =
            of_area("DataTime=20260110080000;a21026-Rtd=" + std::string(text) + ";a19001-Rtd=9.1");
        EXPECT_EQ(frame.outcome, Outcome::kAcceptWarn) << text;
        EXPECT_DOUBLE_EQ(number_of(frame, "a19001", "Rtd"), 9.1) << text;
        if (text == "12;5x") continue;
        EXPECT_TRUE(frame.has(Reason::kValueUnreadable)) << text;
        EXPECT_FALSE(value_of(frame, "a21026").number) << text;
        EXPECT_EQ(value_of(frame, "a21026").text, text);
        EXPECT_FALSE(factor_of(frame, "a21026")->is_evidence);
    }
}

TEST(Hj212Deviation, ADecimalCommaIsNoNumber) {
    const Frame frame = of_area("DataTime=20260110080000;a21026-Rtd=12,5,a21026-Flag=N");
    EXPECT_EQ(frame.outcome, Outcome::kAcceptWarn);
    EXPECT_FALSE(value_of(frame, "a21026").number);
    EXPECT_EQ(value_of(frame, "a21026").text, "12,5");
    EXPECT_THAT(value_of(frame, "a21026").marks, ElementsAre(Mark::kDecimalComma));
    EXPECT_FALSE(factor_of(frame, "a21026")->is_evidence);
}

TEST(Hj212Deviation, HttpTlsAndNoiseAreDropped) {
    EXPECT_TRUE(one("GET / HTTP/1.1\r\nHost: x\r\n\r\n").has(Reason::kHttp));
    EXPECT_TRUE(one("\x16\x03\x01\x02").has(Reason::kTls));
    EXPECT_TRUE(one("\x01\x02\x03").has(Reason::kNoise));
    EXPECT_EQ(one("GET / HTTP/1.1\r\n\r\n").outcome, Outcome::kReject);
    EXPECT_THAT(decoded("\r\n \r\n"), IsEmpty());
}

TEST(Hj212Deviation, FieldNamesInCapitalsAndACommaBehindQnAreUnderstood) {
    const Frame frame = one(
        to_frame("QN=20260110080010000,ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;FLAG=5;"
                 "CP=&&DataTime=20260110080000;a21026-Rtd=1,a21026-Flag=N&&"));
    EXPECT_EQ(frame.outcome, Outcome::kAcceptWarn);
    EXPECT_THAT(frame.reasons,
                testing::UnorderedElementsAre(Reason::kCommaInHead, Reason::kFieldNameCase));
    EXPECT_EQ(frame.head.st, "31");
    EXPECT_TRUE(frame.flags->wants_answer());
}

TEST(Hj212Deviation, AnMnIsAnOpaqueToken) {
    for (const std::string_view mn :
         {"LD130", "ZZ_99-x", "0123456789012345678901234567890123456789"}) {
        const Frame frame = one(to_frame("ST=31;CN=2011;PW=123456;MN=" + std::string(mn) +
                                         ";CP=&&DataTime=20260110080000;a21026-Rtd=1&&"));
        EXPECT_EQ(frame.outcome, Outcome::kAccept) << mn;
        EXPECT_EQ(frame.head.mn, mn);
    }
    EXPECT_TRUE(one(to_frame("ST=31;CN=2011;PW=1;MN=a b;CP=&&&&")).has(Reason::kMnOdd));
    EXPECT_TRUE(one(to_frame("ST=31;CN=2011;PW=1;CP=&&&&")).has(Reason::kMnMissing));
    EXPECT_EQ(one(to_frame("ST=31;CN=2011;PW=1;CP=&&&&")).outcome, Outcome::kQuarantine);
}

TEST(Hj212Deviation, TheCheckSumOfNothingIsStillNoFrame) {
    const Frame frame = one("##0000FFFF\r\n");
    EXPECT_EQ(frame.outcome, Outcome::kReject);
    EXPECT_THAT(frame.reasons, ElementsAre(Reason::kEmpty));
}

}  // namespace
}  // namespace qk::plans::hj212
