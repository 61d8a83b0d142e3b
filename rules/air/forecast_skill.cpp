#include "rules/air/forecast_skill.hpp"

#include <cstdlib>

namespace qk::rules {
namespace {

std::optional<double> share(std::int64_t part, std::int64_t whole) {
    if (whole == 0) return std::nullopt;
    return static_cast<double>(part) / static_cast<double>(whole);
}

std::int16_t observed_on(const DailyAqiSeries& observed, CivilDay day) {
    const auto i = (day - observed.first).count();
    if (i < 0 || i >= static_cast<std::int64_t>(observed.aqi.size())) return kNoAqi;
    return observed.aqi[static_cast<std::size_t>(i)];
}

void count(LeadSkill& skill, int foretold, int came) {
    ++skill.pairs;
    skill.error_sum += foretold - came;
    skill.absolute_error_sum += std::abs(foretold - came);
    for (SkillAbove& above : skill.above) {
        const bool is_foretold = foretold > above.aqi_above;
        const bool has_come = came > above.aqi_above;
        if (is_foretold && has_come)
            ++above.hits;
        else if (has_come)
            ++above.misses;
        else if (is_foretold)
            ++above.false_alarms;
        else
            ++above.correct_negatives;
    }
}

}  // namespace

std::optional<double> SkillAbove::detected() const { return share(hits, hits + misses); }
std::optional<double> SkillAbove::false_alarm_share() const {
    return share(false_alarms, hits + false_alarms);
}
std::optional<double> SkillAbove::threat_score() const {
    return share(hits, hits + misses + false_alarms);
}
std::optional<double> LeadSkill::bias() const { return share(error_sum, pairs); }
std::optional<double> LeadSkill::mean_absolute_error() const {
    return share(absolute_error_sum, pairs);
}

std::vector<LeadSkill> skill_of(const std::vector<IssuedDaily>& forecasts,
                                const DailyAqiSeries& observed, const std::vector<int>& thresholds,
                                RangeEnd end) {
    std::vector<LeadSkill> leads;
    for (const IssuedDaily& issued : forecasts) {
        for (std::size_t i = 0; i < issued.forecast.days.size(); ++i) {
            const CivilDay day = issued.forecast.first + std::chrono::days{i};
            const DailyRange& range = issued.forecast.days[i];
            if (day < issued.issued || range.high == kNoAqi) continue;
            const auto lead = static_cast<std::size_t>((day - issued.issued).count());
            while (leads.size() <= lead) {
                LeadSkill& added = leads.emplace_back();
                added.lead_days = static_cast<int>(leads.size()) - 1;
                for (const int threshold : thresholds)
                    added.above.push_back({threshold, 0, 0, 0, 0});
            }
            const std::int16_t came = observed_on(observed, day);
            if (came == kNoAqi)
                ++leads[lead].unobserved;
            else
                count(leads[lead], end == RangeEnd::kLow ? range.low : range.high, came);
        }
    }
    return leads;
}

DailyForecastSeries daily_reading(const HourlySeries& series, const AirRules& rules, Ozone ozone) {
    DailyForecastSeries out{series.region, day_of(series.first, rules.zone), {}};
    for (std::size_t i = 0; i < series.hours.size(); ++i) {
        const Instant hour = series.first + std::chrono::hours{i};
        const CivilDay day = day_of(hour, rules.zone);
        out.days.resize(static_cast<std::size_t>((day - out.first).count()) + 1);
        if (hour + std::chrono::hours{1} < start_of(day + std::chrono::days{1}, rules.zone)) {
            continue;
        }
        const AirIndex index = rolling_index(series, i, rules, ozone);
        out.days.back() = {index.aqi, index.aqi, index.primary, EpisodeCause::kNotStated};
    }
    return out;
}

}  // namespace qk::rules
