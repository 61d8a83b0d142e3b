#include "daemon/ctl/output.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "plans/text/csv.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

// Columns a terminal needs for UTF-8 text: wide characters (beyond U+1100) take two.
std::size_t width_of(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x80) ++width;
        else if (byte >= 0xE1) width += 2;
        else if (byte >= 0xC2) ++width;
    }
    return width;
}

void print_table(std::ostream& out, const Table& table) {
    std::vector<std::size_t> widths;
    for (const std::string& column : table.columns) widths.push_back(width_of(column));
    for (const auto& row : table.rows) {
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
            widths[i] = std::max(widths[i], width_of(row[i]));
        }
    }
    const auto line = [&](const std::vector<std::string>& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            out << cells[i];
            if (i + 1 == cells.size()) break;
            out << std::string(widths[i] - width_of(cells[i]) + 2, ' ');
        }
        out << "\n";
    };
    line(table.columns);
    for (const auto& row : table.rows) line(row);
}

void print_csv(std::ostream& out, const Table& table) {
    const auto line = [&](const std::vector<std::string>& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            out << (i == 0 ? "" : ",") << plans::to_csv_cell(cells[i]);
        }
        out << "\r\n";
    };
    line(table.columns);
    for (const auto& row : table.rows) line(row);
}

}  // namespace

std::optional<Format> choose_format(const std::optional<std::string>& asked) {
    if (!asked) return isatty(STDOUT_FILENO) != 0 ? Format::kTable : Format::kJson;
    if (*asked == "json") return Format::kJson;
    if (*asked == "csv") return Format::kCsv;
    if (*asked == "table") return Format::kTable;
    std::cerr << "--format: '" << *asked << "': json, csv or table\n";
    return std::nullopt;
}

void print(std::ostream& out, Format format, const boost::json::value& whole, const Table& rows) {
    switch (format) {
        case Format::kJson: out << plans::to_text(whole) << "\n"; break;
        case Format::kCsv: print_csv(out, rows); break;
        case Format::kTable: print_table(out, rows); break;
    }
}

void print_faults(const rules::Faults& faults) { std::cerr << rules::to_text(faults); }

}  // namespace qk::ctl
