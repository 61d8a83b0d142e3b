// Goal: whoever looks as often as he likes accuses the innocent no more often than is stated.
// Method: the bets against their stated mean, and many made winters of lines that obey.
#include "rules/compliance/accusation.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

namespace qk::rules {
namespace {

using namespace std::chrono;

const JudgingParameters kParameters;

TEST(Accusation, ADaysBetIsFairWhereChancesAreAsStated) {
    // The mean of 10^log_e over all chances, by steps that are fine where chances are small.
    double mean = 0;
    double upper = 1;
    while (upper > 1e-200) {
        const double lower = upper * 0.999;
        mean += (upper - lower) * std::pow(10, log_e_of_chance(lower, kParameters));
        upper = lower;
    }
    EXPECT_NEAR(mean, 1, 0.01);
}

TEST(Accusation, OfTenThousandWintersOfLinesThatObeyNoMoreThanStatedAreAccused) {
    std::mt19937_64 random(20261130);
    std::uniform_real_distribution<double> chance(0, 1);
    int accused = 0;
    for (int line = 0; line < 10'000; ++line) {
        bool is_accused = false;
        for (int order = 0; order < 12; ++order) {
            std::vector<double> log_e;
            for (int day = 0; day < 5; ++day) {
                log_e.push_back(log_e_of_chance(chance(random), kParameters));
            }
            // The most that any stretch says is what any look in between would have seen.
            is_accused = is_accused || log_e_of_days(log_e) >= log_needed_of_days(kParameters, 5);
        }
        accused += is_accused ? 1 : 0;
    }
    EXPECT_LE(accused, 10);  // 0.1 %
}

TEST(Accusation, DaysThatAreEachOddAddUpAndOneDayThatIsNoChanceIsEnough) {
    const double odd = log_e_of_chance(0.001, kParameters);
    const double needed = log_needed_of_days(kParameters, 5);
    EXPECT_LT(log_e_of_days(std::vector{odd}), needed);
    EXPECT_GE(log_e_of_days(std::vector{odd, odd, odd, odd, odd}), needed);
    EXPECT_GE(log_e_of_days(std::vector{log_e_of_chance(1e-6, kParameters)}), needed - 1e-9);
    // Days that were kept before neither hide nor excuse it.
    const double kept = log_e_of_chance(0.9, kParameters);
    EXPECT_LT(kept, 0);
    EXPECT_GE(log_e_of_days(std::vector{kept, kept, log_e_of_chance(1e-6, kParameters), kept}),
              needed - 1e-9);
}

TEST(Accusation, NoMoreDaysMultiplyThanHangTogetherAtMost) {
    // A level that wandered off in a long order makes each of its days a little odd.
    const std::vector<double> long_order(30, log_e_of_chance(0.005, kParameters));
    EXPECT_DOUBLE_EQ(log_e_of_days(long_order), log_e_of_days(std::span(long_order).first(5)));
    EXPECT_LT(log_e_of_days(long_order), log_needed_of_days(kParameters, 30));
}

TEST(Accusation, AStopTakesSoManyReadingsOfClearRunning) {
    const double needed = log_needed_of_stop(kParameters);
    EXPECT_LT(log_e_of_running(30min, 15min, kParameters), needed);
    EXPECT_GE(log_e_of_running(45min, 15min, kParameters), needed);
    EXPECT_LT(log_e_of_running(2h, 60min, kParameters), needed);
    EXPECT_GE(log_e_of_running(3h, 60min, kParameters), needed);
    // Readings a minute apart go wrong together.
    EXPECT_DOUBLE_EQ(log_e_of_running(45min, 1min, kParameters),
                     log_e_of_running(45min, 15min, kParameters));
    EXPECT_EQ(log_e_of_running(0min, 15min, kParameters), 0);
}

TEST(Accusation, ARegionsListHoldsWhomItsSizeAllows) {
    // One of a hundred has to be worth 10^4 at a share of 1 %, and two each half of it.
    std::vector<double> log_e(100, 0);
    log_e[7] = 3.9;
    EXPECT_THAT(listed(log_e, 0.01), testing::Each(false));
    log_e[9] = 3.75;
    const auto two = listed(log_e, 0.01);
    EXPECT_TRUE(two[7] && two[9]);
    EXPECT_EQ(std::ranges::count(two, true), 2);
    EXPECT_TRUE(listed({}, 0.01).empty());
}

}  // namespace
}  // namespace qk::rules
