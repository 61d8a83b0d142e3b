#include "rules/warning/backtest.hpp"

#include <gtest/gtest.h>

#include "tests/rules/warning/examples.hpp"

namespace qk::rules {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const Zone kZone = kBeijingTime;
const TriggerOptions kOptions{.zone = kBeijingTime};
const CivilDay kThirtyFirst = *parse_day("2014-03-31");

DailyAqiSeries series(std::vector<std::int16_t> aqi, CivilDay first = kThirtyFirst) {
    return {first, std::move(aqi)};
}

std::vector<AgreedWindow> windows_of_days(const DailyAqiSeries& daily) {
    const std::vector<WarningWindow> readings[] = {evaluate(daily, example_standard(), kOptions)};
    return agree_on(readings);
}

AgreedWindow window(Instant from, Instant to, Colour colour) {
    AgreedWindow out;
    out.window.span = {from, to};
    out.window.colour = colour;
    return out;
}

TEST(Season, WintersRunFromOctoberToMarch) {
    EXPECT_EQ(winter_of(*parse_day("2013-10-01")), "2013-2014");
    EXPECT_EQ(winter_of(*parse_day("2014-03-31")), "2013-2014");
    EXPECT_EQ(winter_of(*parse_day("2014-04-01")), "");
    EXPECT_EQ(winter_of(*parse_day("2014-09-30")), "");
}

TEST(Season, ADayHasTheHighestColourThatTouchesIt) {
    const Instant noon = start_of(kThirtyFirst, kZone) + 12h;
    const auto colours = colours_by_day(
        {window(noon - 40h, noon, Colour::kYellow), window(noon + 1h, noon + 12h, Colour::kRed)},
        kThirtyFirst - days{1}, 3, kZone);
    EXPECT_EQ(colours.days[0], Colour::kYellow);
    EXPECT_EQ(colours.days[1], Colour::kRed);
    EXPECT_EQ(colours.days[2], std::nullopt);  // the window ends at its first instant
}

TEST(Season, MissedDaysAreHeavyAndNotWarned) {
    // The gap of two days parts two episodes; no standard here misses a heavy day, so take the
    // windows of another series.
    const DailyAqiSeries daily = series({210, 90, 90, 210, kNoAqi});
    const auto seasons =
        count_seasons(daily, windows_of_days(series({210, 90, 90, 90, 90})), kZone);
    ASSERT_EQ(seasons.size(), 2u);  // the whole, and the winter of which one day is in it
    EXPECT_EQ(seasons[0].heavy_days, 2);
    EXPECT_EQ(seasons[0].heavy_days_missed, 1);
    EXPECT_EQ(seasons[0].days_without_value, 1);
    EXPECT_EQ(seasons[1].winter, "2013-2014");
    EXPECT_EQ(seasons[1].days, 1);
    EXPECT_EQ(seasons[1].warned_days, (std::array<int, 4>{0, 1, 0, 0}));
}

TEST(Season, LeadRunsFromTheWindowsStartToItsFirstHeavyDay) {
    const DailyAqiSeries daily = series({160, 160, 210, 90, 90, 160, 160});
    const auto seasons = count_seasons(daily, windows_of_days(daily), kZone);
    EXPECT_EQ(seasons[0].episodes, (std::array<int, 4>{0, 1, 1, 0}));
    EXPECT_EQ(seasons[0].leads, 1);  // the second window has no heavy day
    EXPECT_EQ(seasons[0].lead_hours, 48);
    EXPECT_EQ(seasons[0].warned_days_not_heavy, 4);
}

TEST(Season, DifferingDaysNameBothColours) {
    const DailyAqiSeries daily = series({160, 160, 90});
    const auto a = colours_by_day(windows_of_days(daily), daily.first, 3, kZone);
    const DayColours b{daily.first, std::vector<std::optional<Colour>>(3)};
    const auto differing = differing_days(daily, a, b);
    ASSERT_EQ(differing.size(), 2u);
    EXPECT_EQ(differing[1].day, daily.first + days{1});
    EXPECT_EQ(differing[1].a, Colour::kYellow);
    EXPECT_EQ(differing[1].b, std::nullopt);
    EXPECT_EQ(differing[1].aqi, 160);
}

TEST(Season, LeadsCountTheFirstForecastThatSawTheEpisode) {
    const Instant start = start_of(kThirtyFirst, kZone);
    const auto seen = [&](std::int64_t issue, Colour colour) {
        return ForecastWindows{start - std::chrono::hours{issue},
                               {window(start + 10h, start + 20h, colour)}};
    };
    const std::vector<AgreedWindow> observed{window(start, start + 48h, Colour::kOrange)};
    const std::vector<ForecastWindows> archive{
        {start - 96h, {window(start - 80h, start - 60h, Colour::kYellow)}},
        seen(72, Colour::kYellow),
        seen(48, Colour::kRed),
        seen(24, Colour::kRed)};
    const auto leads = leads_of(observed, archive);
    ASSERT_EQ(leads.size(), 1u);
    EXPECT_EQ(leads[0].first_warned, start - 72h);
    EXPECT_EQ(leads[0].first_in_colour, start - 48h);
    EXPECT_EQ(count_false_windows(observed, archive), 1);
    EXPECT_FALSE(leads_of(observed, {})[0].first_warned);
}

TEST(Season, RegionsAddUpByWinter) {
    const DailyAqiSeries daily = series({210, 90});
    auto sum = count_seasons(daily, windows_of_days(daily), kZone);
    add_seasons(sum, count_seasons(daily, {}, kZone));
    ASSERT_EQ(sum.size(), 2u);
    EXPECT_EQ(sum[0].days, 4);
    EXPECT_EQ(sum[0].heavy_days_missed, 1);
    EXPECT_EQ(sum[1].winter, "2013-2014");
}

}  // namespace
}  // namespace qk::rules
