#include "rules/duty/obligation.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "rules/base/enum_words.hpp"

namespace qk::rules {
namespace {

constexpr EnumWords<Action, 6> kActions{{
    {Action::kStop, {"stop", "停产"}},
    {Action::kLimitLoad, {"limit_load", "限产"}},
    {Action::kLimitEmission, {"limit_emission", "限排"}},
    {Action::kStopProcess, {"stop_process", "停止工序"}},
    {Action::kBanVehicles, {"ban_vehicles", "移动源管控"}},
    {Action::kSelfDiscipline, {"self_discipline", "自主减排"}},
}};

constexpr EnumWords<VerifiedBy, 5, 1> kVerifiedBy{{
    {VerifiedBy::kPower, {"power"}},
    {VerifiedBy::kStack, {"stack"}},
    {VerifiedBy::kGate, {"gate"}},
    {VerifiedBy::kSiteCheck, {"site"}},
    {VerifiedBy::kNothing, {"none"}},
}};

// In the order of the variant's alternatives.
constexpr std::array<std::string_view, std::variant_size_v<Check>> kChecks{
    "line_stands",      "share_stands",   "load_at_most", "throughput_at_most",
    "count_at_most",    "cycle_at_least", "on_off_cycle", "no_restart",
    "emission_at_most", "no_vehicles",    "seen_on_site",
};

}  // namespace

std::size_t lines_to_stand(double share, std::size_t lines) {
    constexpr double kRounding = 1e-9;  // half of two is one
    return static_cast<std::size_t>(
        std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(lines) - kRounding));
}

std::string_view name_of(const Check& check) { return kChecks[check.index()]; }

std::string_view to_text(Action action) { return kActions.english(action); }
std::string_view to_chinese(Action action) { return kActions.chinese(action); }
std::optional<Action> parse_action(std::string_view text) { return kActions.parse(text); }

std::string_view to_text(VerifiedBy by) { return kVerifiedBy.english(by); }
std::optional<VerifiedBy> parse_verified_by(std::string_view text) {
    return kVerifiedBy.parse(text);
}

}  // namespace qk::rules
