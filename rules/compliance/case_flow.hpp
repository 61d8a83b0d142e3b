// The life of a case (线索闭环) as a pure, total step function: a lead from a verdict or from
// missing data, a site check, its conclusion, the enterprise's statement, closed.
//
// A verdict never sanctions by itself (handbook row 32): a breach exists only once a person has
// concluded so on site. A statement may come at any time before the case is closed, also before the
// conclusion; after it, it may reopen nothing but is on record. Closing needs a conclusion.
#pragma once

#include <optional>
#include <string_view>

#include "rules/base/result.hpp"

namespace qk::rules {

enum class CaseKind { kLead, kDataQuality };
[[nodiscard]] std::string_view to_text(CaseKind kind);  // "lead", "data_quality"

enum class CaseState { kLead, kSiteCheck, kConcluded, kStated, kClosed };
[[nodiscard]] std::string_view to_text(CaseState state);  // "lead", "site_check", ...
[[nodiscard]] std::string_view to_chinese(CaseState state);
[[nodiscard]] std::optional<CaseState> parse_case_state(std::string_view text);

enum class CaseStep { kSendInspector, kConclude, kState, kClose };
[[nodiscard]] std::string_view to_text(CaseStep step);  // "site_check", "conclusion", ...

// What the people on site found.
enum class Conclusion { kBreach, kMeterFault, kWrongInventory, kJustified };
[[nodiscard]] std::string_view to_text(Conclusion conclusion);  // "meter_fault"
[[nodiscard]] std::string_view to_chinese(Conclusion conclusion);
[[nodiscard]] std::optional<Conclusion> parse_conclusion(std::string_view text);

// The state after a step, or why the step is not possible now.
[[nodiscard]] Result<CaseState> advance(CaseState state, CaseStep step);

}  // namespace qk::rules
