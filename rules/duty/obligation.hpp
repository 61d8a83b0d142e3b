// One obligation (管控义务): what one enterprise owes on one line in one warning, why, and what its
// meters, stacks or gates must show if it is met.
//
// Written by plans/response, sent in the order document, judged by rules/compliance. The chain of
// reasons is part of the value: inventory row -> class -> catalogue clause or own plan -> season ->
// level.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rules/base/time.hpp"
#include "rules/base/units.hpp"
#include "rules/warning/colour.hpp"

namespace qk::rules {

enum class Action {
    kStop,            // 停产
    kLimitLoad,       // 限产
    kLimitEmission,   // 限排
    kStopProcess,     // 停止工序
    kBanVehicles,     // 移动源管控
    kSelfDiscipline,  // 自主减排
};

[[nodiscard]] std::string_view to_text(Action action);  // "limit_load"
[[nodiscard]] std::string_view to_chinese(Action action);
[[nodiscard]] std::optional<Action> parse_action(std::string_view text);  // English or Chinese

enum class VerifiedBy { kPower, kStack, kGate, kSiteCheck, kNothing };
[[nodiscard]] std::string_view to_text(VerifiedBy by);  // "power", "stack", "gate", "site", "none"
[[nodiscard]] std::optional<VerifiedBy> parse_verified_by(std::string_view text);

// ---- What the instruments must show. One of these per obligation. ----

// Power of the line's production meters stays at its standing load (idle) for the whole window.
// `keep_hot` allows the meters' idle load only; `ramp_down` is the time granted after `from`.
struct LineStands {
    std::chrono::minutes ramp_down{0};
    bool keep_hot = false;

    friend bool operator==(const LineStands&, const LineStands&) = default;
};

// At least `share` of `lines` (rounded up to whole lines) stands, each as LineStands; which ones is
// the enterprise's choice. Empty `lines`: of all the enterprise's lines.
struct ShareStands {
    double share = 0;  // 0.5 = half of them
    std::vector<std::string> lines;
    std::chrono::minutes ramp_down{0};

    friend bool operator==(const ShareStands&, const ShareStands&) = default;
};
// How many of `lines` that is.
[[nodiscard]] std::size_t lines_to_stand(double share, std::size_t lines);

// Energy of the line's production meters in each judging period stays at or below
// (1 - cut) of the baseline. The baseline method is named in the region's rules and in the verdict.
struct LoadAtMost {
    double cut = 0;  // 0.2 = at most 80 % of baseline
    std::chrono::minutes ramp_down{0};
    // Baseline the measure itself names ("smallest-of-eia-permit-last-year", "heat-duty",
    // "order-duty"); empty: the region's method.
    std::string baseline;
    // The least safe load, by its name ("lowest-day-last-year"), where its figure is not known
    // here: the line need not go below it, whatever the cut. Empty: the cut says all.
    std::string minimum{};
    // Energy in a day by the papers that the named baseline rests on, where the inventory has it.
    std::optional<double> baseline_kwh_d{};

    friend bool operator==(const LoadAtMost&, const LoadAtMost&) = default;
};

// Feed, pull or output in a day stays at or below an absolute figure. No power meter shows it; the
// production ledger does.
struct ThroughputAtMost {
    double per_day = 0;
    std::string unit;      // "t"
    std::string material;  // "投料", "拉引", "钢水"; may be empty

    friend bool operator==(const ThroughputAtMost&, const ThroughputAtMost&) = default;
};

// A count in a day stays at or below a cap: heats per converter, vehicles through the gate.
struct CountAtMost {
    double per_day = 0;
    std::string what;  // "炉次", "车次"

    friend bool operator==(const CountAtMost&, const CountAtMost&) = default;
};

// One cycle of the process takes at least this long, for example coking time 36 h (延长结焦时间).
struct CycleAtLeast {
    double hours = 0;
    std::string what;  // "结焦时间"

    friend bool operator==(const CycleAtLeast&, const CycleAtLeast&) = default;
};

// Alternating: `off` stopped, then `on` allowed, counted from the obligation's start plus `offset`;
// before the offset has passed the line may run (rotating batches start one after the other).
struct OnOffCycle {
    std::chrono::hours off{0};
    std::chrono::hours on{0};
    std::chrono::hours offset{0};

    friend bool operator==(const OnOffCycle&, const OnOffCycle&) = default;
};

// Once standing, the line stays standing until an approval to restart is on record.
struct NoRestart {
    friend bool operator==(const NoRestart&, const NoRestart&) = default;
};

// Stack concentration or daily mass of a factor stays at or below a limit. With `pre_warning` and
// no figure, the limit is the mean daily mass of the days before the warning that the stack itself
// shows.
struct EmissionAtMost {
    std::string factor;               // "so2", "nox", "pm", "vocs"
    std::optional<double> mg_per_m3;  // concentration limit
    std::optional<double> kg_per_d;   // mass limit, for example the pre-warning mass
    bool pre_warning = false;
    double cut = 0;        // share of the pre-warning mass to be cut (限排 in place of 限产)
    std::string outlet{};  // the one that is limited; empty: every outlet of the line

    friend bool operator==(const EmissionAtMost&, const EmissionAtMost&) = default;
};

// No vehicle of the named emission stages passes the gate, between the hours given (local time).
struct NoVehicles {
    std::vector<std::string> stages;  // "国四", ...; empty: no vehicle at all
    int from_hour = 0;                // 0 to 24: the whole day; from > to wraps past midnight
    int to_hour = 24;
    // Kinds of vehicle and passes (通行证) that may go: "危险品", "新能源", "橙警通行证", ...
    std::vector<std::string> exempt;

    friend bool operator==(const NoVehicles&, const NoVehicles&) = default;
};

// Nothing that an instrument could show; people check it on site, or nobody does (self discipline).
struct SeenOnSite {
    std::string what;  // Chinese: what the inspector looks at

    friend bool operator==(const SeenOnSite&, const SeenOnSite&) = default;
};

using Check =
    std::variant<LineStands, ShareStands, LoadAtMost, ThroughputAtMost, CountAtMost, CycleAtLeast,
                 OnOffCycle, NoRestart, EmissionAtMost, NoVehicles, SeenOnSite>;

[[nodiscard]] std::string_view name_of(const Check& check);  // "line_stands", "load_at_most", ...

// One link of the chain of reasons.
struct Reason {
    std::string
        kind;  // "inventory", "class", "grade", "catalogue", "own-plan", "season", "level", ...
    std::string text;    // Chinese sentence
    std::string source;  // file:row, clause id, document; may be empty
    // The same in English, where it names what a person of another language has to weigh.
    std::string english{};

    friend bool operator==(const Reason&, const Reason&) = default;
};

struct Obligation {
    std::string id;          // "<enterprise>/<line>/<action>[/n]", stable between revisions
    std::string enterprise;  // enterprise id
    std::string line;        // line id; empty: the whole enterprise
    Action action = Action::kSelfDiscipline;
    double ratio = 0;  // share to be cut: 1 for a stop, 0.2 for a limit by 20 %, 0 for none
    Instant from{};
    std::optional<Instant> to;  // empty while the warning is open
    std::string detail;         // the sentence the enterprise reads, Chinese
    VerifiedBy verified_by = VerifiedBy::kNothing;
    Check check = SeenOnSite{};
    // Treatment equipment must run on for this long after production stops (治污设施后停).
    std::chrono::minutes treatment_after_stop{0};
    std::vector<Reason> basis;

    friend bool operator==(const Obligation&, const Obligation&) = default;
};

}  // namespace qk::rules
