#include "rules/compliance/judge.hpp"

#include <algorithm>

#include "rules/compliance/joint.hpp"
#include "rules/compliance/judging.hpp"
#include "rules/compliance/sentences.hpp"

namespace qk::rules {
namespace {

// Whether an instrument can show it at all; what cannot be shown is not judged, known or not.
struct ShownByInstruments {
    bool operator()(const LineStands&) const { return true; }
    bool operator()(const ShareStands&) const { return true; }
    bool operator()(const LoadAtMost&) const { return true; }
    bool operator()(const OnOffCycle&) const { return true; }
    bool operator()(const NoRestart&) const { return true; }
    bool operator()(const EmissionAtMost&) const { return true; }
    bool operator()(const NoVehicles&) const { return true; }
    bool operator()(const CountAtMost& check) const { return check.what == "车次"; }
    bool operator()(const ThroughputAtMost&) const { return false; }
    bool operator()(const CycleAtLeast&) const { return false; }
    bool operator()(const SeenOnSite&) const { return false; }
};

// The order could not be known in any part of the window; or `since` says what follows.
Judgement not_known(const JudgeInput& input, const std::optional<Known>& known,
                    std::string since = {}) {
    Finding finding;
    finding.kind = FindingKind::kOrderNotKnown;
    finding.span = input.window;
    if (known) {
        finding.span.to = std::min(known->from, input.window.to);
        finding.text = "指令在" + to_chinese(known->from, input.zone) + "（" +
                       std::string(to_chinese(known->by)) + "）之前不可知悉，此前不作研判";
    } else {
        finding.text = "指令在" + to_chinese(input.window.to, input.zone) +
                       "之前不可知悉：未经消息代理确认发布，也无回执和电话记录，须电话告知";
    }
    Standstill none;
    none.compliance = Compliance::kCannotTell;
    none.coverage = 0;
    none.findings.push_back(std::move(finding));
    return verdict_of(input, std::move(none), std::move(since));
}

// It became known, and what follows cannot be judged yet. Whoever was told earlier that it was not
// known is told that it is, and from when.
Judgement known_late(const JudgeInput& input, const Known& known, Judgement answer) {
    const bool was_told =
        known.from - input.window.from >= minutes_of(input.parameters.observed_min);
    if (answer.verdict || !was_told) return answer;
    return not_known(input, known, answer.not_judged + "。");
}

// Why there is no instrument to look at; empty: there is one.
std::string shown_by_none(const Obligation& obligation) {
    if (obligation.action == Action::kSelfDiscipline) {
        return "自主减排，无强制义务，不作研判";
    }
    if (obligation.verified_by == VerifiedBy::kNothing) {
        return "该项义务未规定仪表核查方式，不作研判";
    }
    return {};
}

struct Dispatch {
    const JudgeInput& input;

    Judgement operator()(const LineStands& check) const { return judge_line_stands(input, check); }
    Judgement operator()(const ShareStands& check) const {
        return judge_share_stands(input, check);
    }
    Judgement operator()(const LoadAtMost& check) const { return judge_load(input, check); }
    Judgement operator()(const OnOffCycle& check) const { return judge_on_off(input, check); }
    Judgement operator()(const NoRestart&) const { return judge_no_restart(input); }
    Judgement operator()(const EmissionAtMost& check) const { return judge_emission(input, check); }
    Judgement operator()(const NoVehicles& check) const { return judge_vehicles(input, check); }
    Judgement operator()(const CountAtMost& check) const {
        if (check.what == "车次") return judge_vehicle_count(input, check);
        return not_judged("“" + check.what + "”以生产台账核查，仪表数据不能反映");
    }
    Judgement operator()(const ThroughputAtMost& check) const {
        return not_judged("“" + (check.material.empty() ? "产量" : check.material) +
                          "”以生产台账核查，仪表数据不能反映");
    }
    Judgement operator()(const CycleAtLeast& check) const {
        return not_judged("“" + check.what + "”以生产台账核查，仪表数据不能反映");
    }
    Judgement operator()(const SeenOnSite& check) const {
        return not_judged("由现场核查：" + check.what);
    }
};

// Who may still be coming down breaks nothing, and may hide something all the same: what the feeds
// say of that does not wait.
Judgement with_leads(const JudgeInput& input, Judgement answer) {
    if (answer.verdict || input.edition < kJointSince) return answer;
    if (input.window.length() < minutes_of(input.parameters.observed_min)) return answer;
    std::vector<Finding> findings;
    (void)find_joint(input, findings);
    if (findings.empty()) return answer;
    Standstill standing;
    standing.compliance = Compliance::kCannotTell;
    standing.coverage = 0;
    return verdict_of(input, std::move(standing), answer.not_judged + "。");
}

}  // namespace

Judgement judge(const JudgeInput& input) {
    const Obligation& obligation = input.obligation;
    std::string why_not = shown_by_none(obligation);
    if (!why_not.empty()) return not_judged(std::move(why_not));
    if (input.window.length() < minutes_of(input.parameters.observed_min)) {
        return not_judged("观察时间不足，尚不研判");
    }
    if (!std::visit(ShownByInstruments{}, obligation.check)) {
        return std::visit(Dispatch{input}, obligation.check);
    }
    if (!input.delivery) return with_leads(input, std::visit(Dispatch{input}, obligation.check));
    const std::optional<Known> known = known_from(*input.delivery);
    if (!known || known->from >= input.window.to) return not_known(input, known);
    JudgeInput counted = input;
    counted.window.from = std::max(input.window.from, known->from);
    if (counted.window.length() < minutes_of(input.parameters.observed_min)) {
        return known_late(input, *known, not_judged("指令知悉后观察时间不足，尚不研判"));
    }
    return known_late(input, *known,
                      with_leads(counted, std::visit(Dispatch{counted}, obligation.check)));
}

Judgement judge_without_readings(const JudgeInput& input) {
    std::string why_not = shown_by_none(input.obligation);
    if (!why_not.empty()) return not_judged(std::move(why_not));
    if (!std::visit(ShownByInstruments{}, input.obligation.check)) {
        return std::visit(Dispatch{input}, input.obligation.check);
    }
    Finding silent;
    silent.kind = FindingKind::kMeterSilent;
    silent.span = input.window;
    silent.missing = {input.window};
    silent.text = "自" + to_chinese(input.obligation.from, input.zone) +
                  "起没有收到任何读数（no readings），不能据此认定执行或未执行";
    Standstill none;
    none.compliance = Compliance::kCannotTell;
    none.coverage = 0;
    none.findings.push_back(std::move(silent));
    return verdict_of(input, std::move(none), {});
}

}  // namespace qk::rules
