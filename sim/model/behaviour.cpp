#include "sim/model/behaviour.hpp"

namespace qk::sim {
namespace {

using B = Behaviour;

constexpr std::array<Habit, kBehaviourCount> kHabits{{
    {B::kObeys, "obeys", "守法"},
    {.behaviour = B::kSlow,
     .english = "slow",
     .chinese = "迟缓",
     .load = Load::kKeptSlowly,
     .answer = Answer::kHoursLate},
    {.behaviour = B::kLate,
     .english = "late",
     .chinese = "拖延",
     .load = Load::kKeptLate,
     .answer = Answer::kHoursLate},
    {B::kNightRunner, "night_runner", "夜间生产", Load::kKeptByDay},
    {B::kMeterCutter, "meter_cutter", "断表", Load::kAsEver, Shown::kNothing},
    {.behaviour = B::kTreatmentOff,
     .english = "treatment_off",
     .chinese = "治污停运",
     .treatment = Treatment::kOff},
    {.behaviour = B::kSilent,
     .english = "silent",
     .chinese = "失联",
     .load = Load::kMaybeKept,
     .shown = Shown::kNoMessage,
     .answer = Answer::kNever},
    {.behaviour = B::kRefuses,
     .english = "refuses",
     .chinese = "拒不执行",
     .load = Load::kAsEver,
     .gate = Gate::kOpen,
     .answer = Answer::kNo},
    {B::kOverCap, "over_cap", "超限", Load::kAboveCap},
    {B::kSignsAndRuns, "signs_and_runs", "签而不行", Load::kAsEver},
    {B::kRestartsEarly, "restarts_early", "提前复产", Load::kForADay},
    {B::kBursts, "bursts", "间歇生产", Load::kInBursts},
    {B::kCreeps, "creeps", "逐日爬升", Load::kCreeping},
    {B::kNightOverCap, "night_over_cap", "夜间超限", Load::kAboveCapAtNight},
    {B::kMovesLoad, "moves_load", "转移产能", Load::kMoved},
    {B::kRaisesBase, "raises_base", "抬高基线", Load::kFromHighBase},
    {B::kScaledMeter, "scaled_meter", "互感器作假", Load::kAsEver, Shown::kThird},
    {B::kFlatMeter, "flat_meter", "恒值", Load::kAsEver, Shown::kFlat},
    {B::kReplayedMeter, "replayed_meter", "回放", Load::kAsEver, Shown::kRestNight},
    {B::kCopiedDay, "copied_day", "复制数据", Load::kForADay, Shown::kFirstDay},
    {B::kPastMeter, "past_meter", "绕表用电", Load::kAsEver, Shown::kPastLine},
    {B::kOwnGenerator, "own_generator", "自备电源", Load::kAsEver, Shown::kPastAll},
    {B::kSilentMeters, "silent_meters", "受令失数", Load::kAsEverForADay, Shown::kSilentADay},
    {.behaviour = B::kTreatmentNight,
     .english = "treatment_night",
     .chinese = "夜间停治污",
     .treatment = Treatment::kOffAtNight},
    {.behaviour = B::kTreatmentCutEarly,
     .english = "treatment_cut_early",
     .chinese = "提前停治污",
     .treatment = Treatment::kCutEarly},
    {.behaviour = B::kTreatmentIdles,
     .english = "treatment_idles",
     .chinese = "治污空转",
     .treatment = Treatment::kIdle},
    {.behaviour = B::kTreatmentFaked,
     .english = "treatment_faked",
     .chinese = "治污假运行",
     .treatment = Treatment::kShownOn},
    {.behaviour = B::kFlatStack,
     .english = "flat_stack",
     .chinese = "在线恒值",
     .treatment = Treatment::kOff,
     .stack = Stack::kFlat},
    {.behaviour = B::kDilutedStack,
     .english = "diluted_stack",
     .chinese = "稀释采样",
     .treatment = Treatment::kOff,
     .stack = Stack::kDiluted},
    {.behaviour = B::kCopiedStack,
     .english = "copied_stack",
     .chinese = "在线复制",
     .treatment = Treatment::kOff,
     .stack = Stack::kCopied},
    {.behaviour = B::kShavedStack,
     .english = "shaved_stack",
     .chinese = "在线削峰",
     .treatment = Treatment::kOff,
     .stack = Stack::kShaved},
    {.behaviour = B::kLetsTrucksIn,
     .english = "lets_trucks_in",
     .chinese = "违规用车",
     .gate = Gate::kOpen},
    {.behaviour = B::kSwapsPlates,
     .english = "swaps_plates",
     .chinese = "套牌",
     .gate = Gate::kSwapped},
}};

constexpr bool is_in_order() {
    for (std::size_t i = 0; i < kHabits.size(); ++i) {
        if (kHabits[i].behaviour != static_cast<Behaviour>(i)) return false;
    }
    return true;
}
static_assert(is_in_order());

}  // namespace

const Habit& habit_of(Behaviour behaviour) { return kHabits[static_cast<std::size_t>(behaviour)]; }

std::string_view to_text(Behaviour behaviour) { return habit_of(behaviour).english; }

std::string_view to_chinese(Behaviour behaviour) { return habit_of(behaviour).chinese; }

}  // namespace qk::sim
