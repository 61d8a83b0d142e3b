// Goal: what took how long is a histogram in seconds, and without a clock nothing is measured.
#include "daemon/base/latency.hpp"

#include <gmock/gmock.h>

#include "daemon/base/metrics.hpp"

namespace qk::daemon {
namespace {

using testing::HasSubstr;

std::chrono::steady_clock::time_point later() {
    static std::chrono::steady_clock::time_point at;
    return at += std::chrono::seconds{3};
}

TEST(Latency, IsAHistogramInSecondsBesideTheCounters) {
    const Metrics metrics;
    metrics.latencies()->observe(Latency::kPublication, std::chrono::milliseconds{20});
    EXPECT_EQ(metrics.latencies()->observed(Latency::kPublication), 1U);
    const std::string text = metrics.text();
    EXPECT_THAT(text, HasSubstr("# TYPE qingkong_publication_seconds histogram"));
    EXPECT_THAT(text, HasSubstr("qingkong_publication_seconds_bucket{le=\"0.05\"} 1"));
    EXPECT_THAT(text, HasSubstr("qingkong_publication_seconds_bucket{le=\"0.01\"} 0"));
    EXPECT_THAT(text, HasSubstr("qingkong_judge_pass_seconds_count 0"));
}

TEST(Latency, OfOneDaemonIsNotThatOfAnother) {
    const Metrics one;
    const Metrics other;
    one.latencies()->observe(Latency::kPublication, std::chrono::milliseconds{20});
    EXPECT_EQ(other.latencies()->observed(Latency::kPublication), 0U);
}

TEST(Latency, AStopwatchMeasuresByTheClockThatItWasGiven) {
    const auto latencies = std::make_shared<Latencies>();
    Stopwatch(latencies, Latency::kJudgePass).stop();
    Stopwatch(nullptr, Latency::kJudgePass).stop();
    EXPECT_EQ(latencies->observed(Latency::kJudgePass), 0U);
    latencies->measure_by(later);
    Stopwatch(latencies, Latency::kJudgePass).stop();
    EXPECT_EQ(latencies->observed(Latency::kJudgePass), 1U);
    EXPECT_THAT(latencies->text(), HasSubstr("qingkong_judge_pass_seconds_sum 3"));
}

}  // namespace
}  // namespace qk::daemon
