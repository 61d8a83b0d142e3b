#include "plans/text/encoding.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace qk::plans {
namespace {

TEST(Encoding, Gb18030IsReadAsSuch) { EXPECT_EQ(to_utf8("\xC6\xF3\xD2\xB5", "t").value(), "企业"); }

TEST(Encoding, ByteOrderMarkIsDropped) {
    EXPECT_EQ(to_utf8("\xEF\xBB\xBF"
                      "id",
                      "t")
                  .value(),
              "id");
}

TEST(Encoding, ManyByteOrderMarksAreDropped) {
    const std::string_view bytes = "\xEF\xBB\xBF\xEF\xBB\xBFid";
    EXPECT_EQ(to_utf8(bytes, "t").value(), "id");
    std::string converted;
    EXPECT_EQ(text_of(bytes, "t", converted).value().data(), bytes.data() + 6);  // no copy
}

TEST(Encoding, Utf16IsReadWithAMarkAndWithout) {
    const std::string_view text = "region,time,pm25\n郑州,2016-12-16 20:00,35\n";
    std::string little, big;
    for (const char16_t unit :
         std::u16string_view(u"region,time,pm25\n郑州,2016-12-16 20:00,35\n")) {
        little += {static_cast<char>(unit & 0xFF), static_cast<char>(unit >> 8)};
        big += {static_cast<char>(unit >> 8), static_cast<char>(unit & 0xFF)};
    }
    for (const std::string& bytes : {"\xFF\xFE" + little, "\xFE\xFF" + big, little, big}) {
        EXPECT_EQ(to_utf8(bytes, "t").value(), text);
    }
    EXPECT_FALSE(to_utf8(std::string("\xFF\xFE\x00\xD8", 4), "t"));  // half a pair
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

TEST(Encoding, EveryCharacterIsUtf8AndNoneOfItsPieces) {
    const auto encoded = [](std::uint32_t code) {
        std::string out;
        const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
        if (code < 0x80) {
            put(code);
        } else if (code < 0x800) {
            put(0xC0 | code >> 6);
            put(0x80 | (code & 0x3F));
        } else if (code < 0x10000) {
            put(0xE0 | code >> 12);
            put(0x80 | (code >> 6 & 0x3F));
            put(0x80 | (code & 0x3F));
        } else {
            put(0xF0 | code >> 18);
            put(0x80 | (code >> 12 & 0x3F));
            put(0x80 | (code >> 6 & 0x3F));
            put(0x80 | (code & 0x3F));
        }
        return out;
    };
    for (std::uint32_t code = 0; code < 0x110000; code += code < 0x3000 ? 1 : 37) {
        const bool is_surrogate = code >= 0xD800 && code < 0xE000;
        const std::string one = encoded(code);
        for (const std::string before : {"", "1234567", "预警12"}) {
            ASSERT_EQ(is_utf8(before + one + "日"), !is_surrogate) << code;
            if (one.size() == 1) continue;
            ASSERT_FALSE(is_utf8(before + one.substr(0, one.size() - 1))) << code;
            ASSERT_FALSE(is_utf8(before + one.substr(0, one.size() - 1) + "1日")) << code;
            ASSERT_FALSE(is_utf8(before + one.substr(1))) << code;
        }
    }
}

}  // namespace
}  // namespace qk::plans
