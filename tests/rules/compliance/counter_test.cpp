#include "rules/compliance/counter.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace qk::rules {
namespace {

// kWh of a quarter of an hour, about `kw`, with the noise of a real load.
std::vector<double> load(std::size_t count, double kw, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) {
        values.push_back(kw / 4 * (0.9 + 0.2 * static_cast<double>(random() % 1000) / 1000));
    }
    return values;
}

std::vector<double> register_of(std::vector<double> values, double from) {
    for (double& value : values) value = from += value;
    return values;
}

TEST(Counter, ARegisterIsOneWhateverInterruptsIt) {
    const std::vector<double> plain = register_of(load(96, 40, 1), 1000);
    EXPECT_TRUE(counter_look(plain).is_counter);
    std::vector<double> rolled = plain, exchanged = plain, zero = plain;
    for (std::size_t i = 50; i < 96; ++i) rolled[i] -= 1400;
    for (std::size_t i = 50; i < 96; ++i) exchanged[i] += 90000;
    for (const std::size_t i : {20U, 60U}) zero[i] = 0;
    for (const auto& values : {rolled, exchanged, zero})
        EXPECT_TRUE(counter_look(values).is_counter);
}

TEST(Counter, TheSumOfTheDaySoFarIsOne) {
    std::vector<double> hours;
    for (int day = 0; day < 3; ++day) {
        for (int hour = 1; hour <= 24; ++hour) hours.push_back(10 * hour);
    }
    EXPECT_TRUE(counter_look(hours).is_counter);
    EXPECT_TRUE(counter_look(std::vector<double>(hours.begin(), hours.begin() + 7)).is_counter);
    EXPECT_EQ(counter_look(hours).falls, 2U);
}

TEST(Counter, ACoarseDisplayOfASmallLoadIsOne) {
    std::vector<double> values;
    for (int i = 0; i < 96; ++i) values.push_back(500 + i * 2 / 5);
    EXPECT_TRUE(counter_look(values).is_counter);
}

TEST(Counter, ALoadIsNone) {
    for (unsigned seed = 0; seed < 200; ++seed) {
        const auto running = load(96, 300, seed);
        EXPECT_FALSE(counter_look(running).is_counter) << seed;
        EXPECT_EQ(counter_run(running).size, 0U) << seed;
        std::vector<double> day = load(32, 8, seed);
        const auto shift = load(40, 280, seed + 1000);
        day.insert(day.end(), shift.begin(), shift.end());
        EXPECT_FALSE(counter_look(day).is_counter) << seed;
    }
    EXPECT_FALSE(counter_look(std::vector<double>(96, 75.0)).is_counter);
    // A furnace comes up within two hours and stays there.
    std::vector<double> ramp;
    for (int i = 0; i < 40; ++i) ramp.push_back(std::min(10 + 10 * i, 90));
    EXPECT_FALSE(counter_look(ramp).is_counter);
    EXPECT_FALSE(counter_look(std::vector<double>{}).is_counter);
    EXPECT_FALSE(counter_look(std::vector<double>{1}).is_counter);
}

TEST(Counter, ARunOfCounterReadingsIsFoundBetweenOthers) {
    std::vector<double> values = load(200, 40, 3);
    const auto counted = register_of(load(24, 40, 4), 20);
    values.insert(values.end(), counted.begin(), counted.end());
    const auto after = load(100, 40, 5);
    values.insert(values.end(), after.begin(), after.end());
    EXPECT_FALSE(counter_look(values).is_counter);
    const CounterRun run = counter_run(values);
    EXPECT_GE(run.first + 2, 200U);
    EXPECT_LE(run.first, 200U);
    EXPECT_GE(run.first + run.size, 224U);
}

}  // namespace
}  // namespace qk::rules
