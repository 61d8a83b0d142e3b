#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <sstream>

#include "plans/hj212/frame.hpp"
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

}  // namespace
}  // namespace qk::ctl
