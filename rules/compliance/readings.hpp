// Readings of power meters as the judge sees them, and what is known of each meter.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/time.hpp"

namespace qk::rules {

enum class MeterRole { kTotal, kProduction, kTreatment };

[[nodiscard]] std::string_view to_text(MeterRole role);  // "production"
[[nodiscard]] std::optional<MeterRole> parse_meter_role(
    std::string_view text);  // English or Chinese

// What is known of a meter. Rated and idle power come from the inventory; they may be missing.
struct MeterFacts {
    std::string id;
    std::string enterprise;
    std::string line;  // empty: the whole enterprise
    MeterRole role = MeterRole::kProduction;
    std::optional<double> rated_kw;
    std::optional<double> idle_kw;

    friend bool operator==(const MeterFacts&, const MeterFacts&) = default;
};

// One reading: the mean power of the interval that ends at `end`.
struct PowerReading {
    Instant end{};
    double kw = 0;
    bool valid = true;  // false: marked invalid at the source; never evidence of a breach

    friend bool operator==(const PowerReading&, const PowerReading&) = default;
};

// Readings of one meter, ordered by `end`, without repeats. A gap is simply absent.
struct PowerSeries {
    MeterFacts meter;
    std::chrono::minutes interval{15};
    std::vector<PowerReading> readings;
};

// The most frequent step between neighbouring readings, ties to the shorter; `otherwise` when there
// is none of at most a day.
[[nodiscard]] std::chrono::minutes interval_of(std::span<const PowerReading> readings,
                                               std::chrono::minutes otherwise);

}  // namespace qk::rules
