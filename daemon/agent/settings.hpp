// What an enterprise's agent is told by its file (TOML): who it is, whose orders it believes, which
// broker it talks to, and where the plant's own systems read and write.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "rules/base/result.hpp"

namespace qk::agent {

struct BrokerSettings {
    std::string url;  // mqtts://host:8883; mqtt:// on loopback only
    std::string client_id;
    bool is_v5 = true;
    std::string user;
    std::string password_file;
    std::string ca;
    std::string certificate;
    std::string key;
    // The bureau says up to where its journal has what was sent. A bureau of before does not: then
    // the broker's acknowledgement has to do.
    bool has_marks = true;
};

// Readings come from a folder into which files are dropped, or from what a command prints.
struct MeterSettings {
    std::string meter;  // may be empty where each reading names its own
    std::string folder;
    std::vector<std::string> command;
    std::chrono::seconds every{5};
};

// What the plant's own systems see of an order, and what they run when it changes.
struct PlantFiles {
    std::string file;      // may be empty
    unsigned mode = 0600;  // 0640 or 0644 where another user of the plant reads it
    std::vector<std::string> hook;
    std::chrono::seconds hook_limit{60};
};

struct Settings {
    std::string enterprise;
    std::string region;
    std::string state;
    // The bureau's public key or its fingerprint: 64 hex digits.
    std::string pinned;
    std::string keys_file;  // what the bureau's /api/v1/keys answered; may be empty
    BrokerSettings broker;
    PlantFiles obligations;    // what is owed
    PlantFiles exercise;       // of exercises, never the same file
    std::string own_key_file;  // of the enterprise; may be empty
    std::string by = "qingkong-agent";
    std::size_t spool_bytes_max = std::size_t{16} << 20;  // of receipts that wait
    std::vector<MeterSettings> meters;
    std::size_t readings_bytes_max = std::size_t{256} << 20;  // of readings that wait
};

[[nodiscard]] rules::Result<Settings> parse_settings(std::string_view text,
                                                     const std::string& file);
// Reads the file; one that others can write is refused.
[[nodiscard]] rules::Result<Settings> load_settings(const std::string& path);
// What is wrong with the files and folders that it names.
[[nodiscard]] rules::Faults check_what_is_named(const Settings& settings);

}  // namespace qk::agent
