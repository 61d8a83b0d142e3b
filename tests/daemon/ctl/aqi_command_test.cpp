#include <gmock/gmock.h>

#include <algorithm>

#include "tests/daemon/ctl/type_command.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::ctl {
namespace {

using testing::HasSubstr;

Answer run(const Arguments& arguments, std::string_view today = "2025-11-22") {
    return type_command(words_of({"aqi"}, arguments), today);
}

Arguments value_of(std::string pollutant, std::string average, std::string value) {
    return {"--pollutant", std::move(pollutant), "--average", std::move(average),
            "--value",     std::move(value),     "--format",  "json"};
}

TEST(AqiCommand, OneValueTakesTheEditionInForceToday) {
    EXPECT_THAT(run(value_of("PM2.5", "24h", "75")).out, HasSubstr("\"iaqi\":100,"));
    EXPECT_THAT(run(value_of("pm25", "24h", "75"), "2026-03-01").out, HasSubstr("\"iaqi\":114,"));
}

TEST(AqiCommand, AnIndexThatTheEditionDoesNotGiveIsNullWithItsReason) {
    Arguments arguments = value_of("so2", "1h", "801");
    arguments.insert(arguments.end(), {"--hj633", "2012"});
    const Answer answer = run(arguments);
    EXPECT_EQ(answer.code, kHolds);
    EXPECT_THAT(answer.out, HasSubstr("\"iaqi\":null"));
    EXPECT_THAT(answer.out, HasSubstr("\"why\":"));
}

TEST(AqiCommand, WrongUsageIsTwoAndSaysWhatWouldBeRight) {
    EXPECT_EQ(run({}).code, kBadUsage);
    EXPECT_THAT(run(value_of("h2s", "24h", "1")).err, HasSubstr("'h2s': pm25, pm10"));
    EXPECT_THAT(run(value_of("so2", "3h", "1")).err, HasSubstr("'3h': 24h, 8h or 1h"));
    EXPECT_THAT(run(value_of("so2", "1h", "x")).err, HasSubstr("'x': a concentration"));
}

class AqiFile : public testing::Test {
 protected:
    void write(std::string_view text) { scratch_.write("air.csv", text); }

    const daemon::Scratch scratch_;
    const std::string path_ = scratch_.file("air.csv");
};

TEST_F(AqiFile, TheColumnsOfATableAreAsWideAsTheirWidestCellAnywhere) {
    write(
        "region,time,pm25,pm10\n郑州,2015-12-01 10:00,160,20\n"
        "A long name,2015-12-01 10:00,20,500\n");
    const Answer answer = run({"--hourly", path_, "--format", "table"});
    EXPECT_EQ(answer.code, kHolds);
    EXPECT_EQ(answer.out.rfind("of    region       time", 0), 0U) << answer.out;
    EXPECT_THAT(answer.out, HasSubstr("\nhour  郑州         2015-12-01T10:00:00+08:00  2012   "));
    EXPECT_THAT(answer.out, HasSubstr("\nhour  A long name  2015-12-01T10:00:00+08:00  2012   "));
    EXPECT_THAT(answer.out, HasSubstr("\nday   A long name  2015-12-01  "));
}

TEST_F(AqiFile, HoursAndDaysAreAnsweredForEachRegion) {
    std::string text = "region,time,pm25\n";
    for (int i = 10; i < 34; ++i) {
        text += "a,2015-12-0" + std::to_string(i / 24 + 1) + " " + (i % 24 < 10 ? "0" : "") +
                std::to_string(i % 24) + ":00,160\n";
    }
    text += "a,2015-12-02 10:00,-5\n";
    write(text);
    const Answer answer = run({"--hourly", path_, "--format", "json"});
    EXPECT_EQ(answer.code, kHolds);
    EXPECT_THAT(answer.out, HasSubstr("{\"time\":\"2015-12-02T09:00:00+08:00\",\"aqi\":210,"
                                      "\"primary\":[\"pm25\"],\"rolling_aqi\":210,"
                                      "\"trigger_aqi\":210}"));
    EXPECT_THAT(answer.out, HasSubstr("\"valid\":false"));
    EXPECT_THAT(answer.out, HasSubstr("\"value\":-5"));
    EXPECT_THAT(answer.err, HasSubstr("a: 1 values below zero or absurd"));
}

TEST_F(AqiFile, LabelsMayNameTheEndOfTheHour) {
    std::string text = "region,time,pm25\na,2022-01-01 00:00,900\n";
    for (int i = 1; i <= 24; ++i) {
        text += "a,2022-01-01 " + std::string(i < 10 ? "0" : "") + std::to_string(i) + ":00,140\n";
    }
    write(text);
    const Answer end = run({"--hourly", path_, "--labels", "end", "--format", "json"});
    EXPECT_EQ(end.code, kHolds);
    EXPECT_THAT(end.out, HasSubstr("\"date\":\"2022-01-01\",\"hj633\":\"2012\",\"aqi\":null,"
                                   "\"aqi_of_those_present\":186"));
    const Answer start = run({"--hourly", path_, "--format", "json"});
    EXPECT_THAT(start.out, HasSubstr("\"aqi_of_those_present\":222"));
    EXPECT_EQ(run({"--hourly", path_, "--labels", "middle"}).code, kBadUsage);
}

TEST_F(AqiFile, OfAnHourThatIsPublishedAgainTheLaterRowMayCount) {
    write("region,time,pm25\na,2022-03-07 11:00,28\na,2022-03-07 11:00,20\n");
    EXPECT_EQ(run({"--hourly", path_, "--format", "json"}).code, kBadUsage);
    const Answer last = run({"--hourly", path_, "--repeats", "last", "--format", "json"});
    EXPECT_EQ(last.code, kHolds);
    EXPECT_THAT(last.err, HasSubstr("the later row counts"));
    EXPECT_THAT(last.out, HasSubstr("\"aqi\":29"));
}

TEST_F(AqiFile, AFaultyFileIsRefusedWithEveryPlace) {
    write("region,time,pm25\na,x,1\na,2015-12-01 00:00,y\n");
    const Answer answer = run({"--hourly", path_, "--format", "json"});
    EXPECT_EQ(answer.code, kBadUsage);
    EXPECT_EQ(answer.out, "");
    EXPECT_THAT(answer.err, HasSubstr(path_ + ":2:2: 'x' is not a time"));
    EXPECT_THAT(answer.err, HasSubstr(path_ + ":3:3: 'y' is not a concentration"));
}

TEST_F(AqiFile, StationsAreCleanedIntoCities) {
    std::string text = "city,station,time,pm25,pm10,so2\n";
    for (int i = 0; i < 20; ++i) {
        const std::string hour = (i < 10 ? "0" : "") + std::to_string(i) + ":00,";
        text += "安阳,甲,2020-04-02 " + hour + std::to_string(80 + i % 2) + ",90,7\n";
        text += "安阳,棉研所,2020-04-02 " + hour + "238,270,24\n";
    }
    write(text);
    const Answer answer = run({"--hourly", path_, "--cities", "--format", "json"});
    EXPECT_EQ(answer.code, kHolds);
    EXPECT_THAT(answer.out, HasSubstr("\"region\":\"安阳\""));
    EXPECT_THAT(answer.out, HasSubstr("\"fault\":\"frozen\""));
    EXPECT_THAT(answer.err, HasSubstr("安阳/棉研所: 各项数值连续20小时不变(PM2.5 238)"));
}

// What is printed as it is computed has no whole to be checked against: the rows are counted, and
// the hour of each is that of its place, over midnight and in a zone that is half an hour off.
TEST_F(AqiFile, EveryHourIsPrintedOnceUnderItsOwnTime) {
    const rules::Zone zone = rules::parse_zone("+05:30").value();
    const rules::Instant first = rules::parse_instant("2026-02-27T21:00:00+05:30", zone).value();
    constexpr int kHours = 30;
    std::string text = "region,time,pm25\n";
    for (const char* region : {"=a", "b"}) {
        for (int hour = 0; hour < kHours; ++hour) {
            text += std::string(region) + "," +
                    rules::to_iso(first + std::chrono::hours{hour}, zone) + "," +
                    std::to_string(40 + hour) + "\n";
        }
    }
    write(text);
    const Answer csv = run({"--hourly", path_, "--zone", "+05:30", "--format", "csv"});
    const Answer json = run({"--hourly", path_, "--zone", "+05:30", "--format", "json"});
    ASSERT_EQ(csv.code, kHolds) << csv.err;
    std::size_t at = 0;
    for (int hour = 0; hour < kHours; ++hour) {
        const std::string time = rules::to_iso(first + std::chrono::hours{hour}, zone);
        const std::string row = "hour,'=a," + time + (hour < 27 ? ",2012," : ",2026,");
        const std::size_t found = csv.out.find(row, at);
        ASSERT_NE(found, std::string::npos) << row << "\n" << csv.out;
        at = found + 1;
        EXPECT_THAT(json.out, HasSubstr("{\"time\":\"" + time + "\",\"aqi\":"));
    }
    EXPECT_EQ(std::ranges::count(csv.out, '\n'), 1 + 2 * kHours + 2 * 3) << "header, hours, days";
    EXPECT_THAT(json.out, HasSubstr("\"region\":\"=a\""));
    EXPECT_TRUE(json.out.ends_with("],\"hj633\":\"by date\"}\n"));
}

}  // namespace
}  // namespace qk::ctl
