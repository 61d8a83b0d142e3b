// Hourly air of any size, the same every run: episodes of some days between clear ones, so that
// runs, merging and evidence are really worked on, and here and there a gap.
#pragma once

#include <fmt/format.h>

#include <random>
#include <string>

#include "rules/base/time.hpp"

namespace qk::bench {

inline constexpr const char* kAirHeader = "station,time,pm25,pm10,so2,no2,co,o3\n";

// The hours of one station. `keep` is called with one line after the other.
template <class Keep>
void make_air(int station, int hours, std::mt19937& random, Keep keep) {
    const rules::Instant first =
        *rules::parse_instant("1999-10-01T00:00:00+08:00", rules::kBeijingTime);
    double level = 60;
    for (int hour = 0; hour < hours; ++hour) {
        if (hour % 36 == 0) level = 20 + static_cast<double>(random() % 330);
        const double pm = level + static_cast<double>(random() % 20);
        const bool is_gap = random() % 50 == 0;
        const std::string time =
            rules::to_iso(first + std::chrono::hours{hour}, rules::kBeijingTime);
        keep(fmt::format("S{},{},{},{:.0f},12,48,1.2,35\n", station, time,
                         is_gap ? std::string() : fmt::format("{:.0f}", pm), pm * 1.3));
    }
}

}  // namespace qk::bench
