#include "plans/hj212/frame.hpp"

#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <set>

#include "plans/hj212/frame_json.hpp"
#include "plans/hj212/sm4.hpp"
#include "plans/text/json.hpp"
#include "tests/plans/hj212/frames.hpp"

namespace qk::plans::hj212 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Hj212Frame, TheVersionIsThatOfItsFlag) {
    EXPECT_EQ(one(to_frame(kPrinted2005)).version, Version::k2005);
    EXPECT_EQ(one(to_frame(kPrinted2017)).version, Version::k2017);
    EXPECT_EQ(one(to_frame(kPrinted2025)).version, Version::k2025);
    const auto flags_of = [](std::string_view flag) {
        return one(to_frame(upload(kArea, "Flag=" + std::string(flag) + ";"))).flags;
    };
    EXPECT_FALSE(flags_of("4")->wants_answer());
    EXPECT_TRUE(flags_of("5")->wants_answer());
    EXPECT_FALSE(flags_of("8")->is_part());
    EXPECT_TRUE(flags_of("10")->is_part());
    const Frame odd = one(to_frame(upload(kArea, "Flag=256;")));
    EXPECT_TRUE(odd.has(Reason::kFlagOdd));
    EXPECT_EQ(odd.version, Version::k2017);  // by its MN of 24 characters
}

TEST(Hj212Frame, ThePrintedExamplesAreRead) {
    const Frame set_interval = one(to_frame(kPrinted2017));
    EXPECT_EQ(set_interval.outcome, Outcome::kAccept);
    EXPECT_THAT(set_interval.parameters, ElementsAre(testing::Pair("RtdInterval", "30")));
    const Frame of_2005 = one(to_frame(kPrinted2005));
    EXPECT_THAT(of_2005.parameters, ElementsAre(testing::Pair("BeginTime", "20040506111000"),
                                                testing::Pair("EndTime", "20040506151000")));
    const Frame power = one(to_frame(
        "QN=20260110080010000;ST=44;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=8;CP=&&"
        "DataTime=20260110080000;d20105-Rtd=220.20,d20105-Flag=N;d20405-Rtd=0.24,d20405-Flag=N;"
        "d30406-Rtd=0.04,d30406-Flag=N&&"));
    EXPECT_EQ(power.outcome, Outcome::kAccept);
    EXPECT_EQ(factor_of(power, "d20105")->known->role, CodeRole::kVoltage);
    EXPECT_EQ(factor_of(power, "d20405")->known->side, CodeSide::kProduction);
    EXPECT_EQ(factor_of(power, "d30406")->known->side, CodeSide::kTreatment);
    EXPECT_DOUBLE_EQ(number_of(power, "d30406", "Rtd"), 0.04);
}

TEST(Hj212Frame, StatesOfEquipmentAndLettersOfConditionsAreKept) {
    std::string states = upload("DataTime=20260110080000;SB1-RS=1;SB12-RS=0");
    states.replace(states.find("CN=2011"), 7, "CN=2021");
    const Frame running = one(to_frame(states));
    EXPECT_EQ(running.outcome, Outcome::kAccept);
    EXPECT_EQ(factor_of(running, "SB12")->known->role, CodeRole::kState);
    EXPECT_DOUBLE_EQ(number_of(running, "SB1", "RS"), 1);
    const Frame letters = one(to_frame(upload("DataTime=20260110080000;p99101-Rtd=St")));
    EXPECT_EQ(letters.outcome, Outcome::kAccept);
    EXPECT_EQ(factor_of(letters, "p99101")->values[0].text, "St");
}

TEST(Hj212Frame, OnlyWhatItsInstrumentCallsNormalIsEvidence) {
    const Frame flagged = one(to_frame(
        upload("DataTime=20260110080000;a21026-Rtd=1,a21026-Flag=N;a21002-Rtd=2,a21002-Flag=T;"
               "a34013-Rtd=3")));
    EXPECT_TRUE(factor_of(flagged, "a21026")->is_evidence);
    EXPECT_THAT(factor_of(flagged, "a21002")->values[0].marks, ElementsAre(Mark::kFlagged));
    EXPECT_FALSE(factor_of(flagged, "a21002")->is_evidence);
    // Others carry a flag and this one none.
    EXPECT_FALSE(factor_of(flagged, "a34013")->is_evidence);
    const Frame unflagged = one(to_frame(upload("DataTime=20260110080000;a34013-Rtd=3")));
    EXPECT_TRUE(factor_of(unflagged, "a34013")->is_evidence);
}

TEST(Hj212Frame, TheSuffixBeginsAtTheLastDash) {
    const Frame frame = one(
        to_frame(upload("DataTime=20260110080000;a21026-ZsAvg=7.5,a21026-Cou=0.5,a21026-Flag=N")));
    EXPECT_DOUBLE_EQ(number_of(frame, "a21026", "ZsAvg"), 7.5);
    EXPECT_DOUBLE_EQ(number_of(frame, "a21026", "Cou"), 0.5);
    EXPECT_EQ(frame.factors.size(), 1U);
}

TEST(Hj212Frame, AThingGivenTwiceWithDifferentValuesCountsNeitherWay) {
    const Frame same = one(to_frame(upload("DataTime=20260110080000;a21026-Rtd=1;a21026-Rtd=1")));
    EXPECT_EQ(same.outcome, Outcome::kAccept);
    const Frame different =
        one(to_frame(upload("DataTime=20260110080000;a21026-Rtd=1;a21026-Rtd=2")));
    EXPECT_TRUE(different.has(Reason::kGivenTwice));
    EXPECT_FALSE(factor_of(different, "a21026")->values[0].number);
    EXPECT_FALSE(factor_of(different, "a21026")->is_evidence);
    const Frame times =
        one(to_frame(upload("DataTime=20260110080000;DataTime=20260110090000;a21026-Rtd=1")));
    EXPECT_EQ(times.outcome, Outcome::kQuarantine);
}

TEST(Hj212Frame, PartsAreNumberedAndWhatCannotBeIsKeptAside) {
    const auto part = [](std::string_view flag, std::string_view numbers) {
        return one(
            to_frame(upload(kArea, "Flag=" + std::string(flag) + ";" + std::string(numbers))));
    };
    const Frame good = part("7", "PNUM=2;PNO=1;");
    EXPECT_EQ(good.outcome, Outcome::kAccept);
    EXPECT_THAT(good.reasons, ElementsAre(Reason::kPart));
    EXPECT_EQ(good.part, 1U);
    EXPECT_EQ(good.parts, 2U);
    EXPECT_EQ(part("7", "PNO=0001;PNUM=0010;").parts, 10U);
    EXPECT_TRUE(part("7", "").has(Reason::kPartNumberMissing));
    EXPECT_TRUE(part("5", "PNUM=2;PNO=1;").has(Reason::kPartMarkMissing));
    EXPECT_EQ(part("5", "PNUM=2;PNO=1;").part, 1U);
    for (const std::string_view numbers : {"PNUM=2;PNO=3;", "PNUM=2;PNO=0;", "PNUM=x;PNO=1;"}) {
        EXPECT_EQ(part("7", numbers).outcome, Outcome::kQuarantine) << numbers;
    }
}

TEST(Hj212Frame, ARetransmissionSaysSo) {
    const Frame frame = one(to_frame(upload(kArea, "Flag=8;RF=1;")));
    EXPECT_EQ(frame.outcome, Outcome::kAccept);
    EXPECT_TRUE(frame.is_retransmission);
}

TEST(Hj212Frame, UploadsAreAnsweredAsTheirStandardSays) {
    const auto answer = [](std::string_view segment, bool is_relay = false) {
        return answer_to(one(to_frame(segment)), is_relay);
    };
    const std::string mn(kMn2017);
    EXPECT_EQ(
        answer(upload(kArea, "Flag=5;")),
        to_frame("QN=20260110080010000;ST=91;CN=9014;PW=123456;MN=" + mn + ";Flag=4;CP=&&&&"));
    EXPECT_EQ(
        answer(upload(kArea, "Flag=9;")),
        to_frame("QN=20260110080010000;ST=91;CN=9014;PW=123456;MN=" + mn + ";Flag=8;CP=&&&&"));
    EXPECT_FALSE(answer(upload(kArea, "Flag=4;")));
    EXPECT_FALSE(answer(kPrinted2017));  // what a platform says is not answered
    std::string notice = upload("", "Flag=5;");
    notice.replace(notice.find("CN=2011"), 7, "CN=1013");
    EXPECT_EQ(answer(notice), to_frame("QN=20260110080010000;ST=91;CN=9013;PW=123456;MN=" + mn +
                                       ";Flag=4;CP=&&&&"));
    const std::string_view of_2005 =
        "QN=20260110080010000;ST=31;CN=2011;PW=123456;MN=88888880000001;Flag=1;CP=&&DataTime="
        "20260110080000;02-Rtd=1&&";
    EXPECT_EQ(answer(of_2005), to_frame("ST=91;CN=9014;PW=123456;Flag=0;CP=&&QN=20260110080010000;"
                                        "CN=2011&&"));
    EXPECT_EQ(answer(of_2005, true),
              to_frame("ST=91;CN=9014;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20260110080010000;"
                       "CN=2011&&"));
}

TEST(Hj212Frame, ARefusedFrameIsNotAnswered) {
    const std::string segment = upload(kArea, "Flag=5;");
    const std::string frame = to_frame(segment);
    EXPECT_TRUE(answer_to(one(frame), false));
    std::string damaged = frame;
    damaged[damaged.find("12.5")] = '7';
    const Frame refused = one(damaged);
    EXPECT_EQ(refused.outcome, Outcome::kReject);
    EXPECT_THAT(refused.factors, IsEmpty());
    EXPECT_FALSE(answer_to(refused, false));
}

TEST(Hj212Frame, ItsEnvelopeAloneSaysWhoseItIsAndOfWhenAndRefusesTheSame) {
    DecodeSetting setting = setting_of_test();
    setting.depth = Depth::kEnvelope;
    const Frame frame = one(to_frame(upload(kArea)), setting);
    EXPECT_EQ(frame.outcome, Outcome::kAccept);
    EXPECT_EQ(frame.head.mn, kMn2017);
    EXPECT_EQ(frame.data_time, one(to_frame(upload(kArea))).data_time);
    EXPECT_THAT(frame.factors, IsEmpty());
    EXPECT_EQ(answer_to(frame, false), answer_to(one(to_frame(upload(kArea))), false));
    const std::string_view late = "a21026-Rtd=1;DataTime=20260101080000";
    EXPECT_TRUE(one(to_frame(upload(late)), setting).has(Reason::kBackfill));
    EXPECT_FALSE(one(to_frame(upload("xDataTime=20260101080000")), setting).data_time);
    std::string damaged = to_frame(upload(kArea));
    damaged[damaged.find("12.5")] = '7';
    for (const std::string& refused :
         {damaged, std::string("noise"), to_frame(upload("DataTime=\x1B[2J"))}) {
        EXPECT_EQ(one(refused, setting).outcome, one(refused).outcome);
        EXPECT_EQ(one(refused, setting).reasons, one(refused).reasons);
    }
    EXPECT_EQ(one(to_frame(upload("DataTime=19700101080000")), setting).outcome,
              Outcome::kQuarantine);
}

TEST(Hj212Frame, ItsJsonHasEveryMemberWhateverItIs) {
    for (const std::string& bytes :
         {to_frame(upload(kArea)), std::string("noise"), to_frame(kPrinted2005).substr(0, 40),
          std::string("##0000FFFF\r\n")}) {
        const boost::json::object object = to_json(one(bytes));
        for (const char* member : {"outcome", "reasons", "head", "flags", "cp", "factors", "crc_ok",
                                   "offset", "bytes"}) {
            EXPECT_TRUE(object.contains(member)) << member;
        }
    }
    const boost::json::object object = to_json(one(to_frame(upload(kArea))));
    EXPECT_EQ(plans::string_or(object.at("head"), "MN"), kMn2017);
    EXPECT_EQ(object.at("cp").at("a21026-Rtd"), "12.5");
    EXPECT_EQ(object.at("factors").at(0).at("values").at("Rtd").at("value"), 12.5);
    EXPECT_EQ(object.at("factors").at(0).at("unit"), "mg/m3");
    EXPECT_EQ(object.at("delay_s"), 10);
}

TEST(Hj212Frame, EveryReasonHasAWordOfItsOwnInThreeLanguages) {
    std::set<std::string_view> words;
    for (std::size_t i = 0; i < kReasonCount; ++i) {
        const auto reason = static_cast<Reason>(i);
        words.insert(to_text(reason));
        EXPECT_FALSE(in_chinese(reason).empty());
        EXPECT_FALSE(in_english(reason).empty());
    }
    EXPECT_EQ(words.size(), kReasonCount);
    EXPECT_EQ(outcome_of(Reason::kPart), Outcome::kAccept);
    EXPECT_EQ(outcome_of(Reason::kLineEnd), Outcome::kAcceptWarn);
    EXPECT_EQ(outcome_of(Reason::kTooManyItems), Outcome::kQuarantine);
    EXPECT_EQ(outcome_of(Reason::kKeyWrong), Outcome::kNeedsKey);
    EXPECT_EQ(outcome_of(Reason::kTls), Outcome::kReject);
}

// The first 80 characters of the area as OpenSSL's command line encrypts them with sixteen '0'.
constexpr std::string_view kEncrypted80 =
    "3e52565e3d5f40d7f3f95145274ccf83baab15a5a38e313310eec7f8bf6c5a3451b66b7076347b6e36619444a2d319"
    "24"
    "af4f90c9ee1a771aaa84a06f1be09458abb4bfddfca5469591812e5388d49e31";

std::string encrypted_frame(std::string_view area_in_clear, std::size_t declared_more = 0) {
    std::string list = "{";
    for (std::size_t i = 0; i < kEncrypted80.size(); i += 2) {
        list += (i == 0 ? "0x" : ",0x") + std::string(kEncrypted80.substr(i, 2));
    }
    list += "}" + std::string(area_in_clear.substr(80));
    const std::string plain = upload(area_in_clear, "Flag=9;");
    std::string sent = plain;
    sent.replace(sent.find(area_in_clear), area_in_clear.size(), list);
    // The length is that of the plain text, as the standard's own example has it.
    const std::string length = std::to_string(plain.size() + declared_more);
    return "##" + std::string(4 - length.size(), '0') + length + sent + crc_text(crc_of(plain)) +
           "\r\n";
}

TEST(Hj212Frame, EncryptedContentNeedsAKeyAndIsNotWaitedFor) {
    const Frame frame = one(encrypted_frame(kArea));
    EXPECT_EQ(frame.outcome, Outcome::kNeedsKey);
    EXPECT_THAT(frame.reasons, ElementsAre(Reason::kEncrypted));
    EXPECT_EQ(frame.head.mn, kMn2017);
    EXPECT_EQ(frame.flags->version(), Version::k2025);
    EXPECT_FALSE(frame.crc_ok);
    EXPECT_EQ(frame.encrypted_bytes, 80U);
    EXPECT_THAT(frame.factors, IsEmpty());
    EXPECT_FALSE(answer_to(frame, false));
    // Others state the length that they send.
    EXPECT_EQ(one(encrypted_frame(kArea, 321)).outcome, Outcome::kNeedsKey);
    const auto both = decoded(encrypted_frame(kArea) + to_frame(kPrinted2017));
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[1].outcome, Outcome::kAccept);
}

TEST(Hj212Frame, WithItsKeyEncryptedContentIsReadAndItsCheckSumHolds) {
    DecodeSetting setting = setting_of_test();
    setting.keys.emplace(kMn2017, std::string(16, '0'));
    const Frame frame = one(encrypted_frame(kArea), setting);
    EXPECT_EQ(frame.outcome, Outcome::kAccept);
    EXPECT_EQ(frame.crc_ok, true);
    EXPECT_DOUBLE_EQ(number_of(frame, "a21026", "Rtd"), 12.5);
    EXPECT_TRUE(answer_to(frame, false));
    setting.keys = {{"another", std::string(16, '0')}};
    EXPECT_TRUE(one(encrypted_frame(kArea), setting).has(Reason::kEncrypted));
    setting.key_of_all = std::string(16, '1');
    const Frame wrong = one(encrypted_frame(kArea), setting);
    EXPECT_EQ(wrong.outcome, Outcome::kNeedsKey);
    EXPECT_TRUE(wrong.has(Reason::kKeyWrong));
}

TEST(Hj212Frame, Sm4IsThatOfGbt32907) {
    const auto key = parse_sm4_key("0123456789abcdeffedcba9876543210");
    const auto block = parse_sm4_key("681edf34d206965e86b3e94f536e4246");
    ASSERT_TRUE(key && block);
    EXPECT_EQ(decrypt_sm4(*block, *key), *key);
    EXPECT_FALSE(parse_sm4_key("0123"));
    EXPECT_FALSE(parse_encrypted("{0xE4,0x3E}tail"));  // not a whole block
}

}  // namespace
}  // namespace qk::plans::hj212
