// Cases by which a bureau tries its own rules (用例): a series of air in and warning windows out, a
// plant in and obligations out, worked out by hand from the text of the plan. TOML:
//
//   standard = "cn-2024"      # or a file beside this one; --standard says another
//   pack = "henan"            # rules for plants: id or file; not said: the national sample
//   catalogue = "own.toml"    # measures laid over the shipped ones; not said: as shipped
//
//   [[trigger]]
//   name = "两天230，橙色"
//   why = "环大气〔2024〕6号：AQI>200持续48小时"
//   from = "2026-01-10"       # first day, or the first hour with a time
//   days = ["120", "230*2", "80"]             # daily AQI; "180-230" a range, "-" missing,
//                                             # "300*2 pm10" the leading pollutant,
//                                             # "300*2 沙尘" the cause
//   # or hours, one list per pollutant that is known (pm25, pm10, so2, no2, co, o3):
//   # pm25 = ["20*24", "200*48", "-*3"]
//   # standard, hours_as, hj633 and issued_at may be said for the case
//   [[trigger.window]]        # one each, in order; `none = true` in the case where there is none
//   colour = "orange"
//   mandatory = "orange"      # or "none"; not said: not looked at. So too clause and met_at
//   from = "2026-01-11"
//   to = "2026-01-13"         # not included
//
//   [[plant]]
//   name = "水泥C级橙色停产"
//   why = "技术指南：C级橙色停产"
//   level = "orange"
//   at = "2026-01-10T00:00:00+08:00"          # when the measures start; not said: this time
//   industry = "水泥"         # this and every other key: a column of enterprises.csv
//   grade = "C"
//   vehicles_per_day = 8      # not said: not counted, as where transport_users.csv has no row
//   [[plant.line]]            # every key: a column of lines.csv
//   id = "L1"
//   nox_kg_d = 80
//   [[plant.own]]             # every key: a column of measures.csv
//   [[plant.season]]          # a [[window]] of a season file that holds beside the warning
//   not_looked_at = ["ban_vehicles"]          # actions that may come out or not
//   [[plant.owes]]            # one each; `none = true` in the case where nothing is owed
//   line = "L1"               # not said: the whole enterprise
//   action = "stop"
//   ratio = 1                 # not said: not looked at. So too `says`, a part of its sentence, and
//                             # `reason`, the id of one that tightens or relaxes ([[reason]])
//
// A case looks at one plant: the region's reduction floors are not asked of it.
// A case is exact: what is not expected, and comes out, fails it too.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "plans/measures/season.hpp"
#include "plans/text/embedded.hpp"
#include "rules/air/daily.hpp"
#include "rules/base/result.hpp"
#include "rules/duty/obligation.hpp"
#include "rules/warning/region_windows.hpp"
#include "rules/warning/standard.hpp"

namespace qk::plans {

class Catalogue;
struct RegionRules;

inline constexpr std::size_t kRuleCasesMax = 2000;       // of one file
inline constexpr std::size_t kCaseSeriesMax = 24 * 400;  // hours or days of one case
inline constexpr std::size_t kCaseRowsMax = 100;         // lines, windows or duties of one case

struct ExpectedWindow {
    rules::Place place;
    rules::Colour colour = rules::Colour::kYellow;
    std::optional<std::optional<rules::Colour>> mandatory;  // inner empty: none
    rules::Span span;
    std::string clause;  // empty: not looked at
    std::optional<rules::Instant> met_at;
};
struct TriggerCase {
    std::string name;
    rules::Place place;
    std::string standard;  // empty: the file's
    std::variant<rules::DailyForecastSeries, rules::HourlySeries> series;
    std::optional<rules::HoursAs> hours_as;
    std::optional<rules::Hj633> edition;
    std::optional<rules::Instant> issued_at;
    std::vector<ExpectedWindow> windows;
};

struct ExpectedDuty {
    rules::Place place;
    std::string line;
    rules::Action action = rules::Action::kStop;
    std::optional<double> ratio;
    std::string says;
    std::string reason;  // id; empty: not looked at
};
// One enterprise as the tables of an inventory.
struct PlantCase {
    std::string name;
    rules::Place place;
    rules::Colour level = rules::Colour::kYellow;
    rules::Instant at{};
    std::string enterprises;  // CSV
    std::string lines;
    std::string measures;  // empty: none of its own
    std::string trucks;    // transport_users.csv; empty: nobody counted them
    SeasonPlan season;
    std::vector<rules::Action> not_looked_at;
    std::vector<ExpectedDuty> duties;
};

struct RuleCases {
    std::string standard;
    std::string pack;
    std::string catalogue;
    std::vector<TriggerCase> trigger;
    std::vector<PlantCase> plant;
};
// All faults at FILE:LINE:COLUMN. A file without a case is a fault.
[[nodiscard]] rules::Result<RuleCases> read_rule_cases(std::string_view toml,
                                                       const std::string& file);

// What fails, each at the line of the case with what was expected and what came out; none: it
// holds.
[[nodiscard]] rules::Faults run_case(const TriggerCase& one,
                                     const rules::TriggerStandard& standard);
[[nodiscard]] rules::Faults run_case(const PlantCase& one, const Catalogue& catalogue,
                                     const RegionRules& rules);

}  // namespace qk::plans

namespace qk::embedded {
[[nodiscard]] std::span<const File> rule_cases();  // plans/cases/shipped/*.toml
}  // namespace qk::embedded
