// What a region decides about obligations: floors, substitution, how grades and classes are
// treated, which trucks are banned from when, what a grade change after the printed edition does.
//
// The default value is the national sample, so that a plan can be derived without any pack; every
// setting that no national text fixes is marked a sample in `origins`, and derive repeats that as a
// remark. Shares are 0..1. from_pack() takes over what a region's rule pack says.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plans/inventory/grade_cell.hpp"
#include "plans/inventory/inventory.hpp"
#include "plans/measures/line_words.hpp"
#include "plans/measures/trades.hpp"
#include "plans/packs/region_pack.hpp"

namespace qk::plans {

inline constexpr std::size_t kColourCount = 4;  // blue, yellow, orange, red
inline constexpr std::size_t kSourceCount = 4;  // industry, mobile, dust, residential

enum class Treatment { kUntouched, kSelfDiscipline, kHeatDuty, kOrderDuty, kAsGraded };
[[nodiscard]] std::string_view to_text(Treatment treatment);
[[nodiscard]] std::string_view to_chinese(Treatment treatment);

// A class that forced measures spare up to a colour (handbook 3.4).
struct ExemptRule {
    std::string name;                    // as `exempt_class` in the inventory
    std::optional<rules::Colour> up_to;  // empty: at every colour
    Treatment treatment = Treatment::kSelfDiscipline;
    bool evidence_needed = true;
};

struct TruckBan {
    std::optional<rules::Colour> from;  // empty: only where a measure says so
    std::vector<std::string> trades;    // ids; empty: every trade
    std::vector<std::string> stages;
    std::vector<std::string> exempt;
    std::array<std::vector<std::string>, kColourCount> passes;  // that are exempt, by colour
    int from_hour = 0;
    int to_hour = 24;
    int vehicles_per_day = 10;  // large goods user above this
    std::string source;
};

enum class GradeChangeRule { kEdition, kNewGrade };

struct RegionRules {
    std::string id = "national-sample";
    std::string name = "国家样例规则";
    // Floors[colour][pollutant] as shares of whole-society emission; empty: none.
    std::array<std::array<std::optional<double>, kEmissionCount>, kColourCount> floors{};
    bool so2_nox_substitution = true;
    // Share of a source's emission that its own measures cut; industry is derived, not set.
    std::array<std::array<double, kColourCount>, kSourceCount> source_cut{};
    std::map<std::string, std::string, std::less<>> grade_as;  // local or lesser-known -> catalogue
    std::vector<std::string> self_grades{"A+", "A", "leading"};
    std::string unknown_grade_as = "D";
    Treatment livelihood = Treatment::kUntouched;
    Treatment small = Treatment::kSelfDiscipline;
    Treatment whitelist = Treatment::kSelfDiscipline;
    std::vector<ExemptRule> exempt;
    // Whether these classes want a document (豁免依据). Empty: only where the inventory has a
    // column for it.
    std::optional<bool> livelihood_evidence;
    std::optional<bool> whitelist_evidence;
    TradeTies trade_ties;  // what people of the region tied
    int first_batch = 1;   // of a rotation, in this round
    // The words by which windows of the season know lines: Catalogue::own_line_words() of the
    // catalogue in use; null: as shipped.
    std::shared_ptr<const LineWords> line_words;
    GradeChangeRule grade_change = GradeChangeRule::kEdition;
    TruckBan truck_ban;
    std::chrono::minutes treatment_after_stop{30};
    // "<setting>: where it is from", shown with answers; samples say so.
    std::vector<std::string> origins;
    std::vector<std::string> samples;
};

// The base grade of a grade as written, after the region's names; what nobody knows stays.
[[nodiscard]] std::string base_grade(const RegionRules& rules, const std::string& written);
// By whose measures a base grade is treated where a trade says nothing of its own: C for B-.
[[nodiscard]] std::string treated_as(const RegionRules& rules, const std::string& grade);
// A region's own names of grades, as readers of files take them.
[[nodiscard]] GradeNames grade_names_of(const RegionRules& rules);

// Whether the inventory says that no measure touches the enterprise on that day: livelihood
// (保障类) or a class of that treatment, with the evidence that is asked for.
[[nodiscard]] bool is_untouched(const RegionRules& rules, const Inventory& inventory,
                                const Enterprise& enterprise, rules::CivilDay day);
// Whether what an enterprise is spared for is proved as the region asks.
[[nodiscard]] bool has_evidence(const std::optional<bool>& is_needed, const Inventory& inventory,
                                const Enterprise& enterprise);

// The national sample: floors 10/20/30 % for each pollutant, SO2/NOx substitution.
[[nodiscard]] RegionRules national_sample_rules();
[[nodiscard]] RegionRules from_pack(const RegionPack& pack);

}  // namespace qk::plans
