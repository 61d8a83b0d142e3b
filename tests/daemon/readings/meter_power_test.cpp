#include "daemon/readings/meter_power.hpp"

#include <gtest/gtest.h>

namespace qk::daemon {
namespace {

using std::chrono::minutes;

constexpr rules::Instant kAt{std::chrono::seconds{1'700'000'000}};

rules::MeterFacts meter() {
    rules::MeterFacts facts;
    facts.rated_kw = 100;
    return facts;
}
MeterReading register_of(double kwh_total) {
    MeterReading reading;
    reading.t = kAt + minutes{15};
    reading.kwh_total = kwh_total;
    return reading;
}

TEST(MeterPower, IsAsItCameOrThatOfTheEnergyOfItsInterval) {
    MeterReading reading;
    reading.kw = 40;
    EXPECT_DOUBLE_EQ(power_of(meter(), reading, 1, {}).kw, 40);
    reading.kw.reset();
    reading.kwh = 10;
    EXPECT_DOUBLE_EQ(power_of(meter(), reading, 1, {}).kw, 40);
    EXPECT_TRUE(power_of(meter(), reading, 1, {}).valid);
}

TEST(MeterPower, TheRatioOfTheTransformerMultipliesPowerAndEnergyAndNotTheRegister) {
    MeterReading reading;
    reading.kw = 0.5;
    reading.kwh_total = 1234;
    EXPECT_DOUBLE_EQ(power_of(meter(), reading, 80, {}).kw, 40);
    EXPECT_DOUBLE_EQ(scaled(reading, 80).kw.value(), 40);
    EXPECT_DOUBLE_EQ(scaled(reading, 80).kwh_total.value(), 1234);
    const MeterState before{kAt, 1000};
    EXPECT_DOUBLE_EQ(power_of(meter(), register_of(1000.125), 80, before).kw, 40);
}

TEST(MeterPower, ARegisterThatRollsOverIsReadAndOneThatBeginsAnewIsNot) {
    const MeterPower over = power_of(meter(), register_of(6), 1, MeterState{kAt, 99'996});
    EXPECT_DOUBLE_EQ(over.kw, 40);
    EXPECT_TRUE(over.valid);
    const MeterPower anew = power_of(meter(), register_of(6), 1, MeterState{kAt, 54'321});
    EXPECT_FALSE(anew.valid);
    EXPECT_TRUE(anew.has_begun_anew);
    const MeterPower first = power_of(meter(), register_of(6), 1, {});
    EXPECT_FALSE(first.valid);
    EXPECT_FALSE(first.has_begun_anew);
}

TEST(MeterPower, FarAboveItsRatingItIsAWrongUnitAndNoEvidence) {
    MeterReading reading;
    reading.kw = 40'000;  // watts
    EXPECT_FALSE(power_of(meter(), reading, 1, {}).valid);
    EXPECT_TRUE(power_of({}, reading, 1, {}).valid);  // nobody knows what it is rated for
}

}  // namespace
}  // namespace qk::daemon
