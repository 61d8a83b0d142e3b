#include "plans/text/csv_table.hpp"

#include <fmt/format.h>

#include "plans/text/encoding.hpp"
#include "rules/base/decimal.hpp"
#include "rules/base/fault_list.hpp"

namespace qk::plans {

namespace {

std::string_view decoded(std::string_view csv, const std::string& file, std::string& converted,
                         rules::Faults& faults) {
    const auto text = text_of(csv, file, converted);
    if (text) return *text;
    faults = text.error();
    return {};
}

CsvReader reader_of(std::string_view text, const std::string& file) {
    return {text, file, csv_shape(text)};
}

}  // namespace

CsvTable::CsvTable(std::string_view csv, const std::string& file)
    : reader_(reader_of(decoded(csv, file, converted_, faults_), file)), file_(file) {
    if (!faults_.empty()) return;
    if (!reader_.next(row_)) {
        faults_.push_back({{file, 1, 1},
                           "has no header row",
                           "the column names, then the rows",
                           rules::Severity::kError});
        return;
    }
    header_.emplace(row_);
}

CsvTable::Column CsvTable::column(std::string_view english, std::string_view chinese) {
    return header_ ? header_->find({english, chinese}) : std::nullopt;
}

CsvTable::Column CsvTable::required(std::string_view english, std::string_view chinese) {
    const Column found = column(english, chinese);
    if (header_ && !found) {
        faults_.push_back({{file_, 1, 0},
                           fmt::format("column '{}' ({}) is missing", english, chinese),
                           "add it",
                           rules::Severity::kError});
    }
    return found;
}

std::string_view CsvTable::cell(Column column) const {
    return column && *column < row_.cells.size() ? row_.cells[*column] : std::string_view{};
}

std::string CsvTable::text(Column column, std::string_view cure) {
    if (cell(column).empty()) fault(column, "the cell is empty", cure);
    return std::string(cell(column));
}

rules::CivilDay CsvTable::day(Column column) {
    const auto found = rules::parse_day(cell(column));
    if (!found) fault(column, fmt::format("'{}' is not a day", cell(column)), "2026-01-31");
    return found.value_or(rules::CivilDay{});
}

double CsvTable::number(Column column) {
    const auto found = rules::parse_decimal(cell(column));
    if (!found || found->millionths < 0) {
        fault(column, fmt::format("'{}' is not a number from 0", cell(column)), "for example 35");
        return 0;
    }
    return found->as_double();
}

void CsvTable::fault(Column column, std::string what, std::string_view cure) {
    if (!column) return;                                       // a missing column is said once
    if (faults_.size() >= rules::FaultList::kKeptMax) return;  // those are enough
    faults_.push_back({reader_.place(row_, *column), std::move(what), std::string(cure),
                       rules::Severity::kError});
}

rules::Faults CsvTable::faults() const {
    rules::Faults all = reader_.faults();
    all.insert(all.end(), faults_.begin(), faults_.end());
    return all;
}

}  // namespace qk::plans
