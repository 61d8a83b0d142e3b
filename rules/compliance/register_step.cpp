#include "rules/compliance/register_step.hpp"

#include <array>

#include "rules/base/enum_words.hpp"
#include "rules/compliance/standstill.hpp"

namespace qk::rules {
namespace {

constexpr EnumWords<RegisterStep, 5, 1> kStepWords{{
    {RegisterStep::kRise, {"rise"}},
    {RegisterStep::kRollOver, {"roll_over"}},
    {RegisterStep::kStartedAnew, {"started_anew"}},
    {RegisterStep::kTooLong, {"too_long"}},
    {RegisterStep::kNoTime, {"no_time"}},
}};

// Registers of four to eight digits before the point (DL/T 645 meters show six).
constexpr std::array<double, 5> kEnds{1e4, 1e5, 1e6, 1e7, 1e8};
// A register rolls over out of its last hundredth.
constexpr double kNearTheEnd = 0.99;

// The way over the end of a register of few digits; empty: it did not stand before one.
std::optional<double> way_over_the_end(double before, double after) {
    for (const double end : kEnds) {
        if (before >= end || before < kNearTheEnd * end) continue;
        return end - before + after;
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_text(RegisterStep step) { return kStepWords.english(step); }

RegisterEnergy energy_between(const RegisterLook& before, const RegisterLook& after,
                              const RegisterSetting& setting) {
    RegisterEnergy energy;
    const std::chrono::seconds passed = after.at - before.at;
    if (passed <= std::chrono::seconds{0}) return energy;
    energy.step = RegisterStep::kTooLong;
    if (passed > setting.gap_max) return energy;
    const double hours_passed = static_cast<double>(passed.count()) / 3600.0;
    double rise = after.kwh_total - before.kwh_total;
    energy.step = RegisterStep::kRise;
    if (rise < 0) {
        const auto way = way_over_the_end(before.kwh_total, after.kwh_total);
        const double most = setting.rated_kw.value_or(0) * kAbsurdTimesRated * hours_passed;
        const bool is_roll_over = way && *way * setting.ratio <= most;
        energy.step = is_roll_over ? RegisterStep::kRollOver : RegisterStep::kStartedAnew;
        if (!is_roll_over) return energy;
        rise = *way;
    }
    energy.kwh = rise * setting.ratio;
    energy.mean_kw = *energy.kwh / hours_passed;
    return energy;
}

}  // namespace qk::rules
