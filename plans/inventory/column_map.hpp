// A bureau's own sheets -> the tables of the inventory: which sheet and column holds which field.
//
// propose() looks at the headers and says for every field which column it takes, how sure it is and
// why; a person corrects the text (TOML), writes a name under `confirmed_by`, and it is kept and
// used for every later import. One sheet may feed several tables (a row a line, the enterprise
// repeated or merged). A column whose unit differs (t/a for kg/d) is never proposed: converting it
// would be a guess. Not done: pulling measures out of free text.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/fields.hpp"
#include "plans/inventory/read_inventory.hpp"
#include "plans/text/xlsx_reader.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

inline constexpr int kHeaderRowMax = 20;  // a header stands in one of the first rows

struct ColumnChoice {
    std::string field;   // name of the inventory's column
    std::string header;  // the bureau's column; empty when none was found
    double sure = 0;     // 0 to 1
    std::string why;
};

struct TableMap {
    TableKind kind = TableKind::kEnterprises;
    std::string sheet;  // or file, without its ending
    int header_row = 1;
    std::map<std::string, std::string> columns;    // field -> header
    std::map<std::string, std::string> constants;  // field -> the same text in every row
    std::map<std::string, std::map<std::string, std::string>>
        values;                          // field -> as written -> ours
    std::vector<std::string> fill_down;  // fields of merged cells: an empty one repeats the last
    std::string distinct;                // field: only the first row of each value counts
};

struct ColumnMap {
    std::string confirmed_by;
    std::vector<TableMap> tables;
};

struct ProposedMap {
    ColumnMap map;  // not confirmed
    // By table of `map`: a choice a field, in the order of the table's fields.
    std::vector<std::vector<ColumnChoice>> choices;
    rules::Faults remarks;  // what was not found or not understood
};

[[nodiscard]] ProposedMap propose_map(const Workbook& book, const std::string& file);

// TOML with the choices' reasons as comments, for a person to correct and confirm.
[[nodiscard]] std::string to_toml(const ProposedMap& proposal);
// Refuses unknown tables, fields and keys, and a map that nobody has confirmed.
[[nodiscard]] rules::Result<ColumnMap> read_column_map(std::string_view toml,
                                                       const std::string& file);

// The text of a map with `name` under `confirmed_by` where nobody stands there yet.
[[nodiscard]] std::string confirmed_map(std::string toml, std::string_view name);
// What of the map is not in the sheets: a sheet, or a column of its header row. Empty: it fits.
[[nodiscard]] rules::Faults misfits(const Workbook& book, const ColumnMap& map,
                                    const std::string& file);
// Whether the sheets speak a language of their own, so that a map is worth proposing: a table or a
// column that must be there does not stand under a name of the inventory.
[[nodiscard]] bool has_own_names(const ProposedMap& proposal);

// CSV tables as the sheets of a workbook, so that both are mapped alike. The sheet's name is the
// file's name without folder and ending.
[[nodiscard]] rules::Result<Workbook> workbook_of(const std::vector<NamedTable>& tables);

[[nodiscard]] ReadInventory read_mapped(Workbook book, const ColumnMap& map,
                                        const std::string& file, const std::string& edition,
                                        const ReadOptions& options = {});

}  // namespace qk::plans
