// The JSON half of forecast.hpp: documents of open services and our own, and our own written.
//
// JSON values carry no line, so a fault names the path of the member instead.
#pragma once

#include "plans/feeds/forecast.hpp"

namespace qk::plans {

[[nodiscard]] rules::Result<ForecastFeed> read_forecast_json(std::string_view bytes,
                                                             const std::string& file,
                                                             const ForecastGiven& given);

}  // namespace qk::plans
