#include "plans/documents/windows_json.hpp"

#include <gtest/gtest.h>

#include "plans/text/json.hpp"
#include "tests/rules/warning/examples.hpp"

namespace qk::plans {
namespace {

rules::RegionWindows judged(const std::vector<std::pair<int, int>>& low_high,
                            const rules::TriggerStandard& standard) {
    rules::DailyForecastSeries series{"甲市", *rules::parse_day("2024-01-01"), {}};
    for (const auto& [low, high] : low_high) {
        rules::DailyRange day;
        day.low = static_cast<std::int16_t>(low);
        day.high = static_cast<std::int16_t>(high);
        series.days.push_back(day);
    }
    return rules::windows_of(series, standard, {.trigger = {.zone = rules::kBeijingTime}});
}

TEST(WindowsJson, ASentenceNamesColourStretchClauseAndValues) {
    const rules::TriggerStandard standard = rules::example_standard();
    const WindowsContext context{standard, rules::kBeijingTime, {}, {}};
    const auto region = judged({{210, 210}, {90, 90}, {220, 220}, {90, 90}, {90, 90}}, standard);
    ASSERT_EQ(region.windows.size(), 1u);
    EXPECT_EQ(describe(region.windows[0], context),
              "1月1日0时至1月4日0时达到黄色预警条件（yellow-1）：示例；所据AQI 210；"
              "1月1日23时起满足；2次过程间隔不足，合并为一次");
}

TEST(WindowsJson, AdviceHasNoLevelAndNamesItsCause) {
    const rules::TriggerStandard standard = rules::example_standard();
    const WindowsContext context{standard, rules::kBeijingTime, {}, {}};
    rules::DailyRange dust;
    dust.low = dust.high = 450;
    dust.primary.insert(rules::Pollutant::kPm10);
    const rules::DailyForecastSeries series{
        "甲市", *rules::parse_day("2024-01-01"), {dust, dust, dust}};
    const auto region =
        rules::windows_of(series, standard, {.trigger = {.zone = rules::kBeijingTime}});
    const auto window = to_json(region.windows.at(0), "甲市", context);
    EXPECT_EQ(to_text(window.at("colour")), "\"red\"");
    EXPECT_TRUE(window.at("mandatory_colour").is_null());
    EXPECT_TRUE(window.at("level").is_null());
    const std::string text(window.at("text").as_string());
    EXPECT_NE(text.find("受可吸入颗粒物（PM10）影响，不采取强制减排措施"), std::string::npos)
        << text;
    EXPECT_EQ(text.find("红色"), std::string::npos) << text;
}

TEST(WindowsJson, ReadingsThatDisagreeAreCountedInTheSentence) {
    const rules::TriggerStandard standard = rules::example_standard();
    const WindowsContext context{standard, rules::kBeijingTime, {}, {}};
    const auto region = judged({{150, 210}}, standard);
    const std::string text = describe(region.windows.at(0), context);
    EXPECT_NE(text.find("2组预报中1组达到"), std::string::npos) << text;
}

TEST(WindowsJson, TheDocumentOfNoWindowIsStillADocument) {
    const rules::TriggerStandard standard = rules::example_standard();
    const WindowsContext context{standard, rules::kBeijingTime, {}, {}};
    const auto document = windows_document({judged({{90, 90}}, standard)}, context);
    EXPECT_EQ(to_text(document.at("windows")), "[]");
    EXPECT_EQ(to_text(document.at("regions").at(0).at("values")), "1");
}

TEST(WindowsJson, ShortFormsForTables) {
    const rules::TriggerStandard standard = rules::example_standard();
    EXPECT_EQ(legs_in_short(standard.clauses[4]), ">200/72h and >300/24h");
    const auto region = judged({{220, 220}, {310, 310}, {220, 220}}, standard);
    EXPECT_EQ(values_in_short(region.windows.at(0).window.legs), "220,310,220;310");
}

}  // namespace
}  // namespace qk::plans
