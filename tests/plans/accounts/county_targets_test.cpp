// County targets: on course, off course, or not to be told.
#include "plans/accounts/county_targets.hpp"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>

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

TEST(CountyTargets, HeavyDaysMayBeUsedUpAtAnyTimeAndGoodDaysMustKeepPace) {
    const auto counts = *read_targets(
        "county,target,from,to,ceiling\n410122,heavy_days,2016-12-01,2016-12-10,2\n"
        "410122,优良天数,2016-12-01,2016-12-10,5\n",
        "t.csv");
    const auto heavy = [&](std::initializer_list<double> days) {
        return follow_targets(counts, values(TargetKind::kHeavyDays, days), day("2016-12-04"))[0];
    };
    EXPECT_EQ(heavy({1, 1, 0, 0}).course, Course::kOnCourse) << "both in the first days";
    EXPECT_EQ(heavy({1, 1, 1, 0}).course, Course::kOffCourse);
    EXPECT_FALSE(heavy({1, 1, 0, 0}).left) << "days are not spread over days";
    const auto good = [&](std::initializer_list<double> days) {
        return follow_targets(counts, values(TargetKind::kGoodDays, days), day("2016-12-04"))[1];
    };
    EXPECT_EQ(good({1, 1, 0, 0}).course, Course::kOnCourse) << "2 of 4, as 5 of 10";
    EXPECT_EQ(good({1, 0, 0, 0}).course, Course::kOffCourse);
    EXPECT_NE(good({1, 0, 0, 0}).text.find("落后于进度"), std::string::npos);
}

TEST(CountyTargets, TooFewDaysAreNotJudged) {
    const auto progress =
        follow_targets(targets(), values(TargetKind::kPm25, {10, 10}), day("2016-12-04"));
    EXPECT_EQ(progress[0].days, 4);
    EXPECT_EQ(progress[0].days_known, 2);
    EXPECT_EQ(progress[0].course, Course::kCannotTell);
    EXPECT_NE(progress[0].text.find("数据不足"), std::string::npos);
}

CountyValue derived(int of_december, double value, int points, int points_known) {
    CountyValue one{"410122", TargetKind::kElectricity,
                    day("2016-12-01") + std::chrono::days{of_december - 1}, value};
    one.basis = ValueBasis::kDerived;
    one.points = points;
    one.points_known = points_known;
    return one;
}

TEST(CountyTargets, ADerivedDayCountsOnlyWhenNearlyAllInstrumentsHaveIt) {
    const std::vector<CountyValue> values{derived(1, 90, 20, 20), derived(2, 95, 20, 18),
                                          derived(3, 5, 20, 17), derived(4, 80, 20, 19)};
    const auto progress = follow_targets(targets(), values, day("2016-12-04"));
    EXPECT_EQ(progress[1].days_known, 3) << "17 of 20 meters say too little";
    EXPECT_EQ(progress[1].reached, 265);
    EXPECT_EQ(progress[1].allowed, 300);
    EXPECT_EQ(progress[1].course, Course::kOnCourse);
    EXPECT_EQ(progress[1].basis, "derived");
    EXPECT_EQ(progress[1].points, 20);
    EXPECT_EQ(progress[1].points_known, 18);
    EXPECT_NE(progress[1].text.find("20个总表中有完整数据的每日不少于18个"), std::string::npos)
        << progress[1].text;
}

TEST(CountyTargets, SilentInstrumentsAreNotKnownAndNeverZero) {
    const auto progress =
        follow_targets(targets(), {derived(1, 0, 20, 0), derived(2, 50, 20, 3)}, day("2016-12-02"));
    EXPECT_EQ(progress[1].days_known, 0);
    EXPECT_EQ(progress[1].course, Course::kCannotTell);
    EXPECT_EQ(progress[1].basis, "none");
    EXPECT_EQ(progress[1].points_known, 3);
    const auto json = to_json(progress[1]);
    EXPECT_TRUE(json.at("reached").is_null());
    EXPECT_TRUE(json.at("allowed").is_null());
    EXPECT_EQ(progress[1].text.find("kWh"), std::string::npos) << progress[1].text;
    EXPECT_NE(progress[1].text.find("无法判定"), std::string::npos);
}

TEST(CountyTargets, AnUploadedValueGoesBeforeADerivedOneWhateverComesFirst) {
    CountyValue uploaded{"410122", TargetKind::kElectricity, day("2016-12-01"), 130};
    for (const bool first : {true, false}) {
        std::vector<CountyValue> values{derived(1, 90, 20, 20), derived(2, 80, 20, 20)};
        values.insert(first ? values.begin() : values.end(), uploaded);
        const auto progress = follow_targets(targets(), values, day("2016-12-02"));
        EXPECT_EQ(progress[1].reached, 210);
        EXPECT_EQ(progress[1].basis, "mixed");
        EXPECT_EQ(progress[1].days_uploaded, 1);
        EXPECT_EQ(progress[1].days_derived, 1);
    }
}

std::vector<rules::PowerReading> readings(double kw, int from_minute, int to_minute, int step) {
    std::vector<rules::PowerReading> all;
    for (int minute = from_minute + step; minute <= to_minute; minute += step) {
        all.push_back({rules::Instant{} + std::chrono::minutes{minute}, kw});
    }
    return all;
}
constexpr rules::Span kFirstDay{rules::Instant{}, rules::Instant{} + std::chrono::hours{24}};

TEST(CountyTargets, TheDayOfAMeterIsItsPowerOverTheDay) {
    const auto quarter = std::chrono::minutes{15};
    EXPECT_NEAR(*sum_of_day(readings(40, 0, 1440, 15), kFirstDay, quarter), 960, 1e-9);
    EXPECT_NEAR(*sum_of_day(readings(40, 0, 1440, 60), kFirstDay, quarter), 960, 1e-9);
    // One reading a day, of the whole day: the meter says so itself.
    EXPECT_NEAR(*sum_of_day(readings(40, 0, 1440, 1440), kFirstDay, std::chrono::hours{24}), 960,
                1e-9);
}

TEST(CountyTargets, ADayOfAMeterWithLongGapsIsNotKnown) {
    const auto quarter = std::chrono::minutes{15};
    // Twenty hours stand for the day; a minute less does not.
    EXPECT_NEAR(*sum_of_day(readings(40, 240, 1440, 15), kFirstDay, quarter), 960, 1e-9);
    EXPECT_FALSE(sum_of_day(readings(40, 255, 1440, 15), kFirstDay, quarter));
    EXPECT_FALSE(sum_of_day({}, kFirstDay, quarter));
    auto invalid = readings(40, 0, 1440, 15);
    for (std::size_t i = 0; i < 17; ++i) invalid[i].valid = false;
    EXPECT_FALSE(sum_of_day(invalid, kFirstDay, quarter));
}

TEST(CountyTargets, ReadingsOfOtherDaysAndRepeatsAreNotCounted) {
    auto all = readings(40, 0, 2880, 15);
    all.insert(all.begin() + 1, all.front());
    EXPECT_NEAR(*sum_of_day(all, kFirstDay, std::chrono::minutes{15}), 960, 1e-9);
}

TEST(CountyTargets, TheCountysDayIsTheSumOfItsInstruments) {
    const std::vector<PointDay> points{
        {"410122", 100.0}, {"410123", 7.0}, {"410122", std::nullopt}, {"410122", 20.5}};
    const auto values = sum_by_county(TargetKind::kElectricity, day("2016-12-01"), points);
    ASSERT_EQ(values.size(), 2U);
    EXPECT_EQ(values[0].county, "410122");
    EXPECT_EQ(values[0].value, 120.5);
    EXPECT_EQ(values[0].points, 3);
    EXPECT_EQ(values[0].points_known, 2);
    EXPECT_EQ(values[0].basis, ValueBasis::kDerived);
    EXPECT_EQ(values[1].points_known, 1);
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
    const auto large = read_targets(
        "county,target,from,to,ceiling\n410122,electricity,2016-01-01,2016-12-31,12500000000.5\n",
        "t.csv");
    ASSERT_TRUE(large.has_value()) << rules::to_text(large.error());
    EXPECT_EQ(large->front().ceiling, 12'500'000'000.5);
    for (const char* no : {"nan", "inf", "1e3", "", "99999999999999999", "5 t"}) {
        const std::string csv = "county,target,day,value\n410122,emission,2016-01-01,";
        EXPECT_FALSE(read_target_values(csv + no + "\n", "v.csv").has_value()) << no;
    }
    const auto endless = read_targets(
        "county,target,from,to,ceiling\n410122,pm25,2016-01-01,2099-12-31,75\n", "t.csv");
    ASSERT_FALSE(endless.has_value());
    EXPECT_NE(rules::to_text(endless.error()).find("t.csv:2:4: "), std::string::npos);
}

}  // namespace
}  // namespace qk::plans
