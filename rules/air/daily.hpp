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

// Why a day is polluted, as it was stated or as its leading pollutant says. Only fine particles
// carry mandatory reduction (环大气〔2024〕6号), wherever in the country they come from; dust,
// ozone, wildfire, what crosses the border, and every other pollutant carry advice.
enum class EpisodeCause : std::uint8_t {
    kNotStated,
    kFineParticles,
    kOzone,
    kDust,
    kFire,
    kTransport,  // between regions of the country: the ordinary winter case, binds
    kOther,
    kTransboundary,
    kStraw,  // 秸秆焚烧: fine particles that people make, no wildfire; binds
    kCoarseParticles,
    kSulphurDioxide,
    kNitrogenDioxide,
    kCarbonMonoxide,
};
[[nodiscard]] std::string_view to_text(EpisodeCause cause);     // "dust"; "" when not stated
[[nodiscard]] std::string_view to_chinese(EpisodeCause cause);  // "沙尘"
// What people write, by the words in it ("受周边传输影响" is kTransport). Empty text is kNotStated;
// text that names no cause, or fine particles beside a cause that is advised on, is kOther.
[[nodiscard]] EpisodeCause parse_cause(std::string_view text);
// The cause that a leading pollutant speaks of.
[[nodiscard]] EpisodeCause cause_of(Pollutant pollutant);
// Whether a day of this cause carries advice only.
[[nodiscard]] bool is_advisory(EpisodeCause cause);

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
