// Warning windows as JSON (contract §2a) and as sentences that people read.
//
// The members of the contract stand as named there; added ones say what an operator asks next: the
// clause in words, every clause that was reached and when, how surely (ranges, members), whether
// measures are mandatory, whether the series ends too early to see the end, and per region how much
// of the series had no value. Nothing is decided here.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "rules/base/time.hpp"
#include "rules/warning/region_windows.hpp"
#include "rules/warning/standard.hpp"

namespace qk::plans {

// What all windows of one answer share.
struct WindowsContext {
    const rules::TriggerStandard& standard;
    rules::Zone zone;
    std::optional<rules::Instant> issued_at;
    std::optional<rules::Hj633> edition;  // empty: by date
};

[[nodiscard]] boost::json::object to_json(const rules::AgreedWindow& window,
                                          const std::string& region, const WindowsContext& context);

// {"standard", "hours_as", "windows": [...], "regions": [...], ...}
[[nodiscard]] boost::json::object windows_document(const std::vector<rules::RegionWindows>& regions,
                                                   const WindowsContext& context);

// The head of a standard: id, name, source, certainty, dates, reading, note.
[[nodiscard]] boost::json::object head_to_json(const rules::TriggerStandard& standard);
[[nodiscard]] boost::json::object to_json(const rules::TriggerStandard& standard);

// ">200/48h and >300/24h", for tables.
[[nodiscard]] std::string legs_in_short(const rules::Clause& clause);
// "210,231,245": the values of every leg, legs parted by ';'.
[[nodiscard]] std::string values_in_short(const std::vector<rules::LegEvidence>& legs);
// One Chinese sentence: colour, stretch, clause, values, when the condition is met.
[[nodiscard]] std::string describe(const rules::AgreedWindow& window,
                                   const WindowsContext& context);

}  // namespace qk::plans
