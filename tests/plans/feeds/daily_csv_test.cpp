#include "plans/feeds/daily_csv.hpp"

#include <gmock/gmock.h>

namespace qk::plans {
namespace {

using rules::DailyRange;
using rules::EpisodeCause;
using rules::kNoAqi;
using rules::Pollutant;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

rules::PollutantSet only(Pollutant pollutant) {
    rules::PollutantSet set;
    set.insert(pollutant);
    return set;
}

const DailyCsvOptions kPlain{.air = {.zone = rules::kBeijingTime}};

rules::Result<DailyFeed> read(std::string_view text, const DailyCsvOptions& options = kPlain) {
    return read_daily_csv(text, "d.csv", options);
}

TEST(DailyCsv, ReadsOneFigureADayAndLeavesGapsMissing) {
    const auto feed = read(
        "region,date,aqi\n洛阳,2016-12-16,210\n新乡,2016-12-17,99\n洛阳,2016-12-18,\n"
        "洛阳,2016-12-19,301\n");
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    ASSERT_THAT(feed->regions, SizeIs(2));
    EXPECT_EQ(rules::to_iso(feed->regions[0].first), "2016-12-16");
    EXPECT_THAT(feed->regions[0].days, ElementsAre(DailyRange{210, 210, {}, {}}, DailyRange{},
                                                   DailyRange{}, DailyRange{301, 301, {}, {}}));
    EXPECT_FALSE(feed->computed);
}

TEST(DailyCsv, ReadsRangesWithPrimaryPollutantAndCause) {
    const auto feed = read(
        "region,date,aqi_low,aqi_high,primary,cause\n"
        "a,2024-01-01,180,220,PM2.5+NO2,\n"
        "a,2024-01-02,190,240,细颗粒物(PM2.5)、臭氧8小时,沙尘\n"
        "a,2024-01-03,,,-,moon\n");
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    const auto& days = feed->regions[0].days;
    EXPECT_EQ(days[0].low, 180);
    EXPECT_EQ(days[0].high, 220);
    EXPECT_THAT(days[0].primary.to_vector(), ElementsAre(Pollutant::kPm25, Pollutant::kNo2));
    EXPECT_THAT(days[1].primary.to_vector(), ElementsAre(Pollutant::kPm25, Pollutant::kO3));
    EXPECT_EQ(days[1].cause, EpisodeCause::kDust);
    EXPECT_EQ(days[2].high, kNoAqi);
    EXPECT_EQ(days[2].cause, EpisodeCause::kOther);
    EXPECT_THAT(rules::to_text(feed->warnings), HasSubstr("d.csv:4:6: 'moon'"));
}

TEST(DailyCsv, ComputesTheIndexFromMeansAndNeverTakesASitesOwn) {
    const std::string_view text =
        "city,date,aqi_site,aqi_hour_min,pm2_5_ugm3,pm10_ugm3,so2_ugm3,co_mgm3,no2_ugm3,o3_ugm3\n"
        "临汾,2013-12-02,999,98,115.5,129,102.8,3.53,31.2,300\n"
        "临汾,2013-12-03,103,98,,129,102.8,3.53,31.2,33\n";
    const auto feed = read(text);
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    EXPECT_TRUE(feed->computed);
    EXPECT_EQ(feed->regions[0].days[0].high, 207);  // ozone, 8 h 300
    EXPECT_EQ(feed->regions[0].days[0].primary, only(Pollutant::kO3));
    EXPECT_THAT(rules::to_text(feed->warnings), HasSubstr("d.csv:3:5: no pm25"));
    DailyCsvOptions options = kPlain;
    options.ozone = rules::Ozone::kLeftOut;
    EXPECT_EQ(read(text, options)->regions[0].days[0].high, 152);  // PM2.5 116
}

TEST(DailyCsv, AnIndexColumnWinsOverMeans) {
    const auto feed = read("city,date,AQI,pm25\nx,2020-01-01,77,300\n");
    ASSERT_TRUE(feed);
    EXPECT_EQ(feed->regions[0].days[0].high, 77);
}

TEST(DailyCsv, NamesEveryFaultWithItsPlace) {
    const auto feed = read(
        "region,date,aqi_low,aqi_high,primary\n"
        "a,2024-01-01,501,20,PM2.5\n"
        "a,2024-13-01,10,20,PM2.5\n"
        "a,2024-01-02,30,20,XY\n"
        "a,2024-01-03,1.5,,PM2.5\n"
        "a,2024-01-04,,7,PM2.5\n");
    ASSERT_FALSE(feed);
    EXPECT_EQ(
        rules::to_text(feed.error()),
        "d.csv:2:3: '501' is not an AQI: a whole number from 0 to 500, or nothing where it is "
        "missing\n"
        "d.csv:3:2: '2024-13-01' is not a date: as 2016-12-16\n"
        "d.csv:4:3: the lower end lies above the upper: swap the two\n"
        "d.csv:4:5: 'XY' names no pollutant: as PM2.5, several joined by +\n"
        "d.csv:5:3: '1.5' is not an AQI: a whole number from 0 to 500, or nothing where it is "
        "missing\n"
        "d.csv:6:3: one end of a range without the other: both, or none\n");
}

TEST(DailyCsv, ARepeatedDayIsMergedWhenEqualAndRefusedWhenNot) {
    const auto same = read("region,date,aqi\na,2024-01-01,5\na,2024-01-01,5\n");
    ASSERT_TRUE(same);
    EXPECT_THAT(same->warnings, SizeIs(1));
    const auto differing = read("region,date,aqi\na,2024-01-01,5\na,2024-01-01,6\n");
    ASSERT_FALSE(differing);
    EXPECT_THAT(rules::to_text(differing.error()),
                HasSubstr("d.csv:3:2: a 2024-01-01 stands at line 2 already, with other values"));
}

TEST(DailyCsv, SaysWhichColumnsAreWanting) {
    EXPECT_THAT(rules::to_text(read("region,date,aqi_site\na,2024-01-01,5\n").error()),
                HasSubstr("no column of an index or a pollutant"));
    EXPECT_THAT(rules::to_text(read("region,date,aqi_low\na,2024-01-01,5\n").error()),
                HasSubstr("one end of a range"));
}

TEST(DailyCsv, CarbonMonoxideInMicrogramsUnderABareNameIsRefused) {
    const auto feed = read("region,date,pm25,co\na,2024-01-01,12,800\na,2024-01-02,12,900\n");
    ASSERT_FALSE(feed);
    EXPECT_THAT(rules::to_text(feed.error()), HasSubstr("co_ugm3"));
    EXPECT_TRUE(read("region,date,pm25,co_ugm3\na,2024-01-01,12,800\n"));
    EXPECT_TRUE(read(
        "region,date,pm25,co\na,2024-01-01,12,0.8\na,2024-01-02,12,1.2\na,2024-01-03,12,900\n"));
}

TEST(DailyCsv, TheDateMayStandInThreeColumnsAndInManyForms) {
    for (const auto* text :
         {"region,year,month,day,aqi\na,2024,1,5,210\n", "region;date;aqi\na;2024-1-5;210\n",
          "region,date,aqi\na,20240105,210\n", "region,date,aqi\na,2024年1月5日,210\n"}) {
        const auto feed = read(text);
        ASSERT_TRUE(feed) << text << rules::to_text(feed.error());
        EXPECT_EQ(feed->regions.at(0).first, rules::parse_day("2024-01-05")) << text;
        EXPECT_EQ(feed->regions[0].days.at(0).high, 210) << text;
    }
}

}  // namespace
}  // namespace qk::plans
