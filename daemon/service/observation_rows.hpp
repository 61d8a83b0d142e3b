// Observed hours as rows, for whoever decides on them.
#pragma once

#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/air/series.hpp"

namespace qk::daemon {

// Regions of which there is an hour from then on, in order.
[[nodiscard]] std::vector<std::string> observed_regions(Session& db, rules::Instant from);
// Hours of a region in [from, to), dense from the first one found.
[[nodiscard]] rules::HourlySeries observed_series(Session& db, const std::string& region,
                                                  rules::Instant from, rules::Instant to);

}  // namespace qk::daemon
