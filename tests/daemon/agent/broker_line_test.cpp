#include "daemon/agent/broker_line.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace qk::agent {
namespace {

TEST(BrokerLine, AgentsOfOneRegionComeBackSpreadOverASecond) {
    constexpr int kAgents = 10'000;
    std::vector<int> by_tenth(10);
    for (int i = 0; i < kAgents; ++i) {
        const std::string stem = "qingkong/1/110105/e" + std::to_string(i) + "/";
        const auto spread = pauses_of(stem).spread;
        ASSERT_GE(spread.count(), 0);
        ASSERT_LT(spread, kSpreadMost);
        ASSERT_EQ(spread, pauses_of(stem).spread) << "always the same";
        ++by_tenth[static_cast<std::size_t>(spread.count() / 100)];
    }
    EXPECT_LT(std::ranges::max(by_tenth), kAgents / 10 * 5 / 4);
    EXPECT_GT(std::ranges::min(by_tenth), kAgents / 10 * 3 / 4);
}

}  // namespace
}  // namespace qk::agent
