#include "daemon/service/edition_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "plans/inventory/column_map.hpp"
#include "plans/text/sha256.hpp"

namespace qk::daemon {
namespace {

plans::ReadInventory refused(const rules::Faults& findings) { return {std::nullopt, findings}; }

// The tables of an upload, without what lies beside them.
std::vector<plans::NamedTable> tables_in(const InventoryFiles& files) {
    std::vector<plans::NamedTable> tables;
    for (const auto& [name, bytes] : files) {
        if (name == kColumnMapFile || name == kSeasonFile) continue;
        plans::NamedTable table;
        table.name = name;
        table.bytes = bytes;
        tables.push_back(std::move(table));
    }
    return tables;
}

}  // namespace

std::string hash_of_files(const InventoryFiles& files) {
    plans::Sha256 hash;
    for (const auto& [name, bytes] : files) {
        hash.add(fmt::format("{}\n{}\n", name, bytes.size()));
        hash.add(bytes);
    }
    return hash.hex();
}

bool is_workbook(const InventoryFiles& files) {
    const auto is_table = [](const auto& file) {
        return file.first != kColumnMapFile && file.first != kSeasonFile;
    };
    const auto first = std::ranges::find_if(files, is_table);
    return std::ranges::count_if(files, is_table) == 1 && plans::looks_like_zip(first->second);
}

rules::Result<EditionSheets> sheets_in(const InventoryFiles& files, const std::string& edition) {
    const auto tables = tables_in(files);
    const bool is_book = is_workbook(files);
    auto book = is_book ? plans::read_xlsx(tables.front().bytes, tables.front().name)
                        : plans::workbook_of(tables);
    if (!book) return book.error();
    return EditionSheets{std::move(*book), is_book ? tables.front().name : edition, is_book};
}

plans::ReadInventory inventory_in(const InventoryFiles& files, const std::string& edition,
                                  const plans::ReadOptions& options,
                                  std::optional<rules::Result<EditionSheets>> sheets) {
    const auto map = files.find(kColumnMapFile);
    if (map == files.end()) {
        if (sheets && !*sheets) return refused(sheets->error());
        if (!sheets || !(*sheets)->is_workbook) {
            return plans::read_inventory(tables_in(files), edition, options);
        }
        return plans::read_inventory(std::move((*sheets)->book), (*sheets)->file, edition, options);
    }
    const auto columns = plans::read_column_map(map->second, kColumnMapFile);
    if (!columns) return refused(columns.error());
    if (!sheets) sheets = sheets_in(files, edition);
    if (!*sheets) return refused(sheets->error());
    return plans::read_mapped(std::move((*sheets)->book), *columns, (*sheets)->file, edition,
                              options);
}

rules::Result<std::shared_ptr<const plans::SeasonPlan>> season_in(const InventoryFiles& files,
                                                                  const plans::ReadOptions& options,
                                                                  rules::Severity unknown_grades) {
    const auto file = files.find(kSeasonFile);
    if (file == files.end()) return std::make_shared<const plans::SeasonPlan>();
    auto season =
        plans::read_season(file->second, kSeasonFile, options.grade_names, unknown_grades);
    if (!season) return season.error();
    return std::make_shared<const plans::SeasonPlan>(*std::move(season));
}

}  // namespace qk::daemon
