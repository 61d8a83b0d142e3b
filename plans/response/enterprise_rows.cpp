#include "plans/response/enterprise_rows.hpp"

#include <algorithm>
#include <array>
#include <cassert>

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

// "so2", "nox", "pm" or "vocs" for what outlets call them ("SO2", "氮氧化物", "a34013", …); the
// text itself for other factors.
std::string_view factor_named(std::string_view written) {
    for (const FactorName& factor : kFactors) {
        if (factor.written == written) return factor.name;
    }
    return written;
}

}  // namespace

bool names_line(const rules::Measure& measure, const Line& line, const LineWords& words) {
    return words.names(measure.of, line.name, line.equipment);
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

bool has_outlet(const Inventory& inventory, const EnterpriseRows& rows, const Line* line,
                std::string_view factor) {
    for (std::uint32_t o = rows.outlets.first; o < rows.outlets.end; ++o) {
        const Outlet& outlet = inventory.outlets[o];
        if (line != nullptr && !outlet.line.empty() && outlet.line != line->id) continue;
        for (const std::string& written : outlet.factors) {
            if (factor.empty() || factor_named(written) == factor) return true;
        }
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

}  // namespace qk::plans
