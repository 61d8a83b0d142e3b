// The region's air as it really was, and what forecasters said of it beforehand.
//
// Weather is read from an hourly CSV of one or several stations (contract §2, `aqi --hourly`); the
// region's value of an hour is the plain mean of the stations that report it. A forecast is the
// coming observations seen through an error that grows with lead time: too high or too low by a
// share, and fronts early or late by hours. Each issue draws its own error from the seed, so that
// forecasts of the same day change their mind from issue to issue as real ones do. Concentrations
// in µg/m³, CO in mg/m³. Missing stays missing in observations; a forecast bridges a gap of the
// observations from the hours beside it, because a model knows no gaps.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rules/air/series.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::sim {

struct Weather {
    rules::HourlySeries air;  // the region's mean
    int stations = 0;
};

// Every row that cannot be read is a fault with its place; then nothing is answered.
[[nodiscard]] rules::Result<Weather> read_weather(std::string_view csv, const std::string& file,
                                                  const std::string& region, rules::Zone zone);

struct ForecastOptions {
    int days = 7;
    double error_per_day = 0.06;  // standard deviation of the relative error a day of lead adds
    double shift_hours_per_day = 1.0;  // likewise of the fronts' timing
};

// The forecast issued at `issued_at` (a full hour): its first hour is that hour. Shorter than asked
// where the weather ends; empty where it has ended. `member` tells the members of an ensemble
// apart.
[[nodiscard]] rules::HourlySeries make_forecast(const Weather& weather, rules::Instant issued_at,
                                                std::uint64_t seed, const ForecastOptions& options,
                                                int member = 0);

// The hours from `from` to before `to`, as far as the weather goes.
[[nodiscard]] rules::HourlySeries observed(const Weather& weather, rules::Span span);

// As the daemon takes it in: header "region,time,pm25,pm10,so2,no2,co,o3", one row an hour.
[[nodiscard]] std::string to_csv(const rules::HourlySeries& series, rules::Zone zone);

}  // namespace qk::sim
