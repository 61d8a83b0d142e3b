// Forecasts and observations as rows of the database, and reading them over the API.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/service/context.hpp"
#include "daemon/store/session.hpp"
#include "rules/air/forecast.hpp"

namespace qk::daemon {

class Router;
struct AirDocument;

// What one row of `forecasts` speaks of: the forecasts of a document with one source and issue.
struct ForecastRevision {
    std::string source;
    rules::Instant issued_at{};
    std::vector<std::string> regions;
    std::vector<std::pair<std::string, rules::ForecastKind>> members;
    rules::Instant first{};
    rules::Instant past{};
};
// `zone`: of the civil days of daily forecasts.
[[nodiscard]] std::vector<ForecastRevision> revisions_of(
    const std::vector<rules::Forecast>& forecasts, rules::Zone zone);

struct StoredRevision {
    std::int64_t number = 0;
    bool is_new = false;
    std::size_t hours = 0;
};
// With an audit entry and an event when it is new. `given` as given_text() writes it.
StoredRevision store_forecast(Session& db, const AirDocument& document,
                              const ForecastRevision& revision, const std::string& given,
                              rules::Instant now, rules::Zone zone);
StoredRevision store_observations(Session& db, const AirDocument& document,
                                  const std::vector<rules::HourlySeries>& regions,
                                  rules::Instant now);

// GET /api/v1/forecasts, /api/v1/forecasts/{number}, /api/v1/observations
void add_air_routes(Router& router, Context& context);

}  // namespace qk::daemon
