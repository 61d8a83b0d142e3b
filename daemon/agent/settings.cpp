#include "daemon/agent/settings.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "daemon/base/file_modes.hpp"
#include "daemon/base/files.hpp"
#include "daemon/base/key_file.hpp"
#include "plans/text/identifier.hpp"
#include "plans/text/sha256.hpp"
#include "plans/text/toml_table.hpp"

namespace qk::agent {
namespace {

using daemon::Privacy;
using plans::TomlTable;

constexpr std::size_t kKeyBytes = 32;
constexpr std::int64_t kSecondsMax = 86'400;
constexpr std::int64_t kReadingsMibMax = 65'536;
constexpr std::size_t kMetersMax = 200;

bool is_loopback(const std::string& url) {
    constexpr std::string_view kPlain = "mqtt://";
    std::string host = url.substr(kPlain.size());
    if (host.starts_with("[::1]")) return host.size() == 5 || host[5] == ':';
    host = host.substr(0, host.find(':'));
    const bool is_number = host.find_first_not_of("0123456789.") == std::string::npos;
    return host == "localhost" || (is_number && host.starts_with("127."));
}

void read_broker(TomlTable section, const std::string& enterprise, BrokerSettings& broker) {
    section.read("url", broker.url, "mqtts://broker.example:8883");
    broker.client_id = enterprise;
    section.read("client_id", broker.client_id, "91410000X");
    std::string version = "5";
    section.read("version", version, "5");
    section.read("user", broker.user, "91410000X");
    section.read("password_file", broker.password_file, "/etc/qingkong-agent/password");
    section.read("ca", broker.ca, "/etc/qingkong-agent/broker-ca.crt");
    section.read("certificate", broker.certificate, "/etc/qingkong-agent/client.crt");
    section.read("key", broker.key, "/etc/qingkong-agent/client.key");
    section.read("marks", broker.has_marks);
    broker.is_v5 = version == "5";
    if (version != "5" && version != "3.1.1") {
        section.wrong("version",
                      "'" + version + "' 不是可用的协议版本 / '" + version + "' is not a version",
                      "\"5\" or \"3.1.1\"");
    }
    const bool has_tls = broker.url.starts_with("mqtts://");
    if (!has_tls && !(broker.url.starts_with("mqtt://") && is_loopback(broker.url))) {
        section.wrong("url",
                      "地址须为 mqtts://；不加密的 mqtt:// 只可用于本机 / the address must be "
                      "mqtts://; plain mqtt:// is for loopback only",
                      "\"mqtts://broker.example:8883\"");
    }
    if (broker.certificate.empty() != broker.key.empty()) {
        section.wrong("key", "客户端证书与私钥须同时给出 / certificate and key belong together",
                      "两者都写或都不写 / name both files or neither");
    }
    section.finish();
}

std::string pinned_of(std::string text) {
    std::erase(text, ' ');
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

void read_bureau(TomlTable section, Settings& settings) {
    settings.pinned = pinned_of(section.required_text("key", "64 hex digits"));
    section.read("keys_file", settings.keys_file, "/etc/qingkong-agent/keys.json");
    if (!settings.pinned.empty() && !plans::from_hex(settings.pinned, kKeyBytes)) {
        section.wrong(
            "key", "不是公钥或指纹 / is neither a public key nor a fingerprint",
            "局方书面或电话告知的 64 位十六进制数 / the 64 hex digits that the bureau has "
            "given on paper or by telephone");
    }
    section.finish();
}

std::chrono::seconds seconds_of(TomlTable& section, std::string_view key,
                                std::chrono::seconds otherwise) {
    const auto given = section.whole(key, 1, kSecondsMax);
    return given ? std::chrono::seconds{*given} : otherwise;
}

void read_plant_files(TomlTable section, PlantFiles& plant, std::string_view example) {
    section.read("file", plant.file, example);
    std::string mode = "0600";
    section.read("mode", mode, "0640");
    if (mode == "0640" || mode == "0644") {
        plant.mode = mode == "0640" ? 0640 : 0644;
    } else if (mode != "0600") {
        section.wrong("mode", "'" + mode + "' 不可用 / '" + mode + "' cannot be used",
                      "\"0600\", \"0640\" or \"0644\"");
    }
    section.read("hook", plant.hook);
    plant.hook_limit = seconds_of(section, "hook_seconds", plant.hook_limit);
    if (!plant.hook.empty() && !plant.hook.front().starts_with('/')) {
        section.wrong("hook", "须写程序的完整路径 / the program must be named by its whole path",
                      "[\"/usr/local/bin/on-order\"]");
    }
    section.finish();
}

void read_receipts(TomlTable section, Settings& settings) {
    section.read("key_file", settings.own_key_file, "/etc/qingkong-agent/receipt.key");
    section.read("by", settings.by, "值班室");
    section.finish();
}

void check_meter(TomlTable& section, const MeterSettings& meter) {
    if (meter.folder.empty() == meter.command.empty()) {
        section.wrong("folder", "folder 与 command 须且只须写一个 / folder or command, not both",
                      "写一个 / exactly one of them");
    }
    if (!meter.command.empty() && !meter.command.front().starts_with('/')) {
        section.wrong("command", "须写程序的完整路径 / the program must be named by its whole path",
                      "[\"/usr/local/bin/read-meter\"]");
    }
    if (meter.meter.empty()) return;
    if (const auto fault = plans::id_fault(meter.meter, plans::IdUse::kTopic)) {
        section.wrong("meter", fault->what, fault->cure);
    }
}

void read_meters(TomlTable& document, Settings& settings) {
    if (const auto mib = document.whole("readings_mib", 1, kReadingsMibMax)) {
        settings.readings_bytes_max = static_cast<std::size_t>(*mib) << 20U;
    }
    if (!document.has("meters")) return;
    std::set<std::string> folders;
    for (TomlTable& section : document.tables("meters", kMetersMax)) {
        MeterSettings meter;
        section.read("meter", meter.meter, "m1");
        section.read("folder", meter.folder, "/var/lib/plant/meters");
        section.read("command", meter.command);
        if (!meter.command.empty()) meter.every = std::chrono::seconds{60};
        meter.every = seconds_of(section, "every_seconds", meter.every);
        check_meter(section, meter);
        if (!meter.folder.empty() && !folders.insert(meter.folder).second) {
            section.wrong("folder", "写了两次 / stands there twice", "每个文件夹一次 / once each");
        }
        section.finish();
        settings.meters.push_back(std::move(meter));
    }
}

std::string required_id(TomlTable& document, std::string_view key, std::string_view example) {
    std::string id = document.required_name(key, example);
    if (id.empty()) return id;
    if (const auto fault = plans::id_fault(id, plans::IdUse::kTopic)) {
        document.wrong(key, fault->what, fault->cure);
    }
    return id;
}

void check_folder(const std::string& path, const std::string& what, rules::Faults& faults) {
    struct ::stat about {};
    const bool is_folder = ::stat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode);
    if (is_folder && ::access(path.c_str(), W_OK | X_OK) == 0) return;
    faults.push_back({{path, 0, 0},
                      what + "不是可写的文件夹 / is not a folder that may be written",
                      "建立该文件夹并交给本服务的用户 / make it and give it to the service's user",
                      rules::Severity::kError});
}

void check_program(const std::string& path, rules::Faults& faults) {
    if (::access(path.c_str(), X_OK) == 0) return;
    faults.push_back(
        {{path, 0, 0}, "不能执行 / cannot be run", "chmod +x", rules::Severity::kError});
}

void add(const rules::Faults& more, rules::Faults& faults) {
    faults.insert(faults.end(), more.begin(), more.end());
}

void check_file(const std::string& path, const std::string& what, Privacy privacy,
                rules::Faults& faults) {
    if (path.empty()) return;
    if (const auto text = read_regular_file(path); !text) return add(text.error(), faults);
    add(daemon::check_mode(path, what, privacy), faults);
}

}  // namespace

rules::Result<Settings> parse_settings(std::string_view text, const std::string& file) {
    const auto parsed = plans::parse_toml(text, file);
    if (!parsed) return parsed.error();
    rules::Faults faults;
    Settings settings;
    TomlTable document(*parsed, "", file, faults);
    settings.enterprise = required_id(document, "enterprise", "91410000X");
    settings.region = required_id(document, "region", "110105");
    settings.state = document.required_text("state", "/var/lib/qingkong-agent");
    if (auto section = document.table("bureau")) {
        read_bureau(*section, settings);
    } else {
        document.wrong("bureau", "缺少局方密钥 / the bureau's key is not given",
                       "[bureau] key = \"64 hex digits\"");
    }
    if (auto section = document.table("mqtt")) {
        read_broker(*section, settings.enterprise, settings.broker);
    } else {
        document.wrong("mqtt", "缺少消息服务器 / no broker is given", "[mqtt] url = \"mqtts://…\"");
    }
    if (auto section = document.table("obligations")) {
        read_plant_files(*section, settings.obligations, "/var/lib/plant/obligations.json");
    }
    if (auto section = document.table("exercise")) {
        read_plant_files(*section, settings.exercise, "/var/lib/plant/exercise.json");
    }
    // A plant that reads one file for both would stop its kiln for an exercise.
    if (!settings.exercise.file.empty() && settings.exercise.file == settings.obligations.file) {
        document.wrong("exercise", "演练与指令写了同一文件 / one file for orders and exercises",
                       "[exercise] file = \"/var/lib/plant/exercise.json\"");
    }
    if (auto section = document.table("receipts")) read_receipts(*section, settings);
    read_meters(document, settings);
    document.finish();
    if (rules::has_errors(faults)) return faults;
    return settings;
}

rules::Result<Settings> load_settings(const std::string& path) {
    const auto text = read_regular_file(path);
    if (!text) return text.error();
    const rules::Faults open =
        daemon::check_mode(path, "the configuration", Privacy::kNobodyElseWrites);
    if (!open.empty()) return open;
    return parse_settings(*text, path);
}

rules::Faults check_what_is_named(const Settings& settings) {
    rules::Faults faults;
    check_folder(settings.state, "状态文件夹 ", faults);
    const BrokerSettings& broker = settings.broker;
    check_file(broker.password_file, "the broker's password", Privacy::kOwnerGroup, faults);
    check_file(broker.ca, "the broker's CA", Privacy::kNobodyElseWrites, faults);
    check_file(broker.certificate, "the certificate", Privacy::kNobodyElseWrites, faults);
    check_file(broker.key, "the key for the broker", Privacy::kOwnerGroup, faults);
    check_file(settings.keys_file, "the bureau's keys", Privacy::kNobodyElseWrites, faults);
    if (!settings.own_key_file.empty()) {
        if (const auto key = read_key(settings.own_key_file); !key) add(key.error(), faults);
    }
    for (const PlantFiles* plant : {&settings.obligations, &settings.exercise}) {
        if (!plant->hook.empty()) check_program(plant->hook.front(), faults);
    }
    for (const MeterSettings& meter : settings.meters) {
        if (!meter.folder.empty()) check_folder(meter.folder, "读数文件夹 ", faults);
        if (!meter.command.empty()) check_program(meter.command.front(), faults);
    }
    return faults;
}

}  // namespace qk::agent
