#include "daemon/ctl/table_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "plans/text/shown.hpp"

namespace qk::ctl {

// Cells are measured and printed as a terminal may show them.
void TableLines::measure(const std::vector<std::string>& cells) {
    widths_.resize(std::max(widths_.size(), cells.size()), 0);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        widths_[i] = std::max(widths_[i], plans::display_width(plans::for_terminal(cells[i])));
    }
}

void TableLines::print(std::ostream& out, const std::vector<std::string>& cells) const {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string cell = plans::for_terminal(cells[i]);
        const bool is_last = i + 1 == cells.size();
        const std::size_t width = i < widths_.size() ? widths_[i] : 0;
        out << (is_last ? cell : fmt::format("{:<{}}  ", cell, width));
    }
    out << "\n";
}

}  // namespace qk::ctl
