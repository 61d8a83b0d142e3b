#include "plans/text/half_width.hpp"

#include <gtest/gtest.h>

namespace qk::plans {
namespace {

TEST(HalfWidth, WhatAnEastAsianKeyboardWritesIsAscii) {
    EXPECT_EQ(half_width("ＰＭ２．５"), "PM2.5");
    EXPECT_EQ(half_width("１２０％"), "120%");
    EXPECT_EQ(half_width("SO₂（m³）　a"), "SO2(m3) a");
}

TEST(HalfWidth, TheRestStaysAsItIsWhateverItsBytes) {
    for (const std::string_view text :
         {"", "μg", "颗粒物", "a–b", "\xEF\xBC", "\xC2", "\xEF\xBCx", "🏭"}) {
        EXPECT_EQ(half_width(text), text);
    }
}

}  // namespace
}  // namespace qk::plans
