#include "rules/compliance/register_step.hpp"

#include <gtest/gtest.h>

namespace qk::rules {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Instant kAt{std::chrono::seconds{1'700'000'000}};

RegisterEnergy between(double before, double after, std::chrono::seconds passed = minutes{15},
                       RegisterSetting setting = {hours{24}, 1, 100.0}) {
    return energy_between({kAt, before}, {kAt + passed, after}, setting);
}

TEST(RegisterStep, ARiseIsTheEnergyOfItsTime) {
    const RegisterEnergy energy = between(1000, 1010);
    EXPECT_EQ(energy.step, RegisterStep::kRise);
    EXPECT_DOUBLE_EQ(energy.kwh.value(), 10);
    EXPECT_DOUBLE_EQ(energy.mean_kw.value(), 40);
    EXPECT_DOUBLE_EQ(between(1000, 1000).kwh.value(), 0);
}

TEST(RegisterStep, TheRatioOfTheTransformerMultiplies) {
    RegisterSetting setting{hours{24}, 80, 5000.0};
    EXPECT_DOUBLE_EQ(between(1000, 1010, minutes{15}, setting).kwh.value(), 800);
}

TEST(RegisterStep, ARegisterOfFewDigitsGoesThroughItsEnd) {
    for (const double end : {1e4, 1e5, 1e6, 1e7, 1e8}) {
        const RegisterEnergy energy = between(end - 4, 6);
        EXPECT_EQ(energy.step, RegisterStep::kRollOver) << end;
        EXPECT_DOUBLE_EQ(energy.kwh.value(), 10) << end;
    }
}

TEST(RegisterStep, WhatFellOtherwiseBeginsAnewAndSaysNothing) {
    // Another meter in the middle of the scale, one set to zero, and a way that no load can take.
    for (const auto& [before, after] :
         {std::pair(54'321.0, 12.0), std::pair(54'321.0, 54'320.0), std::pair(99'996.0, 5'000.0)}) {
        const RegisterEnergy energy = between(before, after);
        EXPECT_EQ(energy.step, RegisterStep::kStartedAnew) << before;
        EXPECT_FALSE(energy.kwh) << before;
        EXPECT_FALSE(energy.mean_kw) << before;
    }
    RegisterSetting unknown{hours{24}, 1, std::nullopt};
    EXPECT_EQ(between(99'996, 6, minutes{15}, unknown).step, RegisterStep::kStartedAnew);
}

TEST(RegisterStep, TooFarApartOrNotLaterSaysNothing) {
    EXPECT_EQ(between(1000, 1010, hours{25}).step, RegisterStep::kTooLong);
    EXPECT_FALSE(between(1000, 1010, hours{25}).kwh);
    EXPECT_EQ(between(1000, 1010, minutes{0}).step, RegisterStep::kNoTime);
    EXPECT_EQ(between(1000, 1010, minutes{-15}).step, RegisterStep::kNoTime);
}

}  // namespace
}  // namespace qk::rules
