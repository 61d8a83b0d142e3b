#include "daemon/broker/kit.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <span>
#include <utility>

#include "daemon/base/files.hpp"
#include "daemon/broker/certificates.hpp"
#include "daemon/broker/kit_files.hpp"
#include "daemon/broker/plant_authority.hpp"
#include "plans/text/embedded.hpp"
#include "plans/text/json.hpp"

namespace qk::embedded {
[[nodiscard]] std::span<const File> broker_kit();
}

namespace qk::broker {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::days kAuthorityValid{3650};
constexpr std::chrono::days kServerValid{825};
constexpr std::chrono::hours kClockBehind{24};  // of a plant whose clock is behind
constexpr int kConnectionsMax = 20'000;

rules::Faults fault_at(const std::string& path, std::string what, std::string cure = {}) {
    return rules::Faults{{{path, 0, 0}, std::move(what), std::move(cure)}};
}

std::string filled_in(std::string text, std::string_view hole, std::string_view value) {
    for (std::size_t at = text.find(hole); at != std::string::npos;
         at = text.find(hole, at + value.size())) {
        text.replace(at, hole.size(), value);
    }
    return text;
}

std::string kit_text(std::string_view name) {
    for (const embedded::File& file : embedded::broker_kit()) {
        if (file.path.ends_with(name)) return std::string(file.text);
    }
    return {};
}

Validity validity_of(rules::Instant now, std::chrono::days days) {
    return {now - kClockBehind, now + days};
}

// There a client names itself as it likes, so nobody but the daemon may come in: an enterprise
// could call itself by the id of another and end its session.
std::string tls_of_daemon(const std::string& folder) {
    return fmt::format(
        "max_connections {1}\ncertfile {0}/server.crt\nkeyfile {0}/server.key\ncafile {0}/ca.crt\n"
        "require_certificate true\ntls_version tlsv1.3\n",
        folder, kConnectionsMax);
}

// Their user is the name in their certificate, so nobody is asked for a password, and what is void
// stays out by the list.
std::string door_for_certificates(const KitWishes& wishes) {
    if (wishes.certificate_port == 0) return {};
    return fmt::format(
        "\n# ---- 凭证书的入口 / The door for certificates ----\n"
        "# 企业以 'enterprise enrol --certificates' "
        "签发的证书代替口令，用户名取自证书；停用的证书列于\n"
        "# revoked.crl。\n"
        "# An enterprise shows a certificate of 'enterprise enrol --certificates' and is asked for "
        "no\n"
        "# password; its user is the name in it. What is void stands in revoked.crl.\n"
        "listener {1} {2}\nuse_username_as_clientid true\nuse_identity_as_username true\n"
        "require_certificate true\ncafile {0}/plants-ca.crt\ncrlfile {0}/revoked.crl\n"
        "max_connections {3}\ncertfile {0}/server.crt\nkeyfile {0}/server.key\n"
        "tls_version tlsv1.3\n",
        wishes.folder, wishes.certificate_port, wishes.address, kConnectionsMax);
}

std::string configuration(const KitWishes& wishes) {
    std::string text = kit_text("mosquitto.conf");
    const std::pair<std::string_view, std::string> holes[] = {
        {"{user}", wishes.account.empty() ? "" : "user " + wishes.account + "\n"},
        {"{daemon_tls}", is_loopback(wishes.daemon_address) ? "" : tls_of_daemon(wishes.folder)},
        {"{daemon_port}", std::to_string(wishes.daemon_port)},
        {"{daemon_address}", wishes.daemon_address},
        {"{port}", std::to_string(wishes.port)},
        {"{address}", wishes.address},
        {"{connections}", std::to_string(kConnectionsMax)},
        {"{folder}", wishes.folder}};
    for (const auto& [hole, value] : holes) text = filled_in(std::move(text), hole, value);
    return text + door_for_certificates(wishes);
}

std::string simulator_rules(std::string_view user) {
    if (user.empty()) return {};
    return fmt::format(
        "\n# 演示用：一个用户代所有企业收发，不得用于业务 / For a demo: one user speaks for all "
        "enterprises.\n# Never for service use.\nuser {}\ntopic read qingkong/1/+/+/order\n"
        "topic read qingkong/1/+/+/exercise/order\ntopic write qingkong/1/+/+/exercise/receipt\n"
        "topic write qingkong/1/+/+/receipt\ntopic write qingkong/1/+/+/status\n"
        "topic write qingkong/1/+/+/meter/+\ntopic write qingkong/1/+/+/stack/+\n"
        "topic write qingkong/1/+/+/series/+\n"
        "topic write qingkong/1/+/+/gate\n",
        user);
}

std::string access_text(std::string_view simulator) {
    std::string text = filled_in(kit_text("mosquitto.acl"), "{daemon_user}", kDaemonUser);
    return filled_in(std::move(text), "{simulator}", simulator_rules(simulator));
}

std::string facts_text(const KitWishes& wishes) {
    boost::json::object facts;
    facts["host"] = wishes.hosts.front();
    boost::json::array hosts;
    for (const std::string& host : wishes.hosts) hosts.emplace_back(host);
    facts["hosts"] = std::move(hosts);
    facts["port"] = wishes.port;
    facts["daemon_address"] = wishes.daemon_address;
    facts["daemon_port"] = wishes.daemon_port;
    facts["certificate_port"] = wishes.certificate_port;
    facts["account"] = wishes.account;
    facts["simulator"] = wishes.simulator;
    return plans::to_pretty_text(facts) + "\n";
}

rules::Faults check(const KitWishes& wishes) {
    rules::Faults faults;
    std::error_code error;
    const bool is_there = fs::exists(wishes.folder, error);
    if (is_there &&
        (!fs::is_directory(wishes.folder, error) || !fs::is_empty(wishes.folder, error))) {
        faults.push_back({{wishes.folder, 0, 0},
                          "已有内容，未作改动 is there already; nothing was changed",
                          "另取一个目录名 name a folder that is new or empty"});
    }
    if (wishes.folder.find_first_of("\t\r\n{}\"") != std::string::npos) {
        faults.push_back(
            {{wishes.folder, 0, 0},
             "路径含引号、花括号或换行 the path has a quote, a brace or a line break in it",
             "/etc/qingkong/broker"});
    }
    if (wishes.hosts.empty()) faults = rules::refuse("--host: 缺少 is missing", "broker.example");
    for (const std::string& host : wishes.hosts) {
        if (const std::string fault = host_fault(host); !fault.empty()) {
            faults.push_back({{"--host", 0, 0}, "'" + host + "' " + fault, "broker.example"});
        }
    }
    for (const std::string& address : {wishes.address, wishes.daemon_address}) {
        if (address.empty() || host_fault(address).empty()) continue;
        faults.push_back(
            {{"--address", 0, 0}, "'" + address + "' 不是地址 is no address", "10.0.0.5"});
    }
    if (!wishes.simulator.empty()) {
        std::string fault = user_fault(wishes.simulator);
        if (wishes.simulator == kDaemonUser) fault = "是守护进程的用户 is the daemon's user";
        if (!fault.empty()) {
            faults.push_back({{"--simulator", 0, 0}, "'" + wishes.simulator + "' " + fault, "sim"});
        }
    }
    if (wishes.port == wishes.daemon_port || wishes.port == wishes.certificate_port ||
        wishes.daemon_port == wishes.certificate_port) {
        faults.push_back({{"--port", 0, 0}, "两个入口同一端口 two doors have one port", "8883"});
    }
    if (!wishes.account.empty() && ::getpwnam(wishes.account.c_str()) == nullptr) {
        faults.push_back({{"--account", 0, 0},
                          "没有账号 '" + wishes.account + "' is no account of this host",
                          "先安装 mosquitto，或另指定 install mosquitto first, or name another"});
    }
    return faults;
}

// Every file of the kit, secrets first: the configuration that names them comes last.
rules::Result<void> write_kit(const KitWishes& wishes, const KitFiles& files) {
    const fs::path folder = wishes.folder;
    const CertifiedKey authority = new_authority("Qingkong broker " + wishes.hosts.front(),
                                                 validity_of(wishes.now, kAuthorityValid));
    const CertifiedKey server =
        issue_server(authority, wishes.hosts, validity_of(wishes.now, kServerValid));
    Users users;
    const std::string password = new_password();
    users[kDaemonUser] = password_hash(password);
    std::string simulator_password;
    if (!wishes.simulator.empty()) {
        simulator_password = new_password();
        users[wishes.simulator] = password_hash(simulator_password);
    }
    struct Piece {
        fs::path path;
        std::string bytes;
        mode_t mode;
        bool is_brokers;
    };
    std::vector<Piece> pieces = {
        {folder / "authority" / "ca.key", authority.key, 0600, false},
        {folder / "ca.crt", authority.certificate, 0644, false},
        {folder / "server.key", server.key, 0640, true},
        {folder / "server.crt", server.certificate, 0644, false},
        {folder / "daemon.password", password + "\n", 0600, false},
        {folder / "passwords", to_text(users), 0640, true},
        {folder / "mosquitto.acl", access_text(wishes.simulator), 0640, true},
        {folder / "broker.json", facts_text(wishes), 0644, false},
        {folder / "mosquitto.conf", configuration(wishes), 0640, true}};
    if (!wishes.simulator.empty()) {
        pieces.push_back({folder / "simulator.password", simulator_password + "\n", 0600, false});
    }
    if (!is_loopback(wishes.daemon_address)) {
        const CertifiedKey client =
            issue_client(authority, kDaemonUser, validity_of(wishes.now, kAuthorityValid));
        pieces.push_back({folder / "daemon.key", client.key, 0600, false});
        pieces.push_back({folder / "daemon.crt", client.certificate, 0644, false});
    }
    if (wishes.certificate_port != 0) {
        KitFacts facts;
        facts.host = wishes.hosts.front();
        facts.account = wishes.account;
        auto made = PlantAuthority::make(wishes.folder, facts, wishes.now);
        if (!made) return made;
    }
    for (const Piece& piece : pieces) {
        auto written = files.write(piece.path, piece.bytes, piece.mode, piece.is_brokers);
        if (!written) return written;
    }
    return {};
}

std::uint16_t port_in(const boost::json::value& value, std::string_view key) {
    const double port = plans::number_or(value, key, 0);
    return port >= 1 && port <= 65535 ? static_cast<std::uint16_t>(port) : std::uint16_t{0};
}

}  // namespace

bool is_loopback(const std::string& address) {
    in_addr read{};
    const bool is_v4 = ::inet_pton(AF_INET, address.c_str(), &read) == 1;
    return address == "localhost" || address == "::1" ||
           (is_v4 && address.starts_with("127."));  // and not a name as 127.example.cn
}

rules::Result<void> make_kit(const KitWishes& asked) {
    KitWishes wishes = asked;
    std::error_code error;
    wishes.folder = fs::absolute(asked.folder, error).lexically_normal().string();
    while (wishes.folder.size() > 1 && wishes.folder.ends_with('/')) wishes.folder.pop_back();
    const rules::Faults faults = check(wishes);
    if (!faults.empty()) return faults;
    if (!is_loopback(wishes.daemon_address)) wishes.hosts.push_back(wishes.daemon_address);
    const KitFiles files(wishes.account);
    const fs::path folder = wishes.folder;
    auto made = files.make_folder(folder, 0750, true, false);
    if (made) made = files.make_folder(folder / "authority", 0700, false, false);
    if (made) made = files.make_folder(folder / "state", 0750, true, true);
    if (!made) return made;
    return write_kit(wishes, files);
}

rules::Result<KitFacts> read_kit(const std::string& folder) {
    const std::string path = (fs::path(folder) / "broker.json").string();
    const auto text = read_regular_file(path);
    if (!text) {
        return fault_at(folder,
                        "不是 'qingkongctl broker init' 生成的目录 is not a folder of a broker",
                        "qingkongctl broker init " + folder);
    }
    const auto value = plans::parse_json(*text, path);
    if (!value) return value.error();
    KitFacts facts;
    facts.host = plans::string_or(*value, "host");
    if (const auto* hosts = plans::find_member(*value, "hosts");
        hosts != nullptr && hosts->is_array()) {
        for (const boost::json::value& host : hosts->get_array()) {
            if (host.is_string()) facts.hosts.emplace_back(std::string(host.get_string()));
        }
    }
    facts.port = port_in(*value, "port");
    facts.daemon_address = plans::string_or(*value, "daemon_address");
    facts.daemon_port = port_in(*value, "daemon_port");
    facts.certificate_port = port_in(*value, "certificate_port");
    facts.account = plans::string_or(*value, "account");
    facts.simulator = plans::string_or(*value, "simulator");
    if (facts.host.empty() || facts.port == 0 || facts.daemon_port == 0) {
        return fault_at(path, "缺少 host、port 或 daemon_port is missing", "");
    }
    return facts;
}

rules::Result<void> renew_server(const std::string& folder, const std::vector<std::string>& hosts,
                                 rules::Instant now) {
    const auto facts = read_kit(folder);
    if (!facts) return facts.error();
    const fs::path at = folder;
    const auto key = read_regular_file((at / "authority" / "ca.key").string());
    const auto certificate = read_regular_file((at / "ca.crt").string());
    if (!key || !certificate) return key ? certificate.error() : key.error();
    std::vector<std::string> names = hosts;
    if (names.empty()) names = facts->hosts;
    if (names.empty()) names.push_back(facts->host);
    for (const std::string& host : names) {
        if (const std::string fault = host_fault(host); !fault.empty()) {
            return fault_at("--host", "'" + host + "' " + fault, "broker.example");
        }
    }
    const CertifiedKey server =
        issue_server({*certificate, *key}, names, validity_of(now, kServerValid));
    const KitFiles files(facts->account);
    // A key and a certificate that do not belong together end a reload with the old ones in use.
    auto written = files.write(at / "server.key", server.key, 0640, true);
    if (written) written = files.write(at / "server.crt", server.certificate, 0644, false);
    return written;
}

std::vector<std::string> access_rules(std::string_view simulator) {
    return rules_in(access_text(simulator));
}

std::vector<std::string> rules_in(std::string_view text) {
    std::vector<std::string> rules;
    std::string user;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view row = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        std::string rule;
        while (true) {
            const std::size_t from = row.find_first_not_of(" \t\r");
            if (from == std::string_view::npos) break;
            row.remove_prefix(from);
            const std::size_t to = std::min(row.find_first_of(" \t\r"), row.size());
            rule += (rule.empty() ? "" : " ") + std::string(row.substr(0, to));
            row.remove_prefix(to);
        }
        if (rule.empty() || rule.front() == '#') continue;
        if (rule.starts_with("user ")) {
            user = rule;
        } else {
            // A rule of nobody is one for who comes without a name.
            const bool is_pattern = rule.starts_with("pattern ");
            rules.push_back(is_pattern ? rule
                                       : (user.empty() ? "user (anonymous)" : user) + ": " + rule);
        }
    }
    return rules;
}

BrokerUserFile::BrokerUserFile(BrokerUserFile&& other) noexcept
    : users(std::move(other.users)),
      facts(std::move(other.facts)),
      folder_(std::move(other.folder_)),
      lock_(std::exchange(other.lock_, -1)) {}

BrokerUserFile::~BrokerUserFile() {
    if (lock_ >= 0) ::close(lock_);
}

rules::Result<BrokerUserFile> BrokerUserFile::open(const std::string& folder) {
    BrokerUserFile book;
    book.folder_ = folder;
    auto facts = read_kit(folder);
    if (!facts) return facts.error();
    book.facts = std::move(*facts);
    const std::string lock = (fs::path(folder) / "authority" / "lock").string();
    book.lock_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (book.lock_ < 0) {
        return fault_at(lock, std::strerror(errno),
                        "以生成该目录的账号执行 run it as who made the kit");
    }
    if (::flock(book.lock_, LOCK_EX | LOCK_NB) != 0) {
        return fault_at(folder, "另一命令正在修改 is being changed by another command",
                        "稍后再试 try again");
    }
    const std::string path = (fs::path(folder) / "passwords").string();
    const auto text = read_regular_file(path);
    if (!text) return text.error();
    auto users = read_users(*text, path);
    if (!users) return users.error();
    book.users = std::move(*users);
    return book;
}

bool BrokerUserFile::is_reserved(const std::string& name) const {
    return name == kDaemonUser || (!facts.simulator.empty() && name == facts.simulator);
}

rules::Result<void> BrokerUserFile::save() const {
    return KitFiles(facts.account)
        .write(fs::path(folder_) / "passwords", to_text(users), 0640, true);
}

rules::Result<Reload> reload_broker(const std::string& folder) {
    const std::string path = (fs::path(folder) / "state" / "mosquitto.pid").string();
    std::error_code error;
    if (!fs::exists(path, error)) return Reload::kNotRunning;
    const auto text = read_regular_file(path);
    if (!text) return text.error();
    pid_t process = 0;
    const auto [end, wrong] = std::from_chars(text->data(), text->data() + text->size(), process);
    if (wrong != std::errc{} || process <= 1)
        return fault_at(path, "不是进程号 is not a process id", "");
    // The file outlives a broker that was killed, and its number may be another's by now.
    std::string name;
    if (const auto found = read_file(fmt::format("/proc/{}/comm", process)); found) name = *found;
    if (!name.starts_with("mosquitto")) return Reload::kNotRunning;
    if (::kill(process, SIGHUP) == 0) return Reload::kTold;
    if (errno == ESRCH) return Reload::kNotRunning;
    return fault_at(path, std::string("SIGHUP: ") + std::strerror(errno),
                    fmt::format("kill -HUP {}", process));
}

}  // namespace qk::broker
