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
    const auto before = observed(Latency::kPublication);
    observe(Latency::kPublication, std::chrono::milliseconds{20});
    EXPECT_EQ(observed(Latency::kPublication), before + 1);
    const std::string text = Metrics().text();
    EXPECT_THAT(text, HasSubstr("# TYPE qingkong_publication_seconds histogram"));
    EXPECT_THAT(text, HasSubstr("qingkong_publication_seconds_bucket{le=\"0.05\"}"));
    EXPECT_THAT(text, HasSubstr("qingkong_judge_pass_seconds_count"));
}

TEST(Latency, AStopwatchMeasuresByTheClockThatMainGave) {
    const auto before = observed(Latency::kJudgePass);
    Stopwatch(Latency::kJudgePass).stop();
    EXPECT_EQ(observed(Latency::kJudgePass), before);
    measure_latencies(later);
    Stopwatch(Latency::kJudgePass).stop();
    measure_latencies(nullptr);
    EXPECT_EQ(observed(Latency::kJudgePass), before + 1);
}

}  // namespace
}  // namespace qk::daemon
