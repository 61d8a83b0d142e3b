#include "plans/inventory/cell_words.hpp"
#include "plans/inventory/table_readers.hpp"

namespace qk::plans {
namespace {

std::optional<rules::CivilDay> read_past_day(TableRows& rows, std::size_t field) {
    const std::string_view cell = rows.text(field);
    if (cell.empty()) return std::nullopt;
    const auto day = rules::parse_day(cell);
    // What nobody can read is the same as nothing: it is no reason to refuse an inventory.
    if (!day) rows.warn(field, quoted(cell) + " is not a day", "2026-03-31");
    return day;
}

}  // namespace

std::shared_ptr<const Custody> read_custody(TableRows& rows, std::size_t first) {
    Custody custody;
    custody.keeper = rows.text(first);
    custody.calibrated_on = read_past_day(rows, first + 1);
    custody.compared_on = read_past_day(rows, first + 2);
    const bool is_empty = custody.keeper.empty() && !custody.calibrated_on && !custody.compared_on;
    return is_empty ? nullptr : std::make_shared<const Custody>(std::move(custody));
}

void read_series(RowSource& source, ReadState& state) {
    using namespace series_field;
    TableRows rows(table_of(TableKind::kSeries), source, state.findings);
    ByText<int> first_rows;
    while (rows.usable() && rows.next()) {
        const std::uint32_t enterprise = enterprise_of(rows, kEnterprise, state);
        Series series;
        series.row = rows.line();
        series.id = rows.text(kId);
        series.enterprise = rows.text(kEnterprise);
        series.line = rows.text(kLine);
        series.unit = rows.text(kUnit);
        series.custody = read_custody(rows, kKeeper);
        if (const auto kind = rules::parse_series_kind(rows.text(kKind))) {
            series.kind = *kind;
        } else {
            rows.error(kKind, quoted(rows.text(kKind)) + " is not a kind of series",
                       "current, voltage, power, energy, gas, steam, load, flow, temperature, "
                       "pressure, speed, state, bypass or other");
        }
        if (!rows.text(kRole).empty()) {
            const auto role = read_role(rows.text(kRole));
            if (!role || *role == rules::MeterRole::kTotal) {
                rows.error(kRole, quoted(rows.text(kRole)) + " is not a role of a series",
                           "production or treatment (生产, 治污)");
            } else {
                series.role = *role;
            }
        }
        if (series.id.empty()) {
            rows.error(kId, "the cell is empty", "the id of the series, unique in the city");
        } else if (!rows.is_good_id(kId, IdUse::kTopic, state.options.wrong_id)) {
            series.id = {};
        } else {
            const auto [first, is_new] = first_rows.emplace(rows.text(kId), rows.line());
            if (!is_new) {
                rows.error(kId,
                           quoted(rows.text(kId)) + " stands twice; first in row " +
                               std::to_string(first->second),
                           "one row a series");
            }
        }
        if (enterprise == EnterpriseIndex::kNone) continue;
        state.inventory.series.push_back(std::move(series));
    }
    finish_table(TableKind::kSeries, rows, source, state);
}

}  // namespace qk::plans
