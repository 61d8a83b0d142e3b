#include "daemon/service/hj212_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <set>

#include "daemon/access/forwarded.hpp"
#include "daemon/base/file_modes.hpp"
#include "daemon/base/files.hpp"
#include "plans/hj212/sm4.hpp"
#include "plans/text/toml_table.hpp"
#include "plans/text/trimmed.hpp"

namespace qk::daemon {
namespace {

namespace hj212 = plans::hj212;
using plans::TomlTable;

constexpr auto kReadable = std::to_array<std::string_view>({"2061", "2051", "2011", "2031"});
constexpr int kConnectionsMost = 20'000;  // a descriptor each
constexpr int kBytesMost = 1 << 30;
constexpr std::int64_t kDaySeconds = 86'400;

void read_whole(TomlTable& section, std::string_view key, int& value, int least, int most) {
    if (const auto number = section.whole(key, least, most)) value = static_cast<int>(*number);
}

void read_seconds(TomlTable& section, std::string_view key, std::chrono::seconds& value) {
    if (const auto number = section.whole(key, 1, kDaySeconds)) {
        value = std::chrono::seconds{*number};
    }
}

bool may_be_allowed(const std::string& crc) {
    const auto kind = hj212::parse_crc_kind(crc);
    return kind == hj212::CrcKind::kModbus || kind == hj212::CrcKind::kModbusSwapped;
}

void read_devices(TomlTable& section, Hj212Config& wanted) {
    std::set<std::string> names;
    for (TomlTable& table : section.tables("device", kHj212DevicesMax)) {
        Hj212Device device;
        device.mn = table.required_name("mn", "010000A8900016F000169DC0");
        table.read("crc", device.crc, "modbus");
        table.read("key_file", device.key_file, "/etc/qingkong/sm4/010000A8900016F000169DC0.key");
        if (!device.crc.empty() && !may_be_allowed(device.crc)) {
            table.wrong("crc",
                        fmt::format("'{}' is not a check sum that can be allowed", device.crc),
                        "\"modbus\" or \"modbus-swapped\", as 'qingkongctl hj212 decode' names it");
        }
        if (!names.insert(device.mn).second) {
            table.wrong("mn", fmt::format("'{}' stands here twice", device.mn), "once");
        }
        table.finish();
        wanted.devices.push_back(std::move(device));
    }
}

}  // namespace

void read_hj212(TomlTable section, Hj212Config& wanted) {
    section.read("enabled", wanted.enabled);
    section.read("listen", wanted.listen, "0.0.0.0");
    if (const auto port = section.whole("port", 0, 65535)) {
        wanted.port = static_cast<std::uint16_t>(*port);
    }
    boost::system::error_code failed;
    boost::asio::ip::make_address(wanted.listen, failed);
    if (failed) {
        section.wrong("listen", fmt::format("'{}' is not an address", wanted.listen),
                      "an IP address such as \"0.0.0.0\" or \"10.1.0.5\"");
    }
    section.read("relays", wanted.relays);
    if (const auto parsed = TrustedProxies::parse(wanted.relays); !parsed) {
        const rules::Faults faults = parsed.error();
        for (const rules::Fault& fault : faults) section.wrong("relays", fault.what, fault.cure);
    }
    read_whole(section, "connections", wanted.connections, 1, kConnectionsMost);
    read_whole(section, "connections_per_address", wanted.connections_per_address, 1,
               kConnectionsMost);
    read_whole(section, "bytes_per_second", wanted.bytes_per_second, 100, kBytesMost);
    read_seconds(section, "flood_seconds", wanted.flood);
    read_seconds(section, "idle_seconds", wanted.idle);
    read_seconds(section, "half_frame_seconds", wanted.half_frame);
    read_whole(section, "devices_per_relay", wanted.devices_per_relay, 1, 100'000);
    read_seconds(section, "clock_drift_seconds", wanted.clock_drift);
    section.read("codes", wanted.codes, "/etc/qingkong/hj212-codes.toml");
    section.read("points", wanted.points, "/etc/qingkong/hj212-points.toml");
    section.read("readings_from", wanted.readings_from);
    for (const std::string& command : wanted.readings_from) {
        if (std::ranges::find(kReadable, command) != kReadable.end()) continue;
        section.wrong("readings_from", fmt::format("'{}' brings no readings of stacks", command),
                      "\"2061\", \"2051\", \"2011\" or \"2031\"");
    }
    section.read("raw_folder", wanted.raw_folder, "/var/lib/qingkong/raw");
    read_whole(section, "raw_days", wanted.raw_days, 0, 36'500);
    read_whole(section, "raw_day_mib", wanted.raw_day_mib, 1, 1 << 19);
    read_whole(section, "raw_mib", wanted.raw_mib, 1, 1 << 30);
    read_devices(section, wanted);
    section.finish();
}

rules::Faults load_hj212_files(Hj212Config& wanted) {
    rules::Faults faults;
    const auto add = [&faults](const rules::Faults& more) {
        faults.insert(faults.end(), more.begin(), more.end());
    };
    if (!wanted.codes.empty()) {
        const auto text = read_regular_file(wanted.codes);
        auto map = text ? hj212::CodeMap::read(*text, wanted.codes)
                        : rules::Result<hj212::CodeMap>(text.error());
        if (map) {
            auto whole = std::make_shared<hj212::CodeMap>(hj212::CodeMap::shipped());
            whole->lay_over(std::move(*map));
            wanted.code_map = std::move(whole);
        } else {
            add(map.error());
        }
    }
    if (!wanted.points.empty()) {
        const auto text = read_regular_file(wanted.points);
        auto map = text ? hj212::PointMap::read(*text, wanted.points)
                        : rules::Result<hj212::PointMap>(text.error());
        if (map) {
            wanted.point_map = std::make_shared<const hj212::PointMap>(std::move(*map));
        } else {
            add(map.error());
        }
    }
    for (const Hj212Device& device : wanted.devices) {
        if (device.key_file.empty()) continue;
        add(check_mode(device.key_file, "the SM4 key of a device", Privacy::kOwnerGroup));
        const auto text = read_regular_file(device.key_file);
        if (!text) {
            add(text.error());
            continue;
        }
        auto key = hj212::parse_sm4_key(plans::trimmed(*text));
        if (key) {
            wanted.keys[device.mn] = std::move(*key);
        } else {
            add(rules::refuse(device.key_file + " holds no SM4 key",
                              "32 hexadecimal digits, or 16 characters"));
        }
    }
    return faults;
}

hj212::DecodeSetting decode_setting_of(const Hj212Config& wanted) {
    hj212::DecodeSetting setting;
    setting.codes = wanted.code_map ? wanted.code_map.get() : &hj212::CodeMap::shipped();
    setting.keys = wanted.keys;
    for (const Hj212Device& device : wanted.devices) {
        const auto kind = hj212::parse_crc_kind(device.crc);
        if (kind) setting.allowed_crc.emplace(device.mn, *kind);
    }
    return setting;
}

}  // namespace qk::daemon
