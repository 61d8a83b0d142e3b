// A small CSV table whose columns are known by name: cells by column, converted, with a fault at
// the cell that is wrong. For the few tables that are no inventory: targets, season records, grade
// changes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plans/text/csv.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

class CsvTable {
 public:
    using Column = std::optional<std::size_t>;

    CsvTable(std::string_view csv, const std::string& file);

    bool next() { return header_ && reader_.next(row_); }
    // English or Chinese name; a required column that is not there is a fault.
    [[nodiscard]] Column column(std::string_view english, std::string_view chinese);
    [[nodiscard]] Column required(std::string_view english, std::string_view chinese);
    [[nodiscard]] std::string_view cell(Column column) const;
    [[nodiscard]] int line() const { return row_.line; }

    // Converted cells; a wrong one is a fault and reads as nothing.
    [[nodiscard]] std::string text(Column column, std::string_view cure);  // not empty
    [[nodiscard]] rules::CivilDay day(Column column);
    [[nodiscard]] double number(Column column);  // from 0
    template <class Value>
    [[nodiscard]] Value word(Column column, std::optional<Value> (*parse)(std::string_view),
                             std::string_view cure) {
        const auto found = parse(cell(column));
        if (!found) fault(column, "'" + std::string(cell(column)) + "' is not known", cure);
        return found.value_or(Value{});
    }

    void fault(Column column, std::string what, std::string_view cure);
    [[nodiscard]] rules::Faults faults() const;

 private:
    std::string converted_;  // the text where it was not UTF-8
    rules::Faults faults_;
    CsvReader reader_;
    CsvRow row_;
    std::string file_;
    std::optional<CsvHeader> header_;
};

}  // namespace qk::plans
