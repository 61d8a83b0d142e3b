#include "plans/hj212/point_map.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "tests/plans/hj212/frames.hpp"

namespace qk::plans::hj212 {
namespace {

using rules::ProcessState;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kOwn = R"(source = "our own"
[[point]]
mn = "010000A8900016F000169DC0"
code = "SB1"
value = "RS"
series = "S-state"
[point.states]
0 = "off"
1 = "running"
3 = "检维修"
[[point]]
mn = "010000A8900016F000169DC0"
code = "g20801"
series = "S-fan"
scale = 30
[[point]]
mn = "010000A8900016F000169DC0"
code = "i33202"
value = "Info"
series = "S-kwh"
)";

PointMap own() {
    auto map = PointMap::read(kOwn, "points.toml");
    EXPECT_TRUE(map.has_value()) << rules::to_text(map.error());
    return map ? std::move(*map) : PointMap{};
}

Frame of_command(std::string_view command, std::string_view area) {
    std::string segment = upload(area);
    segment.replace(segment.find("CN=2011"), 7, "CN=" + std::string(command));
    return one(to_frame(segment));
}

TEST(Hj212PointMap, RunningStatesOfTreatmentBecomeTypedStates) {
    const auto values =
        series_values(of_command("2021", "DataTime=20260110080000;SB1-RS=1;SB2-RS=0"), own());
    ASSERT_THAT(values, SizeIs(1));  // SB2 is nobody's
    EXPECT_EQ(values[0].series, "S-state");
    EXPECT_EQ(values[0].state, ProcessState::kRunning);
    EXPECT_TRUE(values[0].is_evidence);
    EXPECT_EQ(values[0].t, rules::parse_instant("2026-01-10T08:00:00+08:00", rules::kBeijingTime));
    const auto off = series_values(of_command("2021", "DataTime=20260110080000;SB1-RS=0"), own());
    EXPECT_EQ(off.at(0).state, ProcessState::kOff);
    EXPECT_TRUE(off.at(0).is_evidence);  // a zero that means something
}

TEST(Hj212PointMap, AStateThatTheMapDoesNotKnowIsUnknownAndNoEvidence) {
    const auto values =
        series_values(of_command("2021", "DataTime=20260110080000;SB1-RS=7"), own());
    ASSERT_THAT(values, SizeIs(1));
    EXPECT_EQ(values[0].state, ProcessState::kUnknown);
    EXPECT_FALSE(values[0].is_evidence);
    EXPECT_EQ(values[0].text, "7");
}

TEST(Hj212PointMap, ACurrentIsMultipliedByTheRatioOfItsTransformer) {
    std::string segment = upload("DataTime=20260110080000;g20801-Rtd=2.5,g20801-Flag=N");
    segment.replace(segment.find("ST=31"), 5, "ST=51");
    const auto values = series_values(one(to_frame(segment)), own());
    ASSERT_THAT(values, SizeIs(1));
    EXPECT_DOUBLE_EQ(values[0].number.value(), 75);
    EXPECT_TRUE(values[0].is_evidence);
}

TEST(Hj212PointMap, WhatIsMarkedOrNoNumberIsNoEvidence) {
    for (const std::string_view flag : {"M", "C", "D", "T", "F", "B", "S"}) {
        const auto values =
            series_values(of_command("2011", "DataTime=20260110080000;g20801-Rtd=2.5,g20801-Flag=" +
                                                 std::string(flag)),
                          own());
        ASSERT_THAT(values, SizeIs(1)) << flag;
        EXPECT_FALSE(values[0].is_evidence) << flag;
    }
    const auto unreadable =
        series_values(of_command("2011", "DataTime=20260110080000;g20801-Rtd=NaN"), own());
    EXPECT_FALSE(unreadable.at(0).number);
    EXPECT_FALSE(unreadable.at(0).is_evidence);
    const auto full =
        series_values(of_command("2011", "DataTime=20260110080000;g20801-Rtd=999.99"), own());
    EXPECT_FALSE(full.at(0).is_evidence);
}

TEST(Hj212PointMap, InformationOfADeviceIsReadAsANumber) {
    const auto values = series_values(
        of_command("3020", "DataTime=20260110080000;PolId=x;i33202-Info=1234"), own());
    ASSERT_THAT(values, SizeIs(1));
    EXPECT_DOUBLE_EQ(values[0].number.value(), 1234);
    EXPECT_TRUE(values[0].is_evidence);
}

TEST(Hj212PointMap, ARefusedFrameAndAnotherDeviceGiveNothing) {
    std::string damaged = to_frame(upload("DataTime=20260110080000;g20801-Rtd=2.5"));
    damaged[damaged.find("2.5")] = '9';
    EXPECT_THAT(series_values(one(damaged), own()), IsEmpty());
    std::string other = upload("DataTime=20260110080000;g20801-Rtd=2.5");
    other.replace(other.find(kMn2017), kMn2017.size(), "ANOTHER");
    EXPECT_THAT(series_values(one(to_frame(other)), own()), IsEmpty());
}

TEST(Hj212PointMap, EveryFaultIsNamedWithItsPlace) {
    const auto map = PointMap::read(
        "source = \"x\"\n[[point]]\nmn = \"a b\"\ncode = \"c\"\nseries = \"S\"\nscale = 0\n"
        "[[point]]\nmn = \"A\"\ncode = \"c\"\nseries = \"S\"\n[point.states]\n0 = \"asleep\"\n"
        "[[point]]\nmn = \"A\"\ncode = \"c\"\nseries = \"T\"\nratio = 3\n",
        "p.toml");
    ASSERT_FALSE(map.has_value());
    const std::string faults = rules::to_text(map.error());
    for (const char* said : {"p.toml:3:", "'a b' is not an MN", "makes every value 0", "'asleep'",
                             "p.toml:15:", "stands twice; first in line 7", "ratio"}) {
        EXPECT_THAT(faults, HasSubstr(said));
    }
}

TEST(Hj212PointMap, TheSampleSaysThatItIsOneAndReads) {
    std::ifstream file(std::string(QK_SOURCE_DIR) + "/packaging/sample/hj212-points.toml");
    std::stringstream text;
    text << file.rdbuf();
    const auto map = PointMap::read(text.str(), "hj212-points.toml");
    ASSERT_TRUE(map.has_value()) << rules::to_text(map.error());
    EXPECT_EQ(map->size(), 3U);
    EXPECT_THAT(map->source(), HasSubstr("样例"));
}

}  // namespace
}  // namespace qk::plans::hj212
