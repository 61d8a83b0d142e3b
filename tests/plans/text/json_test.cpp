#include "plans/text/json.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

namespace qk::plans {
namespace {

// Sample numbers of RFC 8785 appendix B.
TEST(Json, NumbersPrintAsRfc8785Wants) {
    EXPECT_EQ(to_json_number(0.0), "0");
    EXPECT_EQ(to_json_number(-0.0), "0");
    EXPECT_EQ(to_json_number(2.5), "2.5");
    EXPECT_EQ(to_json_number(4.5), "4.5");
    EXPECT_EQ(to_json_number(0.002), "0.002");
    EXPECT_EQ(to_json_number(1e-27), "1e-27");
    EXPECT_EQ(to_json_number(1e30), "1e+30");
    EXPECT_EQ(to_json_number(333333333.33333329), "333333333.3333333");
    EXPECT_EQ(to_json_number(9007199254740992.0), "9007199254740992");
    EXPECT_EQ(to_json_number(1e21), "1e+21");
    EXPECT_EQ(to_json_number(999999999999999900000.0), "999999999999999900000");
    EXPECT_EQ(to_json_number(9.5e-7), "9.5e-7");
    EXPECT_EQ(to_json_number(0.000001), "0.000001");
}

// The example of RFC 8785 section 3.2.3: sorting by UTF-16 code units.
TEST(Json, CanonicalFormSortsByUtf16CodeUnits) {
    const auto value = parse_json(
        R"({"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
            "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control",
            "\u00f6":"Latin Small Letter O With Diaeresis"})",
        "t");
    ASSERT_TRUE(value);
    EXPECT_EQ(canonical_text(*value),
              "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
              "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
              "\"\U0001F600\":\"Emoji: Grinning Face\","
              "\"\uFB33\":\"Hebrew Letter Dalet With Dagesh\"}");
}

// Signatures are verified over numbers printed again, so what was printed must be read to the last bit.
TEST(Json, EveryNumberIsReadBackExactly) {
    std::mt19937_64 random(20151207);
    for (int i = 0; i < 100'000; ++i) {
        const auto bits = random();
        const double any = std::bit_cast<double>(bits);
        const double usual = static_cast<double>(bits >> 11) * 0x1.0p-53 * 5000;
        for (const double number : {any, usual, -usual}) {
            if (!std::isfinite(number)) continue;
            const std::string text = to_json_number(number);
            const auto read = parse_json("[" + text + "]", "t");
            ASSERT_TRUE(read) << text;
            ASSERT_EQ(read->at(0).to_number<double>(), number) << text;
        }
    }
}

TEST(Json, AnUnfinishedDocumentIsRefused) {
    for (const char* text : {"", " ", "[1", "{\"a\":", "\"x", "tru", "-", "1e"}) {
        EXPECT_FALSE(parse_json(text, "t")) << text;
    }
    EXPECT_EQ(canonical_text(*parse_json(" 12.50 ", "t")), "12.5");
}

TEST(Json, AFaultNamesItsPlace) {
    const auto value = parse_json("{\n  \"a\": 1,\n  b\n}", "t.json");
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error()[0].place.line, 3);
}

TEST(Json, TextAfterTheDocumentIsRefused) { EXPECT_FALSE(parse_json("{} x", "t")); }

TEST(Json, NestingBeyondTheLimitIsRefused) {
    EXPECT_FALSE(parse_json(std::string(kJsonDepthMax + 1, '['), "t"));
}

TEST(Json, AByteOrderMarkIsNoPartOfTheDocument) {
    EXPECT_TRUE(parse_json("\xEF\xBB\xBF{\"a\":1}", "f"));
    EXPECT_FALSE(parse_json("\xEF\xBB\xBF", "f"));
}

}  // namespace
}  // namespace qk::plans
