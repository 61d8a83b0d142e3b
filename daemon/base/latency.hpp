// How long things took, as histograms for monitoring: listed here and nowhere else, shown at
// /metrics with the counters. Of the process, like a Prometheus library's default registry; nothing
// is decided by them.
//
// Only main reads a clock that is fine enough and gives it here. Without one (simulations, tests)
// stopwatches measure nothing. From any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace qk::daemon {

enum class Latency {
    kTransaction,  // of the database, that may write
    kPublication,  // of an order: sent until the broker has acknowledged it
    kIntakeLag,    // of the oldest message of a batch: arrived until stored, to the second
    kJudgePass,
};
inline constexpr std::size_t kLatencyCount = static_cast<std::size_t>(Latency::kJudgePass) + 1;

using TickSource = std::chrono::steady_clock::time_point (*)();
// Before any thread runs.
void measure_latencies(TickSource now);

void observe(Latency latency, std::chrono::duration<double> took);

class Stopwatch {
 public:
    explicit Stopwatch(Latency latency);
    // Observes what has passed since it was made.
    void stop() const;

 private:
    Latency latency_;
    std::chrono::steady_clock::time_point begun_;
};

[[nodiscard]] std::string latency_text();  // Prometheus exposition format
[[nodiscard]] std::uint64_t observed(Latency latency);

}  // namespace qk::daemon
