#include "rules/air/aqi.hpp"

#include <algorithm>
#include <cassert>

namespace qk::rules {
namespace {

constexpr std::size_t kBreakpointCount = 8;
constexpr std::array<int, kBreakpointCount> kIndexAt{0, 50, 100, 150, 200, 300, 400, 500};
constexpr int kEnd = -1;  // the scale ends before 500

struct Scale {
    Pollutant pollutant;
    Averaging averaging;
    std::array<int, kBreakpointCount> steps;  // concentration at each of kIndexAt
};

// HJ 633-2026 table 3; the same figures stand in HJ 633-2012 table 1. CO in 0.1 mg/m³.
constexpr std::array<Scale, 8> kGases{{
    {Pollutant::kSo2, Averaging::k24h, {0, 50, 150, 475, 800, 1600, 2100, 2620}},
    {Pollutant::kSo2, Averaging::k1h, {0, 150, 500, 650, 800, kEnd, kEnd, kEnd}},
    {Pollutant::kNo2, Averaging::k24h, {0, 40, 80, 180, 280, 565, 750, 940}},
    {Pollutant::kNo2, Averaging::k1h, {0, 100, 200, 700, 1200, 2340, 3090, 3840}},
    {Pollutant::kCo, Averaging::k24h, {0, 20, 40, 140, 240, 360, 480, 600}},
    {Pollutant::kCo, Averaging::k1h, {0, 50, 100, 350, 600, 900, 1200, 1500}},
    {Pollutant::kO3, Averaging::k8h, {0, 100, 160, 215, 265, 800, kEnd, kEnd}},
    {Pollutant::kO3, Averaging::k1h, {0, 160, 200, 300, 400, 800, 1000, 1200}},
}};
// The breakpoints of index 100 are what 2026 changed (150 -> 120 and 75 -> 60).
constexpr std::array<Scale, 2> kParticles2012{{
    {Pollutant::kPm10, Averaging::k24h, {0, 50, 150, 250, 350, 420, 500, 600}},
    {Pollutant::kPm25, Averaging::k24h, {0, 35, 75, 115, 150, 250, 350, 500}},
}};
constexpr std::array<Scale, 2> kParticles2026{{
    {Pollutant::kPm10, Averaging::k24h, {0, 50, 120, 250, 350, 420, 500, 600}},
    {Pollutant::kPm25, Averaging::k24h, {0, 35, 60, 115, 150, 250, 350, 500}},
}};

std::size_t slot_of(Pollutant pollutant, Averaging averaging, Hj633 edition) {
    return (static_cast<std::size_t>(pollutant) * 3 + static_cast<std::size_t>(averaging)) * 2 +
           static_cast<std::size_t>(edition);
}

// divide_half_even() by a constant, which takes a tenth of the time: of single values there are
// millions.
template <std::int64_t Denominator>
std::int64_t half_even(std::int64_t numerator) {
    std::int64_t quotient = numerator / Denominator;
    std::int64_t remainder = numerator % Denominator;
    if (remainder < 0) {
        --quotient;
        remainder += Denominator;
    }
    constexpr std::int64_t kHalf = Denominator / 2;
    static_assert(Denominator % 2 == 0);
    if (remainder > kHalf || (remainder == kHalf && quotient % 2 != 0)) ++quotient;
    return quotient;
}

struct LevelWords {
    std::string_view name;
    std::string_view level_class;
    Rgb colour;
};

constexpr std::array<LevelWords, 6> kLevels{{
    {"优", "一级", {0, 228, 0}},
    {"良", "二级", {255, 255, 0}},
    {"轻度污染", "三级", {255, 126, 0}},
    {"中度污染", "四级", {255, 0, 0}},
    {"重度污染", "五级", {153, 0, 76}},
    {"严重污染", "六级", {126, 0, 35}},
}};

}  // namespace

struct IaqiTables {
    std::array<IaqiTable, kPollutantCount * 3 * 2> tables;

    IaqiTables() {
        for (const Hj633 edition : {Hj633::k2012, Hj633::k2026}) {
            for (const Scale& scale : kGases) fill(scale, scale.averaging, edition);
            const auto& particles = edition == Hj633::k2012 ? kParticles2012 : kParticles2026;
            for (const Scale& scale : particles) {
                fill(scale, Averaging::k24h, edition);
                fill(scale, Averaging::k1h, edition);
            }
        }
    }

    void fill(const Scale& scale, Averaging averaging, Hj633 edition) {
        IaqiTable& table = tables[slot_of(scale.pollutant, averaging, edition)];
        std::size_t last = kBreakpointCount - 1;
        while (scale.steps[last] == kEnd) --last;
        table.by_steps_.push_back(0);
        for (std::size_t i = 1; i <= last; ++i) {
            const std::int64_t low = scale.steps[i - 1];
            const std::int64_t width = scale.steps[i] - low;
            for (std::int64_t c = low + 1; c <= scale.steps[i]; ++c) {
                const std::int64_t rise =
                    divide_up((kIndexAt[i] - kIndexAt[i - 1]) * (c - low), width);
                table.by_steps_.push_back(static_cast<std::int16_t>(kIndexAt[i - 1] + rise));
            }
        }
        // A scale that ends early (SO2 1 h, O3 8 h): 2012 reports another average's index instead,
        // 2026 stays at the last index (notes b and c of the table).
        const bool ends_early = last + 1 < kBreakpointCount;
        table.above_ = ends_early && edition == Hj633::k2012
                           ? kNoAqi
                           : static_cast<std::int16_t>(kIndexAt[last]);
    }
};

const IaqiTable& IaqiTable::of(Pollutant pollutant, Averaging averaging, Hj633 edition) {
    static const IaqiTables all;
    return all.tables[slot_of(pollutant, averaging, edition)];
}

static_assert(step_millionths(Pollutant::kCo) == 100'000 &&
              step_millionths(Pollutant::kPm25) == 1'000'000);

std::int64_t mean_in_steps(Pollutant pollutant, Decimal sum, std::int64_t count) {
    assert(count > 0);
    if (count == 1 && pollutant == Pollutant::kCo) return half_even<100'000>(sum.millionths);
    if (count == 1) return half_even<1'000'000>(sum.millionths);
    return divide_half_even(sum.millionths, count * step_millionths(pollutant));
}

Decimal decimal_of_steps(Pollutant pollutant, std::int64_t steps) {
    return {steps * step_millionths(pollutant)};
}

std::optional<int> iaqi(Pollutant pollutant, Averaging averaging, Decimal concentration,
                        Hj633 edition) {
    if (concentration < Decimal{}) return std::nullopt;
    const std::int16_t index =
        IaqiTable::of(pollutant, averaging, edition).at(mean_in_steps(pollutant, concentration, 1));
    if (index == kNoAqi) return std::nullopt;
    return index;
}

void conclude(AirIndex& index) {
    index.aqi = *std::ranges::max_element(index.iaqi);
    index.primary = {};
    if (index.aqi <= 50) return;
    for (const Pollutant pollutant : kPollutants) {
        if (index.iaqi[static_cast<std::size_t>(pollutant)] == index.aqi) {
            index.primary.insert(pollutant);
        }
    }
}

std::vector<Pollutant> PollutantSet::to_vector() const {
    std::vector<Pollutant> all;
    for (const Pollutant pollutant : kPollutants) {
        if (contains(pollutant)) all.push_back(pollutant);
    }
    return all;
}

std::string to_text(PollutantSet set) {
    std::string text;
    for (const Pollutant pollutant : set.to_vector()) {
        if (!text.empty()) text += "+";
        text += to_text(pollutant);
    }
    return text;
}

std::string to_chinese(PollutantSet set) {
    std::string text;
    for (const Pollutant pollutant : set.to_vector()) {
        if (!text.empty()) text += "、";
        text += to_chinese(pollutant);
    }
    return text;
}

AirLevel level_of(int aqi) {
    if (aqi <= 50) return AirLevel::kGood;
    if (aqi <= 100) return AirLevel::kFair;
    if (aqi <= 150) return AirLevel::kLight;
    if (aqi <= 200) return AirLevel::kModerate;
    return aqi <= 300 ? AirLevel::kHeavy : AirLevel::kSevere;
}

std::string_view to_chinese(AirLevel level) {
    return kLevels[static_cast<std::size_t>(level)].name;
}
std::string_view class_in_chinese(AirLevel level) {
    return kLevels[static_cast<std::size_t>(level)].level_class;
}
Rgb colour_of(AirLevel level) { return kLevels[static_cast<std::size_t>(level)].colour; }

std::string_view to_text(Hj633 edition) { return edition == Hj633::k2012 ? "2012" : "2026"; }

std::string_view to_text(Averaging averaging) {
    switch (averaging) {
        case Averaging::k24h:
            return "24h";
        case Averaging::k8h:
            return "8h";
        case Averaging::k1h:
            return "1h";
    }
    return "";
}

std::optional<Hj633> parse_hj633(std::string_view text) {
    if (text == "2012") return Hj633::k2012;
    if (text == "2026") return Hj633::k2026;
    return std::nullopt;
}

std::optional<Averaging> parse_averaging(std::string_view text) {
    for (const Averaging averaging : {Averaging::k24h, Averaging::k8h, Averaging::k1h}) {
        if (text == to_text(averaging)) return averaging;
    }
    return std::nullopt;
}

}  // namespace qk::rules
