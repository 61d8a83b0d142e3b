#include "plans/feeds/plausible.hpp"

#include <algorithm>

namespace qk::plans {
namespace {

using rules::Concentration;
using rules::Decimal;
using rules::Pollutant;

// Calls `take` with each reading above zero, in millionths, until it answers false.
template <class Take>
void for_readings(const rules::HourlySeries& series, Pollutant pollutant, Take take) {
    for (const rules::HourlyConcentrations& hour : series.hours) {
        const Concentration value = hour[static_cast<std::size_t>(pollutant)];
        if (value.is_missing() || value.value().millionths <= 0) continue;
        if (!take(value.value().millionths)) return;
    }
}

}  // namespace

bool is_carbon_monoxide_in_micrograms(const rules::HourlySeries& series) {
    constexpr std::size_t kMany = 6;
    constexpr std::int64_t kTopOfDay = 60, kTopOfHour = 150;  // mg/m³, where the index is 500
    std::size_t count = 0;
    std::size_t below_day = 0;
    std::size_t below_hour = 0;
    for_readings(series, Pollutant::kCo, [&](std::int64_t millionths) {
        ++count;
        below_day += millionths <= Decimal::of(kTopOfDay).millionths ? 1 : 0;
        below_hour += millionths <= Decimal::of(kTopOfHour).millionths ? 1 : 0;
        return true;
    });
    // The median, which is the reading at count / 2 in their order, lies beyond.
    return count > 0 && (count >= kMany ? below_day : below_hour) <= count / 2;
}

void take_carbon_monoxide_as_micrograms(rules::HourlySeries& series) {
    for (rules::HourlyConcentrations& hour : series.hours) {
        Concentration& value = hour[static_cast<std::size_t>(Pollutant::kCo)];
        if (!value.is_missing()) value = Concentration(Decimal{value.value().millionths / 1000});
    }
}

bool are_particles_in_milligrams(const rules::HourlySeries& series) {
    constexpr std::size_t kMany = 12;
    for (const Pollutant pollutant : {Pollutant::kPm25, Pollutant::kPm10}) {
        constexpr std::int64_t kOneMicrogram = 1'000'000;
        std::size_t count = 0;
        std::int64_t least = kOneMicrogram;
        std::int64_t most = 0;
        for_readings(series, pollutant, [&](std::int64_t millionths) {
            ++count;
            least = std::min(least, millionths);
            most = std::max(most, millionths);
            return most < kOneMicrogram;  // one is enough to know
        });
        if (count >= kMany && most < kOneMicrogram && least != most) return true;
    }
    return false;
}

std::size_t settle_small_negatives(rules::HourlySeries& series) {
    constexpr std::int64_t kOne = 1'000'000;
    std::size_t count = 0;
    for (rules::HourlyConcentrations& hour : series.hours) {
        for (Concentration& value : hour) {
            const std::int64_t millionths = value.value().millionths;  // negative when missing
            if (millionths >= 0 || millionths < -5 * kOne || millionths % kOne == 0) continue;
            if (value.is_missing()) continue;
            value = Concentration(Decimal{});
            ++count;
        }
    }
    return count;
}

std::optional<rules::Fault> unit_fault(const rules::HourlySeries& series, BareUnits bare) {
    if (bare.carbon_monoxide && is_carbon_monoxide_in_micrograms(series)) {
        return rules::Fault{{},
                            "co of " + series.region + " is beyond any air in mg/m³, half of it " +
                                "where the index ends",
                            "name the column co_ugm3 if the values are µg/m³",
                            rules::Severity::kError};
    }
    if (bare.particles && are_particles_in_milligrams(series)) {
        return rules::Fault{{},
                            "particles of " + series.region + " never reach 1 µg/m³",
                            "name the column pm25_mgm3 (pm10_mgm3) if the values are mg/m³",
                            rules::Severity::kError};
    }
    return std::nullopt;
}

}  // namespace qk::plans
