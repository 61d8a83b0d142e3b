// The grade cell as bureaus write it -> grades, suspension, and what the prefixes say.
//
// "B", "B级", "B(暂停)", "B;C" (several trades: the lowest counts), "地方B" (graded by a provincial
// guide), "民生豁免-B", "长期停产" (long idle, no grade). Names beyond the base grades must be in
// the region's map; anything else is named as unknown. Source: handbook 3.2, 4.1.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/inventory.hpp"

namespace qk::plans {

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

[[nodiscard]] GradeCell read_grade_cell(std::string_view cell,
                                        const std::map<std::string, std::string>& names);

}  // namespace qk::plans
