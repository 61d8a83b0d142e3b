#include "daemon/base/metrics.hpp"

#include <gtest/gtest.h>

namespace qk::daemon {
namespace {

TEST(Metrics, AreShownByNameWithHelp) {
    Metrics metrics;
    metrics.add(Counter::kReceipts, 3);
    metrics.set(Gauge::kBrokerUp, 1);
    const std::string text = metrics.text();
    EXPECT_NE(text.find("qingkong_receipts_total 3"), std::string::npos);
    EXPECT_NE(text.find("qingkong_broker_up 1"), std::string::npos);
    EXPECT_NE(text.find("# HELP qingkong_verdicts_total"), std::string::npos);
    EXPECT_EQ(metrics.value(Counter::kReceipts), 3U);
}

}  // namespace
}  // namespace qk::daemon
