#include "plans/documents/svg.hpp"

#include <gtest/gtest.h>

#include <pugixml.hpp>

namespace qk::plans {
namespace {

using namespace std::chrono;

const rules::Instant kStart = sys_days{2015y / December / 6} + 16h;

TimeChart week() { return TimeChart("AQI", {kStart, kStart + days{7}}, rules::kBeijingTime); }

bool is_well_formed(const std::string& svg) {
    pugi::xml_document document;
    return static_cast<bool>(document.load_string(svg.c_str()));
}

TEST(Svg, AnEmptyChartIsStillAChart) { EXPECT_TRUE(is_well_formed(week().svg())); }

TEST(Svg, HostileLabelsStayText) {
    TimeChart chart = week();
    chart.line("<script>\"&", {{kStart, 1.0}, {kStart + 1h, 2.0}})
        .window({kStart, kStart + 24h}, "a<b", "#fff\"><x")
        .threshold(200, "'>\"", "red")
        .mark(kStart + 3h, "]]>");
    const std::string svg = chart.svg();
    EXPECT_TRUE(is_well_formed(svg)) << svg;
    EXPECT_EQ(svg.find("<script"), std::string::npos);
}

TEST(Svg, AGapSplitsTheCurve) {
    TimeChart chart = week();
    chart.line("x", {{kStart, 1.0}, {kStart + 5h, 2.0}, {kStart + 6h, {}}, {kStart + 30h, 3.0}});
    const std::string svg = chart.svg();
    const auto path = svg.find("<path d=\"M");
    ASSERT_NE(path, std::string::npos);
    const std::string drawn = svg.substr(path, svg.find('"', path + 10) - path);
    EXPECT_EQ(std::count(drawn.begin(), drawn.end(), 'M'), 2) << drawn;
}

TEST(Svg, YearsOfHoursDrawNoMoreThanThePictureHasRoomFor) {
    std::vector<TimePoint> points;
    for (int hour = 0; hour < 40'000; ++hour) points.push_back({kStart + hours{hour}, hour % 97});
    points[20'000].value = 5000;
    TimeChart chart("years", {kStart, kStart + hours{40'000}}, rules::kBeijingTime);
    chart.line("x", std::move(points));
    const std::string svg = chart.svg();
    EXPECT_LT(svg.size(), 300'000U);
    // The one peak is still there: the axis reaches it.
    EXPECT_NE(svg.find(">6000<"), std::string::npos);
}

TEST(Svg, BarsOfNothingHaveNoLengthAndNoDivisionByZero) {
    const std::string svg = stacked_bars_svg("t", {{"a", "#000"}}, {{"row", {0}, {}, "0"}});
    EXPECT_TRUE(is_well_formed(svg));
    EXPECT_EQ(svg.find("nan"), std::string::npos);
}

}  // namespace
}  // namespace qk::plans
