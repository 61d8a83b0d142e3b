#include "plans/hj212/code_map.hpp"

#include <gmock/gmock.h>

namespace qk::plans::hj212 {
namespace {

using testing::HasSubstr;

constexpr std::string_view kOwn = R"(source = "our own"
[[code]]
code = "a21026"
name = "二氧化硫"
unit = "ppm"
role = "concentration"
factor = "so2"
[[code]]
code = "ele01"
name = "旁路挡板"
role = "bypass"
[[shape]]
code = "SB?"
name = "生产设施"
role = "state"
side = "production"
)";

TEST(Hj212CodeMap, TheShippedOneHasCodesOfBothGenerations) {
    const CodeMap& map = CodeMap::shipped();
    EXPECT_FALSE(map.source().empty());
    EXPECT_EQ(map.find("a21026")->factor, "so2");
    EXPECT_EQ(map.find("02")->factor, "so2");
    EXPECT_EQ(map.find("a21002")->factor, "nox");
    EXPECT_EQ(map.find("03")->factor, "nox");
    EXPECT_EQ(map.find("01")->factor, "pm");
    EXPECT_EQ(map.find("a24088")->factor, "vocs");
    EXPECT_EQ(map.find("a05002")->factor, "");  // methane is no VOC to the verdicts
    EXPECT_EQ(map.find("a00000")->unit, "m3/s");
    EXPECT_EQ(map.find("S01")->role, CodeRole::kOxygen);
    EXPECT_EQ(map.find("SB7")->role, CodeRole::kState);
    EXPECT_EQ(map.find("g20801")->role, CodeRole::kCurrent);
    EXPECT_EQ(map.find("d20105")->certainty, "secondary");
    EXPECT_EQ(map.find("8xx"), nullptr);
    EXPECT_EQ(map.find("SB"), nullptr);
}

TEST(Hj212CodeMap, TheBureausOwnIsLaidOverIt) {
    CodeMap map = CodeMap::shipped();
    auto own = CodeMap::read(kOwn, "own.toml");
    ASSERT_TRUE(own);
    map.lay_over(std::move(*own));
    EXPECT_EQ(map.find("a21026")->unit, "ppm");
    EXPECT_EQ(map.find("02")->unit, "mg/m3");  // what it does not name stays
    EXPECT_EQ(map.find("ele01")->role, CodeRole::kBypass);
    EXPECT_EQ(map.find("SB1")->side, CodeSide::kProduction);
    EXPECT_EQ(map.find("SB12")->side, CodeSide::kTreatment);
    EXPECT_THAT(map.source(), HasSubstr("our own"));
}

TEST(Hj212CodeMap, EveryFaultIsNamedWithItsPlace) {
    const auto map = CodeMap::read(
        "source = \"x\"\n[[code]]\ncode = \"a-1\"\nname = \"x\"\nrole = \"smell\"\n"
        "[[code]]\ncode = \"b\"\nname = \"x\"\ncolour = 1\n[[code]]\ncode = \"b\"\nname = \"y\"\n",
        "own.toml");
    ASSERT_FALSE(map);
    const std::string text = rules::to_text(map.error());
    EXPECT_THAT(text, HasSubstr("own.toml:3:"));
    EXPECT_THAT(text, HasSubstr("'smell'"));
    EXPECT_THAT(text, HasSubstr("colour"));
    EXPECT_THAT(text, HasSubstr("'b' stands twice"));
}

}  // namespace
}  // namespace qk::plans::hj212
