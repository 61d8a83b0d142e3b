// Goal: whoever is told that two documents differ is told in what. Method: small pairs, one
// difference each.
#include "plans/text/json_difference.hpp"

#include <gmock/gmock.h>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> differences(const char* then, const char* now) {
    return json_differences(parse_json(then, "then").value(), parse_json(now, "now").value());
}

TEST(JsonDifferenceTest, OrderOfMembersAndTheWayANumberIsWrittenAreNoDifference) {
    EXPECT_THAT(differences(R"({"a":300,"b":[1,{"c":null}]})", R"({"b":[1.0,{"c":null}],"a":3e2})"),
                IsEmpty());
}

TEST(JsonDifferenceTest, ADifferenceIsNamedByItsPathWithBothValues) {
    EXPECT_THAT(
        differences(R"({"findings":[{"measured":120.5}]})", R"({"findings":[{"measured":118}]})"),
        ElementsAre("findings[0].measured: 120.5 -> 118"));
    EXPECT_THAT(differences("1", "2"), ElementsAre("(all): 1 -> 2"));
}

TEST(JsonDifferenceTest, WhatOneSideAloneHasIsNamedToo) {
    EXPECT_THAT(differences(R"({"a":[1]})", R"({"a":[1,2],"b":"x"})"),
                ElementsAre("a[1]: (none) -> 2", R"(b: (none) -> "x")"));
    EXPECT_THAT(differences(R"({"a":null})", "{}"), ElementsAre("a: null -> (none)"));
    EXPECT_THAT(differences(R"({"a":[]})", R"({"a":{}})"), ElementsAre("a: [] -> {}"));
}

TEST(JsonDifferenceTest, OfManyTheFirstAreNamedAndThatThereAreOthers) {
    std::string then = "[0";
    std::string now = "[1";
    for (int i = 0; i < 50; ++i) {
        then += ",0";
        now += ",1";
    }
    const auto found = differences((then + "]").c_str(), (now + "]").c_str());
    ASSERT_THAT(found, SizeIs(kDifferencesMax + 1));
    EXPECT_EQ(found.back(), "…");
}

TEST(JsonDifferenceTest, ALongTextIsCutBetweenItsCharacters) {
    std::string text;
    for (int i = 0; i < 200; ++i) text += "空";
    const auto found = differences(("\"" + text + "\"").c_str(), "1");
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_LT(found[0].size(), kDifferenceBytesMax + 40);
    EXPECT_NE(found[0].find("空…"), std::string::npos) << found[0];
}

}  // namespace
}  // namespace qk::plans
