#include "plans/response/duty_table.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "rules/base/decimal.hpp"

namespace qk::plans {
namespace {

// Takes the rows that belong to the enterprise, from where the one before it ended.
template <class Rows>
RowRange take(const Rows& rows, std::uint32_t& at, const SharedText& enterprise) {
    RowRange range{at, at};
    while (range.end < rows.size() && rows[range.end].enterprise == enterprise) ++range.end;
    at = range.end;
    return range;
}

struct FactorName {
    std::string_view written;
    std::string_view name;
};

// HJ 212-2017 and HJ/T 212-2005 codes, Chinese names and plain ones.
constexpr auto kFactors = std::to_array<FactorName>({
    {"so2", "so2"},      {"SO2", "so2"},     {"二氧化硫", "so2"},    {"a21026", "so2"},
    {"02", "so2"},       {"nox", "nox"},     {"NOx", "nox"},         {"NOX", "nox"},
    {"氮氧化物", "nox"}, {"a21002", "nox"},  {"03", "nox"},          {"pm", "pm"},
    {"PM", "pm"},        {"颗粒物", "pm"},   {"烟尘", "pm"},         {"a34013", "pm"},
    {"01", "pm"},        {"vocs", "vocs"},   {"VOCs", "vocs"},       {"VOCS", "vocs"},
    {"nmhc", "vocs"},    {"NMHC", "vocs"},   {"非甲烷总烃", "vocs"}, {"挥发性有机物", "vocs"},
    {"a24088", "vocs"},  {"a05002", "vocs"},
});

}  // namespace

std::string_view factor_named(std::string_view written) {
    for (const FactorName& factor : kFactors) {
        if (factor.written == written) return factor.name;
    }
    return written;
}

std::int16_t place_of(const Trade* trade) {
    if (trade == nullptr) return Duty::kNoTrade;
    return static_cast<std::int16_t>(trade - all_trades().data());
}

std::int16_t DutyTable::trade_place(std::size_t enterprise, const Line& line) const {
    if (line.industry.empty()) return Duty::kNoTrade;
    return place_of(
        trade_of_line(line.industry, input_.inventory.enterprises[enterprise].industry));
}

bool names_line(const rules::Measure& measure, const Line& line) {
    if (measure.of.empty()) return true;
    return std::any_of(measure.of.begin(), measure.of.end(), [&line](const std::string& word) {
        return line.name.find(word) != std::string::npos ||
               line.equipment.find(word) != std::string::npos;
    });
}

bool has_production_meter(const Inventory& inventory, const EnterpriseRows& rows,
                          const Line* line) {
    for (std::uint32_t m = rows.meters.first; m < rows.meters.end; ++m) {
        const Meter& meter = inventory.meters[m];
        if (meter.role != rules::MeterRole::kProduction) continue;
        if (line == nullptr || meter.line.empty() || meter.line == line->id) return true;
    }
    return false;
}

std::vector<EnterpriseRows> rows_of(const Inventory& inventory) {
    std::vector<EnterpriseRows> all;
    all.reserve(inventory.enterprises.size());
    std::uint32_t line = 0;
    std::uint32_t own = 0;
    std::uint32_t meter = 0;
    std::uint32_t outlet = 0;
    for (const Enterprise& enterprise : inventory.enterprises) {
        EnterpriseRows rows;
        rows.lines = take(inventory.lines, line, enterprise.id);
        rows.own = take(inventory.own_measures, own, enterprise.id);
        rows.meters = take(inventory.meters, meter, enterprise.id);
        rows.outlets = take(inventory.outlets, outlet, enterprise.id);
        all.push_back(rows);
    }
    // The reader groups rows in the order of the enterprises; a row left over would owe nothing in
    // silence.
    assert(line == inventory.lines.size() && own == inventory.own_measures.size());
    assert(meter == inventory.meters.size() && outlet == inventory.outlets.size());
    return all;
}

std::vector<LineReduction> DutyTable::line_reductions(std::size_t enterprise) const {
    constexpr std::int64_t kMillion = 1'000'000;
    std::vector<LineReduction> all;
    const RowRange lines = rows(enterprise).lines;
    for (std::uint32_t l = lines.first; l < lines.end; ++l) {
        const Line& line = input_.inventory.lines[l];
        LineReduction one;
        one.line = line.id;
        for (std::size_t e = 0; e < kEmissionCount; ++e) {
            one.reduction.grams[e] = rules::divide_half_even(
                line.emission.grams[e] * static_cast<std::int64_t>(line_shares_[l][e]), kMillion);
        }
        all.push_back(std::move(one));
    }
    return all;
}

std::size_t DutyTable::bytes() const {
    return duties_.capacity() * sizeof(Duty) + answers_.capacity() * sizeof(Answer) +
           line_shares_.capacity() * sizeof(LineShares) + remarks_.capacity() * sizeof(DutyRemark) +
           standings_.size() * sizeof(Standing) + rows_->capacity() * sizeof(EnterpriseRows);
}

const rules::Measure& DutyTable::measure(std::int32_t code, rules::Measure& scratch) const {
    if (code >= 0) return *measures_[static_cast<std::size_t>(code)];
    scratch =
        measure_from(input_.inventory.own_measures[static_cast<std::size_t>(-code - 1)], true);
    return scratch;
}

}  // namespace qk::plans
