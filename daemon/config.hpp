// The daemon's settings as one checked value. read_config() reads the TOML text; everything wrong
// with it is told at once with file, line and column, and unknown keys are faults, because a
// misspelt key would otherwise be silently ignored. load_config() also reads the files that it
// names (signing key, people), which `qingkongd --check-config` runs in the same way. Defaults are
// safe: loopback, no open listener.
//
// Secrets are not in here: the broker's password and the signing seed stay in files of their own.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/api.hpp"
#include "daemon/store/mode.hpp"
#include "plans/feeds/region_point.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct HttpConfig {
    std::string listen = "127.0.0.1";
    std::uint16_t port = 8080;
    std::string certificate;  // PEM file; with `key`, TLS
    std::string key;
    // Under which address others reach the daemon, for links in messages and feeds:
    // "https://warn.example.gov.cn". Empty: the listening address itself.
    std::string public_url;
};

enum class MqttVersion { kV5, kV3 };

struct MqttConfig {
    std::string url = "mqtt://127.0.0.1:1883";  // mqtt:// on loopback only, else mqtts://
    std::string client_id = "qingkongd";
    MqttVersion version = MqttVersion::kV5;
    std::string user;
    std::string password_file;
    std::string ca;
    std::string certificate;
    std::string key;
    bool insecure = false;  // does not check the broker's certificate; on loopback only
};

// By when an enterprise must have answered an order; later it is put on the phone list.
struct ReceiptDeadlines {
    std::chrono::minutes received{30};    // after the order was issued
    std::chrono::minutes accepted{120};   // after the order was issued
    std::chrono::minutes executing{120};  // after the order takes effect
};

struct Limits {
    int intake_queue = 20'000;  // messages durable and not yet stored; then the broker waits
    int batch_messages = 1000;  // at most, in one transaction
    bool sync_meters = false;   // fdatasync for every meter message too
    int publish_window = 64;    // orders on their way to the broker
    std::chrono::seconds retry_first{5};
    std::chrono::seconds retry_max{300};
    std::chrono::seconds drain{10};  // at most, for the outbox at stop
    int rejected_kept = 10'000;      // rows of rejected messages kept
    int http_connections = 2000;     // open at once; one more is told 503
    // From one address with a token that nobody has; more are told 429. Whoever has a right token
    // is never kept out by others behind the same address.
    int wrong_tokens_per_minute = 30;
    ReceiptDeadlines receipts;
};

enum class ClockMode { kReal, kDriven };

// A forecast that is fetched by schedule. In the url, {yyyy} {mm} {dd} {hh} stand for the region's
// local time of the fetch.
struct ForecastPull {
    std::string source;
    std::string url;
    std::string member;
    std::string region;       // of documents that name none; empty: ours, or by coordinates
    std::string header_file;  // one header line, for example "X-Api-Key: …"; a secret
    std::chrono::minutes every{360};
    bool plain_http = false;  // allows http:// beyond loopback

    friend bool operator==(const ForecastPull&, const ForecastPull&) = default;
};
inline constexpr std::size_t kForecastPullsMax = 50;

struct Config {
    std::string file;  // where it was read from; empty in simulations
    std::string hash;  // SHA-256 of its text

    std::string pack = "beijing-demo";  // built-in id, or a TOML file
    std::string store_path = "/var/lib/qingkong/qingkong.db";
    StoreMode store_mode = StoreMode::kOwnThread;
    std::string journal_folder = "/var/lib/qingkong/journal";  // empty: no journal (simulations)
    HttpConfig http;
    MqttConfig mqtt;
    std::string inventory_path;   // a folder of CSVs or one .xlsx; empty: uploaded through the API
    std::string forecast_folder;  // empty: none is watched
    std::chrono::seconds forecast_scan{10};
    std::optional<std::chrono::hours> forecast_stale;  // overrides the pack's
    std::vector<plans::RegionPoint> forecast_points;   // for documents that name places so
    std::vector<ForecastPull> forecast_pulls;
    std::string people_file;
    std::string signing_key_file;
    std::chrono::minutes verify_period{60};
    ClockMode clock_mode = ClockMode::kReal;
    std::optional<rules::Instant> clock_start;  // of a driven clock that has no stored time
    std::vector<std::string> hooks;             // "https://…" or "exec:/path"
    Limits limits;

    // Read from the files above by load_config(), or given directly by simulations and tests.
    std::vector<Person> people;
    std::string signing_seed;  // 32 bytes; never printed
    std::map<std::string, std::string>
        inventory_files;  // name -> bytes, in place of inventory_path
};

inline constexpr int kIntakeQueueMax = 1'000'000;
inline constexpr int kPublishWindowMax = 64;
inline constexpr int kHttpConnectionsMost = 20'000;  // a descriptor each

// The text alone; touches no file.
[[nodiscard]] rules::Result<Config> read_config(std::string_view text, const std::string& file);
// The file, and the people and signing key it names.
[[nodiscard]] rules::Result<Config> load_config(const std::string& path);

// Reads a key file: 64 hex digits, readable by its owner only (mode 0600 or stricter).
[[nodiscard]] rules::Result<std::string> read_signing_seed(const std::string& path);

// Keys that differ between two configurations and that a running daemon cannot change.
[[nodiscard]] rules::Faults changes_that_need_a_restart(const Config& running,
                                                        const Config& wanted);

}  // namespace qk::daemon
