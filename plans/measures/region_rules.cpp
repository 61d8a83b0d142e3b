#include "plans/measures/region_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rules/base/enum_words.hpp"

namespace qk::plans {
namespace {

constexpr rules::EnumWords<Treatment, 5> kTreatments{{
    {Treatment::kUntouched, {"none", "不管控、不减排、不打扰"}},
    {Treatment::kSelfDiscipline, {"self_discipline", "自主减排"}},
    {Treatment::kHeatDuty, {"heat_duty", "以热定产"}},
    {Treatment::kOrderDuty, {"order_duty", "以量定产"}},
    {Treatment::kAsGraded, {"as_graded", "按绩效分级管控"}},
}};

std::array<std::optional<double>, kEmissionCount> alike(double share) {
    return {share, share, share, share};
}

Treatment treatment_named(std::string_view text) {
    return kTreatments.parse_english(text).value_or(Treatment::kSelfDiscipline);
}

}  // namespace

std::string_view to_text(Treatment treatment) { return kTreatments.english(treatment); }
std::string_view to_chinese(Treatment treatment) { return kTreatments.chinese(treatment); }

RegionRules national_sample_rules() {
    RegionRules rules;
    rules.floors[static_cast<std::size_t>(rules::Colour::kYellow)] = alike(0.10);
    rules.floors[static_cast<std::size_t>(rules::Colour::kOrange)] = alike(0.20);
    rules.floors[static_cast<std::size_t>(rules::Colour::kRed)] = alike(0.30);
    rules.grade_as = {{"引领性", "leading"},
                      {"绩效引领性", "leading"},
                      {"非引领性", "non-leading"},
                      {"未评级", "ungraded"},
                      {"B-", "C"},
                      {"non-leading", "C"},
                      {"ungraded", "D"},
                      {"", "D"}};
    rules.exempt = {{"绿色环保引领企业", rules::Colour::kOrange, Treatment::kSelfDiscipline, false},
                    {"绿色发展排行榜", rules::Colour::kOrange, Treatment::kSelfDiscipline, false}};
    rules.origins = {
        "减排比例下限：黄色10%、橙色20%、红色30%（海东市东政〔2019〕8号第二十条）",
        "二氧化硫与氮氧化物比例可互相替代，合计不低于两项下限之和（河北省2019年调度令）"};
    rules.samples = {"B-级、非引领性企业按C级措施执行：样例，使用前请确认",
                     "小微企业按自主减排处理：样例，使用前请确认",
                     "停产后治污设施继续运行30分钟：样例，使用前请确认"};
    return rules;
}

RegionRules from_pack(const RegionPack& pack) {
    RegionRules rules = national_sample_rules();
    rules.id = pack.id;
    rules.name = pack.name;
    if (!pack.floors.floors.empty()) {
        rules.floors = {};
        for (const ReductionFloor& floor : pack.floors.floors) {
            rules.floors[static_cast<std::size_t>(floor.colour)] = {floor.so2, floor.nox, floor.pm,
                                                                    floor.vocs};
        }
        rules.so2_nox_substitution = pack.floors.so2_nox_substitution;
        rules.origins = {fmt::format("减排比例下限：{}", pack.floors.origin.source)};
    }
    for (const GradeName& grade : pack.grades.names) rules.grade_as[grade.name] = grade.national;
    const auto unknown = rules.grade_as.find(pack.grades.unknown_as);
    rules.unknown_grade_as =
        unknown == rules.grade_as.end() ? pack.grades.unknown_as : unknown->second;
    rules.grade_change = pack.grades.after_edition == "new-grade" ? GradeChangeRule::kNewGrade
                                                                  : GradeChangeRule::kEdition;
    for (const ExemptClass& exempt : pack.exempt_classes) {
        // Two classes are categories of the inventory, too.
        if (exempt.id == "livelihood") rules.livelihood = treatment_named(exempt.treatment);
        if (exempt.id == "whitelist") rules.whitelist = treatment_named(exempt.treatment);
        std::erase_if(rules.exempt, [&exempt](const ExemptRule& rule) {
            return rule.name == exempt.id || rule.name == exempt.name;
        });
        for (const std::string& name : {exempt.id, exempt.name}) {
            rules.exempt.push_back(
                {name, exempt.up_to, treatment_named(exempt.treatment), exempt.evidence_needed});
        }
    }
    for (const JudgingParameter& parameter : pack.judging) {
        if (parameter.key != "treatment_after_stop_minutes") continue;
        rules.treatment_after_stop = std::chrono::minutes{static_cast<int>(parameter.value)};
    }
    for (const SampleMark& mark : samples_of(pack)) {
        if (mark.section.starts_with("floors") || mark.section.starts_with("grades") ||
            mark.section.starts_with("exempt")) {
            rules.samples.push_back(mark.text);
        }
    }
    return rules;
}

}  // namespace qk::plans
