#include "plans/text/shown.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace qk::plans {
namespace {

TEST(Shown, ATerminalIsNotTalkedTo) {
    EXPECT_EQ(for_terminal("a\x1b[31mb\a\b\x7f"), "a?[31mb???");
    EXPECT_EQ(for_terminal("\u009b31m\u0085x"), "?31m?x");
    EXPECT_EQ(for_terminal("甲\u202e乙\u2066丙\u200f丁"), "甲?乙?丙?丁");
    EXPECT_EQ(for_terminal("a\r\nb\tc"), "a  b c");
    EXPECT_EQ(for_terminal("样例厂 é €"), "样例厂 é €");
}

TEST(Shown, NothingIsAFormula) {
    for (const char* text :
         {"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1", "＋1", "－1",
          "＠x", "\r=1", "+inf", "--1", "-", "=HYPERLINK(\"http://x\")"}) {
        EXPECT_EQ(for_spreadsheet(text), "'" + std::string(text));
    }
    for (const char* text : {"", "a", "-0.5", "+3", "-1e-05", "12", "'x", "a=b", "停产"}) {
        EXPECT_EQ(for_spreadsheet(text), text);
    }
}

TEST(Shown, AChineseCharacterTakesTwoColumns) {
    EXPECT_EQ(display_width(""), 0u);
    EXPECT_EQ(display_width("abc é µg/m³"), 11u);
    EXPECT_EQ(display_width("水泥厂"), 6u);
    EXPECT_EQ(display_width("，（）"), 6u);
    EXPECT_EQ(display_width("a–b…"), 4u);  // a dash and an ellipsis are as narrow as letters
    EXPECT_EQ(fmt::format("{:<8}|", "水泥"), "水泥    |");
}

RC_GTEST_PROP(Shown, NoControlCharacterIsLeft, (const std::string& text)) {
    for (const char c : for_terminal(text)) {
        RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    }
}

}  // namespace
}  // namespace qk::plans
