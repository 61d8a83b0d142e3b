// Printing an answer as json, csv or table (contract §0): table on a terminal, json otherwise.
#pragma once

#include <boost/json/value.hpp>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/command_line/command_line.hpp"
#include "rules/base/result.hpp"

namespace qk::ctl {

enum class Format { kJson, kCsv, kTable };

[[nodiscard]] command_line::Option format_option();
// What --format says, or what fits where standard output goes.
[[nodiscard]] Format format_of(const command_line::Call& call);

// The rows of an answer for csv and table; for json the whole value is printed.
struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;
};

void print(std::ostream& out, Format format, const boost::json::value& whole, const Table& rows);

// What is said of one thing, a line each: what it is, and how it stands. Names in one column.
using Facts = std::vector<std::pair<std::string, std::string>>;
void print_facts(std::ostream& out, const Facts& facts);

// Every fault on stderr, one a line.
void print_faults(const rules::Faults& faults);

}  // namespace qk::ctl
