#include "rules/duty/measure.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "rules/base/decimal.hpp"

namespace qk::rules {
namespace {

enum class Kind { kNone, kProduction, kEmission, kVehicles };

struct FormWords {
    Form form;
    std::string_view english;
    std::string_view chinese;
    Action action;
    Kind kind;
};

constexpr std::array<FormWords, kFormCount> kForms{{
    {Form::kSelfDiscipline, "self_discipline", "自主减排", Action::kSelfDiscipline, Kind::kNone},
    {Form::kStop, "stop", "停产", Action::kStop, Kind::kProduction},
    {Form::kStopShare, "stop_share", "部分停产", Action::kStop, Kind::kProduction},
    {Form::kLimitLoad, "limit_load", "限产", Action::kLimitLoad, Kind::kProduction},
    {Form::kThroughput, "throughput", "限定产量", Action::kLimitLoad, Kind::kProduction},
    {Form::kMinimumLoad, "minimum_load", "最低负荷运行", Action::kLimitLoad, Kind::kProduction},
    {Form::kLongerCycle, "longer_cycle", "延长周期", Action::kLimitLoad, Kind::kProduction},
    {Form::kOnOffCycle, "on_off_cycle", "间歇生产", Action::kStop, Kind::kProduction},
    {Form::kCountCap, "count_cap", "限定次数", Action::kLimitLoad, Kind::kProduction},
    {Form::kHeatDuty, "heat_duty", "以热定产", Action::kLimitLoad, Kind::kProduction},
    {Form::kOrderDuty, "order_duty", "以量定产", Action::kLimitLoad, Kind::kProduction},
    {Form::kStopProcess, "stop_process", "停止工序", Action::kStopProcess, Kind::kProduction},
    {Form::kStopMaterial, "stop_material", "停用物料", Action::kStopProcess, Kind::kEmission},
    {Form::kConcentration, "concentration", "限定排放浓度", Action::kLimitEmission,
     Kind::kEmission},
    {Form::kMass, "mass", "限定排放量", Action::kLimitEmission, Kind::kEmission},
    {Form::kPreWarningMass, "pre_warning_mass", "不高于预警前排放水平", Action::kLimitEmission,
     Kind::kEmission},
    {Form::kLimitEmission, "limit_emission", "限排", Action::kLimitEmission, Kind::kEmission},
    {Form::kBanVehicles, "ban_vehicles", "车辆禁行", Action::kBanVehicles, Kind::kVehicles},
    {Form::kVehicleShare, "vehicle_share", "压减车次", Action::kBanVehicles, Kind::kVehicles},
    {Form::kRotate, "rotate", "轮流停产", Action::kStop, Kind::kProduction},
    {Form::kNoRestart, "no_restart", "未经批准不得复产", Action::kStop, Kind::kProduction},
}};

const FormWords& words_of(Form form) { return kForms[static_cast<std::size_t>(form)]; }

struct BaselineWords {
    std::string_view name;
    std::string_view chinese;
};

constexpr std::string_view kOfPapers = "smallest-of-eia-permit-last-year";
constexpr std::string_view kLowestDay = "lowest-day-last-year";

constexpr std::array<BaselineWords, 8> kBaselines{{
    {"", "本地区规则包规定的基准"},
    {kOfPapers, "环评批复产能、排污许可产能、上一年正常生产实际产量三者日均值的最小值"},
    {kLowestDay, "上一年最低日生产负荷"},
    {"mean-of-recent-month", "近一个正常生产月的日均值"},
    {"pre-warning", "预警前正常生产日均值"},
    {"rated", "额定生产能力"},
    {"heat-duty", "核定的供热任务"},
    {"order-duty", "核定的保障任务"},
}};

std::string number_text(double value) {
    return to_text(Decimal{static_cast<std::int64_t>(std::llround(value * 1e6))});
}

std::string percent_text(double share) { return number_text(share * 100) + "%"; }

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) {
        if (!all.empty()) all += "、";
        all += text;
    }
    return all;
}

// Whether the line goes on running at less load, so that its least safe load bounds what may be
// asked. A stop is another matter: the line is taken down and stands.
bool runs_on(const Measure& m) {
    return m.form == Form::kLimitLoad || m.form == Form::kMinimumLoad ||
           (m.form == Form::kStopShare && m.ratio < 1);
}

double cycle_share(int off_hours, int on_hours) {
    return off_hours + on_hours == 0 ? 0 : static_cast<double>(off_hours) / (off_hours + on_hours);
}

std::string vehicles_sentence(const Measure& m) {
    std::string text =
        m.from_hour == 0 && m.to_hour == 24
            ? std::string("全天")
            : "每日" + std::to_string(m.from_hour) + "时至" + std::to_string(m.to_hour) + "时";
    text += m.stages.empty() ? "禁止车辆进出厂区"
                             : "禁止" + joined(m.stages) + "排放标准的货车进出厂区";
    if (!m.exempt.empty()) text += "（" + joined(m.exempt) + "车辆除外）";
    return text + "。";
}

std::string_view factor_in_chinese(std::string_view factor) {
    if (factor.empty()) return "各项污染物";
    if (factor == "so2") return "二氧化硫";
    if (factor == "nox") return "氮氧化物";
    if (factor == "pm") return "颗粒物";
    return factor == "vocs" ? "挥发性有机物" : factor;
}

std::string emission_sentence(const Measure& m, std::string target) {
    if (!m.outlet.empty()) target += "排口" + m.outlet + "的";
    const std::string factor(factor_in_chinese(m.factor));
    switch (m.form) {
        case Form::kConcentration:
            return target + factor + "排放浓度不高于" + number_text(m.number) + "毫克/立方米。";
        case Form::kMass:
            return target + factor + "日排放量不高于" + number_text(m.number) + "千克。";
        case Form::kPreWarningMass:
            return target + factor + "排放量不得高于预警前水平。";
        case Form::kLimitEmission:
            return target + "限排" + percent_text(m.ratio) + "：" + factor +
                   "排放量不高于预警前的" + percent_text(1 - m.ratio) + "，以在线监测为准。";
        case Form::kStopMaterial:
            return target + "停止使用" + m.what + "。";
        case Form::kSelfDiscipline:
        case Form::kStop:
        case Form::kStopShare:
        case Form::kLimitLoad:
        case Form::kThroughput:
        case Form::kMinimumLoad:
        case Form::kLongerCycle:
        case Form::kOnOffCycle:
        case Form::kCountCap:
        case Form::kHeatDuty:
        case Form::kOrderDuty:
        case Form::kStopProcess:
        case Form::kBanVehicles:
        case Form::kVehicleShare:
        case Form::kRotate:
        case Form::kNoRestart:
            break;
    }
    return {};
}

std::string obligation_sentence(const Measure& m, const std::string& target,
                                std::string_view duty) {
    std::string text = target + std::string(duty);
    if (m.number > 0) text += "，每日不超过" + number_text(m.number) + m.unit;
    return text + "。";
}

std::string share_sentence(const Measure& m) {
    const std::string unit = m.unit.empty() ? "生产线" : m.unit;
    return "停产" + percent_text(m.ratio) + "，以" + unit + "计。";
}

// What of the text is not asked, because the line cannot safely go that low.
std::string held_up_text(const Measure& m, const MeasureTarget& target) {
    if (!is_held_up(m, target.minimum_load)) return {};
    return "规定压减" + percent_text(m.ratio) + "，因不得低于最低安全负荷" +
           percent_text(*target.minimum_load) + "，按" +
           percent_text(cut_on(m, target.minimum_load)) + "执行";
}

std::string minimum_sentence(const Measure& m, const MeasureTarget& target) {
    const std::string least =
        "最低安全负荷（" + std::string(baseline_in_chinese(m.baseline)) + "）";
    const double cut = cut_on(m, target.minimum_load);
    std::string text(target.name);
    if (m.ratio <= 0) return text + "降至" + least + "运行。";
    text += "限产" + percent_text(cut) + "，生产负荷不高于平常的" + percent_text(1 - cut);
    return text + (cut < m.ratio ? "，即" : "，但不低于") + least + "。";
}

// A baseline of papers may lie far below normal load, of which the least safe load is a share: the
// cap in its terms may then ask for less than the line can do.
bool may_lie_below_least(const Measure& m, const MeasureTarget& target) {
    return target.minimum_load && (m.baseline == kOfPapers || m.baseline == "rated");
}

std::string limit_sentence(const Measure& m, const MeasureTarget& target) {
    const double cut = cut_on(m, target.minimum_load);
    const std::string held_up = held_up_text(m, target);
    return std::string(target.name) + "限产" + percent_text(cut) + "，生产负荷不高于基准的" +
           percent_text(1 - cut) + "（基准：" + std::string(baseline_in_chinese(m.baseline)) +
           "）" + (held_up.empty() ? "" : "，") + held_up +
           (may_lie_below_least(m, target)
                ? "，但不低于平常负荷的" + percent_text(*target.minimum_load) + "（最低安全负荷）"
                : "") +
           "。";
}

std::string production_sentence(const Measure& m, const MeasureTarget& target) {
    const std::string name(target.name);
    switch (m.form) {
        case Form::kStop:
            return name + "停产" + (m.keep_hot || target.keep_hot ? "，可保温、不得生产。" : "。");
        case Form::kStopShare:
            if (is_held_up(m, target.minimum_load)) return limit_sentence(m, target);
            return share_sentence(m);
        case Form::kLimitLoad:
            return limit_sentence(m, target);
        case Form::kThroughput:
            return name + m.what + "每日不超过" + number_text(m.number) + m.unit + "。";
        case Form::kMinimumLoad:
            return minimum_sentence(m, target);
        case Form::kLongerCycle:
            return name + m.what + "延长至" + number_text(m.number) + "小时以上。";
        case Form::kOnOffCycle:
            return name + "每停" + std::to_string(m.off_hours) + "小时方可运行" +
                   std::to_string(m.on_hours) + "小时，循环执行。";
        case Form::kCountCap:
            return name + "每日不超过" + number_text(m.number) + m.what + "。";
        case Form::kHeatDuty:
            return obligation_sentence(m, name, "以热定产，只承担核定的供热任务");
        case Form::kOrderDuty:
            return obligation_sentence(m, name, "以量定产，只生产核定的保障产品");
        case Form::kStopProcess:
            return name + (m.what.empty() ? "涉气工序" : m.what) + "停止运行。";
        case Form::kRotate:
            return name + "分" + std::to_string(m.batches) + "批轮流停产，每批" +
                   std::to_string(m.off_hours) + "小时，本批为" +
                   (target.batch.empty()
                        ? "第" + std::to_string(target.turn + 1) + "批"
                        : target.batch + "，本轮第" + std::to_string(target.turn + 1) + "个停产") +
                   "。";
        case Form::kNoRestart:
            return name + "保持停产，未经批准不得恢复生产。";
        case Form::kSelfDiscipline:
        case Form::kStopMaterial:
        case Form::kConcentration:
        case Form::kMass:
        case Form::kPreWarningMass:
        case Form::kLimitEmission:
        case Form::kBanVehicles:
        case Form::kVehicleShare:
            break;
    }
    return {};
}

OnOffCycle cycle_of(const Measure& m, const MeasureTarget& target) {
    using std::chrono::hours;
    if (m.form == Form::kRotate) {
        return {hours{m.off_hours}, hours{m.off_hours * (m.batches - 1)},
                hours{m.off_hours * target.turn}};
    }
    return {hours{m.off_hours}, hours{m.on_hours}, hours{m.offset_hours}};
}

LoadAtMost minimum_check(const Measure& m, const MeasureTarget& target) {
    LoadAtMost check{cut_on(m, target.minimum_load), target.ramp_down, {}};
    if (!target.minimum_load) check.minimum = m.baseline;
    return check;
}

LoadAtMost limit_check(const Measure& m, const MeasureTarget& target) {
    LoadAtMost check{cut_on(m, target.minimum_load), target.ramp_down, m.baseline};
    if (m.baseline == kOfPapers) check.baseline_kwh_d = target.baseline_kwh_d;
    if (may_lie_below_least(m, target)) check.minimum = kLowestDay;
    return check;
}

Check production_check(const Measure& m, const MeasureTarget& target) {
    const bool keep_hot = m.keep_hot || target.keep_hot;
    switch (m.form) {
        case Form::kStop:
            return LineStands{target.ramp_down, keep_hot};
        case Form::kStopShare:
            // Half of one line is half its load.
            if (target.lines.size() == 1) {
                return LoadAtMost{cut_on(m, target.minimum_load), target.ramp_down, m.baseline};
            }
            return ShareStands{m.ratio, target.lines, target.ramp_down};
        case Form::kLimitLoad:
            return limit_check(m, target);
        case Form::kMinimumLoad:
            return minimum_check(m, target);
        case Form::kThroughput:
            return ThroughputAtMost{m.number, m.unit, m.what};
        case Form::kLongerCycle:
            return CycleAtLeast{m.number, m.what};
        case Form::kOnOffCycle:
        case Form::kRotate:
            return cycle_of(m, target);
        case Form::kCountCap:
            return CountAtMost{m.number, m.what};
        case Form::kHeatDuty:
        case Form::kOrderDuty:
            if (m.number > 0) return ThroughputAtMost{m.number, m.unit, m.what};
            return SeenOnSite{sentence_of(m, target)};
        case Form::kStopProcess:
            // A step inside a line: its meter goes on showing the other steps, so power proves
            // nothing. A line that is the step itself stands.
            if (!shown_by_power(m) && !target.is_step) return SeenOnSite{sentence_of(m, target)};
            return LineStands{target.ramp_down, keep_hot};
        case Form::kNoRestart:
            return NoRestart{};
        case Form::kSelfDiscipline:
        case Form::kStopMaterial:
        case Form::kConcentration:
        case Form::kMass:
        case Form::kPreWarningMass:
        case Form::kLimitEmission:
        case Form::kBanVehicles:
        case Form::kVehicleShare:
            break;
    }
    return SeenOnSite{};
}

std::string with_riders(std::string text, const Measure& m, const MeasureTarget& target) {
    const auto after = std::max(m.treatment_after_stop, target.treatment_after_stop);
    if (action_of(m.form) == Action::kStop && after.count() > 0) {
        text += "治污设施在停产后继续运行" + std::to_string(after.count()) + "分钟以上方可停运。";
    }
    if (m.no_restart) text += "未经批准不得恢复生产。";
    if (m.after_hours > 0) text += "自响应启动满" + std::to_string(m.after_hours) + "小时起执行。";
    if (m.until_hours) text += "执行至响应启动满" + std::to_string(*m.until_hours) + "小时。";
    return text;
}

}  // namespace

std::string_view to_text(Form form) { return words_of(form).english; }
std::string_view to_chinese(Form form) { return words_of(form).chinese; }

std::optional<Form> parse_form(std::string_view text) {
    for (const FormWords& words : kForms) {
        if (text == words.english) return words.form;
    }
    return std::nullopt;
}

bool is_baseline(std::string_view name) {
    return std::any_of(kBaselines.begin(), kBaselines.end(),
                       [name](const BaselineWords& words) { return words.name == name; });
}

std::string_view baseline_in_chinese(std::string_view name) {
    for (const BaselineWords& words : kBaselines) {
        if (words.name == name) return words.chinese;
    }
    return name;
}

Action action_of(Form form) { return words_of(form).action; }

bool asks_to_come_down(Form form) {
    return limits_production(form) && form != Form::kHeatDuty && form != Form::kNoRestart;
}

bool cuts_load(Form form) { return limits_production(form) && form != Form::kNoRestart; }

double cut_on(const Measure& measure, std::optional<double> minimum_load) {
    const double share = emission_share(measure);
    if (!minimum_load || !runs_on(measure)) return share;
    constexpr double kMillion = 1e6;  // 1 - 0.8 is 0.2
    const double most = std::round((1 - *minimum_load) * kMillion) / kMillion;
    // Without a share the line goes down as far as it can.
    if (measure.form == Form::kMinimumLoad && measure.ratio <= 0) return most;
    return std::min(share, most);
}

bool is_held_up(const Measure& measure, std::optional<double> minimum_load) {
    return measure.form != Form::kMinimumLoad &&
           cut_on(measure, minimum_load) < emission_share(measure);
}

bool limits_production(Form form) { return words_of(form).kind == Kind::kProduction; }

bool is_of_enterprise(Form form) {
    return words_of(form).kind == Kind::kVehicles || form == Form::kSelfDiscipline;
}

bool shown_by_power(const Measure& m) {
    switch (m.form) {
        case Form::kStop:
        case Form::kStopShare:
        case Form::kLimitLoad:
        case Form::kMinimumLoad:
        case Form::kOnOffCycle:
        case Form::kRotate:
        case Form::kNoRestart:
            return true;
        case Form::kStopProcess:
            return m.what.empty() && m.ratio >= 1;
        case Form::kSelfDiscipline:
        case Form::kThroughput:
        case Form::kLongerCycle:
        case Form::kCountCap:
        case Form::kHeatDuty:
        case Form::kOrderDuty:
        case Form::kStopMaterial:
        case Form::kConcentration:
        case Form::kMass:
        case Form::kPreWarningMass:
        case Form::kLimitEmission:
        case Form::kBanVehicles:
        case Form::kVehicleShare:
            return false;
    }
    return false;
}

double emission_share(const Measure& m) {
    switch (m.form) {
        case Form::kStop:
            return 1;
        case Form::kOnOffCycle:
            return cycle_share(m.off_hours, m.on_hours);
        case Form::kRotate:
            return m.batches == 0 ? 0 : 1.0 / m.batches;
        case Form::kSelfDiscipline:
        case Form::kBanVehicles:
        case Form::kVehicleShare:
        case Form::kNoRestart:
            return 0;
        case Form::kStopShare:
        case Form::kLimitLoad:
        case Form::kThroughput:
        case Form::kMinimumLoad:
        case Form::kLongerCycle:
        case Form::kCountCap:
        case Form::kHeatDuty:
        case Form::kOrderDuty:
        case Form::kStopProcess:
        case Form::kStopMaterial:
        case Form::kConcentration:
        case Form::kMass:
        case Form::kPreWarningMass:
        case Form::kLimitEmission:
            return m.ratio;
    }
    return 0;
}

bool is_stricter(const Measure& a, const Measure& b, std::optional<double> minimum_load) {
    const double share_a = cut_on(a, minimum_load);
    const double share_b = cut_on(b, minimum_load);
    if (share_a != share_b) return share_a > share_b;
    const bool stop_a = action_of(a.form) == Action::kStop;
    const bool stop_b = action_of(b.form) == Action::kStop;
    if (stop_a != stop_b) return stop_a;
    // A stop that may be kept hot asks less than one that may not.
    return !a.keep_hot && b.keep_hot;
}

Check check_of(const Measure& m, const MeasureTarget& target) {
    switch (words_of(m.form).kind) {
        case Kind::kProduction:
            return production_check(m, target);
        case Kind::kVehicles:
            if (m.form == Form::kBanVehicles) {
                return NoVehicles{m.stages, m.from_hour, m.to_hour, m.exempt};
            }
            if (m.number > 0) return CountAtMost{m.number, "车次"};
            return SeenOnSite{sentence_of(m, target)};
        case Kind::kEmission:
            break;
        case Kind::kNone:
            return SeenOnSite{sentence_of(m, target)};
    }
    EmissionAtMost limit;
    limit.factor = m.factor;
    limit.outlet = m.outlet;
    if (m.form == Form::kStopMaterial) return SeenOnSite{sentence_of(m, target)};
    if (m.form == Form::kConcentration) limit.mg_per_m3 = m.number;
    if (m.form == Form::kMass) limit.kg_per_d = m.number;
    limit.pre_warning = m.form == Form::kPreWarningMass || m.form == Form::kLimitEmission;
    if (limit.pre_warning) limit.cut = m.ratio;
    return limit;
}

std::string sentence_of(const Measure& m, const MeasureTarget& target) {
    if (!m.text.empty()) {
        const std::string held_up = held_up_text(m, target);
        return held_up.empty() ? m.text : m.text + "（" + held_up + "）";
    }
    std::string text;
    switch (words_of(m.form).kind) {
        case Kind::kProduction:
            text = production_sentence(m, target);
            break;
        case Kind::kEmission:
            text = emission_sentence(m, std::string(target.name));
            break;
        case Kind::kVehicles:
            text = m.form == Form::kBanVehicles
                       ? vehicles_sentence(m)
                       : "进出厂区货车车次压减" + percent_text(m.ratio) + "。";
            break;
        case Kind::kNone:
            text = "自主减排：由企业自行确定并落实减排措施，不作强制停限产要求。";
            break;
    }
    return with_riders(std::move(text), m, target);
}

}  // namespace qk::rules
