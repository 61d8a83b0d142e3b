// Counters and gauges of the daemon, listed here and nowhere else, shown at /metrics in Prometheus'
// text form.
//
// May be used from any thread. A counter only rises; a gauge is set to what is seen now.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace qk::daemon {

class Latencies;  // latency.hpp

enum class Counter {
    kMessagesArrived,     // from the broker, as they were made durable
    kMessagesTakenIn,     // stored
    kMessagesRejected,    // kept with a reason
    kQueueWaits,          // times the broker was held back
    kMessagesOverLimit,   // of these rejected: an enterprise sent too much
    kMessagesSetAside,    // in quarantine/
    kMessagesHeld,        // until a clock that was set back is right again
    kJournalRecordsLost,  // acknowledged and no longer readable, at least
    kClockJumps,
    kStandstills,  // times the process did not run for a while
    kReadings,     // meter readings stored
    kForecasts,    // forecast revisions stored
    kForecastsRefused,
    kPulls,             // scheduled fetches that were answered in order
    kPullsFailed,       // failed or refused
    kObservationHours,  // hours of observations stored
    kOrdersPublished,   // acknowledged by the broker
    kOrderRetries,
    kOrdersRefused,        // set aside
    kOrdersUnheard,        // acknowledged with nobody subscribed
    kOrdersMissing,        // the broker did not hold them, or an earlier revision
    kOrderTopicsTampered,  // replaced or deleted by somebody else
    kOrderTopicsEmptied,   // of documents that are not in force there
    kLinkTakeOvers,        // another client came with our id
    kBrokerDropped,        // messages that the broker says it dropped
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
    kOrdersSentBeside,  // on channels beside the broker
    kOrdersNotTakenBeside,
    kTasksSent,  // to addressees, on any channel
    kTasksNotTaken,
    kVerdicts,  // verdict versions stored
    kCases,
    kHttpConnectionsRefused,  // over the limit
    kHttpRequestsBroken,      // not HTTP, or cut
    kHttpRequestsTooLarge,
    kHttpRequestsTooSlow,
    kHttpAddressFull,         // refused over the limit of their address
    kHttpPutOut,              // idle ones that gave way to a newcomer
    kHttpUnread,              // answers not read while too many waited
    kUploadsRefused,          // no room for their bodies, or too many waited to be read
    kEventListenersRefused,   // over the limit, of a person or of all
    kWrongTokens,             // requests with a token that nobody has
    kWrongTokensRefused,      // of these, beyond the limit of their address
    kAuditHeads,              // heads of the audit log signed
    kCallsOverShare,          // refused: too many calls of that person waited
    kReadingsTooLong,         // ended: more steps than one reading may take
    kRowsLetGo,               // by retention
    kRepeatsAnswered,         // requests sent again that got the first answer
    kRepeatsForgotten,        // such answers that gave way to newer ones before their time
    kHj212Bytes,              // over all connections
    kHj212FramesTaken,        // accepted and durable
    kHj212FramesQuarantined,  // durable and kept aside
    kHj212FramesRefused,      // check sum, another device on the connection
    kHj212FramesUnknown,      // of an MN that is not in the inventory
    kHj212FramesKeyless,      // encrypted, without a key that fits
    kHj212FramesCut,          // a connection ended inside them
    kHj212Noise,              // what is no frame, between frames
    kHj212Answers,
    kHj212Syncs,            // of the journal, for all frames that waited
    kHj212LinksRefused,     // over a limit of connections
    kHj212LinksCut,         // ended by us over a limit
    kHj212Values,           // stored, none of them twice
    kHj212HoursMade,        // of minutes or moments
    kHj212DaysDiffer,       // a day's mean is not that of its hours
    kSeriesValues,          // of further series, stored, none of them twice
    kSeriesUnknown,         // of points whose series is not in the inventory
    kRawFramesKept,         // as they came, in the file of their day
    kRawFramesLost,         // over a limit, or the disk took nothing
    kFederationSent,        // documents of ours, proved by a receipt
    kFederationNotSent,     // attempts without a receipt, or refused by it
    kFederationTaken,       // documents of other tiers, also such as came again
    kFederationNotTaken,    // not believed, or not of use
    kFederationComeAgain,   // told to come again
    kFederationQueuesLong,  // times too much waited for a peer
    kRegistersAnew,         // registers of meters that fell: exchanged or reset
};
inline constexpr std::size_t kCounterCount = static_cast<std::size_t>(Counter::kRegistersAnew) + 1;

enum class Gauge {
    kBrokerUp,           // 1 or 0
    kOrdersUnpublished,  // desired revision not yet acknowledged
    kOrdersSetAside,     // of these, refused by the broker
    kIntakeQueue,        // messages durable and not yet stored
    kIntakeBacklog,      // of these, those that were there at the start
    kIntakeQueueBytes,   // of those in memory
    kClockBehind,        // seconds that the wall clock stands behind where it was
    kEnterprisesOnline,
    kJournalBytes,
    kStorePending,
    kStoreDecisions,  // transactions begun that may write
    kConfigHash,      // first 48 bits of the configuration's SHA-256
    kLastReloadGood,
    kPhoneList,
    kStoreWhole,      // 0: the last check found damage
    kAuditBreaks,     // found in the audit log at the start
    kMetersSilent,    // of the inventory, longer than the settings allow
    kHj212Links,      // connections of devices and relays
    kHj212ClocksOff,  // devices whose clock is off by more than the setting
};
inline constexpr std::size_t kGaugeCount = static_cast<std::size_t>(Gauge::kHj212ClocksOff) + 1;

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
    // Of the same program; shared, because what is measured may end after this.
    [[nodiscard]] const std::shared_ptr<Latencies>& latencies() const { return latencies_; }
    [[nodiscard]] std::string text() const;  // Prometheus exposition format, latencies too

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
    std::shared_ptr<Latencies> latencies_;
};

}  // namespace qk::daemon
