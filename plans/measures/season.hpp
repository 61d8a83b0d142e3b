// Seasonal control (季节性调控) and peak-shift production (错峰生产) as calendar data, and the debt
// that missed days leave.
//
// A window holds for civil days `from` to `to`, both included, for the trades, grades and
// enterprises it names. When a warning holds too, the stricter measure binds (derive decides that
// and says so); when the warning is lifted the window goes on by itself. Days missed are owed and
// made up later (handbook 3.5); the ledger counts days, it punishes nobody.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/grade_cell.hpp"
#include "plans/inventory/inventory.hpp"
#include "rules/base/result.hpp"
#include "rules/duty/measure.hpp"
#include "rules/warning/standard.hpp"

namespace qk::plans {

// kTemporary is ordered by people (control.hpp) and stands in no season file.
enum class SeasonKind { kSeasonal, kPeakShift, kTemporary };
[[nodiscard]] std::string_view to_text(SeasonKind kind);     // "seasonal", "peak-shift", …
[[nodiscard]] std::string_view to_chinese(SeasonKind kind);  // "季节性调控", …

struct SeasonWindow {
    std::string id;
    SeasonKind kind = SeasonKind::kPeakShift;
    rules::CivilDay from{};
    rules::CivilDay to{};                  // last day, included
    std::vector<std::string> trades;       // ids; a branch counts as its trade; empty: every trade
    std::vector<std::string> enterprises;  // ids; empty: every enterprise of the trades
    std::vector<std::string> grades;       // empty: every grade
    std::vector<std::string> except_grades;  // for example A, B, leading
    // Categories (small, whitelist) and exempt classes that it spares. Livelihood is spared by all.
    std::vector<std::string> except_classes;
    rules::Measure measure;
    std::string source;
    rules::Certainty certainty = rules::Certainty::kSample;
    std::vector<std::string> regions{};  // codes of counties; empty: all of them
    // The day from which on orders say what the window will ask; empty: its first day.
    std::optional<rules::CivilDay> announced{};

    friend bool operator==(const SeasonWindow&, const SeasonWindow&) = default;
};
// The first day on which orders hold what the window asks.
[[nodiscard]] rules::CivilDay held_from(const SeasonWindow& window);

struct SeasonPlan {
    std::vector<SeasonWindow> windows;
};

// The windows of a season (null: none), then the controls.
[[nodiscard]] SeasonPlan with_controls(const SeasonPlan* season,
                                       const std::vector<SeasonWindow>& controls);

// Reads [[window]] tables; all faults at FILE:LINE:COLUMN. Grades are the base ones in any spelling
// and the region's `names`; others are refused. A season that was stored before they were looked at
// is still read (`unknown_grades` a warning): such a name then covers nobody.
[[nodiscard]] rules::Result<SeasonPlan> read_season(
    std::string_view toml, const std::string& file, const GradeNames& names = {},
    rules::Severity unknown_grades = rules::Severity::kError);

// One window, as a [[window]] of a season file; faults go to the table.
class TomlTable;
[[nodiscard]] SeasonWindow read_season_window(TomlTable& table, const GradeNames& names,
                                              rules::Severity unknown_grades);

// The terms of a temporary control (临时管控): days, whom, the measure and the document; faults go
// to the table. control.hpp reads them out of what a person proposes.
[[nodiscard]] SeasonWindow read_control_terms(TomlTable& table, const GradeNames& names,
                                              rules::Severity unknown_grades);

// Of whom it is asked whether a window speaks of them.
struct SeasonSubject {
    std::string_view enterprise;
    std::string_view region;    // code of the county
    std::string_view trade;     // id; empty: not known
    std::string_view grade;     // base grade
    std::string_view grade_as;  // by whose measures it is treated: C for B-, D for ungraded
    Category category = Category::kRegular;
    std::string_view exempt_class;
    bool is_untouched = false;  // 不管控、不减排、不打扰
};

// Whether the window speaks of the enterprise on this day. A grade that the window names counts by
// its own name; one that it does not name, by the grade whose measures it follows.
[[nodiscard]] bool covers(const SeasonWindow& window, const SeasonSubject& subject,
                          rules::CivilDay day);

// One entry of the ledger: what a window asked of a line, what was kept, what was made up since.
struct SeasonRecord {
    std::string window;
    std::string enterprise;
    std::string line;
    std::vector<rules::CivilDay> stood;    // days on which the line stood inside the window
    std::vector<rules::CivilDay> made_up;  // days stood after it, agreed as making up
    // Days of which nobody can tell: neither kept nor missed.
    std::vector<rules::CivilDay> unknown{};
    // Days on which the window asked nothing of it, by the grade that counted then.
    std::vector<rules::CivilDay> spared{};
};

struct SeasonDebt {
    std::string window;
    std::string enterprise;
    std::string line;
    int owed_days = 0;  // days of the window up to `as_of` on which it asked something
    int kept_days = 0;
    int made_up_days = 0;
    int unknown_days = 0;  // neither kept nor owing
    int debt_days = 0;     // never below zero
    std::string text;      // Chinese
};

// Days owed up to and including `as_of`. A repair after the window does not count unless it is
// entered as made up, and one before it pays nothing: nothing was owed yet. A day entered twice
// counts once, and one that is known is not unknown.
[[nodiscard]] SeasonDebt debt_of(const SeasonWindow& window, const SeasonRecord& record,
                                 rules::CivilDay as_of);

}  // namespace qk::plans
