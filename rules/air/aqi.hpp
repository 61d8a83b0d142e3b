// One averaged concentration -> individual index (IAQI); indices -> AQI, level and primary
// pollutants.
//
// Both editions of HJ 633 (2012, and 2026 in force from 2026-03-01), in whole numbers only: the
// concentration is first rounded by GB/T 8170 to 1 µg/m³ (carbon monoxide 0.1 mg/m³), the index is
// then rounded up (HJ 633-2026 4.2.2, 4.2.6). Above the last breakpoint the index stays at 500; the
// standard is silent there. An empty answer means that the edition gives no index for such a value.
// Averages and their validity are the business of averages.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "rules/air/series.hpp"

namespace qk::rules {

enum class Hj633 : std::uint8_t { k2012, k2026 };
enum class Averaging : std::uint8_t { k24h, k8h, k1h };

inline constexpr int kAqiMax = 500;
// GB 3095-2026 and HJ 633-2026 are in force from this day; HJ 633-2012 is repealed by them.
inline constexpr CivilDay kHj633of2026From{std::chrono::year{2026} / 3 / 1};

[[nodiscard]] constexpr Hj633 edition_for(CivilDay day) {
    return day < kHj633of2026From ? Hj633::k2012 : Hj633::k2026;
}
[[nodiscard]] std::string_view to_text(Hj633 edition);        // "2012", "2026"
[[nodiscard]] std::string_view to_text(Averaging averaging);  // "24h", "8h", "1h"
[[nodiscard]] std::optional<Hj633> parse_hj633(std::string_view text);
[[nodiscard]] std::optional<Averaging> parse_averaging(std::string_view text);

// The whole units in which a concentration enters the formula: 1 µg/m³, or 0.1 mg/m³ of CO.
[[nodiscard]] constexpr std::int64_t step_millionths(Pollutant pollutant) {
    return pollutant == Pollutant::kCo ? 100'000 : 1'000'000;
}
// The mean of `count` values that add up to `sum`, in steps, rounded once (half to even). count >
// 0.
[[nodiscard]] std::int64_t mean_in_steps(Pollutant pollutant, Decimal sum, std::int64_t count);
[[nodiscard]] Decimal decimal_of_steps(Pollutant pollutant, std::int64_t steps);

// Every index of one pollutant, averaging time and edition, looked up by the rounded concentration.
class IaqiTable {
 public:
    // Particles at 1 h use the 24 h breakpoints: so HJ 633-2026 says, and so it was done under
    // 2012.
    [[nodiscard]] static const IaqiTable& of(Pollutant pollutant, Averaging averaging,
                                             Hj633 edition);
    // kNoAqi where the edition gives none. steps >= 0.
    [[nodiscard]] std::int16_t at(std::int64_t steps) const {
        return steps < static_cast<std::int64_t>(by_steps_.size())
                   ? by_steps_[static_cast<std::size_t>(steps)]
                   : above_;
    }

 private:
    friend struct IaqiTables;
    std::vector<std::int16_t> by_steps_;
    std::int16_t above_ = kNoAqi;
};

// Negative concentrations have no index.
[[nodiscard]] std::optional<int> iaqi(Pollutant pollutant, Averaging averaging,
                                      Decimal concentration, Hj633 edition);

// A few of the six pollutants.
class PollutantSet {
 public:
    constexpr PollutantSet() = default;
    constexpr void insert(Pollutant p) { bits_ = static_cast<std::uint8_t>(bits_ | bit(p)); }
    [[nodiscard]] constexpr bool contains(Pollutant p) const { return (bits_ & bit(p)) != 0; }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    [[nodiscard]] std::vector<Pollutant> to_vector() const;
    friend constexpr bool operator==(PollutantSet, PollutantSet) = default;

 private:
    static constexpr unsigned bit(Pollutant p) { return 1U << static_cast<unsigned>(p); }
    std::uint8_t bits_ = 0;
};
[[nodiscard]] std::string to_text(PollutantSet set);     // "pm25+no2"
[[nodiscard]] std::string to_chinese(PollutantSet set);  // "细颗粒物(PM2.5)、臭氧(O3)"

// The indices of one place and time, and what follows from them.
struct AirIndex {
    std::array<std::int16_t, kPollutantCount> iaqi{kNoAqi, kNoAqi, kNoAqi, kNoAqi, kNoAqi, kNoAqi};
    std::int16_t aqi = kNoAqi;  // the largest of them
    PollutantSet primary;  // 首要污染物: all that share the largest index, when it is above 50

    friend bool operator==(const AirIndex&, const AirIndex&) = default;
};
// Fills aqi and primary from iaqi.
void conclude(AirIndex& index);

// 优 to 严重污染 (HJ 633 table of levels).
enum class AirLevel : std::uint8_t { kGood, kFair, kLight, kModerate, kHeavy, kSevere };
struct Rgb {
    int red = 0;
    int green = 0;
    int blue = 0;

    friend bool operator==(const Rgb&, const Rgb&) = default;
};
[[nodiscard]] AirLevel level_of(int aqi);
[[nodiscard]] std::string_view to_chinese(AirLevel level);        // "重度污染"
[[nodiscard]] std::string_view class_in_chinese(AirLevel level);  // "五级"
[[nodiscard]] Rgb colour_of(AirLevel level);                      // HJ 633-2012 annex A

}  // namespace qk::rules
