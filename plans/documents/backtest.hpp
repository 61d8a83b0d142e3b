// Backtest (回算): what trigger standards would have done over years of observations or of archived
// forecasts, as a value, as JSON and as a page.
//
// Observations are taken as perfect forecasts; an archive of real ones is scored against them. The
// page is Chinese first, self-contained and prints: counts per winter, then a chart per region and
// winter with the AQI curve, the thresholds and each standard's windows. Says what was missing;
// decides nothing.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rules/warning/backtest.hpp"
#include "rules/warning/standard.hpp"

namespace qk::plans {

// A forecast of one region as it was issued.
struct ArchivedForecast {
    rules::Instant issued_at{};
    rules::HourlySeries series;
};

struct BacktestInput {
    std::span<const rules::HourlySeries> regions;
    std::span<const rules::TriggerStandard> standards;
    rules::RegionOptions options;
    // By region; in order of issue. Empty: observations alone.
    std::map<std::string, std::vector<ArchivedForecast>> archive;
};

struct BacktestRegion {
    std::string region;
    rules::HourlyAqiSeries curve;  // what the page draws: A(t) without ozone
    rules::TriggerCoverage coverage;
    // One a standard, in order.
    struct Judged {
        std::vector<rules::AgreedWindow> windows;
        std::vector<rules::SeasonCount> seasons;
        std::vector<rules::EpisodeLead> leads;  // with an archive
        int forecasts = 0;
        int false_windows = 0;
    };
    std::vector<Judged> judged;
};

struct Backtest {
    std::vector<rules::TriggerStandard> standards;
    std::vector<rules::HoursAs> hours_as;  // of each standard
    std::vector<BacktestRegion> regions;
    std::vector<std::vector<rules::SeasonCount>> seasons;  // of each standard, all regions together
    bool with_archive = false;
    rules::RegionOptions options;
};

[[nodiscard]] Backtest run_backtest(const BacktestInput& input);

// Mean lead of a count in hours; empty where no window held a heavy day.
[[nodiscard]] std::optional<double> mean_lead_hours(const rules::SeasonCount& season);

[[nodiscard]] boost::json::object to_json(const Backtest& backtest);
[[nodiscard]] std::string backtest_page(const Backtest& backtest);

}  // namespace qk::plans
