// From an inventory and a level to what every enterprise owes, and to the reductions against the
// floors.
//
// Pure, total and explained: every enterprise of the inventory is answered, every obligation
// carries its chain of reasons, and the same input gives the same bytes. `derive` never issues
// anything.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "rules/base/result.hpp"
#include "rules/duty/obligation.hpp"

namespace qk::plans {

class Catalogue;     // plans/measures/catalogue.hpp
struct RegionRules;  // plans/measures/region_rules.hpp
struct SeasonPlan;   // plans/measures/season.hpp

// A grade that changed after the inventory edition was printed; the region's rule says whether it
// counts.
struct GradeChange {
    std::string enterprise;
    Grade grade;
    rules::CivilDay from{};
    std::string source;
};

// CSV `enterprise,grade,from[,source]`, grades as an inventory writes them; all faults at once.
[[nodiscard]] rules::Result<std::vector<GradeChange>> read_grade_changes(
    std::string_view csv, const std::string& file, const Inventory& inventory,
    const std::map<std::string, std::string>& grade_names = {});

// One pollutant's planned reduction as a share of whole-society emission, against the level's
// floor.
struct FloorAnswer {
    Emission emission = Emission::kSo2;
    std::int64_t base_grams = 0;     // whole-society daily emission
    std::int64_t reduced_grams = 0;  // planned daily reduction
    double share = 0;
    double floor = 0;
    bool met = false;
    std::string how;  // "itself", "by SO2/NOx substitution", or why it is not met; Chinese
};

struct DeriveInput {
    const Inventory& inventory;
    const Catalogue& catalogue;
    const RegionRules& rules;
    rules::Colour colour = rules::Colour::kYellow;
    rules::Instant from{};
    std::optional<rules::Instant> to;
    rules::Zone zone;
    // When the order goes out; empty: unknown, and a line that cannot stop at once is granted its
    // whole ramp-down after `from`.
    std::optional<rules::Instant> issued_at{};
    const SeasonPlan* season = nullptr;
    // Whose windows are weighed; empty: those of the day of `from`.
    std::optional<rules::CivilDay> season_day{};
    const std::vector<GradeChange>* grade_changes = nullptr;
};

// What is cut on one line. Each line is rounded to the gram for itself, the enterprise once over
// all its lines.
struct LineReduction {
    std::string line;
    DailyEmission reduction;
};

struct EnterpriseDuties {
    std::size_t enterprise = 0;  // index into Inventory::enterprises
    std::vector<rules::Obligation> obligations;
    DailyEmission reduction;
    // Why the enterprise is treated as it is; present even where it owes nothing.
    std::vector<rules::Reason> reasons;
    std::vector<LineReduction> lines;  // in inventory order
};

struct DerivedDuties {
    rules::Colour colour = rules::Colour::kYellow;
    std::vector<EnterpriseDuties> enterprises;  // one an enterprise, in inventory order
    std::vector<FloorAnswer> floors;            // one a pollutant
    rules::Faults remarks;                      // deviations, idle lines, unmeasurable duties, ...
};

// For a province, prefer derive_table() (duty_table.hpp), which keeps the same answer in a compact
// form.
[[nodiscard]] DerivedDuties derive(const DeriveInput& input);

// {"so2_kg_d":…, "nox_kg_d":…, "pm_kg_d":…, "vocs_kg_d":…}, exact to the gram.
[[nodiscard]] boost::json::value to_json(const DailyEmission& emission);
[[nodiscard]] boost::json::value to_json(const FloorAnswer& floor);
[[nodiscard]] boost::json::value to_json(const OtherSource& source, rules::Colour colour);
[[nodiscard]] boost::json::value to_json(const DepartmentTask& task);
// As `qingkongctl derive` prints it.
[[nodiscard]] boost::json::value to_json(const EnterpriseDuties& duties, const Inventory& inventory,
                                         rules::Zone zone);

}  // namespace qk::plans
