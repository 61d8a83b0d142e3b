// Grades that changed after the inventory edition was printed; the region's rule says whether they
// count.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/grade_cell.hpp"
#include "plans/inventory/inventory.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

struct GradeChange {
    std::string enterprise;
    Grade grade;
    rules::CivilDay from{};
    std::string source;      // on what paper
    std::string decided_by;  // may be empty

    friend bool operator==(const GradeChange&, const GradeChange&) = default;
};

// The change by which the enterprise is treated on a day: of those that have begun the one that
// begins last, of equals the later of the list. Null: none.
[[nodiscard]] const GradeChange* change_on(const std::vector<GradeChange>& changes,
                                           std::string_view enterprise, rules::CivilDay day);

// CSV `enterprise,grade,from[,source][,decided_by]`, grades as an inventory writes them; all faults
// at once.
[[nodiscard]] rules::Result<std::vector<GradeChange>> read_grade_changes(
    std::string_view csv, const std::string& file, const Inventory& inventory,
    const GradeNames& grade_names = {});

}  // namespace qk::plans
