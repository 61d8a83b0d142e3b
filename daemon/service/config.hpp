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

#include "daemon/access/person.hpp"
#include "daemon/service/account_config.hpp"
#include "daemon/service/addressee_config.hpp"
#include "daemon/service/channel_config.hpp"
#include "daemon/service/duty_config.hpp"
#include "daemon/service/federation_config.hpp"
#include "daemon/service/hj212_config.hpp"
#include "daemon/service/upgrade_config.hpp"
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
    // Proxies whose word on the caller's address is believed, and where they say it. Others' is
    // not.
    std::vector<std::string> trusted_proxies;
    std::string forwarded_field = "X-Forwarded-For";  // or "Forwarded"
    // Who may read /metrics: "local" (this host, or any token), "token", "all".
    std::string metrics = "local";
};

enum class MqttVersion { kV5, kV3 };

// What proves who sent a message. kTopic: the broker lets a user write only below its own name, as
// that of 'qingkongctl broker init' does, so the enterprise in a topic is the user.
enum class SenderProof { kNone, kTopic };

struct MqttConfig {
    std::string url = "mqtt://127.0.0.1:1883";  // mqtt:// on loopback only, else mqtts://
    std::string client_id;  // empty: made at the first start and kept in the store
    MqttVersion version = MqttVersion::kV5;
    std::string user;
    std::string password_file;
    std::string ca;
    std::string certificate;
    std::string key;
    SenderProof senders = SenderProof::kNone;
    bool insecure = false;  // does not check the broker's certificate; on loopback only
};

// By when an enterprise must have answered an order; later it is put on the phone list.
struct ReceiptDeadlines {
    std::chrono::minutes received{30};    // after the order left; was issued, if it has not
    std::chrono::minutes accepted{120};   // likewise
    std::chrono::minutes executing{120};  // after that and after it takes effect
    std::chrono::minutes refusal{60};     // by when a refusal must have its answer from us
};

struct Limits {
    int intake_queue = 20'000;  // messages durable and not yet stored; then the broker waits
    int intake_queue_mib = 64;  // of their bytes
    int journal_mib = 8192;     // of the journal on disk while the store is behind; then it waits
    int message_kib = 1024;     // of one payload; a longer one is rejected without being kept
    // Of one enterprise; what is beyond is rejected with its reason. Receipts and status are
    // counted apart from readings, so that a flood of readings never stops a receipt.
    int enterprise_messages_per_minute = 6000;
    int enterprise_rows_per_minute = 100'000;
    int meter_readings_per_hour = 40'000;
    std::chrono::seconds meter_interval{1};  // between two readings of one meter
    int unknown_receipts_kept = 100;         // of one enterprise, for orders that were never issued
    int held_messages = 200'000;             // kept until a clock that was set back is right again
    int batch_messages = 1000;               // at most, in one transaction
    bool sync_meters = false;                // fdatasync for every meter message too
    int publish_window = 256;                // orders on their way to the broker
    std::chrono::seconds retry_first{5};
    std::chrono::seconds retry_max{300};
    std::chrono::seconds drain{10};         // at most, for the outbox at stop
    int rejected_kept = 10'000;             // rows of rejected messages kept
    int http_connections = 2000;            // open at once; one more is told 503
    int http_connections_per_address = 64;  // not of this host or a trusted proxy
    // From one address with a token that nobody has; more are told 429. Whoever has a right token
    // is never kept out by others behind the same address.
    int wrong_tokens_per_minute = 30;
    int calls_per_person = 4;  // running at once; more wait for their turn
    // Answers to requests with an Idempotency-Key; of one person, the oldest give way to the
    // newest.
    std::chrono::hours repeats_kept{24};
    int repeats_per_person = 2000;
    int repeats_mib_per_person = 16;
    ReceiptDeadlines receipts;
    std::chrono::minutes meter_silent{120};  // after its last reading a meter is listed as silent
};

// Where the signed heads of the audit log are kept beside the database, and who is handed each.
struct AuditConfig {
    std::string heads_file;          // one line each; empty: none
    std::vector<std::string> hooks;  // "https://…" or "exec:/path"
};
// For how many days rows are kept that nothing cites any more (daemon/retention/sweeps.hpp).
struct Retention {
    int readings_days = 400;   // of meters, stacks and gates
    int verdicts_days = 1095;  // an obligation may be judged for so long; a verdict's readings stay
    int rejected_days = 90;    // messages that were not taken in
    int events_days = 90;      // of the feed
    int decisions_days = 400;  // inputs of decisions that no warning names
    int forecasts_days = 400;  // bytes of forecasts that no decision names
    int observations_days = 1095;  // hours of observed air
    int deliveries_days = 400;     // bytes of observations as they came; notices that were taken

    friend bool operator==(const Retention&, const Retention&) = default;
};
// A baseline looks back weeks before an order that nobody expects yet.
inline constexpr int kReadingsDaysLeast = 60;
inline constexpr int kRetentionDaysMost = 36'500;

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
    bool redirects = false;   // follows those that stay at the same scheme, host and port

    friend bool operator==(const ForecastPull&, const ForecastPull&) = default;
};
inline constexpr std::size_t kForecastPullsMax = 50;

struct Config {
    std::string file;  // where it was read from; empty in simulations
    std::string hash;  // SHA-256 of its text

    std::string pack = "beijing-demo";  // built-in id, or a TOML file
    std::string store_path = "/var/lib/qingkong/qingkong.db";
    StoreMode store_mode = StoreMode::kOwnThread;
    bool run_damaged = false;  // starts although the database is damaged
    UpgradeConfig upgrade;
    std::string journal_folder = "/var/lib/qingkong/journal";  // empty: no journal (simulations)
    HttpConfig http;
    MqttConfig mqtt;
    std::string inventory_path;   // a folder of CSVs or one .xlsx; empty: uploaded through the API
    std::string forecast_folder;  // empty: none is watched
    std::chrono::seconds forecast_scan{10};
    int forecast_file_bytes = 64 << 20;                // of one file in the folder, at most
    std::optional<std::chrono::hours> forecast_stale;  // overrides the pack's
    std::vector<plans::RegionPoint> forecast_points;   // for documents that name places so
    std::vector<ForecastPull> forecast_pulls;
    std::string people_file;
    std::string signing_key_file;
    std::chrono::minutes verify_period{60};
    ClockMode clock_mode = ClockMode::kReal;
    std::optional<rules::Instant> clock_start;  // of a driven clock that has no stored time
    std::vector<std::string> hooks;             // "https://…" or "exec:/path"
    AuditConfig audit;
    ChannelConfig channels;
    DutyConfig duty;
    FederationConfig federation;
    AccountConfig accounts;
    AddresseeConfig addressees;
    Limits limits;
    // How long a pack that touches approvals waits, after a second person has confirmed it.
    std::chrono::hours approval_delay{24};
    Retention retention;

    // Read from the files above by load_config(), or given directly by simulations and tests.
    std::vector<Person> people;
    std::string signing_seed;    // 32 bytes; never printed
    std::string key_succession;  // document beside the key file, that leads to it; may be empty
    // Every key and its value as text, for the audit log; without secrets.
    std::map<std::string, std::string> facts;
    std::map<std::string, std::string>
        inventory_files;  // name -> bytes, in place of inventory_path
    Hj212Config hj212;
};

inline constexpr int kIntakeQueueMax = 1'000'000;
inline constexpr int kMessageKibMax = 1024;
inline constexpr int kPublishWindowMax = 1024;
inline constexpr int kHttpConnectionsMost = 20'000;  // a descriptor each

// The text alone; touches no file.
[[nodiscard]] rules::Result<Config> read_config(std::string_view text, const std::string& file);
// The file, and the people and signing key it names.
[[nodiscard]] rules::Result<Config> load_config(const std::string& path);

// Reads a key file: 64 hex digits, readable by its owner only (mode 0600 or stricter).
[[nodiscard]] rules::Result<std::string> read_signing_seed(const std::string& path);

// What a reload puts in force: of `config` what a running daemon can take over. The rest, with its
// facts, stays as it runs, so that the next reload names it again for as long as the file has it.
struct TakenOver {
    Config config;
    rules::Faults waiting;  // keys that differ and need a restart
};
[[nodiscard]] TakenOver take_over(const Config& running, Config wanted);

}  // namespace qk::daemon
