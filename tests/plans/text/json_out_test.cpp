#include "plans/text/json_out.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

// A document of everything there is, told from a seed.
void tell(JsonOut& out, std::mt19937& random, int depth) {
    const auto any_text = [&random] {
        std::string text;
        for (std::size_t left = random() % 40; left > 0; --left) {
            text += random() % 4 == 0 ? static_cast<char>(random() % 128) : 'a';
        }
        return random() % 3 == 0 ? text + "重污染" : text;
    };
    switch (depth > 4 ? random() % 5 : random() % 7) {
        case 0:
            return out.text(any_text());
        case 1:
            return out.number(static_cast<double>(random() % 100'000) / 1000);
        case 2:
            return out.whole(static_cast<std::int64_t>(random()) - 2'000'000'000);
        case 3:
            return out.flag(random() % 2 == 0);
        case 4:
            return out.null();
        case 5:
            out.begin_array();
            for (std::size_t left = random() % 5; left > 0; --left) tell(out, random, depth + 1);
            return out.end_array();
        default:
            out.begin_object();
            for (std::size_t left = random() % 5; left > 0; --left) {
                out.key(std::to_string(left) + any_text());
                tell(out, random, depth + 1);
            }
            return out.end_object();
    }
}

TEST(JsonOut, WritesAsTextWhatTheTreeOfItPrints) {
    std::size_t longest = 0;
    for (unsigned seed = 0; seed < 2000; ++seed) {
        std::string text;
        JsonText writer(text);
        JsonTree tree;
        std::mt19937 random(seed);
        tell(writer, random, 0);
        random.seed(seed);
        tell(tree, random, 0);
        ASSERT_EQ(text, to_text(tree.release())) << "seed " << seed;
        longest = std::max(longest, text.size());
    }
    EXPECT_GT(longest, 500U) << "documents that are too small to show anything";
}

TEST(JsonOut, WritesMembersInTheOrderTheyAreTold) {
    std::string text = "before ";
    JsonText out(text);
    out.begin_object();
    out.member("id", "E\"1");
    out.number_member("ratio", 0.5);
    out.whole_member("n", -3);
    out.flag_member("is", true);
    out.texts_member("of", {"a", "b"});
    out.key("none");
    out.null();
    out.key("empty");
    out.begin_object();
    out.end_object();
    out.end_object();
    EXPECT_EQ(text,
              R"(before {"id":"E\"1","ratio":0.5,"n":-3,"is":true,"of":["a","b"],"none":null,)"
              R"("empty":{}})");
}

TEST(JsonOut, EscapesAtEveryPlaceOfAText) {
    for (std::size_t size = 1; size < 40; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            for (const char c : {'"', '\\', '\n', '\x01', '\x1f', '\x7f', ' ', '!', '#', '['}) {
                std::string text(size, 'x');
                text[at] = c;
                std::string printed;
                append_json_string(printed, text);
                const auto read = parse_json(printed, "printed");
                ASSERT_TRUE(read) << printed;
                ASSERT_EQ(std::string(read->as_string()), text) << printed;
            }
        }
    }
}

TEST(JsonOut, WritesNumbersAsEcmaScriptDoes) {
    const auto printed = [](double value) {
        std::string text;
        append_json_number(text, value);
        return text;
    };
    EXPECT_EQ(printed(0), "0");
    EXPECT_EQ(printed(-0.0), "0");
    EXPECT_EQ(printed(1), "1");
    EXPECT_EQ(printed(-17), "-17");
    EXPECT_EQ(printed(9007199254740991.0), "9007199254740991");
    EXPECT_EQ(printed(9007199254740994.0), "9007199254740994");
    EXPECT_EQ(printed(1e20), "100000000000000000000");
    EXPECT_EQ(printed(1e21), "1e+21");
    EXPECT_EQ(printed(0.000001), "0.000001");
    EXPECT_EQ(printed(1e-7), "1e-7");
    EXPECT_EQ(printed(-2.5), "-2.5");
    EXPECT_EQ(printed(std::numeric_limits<double>::infinity()), "null");
    EXPECT_EQ(printed(std::nan("")), "null");
}

}  // namespace
}  // namespace qk::plans
