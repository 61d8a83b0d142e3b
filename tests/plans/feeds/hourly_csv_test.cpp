#include "plans/feeds/hourly_csv.hpp"

#include <gmock/gmock.h>

namespace qk::plans {
namespace {

using rules::Concentration;
using rules::Pollutant;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

const HourlyCsvOptions kPlain{.zone = rules::kBeijingTime};

rules::Result<HourlyFeed> read(std::string_view text, HourlyCsvOptions options = kPlain) {
    return read_hourly_csv(text, "a.csv", options);
}

std::string faults_of(std::string_view text, const HourlyCsvOptions& options = kPlain) {
    const auto feed = read(text, options);
    return feed ? "none" : rules::to_text(feed.error());
}

Concentration value(const HourlyFeed& feed, std::size_t region, std::size_t hour, Pollutant p) {
    return feed.regions.at(region).hours.at(hour)[static_cast<std::size_t>(p)];
}

TEST(HourlyCsv, ReadsTheContractsTableIntoOneSeriesARegion) {
    const auto feed = read(
        "\xEF\xBB\xBFregion,time,pm25,pm10,so2,no2,co,o3\r\n"
        "石家庄,2016-12-16T20:00:00+08:00,210,300,40,80,2.2,12\r\n"
        "北京,2016-12-16 20:00,110,,4,8,1,\r\n"
        "石家庄,2016-12-16T14:00:00Z,211,300,40,80,2.3,12\r\n");
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    ASSERT_THAT(feed->regions, SizeIs(2));
    EXPECT_EQ(feed->regions[0].region, "石家庄");
    EXPECT_EQ(feed->regions[0].first,
              *rules::parse_instant("2016-12-16T12:00Z", rules::kBeijingTime));
    ASSERT_THAT(feed->regions[0].hours, SizeIs(3));
    EXPECT_TRUE(value(*feed, 0, 1, Pollutant::kPm25).is_missing());
    EXPECT_EQ(value(*feed, 0, 2, Pollutant::kCo).value(), *rules::parse_decimal("2.3"));
    EXPECT_TRUE(value(*feed, 1, 0, Pollutant::kPm10).is_missing());
    EXPECT_TRUE(feed->warnings.empty());
}

TEST(HourlyCsv, ReadsPublishedNamesAndTheUnitInTheName) {
    const auto feed = read(
        "station,time,pm2_5_ugm3,co_ugm3,temp_c\n"
        "Aotizhongxin,2013-03-01 00:00,4,300,-0.7\n");
    ASSERT_TRUE(feed);
    EXPECT_EQ(feed->regions[0].region, "Aotizhongxin");
    EXPECT_EQ(value(*feed, 0, 0, Pollutant::kCo).value(), *rules::parse_decimal("0.3"));
}

TEST(HourlyCsv, APollutantInAUnitThatIsNotReadIsRefusedByItsColumn) {
    for (const char* name : {"co(ppm)", "CO_ppb", "一氧化碳（ppm）", "o3_1h_ppb", "SO2 ng/m3"}) {
        const std::string text =
            std::string("region,time,pm25,") + name + "\n石家庄,2016-12-16 20:00,110,1.2\n";
        EXPECT_THAT(faults_of(text), HasSubstr("a.csv:1:4")) << name;
        EXPECT_THAT(faults_of(text), HasSubstr("names a unit that is not read")) << name;
    }
    EXPECT_THAT(faults_of("region,time,no2_ppb\n石家庄,2016-12-16 20:00,1\n"),
                HasSubstr("a.csv:1:3"));
    const auto both = read("region,time,pm25,co,co_ppb\n石家庄,2016-12-16 20:00,110,1.2,1050\n");
    ASSERT_TRUE(both) << "the same pollutant stands beside it in our unit";
    EXPECT_EQ(value(*both, 0, 0, Pollutant::kCo).value(), *rules::parse_decimal("1.2"));
}

TEST(HourlyCsv, ReadsDateAndHourAndCityWithStation) {
    const auto feed = read("日期,小时,城市,站点,细颗粒物\n2020-04-02,24,安阳,环保局,33\n");
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    EXPECT_EQ(feed->regions[0].region, "安阳/环保局");
    EXPECT_EQ(feed->names[0].city, "安阳");
    EXPECT_EQ(feed->regions[0].first, *rules::parse_instant("2020-04-03", rules::kBeijingTime));
}

TEST(HourlyCsv, ReadsGb18030) {
    const auto feed = read("region,time,pm25\n\xB1\xB1\xBE\xA9,2020-01-01 00:00,1\n");
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    EXPECT_EQ(feed->regions[0].region, "北京");
}

TEST(HourlyCsv, IsReadAsSpreadsheetsSaveIt) {
    for (const auto* text :
         {"region;time;pm25\n郑州;2016-12-16 20:00;35\n",
          "region\ttime\tpm25\n郑州\t2016-12-16 20:00\t35\n",
          "sep=,\nregion,time,pm25\n郑州,2016-12-16 20:00,35\n",
          "\xEF\xBB\xBF\xEF\xBB\xBFregion,time,pm25\n郑州\u3000,2016-12-16 20:00,35\u00a0\n",
          "region,time,pm25\n郑州,2016-12-16 20:00,35,,\n",
          "region,time,pm25,\n郑州,2016-12-16 20:00,35,\n"}) {
        const auto feed = read(text);
        ASSERT_TRUE(feed) << text << rules::to_text(feed.error());
        EXPECT_EQ(feed->regions.at(0).region, "郑州") << text;
        EXPECT_EQ(value(*feed, 0, 0, Pollutant::kPm25).value(), rules::Decimal::of(35)) << text;
    }
    EXPECT_THAT(faults_of("region,time,pm25\nA,2016-12-16 20:00,35,x\n"),
                HasSubstr("has 4 cells: 3"));
}

TEST(HourlyCsv, HoursFromOneToTwentyFourAreSaidToNameEnds) {
    const std::string header = "region,date,hour,pm25\n";
    const std::string ends = header + "A,2026-01-01,1,10\nA,2026-01-01,24,20\n";
    const auto warned = [](const std::string& text, const HourlyCsvOptions& options = kPlain) {
        const auto feed = read(text, options);
        return feed ? rules::to_text(feed->warnings) : rules::to_text(feed.error());
    };
    EXPECT_THAT(warned(ends), HasSubstr("--labels end"));
    EXPECT_EQ(warned(ends, {.zone = rules::kBeijingTime, .labels = HourLabels::kEnd}), "");
    EXPECT_EQ(warned(ends + "A,2026-01-01,0,5\n"), "") << "an hour 24 beside hours 0";
    EXPECT_THAT(warned("region,time,pm25\nA,2026-01-01 24:00,10\n"), HasSubstr("--labels end"));
    EXPECT_EQ(warned("region,time,pm25\nA,2026-01-01 00:00,10\n"), "");
}

TEST(HourlyCsv, LabelsMayNameTheEndOfTheHour) {
    HourlyCsvOptions options = kPlain;
    options.labels = HourLabels::kEnd;
    const auto feed =
        read("region,time,pm25\nA,2022-01-01T01:00,5\nA,2022-01-02T00:00,6\n", options);
    ASSERT_TRUE(feed);
    EXPECT_EQ(feed->regions[0].first, *rules::parse_instant("2022-01-01", rules::kBeijingTime));
    EXPECT_THAT(feed->regions[0].hours, SizeIs(24));
}

TEST(HourlyCsv, OfAnHourThatIsPublishedAgainTheLaterRowMayCount) {
    HourlyCsvOptions options = kPlain;
    options.differing = Repeats::kTakeLater;
    const auto feed =
        read("region,time,pm25\nA,2022-03-07 11:00,28\nA,2022-03-07 11:00,20\n", options);
    ASSERT_TRUE(feed);
    EXPECT_EQ(value(*feed, 0, 0, Pollutant::kPm25).value(), rules::Decimal::of(20));
    EXPECT_THAT(rules::to_text(feed->warnings), HasSubstr("the later row counts"));
}

TEST(HourlyCsv, NamesEveryFaultWithItsPlace) {
    EXPECT_EQ(faults_of("region,time,pm25\n"
                        "a,2020-01-01 00:30,1\n"
                        "a,yesterday,x\n"
                        ",2020-01-01 01:00,1\n"
                        "a,2020-01-01 02:00\n"),
              "a.csv:2:2: '2020-01-01 00:30' is not on the hour: the full hour at which the hour "
              "begins\n"
              "a.csv:3:2: 'yesterday' is not a time: as 2016-12-16T20:00:00+08:00\n"
              "a.csv:3:3: 'x' is not a concentration: a number, or nothing where it is missing\n"
              "a.csv:4:1: no name: the name of the region or station\n"
              "a.csv:5:1: has 2 cells: 3, as the header has\n");
}

TEST(HourlyCsv, SaysWhichColumnsAreWanting) {
    EXPECT_THAT(faults_of("a,b\n1,2\n"), HasSubstr("no column of regions"));
    EXPECT_THAT(faults_of("a,b\n1,2\n"), HasSubstr("no column of times"));
    EXPECT_THAT(faults_of("a,b\n1,2\n"), HasSubstr("no column of a pollutant"));
    EXPECT_THAT(faults_of(""), HasSubstr("is empty"));
    EXPECT_THAT(faults_of("region,time,pm25\n"), HasSubstr("no rows"));
    EXPECT_THAT(faults_of("region,time,pm25,PM2.5\na,2020-01-01,1,2\n"),
                HasSubstr("a.csv:1:4: a second column of the pm25"));
}

TEST(HourlyCsv, ARepeatedHourIsMergedWhenEqualAndRefusedWhenNot) {
    const auto feed = read(
        "region,time,pm25\na,2020-01-01 00:00,1\nb,2020-01-01 00:00,1\na,2020-01-01 00:00,1.0\n");
    ASSERT_TRUE(feed);
    ASSERT_THAT(feed->warnings, SizeIs(1));
    EXPECT_EQ(feed->warnings[0].place, (rules::Place{"a.csv", 4, 2}));
    const std::string_view differing =
        "region,time,pm25\na,2020-01-01 00:00,1\na,2020-01-01 00:00,2\na,2020-01-01 01:00,3\n";
    EXPECT_THAT(faults_of(differing),
                HasSubstr("a.csv:3:2: a 2020-01-01T00:00:00+08:00 stands at line 2 already, with "
                          "other values"));
    HourlyCsvOptions drop = kPlain;
    drop.differing = Repeats::kDropHour;
    const auto dropped = read(differing, drop);
    ASSERT_TRUE(dropped);
    EXPECT_TRUE(value(*dropped, 0, 0, Pollutant::kPm25).is_missing());
    EXPECT_FALSE(value(*dropped, 0, 1, Pollutant::kPm25).is_missing());
    ASSERT_THAT(dropped->differing, SizeIs(1));
    EXPECT_EQ(dropped->differing[0].hour, *rules::parse_instant("2020-01-01", rules::kBeijingTime));
}

TEST(HourlyCsv, RowsMayComeInAnyOrder) {
    const auto feed = read(
        "region,time,pm25\na,2020-01-01 02:00,3\na,2020-01-01 00:00,1\na,2020-01-01 01:00,2\n");
    ASSERT_TRUE(feed);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(value(*feed, 0, i, Pollutant::kPm25).value(),
                  rules::Decimal::of(static_cast<std::int64_t>(i) + 1));
    }
}

TEST(HourlyCsv, EveryLimitIsAnErrorThatSaysSo) {
    const std::string_view two =
        "region,time,pm25\na,2020-01-01 00:00,1\nb,2020-01-03 00:00,1\na,2020-01-05 00:00,1\n";
    HourlyCsvOptions options = kPlain;
    options.limits.rows_max = 2;
    EXPECT_THAT(faults_of(two, options), HasSubstr("more than 2 rows"));
    options = kPlain;
    options.limits.regions_max = 1;
    EXPECT_THAT(faults_of(two, options), HasSubstr("more than 1 regions"));
    options = kPlain;
    options.limits.span_max = std::chrono::days{3};
    EXPECT_THAT(faults_of(two, options),
                HasSubstr("a.csv:4:1: lies more than 3 days after line 2"));
    options = kPlain;
    options.limits.slots_max = 90;
    EXPECT_THAT(faults_of(two, options), HasSubstr("more than 90 hours"));
}

TEST(HourlyCsv, ListsNoMoreThanAThousandFaults) {
    std::string text = "region,time,pm25\n";
    for (int i = 0; i < 5000; ++i) text += "a,now,1\n";
    const auto feed = read(text);
    ASSERT_FALSE(feed);
    EXPECT_THAT(feed.error(), SizeIs(kFeedFaultsMax + 1));
    EXPECT_THAT(feed.error().back().what, HasSubstr("not listed"));
}

}  // namespace
}  // namespace qk::plans
