#include "rules/air/aqi.hpp"

#include <gmock/gmock.h>

#include <map>

namespace qk::rules {
namespace {

using testing::ElementsAre;

Decimal of(std::string_view text) {
    const auto value = parse_decimal(text);
    EXPECT_TRUE(value) << text;
    return value.value_or(Decimal{});
}

std::optional<int> daily(Pollutant pollutant, std::string_view value, Hj633 edition) {
    return iaqi(pollutant, Averaging::k24h, of(value), edition);
}

struct Vector {
    Pollutant pollutant;
    std::string_view value;
    int in_2012;
    int in_2026;
};

TEST(Aqi, GivesTheIndicesThatWereComputedByHand) {
    for (const Vector& v : {Vector{Pollutant::kPm25, "50", 69, 80},
                            {Pollutant::kPm25, "60", 82, 100},
                            {Pollutant::kPm25, "61", 83, 101},
                            {Pollutant::kPm25, "75", 100, 114},
                            {Pollutant::kPm25, "115", 150, 150},
                            {Pollutant::kPm25, "116", 152, 152},
                            {Pollutant::kPm25, "150", 200, 200},
                            {Pollutant::kPm25, "151", 201, 201},
                            {Pollutant::kPm25, "250", 300, 300},
                            {Pollutant::kPm25, "251", 301, 301},
                            {Pollutant::kPm10, "120", 85, 100},
                            {Pollutant::kPm10, "150", 100, 112},
                            {Pollutant::kPm10, "251", 151, 151},
                            {Pollutant::kPm10, "421", 302, 302}}) {
        EXPECT_EQ(daily(v.pollutant, v.value, Hj633::k2012), v.in_2012) << v.value;
        EXPECT_EQ(daily(v.pollutant, v.value, Hj633::k2026), v.in_2026) << v.value;
    }
}

TEST(Aqi, CarbonMonoxideIsExactWhereDoublesAreNot) {
    EXPECT_EQ(daily(Pollutant::kCo, "2.2", Hj633::k2012), 55);
    EXPECT_EQ(daily(Pollutant::kCo, "2.2", Hj633::k2026), 55);
}

TEST(Aqi, ConcentrationsAreRoundedHalfToEvenBeforeTheFormula) {
    EXPECT_EQ(daily(Pollutant::kPm25, "115.5", Hj633::k2026), 152);  // 116
    EXPECT_EQ(daily(Pollutant::kPm25, "150.5", Hj633::k2026), 200);  // 150
    EXPECT_EQ(daily(Pollutant::kPm25, "150.500001", Hj633::k2026), 201);
    EXPECT_EQ(daily(Pollutant::kCo, "4.05", Hj633::k2026), 100);  // 4.0
    EXPECT_EQ(daily(Pollutant::kCo, "4.15", Hj633::k2026), 101);  // 4.2
}

// The tables once more, as printed (HJ 633-2026 table 3; [2012]), concentrations in the printed
// unit times ten, against a search in exact fractions: the smallest whole index not below the line.
struct PrintedScale {
    Pollutant pollutant;
    Averaging averaging;
    Hj633 edition;
    std::vector<std::pair<int, int>> points;  // index, concentration * 10
};

std::vector<PrintedScale> printed_scales() {
    std::vector<PrintedScale> all;
    const auto add = [&](Pollutant p, Averaging a, Hj633 e, std::vector<int> tenths) {
        const std::vector<int> index{0, 50, 100, 150, 200, 300, 400, 500};
        PrintedScale scale{p, a, e, {}};
        for (std::size_t i = 0; i < tenths.size(); ++i) {
            scale.points.emplace_back(index[i], tenths[i]);
        }
        all.push_back(scale);
    };
    for (const Hj633 e : {Hj633::k2012, Hj633::k2026}) {
        const bool old = e == Hj633::k2012;
        add(Pollutant::kSo2, Averaging::k24h, e, {0, 500, 1500, 4750, 8000, 16000, 21000, 26200});
        add(Pollutant::kSo2, Averaging::k1h, e, {0, 1500, 5000, 6500, 8000});
        add(Pollutant::kNo2, Averaging::k24h, e, {0, 400, 800, 1800, 2800, 5650, 7500, 9400});
        add(Pollutant::kNo2, Averaging::k1h, e, {0, 1000, 2000, 7000, 12000, 23400, 30900, 38400});
        add(Pollutant::kCo, Averaging::k24h, e, {0, 20, 40, 140, 240, 360, 480, 600});
        add(Pollutant::kCo, Averaging::k1h, e, {0, 50, 100, 350, 600, 900, 1200, 1500});
        add(Pollutant::kO3, Averaging::k8h, e, {0, 1000, 1600, 2150, 2650, 8000});
        add(Pollutant::kO3, Averaging::k1h, e, {0, 1600, 2000, 3000, 4000, 8000, 10000, 12000});
        for (const Averaging a : {Averaging::k24h, Averaging::k1h}) {
            add(Pollutant::kPm10, a, e, {0, 500, old ? 1500 : 1200, 2500, 3500, 4200, 5000, 6000});
            add(Pollutant::kPm25, a, e, {0, 350, old ? 750 : 600, 1150, 1500, 2500, 3500, 5000});
        }
    }
    return all;
}

std::optional<int> by_search(const PrintedScale& scale, std::int64_t tenths) {
    const auto& points = scale.points;
    if (tenths > points.back().second) {
        if (points.back().first == 500) return 500;
        if (scale.edition == Hj633::k2012) return std::nullopt;
        return points.back().first;
    }
    std::size_t i = 1;
    while (tenths > points[i].second) ++i;
    const auto [index_low, low] = points[i - 1];
    const auto [index_high, high] = points[i];
    int index = index_low;
    while (std::int64_t{index - index_low} * (high - low) <
           std::int64_t{index_high - index_low} * (tenths - low)) {
        ++index;
    }
    return index;
}

TEST(Aqi, EveryRoundedConcentrationAgreesWithExactFractions) {
    const auto scales = printed_scales();
    EXPECT_EQ(scales.size(), 24u);
    for (const PrintedScale& scale : scales) {
        const int step = scale.pollutant == Pollutant::kCo ? 1 : 10;
        for (std::int64_t tenths = 0; tenths <= scale.points.back().second + 300; tenths += step) {
            ASSERT_EQ(
                iaqi(scale.pollutant, scale.averaging, Decimal{tenths * 100'000}, scale.edition),
                by_search(scale, tenths))
                << to_text(scale.pollutant) << " " << to_text(scale.averaging) << " "
                << to_text(scale.edition) << " " << tenths;
        }
    }
}

TEST(Aqi, TheEndsOfTheShortScalesFollowTheNotesOfEachEdition) {
    const auto so2 = [](std::string_view v, Hj633 e) {
        return iaqi(Pollutant::kSo2, Averaging::k1h, of(v), e);
    };
    const auto o3 = [](std::string_view v, Hj633 e) {
        return iaqi(Pollutant::kO3, Averaging::k8h, of(v), e);
    };
    EXPECT_EQ(so2("800.5", Hj633::k2012), 200);  // rounds to 800
    EXPECT_EQ(so2("801", Hj633::k2012), std::nullopt);
    EXPECT_EQ(so2("801", Hj633::k2026), 200);
    EXPECT_EQ(o3("800", Hj633::k2012), 300);
    EXPECT_EQ(o3("801", Hj633::k2012), std::nullopt);
    EXPECT_EQ(o3("5000", Hj633::k2026), 300);
}

TEST(Aqi, AnAverageWithoutAScaleHasNoIndex) {
    EXPECT_EQ(iaqi(Pollutant::kPm25, Averaging::k8h, Decimal::of(10), Hj633::k2026), std::nullopt);
    EXPECT_EQ(iaqi(Pollutant::kO3, Averaging::k24h, Decimal::of(10), Hj633::k2012), std::nullopt);
    EXPECT_EQ(iaqi(Pollutant::kPm25, Averaging::k24h, Decimal::of(-1), Hj633::k2026), std::nullopt);
}

TEST(Aqi, TheIndexStaysAtFiveHundredAboveTheScale) {
    EXPECT_EQ(daily(Pollutant::kPm25, "500", Hj633::k2012), 500);
    EXPECT_EQ(daily(Pollutant::kPm25, "886", Hj633::k2012), 500);
    EXPECT_EQ(daily(Pollutant::kPm10, "999999999", Hj633::k2026), 500);
}

TEST(Aqi, PrimaryPollutantsShareTheLargestIndexAndNeedMoreThanFifty) {
    AirIndex index;
    index.iaqi = {120, 120, 3, 80, kNoAqi, 119};
    conclude(index);
    EXPECT_EQ(index.aqi, 120);
    EXPECT_THAT(index.primary.to_vector(), ElementsAre(Pollutant::kPm25, Pollutant::kPm10));
    EXPECT_EQ(to_text(index.primary), "pm25+pm10");
    index.iaqi = {50, 50, 3, 1, kNoAqi, 0};
    conclude(index);
    EXPECT_EQ(index.aqi, 50);
    EXPECT_TRUE(index.primary.empty());
    index.iaqi.fill(kNoAqi);
    conclude(index);
    EXPECT_EQ(index.aqi, kNoAqi);
}

TEST(Aqi, TheEditionChangesOnTheFirstOfMarch2026) {
    using namespace std::chrono;
    EXPECT_EQ(edition_for(local_days{2026y / 2 / 28}), Hj633::k2012);
    EXPECT_EQ(edition_for(local_days{2026y / 3 / 1}), Hj633::k2026);
}

TEST(Aqi, LevelsHaveTheirWordsAndColours) {
    const std::map<int, std::string_view> words{
        {0, "优"},         {50, "优"},        {51, "良"},        {100, "良"},
        {101, "轻度污染"}, {150, "轻度污染"}, {151, "中度污染"}, {200, "中度污染"},
        {201, "重度污染"}, {300, "重度污染"}, {301, "严重污染"}, {500, "严重污染"}};
    for (const auto& [aqi, word] : words) EXPECT_EQ(to_chinese(level_of(aqi)), word) << aqi;
    EXPECT_EQ(colour_of(level_of(250)), (Rgb{153, 0, 76}));
    EXPECT_EQ(class_in_chinese(level_of(250)), "五级");
}

}  // namespace
}  // namespace qk::rules
