// Grades that changed after the inventory edition was printed; the region's rule says whether they
// count (handbook 6, 16: "with the rule the city chose").
//
// Within a running warning they count with its next plan, which a person signs. An order was signed
// for a named enterprise by the grade of its day, and no text that was found lets a paper about
// grades alter an order that is out. Where it should count at once, the warning is changed: an
// extension by an hour makes a plan.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plans/inventory/grade_cell.hpp"
#include "plans/inventory/inventory.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

struct RegionRules;  // plans/measures/region_rules.hpp

struct GradeChange {
    std::string enterprise;
    Grade grade;
    rules::CivilDay from{};
    std::string source;      // on what paper
    std::string decided_by;  // may be empty

    friend bool operator==(const GradeChange&, const GradeChange&) = default;
};

// By which grade an enterprise is treated on a day: the edition's, or the one it changed to where
// the region lets changes count. Of changes that have begun the one that begins last counts, of
// equals the later of the list. Keeps pointers into the changes.
class GradesOnDays {
 public:
    GradesOnDays(const RegionRules& rules, const std::vector<GradeChange>* changes);

    // Null: the edition's grade counts.
    [[nodiscard]] const GradeChange* change(std::string_view enterprise, rules::CivilDay day) const;
    [[nodiscard]] const Grade& of(const Enterprise& enterprise, rules::CivilDay day) const;
    // Days after `first`, up to `last`, from which another grade of the enterprise counts; in
    // order, each once.
    [[nodiscard]] std::vector<rules::CivilDay> turns_of(std::string_view enterprise,
                                                        rules::CivilDay first,
                                                        rules::CivilDay last) const;
    // The same of all enterprises.
    [[nodiscard]] std::vector<rules::CivilDay> turns(rules::CivilDay first,
                                                     rules::CivilDay last) const;

 private:
    // In order of their days, those of one day in order of the list.
    std::unordered_map<std::string_view, std::vector<const GradeChange*>> changes_;
};

// CSV `enterprise,grade,from[,source][,decided_by]`, grades as an inventory writes them; all faults
// at once.
[[nodiscard]] rules::Result<std::vector<GradeChange>> read_grade_changes(
    std::string_view csv, const std::string& file, const Inventory& inventory,
    const GradeNames& grade_names = {});

}  // namespace qk::plans
