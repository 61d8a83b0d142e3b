#include "plans/text/encoding.hpp"

#include <gtest/gtest.h>

namespace qk::plans {
namespace {

TEST(Encoding, Gb18030IsReadAsSuch) {
    EXPECT_EQ(to_utf8("\xC6\xF3\xD2\xB5", "t").value(), "企业");
}

TEST(Encoding, ByteOrderMarkIsDropped) {
    EXPECT_EQ(to_utf8("\xEF\xBB\xBF" "id", "t").value(), "id");
}

TEST(Encoding, WhatIsNeitherIsRefusedWithItsPlace) {
    const auto text = to_utf8("id\n\xFF\xFF", "t.csv");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error()[0].place, (rules::Place{"t.csv", 2, 1}));
}

TEST(Encoding, OverlongAndSurrogateSequencesAreNotUtf8) {
    EXPECT_FALSE(is_utf8("\xC0\xAF"));
    EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
    EXPECT_TRUE(is_utf8("预警"));
}

}  // namespace
}  // namespace qk::plans
