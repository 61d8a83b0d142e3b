#include "plans/documents/backtest.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "plans/documents/windows_json.hpp"
#include "rules/warning/reading_pair.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;
using rules::Colour;
using std::chrono::hours;

constexpr Colour kColours[] = {Colour::kBlue, Colour::kYellow, Colour::kOrange, Colour::kRed};

rules::AirRules air_rules(const rules::RegionOptions& options) {
    rules::AirRules air{.zone = options.trigger.zone};
    air.edition = options.edition;
    return air;
}

// The series of one region in each reading, computed when first asked for and shared by standards.
class Readings {
 public:
    Readings(const rules::HourlySeries& series, const rules::RegionOptions& options)
        : series_(series), air_(air_rules(options)) {}

    const rules::RollingReadings& rolling(bool ozone_counts) { return pair(ozone_counts).all; }

    // Of PM2.5 alone, which is the same with and without ozone: what binds.
    const rules::RollingReadings& binding() { return pair(!pairs_[0] && pairs_[1]).pm25; }

    rules::TriggerSeries trigger(const rules::TriggerStandard& standard, rules::HoursAs hours_as) {
        rules::TriggerSeries out;
        out.hours_as = hours_as;
        switch (hours_as) {
            case rules::HoursAs::kNaturalDay:
                out.daily = rolling(standard.ozone_counts).daily;
                break;
            case rules::HoursAs::kRolling:
                out.hourly = rolling(standard.ozone_counts).rolling;
                out.own = [this](std::size_t hour) {
                    return rules::own_index(series_, hour, air_);
                };
                break;
            case rules::HoursAs::kHourlyRun:
                out.hourly = rules::hourly_aqi(
                    series_, air_,
                    standard.ozone_counts ? rules::Ozone::kCounts : rules::Ozone::kLeftOut);
                break;
        }
        return out;
    }

    rules::TriggerSeries trigger_of_pm25(const rules::TriggerStandard& standard,
                                         rules::HoursAs hours_as,
                                         const rules::RegionOptions& options) {
        constexpr rules::Pollutant kPm25 = rules::Pollutant::kPm25;
        rules::TriggerSeries out;
        out.hours_as = hours_as;
        switch (hours_as) {
            case rules::HoursAs::kNaturalDay:
                out.daily = binding().daily;
                break;
            case rules::HoursAs::kRolling:
                out.hourly = binding().rolling;
                out.own = [this](std::size_t hour) {
                    return rules::own_index(series_, hour, air_, kPm25);
                };
                break;
            case rules::HoursAs::kHourlyRun: {
                rules::RegionOptions by_hour = options;
                by_hour.trigger.hours_as = hours_as;
                return rules::binding_series(series_, standard, by_hour);
            }
        }
        return out;
    }

 private:
    const rules::ReadingPair& pair(bool ozone_counts) {
        std::optional<rules::ReadingPair>& kept = pairs_[ozone_counts ? 1 : 0];
        if (!kept) {
            kept = rules::reading_pair(
                series_, air_, ozone_counts ? rules::Ozone::kCounts : rules::Ozone::kLeftOut);
        }
        return *kept;
    }

    const rules::HourlySeries& series_;
    rules::AirRules air_;
    std::optional<rules::ReadingPair> pairs_[2];  // without ozone, with it
};

// A forecast with the day of observations before it that a rolling value needs, and a running
// episode's beginning.
rules::HourlySeries stitched(const rules::HourlySeries& observed,
                             const ArchivedForecast& forecast) {
    constexpr hours kPast{15 * 24};
    rules::HourlySeries out;
    out.region = observed.region;
    const rules::Instant cut =
        std::max(forecast.series.first, rules::floor_hour(forecast.issued_at));
    out.first = std::max(observed.first, cut - kPast);
    const rules::Instant end =
        forecast.series.first + hours{1} * static_cast<std::int64_t>(forecast.series.hours.size());
    if (out.first >= end) return forecast.series;
    for (rules::Instant t = out.first; t < end; t += hours{1}) {
        const bool past = t < cut;
        const rules::HourlySeries& from = past ? observed : forecast.series;
        const auto at = (t - from.first) / hours{1};
        const bool known = at >= 0 && at < static_cast<std::int64_t>(from.hours.size());
        out.hours.push_back(known ? from.hours[static_cast<std::size_t>(at)]
                                  : rules::HourlyConcentrations{});
    }
    return out;
}

void score_archive(BacktestRegion::Judged& judged, const rules::HourlySeries& observed,
                   const std::vector<ArchivedForecast>& archive,
                   const rules::TriggerStandard& standard, const rules::RegionOptions& options) {
    std::vector<rules::ForecastWindows> answers;
    for (const ArchivedForecast& forecast : archive) {
        rules::RegionOptions then = options;
        then.trigger.issued_at = forecast.issued_at;
        answers.push_back(
            {forecast.issued_at,
             rules::windows_of(stitched(observed, forecast), standard, then).windows});
    }
    judged.forecasts = static_cast<int>(archive.size());
    judged.leads = rules::leads_of(judged.windows, answers);
    judged.false_windows = rules::count_false_windows(judged.windows, answers);
}

BacktestRegion judge_region(const rules::HourlySeries& series, const BacktestInput& input,
                            const std::vector<rules::HoursAs>& hours_as) {
    BacktestRegion region;
    region.region = series.region;
    Readings readings(series, input.options);
    const rules::Zone zone = input.options.trigger.zone;
    for (std::size_t i = 0; i < input.standards.size(); ++i) {
        const rules::TriggerStandard& standard = input.standards[i];
        const rules::TriggerSeries trigger = readings.trigger(standard, hours_as[i]);
        const std::vector<rules::WarningWindow> windows[] = {
            rules::evaluate(trigger, standard, input.options.trigger)};
        BacktestRegion::Judged judged;
        judged.windows = rules::agree_on(windows);
        const std::vector<rules::WarningWindow> binding[] = {
            rules::evaluate(readings.trigger_of_pm25(standard, hours_as[i], input.options),
                            standard, input.options.trigger)};
        rules::mark_mandatory(judged.windows, binding);
        judged.seasons = rules::count_seasons(readings.rolling(standard.ozone_counts).daily,
                                              judged.windows, zone);
        const auto archive = input.archive.find(series.region);
        if (archive != input.archive.end()) {
            score_archive(judged, series, archive->second, standard, input.options);
        }
        region.judged.push_back(std::move(judged));
    }
    region.curve = readings.rolling(false).rolling;
    region.coverage = rules::coverage_of({rules::HoursAs::kRolling, region.curve, {}}, zone);
    return region;
}

json::object by_colour(const std::array<int, 4>& counts) {
    json::object out;
    for (const Colour colour : kColours) {
        out[rules::to_text(colour)] = counts[static_cast<std::size_t>(colour)];
    }
    return out;
}

json::object season_to_json(const rules::SeasonCount& season) {
    json::object out{{"winter", season.winter.empty() ? json::value() : json::value(season.winter)},
                     {"days", season.days},
                     {"days_without_value", season.days_without_value},
                     {"episodes", by_colour(season.episodes)},
                     {"warned_days", by_colour(season.warned_days)},
                     {"heavy_days", season.heavy_days},
                     {"heavy_days_missed", season.heavy_days_missed},
                     {"warned_days_not_heavy", season.warned_days_not_heavy}};
    const std::optional<double> lead = mean_lead_hours(season);
    out["lead_hours_mean"] = lead ? json::value(*lead) : json::value();
    return out;
}

json::array seasons_to_json(const std::vector<rules::SeasonCount>& seasons) {
    json::array out;
    for (const rules::SeasonCount& season : seasons) out.push_back(season_to_json(season));
    return out;
}

json::array leads_to_json(const std::vector<rules::EpisodeLead>& leads, rules::Zone zone) {
    json::array out;
    for (const rules::EpisodeLead& lead : leads) {
        const auto hours_before = [&](const std::optional<rules::Instant>& issued) -> json::value {
            if (!issued) return nullptr;
            return (lead.span.from - *issued) / hours{1};
        };
        out.push_back(json::object{{"from", rules::to_iso(lead.span.from, zone)},
                                   {"colour", rules::to_text(lead.colour)},
                                   {"warned_hours_before", hours_before(lead.first_warned)},
                                   {"in_colour_hours_before", hours_before(lead.first_in_colour)}});
    }
    return out;
}

json::array windows_to_json(const std::vector<rules::AgreedWindow>& windows,
                            const rules::TriggerStandard& standard, rules::Zone zone) {
    json::array out;
    for (const rules::AgreedWindow& agreed : windows) {
        const rules::WarningWindow& window = agreed.window;
        out.push_back(json::object{{"colour", rules::to_text(window.colour)},
                                   {"from", rules::to_iso(window.span.from, zone)},
                                   {"to", rules::to_iso(window.span.to, zone)},
                                   {"met_at", rules::to_iso(window.met_at, zone)},
                                   {"clause", standard.clauses[window.clause].id},
                                   {"merged", window.merged}});
    }
    return out;
}

json::object standard_to_json(const Backtest& backtest, std::size_t index) {
    const rules::Zone zone = backtest.options.trigger.zone;
    const auto& seasons = backtest.seasons[index];
    json::object out = head_to_json(backtest.standards[index]);
    out["hours_as"] = rules::to_text(backtest.hours_as[index]);
    out["seasons"] = seasons_to_json(seasons);
    // Against the first standard of the list: what this one gains.
    const auto first = mean_lead_hours(backtest.seasons.front().front());
    const auto mine = mean_lead_hours(seasons.front());
    if (index > 0 && first && mine) out["lead_gained_hours"] = *mine - *first;
    json::array regions;
    for (const BacktestRegion& region : backtest.regions) {
        const BacktestRegion::Judged& judged = region.judged[index];
        json::object entry{
            {"region", region.region},
            {"seasons", seasons_to_json(judged.seasons)},
            {"windows", windows_to_json(judged.windows, backtest.standards[index], zone)}};
        if (backtest.with_archive) {
            entry["forecasts"] = judged.forecasts;
            entry["false_windows"] = judged.false_windows;
            entry["leads"] = leads_to_json(judged.leads, zone);
        }
        regions.push_back(std::move(entry));
    }
    out["regions"] = std::move(regions);
    return out;
}

}  // namespace

std::optional<double> mean_lead_hours(const rules::SeasonCount& season) {
    if (season.leads == 0) return std::nullopt;
    const double mean = static_cast<double>(season.lead_hours) / season.leads;
    return static_cast<double>(static_cast<std::int64_t>(mean * 10 + (mean < 0 ? -0.5 : 0.5))) / 10;
}

Backtest run_backtest(const BacktestInput& input) {
    Backtest backtest{.options = input.options};
    backtest.with_archive = !input.archive.empty();
    backtest.standards.assign(input.standards.begin(), input.standards.end());
    for (const rules::TriggerStandard& standard : input.standards) {
        backtest.hours_as.push_back(
            rules::reading_of(standard, input.options.trigger, rules::HoursAs::kRolling));
    }
    backtest.seasons.resize(input.standards.size());
    for (const rules::HourlySeries& series : input.regions) {
        backtest.regions.push_back(judge_region(series, input, backtest.hours_as));
        for (std::size_t i = 0; i < input.standards.size(); ++i) {
            rules::add_seasons(backtest.seasons[i], backtest.regions.back().judged[i].seasons);
        }
    }
    for (auto& seasons : backtest.seasons) {
        if (seasons.empty()) seasons.emplace_back();
    }
    return backtest;
}

json::object to_json(const Backtest& backtest) {
    json::array standards;
    for (std::size_t i = 0; i < backtest.standards.size(); ++i) {
        standards.push_back(standard_to_json(backtest, i));
    }
    json::array regions;
    for (const BacktestRegion& region : backtest.regions) {
        const rules::Zone zone = backtest.options.trigger.zone;
        regions.push_back(json::object{{"region", region.region},
                                       {"from", rules::to_iso(region.coverage.span.from, zone)},
                                       {"to", rules::to_iso(region.coverage.span.to, zone)},
                                       {"hours", region.coverage.units},
                                       {"hours_without_value", region.coverage.without}});
    }
    return {{"heavy_aqi_above", rules::kHeavyAqiAbove},
            {"regions", std::move(regions)},
            {"standards", std::move(standards)}};
}

}  // namespace qk::plans
