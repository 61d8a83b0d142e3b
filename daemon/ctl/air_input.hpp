// The air a command judges: --hourly FILE... or --daily FILE, read whole or refused with every
// fault.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/command_line/command_line.hpp"
#include "plans/feeds/hourly_csv.hpp"
#include "rules/air/daily.hpp"
#include "rules/base/result.hpp"
#include "rules/warning/region_windows.hpp"
#include "rules/warning/standard.hpp"

namespace qk::ctl {

struct AirInput {
    std::vector<rules::HourlySeries> hourly;
    // [i]: the other members of an ensemble whose first member is hourly[i]; empty: there are none.
    std::vector<std::vector<rules::HourlySeries>> more_members;
    std::vector<rules::DailyForecastSeries> daily;
    rules::Faults warnings;
};

// What of a command line says how air is judged.
struct AirOptions {
    std::vector<std::string> hourly;
    std::string daily;
    rules::RegionOptions region;
    plans::HourLabels labels = plans::HourLabels::kStart;
    plans::Repeats repeats = plans::Repeats::kRefuse;
};

// --labels and --repeats: what the times of a table name, and what counts of an hour that stands
// twice. Empty, with a sentence on stderr, where a word is not known.
[[nodiscard]] command_line::Options table_options();
struct TableReading {
    plans::HourLabels labels = plans::HourLabels::kStart;
    plans::Repeats repeats = plans::Repeats::kRefuse;
};
[[nodiscard]] std::optional<TableReading> read_table_options(const command_line::Call& call);

// --hourly, --daily, --labels, --repeats, --hours-as, --hj633, --issued-at and --zone.
[[nodiscard]] command_line::Options air_options();
// Empty, with a sentence on stderr, where they contradict each other or cannot be read.
[[nodiscard]] std::optional<AirOptions> read_air_options(const command_line::Call& call,
                                                         rules::Zone otherwise);

// Hourly files of the same region are joined; hours that two files give differently are faults. A
// table with a column `member` is an ensemble, and so is JSON with members; JSON is read as
// plans/feeds/forecast.hpp says, a region that it does not name by the name of the file.
[[nodiscard]] rules::Result<AirInput> read_air(const AirOptions& options, bool ozone_counts);

[[nodiscard]] std::vector<rules::RegionWindows> judge_air(const AirInput& input,
                                                          const rules::TriggerStandard& standard,
                                                          const rules::RegionOptions& options);

// Daily AQI of the n-th region of judge_air()'s answer: of ranges the high end.
[[nodiscard]] rules::DailyAqiSeries daily_of(const AirInput& input, std::size_t region,
                                             const rules::TriggerStandard& standard,
                                             const rules::RegionOptions& options);

}  // namespace qk::ctl
