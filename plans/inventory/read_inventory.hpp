// From the bureau's tables to an Inventory: every finding at once, and nothing loaded if one of
// them is an error.
//
// Input is bytes: named CSV tables (UTF-8 or GB18030) or one workbook. A table is known by its
// name, English or Chinese; enterprises, lines and area emissions must be there, the others are
// named in a note when they are not. Findings name file or sheet, row, column (by number and by
// name), what is wrong and the cure. Emissions are read as exact decimals and kept as whole grams.
// Not done here: which measures a grade means (plans/measures), and reading files (daemon).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "plans/inventory/table_rows.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

struct ReadOptions {
    // What an id is that cannot be used everywhere, a cell with a character that cannot be seen,
    // and a second column for one field. An edition that was taken in before they were checked is
    // still read: the daemon starts, and says which enterprise cannot be reached.
    rules::Severity wrong_id = rules::Severity::kError;
    // Whether the catalogue knows a trade; one it does not know gets a note. Empty: not checked.
    std::function<bool(std::string_view)> knows_trade;
    // Whether a line's trade is one of its enterprise's (both as written); of another the line gets
    // a warning. Empty: not checked.
    std::function<bool(std::string_view trade, std::string_view industry)> is_trade_of;
    // Whether a trade's code or id and its name as written are one trade of the catalogue. Empty:
    // not checked.
    std::function<bool(std::string_view code, std::string_view trade)> knows_code;
    // An industry with the codes and ids beside it, as is_trade_of takes it. Empty: as it is.
    std::function<std::string(std::string_view industry, std::string_view codes)> with_codes;
    // Whether a text is a code of GB/T 4754, which is no person's decision. Empty: all are.
    std::function<bool(std::string_view)> is_trade_code;
    // Trades graded only as leading / non-leading; a letter grade there gets a warning.
    std::vector<std::string> leading_only_trades;
    // A region's own grade names -> base grades ("四星" -> "B").
    std::map<std::string, std::string> grade_names;
    // What is wrong with the further columns of an own measure; each fault begins with the column's
    // header and a colon. Empty: not checked.
    std::function<rules::Faults(const OwnMeasure&)> check_extras;
    // An exemption that ended before this day gets a warning. Empty: not checked.
    std::optional<rules::CivilDay> today;
    // A table of more rows is read beside the others, where the system gives a thread for it.
    std::size_t rows_beside = 10'000;
    // A goods user with no more vehicles a day is not a large one.
    int vehicles_per_day_large = 10;
};

struct ReadInventory {
    std::optional<Inventory> inventory;  // empty when there is an error
    rules::Faults findings;              // in the order of tables, rows and columns
};

struct NamedTable {
    std::string name;  // file name as findings show it, "enterprises.csv" or "data/企业.csv"
    std::string bytes;
};

// `edition` is the name the inventory gets; usually the folder's or the workbook's name. One table
// alone may be an .xlsx workbook.
[[nodiscard]] ReadInventory read_inventory(std::vector<NamedTable> tables,
                                           const std::string& edition,
                                           const ReadOptions& options = {});

// A workbook with a sheet of each name (English or Chinese); `file` names it in the findings.
[[nodiscard]] ReadInventory read_inventory(Workbook book, const std::string& file,
                                           const std::string& edition,
                                           const ReadOptions& options = {});

// The same over rows that are already apart, for workbooks and mapped sheets.
struct InventorySources {
    std::unique_ptr<RowSource> tables[kTableCount];  // by TableKind; empty: not there
    bool is_unreadable[kTableCount] = {};            // there, but refused as a whole
};
[[nodiscard]] ReadInventory read_inventory(InventorySources sources, const std::string& edition,
                                           const ReadOptions& options, rules::FaultList findings);

}  // namespace qk::plans
