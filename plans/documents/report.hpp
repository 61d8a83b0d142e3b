// The evaluation report of one warning (后评估报告) as a value, and as JSON and HTML of that value.
//
// Old Art. 96 and handbook 5.5: what was forecast and decided by whom and when, who was told and
// how soon they answered, who did what was ordered, what it brought against the floor, and what
// nobody can tell. Whoever builds the value only copies facts; every figure printed is computed
// here, so that JSON and HTML cannot disagree. What is undetermined is named, and never counted as
// achieved.
#pragma once

#include <array>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/accounts/real_reduction.hpp"
#include "plans/documents/svg.hpp"
#include "plans/inventory/inventory.hpp"
#include "rules/compliance/verdict.hpp"
#include "rules/warning/colour.hpp"

namespace qk::plans {

// One step of the story: "forecast", "proposal", "consultation", "signature", "issue", "effective",
// "raise", "lower", "extend", "lift", ...
struct ReportMoment {
    rules::Instant at{};
    std::string kind;
    std::string text;      // Chinese
    std::string person;    // id of the account; empty for the daemon itself
    std::string office{};  // what the person acted as, Chinese: paper names it and no account
};

struct ColourSpan {
    rules::Span span;
    rules::Colour colour = rules::Colour::kYellow;
};

struct AqiThreshold {
    double aqi = 0;
    std::string label;
};

// One order of one enterprise: when it was made, and when each answer first came, of those that no
// correction has taken back.
struct OrderAnswer {
    std::string enterprise;
    rules::Instant published{};
    std::optional<rules::Instant> received;
    std::optional<rules::Instant> accepted;
    std::optional<rules::Instant> executing;
    std::optional<rules::Instant> done;
    std::optional<rules::Instant> refused;
};

struct ReportVerdict {
    rules::Verdict verdict;
    std::string enterprise;
    std::string name;
    std::string county;
    std::string trade;
    std::string grade;
    std::string line;
    rules::Action action = rules::Action::kStop;
    double ratio = 0;
    // Daily emission the obligation acts on, times the share of the warning in which it bound, so
    // that windows of one line that follow on each other add up to one day.
    DailyEmission emission;
};

// Power of one line against what it was allowed.
struct PowerCurve {
    std::string title;  // enterprise and line
    std::string text;   // the verdict's sentence
    rules::Span span;
    rules::Span window;  // in which the obligation bound
    std::vector<TimePoint> measured;
    std::vector<TimePoint> baseline;
    std::vector<TimePoint> cap;
    std::vector<rules::Finding> findings;
    rules::Compliance compliance = rules::Compliance::kCannotTell;
};

struct PlannedReduction {
    Emission emission = Emission::kSo2;
    double base_kg_d = 0;         // whole-society
    double planned_kg_d = 0;      // of all obligations, mean over the warning
    double unseen_kg_d = 0;       // of these, on obligations that no instrument shows
    std::optional<double> floor;  // share, mean over the warning
};

struct WarningReport {
    std::string warning;
    std::string region;  // name
    std::string issuer;
    std::string standard;
    std::string standard_name;  // as paper says it
    std::string edition;
    bool exercise = false;
    rules::Colour highest = rules::Colour::kYellow;
    rules::Instant made_at{};
    rules::Span span;  // shown by the charts
    bool is_over = false;
    std::vector<ColourSpan> colours;
    std::vector<ReportMoment> moments;  // in order of time
    std::vector<TimePoint> aqi_observed;
    std::vector<TimePoint> aqi_forecast_low;
    std::vector<TimePoint> aqi_forecast_high;
    std::vector<AqiThreshold> thresholds;
    std::size_t enterprises = 0;  // in the inventory
    std::vector<OrderAnswer> orders;
    std::vector<ReportVerdict> verdicts;
    std::size_t not_judged = 0;      // obligations no instrument can show
    std::vector<PowerCurve> curves;  // worst first
    std::vector<PlannedReduction> planned;
    // By readings alone, and only of what ran in the 30 days before.
    std::vector<RealLine> real_lines;
    std::vector<ReductionStanding> real;
    std::optional<LevelProposal> level;
    std::vector<std::string> samples;  // settings that are samples, in words
    rules::Zone zone;
};

// ---- figures, computed from the value ----

struct ReceiptFigures {
    std::size_t orders = 0;
    std::size_t received = 0;
    std::size_t accepted = 0;
    std::size_t executing = 0;
    std::size_t done = 0;
    std::size_t refused = 0;
    std::size_t silent = 0;
    std::optional<double> median_minutes;  // to the first answer
    std::optional<double> p95_minutes;
};
[[nodiscard]] ReceiptFigures receipt_figures(const WarningReport& report);

struct ComplianceCounts {
    std::array<std::size_t, 4> by{};  // by Compliance

    [[nodiscard]] std::size_t of(rules::Compliance c) const {
        return by[static_cast<std::size_t>(c)];
    }
    [[nodiscard]] std::size_t total() const { return by[0] + by[1] + by[2] + by[3]; }
    // Compliant among those that could be told; empty when none could.
    [[nodiscard]] std::optional<double> execution_rate() const;
};
struct GroupCounts {
    std::string name;
    ComplianceCounts counts;
};
enum class GroupBy { kCounty, kTrade, kGrade };
[[nodiscard]] ComplianceCounts compliance_counts(const WarningReport& report);
// Largest first.
[[nodiscard]] std::vector<GroupCounts> compliance_by(const WarningReport& report, GroupBy by);

// What was really cut, by power: of `real` where it is there, else share of normal energy not
// drawn, times the line's daily emission.
struct AchievedReduction {
    Emission emission = Emission::kSo2;
    double base_kg_d = 0;
    double planned_kg_d = 0;
    double achieved_kg_d = 0;
    double uncertainty_kg_d = 0;
    double undetermined_kg_d = 0;  // planned on lines where nobody can tell
    double share = 0;              // achieved / base
    std::optional<double> floor;
};
[[nodiscard]] std::vector<AchievedReduction> achieved_reductions(const WarningReport& report);

// Chinese sentences: what was in force, who answered, what was kept; for whoever reads one page.
[[nodiscard]] std::vector<std::string> summary_lines(const WarningReport& report);
// Chinese sentences: what should be done now, from the figures above.
[[nodiscard]] std::vector<std::string> next_steps(const WarningReport& report);

[[nodiscard]] boost::json::value to_json(const WarningReport& report);
// Self-contained page: no script, nothing from outside; Chinese first, English second.
[[nodiscard]] std::string to_html(const WarningReport& report);
// What stands between its <style> tags: the same for every report, so that a page which shows
// reports can allow this style and no other.
[[nodiscard]] std::string_view report_style();

}  // namespace qk::plans
