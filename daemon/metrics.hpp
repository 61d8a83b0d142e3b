// Counters and gauges of the daemon, listed here and nowhere else, shown at /metrics in Prometheus'
// text form.
//
// May be used from any thread. A counter only rises; a gauge is set to what is seen now.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace qk::daemon {

enum class Counter {
    kMessagesArrived,   // from the broker, as they were made durable
    kMessagesTakenIn,   // stored
    kMessagesRejected,  // kept with a reason
    kQueueWaits,        // times the broker was held back
    kReadings,          // meter readings stored
    kForecasts,         // forecast revisions stored
    kForecastsRefused,
    kPulls,             // scheduled fetches that were answered in order
    kPullsFailed,       // failed or refused
    kObservationHours,  // hours of observations stored
    kOrdersPublished,   // acknowledged by the broker
    kOrderRetries,
    kReceipts,
    kReceiptsWithoutEffect,  // unknown or old revision, or out of order
    kReminders,              // phone-list entries made
    kEvents,
    kRequests,        // API calls
    kRequestsFailed,  // answered 5xx
    kReloads,
    kReloadsRefused,
    kWarningsChanged,   // warnings proposed, issued, raised, lowered, lifted
    kNoticesDelivered,  // to gateways outside
    kNoticeRetries,
    kVerdicts,  // verdict versions stored
    kCases,
    kHttpConnectionsRefused,  // over the limit
    kHttpRequestsBroken,      // not HTTP, or cut
    kHttpRequestsTooLarge,
    kHttpRequestsTooSlow,
    kEventListenersRefused,  // over the limit, of a person or of all
    kWrongTokens,            // requests with a token that nobody has
    kWrongTokensRefused,     // of these, beyond the limit of their address
};
inline constexpr std::size_t kCounterCount =
    static_cast<std::size_t>(Counter::kWrongTokensRefused) + 1;

enum class Gauge {
    kBrokerUp,           // 1 or 0
    kOrdersUnpublished,  // desired revision not yet acknowledged
    kIntakeQueue,        // messages durable and not yet stored
    kEnterprisesOnline,
    kJournalBytes,
    kStorePending,
    kConfigHash,  // first 48 bits of the configuration's SHA-256
    kLastReloadGood,
    kPhoneList,
};
inline constexpr std::size_t kGaugeCount = static_cast<std::size_t>(Gauge::kPhoneList) + 1;

class Metrics {
 public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    void add(Counter counter, std::uint64_t count = 1);
    void set(Gauge gauge, double value);
    [[nodiscard]] std::uint64_t value(Counter counter) const;
    [[nodiscard]] double value(Gauge gauge) const;
    [[nodiscard]] std::string text() const;  // Prometheus exposition format

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace qk::daemon
