#include "rules/compliance/verdict.hpp"

#include <algorithm>

#include "rules/base/enum_words.hpp"
#include "rules/compliance/readings.hpp"

namespace qk::rules {
namespace {

constexpr EnumWords<Compliance, 4> kCompliance{{
    {Compliance::kCompliant, {"compliant", "符合"}},
    {Compliance::kBreachSuspected, {"breach_suspected", "疑似违反"}},
    {Compliance::kBreach, {"breach", "违反"}},
    {Compliance::kCannotTell, {"cannot_tell", "无法判定"}},
}};

constexpr EnumWords<FindingKind, 29> kFindings{{
    {FindingKind::kLineRunning, {"line_running", "应停未停"}},
    {FindingKind::kStoppedLate, {"stopped_late", "停产逾时"}},
    {FindingKind::kNightRunning, {"night_running", "夜间偷产"}},
    {FindingKind::kLoadAboveCap, {"load_above_cap", "负荷超限"}},
    {FindingKind::kTreatmentOff, {"treatment_off", "治污设施未运行"}},
    {FindingKind::kTreatmentCutEarly, {"treatment_cut_early", "治污设施提前停运"}},
    {FindingKind::kUnmeteredLoad, {"unmetered_load", "存在未计量负荷"}},
    {FindingKind::kMeterSilent, {"meter_silent", "电表无数据"}},
    {FindingKind::kPowerCut, {"power_cut", "电表断电"}},
    {FindingKind::kEmissionAboveLimit, {"emission_above_limit", "排放超限"}},
    {FindingKind::kBannedVehicle, {"banned_vehicle", "禁行车辆进出"}},
    {FindingKind::kNoMeter, {"no_meter", "无可用电表"}},
    {FindingKind::kNoBaseline, {"no_baseline", "无可比基准"}},
    {FindingKind::kInvalidData, {"invalid_data", "数据标记无效"}},
    {FindingKind::kOrderNotKnown, {"order_not_known", "指令尚不可知悉"}},
    {FindingKind::kBaselineRaised, {"baseline_raised", "基准期负荷抬升"}},
    {FindingKind::kSeriesRepeated, {"series_repeated", "读数逐点重复"}},
    {FindingKind::kSeriesFlat, {"series_flat", "读数恒定不变"}},
    {FindingKind::kTreatmentIdle, {"treatment_idle", "治污设施空转"}},
    {FindingKind::kTreatmentAlone, {"treatment_alone", "生产停而治污开"}},
    {FindingKind::kTreatmentInVain, {"treatment_in_vain", "治污运行而排放升高"}},
    {FindingKind::kEmissionMismatch, {"emission_mismatch", "排放与生产不符"}},
    {FindingKind::kSilentAfterOrder, {"silent_after_order", "受令后失数"}},
    {FindingKind::kZeroAfterOrder, {"zero_after_order", "受令后归零"}},
    {FindingKind::kMetersDisagree, {"meters_disagree", "总分表不符"}},
    {FindingKind::kSeriesCapped, {"series_capped", "读数削峰"}},
    {FindingKind::kLoadMoved, {"load_moved", "负荷转移"}},
    {FindingKind::kPlatesDoubtful, {"plates_doubtful", "疑似套牌"}},
    {FindingKind::kRestarted, {"restarted", "停后复产"}},
}};

constexpr EnumWords<MeterRole, 3> kRoles{{
    {MeterRole::kTotal, {"total", "总表"}},
    {MeterRole::kProduction, {"production", "生产"}},
    {MeterRole::kTreatment, {"treatment", "治污"}},
}};

}  // namespace

std::string_view to_text(Compliance c) { return kCompliance.english(c); }
std::string_view to_chinese(Compliance c) { return kCompliance.chinese(c); }
std::optional<Compliance> parse_compliance(std::string_view text) {
    return kCompliance.parse_english(text);
}

std::string_view to_text(FindingKind k) { return kFindings.english(k); }
std::string_view to_chinese(FindingKind k) { return kFindings.chinese(k); }
std::optional<FindingKind> parse_finding_kind(std::string_view text) {
    return kFindings.parse_english(text);
}

bool is_lead_beside(FindingKind kind) {
    switch (kind) {
        case FindingKind::kTreatmentOff:
        case FindingKind::kUnmeteredLoad:
        case FindingKind::kBaselineRaised:
        case FindingKind::kSeriesRepeated:
        case FindingKind::kSeriesFlat:
        case FindingKind::kTreatmentIdle:
        case FindingKind::kTreatmentAlone:
        case FindingKind::kTreatmentInVain:
        case FindingKind::kEmissionMismatch:
        case FindingKind::kSilentAfterOrder:
        case FindingKind::kZeroAfterOrder:
        case FindingKind::kMetersDisagree:
        case FindingKind::kSeriesCapped:
        case FindingKind::kLoadMoved:
        case FindingKind::kPlatesDoubtful:
        case FindingKind::kRestarted:
            return true;
        case FindingKind::kLineRunning:
        case FindingKind::kStoppedLate:
        case FindingKind::kNightRunning:
        case FindingKind::kLoadAboveCap:
        case FindingKind::kTreatmentCutEarly:
        case FindingKind::kMeterSilent:
        case FindingKind::kPowerCut:
        case FindingKind::kEmissionAboveLimit:
        case FindingKind::kBannedVehicle:
        case FindingKind::kNoMeter:
        case FindingKind::kNoBaseline:
        case FindingKind::kInvalidData:
        case FindingKind::kOrderNotKnown:
            return false;
    }
    return false;
}

bool is_lead(const Verdict& verdict) {
    return verdict.compliance == Compliance::kBreach ||
           verdict.compliance == Compliance::kBreachSuspected ||
           std::ranges::any_of(verdict.findings, is_lead_beside, &Finding::kind);
}

std::string_view to_text(MeterRole role) { return kRoles.english(role); }
std::optional<MeterRole> parse_meter_role(std::string_view text) { return kRoles.parse(text); }

}  // namespace qk::rules
