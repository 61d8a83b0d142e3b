#include "plans/inventory/column_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "plans/text/encoding.hpp"
#include "plans/text/toml.hpp"
#include "plans/text/unseen.hpp"

namespace qk::plans {
namespace {

constexpr std::size_t kPersonBytesMax = 200;

// Reads the TOML of a map; every key that is not asked for is a fault.
class MapReader {
 public:
    explicit MapReader(const std::string& file) : file_(file) {}

    rules::Result<ColumnMap> read(const toml::table& root) {
        ColumnMap map;
        for (const auto& [key, node] : root) {
            if (key == "confirmed_by") {
                map.confirmed_by = text_of(node, "confirmed_by");
                check_person(node, map.confirmed_by);
            } else if (const auto kind = find_table(key.str()); kind && node.is_table()) {
                map.tables.push_back(read_table(*kind, *node.as_table()));
            } else {
                refuse(node, fmt::format("'{}' is not a table of the inventory", key.str()),
                       "enterprises, lines, measures, meters, outlets or area_emissions");
            }
        }
        if (is_blank(map.confirmed_by)) {
            faults_.push_back({{file_, 1, 0},
                               "nobody has confirmed this map",
                               "check every column, then confirmed_by = \"NAME\"",
                               rules::Severity::kError});
        }
        std::ranges::stable_sort(map.tables, {}, &TableMap::kind);
        if (!faults_.empty()) return std::move(faults_);
        return map;
    }

 private:
    void refuse(const toml::node& node, std::string what, std::string cure) {
        faults_.push_back({{file_, static_cast<int>(node.source().begin.line),
                            static_cast<int>(node.source().begin.column)},
                           std::move(what),
                           std::move(cure),
                           rules::Severity::kError});
    }

    // Who answers for the map is shown with it, and stands in the audit log.
    void check_person(const toml::node& node, const std::string& name) {
        if (const auto unseen = find_unseen(name)) {
            refuse(node, "confirmed_by: " + to_text(*unseen), std::string(kUnseenCure));
        }
        const bool is_one_line = name.find_first_of("\n\r\t") == std::string::npos;
        if (is_one_line && name.size() <= kPersonBytesMax) return;
        refuse(node,
               fmt::format("confirmed_by has a line break, or more than {} bytes", kPersonBytesMax),
               "the name of a person");
    }

    std::string text_of(const toml::node& node, std::string_view key) {
        if (const auto text = node.value<std::string>(); text && node.is_string()) return *text;
        refuse(node, fmt::format("'{}' is not a text", key), "a text in quotes");
        return {};
    }

    std::map<std::string, std::string> texts_of(const toml::node& node, std::string_view key) {
        std::map<std::string, std::string> texts;
        if (!node.is_table()) {
            refuse(node, fmt::format("'{}' is not a table", key), "field = \"text\"");
            return texts;
        }
        for (const auto& [name, value] : *node.as_table()) {
            texts[std::string(name.str())] = text_of(value, name.str());
        }
        return texts;
    }

    void check_field(const TableSpec& table, std::string_view field, const toml::node& node) {
        const auto same = [&](const Field& known) { return known.name == field; };
        // Own measures may carry further columns.
        if (table.kind == TableKind::kMeasures || std::ranges::any_of(table.fields, same)) return;
        refuse(node, fmt::format("'{}' is not a column of {}", field, table.name),
               "a column's name of the inventory");
    }

    TableMap read_table(TableKind kind, const toml::table& from) {
        const TableSpec& table = table_of(kind);
        TableMap map;
        map.kind = kind;
        for (const auto& [key, node] : from) {
            if (key == "sheet")
                map.sheet = text_of(node, "sheet");
            else if (key == "distinct")
                map.distinct = text_of(node, "distinct");
            else if (key == "header_row")
                read_header_row(node, map);
            else if (key == "columns")
                map.columns = texts_of(node, "columns");
            else if (key == "constants")
                map.constants = texts_of(node, "constants");
            else if (key == "values")
                read_values(table, node, map);
            else if (key == "fill_down")
                read_fill_down(table, node, map);
            else {
                refuse(node, fmt::format("'{}' is not known", key.str()),
                       "sheet, header_row, columns, constants, values, fill_down or distinct");
            }
        }
        if (map.sheet.empty())
            refuse(from, fmt::format("{} names no sheet", table.name), "sheet = \"…\"");
        for (const auto& [field, header] : map.columns) check_field(table, field, from);
        for (const auto& [field, text] : map.constants) {
            check_field(table, field, from);
            if (map.columns.contains(field)) {
                refuse(from, fmt::format("'{}' has both a column and a constant", field),
                       "one of the two");
            }
        }
        if (!map.distinct.empty()) check_field(table, map.distinct, from);
        return map;
    }

    void read_header_row(const toml::node& node, TableMap& map) {
        const auto row = node.value_exact<std::int64_t>();
        if (!row || *row < 1 || *row > kHeaderRowMax) {
            refuse(node, "'header_row' is not a row",
                   fmt::format("a whole number from 1 to {}", kHeaderRowMax));
            return;
        }
        map.header_row = static_cast<int>(*row);
    }

    void read_values(const TableSpec& table, const toml::node& node, TableMap& map) {
        if (!node.is_table()) {
            refuse(node, "'values' is not a table",
                   "[TABLE.values.FIELD] with \"as written\" = \"ours\"");
            return;
        }
        for (const auto& [field, words] : *node.as_table()) {
            check_field(table, field.str(), words);
            map.values[std::string(field.str())] = texts_of(words, field.str());
        }
    }

    void read_fill_down(const TableSpec& table, const toml::node& node, TableMap& map) {
        if (!node.is_array()) {
            refuse(node, "'fill_down' is not a list", "[\"id\", \"name\"]");
            return;
        }
        for (const toml::node& field : *node.as_array()) {
            map.fill_down.push_back(text_of(field, "fill_down"));
            check_field(table, map.fill_down.back(), field);
        }
    }

    std::string file_;
    rules::Faults faults_;
};

std::vector<std::string_view> header_of(const Sheet& sheet, int header_row) {
    std::vector<std::string_view> header;
    for (const Sheet::Row& row : sheet.rows) {
        if (row.number != header_row) continue;
        const auto cells = sheet.cells_of(row);
        header.assign(cells.begin(), cells.end());
    }
    return header;
}

// Where a column stands that the map names; the header's size where it does not stand.
std::size_t column_of(const std::vector<std::string_view>& header, const std::string& wanted) {
    const std::string name = normalised_header(wanted);
    const auto found = std::ranges::find_if(
        header, [&](std::string_view cell) { return normalised_header(cell) == name; });
    return static_cast<std::size_t>(found - header.begin());
}

rules::Fault missing_column(const std::string& place, int row, const std::string& field,
                            const std::string& wanted) {
    return {{place, row, 0},
            fmt::format("column '{}' of the map (for {}) is missing", wanted, field),
            "correct the map, or the sheet",
            rules::Severity::kError};
}

rules::Fault missing_sheet(const std::string& file, const TableMap& table) {
    return {{file, 0, 0},
            fmt::format("sheet '{}' of the map (for {}) is missing", table.sheet,
                        table_of(table.kind).name),
            "correct the map, or the workbook",
            rules::Severity::kError};
}

// Two tables may come from one sheet; the place tells which of them was read.
std::string place_of(const std::string& file, const TableMap& table) {
    return fmt::format("{}:{}[{}]", file, table.sheet, table_of(table.kind).name);
}

// Rows of a bureau's sheet under the inventory's own column names.
class MappedRowSource : public RowSource {
 public:
    MappedRowSource(std::shared_ptr<const Workbook> book, const Sheet& sheet, const TableMap& map,
                    std::string place)
        : book_(std::move(book)), sheet_(sheet), map_(map), place_(std::move(place)) {
        const std::vector<std::string_view> header = header_of(sheet_, map_.header_row);
        faults_ = sheet_.findings;
        for (const auto& [field, wanted] : map_.columns) add_column(field, wanted, header);
        for (const auto& [field, text] : map_.constants) {
            columns_.push_back({field, kConstant, text, false, nullptr, {}});
        }
        // A merged number matters where its column is read, and the map does not say that each row
        // has it (a running number, an id of an enterprise over its lines).
        for (const rules::Fault& fault : sheet_.merged_numbers) {
            const auto is_asked = [&fault](const Column& column) {
                return !column.fill_down && column.column != kConstant &&
                       static_cast<int>(column.column) + 1 == fault.place.column;
            };
            if (std::ranges::any_of(columns_, is_asked)) faults_.push_back(fault);
        }
    }

    bool next(CsvRow& row) override {
        if (!gave_header_) {
            gave_header_ = true;
            row.line = map_.header_row;
            row.cells.clear();
            for (const Column& column : columns_) row.cells.push_back(column.field);
            return true;
        }
        while (at_ < sheet_.rows.size()) {
            const Sheet::Row& from = sheet_.rows[at_++];
            if (from.number <= map_.header_row) continue;
            take(from, row);
            if (!map_.distinct.empty() && is_repeated(row)) continue;
            return true;
        }
        return false;
    }

    [[nodiscard]] const std::string& place() const override { return place_; }
    [[nodiscard]] const rules::Faults& faults() const override { return faults_; }
    [[nodiscard]] std::size_t row_estimate() const override { return sheet_.rows.size(); }

 private:
    static constexpr std::size_t kConstant = SIZE_MAX;

    struct Column {
        std::string field;
        std::size_t column;
        std::string constant;
        bool fill_down;
        const std::map<std::string, std::string>* values;
        std::string_view last;
    };

    void add_column(const std::string& field, const std::string& wanted,
                    const std::vector<std::string_view>& header) {
        const std::size_t at = column_of(header, wanted);
        if (at == header.size()) {
            faults_.push_back(missing_column(place_, map_.header_row, field, wanted));
            return;
        }
        const auto values = map_.values.find(field);
        columns_.push_back({field,
                            at,
                            "",
                            std::ranges::find(map_.fill_down, field) != map_.fill_down.end(),
                            values == map_.values.end() ? nullptr : &values->second,
                            {}});
    }

    void take(const Sheet::Row& from, CsvRow& row) {
        const auto cells = sheet_.cells_of(from);
        row.line = from.number;
        row.cells.clear();
        for (Column& column : columns_) {
            std::string_view cell = column.constant;
            if (column.column != kConstant) {
                cell = column.column < cells.size() ? cells[column.column] : std::string_view{};
                if (column.fill_down && cell.empty()) cell = column.last;
                column.last = cell;
                if (column.values != nullptr) {
                    const auto found = column.values->find(std::string(cell));
                    if (found != column.values->end()) cell = found->second;
                }
            }
            row.cells.push_back(cell);
        }
    }

    bool is_repeated(const CsvRow& row) {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (columns_[i].field != map_.distinct || row.cells[i].empty()) continue;
            return !seen_.insert(row.cells[i]).second;
        }
        return false;
    }

    std::shared_ptr<const Workbook> book_;
    const Sheet& sheet_;
    const TableMap& map_;
    std::string place_;
    rules::Faults faults_;
    std::vector<Column> columns_;
    std::unordered_set<std::string_view> seen_;
    std::size_t at_ = 0;
    bool gave_header_ = false;
};

}  // namespace

rules::Result<ColumnMap> read_column_map(std::string_view toml, const std::string& file) {
    const auto document = parse_toml(toml, file);
    if (!document) return document.error();
    return MapReader(file).read(*document);
}

std::string confirmed_map(std::string toml, std::string_view name) {
    constexpr std::string_view kNobody = "confirmed_by = \"\"";
    const std::size_t at = toml.find(kNobody);
    if (at == std::string::npos || (at > 0 && toml[at - 1] != '\n')) return toml;
    std::string quoted;
    for (const char c : name) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return toml.replace(at, kNobody.size(), fmt::format("confirmed_by = \"{}\"", quoted));
}

rules::Faults misfits(const Workbook& book, const ColumnMap& map, const std::string& file) {
    rules::Faults faults;
    for (const TableMap& table : map.tables) {
        const auto sheet = std::ranges::find(book.sheets, table.sheet, &Sheet::name);
        if (sheet == book.sheets.end()) {
            faults.push_back(missing_sheet(file, table));
            continue;
        }
        const std::vector<std::string_view> header = header_of(*sheet, table.header_row);
        for (const auto& [field, wanted] : table.columns) {
            if (column_of(header, wanted) < header.size()) continue;
            faults.push_back(
                missing_column(place_of(file, table), table.header_row, field, wanted));
        }
    }
    return faults;
}

rules::Result<Workbook> workbook_of(const std::vector<NamedTable>& tables) {
    Workbook book;
    rules::Faults faults;
    std::size_t cells_left = XlsxLimits{}.cells_max;
    for (const NamedTable& table : tables) {
        auto text = to_utf8(table.bytes, table.name);
        if (!text) {
            const rules::Faults more = text.error();
            faults.insert(faults.end(), more.begin(), more.end());
            continue;
        }
        std::string_view name = table.name;
        if (const std::size_t slash = name.find_last_of("/\\"); slash != std::string_view::npos) {
            name.remove_prefix(slash + 1);
        }
        Sheet& sheet = book.sheets.emplace_back();
        sheet.name = name.substr(0, name.rfind('.'));
        CsvReader reader(*text, table.name, csv_shape(*text));
        CsvRow row;
        while (reader.next(row)) {
            if (row.cells.size() > cells_left) {
                faults.push_back({{table.name, row.line, 0},
                                  fmt::format("more than {} cells", XlsxLimits{}.cells_max),
                                  "split the table",
                                  rules::Severity::kError});
                return faults;
            }
            cells_left -= row.cells.size();
            sheet.rows.push_back({row.line, sheet.cells.size(), row.cells.size()});
            for (const std::string_view cell : row.cells) {
                sheet.cells.push_back(book.strings.emplace_back(cell));
            }
        }
        sheet.findings = reader.faults();
    }
    if (!faults.empty()) return faults;
    return book;
}

ReadInventory read_mapped(Workbook workbook, const ColumnMap& map, const std::string& file,
                          const std::string& edition, const ReadOptions& options) {
    const auto book = std::make_shared<const Workbook>(std::move(workbook));
    rules::FaultList findings;
    InventorySources sources;
    for (const TableMap& table : map.tables) {
        const auto sheet = std::ranges::find(book->sheets, table.sheet, &Sheet::name);
        if (sheet == book->sheets.end()) {
            findings.push_back(missing_sheet(file, table));
            continue;
        }
        sources.tables[static_cast<std::size_t>(table.kind)] =
            std::make_unique<MappedRowSource>(book, *sheet, table, place_of(file, table));
    }
    return read_inventory(std::move(sources), edition, options, std::move(findings));
}

}  // namespace qk::plans
