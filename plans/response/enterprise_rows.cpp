#include "plans/response/enterprise_rows.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

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

// "so2", "nox", "pm" or "vocs" for what outlets call them ("SO2", "氮氧化物", "a34013", …); the
// text itself for other factors.
std::string_view factor_named(std::string_view written) {
    for (const FactorName& factor : kFactors) {
        if (factor.written == written) return factor.name;
    }
    return written;
}

// Grams that the line emits of the measure's pollutants, and of all.
std::pair<std::int64_t, std::int64_t> emission_named(const rules::Measure& measure,
                                                     const Line& line) {
    std::int64_t named = 0;
    std::int64_t all = 0;
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        all += line.emission.grams[e];
        if ((measure.pollutants >> e & 1U) != 0) named += line.emission.grams[e];
    }
    return {named, all};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The first number of metres in a text, "4.3m捣固焦炉", "7.63米", in centimetres; 0: none. Square
// and cubic metres are none, nor is anything beyond what coke ovens measure.
int height_in(std::string_view text) {
    constexpr double kLeast = 2;
    constexpr double kMost = 10;
    for (std::size_t at = 0; at < text.size();) {
        if (!is_digit(text[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
        const std::string_view rest = text.substr(end);
        const bool is_metres = rest.starts_with("米") || rest.starts_with('m');
        const std::string_view after =
            is_metres ? rest.substr(rest.starts_with('m') ? 1 : std::string_view("米").size())
                      : rest;
        const bool goes_on = after.starts_with("²") || after.starts_with("³") ||
                             (!after.empty() && (is_digit(after[0]) || is_letter(after[0])));
        const auto number = rules::parse_decimal(text.substr(at, end - at));
        if (is_metres && !goes_on && number && number->as_double() >= kLeast &&
            number->as_double() <= kMost) {
            return static_cast<int>(std::lround(number->as_double() * 100));
        }
        at = end;
    }
    return 0;
}

// An oven whose height nobody knows is spoken of at every height; the strictest binds.
bool is_of_height(const rules::Measure& measure, const Line& line) {
    if (measure.height_from_cm == 0 && measure.height_below_cm == 0) return true;
    const int height = oven_height_cm(line);
    if (height == 0) return true;
    return height >= measure.height_from_cm &&
           (measure.height_below_cm == 0 || height < measure.height_below_cm);
}

}  // namespace

int oven_height_cm(const Line& line) {
    if (line.oven_height_cm > 0) return line.oven_height_cm;
    const int by_equipment = height_in(line.equipment);
    return by_equipment > 0 ? by_equipment : height_in(line.name);
}

bool is_step_of(const rules::Measure& measure, const Line* line) {
    if (line == nullptr || measure.step_from <= 0) return false;
    const auto [named, all] = emission_named(measure, *line);
    return named > 0 && static_cast<double>(named) >= measure.step_from * static_cast<double>(all);
}

bool can_concern_line(const rules::Measure& measure, const Line& line) {
    const bool is_of_pollutants = measure.pollutants != rules::kEveryPollutant;
    const bool is_stop_for_nothing = measure.form == rules::Form::kStopProcess &&
                                     is_of_pollutants && emission_named(measure, line).first <= 0;
    return !is_stop_for_nothing && is_of_height(measure, line);
}

bool names_line(const rules::Measure& measure, const Line& line, const LineWords& words) {
    return can_concern_line(measure, line) && words.names(measure.of, line.name, line.equipment);
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
                std::string_view factor, std::string_view id) {
    for (std::uint32_t o = rows.outlets.first; o < rows.outlets.end; ++o) {
        const Outlet& outlet = inventory.outlets[o];
        if (!id.empty() && outlet.id != id) continue;
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
