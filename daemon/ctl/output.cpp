// What came from outside is shown and never obeyed: a cell of a csv that a spreadsheet would take
// for a formula stands behind an apostrophe ('=1+1), and no control character reaches a terminal.
#include "daemon/ctl/output.hpp"

#include <unistd.h>

#include <iostream>

#include "daemon/ctl/table_lines.hpp"
#include "plans/text/csv.hpp"
#include "plans/text/json.hpp"
#include "plans/text/shown.hpp"

namespace qk::ctl {
namespace {

void print_table(std::ostream& out, const Table& table) {
    TableLines lines;
    lines.measure(table.columns);
    for (const auto& row : table.rows) lines.measure(row);
    if (!table.columns.empty()) lines.print(out, table.columns);
    for (const auto& row : table.rows) lines.print(out, row);
}

void print_csv(std::ostream& out, const Table& table) {
    const auto line = [&](const std::vector<std::string>& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            out << (i == 0 ? "" : ",") << plans::to_csv_cell(plans::for_spreadsheet(cells[i]));
        }
        out << "\r\n";
    };
    line(table.columns);
    for (const auto& row : table.rows) line(row);
}

}  // namespace

command_line::Option format_option() {
    return command_line::option("format", "json|csv|table",
                                {"输出格式；默认：终端上为 table，否则为 json",
                                 "default: table on a terminal, else json"})
        .one_of();
}

Format format_of(const command_line::Call& call) {
    const auto asked = call.text("format");
    if (!asked) return isatty(STDOUT_FILENO) != 0 ? Format::kTable : Format::kJson;
    if (*asked == "csv") return Format::kCsv;
    return *asked == "table" ? Format::kTable : Format::kJson;
}

void print(std::ostream& out, Format format, const boost::json::value& whole, const Table& rows) {
    switch (format) {
        case Format::kJson:
            out << plans::to_text(whole) << "\n";
            break;
        case Format::kCsv:
            print_csv(out, rows);
            break;
        case Format::kTable:
            print_table(out, rows);
            break;
    }
}

void print_facts(std::ostream& out, const Facts& facts) {
    Table table;
    for (const auto& [name, text] : facts) table.rows.push_back({name, text});
    print_table(out, table);
}

void print_faults(const rules::Faults& faults) {
    for (const rules::Fault& fault : faults) {
        std::cerr << plans::for_terminal(rules::to_text(fault)) << "\n";
    }
}

}  // namespace qk::ctl
