#include "rules/warning/trigger.hpp"

#include <gtest/gtest.h>

#include "tests/rules/warning/examples.hpp"

namespace qk::rules {
namespace {

using std::chrono::hours;
using namespace std::chrono_literals;

const Instant kMidnight = start_of(CivilDay{std::chrono::days{19'000}}, kBeijingTime);
const TriggerOptions kOptions{.zone = kBeijingTime};

DailyAqiSeries days_of(std::vector<std::int16_t> aqi) {
    return {day_of(kMidnight, kBeijingTime), std::move(aqi)};
}

// Hours from a list of {value, how many hours}.
HourlyAqiSeries hours_of(const std::vector<std::pair<std::int16_t, int>>& stretches) {
    HourlyAqiSeries series{kMidnight, {}};
    for (const auto& [value, length] : stretches) {
        series.aqi.insert(series.aqi.end(), static_cast<std::size_t>(length), value);
    }
    return series;
}

std::vector<WarningWindow> by_day(std::vector<std::int16_t> aqi) {
    return evaluate(days_of(std::move(aqi)), example_standard(), kOptions);
}

std::vector<WarningWindow> rolling(const std::vector<std::pair<std::int16_t, int>>& stretches) {
    return evaluate(hours_of(stretches), HoursAs::kRolling, example_standard(), kOptions);
}

Span day_span(int from, int to) { return {kMidnight + from * 24h, kMidnight + to * 24h}; }

TEST(Trigger, ExactlyTheLimitIsNotAboveIt) {
    EXPECT_TRUE(by_day({150, 150, 150, 200}).empty());
    EXPECT_EQ(by_day({151, 151}).size(), 1u);
}

TEST(Trigger, AnEmptySeriesGivesNothing) {
    EXPECT_TRUE(by_day({}).empty());
    EXPECT_TRUE(rolling({}).empty());
    EXPECT_TRUE(by_day({kNoAqi, kNoAqi}).empty());
}

TEST(Trigger, OneModerateDayIsNoWarning) { EXPECT_TRUE(by_day({80, 180, 90}).empty()); }

TEST(Trigger, OneHeavyDayIsYellowFromMidnightToMidnight) {
    const auto windows = by_day({80, 201, 90});
    ASSERT_EQ(windows.size(), 1u);
    EXPECT_EQ(windows[0].colour, Colour::kYellow);
    EXPECT_EQ(windows[0].span, day_span(1, 2));
    EXPECT_EQ(windows[0].met_at, kMidnight + 47h);
    EXPECT_EQ(example_standard().clauses[windows[0].clause].id, "yellow-1");
    ASSERT_EQ(windows[0].legs.size(), 1u);
    EXPECT_EQ(windows[0].legs[0].values, (std::vector<std::int16_t>{201}));
    EXPECT_EQ(windows[0].legs[0].span, day_span(1, 2));
}

TEST(Trigger, TheEpisodeReachesOverAllDaysAboveTheLowestLimit) {
    const auto windows = by_day({80, 160, 220, 230, 170, 90});
    ASSERT_EQ(windows.size(), 1u);
    EXPECT_EQ(windows[0].colour, Colour::kOrange);
    EXPECT_EQ(windows[0].span, day_span(1, 5));
    EXPECT_EQ(windows[0].highest_aqi, 230);
}

TEST(Trigger, AMissingDayEndsTheRun) {
    // Three days above 150 would be orange; the hole leaves a yellow pair and a single day.
    const auto windows = by_day({160, 160, kNoAqi, 160});
    ASSERT_EQ(windows.size(), 1u);
    EXPECT_EQ(windows[0].colour, Colour::kYellow);
    EXPECT_EQ(windows[0].span, day_span(0, 2));
}

TEST(Trigger, RedNeedsBothLegsInOneRun) {
    EXPECT_EQ(by_day({220, 310, 220})[0].colour, Colour::kRed);
    const auto apart = by_day({220, 220, 220, 180, 310});  // one episode, two runs above 200
    ASSERT_EQ(apart.size(), 1u);
    EXPECT_EQ(apart[0].colour, Colour::kOrange);
}

TEST(Trigger, TheDecidingClauseIsTheFirstMetOfTheHighestColour) {
    const auto windows = by_day({160, 160, 160, 210, 210});
    ASSERT_EQ(windows.size(), 1u);
    EXPECT_EQ(example_standard().clauses[windows[0].clause].id, "orange-2");
    EXPECT_EQ(windows[0].met_at, kMidnight + 71h);
    ASSERT_EQ(windows[0].reached.size(), 4u);  // two yellow, two orange clauses
    EXPECT_EQ(windows[0].reached.front().met_at, kMidnight + 47h);
}

TEST(Trigger, OneClearOrMissingDayDoesNotPartTwoEpisodes) {
    for (const std::int16_t gap : {std::int16_t{90}, kNoAqi}) {
        const auto windows = by_day({210, gap, 210, 210});
        ASSERT_EQ(windows.size(), 1u);
        EXPECT_EQ(windows[0].merged, 2);
        EXPECT_EQ(windows[0].colour, Colour::kOrange);
        EXPECT_EQ(windows[0].span, day_span(0, 4));
        EXPECT_EQ(windows[0].met_at, kMidnight + 95h);
    }
    EXPECT_EQ(by_day({210, 90, 90, 210}).size(), 2u);
}

TEST(Trigger, AnEpisodeThatDoesNotCountNeitherExtendsNorBridges) {
    const auto windows = by_day({210, 90, 160, 90, 210});
    ASSERT_EQ(windows.size(), 2u);
    EXPECT_EQ(windows[0].span, day_span(0, 1));
    EXPECT_EQ(windows[1].span, day_span(4, 5));
}

TEST(Trigger, ARollingValueCoversThe24HoursThatEndWithItsHour) {
    // A(30) alone is above 200: hour 30 is named by its start, so the window ends at hour 31.
    const auto windows = rolling({{100, 30}, {210, 1}, {100, 60}});
    ASSERT_EQ(windows.size(), 1u);
    EXPECT_EQ(windows[0].span, (Span{kMidnight + 7h, kMidnight + 31h}));
    EXPECT_EQ(windows[0].met_at, kMidnight + 30h);
    EXPECT_FALSE(windows[0].open);
}

TEST(Trigger, ARollingLegOf48HoursWantsTheValueOfADayBeforeToo) {
    // Above 150 at hours 30 and 54: 48 hours that end with hour 54 are covered, though the values
    // in between are low.
    const auto windows = rolling({{100, 30}, {160, 1}, {100, 23}, {160, 1}, {100, 60}});
    ASSERT_EQ(windows.size(), 1u);
    EXPECT_EQ(windows[0].span, (Span{kMidnight + 7h, kMidnight + 55h}));
    EXPECT_EQ(windows[0].legs[0].values, (std::vector<std::int16_t>{160, 160}));
    EXPECT_EQ(windows[0].met_at, kMidnight + 54h);
    // One hour off, and no hour has both.
    EXPECT_TRUE(rolling({{100, 30}, {160, 1}, {100, 24}, {160, 1}, {100, 60}}).empty());
}

TEST(Trigger, AWindowMayBeginBeforeTheSeries) {
    const auto windows = rolling({{210, 1}, {100, 80}});
    ASSERT_EQ(windows.size(), 1u);
    EXPECT_EQ(windows[0].span.from, kMidnight - 23h);
}

TEST(Trigger, GapsOf36HoursMergeAndOf37DoNot) {
    // The first covers to hour 31; the second, met at hour t, from t - 23.
    const auto with_gap = [](int gap) {
        return rolling({{100, 30}, {210, 1}, {100, gap + 23}, {210, 1}, {100, 60}});
    };
    EXPECT_EQ(with_gap(36).size(), 1u);
    EXPECT_EQ(with_gap(36)[0].merged, 2);
    EXPECT_EQ(with_gap(37).size(), 2u);
}

TEST(Trigger, AnHourlyRunCountsConsecutiveHours) {
    const auto run = [](int length) {
        return evaluate(hours_of({{100, 5}, {160, length}, {100, 40}}), HoursAs::kHourlyRun,
                        example_standard(), kOptions);
    };
    EXPECT_TRUE(run(47).empty());
    ASSERT_EQ(run(48).size(), 1u);
    EXPECT_EQ(run(48)[0].span, (Span{kMidnight + 5h, kMidnight + 53h}));
    EXPECT_EQ(run(48)[0].met_at, kMidnight + 52h);
    EXPECT_EQ(run(48)[0].legs[0].values.size(), 48u);
}

TEST(Trigger, WindowsOverByTheTimeOfIssueAreNotAnswered) {
    TriggerOptions options{.zone = kBeijingTime};
    options.issued_at = kMidnight + 24h;
    const DailyAqiSeries series = days_of({210, 90, 90, 210});
    const auto windows = evaluate(series, example_standard(), options);
    ASSERT_EQ(windows.size(), 1u);
    EXPECT_EQ(windows[0].span, day_span(3, 4));
    // A running one is answered whole, with its past.
    options.issued_at = kMidnight + 12h;
    EXPECT_EQ(evaluate(series, example_standard(), options)[0].span, day_span(0, 1));
}

TEST(Trigger, AWindowAtTheEndOfTheSeriesIsOpen) {
    EXPECT_TRUE(by_day({90, 210})[0].open);
    EXPECT_TRUE(by_day({90, 210, 90})[0].open);
    EXPECT_TRUE(by_day({90, 210, 90, kNoAqi})[0].open);
    EXPECT_FALSE(by_day({90, 210, 90, 90})[0].open);
}

}  // namespace
}  // namespace qk::rules
