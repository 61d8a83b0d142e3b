// Printing an answer as json, csv or table (contract §0): table on a terminal, json otherwise.
#pragma once

#include <boost/json/value.hpp>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "rules/base/result.hpp"

namespace qk::ctl {

enum class Format { kJson, kCsv, kTable };

// `asked` is the value of --format, if given. Empty answer: not a format; the caller says so.
[[nodiscard]] std::optional<Format> choose_format(const std::optional<std::string>& asked);

// The rows of an answer for csv and table; for json the whole value is printed.
struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;
};

void print(std::ostream& out, Format format, const boost::json::value& whole, const Table& rows);

// Every fault on stderr, one a line.
void print_faults(const rules::Faults& faults);

}  // namespace qk::ctl
