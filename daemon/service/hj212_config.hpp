// The section [hj212]: where devices of stack monitors connect, what one connection and one address
// may take, and what the bureau knows of single devices. Off unless it is switched on.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "plans/hj212/code_map.hpp"
#include "plans/hj212/frame.hpp"
#include "plans/hj212/point_map.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {
class TomlTable;
}

namespace qk::daemon {

// What is particular about one device.
struct Hj212Device {
    std::string mn;
    std::string crc;       // a kind of wrong check sum that is taken from it: "modbus"; empty: none
    std::string key_file;  // of its SM4 key; empty: it sends in clear

    friend bool operator==(const Hj212Device&, const Hj212Device&) = default;
};
inline constexpr std::size_t kHj212DevicesMax = 10'000;

struct Hj212Config {
    bool enabled = false;
    std::string listen = "127.0.0.1";
    std::uint16_t port = 9212;
    std::vector<std::string> relays;   // addresses from which many devices come over one connection
    int connections = 2000;            // open at once
    int connections_per_address = 64;  // not of relays
    int bytes_per_second = 64 * 1024;  // of one connection; then it is read more slowly
    std::chrono::seconds flood{600};   // held back for so long, it is closed
    std::chrono::seconds idle{1800};   // nothing has come
    std::chrono::seconds half_frame{30};    // a frame that has begun has not ended
    int devices_per_relay = 2000;           // of one connection
    std::chrono::seconds clock_drift{120};  // of a device, from which it is said
    std::string codes;                      // the bureau's own code map; empty: as shipped
    std::string points;                     // (MN, code) -> further series; empty: none
    // Commands whose values verdicts are made of: 2061 as they are; 2051 and 2011, of which hours
    // are made; 2031, which is held against its hours.
    std::vector<std::string> readings_from{"2061"};
    std::string raw_folder;  // frames as they came, by day; empty: raw/ in the journal's folder
    int raw_days = 400;      // kept so long; 0: not at all
    int raw_day_mib = 4096;  // of one day, before compression
    int raw_mib = 65'536;    // of all closed days; then the oldest go
    std::vector<Hj212Device> devices;

    // Read from the files above by load_hj212_files().
    std::shared_ptr<const plans::hj212::CodeMap> code_map;    // null: as shipped
    std::shared_ptr<const plans::hj212::PointMap> point_map;  // null: no points
    std::map<std::string, std::string, std::less<>> keys;     // MN -> 16 bytes; never printed
};

// Every fault goes into the table's faults.
void read_hj212(plans::TomlTable section, Hj212Config& hj212);
// The code map and the keys that the section names.
[[nodiscard]] rules::Faults load_hj212_files(Hj212Config& hj212);

// How frames are decoded; `now` is the caller's to set. Holds a view of the code map.
[[nodiscard]] plans::hj212::DecodeSetting decode_setting_of(const Hj212Config& hj212);

}  // namespace qk::daemon
