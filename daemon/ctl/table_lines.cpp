#include "daemon/ctl/table_lines.hpp"

#include <algorithm>
#include <ostream>

#include "plans/text/shown.hpp"

namespace qk::ctl {
namespace {

// Most cells are: such a cell is shown as it stands, and takes a column a byte.
bool is_plain(std::string_view cell) {
    return std::ranges::all_of(cell, [](char c) { return c >= ' ' && c <= '~'; });
}

std::size_t width_of(const std::string& cell) {
    return is_plain(cell) ? cell.size() : plans::display_width(plans::for_terminal(cell));
}

}  // namespace

// Cells are measured and printed as a terminal may show them.
void TableLines::measure(const std::vector<std::string>& cells) {
    widths_.resize(std::max(widths_.size(), cells.size()), 0);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        widths_[i] = std::max(widths_[i], width_of(cells[i]));
    }
}

void TableLines::print(std::ostream& out, const std::vector<std::string>& cells) const {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::size_t begin = line.size();
        line += is_plain(cells[i]) ? cells[i] : plans::for_terminal(cells[i]);
        if (i + 1 == cells.size()) break;
        const std::size_t wanted = i < widths_.size() ? widths_[i] : 0;
        const std::size_t width = is_plain(cells[i])
                                      ? line.size() - begin
                                      : plans::display_width(std::string_view(line).substr(begin));
        line.append(std::max(wanted, width) - width + 2, ' ');
    }
    line += '\n';
    out.write(line.data(), static_cast<std::streamsize>(line.size()));
}

}  // namespace qk::ctl
