#include "daemon/service/config.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <filesystem>

#include "daemon/access/forwarded.hpp"
#include "daemon/access/token.hpp"
#include "daemon/base/file_modes.hpp"
#include "daemon/base/files.hpp"
#include "daemon/base/key_file.hpp"
#include "plans/text/sha256.hpp"
#include "plans/text/toml.hpp"
#include "plans/text/toml_table.hpp"

namespace qk::daemon {
namespace {

using plans::TomlTable;

bool is_loopback(const std::string& host) {
    if (host == "localhost") return true;
    boost::system::error_code failed;
    const auto address = boost::asio::ip::make_address(host, failed);
    return !failed && address.is_loopback();
}

struct WebUrl {
    bool tls = false;
    std::string host;
};

// "https://host[:port]/path"; the {placeholders} of a pull's url are taken for digits.
std::optional<WebUrl> parse_web_url(std::string text) {
    for (char& c : text) {
        if (c == '{' || c == '}') c = '0';
    }
    const auto url = boost::urls::parse_uri(text);
    if (!url || url->host().empty() || url->has_fragment() || url->has_userinfo()) return {};
    if (url->scheme() != "https" && url->scheme() != "http") return {};
    // Boost takes "127.0.0.1.example" for the address 127.0.0.1 with a path ".example".
    const std::string path(url->encoded_path());
    if (!path.empty() && path.front() != '/') return {};
    return WebUrl{url->scheme() == "https", std::string(url->host_address())};
}

struct BrokerUrl {
    bool tls = false;
    std::string host;
};

// "mqtts://broker.example:8883"
std::optional<BrokerUrl> parse_broker_url(std::string_view url) {
    BrokerUrl parsed;
    if (url.starts_with("mqtts://")) {
        parsed.tls = true;
        url.remove_prefix(8);
    } else if (url.starts_with("mqtt://")) {
        url.remove_prefix(7);
    } else {
        return std::nullopt;
    }
    const std::size_t colon = url.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == url.size()) {
        return std::nullopt;
    }
    const std::string_view port = url.substr(colon + 1);
    if (port.size() > 5 || port.find_first_not_of("0123456789") != std::string_view::npos) {
        return std::nullopt;
    }
    parsed.host = url.substr(0, colon);
    if (parsed.host.front() == '[' && parsed.host.back() == ']') {
        parsed.host = parsed.host.substr(1, parsed.host.size() - 2);
    }
    return parsed;
}

// One that is not in the file is an empty one: everything keeps its default.
TomlTable section_of(const toml::table& root, std::string_view name, const std::string& file,
                     rules::Faults& faults) {
    static const toml::table kNone;
    const toml::table* table = root[name].as_table();
    return {table != nullptr ? *table : kNone, std::string(name), file, faults};
}

void read_proxies(TomlTable& section, HttpConfig& http) {
    section.read("trusted_proxies", http.trusted_proxies);
    if (const auto parsed = TrustedProxies::parse(http.trusted_proxies); !parsed) {
        const rules::Faults faults = parsed.error();
        for (const rules::Fault& fault : faults) {
            section.wrong("trusted_proxies", fault.what, fault.cure);
        }
    }
    section.read("forwarded_field", http.forwarded_field, "X-Forwarded-For");
    if (http.forwarded_field != "X-Forwarded-For" && http.forwarded_field != "Forwarded") {
        section.wrong("forwarded_field", fmt::format("'{}' is not read", http.forwarded_field),
                      "\"X-Forwarded-For\" or \"Forwarded\", whichever the proxies write");
    }
    section.read("metrics", http.metrics, "local");
    if (http.metrics != "local" && http.metrics != "token" && http.metrics != "all") {
        section.wrong("metrics", fmt::format("'{}' says not who", http.metrics),
                      "\"local\" (this host, or any token), \"token\" or \"all\"");
    }
}

void read_http(TomlTable section, HttpConfig& http) {
    section.read("listen", http.listen, "127.0.0.1");
    if (const auto port = section.whole("port", 0, 65535)) {
        http.port = static_cast<std::uint16_t>(*port);
    }
    section.read("certificate", http.certificate, "/etc/qingkong/tls.crt");
    section.read("key", http.key, "/etc/qingkong/tls.key");
    section.read("public_url", http.public_url, "https://warn.example.gov.cn");
    while (http.public_url.ends_with('/')) http.public_url.pop_back();
    read_proxies(section, http);
    const bool has_query = http.public_url.find('?') != std::string::npos;
    if (!http.public_url.empty() && (has_query || !parse_web_url(http.public_url))) {
        section.wrong("public_url", fmt::format("'{}' is not an address", http.public_url),
                      "\"https://warn.example.gov.cn\", without a query");
    }
    boost::system::error_code failed;
    boost::asio::ip::make_address(http.listen, failed);
    if (failed) {
        section.wrong("listen", fmt::format("'{}' is not an address", http.listen),
                      "an IP address such as \"127.0.0.1\" or \"0.0.0.0\"");
    }
    if (http.certificate.empty() != http.key.empty()) {
        section.wrong(http.key.empty() ? "certificate" : "key",
                      "certificate and key belong together", "name both files or neither");
    }
    if (!failed && !is_loopback(http.listen) && http.certificate.empty()) {
        section.wrong(
            "listen",
            fmt::format("'{}' is reachable from outside and there is no TLS", http.listen),
            "name certificate and key, or listen on 127.0.0.1 behind a TLS proxy");
    }
    section.finish();
}

void read_senders(TomlTable& section, MqttConfig& mqtt) {
    std::string senders = "none";
    section.read("senders", senders, "topic");
    mqtt.senders = senders == "topic" ? SenderProof::kTopic : SenderProof::kNone;
    if (senders != "topic" && senders != "none") {
        section.wrong("senders", fmt::format("'{}' proves no sender", senders),
                      "\"topic\" with a broker of 'qingkongctl broker init', else \"none\"");
    } else if (mqtt.senders == SenderProof::kTopic && mqtt.user.empty()) {
        section.wrong("senders",
                      "is \"topic\", and mqtt.user is not given: a broker that asks for no "
                      "name proves none",
                      "user and password_file of 'qingkongctl broker init', or senders = \"none\"");
    }
}

void read_mqtt(TomlTable section, MqttConfig& mqtt) {
    section.read("url", mqtt.url, "mqtts://broker.example:8883");
    section.read("client_id", mqtt.client_id, "qingkongd-411000");
    std::string version = "5";
    section.read("version", version, "5");
    section.read("user", mqtt.user, "qingkongd");
    section.read("password_file", mqtt.password_file, "/etc/qingkong/mqtt.password");
    section.read("ca", mqtt.ca, "/etc/ssl/certs/ca-certificates.crt");
    section.read("certificate", mqtt.certificate, "/etc/qingkong/mqtt.crt");
    section.read("key", mqtt.key, "/etc/qingkong/mqtt.key");
    section.read("insecure", mqtt.insecure);
    read_senders(section, mqtt);
    if (version == "5") {
        mqtt.version = MqttVersion::kV5;
    } else if (version == "3.1.1") {
        mqtt.version = MqttVersion::kV3;
    } else {
        section.wrong("version", fmt::format("'{}' is not a version", version),
                      "\"5\" or \"3.1.1\"");
    }
    if (section.has("client_id") && mqtt.client_id.empty()) {
        section.wrong("client_id", "is empty", "leave it out: one is made that nobody can guess");
    }
    const auto url = parse_broker_url(mqtt.url);
    if (!url) {
        section.wrong("url", fmt::format("'{}' is not a broker's address", mqtt.url),
                      "\"mqtts://host:8883\", or \"mqtt://127.0.0.1:1883\" on loopback");
        section.finish();
        return;
    }
    if (!url->tls && !is_loopback(url->host)) {
        section.wrong("url", fmt::format("'{}' would send orders without TLS", mqtt.url),
                      "\"mqtts://host:8883\"");
    }
    if (mqtt.insecure && !is_loopback(url->host)) {
        section.wrong("insecure", "is allowed on loopback only", "name the broker's CA in mqtt.ca");
    }
    if (mqtt.certificate.empty() != mqtt.key.empty()) {
        section.wrong("key", "certificate and key belong together", "name both files or neither");
    }
    section.finish();
}

template <class Duration>
void read_duration(TomlTable& section, std::string_view key, Duration& value, std::int64_t lowest,
                   std::int64_t highest) {
    if (const auto number = section.whole(key, lowest, highest)) value = Duration{*number};
}

void read_count(TomlTable& section, std::string_view key, int& value, int highest) {
    if (const auto number = section.whole(key, 1, highest)) value = static_cast<int>(*number);
}

void read_days(TomlTable& section, std::string_view key, int& days, int least) {
    if (const auto given = section.whole(key, least, kRetentionDaysMost)) {
        days = static_cast<int>(*given);
    }
}

void read_retention(TomlTable section, Retention& retention) {
    read_days(section, "readings_days", retention.readings_days, kReadingsDaysLeast);
    read_days(section, "verdicts_days", retention.verdicts_days, kReadingsDaysLeast);
    read_days(section, "rejected_days", retention.rejected_days, 1);
    read_days(section, "events_days", retention.events_days, 1);
    read_days(section, "decisions_days", retention.decisions_days, 1);
    read_days(section, "forecasts_days", retention.forecasts_days, 30);
    read_days(section, "observations_days", retention.observations_days, 400);
    read_days(section, "deliveries_days", retention.deliveries_days, 1);
    section.finish();
}

void read_limits(TomlTable section, Limits& limits) {
    read_count(section, "intake_queue", limits.intake_queue, kIntakeQueueMax);
    read_count(section, "intake_queue_mib", limits.intake_queue_mib, 4096);
    read_count(section, "journal_mib", limits.journal_mib, 1 << 20);
    read_count(section, "message_kib", limits.message_kib, kMessageKibMax);
    read_count(section, "enterprise_messages_per_minute", limits.enterprise_messages_per_minute,
               10'000'000);
    read_count(section, "enterprise_rows_per_minute", limits.enterprise_rows_per_minute,
               1'000'000'000);
    read_count(section, "meter_readings_per_hour", limits.meter_readings_per_hour, 1'000'000'000);
    read_duration(section, "meter_interval_seconds", limits.meter_interval, 1, 3600);
    read_count(section, "unknown_receipts_kept", limits.unknown_receipts_kept, 1'000'000);
    read_count(section, "held_messages", limits.held_messages, 1'000'000);
    read_count(section, "batch_messages", limits.batch_messages, 100'000);
    section.read("sync_meters", limits.sync_meters);
    read_count(section, "publish_window", limits.publish_window, kPublishWindowMax);
    read_duration(section, "retry_first_seconds", limits.retry_first, 1, 3600);
    read_duration(section, "retry_max_seconds", limits.retry_max, 1, 3600);
    read_duration(section, "drain_seconds", limits.drain, 0, 300);
    read_count(section, "rejected_kept", limits.rejected_kept, 1'000'000);
    read_count(section, "http_connections", limits.http_connections, kHttpConnectionsMost);
    read_count(section, "http_connections_per_address", limits.http_connections_per_address,
               kHttpConnectionsMost);
    read_count(section, "wrong_tokens_per_minute", limits.wrong_tokens_per_minute, 1'000'000);
    read_count(section, "calls_per_person", limits.calls_per_person, 1000);
    read_duration(section, "repeats_kept_hours", limits.repeats_kept, 1, 720);
    read_count(section, "repeats_per_person", limits.repeats_per_person, 100'000);
    read_count(section, "repeats_mib_per_person", limits.repeats_mib_per_person, 1024);
    read_duration(section, "received_within_minutes", limits.receipts.received, 1, 10'080);
    read_duration(section, "accepted_within_minutes", limits.receipts.accepted, 1, 10'080);
    read_duration(section, "executing_within_minutes", limits.receipts.executing, 1, 10'080);
    read_duration(section, "refusal_within_minutes", limits.receipts.refusal, 1, 10'080);
    read_duration(section, "meter_silent_minutes", limits.meter_silent, 1, 43'200);
    if (limits.retry_max < limits.retry_first) {
        section.wrong("retry_max_seconds", "is less than retry_first_seconds", "at least as long");
    }
    section.finish();
}

void read_clock(TomlTable section, Config& config) {
    std::string mode = "real";
    std::string start;
    section.read("mode", mode, "real");
    section.read("start", start, "2015-12-05T00:00:00+08:00");
    if (mode == "driven") {
        config.clock_mode = ClockMode::kDriven;
    } else if (mode != "real") {
        section.wrong("mode", fmt::format("'{}' is not a mode", mode), "\"real\" or \"driven\"");
    }
    if (!start.empty()) {
        config.clock_start = rules::parse_instant(start, rules::kBeijingTime);
        if (!config.clock_start) {
            section.wrong("start", rules::not_a_time(start), rules::kTimeCure);
        }
        if (mode != "driven") {
            section.wrong("start", "a real clock is not started", "mode = \"driven\"");
        }
    } else if (mode == "driven") {
        section.wrong("mode", "a driven clock needs a first time",
                      "start = \"2015-12-05T00:00:00+08:00\"");
    }
    section.finish();
}

bool is_target(const std::string& target) {
    const bool has_hole = target.find_first_of("{}") != std::string::npos;
    const auto url = has_hole ? std::nullopt : parse_web_url(target);
    return url && (url->tls || is_loopback(url->host));
}

void read_targets(TomlTable& section, std::string_view key, std::vector<std::string>& hooks) {
    section.read(key, hooks);
    for (const std::string& target : hooks) {
        if (!is_target(target) && !target.starts_with("exec:/")) {
            section.wrong(key, fmt::format("'{}' is not a target", target),
                          "https://host/path without a user, http:// on loopback, or "
                          "exec:/path/to/command");
        }
    }
}

void read_hooks(TomlTable section, std::vector<std::string>& hooks) {
    read_targets(section, "targets", hooks);
    section.finish();
}

void read_webhooks(TomlTable& section, ChannelConfig& channels) {
    for (TomlTable& one : section.tables("webhook", kWebhooksMax)) {
        const std::string enterprise = one.required_text("enterprise", "enterprise = \"E1\"");
        const std::string url = one.required_text("url", "url = \"https://plant.example/orders\"");
        if (!url.empty() && !is_target(url)) {
            one.wrong("url", fmt::format("'{}' is not a target", url),
                      "https://host/path without a user, or http:// on loopback");
        }
        if (!enterprise.empty() && !channels.webhooks.emplace(enterprise, url).second) {
            one.wrong("enterprise", fmt::format("'{}' has two addresses", enterprise), "one");
        }
        one.finish();
    }
}

void read_channels(TomlTable section, ChannelConfig& channels) {
    read_webhooks(section, channels);
    section.read("sms", channels.sms_command, "exec:/usr/local/lib/qingkong/send-sms");
    section.read("sms_sign", channels.sms_sign, "【许昌环境】");
    read_count(section, "at_once", channels.at_once, 256);
    read_duration(section, "again_minutes", channels.again, 1, 1440);
    read_count(section, "per_day", channels.per_day, 100);
    const std::string& command = channels.sms_command;
    if (!command.empty() && !command.starts_with("exec:/")) {
        section.wrong("sms", fmt::format("'{}' is not a command", command),
                      "exec:/path/to/command, which gets the message on its standard input");
    }
    if (count_characters(channels.sms_sign) > kSmsSignCharactersMax) {
        section.wrong("sms_sign", "is too long",
                      fmt::format("{} characters at most", kSmsSignCharactersMax));
    }
    section.finish();
}

void read_audit(TomlTable section, AuditConfig& audit) {
    section.read("heads_file", audit.heads_file, "/var/lib/qingkong/audit-heads.jsonl");
    read_targets(section, "hooks", audit.hooks);
    section.finish();
}

// Of an address the scheme and the host: path, query and user may hold a key. What is left out is
// marked by the beginning of its hash, so that a change still shows.
std::string without_secrets(const std::string& text) {
    const std::size_t scheme = text.find("://");
    if (scheme == std::string::npos) return text;
    const std::size_t begin = scheme + 3;
    const std::size_t end = std::min(text.find_first_of("/?#", begin), text.size());
    const std::size_t user = text.substr(0, end).rfind('@');
    const std::size_t host = user == std::string::npos || user < begin ? begin : user + 1;
    const std::string shown = text.substr(0, begin) + text.substr(host, end - host);
    constexpr std::size_t kMarkDigits = 8;
    return shown == text ? text : shown + " #" + plans::sha256_hex(text).substr(0, kMarkDigits);
}

void add_facts(const std::string& name, const toml::node& node,
               std::map<std::string, std::string>& facts) {
    if (const toml::table* table = node.as_table()) {
        for (const auto& [key, value] : *table) {
            const std::string inner(key.str());
            add_facts(name.empty() ? inner : name + "." + inner, value, facts);
        }
    } else if (const toml::array* array = node.as_array()) {
        int index = 0;
        for (const toml::node& item : *array)
            add_facts(fmt::format("{}[{}]", name, index++), item, facts);
    } else if (const auto text = node.value<std::string>()) {
        facts[name] = without_secrets(*text);
    } else if (const auto flag = node.value<bool>(); flag && node.is_boolean()) {
        facts[name] = *flag ? "true" : "false";
    } else if (const auto number = node.value<double>()) {
        facts[name] = fmt::format("{}", *number);
    }
}

void read_pull(TomlTable& section, ForecastPull& pull) {
    section.read("source", pull.source, "open-meteo");
    section.read("url", pull.url, "https://forecasts.example/{yyyy}{mm}{dd}{hh}.csv");
    section.read("member", pull.member, "m01");
    section.read("region", pull.region, "411000");
    section.read("header_file", pull.header_file, "/etc/qingkong/forecasts.header");
    section.read("plain_http", pull.plain_http);
    section.read("redirects", pull.redirects);
    read_duration(section, "every_minutes", pull.every, 5, 1440);
    if (pull.source.empty()) section.wrong("source", "is missing", "\"open-meteo\"");
    const auto url = parse_web_url(pull.url);
    if (!url || !(url->tls || is_loopback(url->host) || pull.plain_http)) {
        section.wrong("url", fmt::format("'{}' is not fetched", pull.url),
                      "https://…, http:// on loopback, or http:// with plain_http = true");
    }
    section.finish();
}

void read_pulls(TomlTable& forecasts, Config& config) {
    std::set<std::string> names;
    for (TomlTable& section : forecasts.tables("pull", kForecastPullsMax)) {
        ForecastPull pull;
        read_pull(section, pull);
        if (!names.insert(pull.source + "/" + pull.member + "/" + pull.region).second) {
            section.wrong("source", fmt::format("'{}' is pulled twice", pull.source),
                          "another source, member or region");
        }
        config.forecast_pulls.push_back(std::move(pull));
    }
}

void read_points(TomlTable& forecasts, Config& config) {
    constexpr std::size_t kPointsMax = 4000;  // counties of the country, with room
    for (TomlTable& section : forecasts.tables("point", kPointsMax)) {
        plans::RegionPoint point;
        section.read("region", point.region, "411000");
        if (point.region.empty()) section.wrong("region", "is missing", "\"411000\"");
        const auto latitude = section.number("latitude", -90, 90);
        const auto longitude = section.number("longitude", -180, 180);
        if (!section.has("latitude")) section.wrong("latitude", "is missing", "34.03");
        if (!section.has("longitude")) section.wrong("longitude", "is missing", "113.85");
        section.finish();
        point.latitude = latitude.value_or(0);
        point.longitude = longitude.value_or(0);
        config.forecast_points.push_back(std::move(point));
    }
}

// Sections and single keys that need no checks of their own.
void read_places(const toml::table& root, const std::string& file, Config& config,
                 rules::Faults& faults) {
    const auto section = [&](std::string_view name) {
        return section_of(root, name, file, faults);
    };
    TomlTable region = section("region");
    region.read("pack", config.pack, "beijing-demo");
    if (!region.has("pack")) {
        faults.push_back({{file, 0, 0},
                          "region.pack is missing",
                          "[region] pack = \"beijing-demo\", or the path of a TOML file",
                          rules::Severity::kError});
    }
    region.finish();
    TomlTable store = section("store");
    store.read("path", config.store_path, "/var/lib/qingkong/qingkong.db");
    const std::size_t slash = config.store_path.rfind('/');
    config.journal_folder =
        slash == std::string::npos ? "journal" : config.store_path.substr(0, slash) + "/journal";
    store.read("run_damaged", config.run_damaged);
    store.read("journal", config.journal_folder, "/var/lib/qingkong/journal");
    store.finish();
    config.audit.heads_file = slash == std::string::npos
                                  ? "audit-heads.jsonl"
                                  : config.store_path.substr(0, slash) + "/audit-heads.jsonl";
    read_upgrade(section("upgrade"), config.upgrade);
    TomlTable inventory = section("inventory");
    inventory.read("path", config.inventory_path, "/etc/qingkong/inventory");
    inventory.finish();
    TomlTable forecasts = section("forecasts");
    forecasts.read("folder", config.forecast_folder, "/var/lib/qingkong/forecasts");
    read_duration(forecasts, "scan_seconds", config.forecast_scan, 1, 3600);
    read_count(forecasts, "file_bytes", config.forecast_file_bytes, 1 << 30);
    if (const auto hours = forecasts.whole("stale_hours", 1, 240)) {
        config.forecast_stale = std::chrono::hours{*hours};
    }
    read_pulls(forecasts, config);
    read_points(forecasts, config);
    forecasts.finish();
    TomlTable people = section("people");
    people.read("file", config.people_file, "/etc/qingkong/people.toml");
    people.finish();
    TomlTable signing = section("signing");
    signing.read("key_file", config.signing_key_file, "/etc/qingkong/signing.key");
    if (config.signing_key_file.empty()) {
        faults.push_back({{file, 0, 0},
                          "signing.key_file is missing",
                          "make one with 'qingkongctl key new FILE'",
                          rules::Severity::kError});
    }
    signing.finish();
    TomlTable verify = section("verify");
    read_duration(verify, "period_minutes", config.verify_period, 1, 1440);
    verify.finish();
}

void refuse_unknown_sections(const toml::table& root, const std::string& file,
                             rules::Faults& faults) {
    static const std::set<std::string_view> kKnown{
        "region",    "store",    "http",  "mqtt",   "inventory",  "people",     "signing",
        "forecasts", "verify",   "clock", "limits", "hooks",      "audit",      "approval",
        "retention", "channels", "duty",  "hj212",  "federation", "addressees", "accounts"};
    for (const auto& [key, value] : root) {
        const auto begin = key.source().begin;
        const rules::Place place{file, static_cast<int>(begin.line),
                                 static_cast<int>(begin.column)};
        if (!kKnown.contains(key.str())) {
            faults.push_back({place, fmt::format("unknown section '{}'", key.str()),
                              "region, store, http, mqtt, inventory, forecasts, people, signing, "
                              "verify, clock, limits, hooks, audit, approval, retention, "
                              "channels, duty, hj212, federation, addressees or accounts",
                              rules::Severity::kError});
        } else if (!value.is_table()) {
            faults.push_back({place, fmt::format("'{}' must be a section", key.str()),
                              fmt::format("[{}]", key.str()), rules::Severity::kError});
        }
    }
}

}  // namespace

rules::Result<Config> read_config(std::string_view text, const std::string& file) {
    auto document = plans::parse_toml(text, file);
    if (!document) return document.error();
    const toml::table root = *std::move(document);
    rules::Faults faults;
    Config config;
    config.file = file;
    config.hash = plans::sha256_hex(text);
    const auto section = [&](std::string_view name) {
        return section_of(root, name, file, faults);
    };
    refuse_unknown_sections(root, file, faults);
    read_places(root, file, config, faults);
    read_http(section("http"), config.http);
    read_mqtt(section("mqtt"), config.mqtt);
    read_hj212(section("hj212"), config.hj212);
    read_limits(section("limits"), config.limits);
    read_retention(section("retention"), config.retention);
    read_clock(section("clock"), config);
    read_hooks(section("hooks"), config.hooks);
    read_audit(section("audit"), config.audit);
    read_channels(section("channels"), config.channels);
    read_federation_config(section("federation"), config.federation);
    TomlTable duty = section("duty");
    read_targets(duty, "hooks", config.duty.hooks);
    read_duty(duty, config.duty);
    duty.finish();
    read_addressees_section(section("addressees"), config.addressees);
    read_accounts(section("accounts"), config.accounts);
    TomlTable approval = section("approval");
    read_duration(approval, "pack_delay_hours", config.approval_delay, 0, 720);
    approval.finish();
    add_facts("", root, config.facts);
    if (!faults.empty()) return faults;
    return config;
}

rules::Result<std::string> read_signing_seed(const std::string& path) {
    rules::Faults modes = check_mode(path, "the signing key", Privacy::kOwnerOnly);
    if (!modes.empty()) return modes;
    return read_seed(path);
}

namespace {

// The signing key is held against its mode where it is read.
rules::Faults check_modes(const Config& config) {
    rules::Faults faults;
    const auto check = [&faults](const std::string& path, const char* what, Privacy privacy) {
        const rules::Faults more = check_mode(path, what, privacy);
        faults.insert(faults.end(), more.begin(), more.end());
    };
    check(config.file, "the configuration", Privacy::kNobodyElseWrites);
    check(config.people_file, "the people file", Privacy::kNobodyElseWrites);
    check(config.http.key, "the TLS key", Privacy::kOwnerGroup);
    check(config.mqtt.key, "the key for the broker", Privacy::kOwnerGroup);
    check(config.mqtt.password_file, "the broker's password", Privacy::kOwnerGroup);
    for (const ForecastPull& pull : config.forecast_pulls) {
        check(pull.header_file, "the header of a pull", Privacy::kOwnerGroup);
    }
    return faults;
}

}  // namespace

rules::Result<Config> load_config(const std::string& path) {
    auto text = read_regular_file(path);
    if (!text) return text.error();
    auto config = read_config(*text, path);
    if (!config) return config.error();
    rules::Faults faults = check_modes(*config);
    auto seed = read_signing_seed(config->signing_key_file);
    if (seed) {
        config->signing_seed = std::move(*seed);
    } else {
        const rules::Faults more = seed.error();
        faults.insert(faults.end(), more.begin(), more.end());
    }
    const std::string succession = config->signing_key_file + ".succession";
    std::error_code failed;
    if (std::filesystem::exists(succession, failed)) {
        auto text_of_it = read_regular_file(succession);
        if (text_of_it) {
            config->key_succession = std::move(*text_of_it);
        } else {
            const rules::Faults more = text_of_it.error();
            faults.insert(faults.end(), more.begin(), more.end());
        }
    }
    if (!config->people_file.empty()) {
        auto people_text = read_regular_file(config->people_file);
        auto people = people_text ? read_people(*people_text, config->people_file)
                                  : rules::Result<std::vector<Person>>(people_text.error());
        if (people) {
            config->people = std::move(*people);
        } else {
            const rules::Faults more = people.error();
            faults.insert(faults.end(), more.begin(), more.end());
        }
    }
    const rules::Faults of_duty = load_duty(config->duty);
    faults.insert(faults.end(), of_duty.begin(), of_duty.end());
    const rules::Faults of_federation = load_federation(config->federation);
    faults.insert(faults.end(), of_federation.begin(), of_federation.end());
    const rules::Faults of_addressees = load_addressees(config->addressees);
    faults.insert(faults.end(), of_addressees.begin(), of_addressees.end());
    const rules::Faults of_hj212 = load_hj212_files(config->hj212);
    faults.insert(faults.end(), of_hj212.begin(), of_hj212.end());
    if (!faults.empty()) return faults;
    return config;
}

}  // namespace qk::daemon
