// Goal: a stated interval holds what it says, on a real plant that is hard to guess, and the guess
// is led by what is worked and not by what stood. Method: every day of a real series guessed from
// those before it; made series with one thing in each.
#include "rules/compliance/calibration.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <sstream>

namespace qk::rules {
namespace {

using namespace std::chrono;

const CivilDay kMonday = local_days{2026y / November / 2};

DayLoad day_of_load(CivilDay day, std::vector<double> kw) {
    DayLoad load;
    load.day = day;
    load.kind = weekday_kind(day);
    load.readings.assign(kw.size(), 1);
    load.filled = static_cast<int>(kw.size());
    for (const double one : kw) load.mean_kw += one / static_cast<double>(kw.size());
    load.kw = std::move(kw);
    return load;
}

// Days of 24 hours, works from 6 to 22; `level` by the number of the day.
template <class Level>
std::vector<DayLoad> made_days(int count, Level level) {
    std::vector<DayLoad> made;
    for (int i = 0; i < count; ++i) {
        std::vector<double> kw(24, 20.0);
        for (std::size_t hour = 6; hour < 22; ++hour) kw[hour] = 300;
        for (double& one : kw) one *= level(i);
        made.push_back(day_of_load(kMonday + days{i}, std::move(kw)));
    }
    return made;
}

double ripple(int i) { return 1 + 0.01 * static_cast<double>(i * 7 % 5 - 2); }

// UCI data set 851, see tests/data/README.md.
std::vector<DayLoad> steel_plant() {
    std::ifstream in(std::string(QK_SOURCE_DIR) +
                     "/tests/data/steel_plant_hourly_2018_01_to_08.csv");
    std::vector<DayLoad> plant;
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        std::istringstream cells(line);
        std::string cell;
        std::getline(cells, cell, ',');
        const CivilDay day = parse_day(cell).value();
        std::vector<double> kw;
        while (std::getline(cells, cell, ',')) kw.push_back(std::stod(cell));
        plant.push_back(day_of_load(day, std::move(kw)));
    }
    return plant;
}

struct Held {
    double hours = 0;
    double in_90 = 0;
    double in_99 = 0;

    void count(double off, const Tails& tails) {
        const auto holds = [off](double above, double below) {
            return off <= above && -off <= below ? 1.0 : 0.0;
        };
        ++hours;
        in_90 += holds(tails.above.once_in_20, tails.below.once_in_20);
        in_99 += holds(tails.above.once_in_200, tails.below.once_in_200);
    }
};

TEST(Calibration, TheIntervalHoldsWhatItSaysOnARealPlantAndIsNotTooNarrowInWinter) {
    const std::vector<DayLoad> plant = steel_plant();
    ASSERT_EQ(plant.size(), 243U);
    Held all;
    Held winter;
    for (std::size_t i = 1; i < plant.size(); ++i) {
        const std::size_t first = i > 63 ? i - 63 : 0;
        const auto load = calibrate(std::span(plant).subspan(first, i - first), 0.02);
        if (!load) continue;
        const Calibration& c = load->calibration;
        const Tails tails = c.tails_at(1, false).slot;
        for (std::size_t hour = 0; hour < 24; ++hour) {
            const double guess = load->kw[static_cast<std::size_t>(plant[i].kind)][hour];
            const double off = (plant[i].kw[hour] - guess) / c.level_kw / c.slot_scale[hour];
            all.count(off, tails);
            if (plant[i].day < local_days{2018y / March / 1}) winter.count(off, tails);
        }
    }
    EXPECT_GT(all.hours, 5000);
    EXPECT_NEAR(all.in_90 / all.hours, 0.90, 0.02);
    EXPECT_NEAR(all.in_99 / all.hours, 0.99, 0.005);
    // The first weeks know next to nothing, and say so by wide limits.
    EXPECT_GE(winter.in_90 / winter.hours, 0.87);
    EXPECT_GE(winter.in_99 / winter.hours, 0.98);
}

TEST(Calibration, ALevelThatFallsTowardsAHolidayIsFollowed) {
    const auto fall = made_days(40, [](int i) { return i < 20 ? 1 : std::pow(0.96, i - 20); });
    const auto load = calibrate(std::span(fall).first(39), 0.02);
    ASSERT_TRUE(load);
    EXPECT_NEAR(load->calibration.level_kw / fall.back().mean_kw, 1, 0.05);
}

TEST(Calibration, DaysThatStoodAreNoMeasureOfWorkAndLeaveTheLevelInDoubt) {
    const auto stood = made_days(30, [](int i) { return i >= 27 ? 0.05 : ripple(i); });
    const auto load = calibrate(stood, 0.02);
    ASSERT_TRUE(load);
    EXPECT_NEAR(load->calibration.level_kw, made_days(1, ripple)[0].mean_kw, 15);
    EXPECT_TRUE(load->calibration.is_unsettled);
    EXPECT_FALSE(calibrate(made_days(30, ripple), 0.02)->calibration.is_unsettled);
}

TEST(Calibration, ASaturdayIsComparedWithSaturdays) {
    const auto weeks = made_days(35, [](int i) { return i % 7 == 5 ? 0.5 : ripple(i); });
    const auto load = calibrate(weeks, 0.02);
    ASSERT_TRUE(load);
    const auto& factors = load->calibration.factors;
    EXPECT_NEAR(factors[static_cast<std::size_t>(DayKind::kSaturday)], 0.5, 0.03);
    EXPECT_NEAR(factors[static_cast<std::size_t>(DayKind::kSunday)], 1, 0.03);
}

TEST(Calibration, APeriodRaisedJustBeforeTheOrderIsNamedAndASlowRiseIsNot) {
    const auto raised = made_days(30, [](int i) { return i >= 27 ? 1.4 : ripple(i); });
    const auto load = calibrate(raised, 0.02);
    ASSERT_TRUE(load);
    EXPECT_NEAR(load->calibration.raised_share, 0.4, 0.05);
    EXPECT_THAT(load->calibration.raised_days,
                testing::ElementsAre(raised[27].day, raised[28].day, raised[29].day));
    const auto slow = made_days(30, [](int i) { return 1 + 0.01 * i; });
    EXPECT_EQ(calibrate(slow, 0.02)->calibration.raised_share, 0);
}

TEST(Calibration, FewDaysHaveTriedNothing) {
    EXPECT_FALSE(calibrate(made_days(kDaysToTry - 1, ripple), 0.02));
    EXPECT_FALSE(calibrate({}, 0.02));
    EXPECT_TRUE(calibrate(made_days(14, ripple), 0.02));
}

TEST(Calibration, WhatLiesFartherAheadOrAboutAHolidayIsLessSure) {
    const auto load = calibrate(made_days(40, ripple), 0.02);
    ASSERT_TRUE(load);
    const auto width = [&](int ahead, bool ramp) {
        return load->calibration.tails_at(ahead, ramp).day.above.once_in_20;
    };
    EXPECT_LE(width(1, false), width(3, false));
    EXPECT_LE(width(3, false), width(5, false));
    EXPECT_LT(width(5, false), width(20, false));
    EXPECT_LT(width(1, false), width(1, true));
}

TEST(Calibration, ChancesFallWithTheExcessAndMeetTheirLimits) {
    const Tail tail{0.04, 0.07, 4};
    EXPECT_DOUBLE_EQ(tail.chance_of(0), 1);
    EXPECT_NEAR(tail.chance_of(0.04), 0.05, 1e-12);
    EXPECT_NEAR(tail.chance_of(0.07), 0.005, 1e-12);
    EXPECT_NEAR(tail.chance_of(0.14), 0.005 / 16, 1e-12);
    double before = 1;
    for (double excess = 0.001; excess < 1; excess *= 1.1) {
        EXPECT_LE(tail.chance_of(excess), before);
        before = tail.chance_of(excess);
    }
    for (const double chance : {0.05, 0.02, 0.005, 1e-4, 1e-7}) {
        EXPECT_NEAR(tail.chance_of(tail.at(chance)) / chance, 1, 1e-9);
    }
}

}  // namespace
}  // namespace qk::rules
