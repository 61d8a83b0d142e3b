// The grade cell as bureaus write it -> grades, suspension, and what the prefixes say.
//
// "B", "B级", "B(暂停)", "B;C" (several trades: the lowest counts), "地方B" (graded by a provincial
// guide), "民生豁免-B", "长期停产" (long idle, no grade). Names beyond the base grades must be in
// the region's map; anything else is named as unknown. Source: handbook 3.2, 4.1.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/inventory.hpp"

namespace qk::plans {

// A region's own names -> base grades ("四星" -> "B").
using GradeNames = std::map<std::string, std::string>;

// What may stand wherever a file names grades: the cure of such a fault.
inline constexpr std::string_view kGradesAllowed =
    "A+, A, B, B-, C, D, leading (引领性), non-leading (非引领性) or ungraded (未评级), or a name "
    "of "
    "the region's pack";

// One grade by itself, as a catalogue, a pack, a season or a list of changes names it; empty: no
// grade. A name of the region comes before the base grades' other spellings.
[[nodiscard]] std::optional<Grade> grade_named(std::string_view written,
                                               const GradeNames& names = {});

struct GradeCell {
    std::vector<Grade> grades;         // as written, one per trade, base names
    Grade counts;                      // the lowest, a suspended one taken as the next lower
    bool suspended = false;            // at least one is
    bool livelihood_exempt = false;    // 民生豁免-
    bool long_idle = false;            // 长期停产
    std::vector<std::string> unknown;  // names that are not grades
};

// A grade as Chinese paper names it: "B级", "引领性", "未评级", "绩效先进性".
[[nodiscard]] std::string grade_in_chinese(std::string_view grade);

[[nodiscard]] GradeCell read_grade_cell(std::string_view cell, const GradeNames& names);

}  // namespace qk::plans
