#include "plans/hj212/stack_values.hpp"

#include <gmock/gmock.h>

#include <boost/json/array.hpp>

#include "plans/hj212/frame_json.hpp"
#include "plans/text/json.hpp"
#include "tests/plans/hj212/frames.hpp"

namespace qk::plans::hj212 {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Frame of_command(std::string_view command, std::string_view area) {
    std::string segment = upload(area);
    segment.replace(segment.find("CN=2011"), 7, "CN=" + std::string(command));
    return one(to_frame(segment));
}

rules::Instant at(std::string_view time) {
    return *rules::parse_instant(time, rules::kBeijingTime);
}

TEST(Hj212StackValues, RealTimeDataIsOfItsMomentWithTheFlowPerHour) {
    const auto values =
        stack_values(of_command("2011",
                                "DataTime=20260110080000;a21026-Rtd=12.5,a21026-Flag=N;"
                                "a19001-Rtd=9,a19001-Flag=N;a00000-Rtd=10,a00000-Flag=N"));
    ASSERT_THAT(values, SizeIs(1));
    EXPECT_EQ(values[0].factor, "so2");
    EXPECT_DOUBLE_EQ(values[0].mg_per_m3, 12.5);
    EXPECT_DOUBLE_EQ(values[0].flow_m3_h.value(), 36'000);
    EXPECT_EQ(values[0].from, at("2026-01-10T08:00"));
    EXPECT_EQ(values[0].to, at("2026-01-10T08:00"));
    EXPECT_TRUE(values[0].is_evidence);
}

TEST(Hj212StackValues, AnHourBeginsAtItsDataTimeAndIsItsMeanAsMeasured) {
    const auto values =
        stack_values(of_command("2061",
                                "DataTime=20260110070000;03-Min=1,03-Avg=33,03-Max=50,"
                                "03-ZsAvg=40,03-Flag=N"));
    ASSERT_THAT(values, SizeIs(1));
    EXPECT_EQ(values[0].factor, "nox");
    EXPECT_DOUBLE_EQ(values[0].mg_per_m3, 33);
    EXPECT_EQ(values[0].from, at("2026-01-10T07:00"));
    EXPECT_EQ(values[0].to, at("2026-01-10T08:00"));
    EXPECT_FALSE(values[0].flow_m3_h);
}

TEST(Hj212StackValues, HowLongMinuteDataIsTheFrameDoesNotSay) {
    const auto values =
        stack_values(of_command("2051", "DataTime=20260110075000;a34013-Avg=3,a34013-Flag=N"));
    ASSERT_THAT(values, SizeIs(1));
    EXPECT_FALSE(values[0].to);
}

TEST(Hj212StackValues, WhatIsFlaggedIsKeptAsNoEvidenceAndItsFlowIsNotUsed) {
    const auto values =
        stack_values(of_command("2011",
                                "DataTime=20260110080000;a21026-Rtd=12,a21026-Flag=M;"
                                "a21002-Rtd=1,a21002-Flag=N;a00000-Rtd=10,a00000-Flag=D"));
    ASSERT_THAT(values, SizeIs(2));
    EXPECT_FALSE(values[0].is_evidence);
    EXPECT_TRUE(values[1].is_evidence);
    EXPECT_FALSE(values[1].flow_m3_h);
}

TEST(Hj212StackValues, PlaceholdersUnreadableAndRefusedValuesGiveNone) {
    EXPECT_THAT(stack_values(of_command("2011",
                                        "DataTime=20260110080000;a21026-Rtd=999.99,"
                                        "a21026-Flag=N;a21002-Rtd=NaN,a21002-Flag=N;"
                                        "a34013-Rtd=-1,a34013-Flag=N")),
                IsEmpty());
    EXPECT_THAT(stack_values(of_command("2011", "DataTime=19700101080000;a21026-Rtd=1")),
                IsEmpty());
    EXPECT_THAT(stack_values(of_command("2021", "DataTime=20260110080000;a21026-Rtd=1")),
                IsEmpty());
    std::string damaged = to_frame(upload(kArea));
    damaged[damaged.find("12.5")] = '7';
    EXPECT_THAT(stack_values(one(damaged)), IsEmpty());
}

TEST(Hj212StackValues, AUnitThatTheMapDoesNotKnowIsNotGuessed) {
    auto own = CodeMap::read(
        "source = \"x\"\n[[code]]\ncode = \"a21026\"\nname = \"SO2\"\nunit = \"ppm\"\n"
        "role = \"concentration\"\nfactor = \"so2\"\n",
        "own.toml");
    ASSERT_TRUE(own);
    DecodeSetting setting = setting_of_test();
    setting.codes = &*own;
    EXPECT_THAT(stack_values(one(to_frame(upload(kArea)), setting)), IsEmpty());
}

TEST(Hj212StackValues, TheyStandInTheJsonOfTheFrame) {
    const boost::json::object object = to_json(one(to_frame(upload(kArea))));
    const auto& readings = object.at("readings").as_array();
    ASSERT_EQ(readings.size(), 1U);
    EXPECT_EQ(plans::string_or(readings[0], "factor"), "so2");
    EXPECT_DOUBLE_EQ(plans::number_or(readings[0], "mg_per_m3", 0), 12.5);
    EXPECT_EQ(plans::string_or(readings[0], "to"), "2026-01-10T08:00:00+08:00");
    EXPECT_TRUE(readings[0].at("flow_m3_h").is_null());
}

}  // namespace
}  // namespace qk::plans::hj212
