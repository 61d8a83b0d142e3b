#include "rules/proof/case_flow.hpp"

#include <array>
#include <string>

namespace qk::rules {
namespace {

struct Words {
    std::string_view english;
    std::string_view chinese;
};

constexpr std::array<Words, 5> kStates{{{"lead", "线索"},
                                        {"site_check", "现场核查"},
                                        {"concluded", "已有结论"},
                                        {"stated", "企业已陈述"},
                                        {"closed", "已办结"}}};
constexpr std::array<std::string_view, 4> kSteps{"site_check", "conclusion", "statement", "close"};
constexpr std::array<Words, 4> kConclusions{{{"breach", "确认违反"},
                                             {"meter_fault", "电表故障"},
                                             {"wrong_inventory", "清单有误"},
                                             {"justified", "情况属实、有正当理由"}}};

Faults not_now(CaseState state, CaseStep step) {
    return refuse(
        "a case that is '" + std::string(to_text(state)) + "' takes no '" +
            std::string(to_text(step)) + "'",
        step == CaseStep::kClose ? "conclude it first" : "it is past that step, or closed");
}

}  // namespace

std::string_view to_text(CaseKind kind) {
    return kind == CaseKind::kLead ? "lead" : "data_quality";
}
std::string_view to_text(CaseState state) {
    return kStates[static_cast<std::size_t>(state)].english;
}
std::string_view to_chinese(CaseState state) {
    return kStates[static_cast<std::size_t>(state)].chinese;
}
std::optional<CaseState> parse_case_state(std::string_view text) {
    for (std::size_t i = 0; i < kStates.size(); ++i) {
        if (text == kStates[i].english) return static_cast<CaseState>(i);
    }
    return std::nullopt;
}
std::string_view to_text(CaseStep step) { return kSteps[static_cast<std::size_t>(step)]; }
std::string_view to_text(Conclusion conclusion) {
    return kConclusions[static_cast<std::size_t>(conclusion)].english;
}
std::string_view to_chinese(Conclusion conclusion) {
    return kConclusions[static_cast<std::size_t>(conclusion)].chinese;
}
std::optional<Conclusion> parse_conclusion(std::string_view text) {
    for (std::size_t i = 0; i < kConclusions.size(); ++i) {
        if (text == kConclusions[i].english) return static_cast<Conclusion>(i);
    }
    return std::nullopt;
}

Result<CaseState> advance(CaseState state, CaseStep step) {
    if (state == CaseState::kClosed) return not_now(state, step);
    switch (step) {
        case CaseStep::kSendInspector:
            if (state == CaseState::kLead) return CaseState::kSiteCheck;
            break;
        case CaseStep::kConclude:
            if (state == CaseState::kLead || state == CaseState::kSiteCheck) {
                return CaseState::kConcluded;
            }
            break;
        case CaseStep::kState:
            // Before the conclusion a statement is noted and the case goes on as it was.
            if (state == CaseState::kLead || state == CaseState::kSiteCheck) return state;
            return CaseState::kStated;
        case CaseStep::kClose:
            if (state == CaseState::kConcluded || state == CaseState::kStated) {
                return CaseState::kClosed;
            }
            break;
    }
    return not_now(state, step);
}

}  // namespace qk::rules
