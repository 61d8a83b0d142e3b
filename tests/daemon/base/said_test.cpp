#include "daemon/base/said.hpp"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace qk::daemon {
namespace {

namespace json = boost::json;

std::string text_of_length(std::size_t bytes) { return std::string(bytes, 'x'); }

TEST(Said, ATextUpToTheLimitPassesAndOneMoreByteIsNamedByItsKey) {
    EXPECT_TRUE(faults_of_said(json::object{{"note", text_of_length(kSaidTextBytesMax)}}).empty());
    const auto faults = faults_of_said(
        json::object{{"participants",
                      json::array{json::object{{"unit", text_of_length(kSaidTextBytesMax + 1)}}}}});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults.front().what, "unit is 16385 bytes long");
    EXPECT_NE(faults.front().cure.find("at most 16384 bytes"), std::string::npos);
}

TEST(Said, ManyShortOnesCountTogetherWhateverTheyAre) {
    json::array names(5, json::value(text_of_length(kSaidTextBytesMax - 100)));
    auto faults = faults_of_said(json::object{{"names", names}});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_NE(faults.front().what.find("all texts together"), std::string::npos);
    faults = faults_of_said(json::array(kSaidBytesMax, 1));
    EXPECT_EQ(faults.size(), 1U);
    json::object keys;
    for (int i = 0; i < 10; ++i) keys[text_of_length(kSaidBytesMax / 8) + std::to_string(i)] = 1;
    EXPECT_EQ(faults_of_said(keys).size(), 1U);
}

TEST(Said, AKeyAsLongAsABookIsNotRepeated) {
    const json::object said{{text_of_length(1000), text_of_length(kSaidTextBytesMax + 1)}};
    const auto faults = faults_of_said(said);
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults.front().what, "a text is 16385 bytes long");
}

TEST(Said, WhatNobodySeesIsRefusedWithItsKeyItsPlaceAndTheCureChineseFirst) {
    const json::object said{
        {"reason", "橙色\u202E预警"},
        {"participants", json::array{json::object{{"name", "李\u200B娜"}, {"unit", "监测站"}}}},
        {"no\x07te", "x"}};
    const auto faults = faults_of_said(said);
    ASSERT_EQ(faults.size(), 3U);
    EXPECT_EQ(faults[0].what,
              "reason: 第3个字符看不见（U+202E） / character 3 cannot be seen (U+202E)");
    EXPECT_EQ(faults[0].cure.find("删去该字符"), 0U);
    EXPECT_EQ(faults[1].what.find("name: 第2个字符"), 0U) << faults[1].what;
    EXPECT_EQ(faults[2].what.find("a name: 第3个字符看不见（U+0007）"), 0U) << faults[2].what;
    EXPECT_TRUE(
        faults_of_said(json::object{{"note", "一行\n二行\t“……”　⚠️"}}).empty());
}

TEST(Said, ATextOfNothingButBlanksIsNamedByItsKeyAndAnEmptyOneIsNone) {
    for (const char* blank : {" ", "\t", "\n", "\u3000", "\u00A0 "}) {
        const json::object said{{"reason", blank},
                                {"participants", json::array{json::object{{"unit", blank}}}}};
        const auto faults = faults_of_said(said);
        ASSERT_EQ(faults.size(), 2U) << blank;
        EXPECT_EQ(faults[0].what, "reason: 只有空白 / is blank");
        EXPECT_EQ(faults[1].what, "unit: 只有空白 / is blank");
    }
    EXPECT_TRUE(faults_of_said(json::object{{"note", ""}, {"reason", " 会商 "}}).empty());
}

TEST(Said, OfAThousandSuchTextsTheFirstAreNamed) {
    EXPECT_EQ(faults_of_said(json::array(1000, json::value("a\u200B"))).size(), 20U);
}

TEST(Said, WhatIsNoObjectIsMeasuredAllTheSame) {
    EXPECT_TRUE(faults_of_said(nullptr).empty());
    EXPECT_EQ(faults_of_said(json::value(text_of_length(kSaidTextBytesMax + 1))).size(), 1U);
}

}  // namespace
}  // namespace qk::daemon
