#include "rules/compliance/usual.hpp"

#include <gtest/gtest.h>

#include "tests/rules/compliance/cases.hpp"

namespace qk::rules {
namespace {

using namespace test;

constexpr int kDays = 20;

PowerSeries meter(std::string id, MeterRole role, const Power& kw) {
    PowerSeries series{
        facts(std::move(id), role == MeterRole::kTotal ? "" : "L1", role), 15min, {}};
    for (Instant end = kStart - days{kDays} + 15min; end <= kStart; end += 15min) {
        series.readings.push_back({end, kw(end)});
    }
    return series;
}

// Another value each quarter for a month.
double restless(Instant end) {
    return 0.01 * static_cast<double>(end.time_since_epoch().count() / 900 * 7919 % 2999);
}

Usual of(const std::vector<PowerSeries>& meters, std::span<const Span> excluded = {}) {
    return usual_of(meters, kStart, excluded, kShanghai);
}

TEST(Usual, ItKnowsHowLongAMeterWasEverSilentAtZeroOrFlat) {
    PowerSeries series = meter("M1", MeterRole::kProduction, [](Instant end) {
        const auto before = kStart - end;
        if (before < 50h && before >= 47h) return 0.0;
        if (before < 30h && before >= 25h) return 77.0;
        return 100 + restless(end);
    });
    std::erase_if(series.readings, [](const PowerReading& reading) {
        return kStart - reading.end < 100h && kStart - reading.end >= 92h;
    });
    const Usual usual = of({series});
    const UsualMeter* m1 = usual.meter("M1");
    ASSERT_NE(m1, nullptr);
    EXPECT_DOUBLE_EQ(m1->silent_h, 8);
    EXPECT_DOUBLE_EQ(m1->zero_h, 3);
    EXPECT_DOUBLE_EQ(m1->flat_h, 5);
    EXPECT_NEAR(m1->step_kw, 0.01, 1e-9);
    EXPECT_LT(m1->repeated_share, 0.02);
    EXPECT_EQ(m1->last_end, kStart);
    EXPECT_EQ(usual.meter("M2"), nullptr);
}

TEST(Usual, DaysOfAnotherOrderAreNeitherUsualNorSilence) {
    const Span other{kStart - 72h, kStart - 48h};
    const PowerSeries series = meter("M1", MeterRole::kProduction, [&](Instant end) {
        return other.holds(end - 15min) ? 0.0 : 100 + restless(end);
    });
    const UsualMeter m1 = of({series}, std::vector{other}).meters.at(0);
    EXPECT_EQ(m1.zero_h, 0);
    EXPECT_EQ(m1.silent_h, 0);
    EXPECT_NEAR(m1.days, kDays - 1, 0.01);
}

TEST(Usual, AMeterThatRepeatsItsDaysIsKnownForIt) {
    const PowerSeries series = meter("M1", MeterRole::kProduction, [](Instant end) {
        return 100 + minute_of_day(end - 1s, kShanghai) / 15;
    });
    EXPECT_DOUBLE_EQ(of({series}).meters.at(0).repeated_share, 1);
    // And of one with too short a past nothing is known.
    PowerSeries young = series;
    young.readings.erase(young.readings.begin(), young.readings.end() - 20);
    EXPECT_DOUBLE_EQ(of({young}).meters.at(0).repeated_share, 1);
}

TEST(Usual, TreatmentThatFollowsProductionIsToldFromTreatmentThatDoesNot) {
    const auto share = [](Instant end) { return 0.8 + 0.2 * restless(end) / 29.99; };
    const PowerSeries production =
        meter("P1", MeterRole::kProduction, [&](Instant end) { return 400 * share(end); });
    const PowerSeries follows = meter("T1", MeterRole::kTreatment, [&](Instant end) {
        return 60 * share(end) * share(end) * share(end);
    });
    const PowerSeries steady = meter("T2", MeterRole::kTreatment, constant(60));
    const Usual usual = of({production, follows, steady});
    EXPECT_NEAR(usual.treatment("T1")->exponent, 3, 0.1);
    EXPECT_NEAR(usual.treatment("T2")->exponent, 0, 0.1);
    EXPECT_NEAR(usual.treatment("T2")->running_h, 24.0 * kDays, 1);
    EXPECT_EQ(usual.treatment("T2")->standing_h, 0);
}

TEST(Usual, TreatmentBesideStandingProductionIsCounted) {
    const auto works = [](Instant end) {
        const int hour = hour_of_day(end - 1s, kShanghai);
        return hour >= 6 && hour < 22;
    };
    const PowerSeries production =
        meter("P1", MeterRole::kProduction, [&](Instant end) { return works(end) ? 400.0 : 10.0; });
    const PowerSeries off =
        meter("T1", MeterRole::kTreatment, [&](Instant end) { return works(end) ? 60.0 : 1.0; });
    const PowerSeries on = meter("T2", MeterRole::kTreatment, constant(60));
    const Usual usual = of({production, off, on});
    EXPECT_EQ(usual.treatment("T1")->on_while_standing, 0);
    EXPECT_EQ(usual.treatment("T2")->on_while_standing, 1);
    EXPECT_NEAR(usual.treatment("T1")->standing_h, 6.0 * kDays, 3);
}

TEST(Usual, TheRestBesideAllMetersMayBeLessThanNothing) {
    const PowerSeries production = meter("P1", MeterRole::kProduction, constant(100));
    const PowerSeries total = meter("S", MeterRole::kTotal, constant(90));
    const std::vector<const PowerSeries*> both{&production, &total};
    const auto rest = rest_beside(both);
    ASSERT_FALSE(rest.empty());
    EXPECT_DOUBLE_EQ(rest.front().kw, -10);
    EXPECT_TRUE(rest_beside(std::vector<const PowerSeries*>{&production}).empty());
}

TEST(Usual, ATailOfFewIsNone) {
    EXPECT_FALSE(tail_of(std::vector<double>(19, 1.0)));
    std::vector<double> hundred;
    for (int i = 1; i <= 100; ++i) hundred.push_back(i);
    const auto tail = tail_of(hundred);
    ASSERT_TRUE(tail);
    EXPECT_NEAR(tail->once_in_20, 95, 1);
    EXPECT_GE(tail->once_in_200, 100);
    EXPECT_GE(tail->at(1e-5), 2 * tail->once_in_200);
}

}  // namespace
}  // namespace qk::rules
