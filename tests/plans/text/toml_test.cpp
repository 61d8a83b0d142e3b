#include "plans/text/toml.hpp"

#include <gtest/gtest.h>

namespace qk::plans {
namespace {

TEST(Toml, NumbersWithoutEndAreRefusedWithTheirPlace) {
    const auto read =
        parse_toml("a = 1.5\n[b]\nc = [1, inf]\nd = {e = -nan, f = +inf}\n", "p.toml");
    ASSERT_FALSE(read);
    const rules::Faults faults = read.error();
    ASSERT_EQ(faults.size(), 3U);
    EXPECT_EQ(faults[0].place, (rules::Place{"p.toml", 3, 9}));
    EXPECT_EQ(faults[1].place, (rules::Place{"p.toml", 4, 10}));
    for (const char* text : {"a = 1e400", "a = -1e400", "a = 99999999999999999999", "a = 1_e5"}) {
        EXPECT_FALSE(parse_toml(text, "p")) << text;
    }
}

// Tables nested by a long key are taken down by recursion.
TEST(Toml, AKeyOfManyPartsIsRefused) {
    const auto deep = [](std::size_t parts, const std::string& part) {
        std::string key = part;
        for (std::size_t i = 1; i < parts; ++i) key += "." + part;
        return key;
    };
    EXPECT_TRUE(parse_toml(deep(kTomlKeyPartsMax, "a") + " = 1", "p"));
    for (const std::string part : {"a", "\"a\"", "'a'"}) {
        EXPECT_FALSE(parse_toml(deep(200'000, part) + " = 1", "p"));
        EXPECT_FALSE(parse_toml("[" + deep(200'000, part) + "]", "p"));
        EXPECT_FALSE(parse_toml("x = {" + deep(200'000, part) + " = 1}", "p"));
        const auto read = parse_toml("\n  " + deep(17, part) + " = 1", "p");
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error()[0].place.line, 2);
    }
    EXPECT_FALSE(parse_toml("x = " + std::string(100'000, '['), "p"));
    std::string tables = "x = ";
    for (int i = 0; i < 100'000; ++i) tables += "{a.a.a.a = ";
    EXPECT_FALSE(parse_toml(tables, "p"));
}

TEST(Toml, DotsInTextsNumbersAndCommentsAreNoKeys) {
    const std::string dots(300, '.');
    EXPECT_TRUE(parse_toml("a = \"" + dots + "\"\nb = '" + dots + "' # " + dots + "\nc = \"\"\"\n" +
                               dots + "\\\"\n\"\"\"\nd = '''\n" + dots + "\n'''\n",
                           "p"));
    std::string list = "a = [";
    for (int i = 0; i < 100; ++i) list += "0.5, ";
    EXPECT_TRUE(parse_toml(list + "1.5]", "p"));
}

TEST(Toml, ADocumentOverItsBytesIsRefused) {
    EXPECT_FALSE(parse_toml("a = 1 # " + std::string(100, 'x'), "p", 100));
}

}  // namespace
}  // namespace qk::plans
