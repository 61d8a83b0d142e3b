#include "daemon/base/latency.hpp"

#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>

namespace qk::daemon {
namespace {

TickSource tick_source = nullptr;

struct Kind {
    const char* name;
    const char* help;
    prometheus::Histogram::BucketBoundaries seconds;
};

// Bounds where an alert or a person would draw a line; few, because each is a series of its own.
const std::array<Kind, kLatencyCount>& kinds() {
    static const std::array<Kind, kLatencyCount> kKinds{{
        {"qingkong_transaction_seconds",
         "How long transactions of the database took that may write.",
         {0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10}},
        {"qingkong_publication_seconds",
         "How long orders took from being sent to the broker's acknowledgement.",
         {0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60}},
        {"qingkong_intake_lag_seconds",
         "How long the oldest message of each stored batch had waited, to the second.",
         {1, 2, 5, 10, 30, 60, 300, 1800, 7200}},
        {"qingkong_judge_pass_seconds",
         "How long passes of the judge took.",
         {0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300}},
    }};
    return kKinds;
}

struct Histograms {
    Histograms() {
        for (std::size_t i = 0; i < kLatencyCount; ++i) {
            const Kind& kind = kinds()[i];
            auto& family =
                prometheus::BuildHistogram().Name(kind.name).Help(kind.help).Register(registry);
            all[i] = &family.Add({}, kind.seconds);
        }
    }
    prometheus::Registry registry;
    std::array<prometheus::Histogram*, kLatencyCount> all{};
};

Histograms& histograms() {
    static Histograms one;
    return one;
}

prometheus::Histogram& histogram_of(Latency latency) {
    return *histograms().all[static_cast<std::size_t>(latency)];
}

}  // namespace

void measure_latencies(TickSource now) { tick_source = now; }

void observe(Latency latency, std::chrono::duration<double> took) {
    histogram_of(latency).Observe(took.count());
}

Stopwatch::Stopwatch(Latency latency) : latency_(latency) {
    if (tick_source != nullptr) begun_ = tick_source();
}

void Stopwatch::stop() const {
    if (tick_source != nullptr) observe(latency_, tick_source() - begun_);
}

std::string latency_text() {
    return prometheus::TextSerializer().Serialize(histograms().registry.Collect());
}

std::uint64_t observed(Latency latency) {
    return histogram_of(latency).Collect().histogram.sample_count;
}

}  // namespace qk::daemon
