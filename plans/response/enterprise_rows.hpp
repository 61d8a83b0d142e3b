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

// Whether the measure can speak of the line, whatever it is called: the oven is of its height, or
// nobody knows how high it is; and of what a process emits that stops for it, the line emits
// something.
[[nodiscard]] bool can_concern_line(const rules::Measure& measure, const Line& line);
// Whether it does: it names one of the processes that the line's name or equipment says, or it has
// no words.
[[nodiscard]] bool names_line(const rules::Measure& measure, const Line& line,
                              const LineWords& words);
// Height of a coke oven's chamber, as its column or the words of its equipment say; 0: unknown.
[[nodiscard]] int oven_height_cm(const Line& line);
// Whether the line is the process that the measure stops (Measure::step_from). Null: no line.
[[nodiscard]] bool is_step_of(const rules::Measure& measure, const Line* line);
// Null line: any production meter of the enterprise.
[[nodiscard]] bool has_production_meter(const Inventory& inventory, const EnterpriseRows& rows,
                                        const Line* line);
// Whether an outlet of the line reports the factor ("so2", "nox", "pm", "vocs"; empty: any). Null
// line: any outlet of the enterprise. An id of an outlet: that one alone.
[[nodiscard]] bool has_outlet(const Inventory& inventory, const EnterpriseRows& rows,
                              const Line* line, std::string_view factor, std::string_view id = {});

}  // namespace qk::plans
