#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "plans/inventory/cell_words.hpp"
#include "plans/inventory/credit_code.hpp"
#include "plans/inventory/table_readers.hpp"

namespace qk::plans {
namespace {

constexpr double kPowerMaxKw = 2'000'000;
constexpr double kRatioMax = 1'000'000;  // of current and voltage transformers together

// A share of a stop is a share of the lines (停产50%); of one line it is its load.
void check_stop_ratio(TableRows& rows, std::optional<double> ratio, OwnMeasure& measure) {
    using namespace measure_field;
    measure.ratio = ratio.value_or(1);
    if (!ratio || *ratio == 1) return;
    if (*ratio == 0) {
        rows.error(kRatio, quoted(rows.text(kRatio)) + " for a stop: it cuts nothing",
                   "1 for a stop, or another action");
    } else if (measure.line.empty()) {
        rows.warn(
            kRatio,
            quoted(rows.text(kRatio)) + " for a stop: read as that share of the lines standing",
            "1 for a stop of all, or limit_load (限产) for less load");
    } else {
        rows.warn(
            kRatio,
            quoted(rows.text(kRatio)) + " for a stop of one line: read as that share of its load",
            "1 for a stop, or limit_load (限产) for a part");
    }
}

void check_measure_ratio(TableRows& rows, OwnMeasure& measure) {
    using namespace measure_field;
    const auto ratio = rows.share(kRatio);
    const bool is_empty = rows.text(kRatio).empty();
    // A limit may be given by one of the further columns (an absolute target, a cycle, a cap).
    const bool other_target = !measure.extra.empty();
    switch (measure.action) {
        case rules::Action::kStop:
            check_stop_ratio(rows, ratio, measure);
            return;
        case rules::Action::kLimitLoad:
        case rules::Action::kLimitEmission:
            measure.ratio = ratio.value_or(0);
            if (is_empty && !other_target) {
                rows.error(kRatio, "the cell is empty: a limit needs its ratio",
                           "the share to be cut, for example 0.2");
            } else if (ratio && *ratio == 0 && !other_target) {
                rows.warn(kRatio, "a limit by 0 cuts nothing", "the share to be cut");
            }
            return;
        case rules::Action::kBanVehicles:
            if (!measure.line.empty()) {
                rows.warn(kLine, "a vehicle ban with a line: it speaks of the whole enterprise",
                          "leave the line empty");
            }
            [[fallthrough]];
        case rules::Action::kSelfDiscipline:
            if (ratio && *ratio > 0) {
                rows.warn(kRatio,
                          quoted(rows.text(kRatio)) + " for " +
                              std::string(rules::to_text(measure.action)) +
                              ", which counts nothing towards the floors",
                          "leave it empty, or limit_load (限产)");
            }
            measure.ratio = 0;
            return;
        case rules::Action::kStopProcess:
            measure.ratio = ratio.value_or(0);
            return;
    }
}

constexpr std::size_t kMnLengthMax = 40;   // devices in the field keep to no standard
constexpr std::size_t kMnLength2017 = 24;  // HJ 212-2017
constexpr std::size_t kMnLength2005 = 14;  // HJ/T 212-2005

bool is_mn(std::string_view mn) {
    return mn.size() <= kMnLengthMax && std::ranges::all_of(mn, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      c == '_' || c == '-';
           });
}

void check_mn_length(TableRows& rows, std::string_view mn) {
    if (!is_mn(mn) || mn.empty() || mn.size() == kMnLength2017 || mn.size() == kMnLength2005)
        return;
    rows.note(outlet_field::kMn,
              quoted(mn) + " has " + std::to_string(mn.size()) + " characters, an MN 24 (or 14)",
              "compare with the data logger");
}

struct FactorName {
    std::string_view as_written;
    std::string_view factor;
};

// As normalised_header() leaves them. HJ 212 codes are kept as they are.
constexpr std::array<FactorName, 16> kFactorNames{{
    {"so2", "so2"},
    {"二氧化硫", "so2"},
    {"nox", "nox"},
    {"氮氧化物", "nox"},
    {"pm", "pm"},
    {"颗粒物", "pm"},
    {"烟尘", "pm"},
    {"粉尘", "pm"},
    {"vocs", "vocs"},
    {"voc", "vocs"},
    {"挥发性有机物", "vocs"},
    {"非甲烷总烃", "vocs"},
    {"nmhc", "vocs"},
    {"co", "co"},
    {"一氧化碳", "co"},
    {"o2", "o2"},
}};

bool is_hj212_code(std::string_view word) {
    return word.size() == 6 && (word[0] == 'a' || word[0] == 'w') &&
           word.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

void read_factors(TableRows& rows, Outlet& outlet) {
    using namespace outlet_field;
    std::string cell(rows.text(kFactors));
    for (const std::string_view mark : {"；", "、", "，", ",", "|", "/"}) {
        for (std::size_t at = cell.find(mark); at != std::string::npos; at = cell.find(mark, at)) {
            cell.replace(at, mark.size(), ";");
        }
    }
    std::string_view rest = cell;
    while (!rest.empty()) {
        const std::size_t end = rest.find(';');
        const std::string word = normalised_header(rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (word.empty()) continue;
        const auto* found = std::ranges::find(kFactorNames, word, &FactorName::as_written);
        if (found != kFactorNames.end())
            outlet.factors.emplace_back(found->factor);
        else
            outlet.factors.push_back(word);
        if (found == kFactorNames.end() && !is_hj212_code(word)) {
            rows.warn(kFactors, quoted(word) + " is not a known factor",
                      "so2, nox, pm, vocs, or an HJ 212 code");
        }
    }
}

// Notes the row in which a text stands. The row of an equal text before this one; 0: there was
// none.
int row_before(ByText<int>& rows, std::string_view text, int row) {
    const auto [at, is_new] = rows.emplace(text, row);
    return is_new ? 0 : at->second;
}

// The id of the enterprise's own row, so that it is stored once.
SharedText id_of(std::uint32_t enterprise, std::string_view as_written, const ReadState& state) {
    if (enterprise == EnterpriseIndex::kNone) return as_written;
    return state.inventory.enterprises[enterprise].id;
}

// Counting sort by enterprise; `keys` runs beside `values`.
template <class T>
void group(std::vector<T>& values, std::vector<std::uint32_t>& keys, std::size_t enterprises) {
    if (std::ranges::is_sorted(keys)) return;
    std::vector<std::size_t> place(enterprises + 1, 0);
    for (const std::uint32_t key : keys) ++place[key + 1];
    for (std::size_t i = 1; i < place.size(); ++i) place[i] += place[i - 1];
    std::vector<T> sorted(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        sorted[place[keys[i]]++] = std::move(values[i]);
    }
    values = std::move(sorted);
    std::ranges::sort(keys);
}

// A column that nobody knows is kept and ignored; one that has a meaning and cannot be read is
// named.
void check_extras(const TableRows& rows, const OwnMeasure& measure, ReadState& state) {
    for (rules::Fault& fault : state.options.check_extras(measure)) {
        fault.place = {rows.place(), measure.row, 0};
        fault.severity = rules::Severity::kWarning;
        for (const TableRows::Extra& extra : rows.extras()) {
            if (!fault.what.starts_with(std::string(extra.header) + ":")) continue;
            fault.place.column = static_cast<int>(extra.column) + 1;
        }
        state.findings.push_back(std::move(fault));
    }
}

}  // namespace

std::uint32_t enterprise_of(TableRows& rows, std::size_t field, const ReadState& state) {
    const std::string_view id = rows.text(field);
    if (id.empty()) {
        rows.error(field, "the cell is empty", kEnterpriseCure);
        return EnterpriseIndex::kNone;
    }
    const std::uint32_t number = state.index.find(id);
    if (number == EnterpriseIndex::kNone && !state.index.may_exist(id)) {
        const std::string changed = changed_by_spreadsheet(id);
        if (changed.empty())
            rows.error(field, quoted(id) + std::string(kNoEnterprise), kNoEnterpriseCure);
        else
            rows.error(field, quoted(id) + " " + changed, kEnterAgain);
    }
    return number;
}

DailyEmission read_emission(TableRows& rows, std::size_t first_field, std::int64_t most_kg) {
    DailyEmission emission;
    for (std::size_t i = 0; i < kEmissionCount; ++i)
        emission.grams[i] = rows.grams(first_field + i, most_kg);
    return emission;
}

TableOrigin origin_of(TableKind kind, const TableRows& rows, const RowSource& source) {
    TableOrigin origin;
    origin.place = source.place();
    const auto& fields = table_of(kind).fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        origin.columns.push_back(rows.column_number(i));
    }
    origin.is_sound = rows.is_sound();
    const auto named = std::ranges::find(fields, "enterprise", &Field::name);
    const auto place = named == fields.end()
                           ? std::size_t{0}
                           : static_cast<std::size_t>(rows.column_number(
                                 static_cast<std::size_t>(named - fields.begin())));
    for (const BrokenCsvRow& row : source.broken()) {
        if (place > 0 && place <= row.cells.size())
            origin.incomplete.emplace_back(row.cells[place - 1]);
    }
    return origin;
}

void finish_table(TableKind kind, const TableRows& rows, const RowSource& source,
                  ReadState& state) {
    state.origin_of[static_cast<std::size_t>(kind)] = origin_of(kind, rows, source);
    state.findings.append(source.faults());
}

void add_finding(ReadState& state, rules::Severity severity, TableKind table, int row,
                 std::size_t field, std::string_view what, std::string cure) {
    const Field& column = table_of(table).fields[field];
    const TableOrigin& origin = state.origin_of[static_cast<std::size_t>(table)];
    state.findings.push_back({{origin.place, row, origin.columns[field]},
                              column_words(column) + ": " + std::string(what),
                              std::move(cure),
                              severity});
}

void read_measures(RowSource& source, ReadState& state) {
    using namespace measure_field;
    TableRows rows(table_of(TableKind::kMeasures), source, state.findings);
    while (rows.usable() && rows.next()) {
        const std::uint32_t enterprise = enterprise_of(rows, kEnterprise, state);
        OwnMeasure measure;
        measure.row = rows.line();
        measure.enterprise = id_of(enterprise, rows.text(kEnterprise), state);
        measure.line = rows.text(kLine);
        measure.detail = rows.text(kDetail);
        for (const TableRows::Extra& extra : rows.extras()) {
            const std::string_view cell = rows.extra_text(extra);
            if (!cell.empty()) measure.extra.emplace(extra.header, cell);
        }
        const auto level = read_level(rows.text(kLevel));
        if (level)
            measure.level = *level;
        else {
            rows.error(kLevel, quoted(rows.text(kLevel)) + " is not a level",
                       "yellow, orange or red (黄色, 橙色, 红色; Ⅲ级, Ⅱ级, Ⅰ级)");
        }
        const auto action = read_action(rows.text(kAction));
        if (action) {
            measure.action = *action;
            check_measure_ratio(rows, measure);
        } else {
            rows.error(kAction, quoted(rows.text(kAction)) + " is not an action",
                       "stop, limit_load, limit_emission, stop_process, ban_vehicles or "
                       "self_discipline (停产, 限产, 限排, 停止工序, 移动源管控, 自主减排)");
            (void)rows.share(kRatio);
        }
        if (!measure.extra.empty() && state.options.check_extras) {
            check_extras(rows, measure, state);
        }
        if (!level || !action) state.unclear_measures.push_back(measure.row);
        if (enterprise == EnterpriseIndex::kNone) continue;
        state.inventory.own_measures.push_back(std::move(measure));
        state.measure_of.push_back(enterprise);
    }
    finish_table(TableKind::kMeasures, rows, source, state);
}

void read_meters(RowSource& source, ReadState& state) {
    using namespace meter_field;
    TableRows rows(table_of(TableKind::kMeters), source, state.findings);
    const std::size_t estimate = std::min(source.row_estimate(), kRowsReservedMax);
    state.inventory.meters.reserve(estimate);
    ByText<int> first_rows;
    first_rows.reserve(estimate);
    while (rows.usable() && rows.next()) {
        const std::uint32_t enterprise = enterprise_of(rows, kEnterprise, state);
        Meter meter;
        meter.row = rows.line();
        meter.id = rows.text(kId);
        meter.enterprise = id_of(enterprise, rows.text(kEnterprise), state);
        meter.line = rows.text(kLine);
        meter.custody = read_custody(rows, kKeeper);
        meter.ct_ratio =
            rows.number(kRatio, 0.001, kRatioMax, "a factor, 0.001 to 1000000").value_or(1);
        const auto role = read_role(rows.text(kRole));
        if (role)
            meter.role = *role;
        else {
            rows.error(kRole, quoted(rows.text(kRole)) + " is not a role",
                       "total, production or treatment (总表, 生产, 治污)");
        }
        meter.rated_kw = rows.number(kRatedKw, 0, kPowerMaxKw, "kilowatts, 0 to 2000000");
        meter.idle_kw = rows.number(kIdleKw, 0, kPowerMaxKw, "kilowatts, 0 to 2000000");
        if (meter.rated_kw && meter.idle_kw && *meter.idle_kw > *meter.rated_kw) {
            rows.error(kIdleKw,
                       quoted(rows.text(kIdleKw)) + " is above the rated power of " +
                           std::string(rows.text(kRatedKw)) + " kW",
                       "the power at standstill is at most the rated power");
        }
        if (role == rules::MeterRole::kTotal && !meter.line.empty()) {
            rows.warn(kLine, "a total meter with a line: it counts the whole enterprise",
                      "leave the line empty, or the role production");
        }
        if (rows.has(kRatedKw) && rows.text(kRatedKw).empty() &&
            role == rules::MeterRole::kProduction) {
            rows.warn(kRatedKw, "the cell is empty: what standing means cannot be told",
                      "the rated power of what the meter measures, in kilowatts");
        }
        if (meter.rated_kw && *meter.rated_kw == 0) {
            rows.warn(kRatedKw, "a rated power of 0", "the rated power, or leave it empty");
        }
        if (meter.id.empty()) {
            rows.error(kId, "the cell is empty", "the meter's id, unique in the city");
        } else if (!rows.is_good_id(kId, IdUse::kTopic, state.options.wrong_id)) {
            meter.id = {};
        } else if (const int first = row_before(first_rows, rows.text(kId), rows.line())) {
            rows.error(
                kId,
                quoted(rows.text(kId)) + " stands twice; first in row " + std::to_string(first),
                "one row a meter");
        }
        if (enterprise == EnterpriseIndex::kNone) continue;
        state.inventory.meters.push_back(std::move(meter));
        state.meter_of.push_back(enterprise);
    }
    finish_table(TableKind::kMeters, rows, source, state);
}

void read_outlets(RowSource& source, ReadState& state) {
    using namespace outlet_field;
    TableRows rows(table_of(TableKind::kOutlets), source, state.findings);
    ByText<int> rows_of_ids, rows_of_mns;
    while (rows.usable() && rows.next()) {
        const std::uint32_t enterprise = enterprise_of(rows, kEnterprise, state);
        Outlet outlet;
        outlet.row = rows.line();
        outlet.id = rows.text(kId);
        outlet.enterprise = id_of(enterprise, rows.text(kEnterprise), state);
        outlet.line = rows.text(kLine);
        outlet.mn = rows.text(kMn);
        outlet.custody = read_custody(rows, kKeeper);
        read_factors(rows, outlet);
        if (outlet.factors.empty() && rows.has(kFactors)) {
            rows.warn(kFactors, "the cell is empty: what the outlet measures is not known",
                      "for example so2;nox;pm");
        }
        if (outlet.id.empty()) {
            rows.error(kId, "the cell is empty", "the outlet's id, unique in the city");
        } else if (!rows.is_good_id(kId, IdUse::kTopic, state.options.wrong_id)) {
            outlet.id = {};
        } else if (const int first = row_before(rows_of_ids, rows.text(kId), rows.line())) {
            rows.error(kId,
                       quoted(outlet.id) + " stands twice; first in row " + std::to_string(first),
                       "one row an outlet");
        }
        if (outlet.mn.empty()) {
            rows.warn(kMn, "the cell is empty: no HJ 212 message can be matched",
                      "the device's MN");
        } else if (!is_mn(outlet.mn)) {
            rows.error(kMn, quoted(outlet.mn) + " is not an MN",
                       "at most 40 letters, digits, - and _");
        } else if (const int first = row_before(rows_of_mns, rows.text(kMn), rows.line())) {
            rows.error(kMn,
                       quoted(outlet.mn) + " stands twice; first in row " + std::to_string(first),
                       "one outlet a device");
        }
        check_mn_length(rows, outlet.mn);
        if (enterprise == EnterpriseIndex::kNone) continue;
        state.inventory.outlets.push_back(std::move(outlet));
        state.outlet_of.push_back(enterprise);
    }
    finish_table(TableKind::kOutlets, rows, source, state);
}

void read_area_emissions(RowSource& source, ReadState& state) {
    using namespace area_field;
    TableRows rows(table_of(TableKind::kAreaEmissions), source, state.findings);
    std::map<std::pair<std::string, Source>, int> row_of;
    while (rows.usable() && rows.next()) {
        AreaEmission area;
        area.row = rows.line();
        area.region = rows.text(kRegion);
        if (!is_region_code(area.region)) {
            rows.error(kRegion, quoted(area.region) + " is not a region code",
                       "six digits of GB/T 2260, for example 410100");
        }
        const auto source_kind = read_source(rows.text(kSource));
        if (source_kind)
            area.source = *source_kind;
        else {
            rows.error(kSource, quoted(rows.text(kSource)) + " is not a source",
                       "industry, mobile, dust or residential (工业源, 移动源, 扬尘源, 生活源)");
        }
        area.emission = read_emission(rows, kSo2, kAbsurdSocietyKgPerDay);
        if (source_kind && is_region_code(area.region)) {
            const auto [first, fresh] =
                row_of.emplace(std::pair(area.region, area.source), area.row);
            if (!fresh) {
                rows.error(kSource,
                           quoted(rows.text(kSource)) + " of region " + area.region +
                               " stands twice; first in row " + std::to_string(first->second),
                           "one row a region and source");
            }
            if (fresh) state.inventory.area_emissions.push_back(std::move(area));
        }
    }
    finish_table(TableKind::kAreaEmissions, rows, source, state);
}

void group_by_enterprise(ReadState& state) {
    const std::size_t enterprises = state.inventory.enterprises.size();
    group(state.inventory.lines, state.line_of, enterprises);
    group(state.inventory.own_measures, state.measure_of, enterprises);
    group(state.inventory.meters, state.meter_of, enterprises);
    group(state.inventory.outlets, state.outlet_of, enterprises);
}

}  // namespace qk::plans
