// Forecasts as they were taken in: what was given beside the bytes of a document is stored with
// them, so that reading it again gives what was read then, and the revisions of one region are
// found without reading every document.
//
// A document that holds one region only, named by no code and by no county of the pack, is taken to
// speak of the pack's own region; any other must name it by code, name or id of the pack.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/session.hpp"
#include "plans/feeds/forecast.hpp"
#include "plans/packs/region_pack.hpp"
#include "rules/air/forecast.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

// The part of what was given that a document is read again with, as it is stored.
[[nodiscard]] std::string given_text(const plans::ForecastGiven& given);

// A stored document's forecasts of one source and issue, as they were when it was taken in.
[[nodiscard]] rules::Result<std::vector<rules::Forecast>> read_stored_forecast(
    std::string_view bytes, const std::string& file, const std::string& source,
    rules::Instant issued_at, rules::Zone zone, std::string_view given);

// Index of the region among `names` that the pack speaks of; empty: none of them.
[[nodiscard]] std::optional<std::size_t> own_region(const std::vector<std::string>& names,
                                                    const plans::RegionPack& pack);

// What one member of one revision says about the pack's region.
struct SeenForecast {
    std::int64_t number = 0;  // of the stored revision
    std::string name;         // source and member, and kind where a source has several
    int earlier = 0;          // 0 the latest of its source, member and kind; 1 the one before; ...
    rules::Instant issued_at{};
    rules::ForecastKind kind = rules::ForecastKind::kFine;
    std::vector<rules::HourlySeries> hourly;        // one at most
    std::vector<rules::DailyForecastSeries> daily;  // one at most
};

struct SeenForecasts {
    std::vector<SeenForecast> forecasts;  // by name, latest first
    std::vector<std::string> unreadable;  // sentences: a stored revision that no longer reads
};

// The number of the revision in such a sentence; empty where it names none.
[[nodiscard]] std::string number_of_unreadable(std::string_view sentence);

// Stored revisions that may speak of the pack's region, oldest first; at most `limit`, the newest.
[[nodiscard]] std::vector<std::int64_t> forecast_numbers(Session& db, const plans::RegionPack& pack,
                                                         rules::Instant since,
                                                         const std::string& source,
                                                         std::size_t limit);
// What each member of one revision says about the region; empty where it cannot be read.
[[nodiscard]] std::vector<SeenForecast> own_forecasts(Session& db, const plans::RegionPack& pack,
                                                      std::int64_t number);

struct ForecastQuestion {
    rules::Instant now{};    // issued and arrived by then
    rules::Instant since{};  // issued after
    int revisions = 1;       // of each source, member and kind
};
[[nodiscard]] SeenForecasts forecasts_seen(Session& db, const plans::RegionPack& pack,
                                           const ForecastQuestion& question);

}  // namespace qk::daemon
