// Lines are known as the processes that measures name, by the words of the list.
#include "plans/measures/line_words.hpp"

#include <gtest/gtest.h>

#include "plans/measures/catalogue.hpp"

namespace qk::plans {
namespace {

bool is_of(const char* process, std::string_view name, std::string_view equipment = {}) {
    return built_in_line_words().names({process}, name, equipment);
}

TEST(LineWords, OrdinaryNamesOfAMillAreKnown) {
    EXPECT_TRUE(is_of("石灰窑", "1#白灰窑", "套筒窑"));
    EXPECT_TRUE(is_of("石灰窑", "2#白灰窑", "麦尔兹窑"));
    EXPECT_TRUE(is_of("球团", "链篦机-回转窑", "120万吨"));
    EXPECT_TRUE(is_of("球团", "带烧", "带式焙烧机"));
    EXPECT_TRUE(is_of("球团", "1#竖炉", "10m²"));
    EXPECT_TRUE(is_of("烧结", "Sinter strand 1", ""));
    EXPECT_TRUE(is_of("炼焦", "1号焦炉"));
}

TEST(LineWords, TheLongerWordDecidesAndExceptionsTakeALineOut) {
    EXPECT_TRUE(is_of("石灰窑", "石灰竖炉"));
    EXPECT_FALSE(is_of("球团", "石灰竖炉"));
    EXPECT_FALSE(is_of("烧结", "烧结余热发电"));
    EXPECT_FALSE(is_of("高炉", "高炉煤气发电机组"));
    EXPECT_TRUE(is_of("烧结", "1号烧结机", "180m²，配套脱硫"));
}

TEST(LineWords, AWordThatNamesNoProcessIsLookedForAsItIs) {
    EXPECT_TRUE(is_of("隧道窑", "1号隧道窑"));
    EXPECT_FALSE(is_of("隧道窑", "1号回转窑"));
    EXPECT_TRUE(built_in_line_words().names({}, "什么线", ""));
}

TEST(LineWords, ABureauAddsWordsInACatalogueOfItsOwn) {
    const auto mine = read_catalogue(
        "source = \"本市工序叫法\"\n[[process]]\nid = \"lime-kiln\"\nwords = [\"老窑\"]\n",
        "c.toml");
    ASSERT_TRUE(mine.has_value()) << rules::to_text(mine.error());
    Catalogue all = built_in_catalogue();
    EXPECT_FALSE(all.line_words().names({"石灰窑"}, "一号老窑", ""));
    all.replace_by(*mine);
    EXPECT_TRUE(all.line_words().names({"石灰窑"}, "一号老窑", ""));
    EXPECT_TRUE(all.line_words().names({"石灰窑"}, "白灰窑", "")) << "what is shipped stays";
}

TEST(LineWords, AWordOfOneCharacterIsRefused) {
    const auto read = read_catalogue(
        "source = \"x\"\n[[process]]\nid = \"lime-kiln\"\nwords = [\"窑\"]\n", "c.toml");
    ASSERT_FALSE(read.has_value());
    EXPECT_NE(rules::to_text(read.error()).find("too short"), std::string::npos);
}

}  // namespace
}  // namespace qk::plans
