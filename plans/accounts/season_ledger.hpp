// What is known of the days of a season's duty: what people entered, and what verdicts show.
//
// What a person entered about a day decides it, the latest entry first. Else a day is kept when
// final verdicts of compliance cover all of it, and missed when a final breach of the season's own
// obligation falls on it. Everything else (no meter, cannot tell, merely suspected, a day that is
// not over) is unknown: neither kept nor missed.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/measures/season.hpp"
#include "plans/response/grade_changes.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"
#include "rules/compliance/verdict.hpp"

namespace qk::plans {

enum class SeasonEntryKind {
    kStood,      // 停产: on a day of the window
    kRan,        // 生产: on a day of the window
    kMadeUp,     // 补停: on a day outside the window
    kWithdrawn,  // 撤销: what was entered about the day counts no more
};
[[nodiscard]] std::string_view to_text(SeasonEntryKind kind);  // "stood", "ran", "made_up", ...
[[nodiscard]] std::optional<SeasonEntryKind> parse_season_entry(std::string_view text);

struct SeasonEntry {
    rules::CivilDay day{};
    SeasonEntryKind kind = SeasonEntryKind::kStood;
};

// A final verdict on the line. `is_own`: of the season's obligation itself; else of one that a
// warning asked for and that is at least as strict.
struct JudgedPeriod {
    rules::Span window;
    rules::Compliance compliance = rules::Compliance::kCannotTell;
    bool is_own = true;
};

struct SeasonEvidence {
    std::vector<SeasonEntry> entries;  // oldest first
    std::vector<JudgedPeriod> judged;
};

// Kept, made up and unknown days up to `as_of`.
[[nodiscard]] SeasonRecord record_from(const SeasonWindow& window, const SeasonEvidence& evidence,
                                       rules::CivilDay as_of, rules::Zone zone);

// Days that were entered as made up, by the latest entry about each.
[[nodiscard]] std::vector<rules::CivilDay> made_up_days(const std::vector<SeasonEntry>& entries);

// Another window that asks for the same line, or for the enterprise as a whole, and the days that
// were entered as made up for it.
struct OtherWindow {
    const SeasonWindow* window = nullptr;
    std::vector<rules::CivilDay> made_up;
    std::vector<rules::CivilDay> spared{};  // days on which it asks nothing, as in SeasonTarget
};
// A day pays one debt only: not one on which another window asks for standing anyway, nor one that
// was entered for a window that ended earlier.
void pay_once(SeasonRecord& record, const SeasonWindow& window,
              const std::vector<OtherWindow>& others);
// Whether what is asked of one of the two is asked of the other too; empty: of the enterprise.
[[nodiscard]] bool is_same_plant(std::string_view line, std::string_view other);

// The ledger: one entry a window and line (or enterprise, where the window speaks of it as a whole)
// that began by `as_of`, in the order of windows and inventory. A line without any record has kept
// nothing.
[[nodiscard]] std::vector<SeasonDebt> season_ledger(
    const Inventory& inventory, const SeasonPlan& season, const RegionRules& rules,
    const std::vector<SeasonRecord>& records, rules::CivilDay as_of,
    const std::vector<GradeChange>* grade_changes = nullptr);

// CSV `window,enterprise,line,day,what` with `what` stood (停产) or made_up (补停); all faults at
// once. A window, enterprise or line that `season` and `inventory` do not have is one.
[[nodiscard]] rules::Result<std::vector<SeasonRecord>> read_season_records(
    std::string_view csv, const std::string& file, const SeasonPlan& season,
    const Inventory& inventory);

[[nodiscard]] boost::json::value to_json(const SeasonDebt& debt);

}  // namespace qk::plans
