#include "plans/feeds/plausible.hpp"

#include <algorithm>
#include <vector>

namespace qk::plans {
namespace {

using rules::Concentration;
using rules::Decimal;
using rules::Pollutant;

std::vector<std::int64_t> readings_of(const rules::HourlySeries& series, Pollutant pollutant) {
    std::vector<std::int64_t> values;
    for (const rules::HourlyConcentrations& hour : series.hours) {
        const Concentration value = hour[static_cast<std::size_t>(pollutant)];
        if (!value.is_missing() && value.value().millionths > 0) {
            values.push_back(value.value().millionths);
        }
    }
    return values;
}

Decimal median(std::vector<std::int64_t> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return {*middle};
}

}  // namespace

bool is_carbon_monoxide_in_micrograms(const rules::HourlySeries& series) {
    constexpr std::size_t kMany = 6;
    constexpr std::int64_t kTopOfDay = 60, kTopOfHour = 150;  // mg/m³, where the index is 500
    const auto values = readings_of(series, Pollutant::kCo);
    if (values.empty()) return false;
    return median(values) > Decimal::of(values.size() >= kMany ? kTopOfDay : kTopOfHour);
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
        const auto values = readings_of(series, pollutant);
        if (values.size() < kMany) continue;
        const auto [least, most] = std::ranges::minmax(values);
        if (most < Decimal::of(1).millionths && least != most) return true;
    }
    return false;
}

std::size_t settle_small_negatives(rules::HourlySeries& series) {
    constexpr std::int64_t kOne = 1'000'000;
    std::size_t count = 0;
    for (rules::HourlyConcentrations& hour : series.hours) {
        for (Concentration& value : hour) {
            if (value.is_missing()) continue;
            const std::int64_t millionths = value.value().millionths;
            if (millionths >= 0 || millionths < -5 * kOne || millionths % kOne == 0) continue;
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
