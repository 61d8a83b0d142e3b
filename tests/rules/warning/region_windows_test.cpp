#include "rules/warning/region_windows.hpp"

#include <gtest/gtest.h>

#include "tests/rules/warning/examples.hpp"

namespace qk::rules {
namespace {

using namespace std::chrono_literals;

const Instant kMidnight = start_of(CivilDay{std::chrono::days{19'000}}, kBeijingTime);
const TriggerOptions kOptions{.zone = kBeijingTime};
const RegionOptions kRegion{.trigger = kOptions};

std::vector<WarningWindow> by_day(std::vector<std::int16_t> aqi) {
    return evaluate(DailyAqiSeries{day_of(kMidnight, kBeijingTime), std::move(aqi)},
                    example_standard(), kOptions);
}

Span day_span(int from, int to) { return {kMidnight + from * 24h, kMidnight + to * 24h}; }

DailyForecastSeries forecast(const std::vector<DailyRange>& days) {
    return {"甲市", day_of(kMidnight, kBeijingTime), days};
}

DailyRange day(std::int16_t low, std::int16_t high, EpisodeCause cause = EpisodeCause::kNotStated) {
    DailyRange out;
    out.low = low;
    out.high = high;
    out.cause = cause;
    return out;
}

// Hours of one concentration of fine particles; a negative one is missing.
HourlySeries particles(const std::vector<std::pair<int, int>>& stretches, Instant first) {
    HourlySeries series{"甲市", first, {}};
    for (const auto& [value, length] : stretches) {
        HourlyConcentrations hour;
        if (value >= 0) hour[0] = Concentration{Decimal::of(value)};
        series.hours.insert(series.hours.end(), static_cast<std::size_t>(length), hour);
    }
    return series;
}

TEST(RegionWindows, RangesSayWhetherBothEndsAgree) {
    const std::vector<WarningWindow> readings[] = {by_day({90, 160, 160, 90}),     // low: yellow
                                                   by_day({160, 210, 220, 160})};  // high: orange
    const auto agreed = agree_on(readings);
    ASSERT_EQ(agreed.size(), 1u);
    EXPECT_EQ(agreed[0].window.colour, Colour::kOrange);
    EXPECT_EQ(agreed[0].likelihood_of(Colour::kOrange), Likelihood::kSome);
    EXPECT_EQ(agreed[0].likelihood_of(Colour::kYellow), Likelihood::kAll);
    EXPECT_EQ(agreed[0].likelihood_of(Colour::kRed), Likelihood::kNone);
    EXPECT_EQ(agreed[0].agree, (std::array<int, 4>{2, 2, 1, 0}));
    EXPECT_EQ(agreed[0].of, 2);
    EXPECT_EQ(agreed[0].widest, day_span(0, 4));
}

TEST(RegionWindows, MembersThatMissTheWindowAreCountedAgainstIt) {
    const std::vector<WarningWindow> readings[] = {by_day({210, 90, 90, 90}), by_day({}),
                                                   by_day({90, 90, 90, 210})};
    const auto agreed = agree_on(readings);
    ASSERT_EQ(agreed.size(), 2u);
    for (const AgreedWindow& window : agreed) {
        EXPECT_EQ(window.agree, (std::array<int, 4>{1, 1, 0, 0}));
        EXPECT_EQ(window.likelihood_of(Colour::kYellow), Likelihood::kSome);
    }
}

TEST(RegionWindows, ARangeIsEvaluatedAtItsHighEnd) {
    const auto answer = windows_of(forecast({day(90, 210), day(160, 250), day(80, 100)}),
                                   example_standard(), kRegion);
    ASSERT_EQ(answer.windows.size(), 1u);
    EXPECT_EQ(answer.windows[0].window.colour, Colour::kOrange);
    EXPECT_EQ(answer.windows[0].likelihood_of(Colour::kOrange), Likelihood::kSome);
    EXPECT_EQ(answer.windows[0].of, 2);
}

TEST(RegionWindows, OneFigureADayIsOneReading) {
    const auto answer = windows_of(forecast({day(210, 210)}), example_standard(), kRegion);
    ASSERT_EQ(answer.windows.size(), 1u);
    EXPECT_EQ(answer.windows[0].of, 1);
    EXPECT_EQ(answer.windows[0].likelihood_of(Colour::kYellow), Likelihood::kAll);
}

TEST(RegionWindows, DustDaysAreAdvisoryAndParticleDaysAreNot) {
    TriggerStandard standard = example_standard();
    standard.excluded_causes = {EpisodeCause::kDust};
    const auto dust = day(310, 310, EpisodeCause::kDust);
    const auto answer = windows_of(
        forecast({day(90, 90), dust, day(90, 90), day(90, 90), day(220, 220), dust, day(220, 220)}),
        standard, kRegion);
    ASSERT_EQ(answer.windows.size(), 2u);
    EXPECT_FALSE(answer.windows[0].mandatory);
    EXPECT_EQ(answer.windows[0].excluded, (std::vector<EpisodeCause>{EpisodeCause::kDust}));
    EXPECT_TRUE(answer.windows[1].mandatory);
    EXPECT_EQ(answer.windows[1].window.colour, Colour::kRed);
    EXPECT_EQ(answer.windows[1].mandatory_colour, Colour::kYellow);
}

TEST(RegionWindows, ADayThatPm25DoesNotLeadDoesNotBind) {
    const TriggerStandard standard = example_standard();
    DailyRange led = day(210, 210);
    led.primary.insert(Pollutant::kO3);
    EXPECT_EQ(excluded_cause(led, standard), EpisodeCause::kOzone);
    led.primary.insert(Pollutant::kPm25);
    EXPECT_EQ(excluded_cause(led, standard), std::nullopt);
    led.primary = {};
    led.primary.insert(Pollutant::kPm10);
    EXPECT_EQ(excluded_cause(led, standard), EpisodeCause::kCoarseParticles);
    led.cause = EpisodeCause::kTransport;
    EXPECT_EQ(excluded_cause(led, standard), EpisodeCause::kCoarseParticles);
}

TEST(RegionWindows, TransportInsideTheCountryBindsAndFromAbroadDoesNot) {
    const TriggerStandard standard = example_standard();
    DailyRange carried = day(230, 230, EpisodeCause::kTransport);
    carried.primary.insert(Pollutant::kPm25);
    const auto inside = windows_of(forecast({carried, carried}), standard, kRegion);
    ASSERT_EQ(inside.windows.size(), 1u);
    EXPECT_EQ(inside.windows[0].mandatory_colour, Colour::kOrange);
    carried.cause = EpisodeCause::kTransboundary;
    const auto abroad = windows_of(forecast({carried, carried}), standard, kRegion);
    ASSERT_EQ(abroad.windows.size(), 1u);
    EXPECT_EQ(abroad.windows[0].mandatory_colour, std::nullopt);
    EXPECT_EQ(abroad.windows[0].excluded,
              (std::vector<EpisodeCause>{EpisodeCause::kTransboundary}));
}

HourlySeries with_dust(HourlySeries series, int pm10, std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i) {
        series.hours[i][static_cast<std::size_t>(Pollutant::kPm10)] =
            Concentration{Decimal::of(pm10)};
    }
    return series;
}

TEST(RegionWindows, DustInHourlyValuesIsAdviceAndNamesItsPollutantInEveryReading) {
    const HourlySeries series = with_dust(particles({{100, 96}}, kMidnight), 700, 0, 96);
    for (const HoursAs hours_as : {HoursAs::kNaturalDay, HoursAs::kRolling, HoursAs::kHourlyRun}) {
        RegionOptions options = kRegion;
        options.trigger.hours_as = hours_as;
        const auto answer = windows_of(series, example_standard(), options);
        ASSERT_EQ(answer.windows.size(), 1u) << to_text(hours_as);
        EXPECT_EQ(answer.windows[0].window.colour, Colour::kRed);
        EXPECT_FALSE(answer.windows[0].mandatory);
        EXPECT_EQ(answer.windows[0].mandatory_colour, std::nullopt);
        EXPECT_EQ(answer.windows[0].excluded,
                  (std::vector<EpisodeCause>{EpisodeCause::kCoarseParticles}));
    }
}

TEST(RegionWindows, DustBesideFineParticlesAddsAdviceAndNoColour) {
    // 36 hours of 160 are yellow by fine particles; dust makes the whole red.
    const HourlySeries series =
        with_dust(particles({{20, 24}, {160, 36}, {20, 60}}, kMidnight), 700, 24, 120);
    const auto answer = windows_of(series, example_standard(), kRegion);
    ASSERT_EQ(answer.windows.size(), 1u);
    EXPECT_EQ(answer.windows[0].window.colour, Colour::kRed);
    EXPECT_EQ(answer.windows[0].mandatory_colour, Colour::kYellow);
    EXPECT_EQ(answer.windows[0].excluded,
              (std::vector<EpisodeCause>{EpisodeCause::kCoarseParticles}));
}

TEST(RegionWindows, ARollingWindowReachesFromTheFirstToTheLastPollutedHour) {
    const auto answer = windows_of(particles({{40, 30}, {300, 40}, {20, 60}}, kMidnight),
                                   example_standard(), kRegion);
    ASSERT_EQ(answer.windows.size(), 1u);
    EXPECT_EQ(answer.windows[0].window.span, (Span{kMidnight + 30h, kMidnight + 70h}));
}

TEST(RegionWindows, FiftyCleanHoursPartTwoEpisodesAndThirtySixDoNot) {
    const auto of_gap = [](int clean) {
        const auto series =
            particles({{40, 24}, {200, 30}, {20, clean}, {200, 30}, {20, 60}}, kMidnight);
        return windows_of(series, example_standard(), kRegion).windows;
    };
    EXPECT_EQ(of_gap(50).size(), 2u);
    EXPECT_EQ(of_gap(37).size(), 2u);
    ASSERT_EQ(of_gap(36).size(), 1u);
    EXPECT_EQ(of_gap(36)[0].window.span, (Span{kMidnight + 24h, kMidnight + 120h}));
}

TEST(RegionWindows, AnEpisodeWhosePollutedHoursAreOverIsNotAhead) {
    RegionOptions options = kRegion;
    options.trigger.issued_at = kMidnight + 32h;
    const auto series = particles({{300, 30}, {20, 1}, {15, 1}, {10, 120}}, kMidnight);
    EXPECT_TRUE(windows_of(series, example_standard(), options).windows.empty());
    options.trigger.issued_at = kMidnight + 29h;
    EXPECT_EQ(windows_of(series, example_standard(), options).windows.size(), 1u);
}

TEST(RegionWindows, NaturalDaysOfHourlyValuesNeedTwentyHoursEach) {
    RegionOptions options = kRegion;
    options.trigger.hours_as = HoursAs::kNaturalDay;
    // Day one: from 04:00, 20 hours; day two whole; day three cut off after 19 hours.
    const HourlySeries series = particles({{160, 63}}, kMidnight + 4h);
    const TriggerSeries daily = trigger_series(series, example_standard(), options);
    ASSERT_EQ(daily.daily.aqi.size(), 3u);
    EXPECT_EQ(daily.daily.aqi[0], 210);
    EXPECT_EQ(daily.daily.aqi[1], 210);
    EXPECT_EQ(daily.daily.aqi[2], kNoAqi);
    const auto answer = windows_of(series, example_standard(), options);
    ASSERT_EQ(answer.windows.size(), 1u);
    EXPECT_EQ(answer.windows[0].window.span, day_span(0, 2));
    EXPECT_EQ(answer.coverage.without, 1);
}

TEST(RegionWindows, OzoneIsLeftOutUnlessTheStandardCountsIt) {
    HourlySeries series = particles({{20, 72}}, kMidnight);
    for (HourlyConcentrations& hour : series.hours) {
        hour[static_cast<std::size_t>(Pollutant::kO3)] = Concentration{Decimal::of(500)};
    }
    for (const HoursAs hours_as : {HoursAs::kNaturalDay, HoursAs::kRolling, HoursAs::kHourlyRun}) {
        RegionOptions options = kRegion;
        options.trigger.hours_as = hours_as;
        TriggerStandard standard = example_standard();
        EXPECT_TRUE(windows_of(series, standard, options).windows.empty());
        standard.ozone_counts = true;
        EXPECT_EQ(windows_of(series, standard, options).windows.size(), 1u);
    }
}

TEST(RegionWindows, GapsAreCountedAndTheLongestIsNamed) {
    const auto answer = windows_of(particles({{100, 48}, {-1, 30}, {100, 24}}, kMidnight),
                                   example_standard(), kRegion);
    EXPECT_EQ(answer.coverage.units, 102);
    // Without a value: the first 19 hours, and from the fifth missing hour to the 19th after them.
    EXPECT_EQ(answer.coverage.without, 19 + 45);
    EXPECT_EQ(answer.coverage.longest_gap, (Span{kMidnight + 52h, kMidnight + 97h}));
}

TEST(RegionWindows, AnEmptySeriesIsAnswered) {
    EXPECT_TRUE(windows_of(forecast({}), example_standard(), kRegion).windows.empty());
    RegionOptions options = kRegion;
    for (const HoursAs hours_as : {HoursAs::kNaturalDay, HoursAs::kRolling}) {
        options.trigger.hours_as = hours_as;
        EXPECT_TRUE(
            windows_of(particles({}, kMidnight), example_standard(), options).windows.empty());
    }
}

}  // namespace
}  // namespace qk::rules
