// Temporary control (临时管控): what a bureau may order below the lowest colour, for a few days, of
// named enterprises, trades or counties.
//
// It is a window of the season that people order: its terms say from which day to which, whom and
// which measure, and orders, plans and verdicts take it as they take every window. It ends with its
// last day by itself. How long one may be is a setting of the region's pack.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "plans/measures/season.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

inline constexpr std::size_t kControlNamesMax = 1000;  // of enterprises, trades or counties each

// {"from","to","trades","enterprises","regions","grades","except_grades","except_classes",
// "measure":{"form":…},"document"}; the measure has the keys of the catalogue. Every fault at once.
// One that was signed is read as a season that was stored (`unknown_grades` a warning).
[[nodiscard]] rules::Result<SeasonWindow> read_control(
    const boost::json::value& terms, const std::string& file, const GradeNames& names,
    rules::Severity unknown_grades = rules::Severity::kError);
// What keeps a control of these days from being proposed today. `days_max` empty: the pack does not
// say how long one may be, so none can be ordered.
[[nodiscard]] rules::Faults refuse_days(const SeasonWindow& window, rules::CivilDay today,
                                        std::optional<int> days_max);

enum class ControlState { kProposed, kAhead, kInForce, kOver, kWithdrawn, kLapsed };
[[nodiscard]] std::string_view to_text(ControlState state);     // "in_force"
[[nodiscard]] std::string_view to_chinese(ControlState state);  // "执行中"
struct ControlSteps {
    bool is_signed = false;
    bool is_withdrawn = false;
};
// A proposal that nobody has signed by its last day has lapsed.
[[nodiscard]] ControlState state_of(const SeasonWindow& window, ControlSteps steps,
                                    rules::CivilDay today);
// Whether a person may still take it back.
[[nodiscard]] bool is_open(ControlState state);

}  // namespace qk::plans
