// Goal: what nobody sees is found wherever it stands, and what people write is let through. Method:
// every code point that there is, and bytes that are no UTF-8.
#include "plans/text/unseen.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace qk::plans {
namespace {

std::string utf8(std::uint32_t code) {
    const auto tail = [code](int shift) {
        return static_cast<char>(0x80 | ((code >> shift) & 0x3F));
    };
    if (code < 0x80) return {static_cast<char>(code)};
    if (code < 0x800) return {static_cast<char>(0xC0 | (code >> 6)), tail(0)};
    if (code < 0x10000) return {static_cast<char>(0xE0 | (code >> 12)), tail(6), tail(0)};
    return {static_cast<char>(0xF0 | (code >> 18)), tail(12), tail(6), tail(0)};
}

TEST(Unseen, WhatPeopleWriteIsSeen) {
    for (const char* text :
         {"", "发布“橙色”预警——自12月7日20时起…\r\n\t①㎡ 　μg/m³", "Ünïcode — “quotes” ½", "䶮𠀀𫖯",
          "⚠️", "ᠮᠣᠩᠭᠣᠯ", "ئۇيغۇرچە", "བོད་ཡིག", "\xEF\xBF\xBD"}) {
        EXPECT_EQ(find_unseen(text), std::nullopt) << text;
    }
}

TEST(Unseen, EachIsFoundWithItsCodeAndItsPlace) {
    std::vector<std::uint32_t> codes{0x00,    0x07,     0x1B,    0x7F,    0x80,   0x9F,   0xAD,
                                     0x061C,  0x2028,   0x2029,  0x3164,  0xFEFF, 0xFE01, 0xFFFE,
                                     0x1FFFE, 0x10FFFF, 0xE0001, 0xE0041, 0xE0100};
    for (std::uint32_t code = 0x200B; code <= 0x200F; ++code) codes.push_back(code);
    for (std::uint32_t code = 0x202A; code <= 0x202E; ++code) codes.push_back(code);
    for (std::uint32_t code = 0x2060; code <= 0x2069; ++code) codes.push_back(code);
    for (const std::uint32_t code : codes) {
        const auto found = find_unseen("甲厂" + utf8(code) + "乙" + utf8(0x202E));
        ASSERT_TRUE(found.has_value()) << code;
        EXPECT_EQ(*found, (Unseen{code, 3}));
    }
    EXPECT_EQ(to_text(Unseen{0x202E, 3}),
              "第3个字符看不见（U+202E） / character 3 cannot be seen (U+202E)");
}

TEST(Unseen, ANameStandsOnOneLine) {
    EXPECT_EQ(find_unseen_in_name("许昌市 “晴空”"), std::nullopt);
    EXPECT_EQ(find_unseen_in_name(""), std::nullopt);
    for (const char c : {'\n', '\r', '\t'}) {
        const std::string text = std::string("甲厂") + c + "乙\n";
        EXPECT_EQ(find_unseen(text), std::nullopt);
        EXPECT_EQ(find_unseen_in_name(text), (Unseen{static_cast<std::uint32_t>(c), 3}));
    }
    EXPECT_EQ(find_unseen_in_name("甲" + utf8(0x202E) + "\n"), (Unseen{0x202E, 2}));
    EXPECT_EQ(find_unseen_in_name("\n" + utf8(0x202E)), (Unseen{0x0A, 1}));
}

TEST(Unseen, WhatIsNoUtf8IsFoundToo) {
    for (const std::string bytes :
         {"\x80", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xED\xBF\xBF",
          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE4\xB8", "\xFF"}) {
        const auto found = find_unseen("甲" + bytes);
        ASSERT_TRUE(found.has_value());
        EXPECT_EQ(*found, (Unseen{std::nullopt, 2}));
    }
    EXPECT_EQ(to_text(Unseen{std::nullopt, 2}), "第2个字符不是UTF-8 / character 2 is not UTF-8");
}

TEST(Unseen, WhatIsRepeatedOfATextShowsWhatNobodySawInIt) {
    EXPECT_EQ(with_unseen_shown("橙色 预警\n⚠️"), "橙色 预警\n⚠️");
    EXPECT_EQ(with_unseen_shown("甲\u202E乙\u200B"), "甲<U+202E>乙<U+200B>");
    EXPECT_EQ(with_unseen_shown("a\x1b[31m\U000E0041"), "a<U+001B>[31m<U+E0041>");
    EXPECT_EQ(with_unseen_shown("甲\xFF\xE4\xB8"), "甲<?><?><?>");
    EXPECT_EQ(find_unseen(with_unseen_shown(std::string("\0\x9f\u2066\xC0", 7))), std::nullopt);
}

TEST(Unseen, BlanksOfEveryWidthAreNoWords) {
    for (const char* blank : {"", " ", "\t\r\n", "\u00A0", "\u3000\u2003", "\u200B", "\u2800",
                              "\u3164", "\uFE0F", " \u202E\u00AD "}) {
        EXPECT_TRUE(is_blank(blank)) << blank;
    }
    for (const char* text : {"a", " 张 ", "—", "\u3000。", "⚠️", "\xFF"}) {
        EXPECT_FALSE(is_blank(text)) << text;
    }
}

TEST(Unseen, NoByteOfACharacterIsTakenForAnother) {
    // All code points that Chinese texts are made of pass one by one.
    for (std::uint32_t code = 0x3001; code <= 0x9FFF; ++code) {
        if (code == 0x3164) continue;
        EXPECT_EQ(find_unseen(utf8(code)), std::nullopt) << code;
    }
}

}  // namespace
}  // namespace qk::plans
