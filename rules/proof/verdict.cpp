#include "rules/proof/verdict.hpp"

#include <array>

#include "rules/proof/readings.hpp"

namespace qk::rules {
namespace {

struct Words {
    std::string_view english;
    std::string_view chinese;
};

constexpr std::array<Words, 4> kCompliance{{
    {"compliant", "符合"},
    {"breach_suspected", "疑似违反"},
    {"breach", "违反"},
    {"cannot_tell", "无法判定"},
}};

constexpr std::array<Words, 14> kFindings{{
    {"line_running", "应停未停"},
    {"night_running", "夜间偷产"},
    {"load_above_cap", "负荷超限"},
    {"treatment_off", "治污设施未运行"},
    {"treatment_cut_early", "治污设施提前停运"},
    {"unmetered_load", "存在未计量负荷"},
    {"meter_silent", "电表无数据"},
    {"power_cut", "电表断电"},
    {"emission_above_limit", "排放超限"},
    {"banned_vehicle", "禁行车辆进出"},
    {"no_meter", "无可用电表"},
    {"no_baseline", "无可比基准"},
    {"invalid_data", "数据标记无效"},
    {"order_not_known", "指令尚不可知悉"},
}};

struct RoleWords {
    MeterRole role;
    Words words;
};

constexpr std::array<RoleWords, 3> kRoles{{
    {MeterRole::kTotal, {"total", "总表"}},
    {MeterRole::kProduction, {"production", "生产"}},
    {MeterRole::kTreatment, {"treatment", "治污"}},
}};

}  // namespace

std::string_view to_text(Compliance c) { return kCompliance[static_cast<std::size_t>(c)].english; }
std::string_view to_chinese(Compliance c) {
    return kCompliance[static_cast<std::size_t>(c)].chinese;
}

std::optional<Compliance> parse_compliance(std::string_view text) {
    for (std::size_t i = 0; i < kCompliance.size(); ++i) {
        if (text == kCompliance[i].english) return static_cast<Compliance>(i);
    }
    return std::nullopt;
}

std::string_view to_text(FindingKind k) { return kFindings[static_cast<std::size_t>(k)].english; }
std::string_view to_chinese(FindingKind k) {
    return kFindings[static_cast<std::size_t>(k)].chinese;
}

std::optional<FindingKind> parse_finding_kind(std::string_view text) {
    for (std::size_t i = 0; i < kFindings.size(); ++i) {
        if (text == kFindings[i].english) return static_cast<FindingKind>(i);
    }
    return std::nullopt;
}

std::string_view to_text(MeterRole role) {
    return kRoles[static_cast<std::size_t>(role)].words.english;
}

std::optional<MeterRole> parse_meter_role(std::string_view text) {
    for (const RoleWords& entry : kRoles) {
        if (text == entry.words.english || text == entry.words.chinese) return entry.role;
    }
    return std::nullopt;
}

}  // namespace qk::rules
