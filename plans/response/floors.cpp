#include "plans/response/floors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "rules/base/decimal.hpp"

namespace qk::plans {
namespace {

constexpr std::int64_t kMillion = 1'000'000;

std::size_t place(rules::Colour colour) { return static_cast<std::size_t>(colour); }
std::size_t place(Emission emission) { return static_cast<std::size_t>(emission); }

std::string percent(double share) { return fmt::format("{:.2f}%", share * 100); }

// Whether the inventory names the sources of that kind one by one.
bool lists(const Inventory& inventory, Source kind) {
    return std::any_of(inventory.other_sources.begin(), inventory.other_sources.end(),
                       [kind](const OtherSource& one) { return one.source == kind; });
}

bool reaches(const FloorAnswer& answer) {
    return answer.reduced_grams * kMillion >= share_millionths(answer.floor) * answer.base_grams;
}

// Shares of two pollutants with different bases are compared as fractions in doubles with their own
// rounding only; the floors are round numbers and a miss by 1e-12 is not a miss.
void substitute(FloorAnswer& so2, FloorAnswer& nox) {
    if (so2.met == nox.met) return;
    constexpr double kRounding = 1e-12;
    if (so2.share + nox.share + kRounding < so2.floor + nox.floor) return;
    FloorAnswer& missed = so2.met ? nox : so2;
    missed.met = true;
    missed.how = fmt::format("二氧化硫与氮氧化物替代：合计{}，不低于合计下限{}",
                             percent(so2.share + nox.share), percent(so2.floor + nox.floor));
}

}  // namespace

std::int64_t share_millionths(double share) {
    return static_cast<std::int64_t>(std::llround(share * static_cast<double>(kMillion)));
}

std::int64_t cut_grams(std::int64_t grams, double share) {
    return rules::divide_half_even(grams * share_millionths(share), kMillion);
}

DailyEmission cut_of(const OtherSource& source, rules::Colour colour) {
    const double ratio = at_level(source, colour).ratio;
    DailyEmission cut;
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        cut.grams[e] = cut_grams(source.emission.grams[e], ratio);
    }
    return cut;
}

EmissionBase emission_base(const Inventory& inventory, const RegionRules& rules,
                           rules::Colour colour) {
    EmissionBase base;
    base.from_lines = inventory.area_emissions.empty();
    for (const Line& line : inventory.lines) {
        if (base.from_lines) base.total += line.emission;
    }
    for (const OtherSource& source : inventory.other_sources) {
        base.other_cut += cut_of(source, colour);
        if (base.from_lines) base.total += source.emission;
    }
    for (const AreaEmission& area : inventory.area_emissions) {
        base.total += area.emission;
        if (area.source == Source::kIndustry || lists(inventory, area.source)) continue;
        const double cut = rules.source_cut[static_cast<std::size_t>(area.source)][place(colour)];
        for (std::size_t e = 0; e < kEmissionCount; ++e) {
            base.other_cut.grams[e] += cut_grams(area.emission.grams[e], cut);
        }
    }
    return base;
}

std::vector<FloorAnswer> answer_floors(const EmissionBase& base, const DailyEmission& industry_cut,
                                       const RegionRules& rules, rules::Colour colour) {
    std::vector<FloorAnswer> answers;
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        FloorAnswer answer;
        answer.emission = static_cast<Emission>(e);
        answer.base_grams = base.total.grams[e];
        answer.reduced_grams = industry_cut.grams[e] + base.other_cut.grams[e];
        if (answer.base_grams > 0) {
            answer.share =
                static_cast<double>(answer.reduced_grams) / static_cast<double>(answer.base_grams);
        }
        const std::optional<double> floor = rules.floors[place(colour)][e];
        answer.floor = floor.value_or(0);
        answer.met = reaches(answer);
        if (!floor) {
            answer.how = "本地区对该级别该污染物未设下限";
        } else if (answer.base_grams == 0) {
            answer.how = "全社会排放量为零，无可减";
        } else {
            answer.how = answer.met ? "本项达到下限"
                                    : fmt::format("未达到下限，尚缺{}",
                                                  percent(answer.floor - answer.share));
        }
        answers.push_back(std::move(answer));
    }
    if (rules.so2_nox_substitution) {
        substitute(answers[place(Emission::kSo2)], answers[place(Emission::kNox)]);
    }
    return answers;
}

rules::Faults floor_remarks(const Inventory& inventory, const EmissionBase& base,
                            const RegionRules& rules, rules::Colour colour) {
    rules::Faults remarks;
    if (base.from_lines) {
        remarks.push_back({{"area_emissions.csv", 0, 0},
                           "清单没有全社会排放量，减排比例以各生产线排放量之和为分母",
                           "补充 area_emissions.csv（工业、移动源、扬尘、生活源）",
                           rules::Severity::kWarning});
    }
    for (const Source source : {Source::kMobile, Source::kDust, Source::kResidential}) {
        const bool present =
            std::any_of(inventory.area_emissions.begin(), inventory.area_emissions.end(),
                        [source](const AreaEmission& area) { return area.source == source; });
        if (lists(inventory, source)) continue;
        if (!present || rules.source_cut[static_cast<std::size_t>(source)][place(colour)] > 0) {
            continue;
        }
        remarks.push_back({{"area_emissions.csv", 0, 0},
                           fmt::format("{}源的减排措施未计入减排量", to_text(source)),
                           "在地区规则中给出该源本级别的减排比例",
                           rules::Severity::kNote});
    }
    return remarks;
}

}  // namespace qk::plans
