// Reads daily tables into one dense series of AQI ranges per region: `region,date,aqi`, or
// `region,date,aqi_low,aqi_high[,primary][,cause]`, or daily mean concentrations as published sets
// name them, of which the AQI is then computed.
//
// An AQI column wins over concentrations; a site's own index (`aqi_site`) is never used. Of means
// the AQI is that of the pollutants there are; which were missing is a warning. A missing value,
// and a day without a row, has kNoAqi. All faults are given at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plans/feeds/feed_rows.hpp"
#include "rules/air/averages.hpp"
#include "rules/air/daily.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

struct DailyCsvOptions {
    rules::AirRules air;                         // zone; edition and limits for computed values
    rules::Ozone ozone = rules::Ozone::kCounts;  // in computed values
    bool by_document = false;  // rows of other source, member or issued_at are other series
    FeedLimits limits{};
};

struct DailyFeed {
    std::vector<rules::DailyForecastSeries> regions;  // in order of first appearance
    std::vector<SeriesName> names;                    // of each of `regions`
    bool computed = false;                            // from concentrations
    rules::Faults warnings;
};

[[nodiscard]] rules::Result<DailyFeed> read_daily_csv(std::string_view bytes,
                                                      const std::string& file,
                                                      const DailyCsvOptions& options);

// Pollutants named in one cell, "PM2.5+NO2" or "细颗粒物(PM2.5)、臭氧8小时"; "-" and "无" name
// none. Empty answer when a word is not a pollutant.
[[nodiscard]] std::optional<rules::PollutantSet> parse_pollutants(std::string_view text);

}  // namespace qk::plans
