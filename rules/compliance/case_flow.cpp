#include "rules/compliance/case_flow.hpp"

#include <array>
#include <string>

#include "rules/base/enum_words.hpp"

namespace qk::rules {
namespace {

constexpr EnumWords<CaseState, 5> kStates{{
    {CaseState::kLead, {"lead", "线索"}},
    {CaseState::kSiteCheck, {"site_check", "现场核查"}},
    {CaseState::kConcluded, {"concluded", "已有结论"}},
    {CaseState::kStated, {"stated", "企业已陈述"}},
    {CaseState::kClosed, {"closed", "已办结"}},
}};
constexpr std::array<std::string_view, 4> kSteps{"site_check", "conclusion", "statement", "close"};
constexpr EnumWords<Conclusion, 4> kConclusions{{
    {Conclusion::kBreach, {"breach", "确认违反"}},
    {Conclusion::kMeterFault, {"meter_fault", "电表故障"}},
    {Conclusion::kWrongInventory, {"wrong_inventory", "清单有误"}},
    {Conclusion::kJustified, {"justified", "情况属实、有正当理由"}},
}};

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
std::string_view to_text(CaseState state) { return kStates.english(state); }
std::string_view to_chinese(CaseState state) { return kStates.chinese(state); }
std::optional<CaseState> parse_case_state(std::string_view text) {
    return kStates.parse_english(text);
}
std::string_view to_text(CaseStep step) { return kSteps[static_cast<std::size_t>(step)]; }
std::string_view to_text(Conclusion conclusion) { return kConclusions.english(conclusion); }
std::string_view to_chinese(Conclusion conclusion) { return kConclusions.chinese(conclusion); }
std::optional<Conclusion> parse_conclusion(std::string_view text) {
    return kConclusions.parse_english(text);
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
