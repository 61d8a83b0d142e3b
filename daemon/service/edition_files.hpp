// The files of an inventory edition, as they came and as they are stored: read into an inventory
// and its season, the same way when they are taken in and when a plan is computed again years
// later.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "plans/inventory/read_inventory.hpp"
#include "plans/measures/season.hpp"
#include "plans/text/xlsx_reader.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

using InventoryFiles = std::map<std::string, std::string>;  // name -> bytes

// A confirmed column map that comes with a bureau's own sheets; stored with them.
inline constexpr const char* kColumnMapFile = "map.toml";
// Peak-shift and seasonal control of the edition; stored with it, so that an order that cites the
// edition cites the season too.
inline constexpr const char* kSeasonFile = "season.toml";

[[nodiscard]] std::string hash_of_files(const InventoryFiles& files);

// A bureau's own sheets: one workbook, or CSV tables.
struct EditionSheets {
    plans::Workbook book;
    std::string file;  // as findings name it
    bool is_workbook = false;
};
[[nodiscard]] bool is_workbook(const InventoryFiles& files);
[[nodiscard]] rules::Result<EditionSheets> sheets_in(const InventoryFiles& files,
                                                     const std::string& edition);

// Read by the map that came with them, or as the inventory's own tables. `sheets` are those of the
// files, where they are open already: a workbook is inflated once.
[[nodiscard]] plans::ReadInventory inventory_in(
    const InventoryFiles& files, const std::string& edition, const plans::ReadOptions& options,
    std::optional<rules::Result<EditionSheets>> sheets = {});

// A season that is stored is read even where it names grades that are none (`unknown_grades` a
// warning): nobody looked at them when it was taken in. Empty windows where it came without one.
[[nodiscard]] rules::Result<std::shared_ptr<const plans::SeasonPlan>> season_in(
    const InventoryFiles& files, const plans::ReadOptions& options, rules::Severity unknown_grades);

}  // namespace qk::daemon
