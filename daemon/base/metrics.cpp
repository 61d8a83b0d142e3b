#include "daemon/base/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <cmath>

#include "daemon/base/latency.hpp"

namespace qk::daemon {
namespace {

struct Name {
    const char* name;
    const char* help;
};

constexpr std::array<Name, kCounterCount> kCounterNames{{
    {"qingkong_messages_arrived_total", "Messages from the broker made durable."},
    {"qingkong_messages_taken_in_total", "Messages stored."},
    {"qingkong_messages_rejected_total", "Messages kept as rejected, with a reason."},
    {"qingkong_intake_waits_total", "Times the broker was held back by a full queue."},
    {"qingkong_messages_over_limit_total",
     "Messages rejected because their enterprise sent too much."},
    {"qingkong_messages_set_aside_total", "Messages put in quarantine."},
    {"qingkong_messages_held_total",
     "Messages kept until a clock that was set back is right again."},
    {"qingkong_journal_records_lost_total",
     "Acknowledged messages that can no longer be read, at least."},
    {"qingkong_clock_jumps_total", "Times the wall clock was set or has jumped."},
    {"qingkong_standstills_total", "Times the process did not run for ten seconds or longer."},
    {"qingkong_readings_total", "Meter readings stored."},
    {"qingkong_forecasts_total", "Forecast revisions stored."},
    {"qingkong_forecasts_refused_total", "Forecasts refused."},
    {"qingkong_forecast_pulls_total", "Scheduled fetches of forecasts answered in order."},
    {"qingkong_forecast_pulls_failed_total", "Scheduled fetches that failed or were refused."},
    {"qingkong_observation_hours_total", "Observed hours stored."},
    {"qingkong_orders_published_total", "Order revisions acknowledged by the broker."},
    {"qingkong_order_retries_total", "Order publications that had to be repeated."},
    {"qingkong_orders_refused_total", "Orders set aside because the broker refuses them."},
    {"qingkong_orders_unheard_total", "Orders acknowledged while nobody was subscribed."},
    {"qingkong_orders_missing_total", "Orders that the broker did not hold, found at a connect."},
    {"qingkong_order_topics_tampered_total", "Orders that somebody replaced or deleted."},
    {"qingkong_order_topics_emptied_total", "Topics emptied of documents not in force there."},
    {"qingkong_link_take_overs_total", "Times another client came with the daemon's id."},
    {"qingkong_broker_dropped_total", "Messages that the broker says it dropped."},
    {"qingkong_receipts_total", "Receipts stored."},
    {"qingkong_receipts_without_effect_total",
     "Receipts of an unknown or old revision or out of order."},
    {"qingkong_reminders_total", "Entries made on the phone list."},
    {"qingkong_events_total", "Events written to the feed."},
    {"qingkong_requests_total", "API calls."},
    {"qingkong_requests_failed_total", "API calls answered with an internal fault."},
    {"qingkong_reloads_total", "Configuration reloads in force."},
    {"qingkong_reloads_refused_total", "Configuration reloads refused."},
    {"qingkong_warning_changes_total", "Changes in the life of warnings."},
    {"qingkong_notices_delivered_total", "Notices delivered to gateways."},
    {"qingkong_notice_retries_total", "Deliveries that had to be repeated."},
    {"qingkong_orders_sent_beside_total", "Orders taken by a webhook or a gateway of SMS."},
    {"qingkong_orders_not_taken_beside_total", "Attempts on these that failed."},
    {"qingkong_tasks_sent_total", "Tasks of addressees taken on a channel."},
    {"qingkong_tasks_not_taken_total", "Attempts on these that failed."},
    {"qingkong_verdicts_total", "Verdict versions stored."},
    {"qingkong_cases_total", "Cases opened."},
    {"qingkong_http_connections_refused_total", "Connections over the limit."},
    {"qingkong_http_requests_broken_total", "Requests that are not HTTP, or were cut."},
    {"qingkong_http_requests_too_large_total", "Requests whose body is longer than allowed."},
    {"qingkong_http_requests_too_slow_total", "Requests that did not come whole in time."},
    {"qingkong_http_address_full_total", "Connections over the limit of their address: refused."},
    {"qingkong_http_put_out_total", "Connections without a request that gave way to newcomers."},
    {"qingkong_http_unread_total", "Answers cut off because they were not read in time."},
    {"qingkong_uploads_refused_total", "Uploads told to come again because there was no room."},
    {"qingkong_event_listeners_refused_total", "Event streams refused over a limit."},
    {"qingkong_wrong_tokens_total", "Requests with a token that nobody has, and wrong log-ins."},
    {"qingkong_wrong_tokens_refused_total", "Of these, refused unread after too many: 429."},
    {"qingkong_audit_heads_total", "Heads of the audit log signed."},
    {"qingkong_calls_over_share_total", "Calls refused with 429: too many of that person waited."},
    {"qingkong_readings_too_long_total", "Readings ended because they asked for too much."},
    {"qingkong_rows_let_go_total", "Rows that retention let go, or whose bytes it emptied."},
    {"qingkong_repeats_answered_total", "Requests sent again that got their first answer."},
    {"qingkong_repeats_forgotten_total",
     "First answers that gave way to newer ones before their time."},
    {"qingkong_hj212_bytes_total", "Bytes of devices and relays over HJ 212."},
    {"qingkong_hj212_frames_taken_total", "Frames accepted and durable."},
    {"qingkong_hj212_frames_quarantined_total", "Frames durable and kept aside, with a reason."},
    {"qingkong_hj212_frames_refused_total", "Frames refused, with a reason."},
    {"qingkong_hj212_frames_unknown_total", "Frames of an MN that is not in the inventory."},
    {"qingkong_hj212_frames_keyless_total", "Encrypted frames without a key that fits."},
    {"qingkong_hj212_frames_cut_total", "Frames inside which a connection ended."},
    {"qingkong_hj212_noise_total", "Stretches of bytes that are no frame."},
    {"qingkong_hj212_answers_total", "Answers 9013 and 9014 sent."},
    {"qingkong_hj212_syncs_total", "Syncs of the journal, each for all frames that waited."},
    {"qingkong_hj212_links_refused_total", "Connections over the limit of all or of an address."},
    {"qingkong_hj212_links_cut_total", "Connections that were closed because of a limit."},
    {"qingkong_hj212_values_total", "Values of stacks stored, none of them twice."},
    {"qingkong_hj212_hours_made_total", "Hours of stacks made of minutes or moments."},
    {"qingkong_hj212_days_differ_total", "Days whose mean is not that of their hours."},
    {"qingkong_series_values_total", "Values of further series stored, none of them twice."},
    {"qingkong_series_unknown_total", "Values of points whose series is not in the inventory."},
    {"qingkong_hj212_raw_kept_total", "Frames kept as they came, in the file of their day."},
    {"qingkong_hj212_raw_lost_total", "Frames not kept: over a limit, or the disk took nothing."},
    {"qingkong_federation_delivered_total", "Documents that a peer's receipt proves delivered."},
    {"qingkong_federation_not_delivered_total", "Attempts without such a receipt, or refused."},
    {"qingkong_federation_taken_total", "Documents of other tiers that were taken."},
    {"qingkong_federation_refused_total", "Documents that were not believed or of no use."},
    {"qingkong_federation_over_rate_total", "Documents that were told to come again."},
    {"qingkong_federation_queues_long_total", "Times too much waited for one peer."},
    {"qingkong_registers_anew_total", "Registers of meters that fell: exchanged or reset."},
}};

constexpr std::array<Name, kGaugeCount> kGaugeNames{{
    {"qingkong_broker_up", "1 while connected to the broker."},
    {"qingkong_orders_unpublished",
     "Orders whose latest revision the broker has not acknowledged."},
    {"qingkong_orders_set_aside", "Of these, orders that the broker refuses."},
    {"qingkong_intake_queue", "Messages durable and not yet stored."},
    {"qingkong_intake_backlog", "Of these, the messages that were there at the start."},
    {"qingkong_intake_queue_bytes", "Bytes of the messages in memory that are not yet stored."},
    {"qingkong_clock_behind_seconds", "Seconds that the wall clock stands behind where it was."},
    {"qingkong_enterprises_online", "Enterprises whose client is online."},
    {"qingkong_journal_bytes", "Bytes of the intake journal on disk."},
    {"qingkong_store_pending", "Transactions and readings asked for and not yet answered."},
    {"qingkong_store_decisions", "Transactions begun that may write, since the start."},
    {"qingkong_config_hash", "First 48 bits of the SHA-256 of the configuration in force."},
    {"qingkong_config_last_reload_good", "1 if the last reload was in order."},
    {"qingkong_phone_list", "Enterprises on the phone list."},
    {"qingkong_store_whole", "0 if the last check of the database found damage."},
    {"qingkong_audit_breaks", "Breaks of the audit log found at the start."},
    {"qingkong_meters_silent", "Meters of which nothing has come for too long."},
    {"qingkong_hj212_links", "Connections of devices and relays."},
    {"qingkong_hj212_clocks_off", "Devices whose clock is off by more than the setting."},
}};

}  // namespace

struct Metrics::Parts {
    prometheus::Registry registry;
    std::array<prometheus::Counter*, kCounterCount> counters{};
    std::array<prometheus::Gauge*, kGaugeCount> gauges{};
};

Metrics::Metrics() : parts_(std::make_unique<Parts>()), latencies_(std::make_shared<Latencies>()) {
    for (std::size_t i = 0; i < kCounterCount; ++i) {
        auto& family = prometheus::BuildCounter()
                           .Name(kCounterNames[i].name)
                           .Help(kCounterNames[i].help)
                           .Register(parts_->registry);
        parts_->counters[i] = &family.Add({});
    }
    for (std::size_t i = 0; i < kGaugeCount; ++i) {
        auto& family = prometheus::BuildGauge()
                           .Name(kGaugeNames[i].name)
                           .Help(kGaugeNames[i].help)
                           .Register(parts_->registry);
        parts_->gauges[i] = &family.Add({});
    }
}

Metrics::~Metrics() = default;

void Metrics::add(Counter counter, std::uint64_t count) {
    parts_->counters[static_cast<std::size_t>(counter)]->Increment(static_cast<double>(count));
}

void Metrics::set(Gauge gauge, double value) {
    parts_->gauges[static_cast<std::size_t>(gauge)]->Set(value);
}

std::uint64_t Metrics::value(Counter counter) const {
    const double value = parts_->counters[static_cast<std::size_t>(counter)]->Value();
    return static_cast<std::uint64_t>(std::llround(value));
}

double Metrics::value(Gauge gauge) const {
    return parts_->gauges[static_cast<std::size_t>(gauge)]->Value();
}

std::string Metrics::text() const {
    return prometheus::TextSerializer().Serialize(parts_->registry.Collect()) + latencies_->text();
}

}  // namespace qk::daemon
