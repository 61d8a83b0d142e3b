#include "rules/compliance/process_state.hpp"

#include <algorithm>

#include "rules/base/enum_words.hpp"

namespace qk::rules {
namespace {

constexpr EnumWords<SeriesKind, 14, 3> kSeriesKinds{{
    {SeriesKind::kCurrent, {"current", "电流"}},
    {SeriesKind::kVoltage, {"voltage", "电压"}},
    {SeriesKind::kPower, {"power", "功率"}},
    {SeriesKind::kEnergy, {"energy", "电量"}},
    {SeriesKind::kGas, {"gas", "燃气", "天然气"}},
    {SeriesKind::kSteam, {"steam", "蒸汽"}},
    {SeriesKind::kLoad, {"load", "负荷", "生产负荷"}},
    {SeriesKind::kFlow, {"flow", "流量"}},
    {SeriesKind::kTemperature, {"temperature", "温度"}},
    {SeriesKind::kPressure, {"pressure", "压力", "压差"}},
    {SeriesKind::kSpeed, {"speed", "转速"}},
    {SeriesKind::kState, {"state", "状态", "运行状态"}},
    {SeriesKind::kBypass, {"bypass", "旁路"}},
    {SeriesKind::kOther, {"other", "其他"}},
}};

constexpr EnumWords<ProcessState, 11, 3> kStateWords{{
    {ProcessState::kOff, {"off", "停运", "停机"}},
    {ProcessState::kRunning, {"running", "运行", "on"}},
    {ProcessState::kStarting, {"starting", "启动", "开工"}},
    {ProcessState::kStopping, {"stopping", "停工", "停炉"}},
    {ProcessState::kMaintenance, {"maintenance", "检维修", "维护"}},
    {ProcessState::kCalibrating, {"calibrating", "校准"}},
    {ProcessState::kAlarm, {"alarm", "报警"}},
    {ProcessState::kBlowBack, {"blow_back", "反吹"}},
    {ProcessState::kBypassOpen, {"bypass_open", "旁路开启"}},
    {ProcessState::kBypassClosed, {"bypass_closed", "旁路关闭"}},
    {ProcessState::kUnknown, {"unknown", "未知"}},
}};

}  // namespace

std::string_view to_text(SeriesKind kind) { return kSeriesKinds.english(kind); }
std::string_view to_chinese(SeriesKind kind) { return kSeriesKinds.chinese(kind); }
std::optional<SeriesKind> parse_series_kind(std::string_view text) {
    return kSeriesKinds.parse(text);
}
bool is_of_states(SeriesKind kind) {
    return kind == SeriesKind::kState || kind == SeriesKind::kBypass;
}

std::string_view to_text(ProcessState state) { return kStateWords.english(state); }
std::string_view to_chinese(ProcessState state) { return kStateWords.chinese(state); }
std::optional<ProcessState> parse_process_state(std::string_view text) {
    return kStateWords.parse(text);
}

std::vector<StateSpan> spans_of(std::span<const StateAt> states, const Span& within,
                                std::chrono::seconds holds) {
    std::vector<StateSpan> spans;
    for (std::size_t i = 0; i < states.size(); ++i) {
        Instant to = states[i].at + holds;
        if (i + 1 < states.size()) to = std::min(to, states[i + 1].at);
        const Span cut{std::max(states[i].at, within.from), std::min(to, within.to)};
        if (cut.from >= cut.to) continue;
        const bool goes_on = !spans.empty() && spans.back().state == states[i].state &&
                             spans.back().span.to == cut.from;
        if (goes_on) {
            spans.back().span.to = cut.to;
        } else {
            spans.push_back({cut, states[i].state});
        }
    }
    return spans;
}

}  // namespace qk::rules
