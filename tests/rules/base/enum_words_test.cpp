#include "rules/base/enum_words.hpp"

#include <gtest/gtest.h>

namespace qk::rules {
namespace {

enum class Fuel { kCoal, kGas };

constexpr EnumWords<Fuel, 2, 3> kFuels{{
    {Fuel::kCoal, {"coal", "煤", "燃煤"}},
    {Fuel::kGas, {"gas", "天然气", ""}},
}};

TEST(EnumWords, AValueHasItsWords) {
    EXPECT_EQ(kFuels.english(Fuel::kGas), "gas");
    EXPECT_EQ(kFuels.chinese(Fuel::kCoal), "煤");
    EXPECT_EQ(kFuels.word(Fuel::kCoal, 2), "燃煤");
}

TEST(EnumWords, EverySpellingIsRead) {
    EXPECT_EQ(kFuels.parse("gas"), Fuel::kGas);
    EXPECT_EQ(kFuels.parse("天然气"), Fuel::kGas);
    EXPECT_EQ(kFuels.parse("燃煤"), Fuel::kCoal);
    EXPECT_FALSE(kFuels.parse("oil"));
}

TEST(EnumWords, NoTextIsNoSpelling) { EXPECT_FALSE(kFuels.parse("")); }

TEST(EnumWords, ProgramsWriteTheEnglishWordOnly) {
    EXPECT_EQ(kFuels.parse_english("coal"), Fuel::kCoal);
    EXPECT_FALSE(kFuels.parse_english("煤"));
}

}  // namespace
}  // namespace qk::rules
