// The coverage audit (全覆盖核查): permits, the list of key units, the inventory, meters, stacks
// and gates held against one another, with every gap by name. Without coverage no verdict matters:
// what no list names and no instrument sees is judged by nobody.
//
// A list that is not given says nothing: its gaps are not looked for, and the answer says so.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

inline constexpr std::size_t kCoverageRowsMax = 500'000;  // of one list
inline constexpr std::size_t kGapsShownMax = 100'000;     // counted beyond
inline constexpr int kCustodyDays = 365;  // a sample: how long a calibration or comparison is good

// One row of the permits (排污许可证) or of the list of key units (重点排污单位名录) or of gates.
struct ListedUnit {
    std::string enterprise;  // 统一社会信用代码
    std::string name;
    std::string region;
    std::string permit;                   // of permits: the number
    std::optional<bool> must_be_metered;  // of key units: automatic monitoring is required
    int row = 0;
};
// CSV with the columns enterprise, name, region, permit, automatic_monitoring (or their Chinese
// names); enterprise is required, others are kept empty. Every fault with its place.
[[nodiscard]] rules::Result<std::vector<ListedUnit>> read_listed_units(const std::string& bytes,
                                                                       const std::string& file);

enum class GapKind {
    kPermitNotInInventory,
    kKeyUnitNotInInventory,
    kNoPermit,
    kPermitDiffers,
    kKeyUnitWithoutOutlet,
    kNoLines,
    kNoMeter,
    kNoTotalMeter,
    kLineWithoutMeter,
    kNoTreatmentMeter,
    kMeterUnrated,
    kOutletWithoutMn,
    kSeriesOfNoLine,
    kNoGate,
    kNobodyAnswers,
    kCalibrationOld,
    kComparisonOld,
};
inline constexpr std::size_t kGapKindCount = static_cast<std::size_t>(GapKind::kComparisonOld) + 1;
[[nodiscard]] std::string_view to_text(GapKind kind);  // "no_total_meter"
[[nodiscard]] std::string_view to_chinese(GapKind kind);
[[nodiscard]] std::string_view to_english(GapKind kind);

struct Gap {
    GapKind kind{};
    std::string enterprise;
    std::string name;
    std::string region;
    std::string what;    // line, meter, outlet, series or permit; empty: the enterprise itself
    std::string detail;  // what was found in its place; may be empty
};

struct CoverageLists {
    std::optional<std::vector<ListedUnit>> permits;
    std::optional<std::vector<ListedUnit>> key_units;
    std::optional<std::vector<ListedUnit>> gates;  // enterprises whose gate is connected
    rules::CivilDay today{};
    int custody_days = kCustodyDays;
};

struct Coverage {
    std::size_t enterprises = 0;
    std::size_t lines = 0;
    std::size_t lines_metered = 0;  // lines with emission that some meter or outlet sees
    std::size_t lines_emitting = 0;
    std::vector<Gap> gaps;  // by enterprise, in the order of the inventory; then those of the lists
    std::map<GapKind, std::size_t> counts;
    std::size_t left_out = 0;            // beyond kGapsShownMax
    std::vector<std::string> not_asked;  // lists that were not given
};
[[nodiscard]] Coverage audit_coverage(const Inventory& inventory, const CoverageLists& lists);

[[nodiscard]] boost::json::object to_json(const Gap& gap);
// {"holds", "enterprises", "lines", "lines_emitting", "lines_metered", "counts", "not_asked",
//  "gaps", "left_out"}
[[nodiscard]] boost::json::object to_json(const Coverage& coverage);

}  // namespace qk::plans
