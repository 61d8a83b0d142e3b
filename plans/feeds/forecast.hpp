// Reads forecasts: CSV of the contract's columns, JSON in the shape of open air-quality forecast
// services (one object or a list of {latitude, longitude, utc_offset_seconds, hourly_units, hourly:
// {time: [], pm2_5: [], ...}}, columns of an ensemble as pm2_5_member03), and our own JSON:
//
//   {"source", "member", "issued_at", "kind", "regions": [{"region", "hourly": [{"time", "pm25",
//   ...}],
//     "daily": [{"date", "aqi" | "aqi_low", "aqi_high", "primary": [], "cause"}]}]}
//
// or with one "region" and its lists at the top; and the days of QWeather ({"updateTime", "daily":
// [{"fxDate", "aqi": "230", "primary"}]}, or "days" with "indexes", of which that of HJ 633
// counts). A number as text is a number. What a document does not say (source, member, issue,
// region) is what the caller gives. Gases of a service without units are µg/m³, carbon monoxide
// too. All faults are given at once; whether a forecast may be used is rules/air/forecast.hpp.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/feeds/feed_rows.hpp"
#include "plans/feeds/region_point.hpp"
#include "rules/air/forecast.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

struct ForecastGiven {
    std::string source;
    std::string member;
    std::string region;
    std::optional<rules::Instant> issued_at;
    std::optional<rules::ForecastKind> kind;  // else by the horizon
    std::vector<RegionPoint> points;
    rules::AirRules air;  // zone, and the edition for daily means
    FeedLimits limits{.rows_max = 2'000'000,
                      .regions_max = 20'000,
                      .span_max = std::chrono::days{60},
                      .slots_max = 2'000'000};
};

struct ForecastFeed {
    std::vector<rules::Forecast> forecasts;  // one a source, member and issue
    rules::Faults warnings;
};

// JSON when the first byte that is not a blank is { or [, else CSV.
[[nodiscard]] rules::Result<ForecastFeed> read_forecast(std::string_view bytes,
                                                        const std::string& file,
                                                        const ForecastGiven& given);

// Our own shape; read_forecast() gives the same forecast back.
[[nodiscard]] boost::json::object to_json(const rules::Forecast& forecast, rules::Zone zone);

}  // namespace qk::plans
