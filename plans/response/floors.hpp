// Whether planned reductions reach the level's floors (减排比例下限): share of whole-society
// emission per pollutant, all in grams, compared without rounding.
//
// The base is the sum of every source of area_emissions; without that file it is the sum of all
// lines, and a remark says so. Sources outside industry count by their own measures: what the dust
// sites and goods users of the inventory cut, or, where it lists none of a kind, the share that the
// region's rules name (nothing, unless set). SO2 and NOx may stand in for each other where the
// region allows it: the sum of both shares must reach the sum of both floors.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "plans/measures/region_rules.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

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

// What one dust site or goods user cuts at the level.
[[nodiscard]] DailyEmission cut_of(const OtherSource& source, rules::Colour colour);

struct EmissionBase {
    DailyEmission total;
    DailyEmission other_cut;  // by the measures of mobile, dust and residential sources
    bool from_lines = false;
};

[[nodiscard]] EmissionBase emission_base(const Inventory& inventory, const RegionRules& rules,
                                         rules::Colour colour);
// `industry_cut` is what the enterprises' obligations cut.
[[nodiscard]] std::vector<FloorAnswer> answer_floors(const EmissionBase& base,
                                                     const DailyEmission& industry_cut,
                                                     const RegionRules& rules,
                                                     rules::Colour colour);
// What whoever reads the floors must know: base from lines, sources that count nothing, samples
// used.
[[nodiscard]] rules::Faults floor_remarks(const Inventory& inventory, const EmissionBase& base,
                                          const RegionRules& rules, rules::Colour colour);

// part / whole to millionths, exact.
[[nodiscard]] std::int64_t share_millionths(double share);
// grams x share, half to even.
[[nodiscard]] std::int64_t cut_grams(std::int64_t grams, double share);

}  // namespace qk::plans
