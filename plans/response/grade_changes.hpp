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
    std::string source;
};

// CSV `enterprise,grade,from[,source]`, grades as an inventory writes them; all faults at once.
[[nodiscard]] rules::Result<std::vector<GradeChange>> read_grade_changes(
    std::string_view csv, const std::string& file, const Inventory& inventory,
    const GradeNames& grade_names = {});

}  // namespace qk::plans
