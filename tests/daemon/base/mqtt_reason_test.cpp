#include "daemon/base/mqtt_reason.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "daemon/mqtt/topic.hpp"

namespace qk::daemon {
namespace {

TEST(Reason, WhatAnAdministratorMeetsHasWordsOfItsOwn) {
    std::set<std::string_view> words;
    for (const int code :
         {0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8B, 0x8D,           0x8E,
          0x8F, 0x90, 0x93, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9F, kReasonCutsLink}) {
        const ReasonWords& found = words_of(code);
        EXPECT_EQ(found.code, code);
        EXPECT_TRUE(words.insert(found.chinese).second) << found.english;
        EXPECT_FALSE(found.cure_chinese.empty() || found.cure_english.empty()) << found.english;
    }
    EXPECT_EQ(words_of(0xEE).english, "unknown reason");
}

TEST(Reason, TheOldProtocolsRefusalsMeanTheSame) {
    EXPECT_EQ(reason_of_v3_connack(4), 0x86);
    EXPECT_EQ(reason_of_v3_connack(5), 0x87);
    EXPECT_EQ(reason_of_v3_connack(77), 0);
}

TEST(Reason, OnlySomeEndsOfALinkAccuseAPublication) {
    EXPECT_EQ(blame_of(kReasonTooLarge), Blame::kPublication);
    EXPECT_EQ(blame_of(0), Blame::kUnknown);
    EXPECT_EQ(blame_of(kReasonTakenOver), Blame::kSomethingElse);
    EXPECT_EQ(blame_of(0x8B), Blame::kSomethingElse);
}

TEST(Topic, WhatABrokerMayEndTheLinkForIsFound) {
    EXPECT_EQ(topic_fault("qingkong/1/110105/e1/order"), "");
    EXPECT_EQ(topic_fault("qingkong/1/110105/一号 厂/order"), "");
    for (const std::string& topic :
         {std::string(), std::string("a/#"), std::string("a/+/b"), std::string("$SYS/a"),
          std::string("a\0b", 3), std::string("a\tb"), std::string("a\x7f"),
          std::string("a\xC2\x85"), std::string("a\xFF"), std::string("a\xC0\x80"),
          std::string("a\xED\xA0\x80"), std::string("a\xEF\xBF\xBF"), std::string("a\xEF\xB7\x90"),
          std::string("a\xF0\x9F\xBF\xBE"), std::string(kTopicLengthMax + 1, 'a')}) {
        EXPECT_NE(topic_fault(topic), "") << topic.substr(0, 20);
    }
}

TEST(Topic, AFilterTakesWhatHasItsLevels) {
    const std::string orders = "qingkong/1/+/+/order";
    EXPECT_TRUE(is_taken_by(orders, "qingkong/1/110105/e1/order"));
    EXPECT_FALSE(is_taken_by(orders, "qingkong/1/110105/e1/meter/order"));
    EXPECT_FALSE(is_taken_by(orders, "qingkong/1/110105/e1/receipt"));
    EXPECT_FALSE(is_taken_by(orders, "qingkong/1/110105/order"));
    EXPECT_FALSE(is_taken_by(orders, "qingkong/1/110105/e1"));
    EXPECT_FALSE(is_taken_by(orders, ""));
    EXPECT_TRUE(is_taken_by("+", "a"));
    EXPECT_TRUE(is_taken_by("a/+", "a/"));
}

}  // namespace
}  // namespace qk::daemon
