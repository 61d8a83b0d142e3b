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

}  // namespace

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
