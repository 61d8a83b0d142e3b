// Which rows of the inventory are one enterprise's, and what its instruments could show.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "plans/measures/line_words.hpp"
#include "rules/duty/measure.hpp"

namespace qk::plans {

// Where the rows of one enterprise lie in the inventory's lists: [first, end).
struct RowRange {
    std::uint32_t first = 0;
    std::uint32_t end = 0;

    [[nodiscard]] std::size_t size() const { return end - first; }
};

struct EnterpriseRows {
    RowRange lines;
    RowRange own;
    RowRange meters;
    RowRange outlets;
};

// Rows are grouped by enterprise in the inventory's order; anything else is a bug of its reader.
[[nodiscard]] std::vector<EnterpriseRows> rows_of(const Inventory& inventory);

// Whether the measure speaks of the line: it names one of the processes that the line's name or
// equipment says, or it has no words.
[[nodiscard]] bool names_line(const rules::Measure& measure, const Line& line,
                              const LineWords& words);
// Null line: any production meter of the enterprise.
[[nodiscard]] bool has_production_meter(const Inventory& inventory, const EnterpriseRows& rows,
                                        const Line* line);
// Whether an outlet of the line reports the factor ("so2", "nox", "pm", "vocs"; empty: any). Null
// line: any outlet of the enterprise.
[[nodiscard]] bool has_outlet(const Inventory& inventory, const EnterpriseRows& rows,
                              const Line* line, std::string_view factor);

}  // namespace qk::plans
