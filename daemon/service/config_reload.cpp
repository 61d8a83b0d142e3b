#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "daemon/service/config.hpp"

namespace qk::daemon {
namespace {

// "forecasts.pull" is also of "forecasts.pull[0].url".
bool is_of(std::string_view fact, std::string_view key) {
    if (!fact.starts_with(key)) return false;
    return fact.size() == key.size() || fact[key.size()] == '.' || fact[key.size()] == '[';
}

// Keeps what runs, key by key, where the new configuration differs.
class Keeper {
 public:
    Keeper(const Config& running, Config& wanted) : running_(running), wanted_(wanted) {}

    template <class Value>
    Keeper& keep(const Value& running, Value& wanted, std::string_view key) {
        if (running == wanted) return *this;
        wanted = running;
        has_kept_ = true;
        keep_facts(key);
        return *this;
    }
    // Ends a group of keys that are named together; whether one of them was kept.
    bool name(std::string_view keys) {
        if (!std::exchange(has_kept_, false)) return false;
        waiting_.push_back({{wanted_.file, 0, 0},
                            fmt::format("{} has changed", keys),
                            "restart the daemon",
                            rules::Severity::kWarning});
        return true;
    }
    void keep_facts(std::string_view key) {
        std::erase_if(wanted_.facts, [key](const auto& fact) { return is_of(fact.first, key); });
        for (const auto& [fact, value] : running_.facts) {
            if (is_of(fact, key)) wanted_.facts[fact] = value;
        }
    }
    [[nodiscard]] rules::Faults waiting() && { return std::move(waiting_); }

 private:
    const Config& running_;
    Config& wanted_;
    rules::Faults waiting_;
    bool has_kept_ = false;
};

void keep_store(Keeper& keeper, const Config& running, Config& wanted) {
    const bool is_moved =
        keeper.keep(running.store_path, wanted.store_path, "store.path").name("store.path");
    // Beside the database, unless the file says where.
    if (is_moved && !wanted.facts.contains("audit.heads_file")) {
        wanted.audit.heads_file = running.audit.heads_file;
        keeper.keep_facts("audit.heads_file");
    }
    keeper.keep(running.journal_folder, wanted.journal_folder, "store.journal")
        .name("store.journal");
}

void keep_http(Keeper& keeper, const HttpConfig& running, HttpConfig& wanted) {
    keeper.keep(running.listen, wanted.listen, "http.listen")
        .keep(running.port, wanted.port, "http.port")
        .name("http.listen or http.port");
    // Another certificate is taken at once; TLS itself is not switched on or off.
    if (running.certificate.empty() != wanted.certificate.empty()) {
        keeper.keep(running.certificate, wanted.certificate, "http.certificate")
            .keep(running.key, wanted.key, "http.key")
            .name("http.certificate or http.key");
    }
    keeper.keep(running.trusted_proxies, wanted.trusted_proxies, "http.trusted_proxies")
        .keep(running.forwarded_field, wanted.forwarded_field, "http.forwarded_field")
        .name("http.trusted_proxies or http.forwarded_field");
}

void keep_mqtt(Keeper& keeper, const MqttConfig& running, MqttConfig& wanted) {
    keeper.keep(running.url, wanted.url, "mqtt.url")
        .keep(running.client_id, wanted.client_id, "mqtt.client_id")
        .keep(running.version, wanted.version, "mqtt.version")
        .keep(running.user, wanted.user, "mqtt.user")
        .keep(running.password_file, wanted.password_file, "mqtt.password_file")
        .keep(running.ca, wanted.ca, "mqtt.ca")
        .keep(running.certificate, wanted.certificate, "mqtt.certificate")
        .keep(running.key, wanted.key, "mqtt.key")
        .keep(running.senders, wanted.senders, "mqtt.senders")
        .keep(running.insecure, wanted.insecure, "mqtt.insecure")
        .name("mqtt");
}

void keep_hj212(Keeper& keeper, const Hj212Config& running, Hj212Config& wanted) {
    keeper.keep(running.enabled, wanted.enabled, "hj212.enabled")
        .keep(running.listen, wanted.listen, "hj212.listen")
        .keep(running.port, wanted.port, "hj212.port")
        .keep(running.relays, wanted.relays, "hj212.relays")
        .keep(running.connections, wanted.connections, "hj212.connections")
        .keep(running.connections_per_address, wanted.connections_per_address,
              "hj212.connections_per_address")
        .keep(running.bytes_per_second, wanted.bytes_per_second, "hj212.bytes_per_second")
        .keep(running.flood, wanted.flood, "hj212.flood_seconds")
        .keep(running.idle, wanted.idle, "hj212.idle_seconds")
        .keep(running.half_frame, wanted.half_frame, "hj212.half_frame_seconds")
        .keep(running.devices_per_relay, wanted.devices_per_relay, "hj212.devices_per_relay")
        .keep(running.clock_drift, wanted.clock_drift, "hj212.clock_drift_seconds")
        .keep(running.codes, wanted.codes, "hj212.codes")
        .keep(running.points, wanted.points, "hj212.points")
        .keep(running.readings_from, wanted.readings_from, "hj212.readings_from")
        .keep(running.raw_folder, wanted.raw_folder, "hj212.raw_folder")
        .keep(running.raw_days, wanted.raw_days, "hj212.raw_days")
        .keep(running.raw_day_mib, wanted.raw_day_mib, "hj212.raw_day_mib")
        .keep(running.raw_mib, wanted.raw_mib, "hj212.raw_mib")
        .keep(running.devices, wanted.devices, "hj212.device")
        .name("hj212");
    // What stands in the files is read at a start only.
    wanted.code_map = running.code_map;
    wanted.point_map = running.point_map;
    wanted.keys = running.keys;
}

void keep_sources(Keeper& keeper, const Config& running, Config& wanted) {
    keeper.keep(running.inventory_path, wanted.inventory_path, "inventory.path")
        .name("inventory.path");
    keeper.keep(running.forecast_folder, wanted.forecast_folder, "forecasts.folder")
        .name("forecasts.folder");
    keeper.keep(running.forecast_pulls, wanted.forecast_pulls, "forecasts.pull")
        .name("forecasts.pull");
    const bool has_other_key =
        keeper.keep(running.signing_seed, wanted.signing_seed, "signing.key_file")
            .name("signing.key_file");
    if (has_other_key) {
        wanted.signing_key_file = running.signing_key_file;
        wanted.key_succession = running.key_succession;
    }
    // The first time of a driven clock is asked for at a start only.
    const bool has_other_clock =
        keeper.keep(running.clock_mode, wanted.clock_mode, "clock.mode").name("clock.mode");
    if (has_other_clock) {
        wanted.clock_start = running.clock_start;
        keeper.keep_facts("clock.start");
    }
}

void keep_limits(Keeper& keeper, const Limits& running, Limits& wanted) {
    keeper.keep(running.intake_queue, wanted.intake_queue, "limits.intake_queue")
        .keep(running.sync_meters, wanted.sync_meters, "limits.sync_meters")
        .name("limits.intake_queue or limits.sync_meters");
    keeper.keep(running.intake_queue_mib, wanted.intake_queue_mib, "limits.intake_queue_mib")
        .keep(running.journal_mib, wanted.journal_mib, "limits.journal_mib")
        .keep(running.message_kib, wanted.message_kib, "limits.message_kib")
        .name("limits.intake_queue_mib, limits.journal_mib or limits.message_kib");
    keeper.keep(running.http_connections, wanted.http_connections, "limits.http_connections")
        .keep(running.http_connections_per_address, wanted.http_connections_per_address,
              "limits.http_connections_per_address")
        .name("limits.http_connections or limits.http_connections_per_address");
}

}  // namespace

TakenOver take_over(const Config& running, Config wanted) {
    TakenOver taken;
    taken.config = std::move(wanted);
    Keeper keeper(running, taken.config);
    keep_store(keeper, running, taken.config);
    keep_http(keeper, running.http, taken.config.http);
    keep_mqtt(keeper, running.mqtt, taken.config.mqtt);
    keep_hj212(keeper, running.hj212, taken.config.hj212);
    keep_sources(keeper, running, taken.config);
    keep_limits(keeper, running.limits, taken.config.limits);
    keeper.keep(running.channels, taken.config.channels, "channels").name("channels");
    // The trust list and the limits are taken over at once: a key is revoked without a restart.
    keeper.keep(running.federation.enabled, taken.config.federation.enabled, "federation.enabled")
        .keep(running.federation.peers, taken.config.federation.peers, "federation.peer")
        .name("federation.enabled or federation.peer");
    // A file without the section names no trust list; what runs on needs one.
    if (!taken.config.federation.trust) taken.config.federation.trust = running.federation.trust;
    taken.waiting = std::move(keeper).waiting();
    return taken;
}

}  // namespace qk::daemon
