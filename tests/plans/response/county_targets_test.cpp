// County targets: on course, off course, or not to be told.
#include "plans/response/county_targets.hpp"

#include <gtest/gtest.h>

namespace qk::plans {
namespace {

rules::CivilDay day(std::string_view text) { return *rules::parse_day(text); }

std::vector<CountyTarget> targets() {
    return *read_targets(
        "county,target,from,to,ceiling,source\n"
        "410122,pm25,2016-12-01,2016-12-10,75,汴政\n"
        "410122,electricity,2016-12-01,2016-12-10,1000,\n",
        "t.csv");
}

std::vector<CountyValue> values(TargetKind kind, std::initializer_list<double> list) {
    std::vector<CountyValue> all;
    for (const double value : list) {
        all.push_back({"410122", kind,
                       day("2016-12-01") + std::chrono::days{static_cast<int>(all.size())}, value});
    }
    return all;
}

TEST(CountyTargets, AMeanIsComparedWithItsCeiling) {
    // (60 + 80 + 70 + 90) / 4 = 75, just on course.
    const auto progress =
        follow_targets(targets(), values(TargetKind::kPm25, {60, 80, 70, 90}), day("2016-12-04"));
    EXPECT_EQ(progress[0].reached, 75);
    EXPECT_EQ(progress[0].course, Course::kOnCourse);
    EXPECT_EQ(progress[0].left, 75);  // (750 - 300) / 6
    EXPECT_EQ(progress[1].course, Course::kCannotTell);
}

TEST(CountyTargets, ASumIsComparedWithTheShareOfTheDaysKnown) {
    const auto progress = follow_targets(
        targets(), values(TargetKind::kElectricity, {100, 100, 100, 101}), day("2016-12-04"));
    EXPECT_EQ(progress[1].allowed, 400);
    EXPECT_EQ(progress[1].course, Course::kOffCourse);
}

TEST(CountyTargets, TooFewDaysAreNotJudged) {
    const auto progress =
        follow_targets(targets(), values(TargetKind::kPm25, {10, 10}), day("2016-12-04"));
    EXPECT_EQ(progress[0].days, 4);
    EXPECT_EQ(progress[0].days_known, 2);
    EXPECT_EQ(progress[0].course, Course::kCannotTell);
    EXPECT_NE(progress[0].text.find("数据不足"), std::string::npos);
}

TEST(CountyTargets, EveryFaultOfAFileIsNamed) {
    const auto read =
        read_targets("county,target,from,to,ceiling\n,noise,2016-12-99,2016-12-01,-3\n", "t.csv");
    ASSERT_FALSE(read.has_value());
    const std::string faults = rules::to_text(read.error());
    for (const char* wanted : {"t.csv:2:1", "t.csv:2:2: 'noise'", "t.csv:2:3", "t.csv:2:5: '-3'"}) {
        EXPECT_NE(faults.find(wanted), std::string::npos) << faults;
    }
    EXPECT_FALSE(read_target_values("", "v.csv").has_value());
}

}  // namespace
}  // namespace qk::plans
