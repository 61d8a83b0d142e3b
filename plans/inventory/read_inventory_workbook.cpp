#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

#include "plans/inventory/read_inventory.hpp"
#include "plans/text/xlsx_reader.hpp"

namespace qk::plans {

SheetRowSource::SheetRowSource(std::shared_ptr<const Workbook> book, std::size_t sheet,
                               std::string place)
    : book_(std::move(book)),
      sheet_(book_->sheets[sheet]),
      place_(std::move(place)),
      faults_(sheet_.findings) {
    faults_.insert(faults_.end(), sheet_.merged_numbers.begin(), sheet_.merged_numbers.end());
}

bool SheetRowSource::next(CsvRow& row) {
    if (at_ >= sheet_.rows.size()) return false;
    const Sheet::Row& from = sheet_.rows[at_++];
    row.line = from.number;
    const auto cells = sheet_.cells_of(from);
    row.cells.assign(cells.begin(), cells.end());
    return true;
}

std::size_t SheetRowSource::row_estimate() const { return sheet_.rows.size(); }

ReadInventory read_inventory(Workbook workbook, const std::string& file, const std::string& edition,
                             const ReadOptions& options) {
    const auto book = std::make_shared<const Workbook>(std::move(workbook));
    rules::FaultList findings;
    InventorySources sources;
    // What is seen counts before what is hidden.
    std::vector<std::size_t> order(book->sheets.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_partition(order, [&](std::size_t i) { return !book->sheets[i].hidden; });
    for (const std::size_t i : order) {
        const Sheet& sheet = book->sheets[i];
        const std::string place = file + ":" + sheet.name;
        const auto kind = find_table(sheet.name);
        if (!kind) {
            if (sheet.rows.empty() || normalised_header(sheet.name) == "填表说明") continue;
            findings.push_back({{place, 0, 0},
                                "is not a table of an inventory and is not read",
                                "enterprises (企业), lines (生产线), measures (一厂一策), meters "
                                "(用电监管), outlets (排放口), area_emissions (全社会排放量), "
                                "dust_sites (扬尘源), transport_users (运输大户), "
                                "department_tasks (部门任务)",
                                rules::Severity::kWarning});
            continue;
        }
        auto& table = sources.tables[static_cast<std::size_t>(*kind)];
        if (sheet.hidden) {
            findings.push_back({{place, 0, 0},
                                table ? "is hidden and is not read; " + table->place() + " is"
                                      : std::string("is hidden, and is read"),
                                "show the sheet, or delete it",
                                rules::Severity::kWarning});
            if (table) continue;
        }
        if (table) {
            findings.push_back({{place, 0, 0},
                                "is a second table '" + std::string(table_of(*kind).name) + "'; " +
                                    table->place() + " is the first",
                                "keep one of the two",
                                rules::Severity::kError});
            continue;
        }
        table = std::make_unique<SheetRowSource>(book, i, place);
    }
    return read_inventory(std::move(sources), edition, options, std::move(findings));
}

}  // namespace qk::plans
