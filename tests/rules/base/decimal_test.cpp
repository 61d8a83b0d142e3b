#include "rules/base/decimal.hpp"

#include <gtest/gtest.h>

namespace qk::rules {
namespace {

TEST(Decimal, ReadsExactly) {
    EXPECT_EQ(parse_decimal("2.2"), Decimal{2'200'000});
    EXPECT_EQ(parse_decimal("-0.35"), Decimal{-350'000});
    EXPECT_EQ(parse_decimal("12."), Decimal::of(12));
    EXPECT_EQ(parse_decimal("1.10000000"), Decimal{1'100'000});
}

TEST(Decimal, RefusesWhatIsNotAPlainNumber) {
    for (const char* text :
         {"", ".", "-", "1e3", "NaN", "1,2", "0x1", " 1", "1.0000001", "1000000001"}) {
        EXPECT_FALSE(parse_decimal(text)) << text;
    }
}

TEST(Decimal, PrintsWhatItReads) {
    for (const char* text : {"2.2", "-0.35", "12", "0.000001"}) {
        EXPECT_EQ(to_text(parse_decimal(text).value()), text);
    }
}

// GB/T 8170-2008: the five goes to the even neighbour, only when nothing follows it.
TEST(Decimal, HalfGoesToEven) {
    EXPECT_EQ(divide_half_even(5, 2), 2);
    EXPECT_EQ(divide_half_even(7, 2), 4);
    EXPECT_EQ(divide_half_even(-5, 2), -2);
    EXPECT_EQ(divide_half_even(2'500'001, 1'000'000), 3);
}

TEST(Decimal, RoundsUpOnlyWhatIsLeftOver) {
    EXPECT_EQ(divide_up(10, 5), 2);
    EXPECT_EQ(divide_up(11, 5), 3);
}

}  // namespace
}  // namespace qk::rules
