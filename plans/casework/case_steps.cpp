#include "plans/casework/case_steps.hpp"

#include <fmt/format.h>

#include <array>

#include "rules/base/enum_words.hpp"

namespace qk::plans {
namespace {

constexpr rules::EnumWords<CaseState, kCaseStates> kStates{{
    {CaseState::kLead, {"lead", "线索"}},
    {CaseState::kSiteCheck, {"site_check", "待核查"}},
    {CaseState::kChecked, {"checked", "已核查"}},
    {CaseState::kConcluded, {"concluded", "已有结论"}},
    {CaseState::kStated, {"stated", "企业已陈述"}},
    {CaseState::kRectifying, {"rectifying", "整改中"}},
    {CaseState::kRectified, {"rectified", "待复查"}},
    {CaseState::kRechecked, {"rechecked", "复查通过"}},
    {CaseState::kClosed, {"closed", "已销号"}},
}};
constexpr rules::EnumWords<CaseAct, kCaseActs> kActs{{
    {CaseAct::kSend, {"site_check", "派员核查"}},
    {CaseAct::kCheck, {"check", "现场核查"}},
    {CaseAct::kConclude, {"conclusion", "作出结论"}},
    {CaseAct::kState, {"statement", "陈述申辩"}},
    {CaseAct::kDecide, {"decision", "复核决定"}},
    {CaseAct::kOrderMending, {"rectification", "责令整改"}},
    {CaseAct::kReportMended, {"rectified", "报告整改完成"}},
    {CaseAct::kRecheck, {"recheck", "整改复查"}},
    {CaseAct::kClose, {"close", "销号"}},
    {CaseAct::kWithdraw, {"withdrawal", "撤销线索"}},
    {CaseAct::kDataBack, {"data_returned", "数据恢复"}},
    {CaseAct::kReopen, {"reopened", "再次出现"}},
}};
constexpr rules::EnumWords<Conclusion, kConclusions> kConclusionWords{{
    {Conclusion::kBreach, {"breach", "确认违反"}},
    {Conclusion::kMeterFault, {"meter_fault", "电表故障"}},
    {Conclusion::kWrongInventory, {"wrong_inventory", "清单有误"}},
    {Conclusion::kJustified, {"justified", "情况属实、有正当理由"}},
}};
constexpr std::string_view kNobody = "system";

rules::Faults refuse(const CaseStanding& standing, CaseAct act, std::string_view zh,
                     std::string_view english) {
    return rules::refuse(fmt::format("“{}”的线索现在不能“{}” / a case that is '{}' takes no '{}'",
                                     to_chinese(standing.state), to_chinese(act),
                                     to_text(standing.state), to_text(act)),
                         fmt::format("{} / {}", zh, english));
}

bool is_before_conclusion(CaseState state) {
    return state == CaseState::kLead || state == CaseState::kSiteCheck ||
           state == CaseState::kChecked;
}
bool is_after_conclusion(CaseState state) {
    return state == CaseState::kConcluded || state == CaseState::kRectifying ||
           state == CaseState::kRectified || state == CaseState::kRechecked;
}
// What is justified leaves nothing to put right; a broken meter and a wrong list do.
bool needs_mending(const CaseStanding& standing) {
    return standing.conclusion != Conclusion::kJustified;
}
bool is_alone(const std::set<std::string>& persons, const std::string& person) {
    return persons.size() == 1 && persons.contains(person);
}

class Stepper {
 public:
    Stepper(const CaseStanding& standing, const CaseAsked& asked, bool four_eyes)
        : now_(standing), asked_(asked), four_eyes_(four_eyes) {}

    [[nodiscard]] rules::Result<CaseStanding> step() const;

 private:
    [[nodiscard]] rules::Faults no(std::string_view zh, std::string_view english) const {
        return refuse(now_, asked_.act, zh, english);
    }
    [[nodiscard]] CaseStanding in(CaseState state) const {
        CaseStanding next = now_;
        next.state = state;
        return next;
    }
    [[nodiscard]] rules::Result<CaseStanding> send() const;
    [[nodiscard]] rules::Result<CaseStanding> check() const;
    [[nodiscard]] rules::Result<CaseStanding> conclude() const;
    [[nodiscard]] rules::Result<CaseStanding> hear() const;
    [[nodiscard]] rules::Result<CaseStanding> decide() const;
    [[nodiscard]] rules::Result<CaseStanding> order_mending() const;
    [[nodiscard]] rules::Result<CaseStanding> report_mended() const;
    [[nodiscard]] rules::Result<CaseStanding> recheck() const;
    [[nodiscard]] rules::Result<CaseStanding> close() const;
    [[nodiscard]] rules::Result<CaseStanding> withdraw() const;
    [[nodiscard]] rules::Result<CaseStanding> data_back() const;
    [[nodiscard]] rules::Result<CaseStanding> reopen() const;

    const CaseStanding& now_;
    const CaseAsked& asked_;
    bool four_eyes_;
};

rules::Result<CaseStanding> Stepper::send() const {
    if (now_.state == CaseState::kLead) return in(CaseState::kSiteCheck);
    // Others are sent, or somebody goes again; a check that is on record stays so.
    if (now_.state == CaseState::kSiteCheck || now_.state == CaseState::kChecked ||
        now_.state == CaseState::kStated) {
        return now_;
    }
    return no(
        "已有结论，企业陈述后方可再查；整改后用复查",
        "it is concluded: look again after a statement, or check again after it is put right");
}

rules::Result<CaseStanding> Stepper::check() const {
    if (now_.state == CaseState::kLead) {
        return no("先派员", "send inspectors first");
    }
    if (!is_before_conclusion(now_.state) && now_.state != CaseState::kStated) {
        return no("已有结论，整改后用复查", "it is concluded; what is put right is checked again");
    }
    CaseStanding next = now_;
    // In an appeal what is found new is for its decision.
    if (now_.state != CaseState::kStated) next.state = CaseState::kChecked;
    next.checked_by.insert(asked_.person);
    return next;
}

rules::Result<CaseStanding> Stepper::conclude() const {
    if (now_.state == CaseState::kLead || now_.state == CaseState::kSiteCheck) {
        return no("未经现场核查不得作出结论，先记录核查情况",
                  "nothing is concluded without a site check: record it first");
    }
    if (now_.state != CaseState::kChecked) {
        return no("已有结论，只能经陈述申辩和复核改变",
                  "it is concluded; only the decision on a statement changes that");
    }
    if (!asked_.conclusion) return no("写明结论", "say which conclusion");
    if (four_eyes_ && is_alone(now_.checked_by, asked_.person)) {
        return no("核查记录只有您一人，结论须由另一人作出（四眼原则）",
                  "you alone recorded the check; somebody else concludes (four eyes)");
    }
    CaseStanding next = in(CaseState::kConcluded);
    next.conclusion = asked_.conclusion;
    next.concluded_by = asked_.person;
    return next;
}

rules::Result<CaseStanding> Stepper::hear() const {
    if (now_.state == CaseState::kClosed) {
        return no("已经销号", "the case has come to its end");
    }
    // Before a conclusion it is noted for whoever concludes; after it, the case stops for it.
    return is_after_conclusion(now_.state) ? rules::Result<CaseStanding>(in(CaseState::kStated))
                                           : rules::Result<CaseStanding>(now_);
}

rules::Result<CaseStanding> Stepper::decide() const {
    if (now_.state != CaseState::kStated) {
        return no("没有待复核的陈述申辩", "no statement waits for a decision");
    }
    if (!asked_.conclusion) return no("写明复核后的结论", "say which conclusion stands after it");
    if (four_eyes_ && now_.concluded_by == asked_.person) {
        return no("结论是您作出的，复核须由另一人（四眼原则）",
                  "the conclusion is yours; somebody else decides on the appeal (four eyes)");
    }
    CaseStanding next = in(CaseState::kConcluded);
    next.conclusion = asked_.conclusion;
    next.concluded_by = asked_.person;
    next.rechecked_by.clear();
    return next;
}

rules::Result<CaseStanding> Stepper::order_mending() const {
    if (now_.state != CaseState::kConcluded) {
        return no("先作出结论", "conclude first, and once");
    }
    if (!needs_mending(now_)) {
        return no("结论为有正当理由，无需整改，可以销号",
                  "it is justified: nothing is to be put right, close it");
    }
    CaseStanding next = in(CaseState::kRectifying);
    next.rechecked_by.clear();
    return next;
}

rules::Result<CaseStanding> Stepper::report_mended() const {
    if (now_.state == CaseState::kRectifying) return in(CaseState::kRectified);
    return no("没有责令整改，或已报告完成", "nothing was ordered, or it is reported already");
}

rules::Result<CaseStanding> Stepper::recheck() const {
    // Nobody has to wait until the enterprise says that it is ready.
    if (now_.state != CaseState::kRectifying && now_.state != CaseState::kRectified) {
        return no("先责令整改", "order first that it is put right");
    }
    CaseStanding next = in(asked_.passed ? CaseState::kRechecked : CaseState::kRectifying);
    next.rechecked_by.insert(asked_.person);
    if (!asked_.passed) next.rechecked_by.clear();
    return next;
}

rules::Result<CaseStanding> Stepper::close() const {
    if (now_.state == CaseState::kConcluded && !needs_mending(now_)) return in(CaseState::kClosed);
    if (now_.state == CaseState::kRechecked) {
        if (four_eyes_ && is_alone(now_.rechecked_by, asked_.person)) {
            return no("复查记录只有您一人，销号须由另一人（四眼原则）",
                      "you alone checked it again; somebody else closes it (four eyes)");
        }
        return in(CaseState::kClosed);
    }
    if (now_.state == CaseState::kConcluded) {
        return no("先责令整改并复查", "order that it is put right, and check again");
    }
    if (now_.state == CaseState::kStated) {
        return no("先复核陈述申辩", "decide on the statement first");
    }
    if (is_before_conclusion(now_.state)) {
        return no("先核查并作出结论", "check and conclude first");
    }
    if (now_.state == CaseState::kClosed) return no("已经销号", "it is closed");
    return no("复查通过后方可销号", "it is closed when the check after it is passed");
}

rules::Result<CaseStanding> Stepper::withdraw() const {
    if (now_.state != CaseState::kLead && now_.state != CaseState::kSiteCheck) {
        return no("已有核查记录，按核查情况作出结论", "a check is on record: conclude by it");
    }
    if (now_.kind == CaseKind::kDataQuality) {
        return no("数据恢复后自动销号", "it closes by itself when the data are back");
    }
    if (now_.is_suspected) {
        return no("最新研判仍为疑点，须现场核查", "the latest verdict still asks for a site check");
    }
    return in(CaseState::kClosed);
}

rules::Result<CaseStanding> Stepper::data_back() const {
    if (now_.kind != CaseKind::kDataQuality) {
        return no("不是数据质量问题", "it is not about data");
    }
    if (!is_before_conclusion(now_.state)) {
        return no("已由人员作出结论", "people have concluded on it");
    }
    return in(CaseState::kClosed);
}

rules::Result<CaseStanding> Stepper::reopen() const {
    if (now_.state != CaseState::kClosed || now_.conclusion) {
        return no("只有未经结论而销号的才会重开",
                  "only what ended without a conclusion opens again");
    }
    CaseStanding next = in(CaseState::kLead);
    next.checked_by.clear();
    return next;
}

rules::Result<CaseStanding> Stepper::step() const {
    const bool is_of_system = asked_.act == CaseAct::kDataBack || asked_.act == CaseAct::kReopen;
    if (is_of_system != (asked_.person == kNobody)) {
        return no(is_of_system ? "由系统自动办理" : "须由人员办理",
                  is_of_system ? "the daemon does that by itself" : "a person does that");
    }
    switch (asked_.act) {
        case CaseAct::kSend:
            return send();
        case CaseAct::kCheck:
            return check();
        case CaseAct::kConclude:
            return conclude();
        case CaseAct::kState:
            return hear();
        case CaseAct::kDecide:
            return decide();
        case CaseAct::kOrderMending:
            return order_mending();
        case CaseAct::kReportMended:
            return report_mended();
        case CaseAct::kRecheck:
            return recheck();
        case CaseAct::kClose:
            return close();
        case CaseAct::kWithdraw:
            return withdraw();
        case CaseAct::kDataBack:
            return data_back();
        case CaseAct::kReopen:
            return reopen();
    }
    return no("", "");
}

}  // namespace

std::string_view to_text(CaseKind kind) {
    return kind == CaseKind::kLead ? "lead" : "data_quality";
}
std::optional<CaseKind> parse_case_kind(std::string_view text) {
    if (text == "lead") return CaseKind::kLead;
    if (text == "data_quality") return CaseKind::kDataQuality;
    return std::nullopt;
}
std::string_view to_text(CaseState state) { return kStates.english(state); }
std::string_view to_chinese(CaseState state) { return kStates.chinese(state); }
std::optional<CaseState> parse_case_state(std::string_view text) {
    return kStates.parse_english(text);
}
std::string_view to_text(CaseAct act) { return kActs.english(act); }
std::string_view to_chinese(CaseAct act) { return kActs.chinese(act); }
std::optional<CaseAct> parse_case_act(std::string_view text) { return kActs.parse_english(text); }
std::string_view to_text(Conclusion conclusion) { return kConclusionWords.english(conclusion); }
std::string_view to_chinese(Conclusion conclusion) { return kConclusionWords.chinese(conclusion); }
std::optional<Conclusion> parse_conclusion(std::string_view text) {
    return kConclusionWords.parse_english(text);
}

rules::Result<CaseStanding> take(const CaseStanding& standing, const CaseAsked& asked,
                                 bool four_eyes) {
    return Stepper(standing, asked, four_eyes).step();
}

std::vector<CaseAct> next_acts(const CaseStanding& standing, bool four_eyes,
                               std::string_view person) {
    // Without a person: somebody who has done nothing of it yet, whom four eyes never stop.
    const std::string who = person.empty() ? std::string(" ") : std::string(person);
    std::vector<CaseAct> acts;
    for (std::size_t i = 0; i < kCaseActs; ++i) {
        CaseAsked asked{static_cast<CaseAct>(i), who, Conclusion::kBreach, true};
        if (asked.act == CaseAct::kDataBack || asked.act == CaseAct::kReopen) continue;
        if (take(standing, asked, four_eyes)) acts.push_back(asked.act);
    }
    return acts;
}

}  // namespace qk::plans
