#include "rules/compliance/parameters.hpp"

namespace qk::rules {

const std::array<ParameterNote, 31>& parameter_notes() {
    using P = JudgingParameters;
    static const std::array<ParameterNote, 31> notes{{
        {"stopped_below_share", &P::stopped_below_share, "1", "低于正常功率的该比例视为停运"},
        {"idle_tolerance", &P::idle_tolerance, "1", "待机功率的容许偏差"},
        {"hysteresis", &P::hysteresis, "1", "判定恢复停运的回差"},
        {"persistence_minutes", &P::persistence_min, "min", "持续时间短于此值的越限不作认定"},
        {"breach_after_minutes", &P::breach_after_min, "min", "明显运行达到此时长认定违反"},
        {"stop_grace_minutes", &P::stop_grace_min, "min", "未规定降负荷时间时的停运宽限"},
        {"night_from_hour", &P::night_from_hour, "h", "夜间起"},
        {"night_to_hour", &P::night_to_hour, "h", "夜间止"},
        {"coverage_min", &P::coverage_min, "1", "认定符合所需的最低数据覆盖率"},
        {"gap_max_minutes", &P::gap_max_min, "min", "认定符合所容许的最长数据中断"},
        {"observed_minutes", &P::observed_min, "min", "观察时间不足此值不作研判"},
        {"baseline_days", &P::baseline_days, "d", "基准取用的可比日数"},
        {"baseline_days_min", &P::baseline_days_min, "d", "基准所需的最少可比日数"},
        {"baseline_lookback_days", &P::baseline_lookback_days, "d", "基准回溯的最长天数"},
        {"baseline_spread_min", &P::baseline_spread_min, "1", "日间波动的下限"},
        {"rated_power_uncertainty", &P::rated_power_uncertainty, "1", "以额定功率代基准的不确定度"},
        {"tolerated_spreads", &P::tolerated_spreads, "1", "超出限值若干倍波动之内予以容许"},
        {"breach_spreads", &P::breach_spreads, "1", "超出限值若干倍波动以上认定违反"},
        {"load_period_minutes", &P::load_period_min, "min", "负荷单独核算的最短时段"},
        {"treatment_off_share", &P::treatment_off_share, "1",
         "治污设施低于正常功率的该比例视为停运"},
        {"unmetered_share", &P::unmetered_share, "1", "总表较分表之和的异常增量"},
        {"stack_hours_suspected", &P::stack_hours_suspected, "h", "连续超标小时数达到此值列为疑似"},
        {"stack_day_hours_min", &P::stack_day_hours_min, "h", "排放日均值所需的有效小时数"},
        {"accusation_chance", &P::accusation_chance, "1",
         "守规生产线一个采暖季内被误认定违反的概率上限"},
        {"winter_days", &P::winter_days, "d", "一个采暖季内单线受限日数的上限"},
        {"region_false_share", &P::region_false_share, "1", "区域认定名单中误列比例的上限"},
        {"false_running_chance", &P::false_running_chance, "1", "停运线一刻钟内误显运行的概率上限"},
        {"vehicles_breach", &P::vehicles_breach, "1", "认定违反所需的禁行车辆次数"},
        {"lead_chance", &P::lead_chance, "1", "守规企业一个采暖季内因联合研判被列为线索的概率上限"},
        {"silent_hours", &P::silent_hours, "h", "受令后全厂失数达到此时长列为线索"},
        {"treatment_idle_share", &P::treatment_idle_share, "1",
         "治污用电低于生产所应带动的该比例视为空转"},
    }};
    return notes;
}

}  // namespace qk::rules
