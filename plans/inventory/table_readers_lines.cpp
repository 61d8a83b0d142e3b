// Reads production lines, by far the largest table of an inventory: beside the others, so that
// their enterprises are looked up when those are known.
#include <algorithm>
#include <cmath>

#include "plans/inventory/table_readers.hpp"

namespace qk::plans {
namespace {

using namespace line_field;

constexpr double kHoursMax = 30 * 24;  // no process takes longer than a month to come to rest

constexpr double kOvenHeightMax = 10;  // the highest coke ovens have 8 m

constexpr double kBaselineMax = 1e8;  // the largest steel works draw some 20 million kWh in a day

std::uint16_t scaled(std::optional<double> number, double by) {
    return static_cast<std::uint16_t>(std::lround(number.value_or(0) * by));
}

void check_line(TableRows& rows, const Line& line, const ReadOptions& options) {
    if (line.id.empty()) {
        rows.error(kId, "the cell is empty", "an id, unique within the enterprise");
    } else {
        (void)rows.is_good_id(kId, IdUse::kPart, options.wrong_id);
    }
    if (line.emission == DailyEmission{}) {
        rows.warn(kSo2, "the line emits nothing", "its daily emission, or leave the line out");
    }
    if (line.uninterruptible && line.ramp_down_hours == 0 && rows.has(kRampDownHours)) {
        rows.warn(kRampDownHours, "an uninterruptible line that needs no time to ramp down",
                  "the hours it takes to come to rest");
    }
    constexpr double kRampOfInterruptibleMax = 8;
    if (!line.uninterruptible && line.ramp_down_hours > kRampOfInterruptibleMax &&
        rows.has(kUninterruptible)) {
        rows.warn(kRampDownHours,
                  quoted(rows.text(kRampDownHours)) +
                      " hours to ramp down, but the line is not uninterruptible: not granted",
                  "uninterruptible yes (是), or no ramp-down");
    }
    if (line.capacity && line.capacity_unit.empty() && rows.has(kCapacityUnit)) {
        rows.warn(kCapacityUnit, "a capacity without a unit", "for example t/d");
    }
}

void check_trade(const Line& line, const Enterprise& enterprise, ReadState& state) {
    if (line.industry.empty() || !state.options.is_trade_of) return;
    const auto [known, fresh] = state.trades_of.try_emplace(
        line.industry + "\n" + enterprise.industry + "\n" + enterprise.trade_code);
    if (fresh) {
        known->second = state.options.is_trade_of(
            line.industry,
            state.options.with_codes
                ? state.options.with_codes(enterprise.industry, enterprise.trade_code)
                : enterprise.industry.str());
    }
    if (known->second) return;
    add_finding(state, rules::Severity::kWarning, TableKind::kLines, line.row, kIndustry,
                quoted(line.industry) + " is none of the enterprise's trades " +
                    quoted(enterprise.industry) + ": the strictest of them covers the line",
                "one of them, or add the trade and its grade to the enterprise");
}

void read_no_duty(TableRows& rows, Line& line) {
    const std::string_view reason = rows.text(kNoDutyReason);
    const std::string_view by = rows.text(kNoDutyBy);
    if (reason.empty()) return;
    if (by.empty()) {
        rows.warn(kNoDutyBy, "the cell is empty: a reason that nobody answers for does not count",
                  "the name of who says so");
        return;
    }
    line.no_duty = std::string(reason) + "（" + std::string(by) + "）";
}

std::string with_one_mark(std::string_view cell) {
    std::string list(cell);
    constexpr std::string_view kWide = "；";
    for (std::size_t at = list.find(kWide); at != std::string::npos; at = list.find(kWide, at)) {
        list.replace(at, kWide.size(), ";");
    }
    return list;
}

// Columns that came later: in an edition that was taken in before them such a name may stand over
// anything, and what is no number there is not given.
void read_later_numbers(TableRows& rows, Line& line, rules::Severity wrong) {
    line.oven_height_cm =
        scaled(rows.number(kOvenHeight, 0, kOvenHeightMax, "metres, from 0 to 10", wrong), 100);
    line.minimum_load_permille =
        scaled(rows.number(kMinimumLoad, 0, 1, "a share of normal load, 0 to 1", wrong), 1000);
    const auto baseline =
        rows.number(kBaselineEnergy, 0, kBaselineMax, "kWh a day, from 0 to 100000000", wrong);
    line.baseline_kwh_d = static_cast<std::uint32_t>(std::lround(baseline.value_or(0)));
}

}  // namespace

LinesRead read_lines(RowSource& source, const ReadOptions& options) {
    LinesRead read;
    TableRows rows(table_of(TableKind::kLines), source, read.findings);
    const std::size_t estimate = std::min(source.row_estimate(), kRowsReservedMax);
    read.lines.reserve(estimate);
    read.enterprises.reserve(estimate);
    TextRepeats ids, names, equipment, units, trades, reasons;
    while (rows.usable() && rows.next()) {
        const std::string_view enterprise = rows.text(kEnterprise);
        if (enterprise.empty()) rows.error(kEnterprise, "the cell is empty", kEnterpriseCure);
        read.enterprises.push_back(enterprise);
        Line& line = read.lines.emplace_back();
        line.row = rows.line();
        line.id = ids.of(rows.text(kId));
        line.name = names.of(rows.text(kName));
        line.equipment = equipment.of(rows.text(kEquipment));
        line.capacity = rows.number(kCapacity, 0, kAbsurdNumber, "a number, 0 or more");
        line.capacity_unit = units.of(rows.text(kCapacityUnit));
        line.uninterruptible = rows.yes(kUninterruptible);
        line.ramp_down_hours =
            rows.number(kRampDownHours, 0, kHoursMax, "hours, from 0 to 720").value_or(0);
        line.emission = read_emission(rows, kSo2);
        line.idle = rows.yes(kIdle);
        line.industry = trades.of(rows.text(kIndustry));
        read_no_duty(rows, line);
        if (rows.has(kReasons)) {
            line.reasons = reasons.of(with_one_mark(rows.text(kReasons)));
            line.reason_evidence = with_one_mark(rows.text(kReasonEvidence));
            if (std::ranges::count(line.reasons.text(), ';') >=
                static_cast<std::ptrdiff_t>(kReasonsNamedMax)) {
                rows.error(kReasons, "the cell names too many reasons",
                           std::to_string(kReasonsNamedMax) + " at most");
            }
        }
        read_later_numbers(rows, line, options.wrong_id);
        check_line(rows, line, options);
    }
    read.origin = origin_of(TableKind::kLines, rows, source);
    read.findings.append(source.faults());
    return read;
}

void place_lines(LinesRead read, ReadState& state) {
    state.origin_of[static_cast<std::size_t>(TableKind::kLines)] = std::move(read.origin);
    state.findings.append(std::move(read.findings));
    std::vector<Line>& lines = read.lines;
    state.line_of.reserve(lines.size());
    std::size_t kept = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string_view id = read.enterprises[i];
        const std::uint32_t number = id.empty() ? EnterpriseIndex::kNone : state.index.find(id);
        if (number == EnterpriseIndex::kNone) {
            if (!id.empty() && !state.index.may_exist(id)) {
                const std::string changed = changed_by_spreadsheet(id);
                const bool is_changed = !changed.empty();
                add_finding(state, rules::Severity::kError, TableKind::kLines, lines[i].row,
                            kEnterprise,
                            quoted(id) + (is_changed ? " " + changed : std::string(kNoEnterprise)),
                            std::string(is_changed ? kEnterAgain : kNoEnterpriseCure));
            }
            state.orphan_lines.push_back(lines[i].id);
            continue;
        }
        if (kept != i) lines[kept] = std::move(lines[i]);
        const Enterprise& enterprise = state.inventory.enterprises[number];
        lines[kept].enterprise = enterprise.id;
        check_trade(lines[kept], enterprise, state);
        state.line_of.push_back(number);
        ++kept;
    }
    lines.resize(kept);
    state.inventory.lines = std::move(lines);
}

}  // namespace qk::plans
