#include "daemon/command_line/nearest_word.hpp"

#include <gtest/gtest.h>

namespace qk::command_line {
namespace {

const std::vector<std::string> kWords{"inventory", "warning", "aqi", "--reason", "--region"};

TEST(NearestWord, ASlipIsSeenThrough) {
    EXPECT_EQ(nearest_word("wraning", kWords), "warning");     // swapped
    EXPECT_EQ(nearest_word("warnings", kWords), "warning");    // added
    EXPECT_EQ(nearest_word("inventry", kWords), "inventory");  // dropped
    EXPECT_EQ(nearest_word("wanring", kWords), "warning");
    EXPECT_EQ(nearest_word("aqo", kWords), "aqi");
    EXPECT_EQ(nearest_word("--reson", kWords), "--reason");
    EXPECT_EQ(nearest_word("inv", kWords), "inventory");
}

TEST(NearestWord, WhatIsFarAwayIsNotGuessed) {
    const std::vector<std::string> strange{"", "orders", "x", "stock", std::string(5000, 'w')};
    for (const std::string& typed : strange) {
        EXPECT_EQ(nearest_word(typed, kWords), std::nullopt) << typed.substr(0, 20);
    }
    EXPECT_EQ(nearest_word("warning", {}), std::nullopt);
}

}  // namespace
}  // namespace qk::command_line
