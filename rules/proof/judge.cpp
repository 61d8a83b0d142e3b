#include "rules/proof/judge.hpp"

#include "rules/proof/judging.hpp"

namespace qk::rules {
namespace {

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

}  // namespace

Judgement judge(const JudgeInput& input) {
    const Obligation& obligation = input.obligation;
    if (obligation.action == Action::kSelfDiscipline) {
        return not_judged("自主减排，无强制义务，不作研判");
    }
    if (obligation.verified_by == VerifiedBy::kNothing) {
        return not_judged("该项义务未规定仪表核查方式，不作研判");
    }
    if (input.window.length() < minutes_of(input.parameters.observed_min)) {
        return not_judged("观察时间不足，尚不研判");
    }
    return std::visit(Dispatch{input}, obligation.check);
}

}  // namespace qk::rules
