// The power curve of one meter with its baseline and cap, for pages and reports: what the judge
// saw, drawn.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "daemon/compliance/obligation_windows.hpp"
#include "daemon/store/session.hpp"
#include "plans/documents/svg.hpp"
#include "plans/inventory/inventory.hpp"
#include "rules/compliance/parameters.hpp"
#include "rules/compliance/readings.hpp"

namespace qk::daemon {

inline constexpr std::chrono::hours kSeriesSpanMax{40 * 24};

struct SeriesView {
    rules::PowerSeries series;  // of the span
    std::string baseline_method;
    std::vector<plans::TimePoint> baseline;  // empty without one
    std::vector<plans::TimePoint> cap;       // no value where nothing bound
    std::vector<ObligationWindow> windows;   // that concern the meter
};

struct SeriesSetting {
    const plans::Inventory& inventory;
    const rules::JudgingParameters& parameters;
    rules::Zone zone;
};

// Of each meter that the inventory knows, in one pass over the readings.
[[nodiscard]] std::vector<SeriesView> load_series_views(Session& db, const SeriesSetting& setting,
                                                        const std::vector<std::string>& meters,
                                                        const rules::Span& span);

[[nodiscard]] boost::json::value to_json(const SeriesView& view, rules::Zone zone);

}  // namespace qk::daemon
