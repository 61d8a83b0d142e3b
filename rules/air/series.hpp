// Measured or forecast air as dense series: one slot an hour or a day, missing ones marked.
//
// The time of an hourly slot is the start of its hour. Concentrations are Decimals in µg/m³, carbon
// monoxide in mg/m³. Nothing is ever filled in: a missing slot stays missing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/decimal.hpp"
#include "rules/base/time.hpp"

namespace qk::rules {

enum class Pollutant : std::uint8_t { kPm25, kPm10, kSo2, kNo2, kCo, kO3 };
inline constexpr std::size_t kPollutantCount = 6;
inline constexpr std::array<Pollutant, kPollutantCount> kPollutants{
    Pollutant::kPm25, Pollutant::kPm10, Pollutant::kSo2,
    Pollutant::kNo2,  Pollutant::kCo,   Pollutant::kO3};

[[nodiscard]] std::string_view to_text(Pollutant pollutant);  // "pm25", as in column names
[[nodiscard]] std::string_view to_chinese(Pollutant pollutant);
[[nodiscard]] std::optional<Pollutant> parse_pollutant(std::string_view text);

// A value of one pollutant, or missing. Half the size of std::optional<Decimal>; years of hourly
// data of thousands of stations are kept in these.
class Concentration {
 public:
    constexpr Concentration() = default;
    constexpr explicit Concentration(Decimal value) : millionths_(value.millionths) {}
    [[nodiscard]] constexpr bool is_missing() const { return millionths_ == kMissing; }
    [[nodiscard]] constexpr Decimal value() const { return {millionths_}; }
    friend constexpr bool operator==(Concentration, Concentration) = default;

 private:
    static constexpr std::int64_t kMissing = INT64_MIN;
    std::int64_t millionths_ = kMissing;
};

using HourlyConcentrations = std::array<Concentration, kPollutantCount>;  // by Pollutant

struct HourlySeries {
    std::string region;
    Instant first{};
    std::vector<HourlyConcentrations> hours;  // hours[i] is the hour that starts at first + i h
};

inline constexpr std::int16_t kNoAqi = -1;

struct HourlyAqiSeries {
    Instant first{};
    std::vector<std::int16_t> aqi;  // 0 to 500, or kNoAqi
};

struct DailyAqiSeries {
    CivilDay first{};
    std::vector<std::int16_t> aqi;
};

}  // namespace qk::rules
