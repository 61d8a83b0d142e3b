#include "daemon/base/said.hpp"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace qk::daemon {
namespace {

namespace json = boost::json;

std::string text_of_length(std::size_t bytes) { return std::string(bytes, 'x'); }

TEST(Said, ATextUpToTheLimitPassesAndOneMoreByteIsNamedByItsKey) {
    EXPECT_TRUE(said_too_long(json::object{{"note", text_of_length(kSaidTextBytesMax)}}).empty());
    const auto faults = said_too_long(json::object{
        {"participants", json::array{json::object{{"unit", text_of_length(kSaidTextBytesMax + 1)}}}}});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults.front().what, "unit is 16385 bytes long");
    EXPECT_NE(faults.front().cure.find("at most 16384 bytes"), std::string::npos);
}

TEST(Said, ManyShortOnesCountTogetherWhateverTheyAre) {
    json::array names(5, json::value(text_of_length(kSaidTextBytesMax - 100)));
    auto faults = said_too_long(json::object{{"names", names}});
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_NE(faults.front().what.find("all texts together"), std::string::npos);
    faults = said_too_long(json::array(kSaidBytesMax, 1));
    EXPECT_EQ(faults.size(), 1U);
    json::object keys;
    for (int i = 0; i < 10; ++i) keys[text_of_length(kSaidBytesMax / 8) + std::to_string(i)] = 1;
    EXPECT_EQ(said_too_long(keys).size(), 1U);
}

TEST(Said, AKeyAsLongAsABookIsNotRepeated) {
    const json::object said{{text_of_length(1000), text_of_length(kSaidTextBytesMax + 1)}};
    const auto faults = said_too_long(said);
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults.front().what, "a text is 16385 bytes long");
}

TEST(Said, WhatIsNoObjectIsMeasuredAllTheSame) {
    EXPECT_TRUE(said_too_long(nullptr).empty());
    EXPECT_EQ(said_too_long(json::value(text_of_length(kSaidTextBytesMax + 1))).size(), 1U);
}

}  // namespace
}  // namespace qk::daemon
