// Goal: the bureau's outlines are taken as they are, and what is no map of the pack's counties is
// refused with its place. Method: small documents written here.
#include "plans/map/outlines.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace qk::plans {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

const std::vector<CountyName> kCounties{{"110105", "朝阳区"}, {"110106", "丰台区"}};

constexpr std::string_view kRing = "[[116.4,39.9],[116.5,39.9],[116.5,40.0],[116.4,39.9]]";

std::string feature(std::string_view properties, std::string_view geometry) {
    return fmt::format(R"({{"type":"Feature","properties":{},"geometry":{}}})", properties,
                       geometry);
}
std::string polygon(std::string_view ring = kRing) {
    return fmt::format(R"({{"type":"Polygon","coordinates":[{}]}})", ring);
}
std::string collection(std::string_view features) {
    return fmt::format(R"({{"type":"FeatureCollection","features":[{}]}})", features);
}
rules::Result<std::vector<CountyOutline>> read(std::string_view text) {
    return read_outlines(text, kCounties, "outlines.json");
}
std::string refusal(std::string_view text) {
    const auto outlines = read(text);
    return outlines ? "taken" : rules::to_text(outlines.error());
}

TEST(Outlines, ACountyIsKnownByItsCodeInAnyUsualFieldOrByItsName) {
    for (const char* properties : {R"({"code":"110105"})", R"({"adcode":110105})",
                                   R"({"id":"110105"})", R"({"name":"朝阳区"})"}) {
        const auto outlines = read(collection(feature(properties, polygon())));
        ASSERT_TRUE(outlines) << properties << rules::to_text(outlines.error());
        ASSERT_THAT(*outlines, SizeIs(1));
        EXPECT_EQ(outlines->front().county.code, "110105");
        EXPECT_EQ(outlines->front().county.name, "朝阳区");
    }
}

TEST(Outlines, AllPartsAndHolesOfACountyAreKept) {
    const std::string parts =
        fmt::format(R"({{"type":"MultiPolygon","coordinates":[[{0},{0}],[{0}]]}})", kRing);
    const auto outlines = read(collection(feature(R"({"code":"110106"})", parts)));
    ASSERT_TRUE(outlines);
    EXPECT_THAT(outlines->front().rings, SizeIs(3));
    EXPECT_THAT(outlines->front().rings[2], SizeIs(4));
}

TEST(Outlines, WrittenOutTheyAreRoundedToAMetre) {
    const auto outlines = read(collection(
        feature(R"({"code":"110105"})",
                polygon("[[116.123456789,39.9],[116.5,39.9],[116.5,40.0],[116.123456789,39.9]]"))));
    ASSERT_TRUE(outlines);
    const auto json = to_json(*outlines);
    const auto& point = json.at(0).at("rings").at(0).at(0);
    EXPECT_DOUBLE_EQ(point.at(0).to_number<double>(), 116.12346);
}

TEST(Outlines, WhatIsNoCountyOfThePackIsRefusedByItsName) {
    EXPECT_THAT(refusal(collection(feature(R"({"name":"天津市"})", polygon()))),
                HasSubstr("天津市"));
}

TEST(Outlines, ACountyTwiceIsRefused) {
    const std::string one = feature(R"({"code":"110105"})", polygon());
    EXPECT_THAT(refusal(collection(one + "," + one)), HasSubstr("朝阳区"));
}

TEST(Outlines, ProjectedCoordinatesOpenRingsAndLinesAreRefused) {
    const auto with = [](std::string_view geometry) {
        return refusal(collection(feature(R"({"code":"110105"})", geometry)));
    };
    EXPECT_THAT(with(polygon("[[441234,4412345],[1,1],[2,2],[441234,4412345]]")),
                HasSubstr("经纬度"));
    EXPECT_THAT(with(polygon("[[116.4,39.9],[116.5,39.9],[116.5,40.0]]")), HasSubstr("未闭合"));
    EXPECT_THAT(with(R"({"type":"LineString","coordinates":[[116.4,39.9],[116.5,39.9]]})"),
                HasSubstr("LineString"));
    EXPECT_THAT(with(R"({"type":"Polygon","coordinates":[]})"), HasSubstr("没有边界"));
    EXPECT_THAT(with("null"), HasSubstr("没有边界"));
}

TEST(Outlines, WhatIsNoGeoJsonIsRefused) {
    EXPECT_THAT(refusal("{}"), HasSubstr("FeatureCollection"));
    EXPECT_NE(refusal("{"), "taken");
    EXPECT_THAT(refusal(collection("")), HasSubstr("没有任何县区"));
}

TEST(Outlines, MoreThanTheLimitsIsRefusedBeforeItIsKept) {
    EXPECT_THAT(refusal(std::string(kOutlineBytesMax + 1, ' ')), HasSubstr("过大"));
    std::string rings;
    for (std::size_t i = 0; i <= kOutlineRingsMax + 1; ++i)
        rings += std::string(i > 0 ? "," : "") + std::string(kRing);
    const std::string many = fmt::format(R"({{"type":"Polygon","coordinates":[{}]}})", rings);
    EXPECT_THAT(refusal(collection(feature(R"({"code":"110105"})", many))), HasSubstr("过细"));
}

TEST(Outlines, NoMoreThanTwentyFaultsAreNamed) {
    std::string features;
    for (int i = 0; i < 100; ++i)
        features += std::string(i > 0 ? "," : "") + feature(R"({"name":"别处"})", polygon());
    const auto outlines = read(collection(features));
    ASSERT_FALSE(outlines);
    EXPECT_THAT(outlines.error(), SizeIs(20));
}

}  // namespace
}  // namespace qk::plans
