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

std::string base_grade(const RegionRules& rules, const std::string& written) {
    if (rank_of(Grade{written})) return written;
    const auto local = rules.grade_as.find(written);
    if (local != rules.grade_as.end()) return local->second;
    const auto named = grade_named(written);
    return named ? named->name : written;
}

std::string treated_as(const RegionRules& rules, const std::string& grade) {
    std::string treated = grade;
    // Once or twice over: a local name -> non-leading -> C.
    for (int i = 0; i < 2; ++i) {
        const auto found = rules.grade_as.find(treated);
        if (found == rules.grade_as.end()) break;
        treated = found->second;
    }
    return treated;
}

GradeNames grade_names_of(const RegionRules& rules) {
    GradeNames names;
    for (const auto& [local, national] : rules.grade_as) {
        if (!local.empty() && !rank_of({local})) names.emplace(local, national);
    }
    return names;
}

bool has_evidence(const std::optional<bool>& is_needed, const Inventory& inventory,
                  const Enterprise& enterprise) {
    return !is_needed.value_or(inventory.has_evidence_column) ||
           !enterprise.exempt_evidence.empty();
}

bool is_untouched(const RegionRules& rules, const Inventory& inventory,
                  const Enterprise& enterprise, rules::CivilDay day) {
    const bool is_over = enterprise.exempt_until && day > *enterprise.exempt_until;
    const auto of_class = std::find_if(
        rules.exempt.begin(), rules.exempt.end(),
        [&enterprise](const ExemptRule& rule) { return enterprise.exempt_class == rule.name; });
    if (of_class != rules.exempt.end() && of_class->treatment == Treatment::kUntouched &&
        !is_over && has_evidence(of_class->evidence_needed, inventory, enterprise)) {
        return true;
    }
    return enterprise.category == Category::kLivelihood &&
           rules.livelihood == Treatment::kUntouched &&
           has_evidence(rules.livelihood_evidence, inventory, enterprise);
}

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
    rules.truck_ban.from = rules::Colour::kOrange;
    rules.truck_ban.stages = {"国一", "国二", "国三", "国四"};
    rules.truck_ban.exempt = {"危险品", "特种作业", "新能源", "民生保障"};
    rules.truck_ban.source = "开封2020方案第48条；日车流量10辆次以上见唐山、河南2021";
    rules.exempt = {{"绿色环保引领企业", rules::Colour::kOrange, Treatment::kSelfDiscipline, true},
                    {"绿色发展排行榜", rules::Colour::kOrange, Treatment::kSelfDiscipline, true}};
    rules.origins = {
        "减排比例下限：黄色10%、橙色20%、红色30%（海东市东政〔2019〕8号第二十条）",
        "二氧化硫与氮氧化物比例可互相替代，合计不低于两项下限之和（河北省2019年调度令）"};
    rules.samples = {"B-级、非引领性企业按C级措施执行：样例，使用前请确认",
                     "小微企业按自主减排处理：样例，使用前请确认",
                     "停产后治污设施继续运行30分钟：样例，使用前请确认"};
    return rules;
}

namespace {

void take_exempt_classes(RegionRules& rules, const RegionPack& pack) {
    for (const ExemptClass& exempt : pack.exempt_classes) {
        // Two classes are categories of the inventory, too.
        if (exempt.id == "livelihood") {
            rules.livelihood = treatment_named(exempt.treatment);
            rules.livelihood_evidence = exempt.evidence_needed;
        }
        if (exempt.id == "whitelist") {
            rules.whitelist = treatment_named(exempt.treatment);
            rules.whitelist_evidence = exempt.evidence_needed;
        }
        std::erase_if(rules.exempt, [&exempt](const ExemptRule& rule) {
            return rule.name == exempt.id || rule.name == exempt.name;
        });
        for (const std::string& name : {exempt.id, exempt.name}) {
            rules.exempt.push_back(
                {name, exempt.up_to, treatment_named(exempt.treatment), exempt.evidence_needed});
        }
    }
}

void take_local_decisions(RegionRules& rules, const RegionPack& pack) {
    for (const TradeTie& tie : pack.trade_ties) {
        rules.trade_ties[trade_name_key(tie.name)] = tie.trade;
        rules.origins.push_back(fmt::format("行业“{}”按{}执行：{}认定（{}，{}）", tie.name,
                                            tie.trade, tie.by, rules::to_iso(tie.on), tie.source));
    }
    if (!pack.rotation.batch.empty()) {
        rules.first_batch = batch_number(pack.rotation.batch);
        rules.origins.push_back(fmt::format("本轮批次{}：{}指定（{}，{}）", pack.rotation.batch,
                                            pack.rotation.by, rules::to_iso(pack.rotation.on),
                                            pack.rotation.source));
    }
}

}  // namespace

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
    take_exempt_classes(rules, pack);
    take_local_decisions(rules, pack);
    if (pack.trucks) {
        const TruckRules& trucks = *pack.trucks;
        rules.truck_ban = {trucks.from,    trucks.trades,           trucks.stages,
                           trucks.exempt,  trucks.passes,           trucks.from_hour,
                           trucks.to_hour, trucks.vehicles_per_day, trucks.origin.source};
    }
    if (pack.source_cuts) {
        for (const auto& [name, shares] : pack.source_cuts->by_source) {
            if (const auto source = parse_source(name)) {
                rules.source_cut[static_cast<std::size_t>(*source)] = shares;
            }
        }
    }
    for (const JudgingParameter& parameter : pack.judging) {
        if (parameter.key != "treatment_after_stop_minutes") continue;
        rules.treatment_after_stop = std::chrono::minutes{static_cast<int>(parameter.value)};
    }
    for (const SampleMark& mark : samples_of(pack)) {
        if (mark.section.starts_with("floors") || mark.section.starts_with("grades") ||
            mark.section.starts_with("exempt") || mark.section == "trucks" ||
            mark.section == "source_cut") {
            rules.samples.push_back(mark.text);
        }
    }
    return rules;
}

}  // namespace qk::plans
