// How long things took, as histograms for monitoring: listed here and nowhere else, shown at
// /metrics with the counters (Metrics::latencies()). Nothing is decided by them.
//
// Only main reads a clock that is fine enough and hands it in. Without one (simulations, tests)
// stopwatches measure nothing. From any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
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

class Latencies {
 public:
    Latencies();
    ~Latencies();
    Latencies(const Latencies&) = delete;
    Latencies& operator=(const Latencies&) = delete;

    // What stopwatches read; before any of them is made.
    void measure_by(TickSource now) { now_ = now; }
    [[nodiscard]] TickSource ticks() const { return now_; }
    void observe(Latency latency, std::chrono::duration<double> took);
    [[nodiscard]] std::uint64_t observed(Latency latency) const;
    [[nodiscard]] std::string text() const;  // Prometheus exposition format

 private:
    struct Histograms;
    std::unique_ptr<Histograms> histograms_;
    TickSource now_ = nullptr;
};

// Keeps what it observes in: it may be stopped after everything else is gone.
class Stopwatch {
 public:
    // With no latencies, or none that have a clock, it measures nothing.
    Stopwatch(std::shared_ptr<Latencies> latencies, Latency latency);
    // Observes what has passed since it was made.
    void stop() const;

 private:
    std::shared_ptr<Latencies> latencies_;
    Latency latency_;
    std::chrono::steady_clock::time_point begun_;
};

}  // namespace qk::daemon
