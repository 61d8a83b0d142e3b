// A daily AQI series as forecasts give it: a range, the pollutant that leads, the cause if one is
// stated.
//
// An observed day, or a forecast of one figure, is a range with both ends equal. A day that is not
// forecast has kNoAqi at both ends. What a stated cause does to a warning is the standard's
// business.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/air/aqi.hpp"

namespace qk::rules {

// Causes other than fine particles carry health advice instead of mandatory reduction
// (环大气〔2024〕6号).
enum class EpisodeCause : std::uint8_t {
    kNotStated,
    kFineParticles,
    kOzone,
    kDust,
    kFire,
    kTransport,
    kOther,
};
[[nodiscard]] std::string_view to_text(EpisodeCause cause);     // "dust"; "" when not stated
[[nodiscard]] std::string_view to_chinese(EpisodeCause cause);  // "沙尘"
// Known words in English and Chinese; empty text is kNotStated, an unknown word kOther.
[[nodiscard]] EpisodeCause parse_cause(std::string_view text);

struct DailyRange {
    std::int16_t low = kNoAqi;
    std::int16_t high = kNoAqi;
    PollutantSet primary;  // empty when not stated
    EpisodeCause cause = EpisodeCause::kNotStated;

    friend bool operator==(const DailyRange&, const DailyRange&) = default;
};

struct DailyForecastSeries {
    std::string region;
    CivilDay first{};
    std::vector<DailyRange> days;  // days[i] is first + i
};

}  // namespace qk::rules
