#include "plans/feeds/table_shape.hpp"

#include <gmock/gmock.h>

#include "plans/feeds/hourly_csv.hpp"

namespace qk::plans {
namespace {

using rules::Pollutant;
using testing::HasSubstr;
using testing::SizeIs;

const HourlyCsvOptions kPlain{.zone = rules::kBeijingTime};

rules::Instant iso(const char* text) {
    return rules::parse_instant(text, rules::kBeijingTime).value();
}

std::string at(const HourlyFeed& feed, const std::string& region, const char* time,
               Pollutant pollutant) {
    for (const rules::HourlySeries& series : feed.regions) {
        if (series.region != region) continue;
        const auto hour = (iso(time) - series.first) / std::chrono::hours{1};
        const rules::Concentration value =
            series.hours.at(static_cast<std::size_t>(hour))[static_cast<std::size_t>(pollutant)];
        return value.is_missing() ? "missing" : rules::to_text(value.value());
    }
    return "no " + region;
}

std::string faults_of(std::string_view text) {
    const auto feed = read_hourly_csv(text, "a.csv", kPlain);
    return feed ? "none" : rules::to_text(feed.error());
}

TEST(TableShape, TheNationalFeedIsReadByItsOwnNames) {
    const auto feed = read_hourly_csv(
        "timepoint,stationcode,longitude,latitude,area,positionname,primarypollutant,aqi,pm10,pm10_"
        "24h,"
        "pm2_5,pm2_5_24h,o3,o3_24h,o3_8h,o3_8h_24h,no2,no2_24h,so2,so2_24h,co,co_24h\n"
        "2020-01-02T11:00:00,9001A,113.6,34.7,甲市,东站,\"颗粒物(PM10),细颗粒物(PM2.5)\",78,105,81,"
        "57,40,"
        "89,59,49,32,40,32,13,11,0.9,0.7\n"
        "2020-01-02T11:00:00,9002A,113.7,34.8,甲市,西站,—,,—,,89,,37,57,,13,12,,76,10,14,\n",
        "2020-01-02T11.csv", kPlain);
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    ASSERT_THAT(feed->regions, SizeIs(2));
    EXPECT_EQ(at(*feed, "甲市/东站", "2020-01-02T11:00", Pollutant::kPm25), "57");
    EXPECT_EQ(at(*feed, "甲市/东站", "2020-01-02T11:00", Pollutant::kO3), "89");
    EXPECT_EQ(at(*feed, "甲市/西站", "2020-01-02T11:00", Pollutant::kPm10), "missing");
    EXPECT_EQ(feed->names[0].city, "甲市");
    const auto by_code = read_hourly_csv(
        "time_point,area,station_code,PM2_5\n2020-01-02 11:00,甲市,9001A,57\n", "a.csv", kPlain);
    ASSERT_TRUE(by_code) << rules::to_text(by_code.error());
    EXPECT_EQ(by_code->regions[0].region, "甲市/9001A");
}

TEST(TableShape, TimesMayStandInSeveralColumns) {
    const auto feed = read_hourly_csv(
        "\"No\",\"year\",\"month\",\"day\",\"hour\",\"PM2.5\",\"station\"\n1,2013,3,1,23,6,"
        "\"North\"\n"
        "2,2013,3,2,0,7,\"North\"\n",
        "a.csv", kPlain);
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    EXPECT_EQ(at(*feed, "North", "2013-03-01T23:00", Pollutant::kPm25), "6");
    EXPECT_EQ(at(*feed, "North", "2013-03-02T00:00", Pollutant::kPm25), "7");
    EXPECT_THAT(faults_of("year,month,day,hour,pm25,station\n2013,2,30,0,6,a\n"),
                HasSubstr("are no date"));
    EXPECT_THAT(faults_of("year,month,day,hour,pm25,station\n2013,2,3,25,6,a\n"),
                HasSubstr("is not an hour of a day"));
    const auto clock =
        read_hourly_csv("city,date,time,pm25\n甲,2020-01-02,08:00,5\n", "a.csv", kPlain);
    ASSERT_TRUE(clock) << rules::to_text(clock.error());
    EXPECT_EQ(at(*clock, "甲", "2020-01-02T08:00", Pollutant::kPm25), "5");
    const auto utc = read_hourly_csv("city,utc,pm25\n甲,2020-01-02 00:00,5\n", "a.csv", kPlain);
    ASSERT_TRUE(utc) << rules::to_text(utc.error());
    EXPECT_EQ(at(*utc, "甲", "2020-01-02T08:00", Pollutant::kPm25), "5");
}

TEST(TableShape, ATableOfOnePlaceIsNamedAfterItsFile) {
    const auto feed = read_hourly_csv("No,year,month,day,hour,pm2.5,DEWP\n1,2010,1,1,0,129,-16\n",
                                      "some/where/embassy.csv", kPlain);
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    EXPECT_EQ(at(*feed, "embassy", "2010-01-01T00:00", Pollutant::kPm25), "129");
    EXPECT_THAT(rules::to_text(feed->warnings), HasSubstr("taken as one region, 'embassy'"));
    EXPECT_THAT(faults_of("time,pm25\n2020-01-01 00:00,1\n"), HasSubstr("no column of regions"));
}

TEST(TableShape, AColumnForEachCityIsReadByTheRowsType) {
    const auto feed = read_hourly_csv(
        "date,hour,type,甲,乙\n20170101,0,AQI,430,188\n20170101,0,PM2.5,380,140\n20170101,0,PM2.5_"
        "24h,340,170\n"
        "20170101,0,CO,6.9,2.9\n20170101,1,PM2.5,390,\n",
        "a.csv", kPlain);
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    ASSERT_THAT(feed->regions, SizeIs(2));
    EXPECT_EQ(at(*feed, "甲", "2017-01-01T00:00", Pollutant::kPm25), "380");
    EXPECT_EQ(at(*feed, "乙", "2017-01-01T00:00", Pollutant::kCo), "2.9");
    EXPECT_EQ(at(*feed, "甲", "2017-01-01T01:00", Pollutant::kPm25), "390");
    EXPECT_EQ(at(*feed, "乙", "2017-01-01T01:00", Pollutant::kPm25), "missing");
    EXPECT_THAT(faults_of("date,hour,type,甲\n20170101,0,AQI,430\n"),
                HasSubstr("no row of a pollutant"));
    EXPECT_THAT(faults_of("date,hour,type,甲\n20170101,0,PM10,430\n20170101,0,PM10,431\n"),
                HasSubstr("with other values"));
}

TEST(TableShape, OneValueARowIsReadByItsParameterAndUnit) {
    const auto feed = read_hourly_csv(
        "location_id,sensors_id,location,datetime,lat,lon,parameter,units,value\n"
        "1,11,\"North-1\",2016-12-16T20:00:00+08:00,39.9,116.4,pm25,µg/m³,260\n"
        "1,12,\"North-1\",2016-12-16T20:00:00+08:00,39.9,116.4,co,ppm,1.2\n"
        "1,13,\"North-1\",2016-12-16T21:00:00+08:00,39.9,116.4,co,µg/m³,1200\n"
        "1,14,\"North-1\",2016-12-16T21:00:00+08:00,39.9,116.4,temperature,c,3\n",
        "a.csv", kPlain);
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    EXPECT_EQ(at(*feed, "North-1", "2016-12-16T20:00", Pollutant::kPm25), "260");
    EXPECT_EQ(at(*feed, "North-1", "2016-12-16T20:00", Pollutant::kCo), "missing");
    EXPECT_EQ(at(*feed, "North-1", "2016-12-16T21:00", Pollutant::kCo), "1.2");
    EXPECT_THAT(feed->warnings, SizeIs(1));
    EXPECT_THAT(rules::to_text(feed->warnings), HasSubstr("rows of co in 'ppm' are not taken"));
}

TEST(TableShape, WhatStandsAboveTheHeaderIsPassedOver) {
    const auto feed = read_hourly_csv(
        "\"Data of somebody.\"\n\"\"\nSite,Parameter,Date "
        "(LST),Year,Month,Day,Hour,Value,Unit,Duration,QC Name\n"
        "Town,PM2.5,2015-01-01 00:00,2015,1,1,0,22,µg/m³,1 Hr,Valid\n"
        "Town,PM2.5,2015-01-01 01:00,2015,1,1,1,-999,µg/m³,1 Hr,Missing\n"
        "Town,PM2.5,2015-01-01 01:00,2015,1,1,1,30,µg/m³,24 Hr,Valid\n",
        "a.csv", kPlain);
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    EXPECT_EQ(at(*feed, "Town", "2015-01-01T00:00", Pollutant::kPm25), "22");
    EXPECT_EQ(at(*feed, "Town", "2015-01-01T01:00", Pollutant::kPm25), "missing");
    EXPECT_THAT(rules::to_text(feed->warnings), HasSubstr("means over '24 Hr'"));
}

TEST(TableShape, StateAirDatesWithTheMonthFirstAreReadByTheirOtherColumns) {
    const auto feed = read_hourly_csv(
        "Site,Parameter,Date (LST),Year,Month,Day,Hour,Value,Unit,Duration,QC Name\n"
        "Town,PM2.5,2/1/2015 1:00,2015,2,1,1,22,µg/m³,1 Hr,Valid\n",
        "a.csv", kPlain);
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    EXPECT_EQ(at(*feed, "Town", "2015-02-01T01:00", Pollutant::kPm25), "22");
}

TEST(TableShape, AHeaderThatNamesTooLittleSaysWhatSeemsToBeWrong) {
    EXPECT_THAT(faults_of("region，time，pm25\nA，2016-12-16 20:00，35\n"),
                HasSubstr("here '，' stands"));
    // Big5, which reads as nonsense in GB18030.
    EXPECT_THAT(
        faults_of("\xAB\xB0\xA5\xAB,\xAE\xC9\xB6\xA1,PM2.5\n\xBE\x47\xA6\x7B,2016-12-16 20:00,2\n"),
        HasSubstr("if it is Big5"));
}

}  // namespace
}  // namespace qk::plans
