// The frames that the standards print, as 'qingkongctl hj212 decode' shows them.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "plans/hj212/frame_json.hpp"
#include "tests/plans/hj212/frames.hpp"

namespace qk::plans::hj212 {
namespace {

namespace json = boost::json;

json::object shown(std::string_view segment, std::string_view crc) {
    // The check sum is the printed one, not ours.
    std::string bytes = to_frame(segment);
    bytes.replace(bytes.size() - 6, 4, crc);
    return to_json(one(bytes));
}

TEST(Hj212PrintedExample, TheRequestOf2017) {
    const json::object object = shown(kPrinted2017, "1C80");
    EXPECT_EQ(object.at("outcome"), "accept");
    EXPECT_EQ(object.at("reasons"), json::array{});
    EXPECT_EQ(object.at("crc_ok"), true);
    EXPECT_EQ(object.at("crc"), "1C80");
    EXPECT_EQ(object.at("version"), "2017");
    EXPECT_EQ(json::serialize(object.at("head")),
              R"({"QN":"20160801085857223","ST":"32","CN":"1062","PW":"100000",)"
              R"("MN":"010000A8900016F000169DC0","Flag":"5"})");
    EXPECT_EQ(object.at("flags").at("bits"), 5);
    EXPECT_EQ(object.at("flags").at("answer"), true);
    EXPECT_EQ(object.at("flags").at("split"), false);
    EXPECT_EQ(json::serialize(object.at("cp")), R"({"RtdInterval":"30"})");
    EXPECT_EQ(object.at("factors"), json::array{});
}

TEST(Hj212PrintedExample, ThePrintedMistakeInItsProseIsRefused) {
    // The prose of annex A says 1C08, its table 1C80.
    const json::object object = shown(kPrinted2017, "1C08");
    EXPECT_EQ(object.at("outcome"), "reject");
    EXPECT_EQ(object.at("crc_ok"), false);
    EXPECT_EQ(object.at("crc_kind"), "wrong");
    EXPECT_EQ(object.at("head").at("CN"), "1062");
}

TEST(Hj212PrintedExample, TheClockRequestOf2025) {
    const json::object object = shown(kPrinted2025, "2200");
    EXPECT_EQ(object.at("outcome"), "accept");
    EXPECT_EQ(object.at("version"), "2025");
    EXPECT_EQ(object.at("flags").at("bits"), 9);
    EXPECT_EQ(json::serialize(object.at("cp")), "{}");
}

TEST(Hj212PrintedExample, TheHistoryRequestOf2005) {
    const json::object object = shown(kPrinted2005, "6B80");
    // Its Flag announces parts, and it has none: the example itself is odd there.
    EXPECT_EQ(object.at("outcome"), "accept_warn");
    EXPECT_EQ(json::serialize(object.at("reasons")), R"(["part_number_missing"])");
    EXPECT_EQ(object.at("version"), "2005");
    EXPECT_EQ(object.at("crc_ok"), true);
    EXPECT_EQ(object.at("cp").at("BeginTime"), "20040506111000");
}

TEST(Hj212PrintedExample, ThePowerUploadOf2025WithItsCodes) {
    const json::object object = to_json(one(to_frame(
        "QN=20260110080010000;ST=44;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=8;CP=&&"
        "DataTime=20260110080000;d20105-Rtd=220.20,d20105-Flag=N;d20405-Rtd=0.24,"
        "d20405-Flag=N&&")));
    EXPECT_EQ(object.at("outcome"), "accept");
    ASSERT_EQ(object.at("factors").as_array().size(), 2U);
    const json::value& current = object.at("factors").at(1);
    EXPECT_EQ(current.at("role"), "current");
    EXPECT_EQ(current.at("side"), "production");
    EXPECT_EQ(current.at("values").at("Rtd").at("value"), 0.24);
    EXPECT_EQ(current.at("flag"), "N");
    EXPECT_EQ(current.at("evidence"), true);
}

}  // namespace
}  // namespace qk::plans::hj212
