// Reads hourly concentrations, `region,time,pm25,pm10,so2,no2,co,o3`, as published sets name and
// lay them out (columns.hpp, table_shape.hpp), into one dense series per region in order of first
// appearance. Lines above the header are passed over.
//
// The time of a row is the start of its hour, or its end where the caller says so; one that is not
// on the hour is a fault. A repeated hour with the same values is merged with a warning; with other
// values it is a fault, or, as the caller says, an hour that is left missing and named, or the
// later row counts. Small negatives count as 0, and a unit that fits no air is a fault
// (plausible.hpp). Other values below zero or absurd are kept as they stand: rules/air names them
// and never uses them. All faults are given at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/feeds/feed_rows.hpp"
#include "plans/feeds/packed_hours.hpp"
#include "rules/air/series.hpp"
#include "rules/air/stations.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

enum class Repeats { kRefuse, kDropHour, kTakeLater };
enum class HourLabels { kStart, kEnd };  // what the time of a row names

struct HourlyCsvOptions {
    rules::Zone zone;  // of times without an offset
    Repeats differing = Repeats::kRefuse;
    HourLabels labels = HourLabels::kStart;
    bool by_document = false;  // rows of other source, member or issued_at are other series
    FeedLimits limits{};
};

struct DifferingHour {
    std::size_t series = 0;
    rules::Instant hour{};
    rules::Place place;  // of the later row
};

struct HourlyFeed {
    // With both a city (or region) and a station column, the series is named "city/station".
    std::vector<rules::HourlySeries> regions;
    std::vector<SeriesName> names;         // of each of `regions`
    std::vector<DifferingHour> differing;  // left missing; only with Repeats::kDropHour
    rules::Faults warnings;
};

// The same, of which each region is laid out when it is asked for: all of them together take about
// a fifth of the space that they do in a HourlyFeed.
class PackedFeed {
 public:
    [[nodiscard]] std::size_t size() const { return regions_.size(); }
    [[nodiscard]] rules::HourlySeries series(std::size_t number) const;

    std::vector<SeriesName> names;
    std::vector<DifferingHour> differing;
    rules::Faults warnings;

 private:
    friend class HourlyTable;

    struct Region {
        PackedHours hours;
        SlotSpan span;
        bool has_small_negatives = false;
    };
    // Without hours yet.
    [[nodiscard]] rules::HourlySeries empty_series(std::size_t number) const;
    [[nodiscard]] rules::HourlySeries unsettled(std::size_t number) const;

    std::vector<Region> regions_;
    rules::Zone zone_{std::chrono::minutes{0}};
    bool is_carbon_monoxide_in_micrograms_ = false;
};

[[nodiscard]] rules::Result<PackedFeed> read_hourly_packed(std::string_view bytes,
                                                           const std::string& file,
                                                           const HourlyCsvOptions& options);
[[nodiscard]] HourlyFeed laid_out(PackedFeed packed);
// Of a text that comes in pieces, of which no more than one is held; empty where it is not UTF-8
// and has to be read as a whole.
[[nodiscard]] std::optional<rules::Result<PackedFeed>> read_hourly_pieces(
    const NextBytes& next, const std::string& file, const HourlyCsvOptions& options);
// The same with all series laid out.
[[nodiscard]] std::optional<rules::Result<HourlyFeed>> read_hourly_feed(
    const NextBytes& next, const std::string& file, const HourlyCsvOptions& options);

// `bytes` in UTF-8 with or without BOM, or GB18030. `file` names them in faults.
[[nodiscard]] rules::Result<HourlyFeed> read_hourly_csv(std::string_view bytes,
                                                        const std::string& file,
                                                        const HourlyCsvOptions& options);

// The feed as stations of cities; where the table has no cities, each station is in city "".
[[nodiscard]] std::vector<rules::StationSeries> to_stations(HourlyFeed feed);

}  // namespace qk::plans
