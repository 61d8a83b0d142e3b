// A verdict (研判结论) on one obligation over one window, always with its evidence.
//
// A breach verdict leads to a site check, never to a penalty by itself. Silence, zero or invalid
// data alone are never a breach and never compliance: they are kCannotTell, with the reason.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/time.hpp"
#include "rules/compliance/accusation.hpp"
#include "rules/compliance/delivery.hpp"

namespace qk::rules {

enum class Compliance { kCompliant, kBreachSuspected, kBreach, kCannotTell };

[[nodiscard]] std::string_view to_text(Compliance compliance);  // "breach", "cannot_tell", ...
[[nodiscard]] std::string_view to_chinese(Compliance compliance);
[[nodiscard]] std::optional<Compliance> parse_compliance(std::string_view text);

enum class FindingKind {
    kLineRunning,        // running when ordered to stop
    kStoppedLate,        // came to rest after its time was over, and stood from then on
    kNightRunning,       // the same, at night only
    kLoadAboveCap,       // above (1 - cut) of baseline
    kTreatmentOff,       // production on, treatment off: a lead of its own, whatever was owed
    kTreatmentCutEarly,  // treatment stopped before its run-on time
    kUnmeteredLoad,      // total meter shows load that no line meter shows
    kMeterSilent,        // readings missing
    kPowerCut,           // every meter at zero, below standing load
    kEmissionAboveLimit,
    kBannedVehicle,
    kNoMeter,     // the inventory names no meter that could show it
    kNoBaseline,  // no comparable days to compare with
    kInvalidData,
    kOrderNotKnown,   // on no record could the order be known yet
    kBaselineRaised,  // the days before the order lie above all before them, maybe on purpose
    kSeriesRepeated,  // a meter shows another day's readings again, value by value
    kSeriesFlat,      // an instrument that used to vary shows one value for hours
    // Of feeds that contradict each other (joint.hpp); each a lead, none a breach.
    kTreatmentIdle,     // treatment on, without the power that production used to ask of it
    kTreatmentAlone,    // treatment goes on for hours, and production shows that it stands
    kTreatmentInVain,   // treatment shows that it runs, and the stack is as dirty as without
    kEmissionMismatch,  // flow or concentration and production's power do not belong together
    kSilentAfterOrder,  // all meters of a plant fall silent with the order, never before
    kZeroAfterOrder,    // all of them show zero from the order on, never before
    kMetersDisagree,    // what the total meter shows beside the others is not what it was
    kSeriesCapped,      // whatever was above one value is cut away
    kLoadMoved,         // another line of the plant makes what this one no longer may
    kPlatesDoubtful,    // far more new-energy plates than before, and no banned truck
    kRestarted,         // stood, and ran again
};

[[nodiscard]] std::string_view to_text(FindingKind kind);  // "line_running", ...
[[nodiscard]] std::string_view to_chinese(FindingKind kind);
[[nodiscard]] std::optional<FindingKind> parse_finding_kind(std::string_view text);

// One thing seen or missed, with the readings it rests on: meter and time ends, re-fetchable later.
struct Finding {
    FindingKind kind = FindingKind::kMeterSilent;
    Span span;
    std::string meter;          // or outlet or gate; empty: the line as a whole
    std::vector<Instant> from;  // ends of the readings that show it (at most kEvidenceReadingsMax)
    std::vector<Span> missing;  // stretches without readings
    double measured = 0;        // in the unit of `unit`
    double allowed = 0;
    std::string unit;  // "kW", "kWh", "mg/m3", "vehicles"
    std::string text;  // Chinese sentence
};

inline constexpr std::size_t kEvidenceReadingsMax = 200;

// Between these an ordinary day comes to lie as often as it says.
struct Interval {
    double low_kwh = 0;
    double high_kwh = 0;
};

// How a calibrated baseline came about and how far it is to be trusted.
struct CalibrationUsed {
    Interval interval_90;
    Interval interval_99;
    int days_tried = 0;
    double held_90 = 0;  // of the tried days, the share inside the interval of then
    double held_99 = 0;
    double level_weight = 0;
    bool follows_trend = false;
    bool is_unsettled = false;
    double raised_share = 0;
    std::vector<std::string> holidays;  // that the window lies on or about
};

// The yardstick the verdict used, printed with it.
struct BaselineUsed {
    std::string method;          // "mean-of-comparable-days", "rated-power", ...
    std::string origin;          // where the method and its parameters were set
    double kw = 0;               // mean baseline power over the window
    double uncertainty = 0;      // relative
    std::vector<CivilDay> days;  // days it was taken from
    std::optional<CalibrationUsed> calibration{};
};

struct Verdict {
    std::string obligation;
    Span window;
    Compliance compliance = Compliance::kCannotTell;
    std::vector<Finding> findings;
    std::optional<BaselineUsed> baseline;
    double coverage = 0;  // share of the window with valid readings
    double measured_kwh = 0;
    double allowed_kwh = 0;
    // Energy the baseline expects of the same time without a warning; empty without a baseline.
    std::optional<double> normal_kwh;
    // How strong the case against the line is; empty where nothing of the kind is reckoned.
    std::optional<Accusation> accusation;
    // How the order reached the enterprise, where that is on record; the window begins no earlier.
    std::optional<Delivery> delivery;
    std::string text;  // Chinese sentence: the verdict and its main reason
};

// Whether it is a lead whatever was owed: treatment stood still beside production, which breaks no
// limit of it, or readings that no meter makes.
[[nodiscard]] bool is_lead_beside(FindingKind kind);
// Whether it asks for a site check: the obligation was or may have been broken, or one of those was
// found.
[[nodiscard]] bool is_lead(const Verdict& verdict);

}  // namespace qk::rules
