#include <gmock/gmock.h>
#include <zlib.h>

#include <boost/json/parse.hpp>
#include <sstream>

#include "plans/hj212/frame.hpp"
#include "plans/hj212/raw_day.hpp"
#include "tests/daemon/ctl/type_command.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::ctl {
namespace {

namespace hj212 = plans::hj212;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::string_view kSegment =
    "QN=20160801085857223;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime="
    "20160801085800;a21026-Rtd=12.5,a21026-Flag=N;b-Rtd=NaN&&";

class Hj212Command : public testing::Test {
 protected:
    std::string file_of(std::string_view bytes) { return scratch_.write("capture.bin", bytes); }
    Answer decode(std::string_view bytes, const Arguments& more = {}) {
        return type_command(
            words_of({"hj212", "decode", file_of(bytes), "--format", "json"}, more));
    }
    std::string keys_of(std::string_view lines) { return scratch_.write("keys.txt", lines); }
    static std::vector<boost::json::object> objects_of(const Answer& answer) {
        std::vector<boost::json::object> objects;
        std::istringstream lines(answer.out);
        for (std::string line; std::getline(lines, line);) {
            objects.push_back(boost::json::parse(line).as_object());
        }
        return objects;
    }

 private:
    daemon::Scratch scratch_;
};

TEST_F(Hj212Command, PrintsOneObjectPerFrameOrFaultAndGoesOnBehindAFault) {
    const std::string frame = hj212::to_frame(kSegment);
    std::string damaged = frame;
    damaged[damaged.find("12.5")] = '7';
    const Answer answer = decode("dirt" + frame + damaged + frame.substr(0, 50) + frame);
    EXPECT_EQ(answer.code, kNegative);
    const auto objects = objects_of(answer);
    ASSERT_THAT(objects, SizeIs(5));
    std::vector<std::string> outcomes;
    for (const auto& object : objects) outcomes.emplace_back(object.at("outcome").as_string());
    EXPECT_THAT(outcomes, ElementsAre("reject", "accept_warn", "reject", "reject", "accept_warn"));
    EXPECT_EQ(objects[1].at("crc_ok"), true);
    EXPECT_EQ(objects[2].at("crc_ok"), false);
    EXPECT_EQ(objects[1].at("head").at("MN"), "010000A8900016F000169DC0");
    EXPECT_EQ(objects[1].at("factors").at(0).at("values").at("Rtd").at("value"), 12.5);
    EXPECT_TRUE(objects[1].at("factors").at(1).at("values").at("Rtd").at("value").is_null());
}

TEST_F(Hj212Command, FramesThatAreAllAcceptedAreZero) {
    EXPECT_EQ(decode(hj212::to_frame(kSegment)).code, kHolds);
    EXPECT_EQ(decode("").code, kHolds);
    const Answer cut = decode(hj212::to_frame(kSegment).substr(0, 60));
    EXPECT_EQ(cut.code, kNegative);
    EXPECT_THAT(cut.out, HasSubstr("\"outcome\":\"need_more\""));
}

TEST_F(Hj212Command, AFileThatCannotBeReadIsTwo) {
    const Answer answer = type_command({"hj212", "decode", "/nowhere/capture.bin"});
    EXPECT_EQ(answer.code, kBadUsage);
    EXPECT_THAT(answer.err, HasSubstr("/nowhere/capture.bin"));
    EXPECT_EQ(decode("", {"--at", "noon"}).code, kBadUsage);
}

TEST_F(Hj212Command, OneWrongKindOfCheckSumCanBeAllowed) {
    const std::string frame = "##0" + std::to_string(kSegment.size()) + std::string(kSegment) +
                              hj212::crc_text(hj212::modbus_crc_of(kSegment)) + "\r\n";
    EXPECT_EQ(decode(frame).code, kNegative);
    EXPECT_EQ(decode(frame, {"--allow-crc", "modbus"}).code, kHolds);
    EXPECT_EQ(decode(frame, {"--allow-crc", "modbus-swapped"}).code, kNegative);
}

TEST_F(Hj212Command, TheClockIsThatOfTheCallUnlessItIsGiven) {
    EXPECT_EQ(decode(hj212::to_frame(kSegment), {"--at", "2010-01-01"}).code, kNegative);
    EXPECT_THAT(decode(hj212::to_frame(kSegment), {"--at", "2010-01-01"}).out,
                HasSubstr("clock_future"));
}

TEST_F(Hj212Command, ATableAndACsvHaveARowPerFrame) {
    const std::string path = file_of(hj212::to_frame(kSegment));
    const Answer csv = type_command({"hj212", "decode", path, "--format", "csv"});
    EXPECT_THAT(csv.out, HasSubstr("offset,outcome,mn,cn,version"));
    EXPECT_THAT(csv.out, HasSubstr("a21026-Rtd=12.5"));
    const Answer table = type_command({"hj212", "decode", path, "--format", "table"});
    EXPECT_THAT(table.out, HasSubstr("accept_warn"));
    EXPECT_THAT(table.out, HasSubstr("2016-08-01T08:58:00+08:00"));
}

TEST_F(Hj212Command, ASecondDeviceIsRefusedWhereOneConnectionMayCarryOne) {
    std::string other(kSegment);
    other.replace(other.find("MN=0"), 4, "MN=9");
    const std::string bytes = hj212::to_frame(kSegment) + hj212::to_frame(other);
    EXPECT_EQ(decode(bytes).code, kHolds);
    EXPECT_THAT(decode(bytes, {"--one-device"}).out, HasSubstr("other_device"));
}

TEST_F(Hj212Command, KeysAreReadToTheLastOrRefused) {
    std::string lines;
    for (int i = 0; i < 10'000; ++i)
        lines += "MN" + std::to_string(i) + ' ' + std::string(32, 'a') + '\n';
    EXPECT_EQ(decode("", {"--key-file", keys_of(lines)}).code, kHolds);
    const Answer more = decode("", {"--key-file", keys_of(lines + "MN " + std::string(32, 'a'))});
    EXPECT_EQ(more.code, kBadUsage);
    EXPECT_THAT(more.err, HasSubstr("keys.txt:10001:1"));
    EXPECT_THAT(decode("", {"--key-file", keys_of("MN1 abc\n")}).err, HasSubstr("keys.txt:1:1"));
}

constexpr std::string_view kHourSegment =
    "QN=20160801090010000;ST=31;CN=2061;PW=123456;MN=MN1;Flag=5;CP=&&DataTime=20160801080000;"
    "a21026-Avg=35.5,a21026-Flag=N;a21002-Avg=9,a21002-Flag=C;a00000-Avg=10,a00000-Flag=N&&";

std::string day_of_two() {
    const auto at = *rules::parse_instant("2016-08-01T09:00:12+08:00", rules::kBeijingTime);
    std::string day = hj212::raw_day_head(*rules::parse_day("2016-08-01"));
    day += hj212::to_raw_record({at, "192.0.2.7", "MN1", hj212::to_frame(kHourSegment)});
    std::string damaged =
        hj212::to_raw_record({at, "192.0.2.7", "MN1", hj212::to_frame(kHourSegment)});
    damaged[damaged.find("35.5")] = '7';
    return day + damaged;
}

std::string gzip(const std::string& path, const std::string& bytes) {
    gzFile file = ::gzopen(path.c_str(), "wb");
    ::gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    ::gzclose(file);
    return path;
}

TEST_F(Hj212Command, ADayOfRawBytesIsReadWithWhenAndWhereEachFrameCameFrom) {
    const Answer answer = decode(day_of_two());
    EXPECT_EQ(answer.code, kNegative);  // the second is damaged
    const auto objects = objects_of(answer);
    ASSERT_THAT(objects, SizeIs(2));
    EXPECT_EQ(objects[0].at("outcome"), "accept");
    EXPECT_EQ(objects[0].at("arrived"), "2016-08-01T09:00:12+08:00");
    EXPECT_EQ(objects[0].at("link"), "192.0.2.7");
    EXPECT_EQ(objects[0].at("offset"), hj212::raw_day_head({}).size());
    EXPECT_EQ(objects[1].at("outcome"), "reject");
    EXPECT_FALSE(objects[1].contains("arrived"));
}

TEST_F(Hj212Command, ADayThatIsClosedIsReadAsWell) {
    const daemon::Scratch scratch;
    const std::string path = gzip(scratch.file("2016-08-01.raw.gz"), day_of_two());
    const Answer whole = type_command({"hj212", "decode", path, "--format", "json"});
    EXPECT_THAT(objects_of(whole), SizeIs(2));
    const std::string cut = scratch.read("2016-08-01.raw.gz").substr(0, 100);
    const Answer damaged =
        type_command({"hj212", "decode", scratch.write("cut.gz", cut), "--format", "json"});
    EXPECT_EQ(damaged.code, kBadUsage);
    EXPECT_THAT(damaged.err, HasSubstr("damaged or cut off"));
}

TEST_F(Hj212Command, ReadingsOfStacksComeBackOutOfTheRawBytes) {
    const daemon::Scratch scratch;
    scratch.write("inv/enterprises.csv",
                  "id,name,region,industry,grade,category,lon,lat,contact,phone,permit\n"
                  "E1,甲厂,410122,铸造,C,regular,113.9,34.7,甲,0371-0000001,P1\n");
    scratch.write("inv/lines.csv",
                  "enterprise,id,name,equipment,capacity,capacity_unit,uninterruptible,"
                  "ramp_down_hours,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
                  "E1,L1,一线,炉,10,t/d,no,1,1.5,2.25,3,0.001\n");
    scratch.write("inv/area_emissions.csv",
                  "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
                  "410100,industry,10,20,30,40\n");
    scratch.write("inv/outlets.csv", "id,enterprise,line,mn,factors\nO1,E1,L1,MN1,so2;nox\n");
    const std::string day = scratch.write("2016-08-01.raw", day_of_two());
    const Answer answer =
        type_command({"hj212", "readings", day, "--inventory", scratch.file("inv")});
    EXPECT_EQ(answer.code, kHolds) << answer.err;
    EXPECT_EQ(answer.out,
              "outlet,time,so2,nox,pm,vocs,flow,valid\r\n"
              "O1,2016-08-01T09:00:00+08:00,,9,,,36000,false\r\n"
              "O1,2016-08-01T09:00:00+08:00,35.5,,,,36000,true\r\n");
}

}  // namespace
}  // namespace qk::ctl
