#include "rules/base/number.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace qk::rules {
namespace {

TEST(Number, TextThatIsNoFiniteDecimalIsNone) {
    for (const char* text :
         {"",      " ",      "inf",           "-inf", "INF",   "nan", "NaN", "nan(7)", "infinity",
          "1e400", "-1e400", "1e99999999999", "0x10", "1,000", "1 ",  " 1",  "++1",    "+-1",
          "1e",    "１",     "--1",           "1.2.3"}) {
        EXPECT_FALSE(parse_number(text)) << text;
    }
    EXPECT_FALSE(parse_number("1" + std::string(5000, '0')));
    EXPECT_EQ(parse_number("+3"), 3.0);
    EXPECT_EQ(parse_number("-1.5E-05"), -1.5e-5);
    EXPECT_EQ(parse_number("1.7976931348623157e308"), std::numeric_limits<double>::max());
}

TEST(Number, AWholeNumberOfTextKeepsToItsBounds) {
    EXPECT_EQ(parse_whole("400", 1, 400), 400);
    EXPECT_EQ(parse_whole("-2", -5, 5), -2);
    for (const char* text :
         {"", "401", "0", "99999999999999999999", "1.0", "1e2", "+1", "0x1", " 1"}) {
        EXPECT_FALSE(parse_whole(text, 1, 400)) << text;
    }
}

TEST(Number, ADoubleIsOnlyConvertedToWhatCanHoldIt) {
    EXPECT_EQ(whole_of(24, 0, 24), 24);
    EXPECT_EQ(whole_of(-0.0, 0, 24), 0);
    const double infinity = std::numeric_limits<double>::infinity();
    for (const double value : {24.5, -1.0, 1e300, -1e300, 9.3e18, infinity, -infinity,
                               std::numeric_limits<double>::quiet_NaN()}) {
        EXPECT_FALSE(whole_of(value, 0, 24)) << value;
    }
    EXPECT_EQ(whole_of(static_cast<double>(kWholeMost), -kWholeMost, kWholeMost), kWholeMost);
    EXPECT_FALSE(whole_of(9.1e15, -kWholeMost, kWholeMost));
}

}  // namespace
}  // namespace qk::rules
