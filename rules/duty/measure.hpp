// One measure (措施): what a plan asks of a line or of a whole enterprise, in the words of the
// handbook's grammar (stop, limit, cap, cycle, duty, ban, rotate, …), before it is put on a line
// and a time.
//
// A measure says three things: what instruments must show if it is kept (check_of), which share of
// the target's emission it cuts (emission_share, used for the floors), and a Chinese sentence for
// the enterprise (sentence_of). Shares are 0..1, hours and minutes as named. Which measure applies
// to whom is decided in plans/response; limits of sense (a stop_share without a ratio) are refused
// by the readers.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/duty/obligation.hpp"

namespace qk::rules {

enum class Form : std::uint8_t {
    kSelfDiscipline,  // 自主减排
    kStop,            // 停产; with keep_hot 停产保窑, 焖炉
    kStopShare,       // a share of the lines, kilns or furnaces stands
    kLimitLoad,       // load cut by `ratio` against `baseline`
    kThroughput,      // at most `number` `unit` a day of `what`
    kMinimumLoad,     // load cut by `ratio`, but not below the lowest safe load `baseline` names
    kLongerCycle,     // one cycle of `what` takes at least `number` hours
    kOnOffCycle,      // off_hours stopped, on_hours allowed, in turn
    kCountCap,        // at most `number` `what` a day
    kHeatDuty,        // 以热定产
    kOrderDuty,       // 以量定产
    kStopProcess,     // the process `what` stops
    kStopMaterial,    // the material `what` is not used
    kConcentration,   // `factor` at most `number` mg/m3
    kMass,            // `factor` at most `number` kg a day
    kPreWarningMass,  // no more than before the warning
    kLimitEmission,   // 限排: emission cut by `ratio`, shown by the stack
    kBanVehicles,     // vehicles of `stages` do not pass the gate
    kVehicleShare,    // trips cut by `ratio`
    kRotate,          // one of `batches` stands in turn for off_hours
    kNoRestart,       // what stands stays standing until approved
};
inline constexpr std::size_t kFormCount = 21;

[[nodiscard]] std::string_view to_text(Form form);  // "limit_load"
[[nodiscard]] std::string_view to_chinese(Form form);
[[nodiscard]] std::optional<Form> parse_form(std::string_view text);  // English name

// The baselines a measure may name; empty means the region's method.
[[nodiscard]] bool is_baseline(std::string_view name);
[[nodiscard]] std::string_view baseline_in_chinese(std::string_view name);

// Bit i stands for the i-th of SO2, NOx, PM, VOCs.
inline constexpr std::uint8_t kEveryPollutant = 0xF;

struct Measure {
    Form form = Form::kSelfDiscipline;
    bool whole = false;       // one obligation of the enterprise instead of one per line
    bool keep_hot = false;    // the kiln or furnace may be kept warm
    bool no_restart = false;  // restart wants an approval
    std::uint8_t pollutants = kEveryPollutant;  // whose emission it cuts
    double ratio = 0;                           // share of the target's emission that it cuts
    double number = 0;                          // figure of the cap, in the form's unit
    int off_hours = 0;
    int on_hours = 0;
    int offset_hours = 0;
    int batches = 0;
    int from_hour = 0;
    int to_hour = 24;
    int height_from_cm = 0;   // applies to coke ovens from this height of the chamber on
    int height_below_cm = 0;  // and below this one; 0: whatever their height
    // A line whose emission of `pollutants` is at least this share of all it emits is the process
    // that stops, as a whole; 0: no line is.
    double step_from = 0;
    int after_hours = 0;             // applies from this many hours into the response
    std::optional<int> until_hours;  // and up to this many
    std::chrono::minutes treatment_after_stop{0};
    std::string unit;
    std::string what;
    std::string baseline;
    std::string factor;  // "so2", "nox", "pm", "vocs"; empty: all that the stack reports
    std::string outlet;  // the one that is limited; empty: every outlet of the line
    std::vector<std::string> stages;
    std::vector<std::string> exempt;
    std::vector<std::string>
        of;            // applies to lines whose name or equipment holds one of these words
    std::string text;  // the plan's own sentence; empty: sentence_of makes one

    friend bool operator==(const Measure&, const Measure&) = default;
};

[[nodiscard]] Action action_of(Form form);
// What the ratio of the obligation is and what the floors count: 1 for a stop, 0 for a ban.
[[nodiscard]] double emission_share(const Measure& measure);
// Whether it asks a line to come down at all: 以热定产 does not, nor does standing still.
[[nodiscard]] bool asks_to_come_down(Form form);
// Whether it is a cut of load, which an own plan may put in the place of another.
[[nodiscard]] bool cuts_load(Form form);
// Whether the measure limits production, so that of two on one line only the stricter binds.
[[nodiscard]] bool limits_production(Form form);
// Whether it speaks of the enterprise as a whole whatever `whole` says (bans, self discipline).
[[nodiscard]] bool is_of_enterprise(Form form);
// Whether power meters could show it: a stop, a limit, a cycle; not a ledger, a stack or a gate.
[[nodiscard]] bool shown_by_power(const Measure& measure);
// Strict weak order of severity: by emission share, then a stop before a limit. With a least safe
// load, by the shares that can be asked of such a line.
[[nodiscard]] bool is_stricter(const Measure& a, const Measure& b,
                               std::optional<double> minimum_load = std::nullopt);

// What derive knows of the target when it puts a measure on it.
struct MeasureTarget {
    std::string_view name;           // line name, or empty for the enterprise
    std::vector<std::string> lines;  // lines a share is taken of
    std::chrono::minutes ramp_down{0};
    bool keep_hot = false;
    int turn = 0;          // position in a rotation, in this round
    bool is_step = false;  // the line is the process that stops, see Measure::step_from
    // The lowest safe load as a share of normal load, where it is known: of the line, or of the
    // one among all lines that can go lowest.
    std::optional<double> minimum_load{};
    // What smallest-of-eia-permit-last-year is in energy (kWh a day), where it is known.
    std::optional<double> baseline_kwh_d{};
    std::chrono::minutes treatment_after_stop{0};
    std::string batch{};  // of a rotation, as people call it: "H2"; empty: by its turn
};

// emission_share() as far as the target can go down: nothing asks a line that goes on running for
// less than its least safe load.
[[nodiscard]] double cut_on(const Measure& measure, std::optional<double> minimum_load);
// Whether a limit asks for less than its text says, because the line can go no lower. A measure
// whose text itself speaks of the least load (kMinimumLoad) says so anyway.
[[nodiscard]] bool is_held_up(const Measure& measure, std::optional<double> minimum_load);
[[nodiscard]] Check check_of(const Measure& measure, const MeasureTarget& target);
[[nodiscard]] std::string sentence_of(const Measure& measure, const MeasureTarget& target);

}  // namespace qk::rules
