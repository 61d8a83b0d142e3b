#include "daemon/base/latency.hpp"

#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <utility>

namespace qk::daemon {
namespace {

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

}  // namespace

struct Latencies::Histograms {
    Histograms() {
        for (std::size_t i = 0; i < kLatencyCount; ++i) {
            const Kind& kind = kinds()[i];
            auto& family =
                prometheus::BuildHistogram().Name(kind.name).Help(kind.help).Register(registry);
            all[i] = &family.Add({}, kind.seconds);
        }
    }
    [[nodiscard]] prometheus::Histogram& of(Latency latency) {
        return *all[static_cast<std::size_t>(latency)];
    }
    prometheus::Registry registry;
    std::array<prometheus::Histogram*, kLatencyCount> all{};
};

Latencies::Latencies() : histograms_(std::make_unique<Histograms>()) {}

Latencies::~Latencies() = default;

void Latencies::observe(Latency latency, std::chrono::duration<double> took) {
    histograms_->of(latency).Observe(took.count());
}

std::uint64_t Latencies::observed(Latency latency) const {
    return histograms_->of(latency).Collect().histogram.sample_count;
}

std::string Latencies::text() const {
    return prometheus::TextSerializer().Serialize(histograms_->registry.Collect());
}

Stopwatch::Stopwatch(std::shared_ptr<Latencies> latencies, Latency latency)
    : latencies_(std::move(latencies)), latency_(latency) {
    if (latencies_ && latencies_->ticks() == nullptr) latencies_.reset();
    if (latencies_) begun_ = latencies_->ticks()();
}

void Stopwatch::stop() const {
    if (latencies_) latencies_->observe(latency_, latencies_->ticks()() - begun_);
}

}  // namespace qk::daemon
