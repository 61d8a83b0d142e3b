#include "daemon/broker/configuration.hpp"

#include <fmt/format.h>

#include <charconv>
#include <set>

#include "daemon/broker/kit.hpp"

namespace qk::broker {
namespace {

constexpr std::uint64_t kMessageBytesMost = 1U << 20U;  // what the daemon takes of one message
constexpr std::uint64_t kAutosaveMost = 300;
constexpr std::uint64_t kQueuedLeast = 100'000;

std::uint64_t number_of(const std::string& text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

std::uint16_t port_of(const std::string& text) {
    const std::uint64_t number = number_of(text);
    return number <= 65535 ? static_cast<std::uint16_t>(number) : std::uint16_t{0};
}

Directive directive_of(std::string_view row, int line) {
    Directive directive;
    directive.line = line;
    const std::size_t end = row.find_first_of(" \t");
    directive.key = std::string(row.substr(0, end));
    if (end == std::string_view::npos) return directive;
    row.remove_prefix(end);
    row.remove_prefix(std::min(row.find_first_not_of(" \t"), row.size()));
    directive.value = std::string(row.substr(0, row.find_last_not_of(" \t\r") + 1));
    return directive;
}

void add_door(BrokerConfiguration& configuration, const Directive& directive) {
    Door door;
    const std::size_t end = directive.value.find_first_of(" \t");
    door.port = port_of(directive.value.substr(0, end));
    if (end != std::string::npos) {
        door.address = directive.value.substr(directive.value.find_first_not_of(" \t", end));
    }
    configuration.doors.push_back(std::move(door));
}

class Looker {
 public:
    void want(bool is_good, std::string what, std::string cure) {
        findings.push_back({is_good, std::move(what), is_good ? std::string() : std::move(cure)});
    }
    Findings findings;
};

void look_at_door(Looker& looker, const Door& door) {
    const std::string name = fmt::format("listener {}", door.port);
    const bool is_outside = !is_loopback(door.address);
    const auto own = [&door](std::string_view key) { return value_in(door.own, key); };
    looker.want(own("allow_anonymous") != "true", name + ": 不许匿名 no anonymous access",
                "删去 remove 'allow_anonymous true'");
    if (!is_outside) return;
    looker.want(!own("certfile").empty() && !own("keyfile").empty(), name + ": TLS",
                "certfile, keyfile; 或 or listener … 127.0.0.1");
    looker.want(own("tls_version") == "tlsv1.3", name + ": TLS 1.3", "tls_version tlsv1.3");
    const bool is_by_certificate = own("use_identity_as_username") == "true";
    looker.want(own("use_username_as_clientid") == "true" ||
                    (own("require_certificate") == "true" && !is_by_certificate),
                name + ": 谁也不能冒用他人标识 nobody comes by the id of another",
                "use_username_as_clientid true; 守护进程的入口 at the daemon's door: cafile, "
                "require_certificate true");
    if (is_by_certificate) {
        looker.want(own("require_certificate") == "true" && !own("cafile").empty(),
                    name + ": 必须出示证书 a certificate must be shown",
                    "require_certificate true, cafile");
        looker.want(!own("crlfile").empty(), name + ": 停用的证书进不来 what is void stays out",
                    "crlfile");
    }
    looker.want(number_of(own("max_connections")) > 0,
                name + ": 连接数有上限 connections are limited", "max_connections 20000");
}

}  // namespace

std::string value_in(const std::vector<Directive>& directives, std::string_view key) {
    std::string value;
    for (const Directive& directive : directives) {
        if (directive.key == key) value = directive.value;
    }
    return value;
}

std::string BrokerConfiguration::value(std::string_view key) const { return value_in(global, key); }

BrokerConfiguration read_configuration(std::string_view text) {
    // mosquitto takes these as settings of the whole broker wherever they stand.
    static const std::set<std::string, std::less<>> kOfOneDoor = {"certfile",
                                                                  "keyfile",
                                                                  "cafile",
                                                                  "capath",
                                                                  "tls_version",
                                                                  "max_connections",
                                                                  "require_certificate",
                                                                  "use_username_as_clientid",
                                                                  "use_identity_as_username",
                                                                  "use_subject_as_username",
                                                                  "crlfile",
                                                                  "ciphers",
                                                                  "ciphers_tls1.3",
                                                                  "mount_point",
                                                                  "protocol",
                                                                  "socket_domain",
                                                                  "bind_interface",
                                                                  "dhparamfile",
                                                                  "max_qos",
                                                                  "max_topic_alias",
                                                                  "allow_anonymous",
                                                                  "http_dir",
                                                                  "tls_keyform",
                                                                  "tls_engine"};
    BrokerConfiguration configuration;
    int line = 0;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view row = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++line;
        row.remove_prefix(std::min(row.find_first_not_of(" \t\r"), row.size()));
        if (row.empty() || row.front() == '#') continue;
        Directive directive = directive_of(row, line);
        if (directive.key == "listener") {
            add_door(configuration, directive);
        } else if (!configuration.doors.empty() && kOfOneDoor.contains(directive.key)) {
            configuration.doors.back().own.push_back(std::move(directive));
        } else {
            configuration.global.push_back(std::move(directive));
        }
    }
    return configuration;
}

Findings look_at(const BrokerConfiguration& configuration) {
    Looker looker;
    const auto value = [&](std::string_view key) { return configuration.value(key); };
    const auto number = [&](std::string_view key) { return number_of(value(key)); };
    looker.want(value("allow_anonymous") == "false", "不许匿名 no anonymous access",
                "allow_anonymous false");
    looker.want(!value("password_file").empty(), "有用户名单 there are users", "password_file");
    looker.want(!value("acl_file").empty(), "有权限名单 there is an access list", "acl_file");
    looker.want(value("persistence") == "true", "持久化 persistence", "persistence true");
    const std::uint64_t autosave = number("autosave_interval");
    looker.want(autosave > 0 && autosave <= kAutosaveMost,
                "几分钟内落盘 it is written within minutes", "autosave_interval 30");
    looker.want(!value("persistent_client_expiration").empty(),
                "久不来的会话会清除 sessions of who stays away end",
                "persistent_client_expiration 14d");
    looker.want(number("max_queued_messages") >= kQueuedLeast,
                "不因排队而丢弃 nothing is dropped for want of room (0 ends links)",
                "max_queued_messages 100000000");
    looker.want(number("max_queued_bytes") > 0, "排队字节有上限 queues are limited in bytes",
                "max_queued_bytes 2000000000");
    const std::uint64_t bytes = number("message_size_limit");
    looker.want(bytes > 0 && bytes <= kMessageBytesMost, "消息长度有上限 messages are limited",
                "message_size_limit 1048576");
    looker.want(number("max_packet_size") > 0, "报文长度有上限 packets are limited",
                "max_packet_size 1200000");
    looker.want(!value("pid_file").empty(), "有进程号文件 there is a file with its process id",
                "pid_file");
    looker.want(value("include_dir").empty(), "配置在一个文件内 it stands in one file",
                "把 include_dir 的内容并入 put what include_dir names into it");
    looker.want(value("per_listener_settings") != "true", "各入口同一名单 one list for all doors",
                "删去 remove per_listener_settings");
    looker.want(!configuration.doors.empty() && value("port").empty(),
                "入口都写明 every door is named", "listener PORT ADDRESS");
    bool is_bound = false;
    for (const Door& door : configuration.doors) {
        look_at_door(looker, door);
        is_bound = is_bound || value_in(door.own, "use_username_as_clientid") == "true";
    }
    looker.want(is_bound, "客户端标识即用户名 a client's id is its user",
                "use_username_as_clientid true");
    return looker.findings;
}

std::string trial_configuration(const BrokerConfiguration& configuration, const std::string& folder,
                                const std::vector<std::uint16_t>& ports, bool is_root) {
    static const std::set<std::string, std::less<>> kOfTheTrial = {
        "persistence_location", "password_file", "pid_file",    "user", "log_dest",
        "include_dir",          "port",          "bind_address"};
    std::string text;
    for (const Directive& directive : configuration.global) {
        if (kOfTheTrial.contains(directive.key)) continue;
        text += directive.key + " " + directive.value + "\n";
    }
    text += fmt::format(
        "persistence_location {0}/\npid_file {0}/mosquitto.pid\nlog_dest file {0}/mosquitto.log\n",
        folder);
    if (!configuration.value("password_file").empty()) {
        text += fmt::format("password_file {}/passwords\n", folder);
    }
    if (is_root) text += "user root\n";
    for (std::size_t i = 0; i < configuration.doors.size() && i < ports.size(); ++i) {
        text += fmt::format("listener {} 127.0.0.1\n", ports[i]);
        for (const Directive& directive : configuration.doors[i].own) {
            if (directive.key == "socket_domain" || directive.key == "bind_interface") continue;
            // Of the trial: with a certificate on it that is void.
            if (directive.key == "crlfile") {
                text += "crlfile " + folder + "/revoked.crl\n";
                continue;
            }
            text += directive.key + " " + directive.value + "\n";
        }
    }
    return text;
}

}  // namespace qk::broker
