// A row of measures.csv (一厂一策) in the measure language.
//
// The contract's columns `action`, `ratio` and `detail` say the common cases; further columns,
// named like the keys of a catalogue measure (`form`, `baseline`, `factor`, `what`, `unit`,
// `per_day`, `hours`, `off_hours`, `on_hours`, `batches`, `batch_hours`, `after_hours`,
// `until_hours`, `keep_hot`, `no_restart`, `stages`, `exempt`, `from_hour`, `to_hour`, `tighten`),
// say the rest. Lists are split at ';'.
#pragma once

#include "plans/inventory/read_inventory.hpp"
#include "plans/measures/region_rules.hpp"
#include "rules/base/result.hpp"
#include "rules/duty/measure.hpp"

namespace qk::plans {

// A row with "yes" in this column adds to the catalogue's measures (the strictest binds) instead of
// taking their place.
inline constexpr std::string_view kTightenColumn = "tighten";

// Column of measures.csv: "yes" marks a limit that the discharge permit sets for special periods
// (特殊时段许可限值), by `mg_per_m3` or `kg_per_d` of a `factor`, of an `outlet` where it names
// one. It binds whatever the grade or class, and stands in the place of nothing.
inline constexpr std::string_view kPermitColumn = "permit_limit";
[[nodiscard]] bool is_permit_limit(const OwnMeasure& own);

// `with_text`: the detail becomes the sentence; without, it stays out (it is only copied for who
// reads it). What a further column says wrongly is added to `faults` where given, and otherwise as
// if not written.
[[nodiscard]] rules::Measure measure_from(const OwnMeasure& own, bool with_text,
                                          rules::Faults* faults = nullptr);

// How an inventory is read wherever it is read: trades of the catalogue and those that the region's
// people tied, its names of grades, further columns of own measures, and the exemptions that are
// over on `today`.
[[nodiscard]] ReadOptions inventory_read_options(
    std::optional<rules::CivilDay> today = {}, const RegionRules& region = national_sample_rules());

}  // namespace qk::plans
