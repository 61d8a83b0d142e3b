// The table of deviations that a gateway must survive, a row for a row: what the row sends, cut at
// any place, gets the answer of the table, and the JSON of 'hj212 decode' names it.
#include <gmock/gmock.h>

#include <boost/json/array.hpp>

#include "plans/hj212/device_link.hpp"
#include "plans/hj212/frame_json.hpp"
#include "plans/hj212/repeats.hpp"
#include "plans/text/json.hpp"
#include "tests/plans/hj212/frames.hpp"

namespace qk::plans::hj212 {
namespace {

struct Sent {
    std::string bytes;
    std::vector<std::string> outcomes;  // of each frame or fault, in order
    std::string reason;                 // that one of them names; empty: none is asked for
};
struct Row {
    const char* name;  // of the row
    std::vector<Sent> sent;
};

std::string with_digits(std::string_view segment, std::string_view digits,
                        std::string_view end = "\r\n") {
    std::string frame = to_frame(segment);
    frame.resize(frame.size() - 6);
    return frame + std::string(digits) + std::string(end);
}

std::string with_length(std::size_t length, std::string_view frame) {
    const std::string digits = std::to_string(length);
    return "##" + std::string(4 - digits.size(), '0') + digits + std::string(frame.substr(6));
}

std::string good() { return to_frame(upload(kArea)); }
std::string of_area(std::string_view area) { return to_frame(upload(area)); }
std::string of_one(std::string_view text) {
    return of_area("DataTime=20260110080000;a21026-Rtd=" + std::string(text) +
                   ",a21026-Flag=N;a19001-Rtd=9.1,a19001-Flag=N");
}
std::string at_time(std::string_view time) {
    return of_area("DataTime=" + std::string(time) + ";a21026-Rtd=1,a21026-Flag=N");
}

std::vector<Row> rows_of_frames() {
    const std::string plain(kPrinted2017);
    const std::size_t right = plain.size();
    const std::string long_info =
        upload("DataTime=20260110080000;x-Info=" + std::string(1500, 'y'));
    return {
        {"LowerCaseCheckSum", {{with_digits(plain, "1c80"), {"accept"}, "crc_lower_case"}}},
        {"LineEnds",
         {{with_digits(plain, "1C80", "") + good(), {"accept_warn", "accept"}, "line_end"},
          {with_digits(plain, "1C80", "\n") + good(), {"accept_warn", "accept"}, "line_end"},
          {with_digits(plain, "1C80", "\r\r\n") + good(), {"accept_warn", "accept"}, "line_end"},
          {with_digits(plain, "1C80", " \r\n") + good(), {"accept_warn", "accept"}, "line_end"},
          {with_digits(plain, "1C80", std::string("\0\r\n", 3)) + good(),
           {"accept_warn", "accept"},
           "line_end"},
          {with_digits(plain, "1C80", R"(\r\n)") + good(), {"accept_warn", "accept"}, "line_end"}}},
        {"GluedFramesAndSlices",
         {{good() + to_frame(plain) + good(), {"accept", "accept", "accept"}, ""},
          {with_digits(plain, "1C80", "") + with_digits(plain, "1C80", "") + good(),
           {"accept_warn", "accept_warn", "accept"},
           ""}}},
        {"LengthCountsMoreOrLostText",
         {{with_length(right + 6, to_frame(plain)), {"accept_warn"}, "length_wrong"},
          {with_length(right + 40, to_frame(plain)), {"accept_warn"}, "length_wrong"}}},
        {"LengthSwallowsTheNextFrame",
         {{with_length(900, to_frame(plain)) + good(), {"accept_warn", "accept"}, "length_wrong"},
          {with_length(900, to_frame(plain)).substr(0, 60) + good(), {"reject", "accept"}, ""}}},
        {"SegmentOver1024", {{to_frame(long_info), {"accept"}, "segment_over_1024"}}},
        {"ModbusCheckSums",
         {{with_digits(plain, "0759"), {"reject"}, "crc_modbus"},
          {with_digits(plain, "5907"), {"reject"}, "crc_modbus_swapped"}}},
        {"CheckSumOfRawBytes",
         {{with_digits(plain, "\x1C\x80") + good(), {"reject", "accept"}, "crc_raw_bytes"}}},
        {"NoQnNoFlagCodesOf2005",
         {{to_frame("ST=31;CN=2011;PW=123456;MN=88888880000001;CP=&&DataTime=20240110080000;"
                    "02-Rtd=12.5,02-Flag=N&&"),
           {"accept"},
           "qn_missing"}}},
        {"CodesOf2005And2017Mixed",
         {{of_area("DataTime=20260110080000;02-Rtd=1,02-Flag=N;a21002-Rtd=2,a21002-Flag=N"),
           {"accept"},
           "codes_mixed"}}},
        {"DataTimeOf17Digits", {{at_time("20260110080000123"), {"accept_warn"}, "data_time_cut"}}},
        {"QnOf13Digits",
         {{to_frame("QN=1768003210000;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;"
                    "CP=&&DataTime=20260110080000;a21026-Rtd=1,a21026-Flag=N&&"),
           {"accept_warn"},
           "qn_epoch"}}},
        {"OrphanFlagSeparatorsAndMarks",
         {{of_area("DataTime=20260110080000;a21026-Rtd=1,Flag=N"), {"accept_warn"}, "flag_orphan"},
          {of_area(";DataTime=20260110080000;;a21026-Rtd=1,a21026-Flag=N,;"),
           {"accept_warn"},
           "separator_dangling"},
          {to_frame(upload(kArea).substr(0, upload(kArea).size() - 2)),
           {"accept_warn"},
           "cp_marks"}}},
        {"DataTimeBehindQn",
         {{at_time("20260110070000"), {"accept"}, "backfill"},
          {at_time("20260101080000"), {"accept"}, "backfill"}}},
        {"FullScaleAndFaultyZeros",
         {{of_one("999.99"), {"accept_warn"}, "placeholder"},
          {of_one("-999"), {"accept_warn"}, "placeholder"},
          {of_area("DataTime=20260110080000;a21026-Rtd=0,a21026-Flag=D;a21002-Rtd=0,a21002-Flag=B"),
           {"accept_warn"},
           "all_zero_faulty"}}},
        {"ClockOf1970FutureAnd30February",
         {{at_time("19700101080000"), {"quarantine"}, "clock_unset"},
          {at_time("20990101080000"), {"quarantine"}, "clock_future"},
          {at_time("20260230080000"), {"quarantine"}, "time_impossible"}}},
        {"GbkBrokenBytesAndControls",
         {{of_area("DataTime=20260110080000;x-Info=\xD5\xFD\xB3\xA3"), {"accept_warn"}, "gb18030"},
          {of_area("DataTime=20260110080000;x-Info=\xFF\xFF"), {"reject"}, "broken_bytes"},
          {of_area(std::string("DataTime=20260110080000;x-Info=") + '\0'),
           {"reject"},
           "control_bytes"},
          {of_area("DataTime=20260110080000;x-Info=\x1B[31m"), {"reject"}, "control_bytes"}}},
        {"WhatIsNoPlainNumber",
         {{of_one("NaN"), {"accept_warn"}, "value_unreadable"},
          {of_one("INF"), {"accept_warn"}, "value_unreadable"},
          {of_one("1.2e3"), {"accept_warn"}, "value_unreadable"},
          {of_one("0x1F"), {"accept_warn"}, "value_unreadable"},
          {of_one("12,5"), {"accept_warn"}, "value_unreadable"}}},
        {"HttpTlsAndNoise",
         {{"GET / HTTP/1.1\r\n\r\n" + good(), {"reject", "accept"}, "http"},
          {"\x16\x03\x01\x02 then " + good(), {"reject", "accept"}, "tls"},
          {"hello" + good(), {"reject", "accept"}, "noise"}}},
    };
}

std::vector<std::string> outcomes_of(const std::vector<Frame>& frames) {
    std::vector<std::string> outcomes;
    for (const Frame& frame : frames) {
        outcomes.push_back(plans::string_or(to_json(frame), "outcome"));
    }
    return outcomes;
}

bool is_named(const std::vector<Frame>& frames, const std::string& reason) {
    for (const Frame& frame : frames) {
        const boost::json::object shown = to_json(frame);
        for (const boost::json::value& one : shown.at("reasons").as_array()) {
            if (one == boost::json::value(reason)) return true;
        }
    }
    return reason.empty();
}

class Hj212FieldDeviation : public testing::TestWithParam<Row> {};

TEST_P(Hj212FieldDeviation, IsHandledAsTheTableSaysWhereverItIsCut) {
    for (const Sent& sent : GetParam().sent) {
        for (const std::size_t slice : {std::size_t{1}, std::size_t{13}, std::size_t{1200}}) {
            const auto frames = decoded(sent.bytes, slice);
            EXPECT_EQ(outcomes_of(frames), sent.outcomes) << slice << " " << sent.bytes;
            EXPECT_TRUE(is_named(frames, sent.reason)) << sent.reason << " " << sent.bytes;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Table, Hj212FieldDeviation, testing::ValuesIn(rows_of_frames()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Hj212FieldDeviationOfStreams, TheSameDataTimeThirteenTimesIsOneAndDifferingValuesAreKept) {
    Repeats repeats;
    for (int time = 0; time < 13; ++time) {
        Frame frame = one(good());
        repeats.look(frame);
        EXPECT_EQ(frame.has(Reason::kRepeat), time > 0) << time;
        EXPECT_EQ(frame.outcome, Outcome::kAccept);
    }
    Frame other = one(of_one("13"));
    repeats.look(other);
    EXPECT_TRUE(other.has(Reason::kRevision));
    EXPECT_EQ(other.outcome, Outcome::kAcceptWarn);
}

TEST(Hj212FieldDeviationOfStreams, ManyMnsOnOneConnectionAreForListedRelays) {
    Frame first = one(good());
    std::string another = upload(kArea);
    another.replace(another.find(kMn2017), kMn2017.size(), "ANOTHER-1");
    for (const bool is_relay : {false, true}) {
        DeviceLink link(is_relay);
        Frame second = one(to_frame(another));
        link.look(first);
        link.look(second);
        EXPECT_EQ(second.has(Reason::kOtherDevice), !is_relay);
        EXPECT_EQ(second.outcome, is_relay ? Outcome::kAccept : Outcome::kReject);
    }
}

TEST(Hj212FieldDeviationOfStreams, ADelayIsMeasuredFromQnToDataTime) {
    EXPECT_EQ(to_json(one(at_time("20260110070000"))).at("delay_s"), 3610);
}

}  // namespace
}  // namespace qk::plans::hj212
