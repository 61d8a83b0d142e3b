#include "plans/feeds/plausible.hpp"

#include <gmock/gmock.h>

#include "plans/feeds/hourly_csv.hpp"

namespace qk::plans {
namespace {

using rules::Pollutant;
using testing::HasSubstr;

const HourlyCsvOptions kPlain{.zone = rules::kBeijingTime};

// A day of one column: the values in turn.
std::string day_of(const std::string& header, std::initializer_list<const char*> values) {
    std::string text = header + "\n";
    const std::vector<std::string> all(values.begin(), values.end());
    for (int hour = 0; hour < 24; ++hour) {
        text += (hour < 10 ? "A,2020-01-01 0" : "A,2020-01-01 ") + std::to_string(hour) + ":00," +
                all[static_cast<std::size_t>(hour) % all.size()] + "\n";
    }
    return text;
}

std::string faults_of(const std::string& text) {
    const auto feed = read_hourly_csv(text, "a.csv", kPlain);
    return feed ? "none" : rules::to_text(feed.error());
}

TEST(Plausible, MicrogramsUnderABareNameOfCarbonMonoxideAreRefused) {
    EXPECT_THAT(faults_of(day_of("region,time,CO", {"100", "200", "100"})), HasSubstr("co_ugm3"));
    EXPECT_THAT(faults_of("region,time,CO\nA,2020-01-01 00:00,800\n"), HasSubstr("co_ugm3"));
    EXPECT_EQ(faults_of(day_of("region,time,CO", {"0.5", "1.2", "9.9"})), "none");
    EXPECT_EQ(faults_of(day_of("region,time,CO", {"48", "60", "55"})),
              "none");  // the scale's own end
    EXPECT_EQ(faults_of(day_of("region,time,CO", {"0.5", "0.5", "900"})),
              "none");  // one absurd hour
    EXPECT_EQ(faults_of(day_of("region,time,co_ugm3", {"800", "1200"})), "none");
    EXPECT_EQ(faults_of(day_of("region,time,co_mgm3", {"800", "1200"})), "none");  // as it is said
}

TEST(Plausible, TheColumnsOfUci501HaveCarbonMonoxideInMicrograms) {
    const std::string header =
        "No,year,month,day,hour,PM2.5,CO,TEMP,PRES,DEWP,RAIN,wd,WSPM,station\n";
    const auto feed = read_hourly_csv(
        header + "1,2013,3,1,0,6,800,0.1,1021.1,-18.6,0,NW,4.4,North\n", "a.csv", kPlain);
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    const auto co = feed->regions[0].hours[0][static_cast<std::size_t>(Pollutant::kCo)];
    EXPECT_EQ(rules::to_text(co.value()), "0.8");
    EXPECT_THAT(rules::to_text(feed->warnings), HasSubstr("read as µg/m³"));
    const auto already = read_hourly_csv(
        header + "1,2013,3,1,0,6,0.8,0.1,1021.1,-18.6,0,NW,4.4,North\n", "a.csv", kPlain);
    ASSERT_TRUE(already);
    EXPECT_EQ(already->regions[0].hours[0], feed->regions[0].hours[0]);
}

TEST(Plausible, MilligramsUnderABareNameOfParticlesAreRefused) {
    EXPECT_THAT(faults_of(day_of("region,time,pm25", {"0.035", "0.210"})), HasSubstr("pm25_mgm3"));
    EXPECT_EQ(faults_of(day_of("region,time,pm25_mgm3", {"0.035", "0.210"})), "none");
    EXPECT_EQ(faults_of(day_of("region,time,pm25", {"0.5", "0.6", "2"})), "none");
}

TEST(Plausible, SmallNegativesAreNoiseAboutZeroAndMarksAreNot) {
    const auto feed =
        read_hourly_csv(day_of("region,time,pm25", {"-0.4", "3", "3", "-1.5"}), "a.csv", kPlain);
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    const rules::AirRules air{.zone = rules::kBeijingTime};
    EXPECT_EQ(rules::days_of(feed->regions[0], air)[0].pollutants[0].valid_hours, 24);
    EXPECT_THAT(rules::to_text(feed->warnings), HasSubstr("12 values between -5 and 0"));
    for (const char* mark : {"-1", "-999", "-9.99e2", "-5.5"}) {
        const auto marked =
            read_hourly_csv(day_of("region,time,pm25", {mark, "3"}), "a.csv", kPlain);
        if (!marked) continue;  // no number at all
        EXPECT_EQ(rules::days_of(marked->regions[0], air)[0].pollutants[0].valid_hours, 12) << mark;
    }
}

}  // namespace
}  // namespace qk::plans
