#include "daemon/service/observation_rows.hpp"

#include <chrono>

namespace qk::daemon {

std::vector<std::string> observed_regions(Session& db, rules::Instant from) {
    // From region to region, since the hours of all of them would be many.
    Statement row(db,
                  "WITH RECURSIVE known(region) AS (SELECT min(region) FROM observations UNION ALL "
                  "SELECT (SELECT min(region) FROM observations WHERE region > known.region) FROM "
                  "known WHERE known.region IS NOT NULL) SELECT region FROM known WHERE EXISTS("
                  "SELECT 1 FROM observations AS o WHERE o.region = known.region AND o.hour >= ?1)",
                  from);
    std::vector<std::string> names;
    while (row.next()) names.push_back(row.text(0));
    return names;
}

rules::HourlySeries observed_series(Session& db, const std::string& region, rules::Instant from,
                                    rules::Instant to) {
    rules::HourlySeries series;
    series.region = region;
    Statement row(db,
                  "SELECT hour, pm25, pm10, so2, no2, co, o3 FROM observations WHERE "
                  "region=?1 AND hour>=?2 AND hour<?3 ORDER BY hour",
                  region, from, to);
    while (row.next()) {
        const rules::Instant hour = row.instant(0);
        if (series.hours.empty()) series.first = hour;
        const auto place = static_cast<std::size_t>((hour - series.first) / std::chrono::hours(1));
        series.hours.resize(place + 1);
        for (std::size_t p = 0; p < rules::kPollutantCount; ++p) {
            const auto millionths = row.maybe<std::int64_t>(static_cast<int>(p) + 1);
            if (!millionths) continue;
            series.hours[place][p] = rules::Concentration(rules::Decimal{*millionths});
        }
    }
    return series;
}

}  // namespace qk::daemon
