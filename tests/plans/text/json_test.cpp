#include "plans/text/json.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
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

// Signatures are verified over numbers printed again, so what was printed must be read to the last
// bit.
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

// Read as infinity they would pass for numbers until somebody counts with them or prints them.
TEST(Json, ANumberThatNoDoubleHoldsIsRefused) {
    const std::string digits(5000, '9');
    for (const std::string& number :
         {std::string("1e400"), std::string("-1e400"), std::string("1e309"), std::string("1E+400"),
          std::string("17976931348623159e292"), "1" + std::string(400, '0'), digits, "-" + digits,
          "0." + digits, digits + "e-5000", std::string("1e99999999999999999999")}) {
        const auto value = parse_json("{\"a\":\n [0, " + number + "]}", "t.json");
        ASSERT_FALSE(value) << number;
        EXPECT_EQ(value.error()[0].place.line, 2) << number;
        EXPECT_LT(rules::to_text(value.error()).size(), 200U) << number;
    }
    for (const char* text :
         {"NaN", "[nan]", "[Infinity]", "[-Infinity]", "[inf]", "[+1]", "[0x1]"}) {
        EXPECT_FALSE(parse_json(text, "t")) << text;
    }
    EXPECT_EQ(parse_json("1e-400", "t")->to_number<double>(), 0);
    EXPECT_EQ(parse_json("1.7976931348623157e308", "t")->to_number<double>(),
              std::numeric_limits<double>::max());
}

TEST(Json, WhatIsNotFinitePrintsAsNull) {
    const double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(to_json_number(infinity), "null");
    EXPECT_EQ(to_text(boost::json::value(-infinity)), "null");
    EXPECT_EQ(canonical_text(boost::json::value(std::nan(""))), "null");
}

TEST(Json, ANameTwiceInOneObjectIsRefused) {
    for (const char* text :
         {R"({"kw":1,"kw":2})", R"({"a":{"b":1,"\u0062":2}})", R"([{"":1,"":1}])"}) {
        const auto value = parse_json(text, "t");
        ASSERT_FALSE(value) << text;
        EXPECT_NE(value.error()[0].what.find("stands twice"), std::string::npos) << text;
    }
    EXPECT_TRUE(parse_json(R"([{"a":1},{"a":1,"b":{"a":1}},{"a":1}])", "t"));
    for (const bool has_twin : {false, true}) {
        std::string large = "{";
        for (int i = 0; i < 3000; ++i) large += "\"k" + std::to_string(i) + "\":{\"k1\":0},";
        large += has_twin ? "\"k7\":1}" : "\"k\":1}";
        EXPECT_EQ(parse_json(large, "t").has_value(), !has_twin);
    }
}

TEST(Json, WhatIsNoJsonAtAllIsToldFromValuesThatAreNotTaken) {
    for (const char* text : {"", "{", "{}{}", "\x01", "nul"}) {
        EXPECT_EQ(form_faults_of_json(text, "t").size(), 1U) << text;
    }
    for (const char* text : {"{}", "[]", "null", "1e999", R"({"a":1,"a":2})"}) {
        EXPECT_TRUE(form_faults_of_json(text, "t").empty()) << text;
    }
}

TEST(Json, ADocumentOfTooManyValuesIsRefusedWhileItIsRead) {
    EXPECT_TRUE(parse_json_in({}, "[0,0,0]", "t", 4));
    EXPECT_FALSE(parse_json_in({}, "[0,0,0]", "t", 3));
    EXPECT_FALSE(parse_json_in({}, R"({"a":{},"b":[]})", "t", 4));
    EXPECT_TRUE(parse_json_in({}, R"({"a":{},"b":[]})", "t", 5));
}

}  // namespace
}  // namespace qk::plans
