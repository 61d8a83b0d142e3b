#include "rules/duty/obligation.hpp"

#include <array>

namespace qk::rules {
namespace {

struct ActionWords {
    Action action;
    std::string_view english;
    std::string_view chinese;
};

constexpr std::array<ActionWords, 6> kActions{{
    {Action::kStop, "stop", "停产"},
    {Action::kLimitLoad, "limit_load", "限产"},
    {Action::kLimitEmission, "limit_emission", "限排"},
    {Action::kStopProcess, "stop_process", "停止工序"},
    {Action::kBanVehicles, "ban_vehicles", "移动源管控"},
    {Action::kSelfDiscipline, "self_discipline", "自主减排"},
}};

struct VerifiedByWords {
    VerifiedBy by;
    std::string_view english;
};

constexpr std::array<VerifiedByWords, 5> kVerifiedBy{{
    {VerifiedBy::kPower, "power"},
    {VerifiedBy::kStack, "stack"},
    {VerifiedBy::kGate, "gate"},
    {VerifiedBy::kSiteCheck, "site"},
    {VerifiedBy::kNothing, "none"},
}};

// In the order of the variant's alternatives.
constexpr std::array<std::string_view, std::variant_size_v<Check>> kChecks{
    "line_stands",      "share_stands",   "load_at_most", "throughput_at_most",
    "count_at_most",    "cycle_at_least", "on_off_cycle", "no_restart",
    "emission_at_most", "no_vehicles",    "seen_on_site",
};

}  // namespace

std::string_view name_of(const Check& check) { return kChecks[check.index()]; }

std::string_view to_text(Action action) {
    return kActions[static_cast<std::size_t>(action)].english;
}

std::string_view to_chinese(Action action) {
    return kActions[static_cast<std::size_t>(action)].chinese;
}

std::optional<Action> parse_action(std::string_view text) {
    for (const ActionWords& words : kActions) {
        if (text == words.english || text == words.chinese) return words.action;
    }
    return std::nullopt;
}

std::string_view to_text(VerifiedBy by) {
    return kVerifiedBy[static_cast<std::size_t>(by)].english;
}

std::optional<VerifiedBy> parse_verified_by(std::string_view text) {
    for (const VerifiedByWords& words : kVerifiedBy) {
        if (text == words.english) return words.by;
    }
    return std::nullopt;
}

}  // namespace qk::rules
