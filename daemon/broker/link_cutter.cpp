#include "daemon/broker/link_cutter.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <stdlib.h>

#include <filesystem>

#include "daemon/base/files.hpp"
#include "daemon/broker/configuration.hpp"
#include "daemon/broker/letters.hpp"
#include "daemon/broker/probe.hpp"

namespace qk::broker {

namespace fs = std::filesystem;

namespace {

constexpr int kStepMs = 100;
constexpr int kStepsMost = 100;  // ten seconds
constexpr std::size_t kShown = 10;

// A folder for keys that live for minutes; it goes with them.
class BriefFolder {
 public:
    BriefFolder() {
        std::error_code error;
        std::string path =
            (fs::temp_directory_path(error) / "qingkong-certificate-XXXXXX").string();
        if (::mkdtemp(path.data()) != nullptr) path_ = path;
    }
    ~BriefFolder() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    BriefFolder(const BriefFolder&) = delete;
    BriefFolder& operator=(const BriefFolder&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

 private:
    std::string path_;
};

// Where a door is reached from this host.
std::string host_of_door(const std::string& folder, std::uint16_t port) {
    const auto text = read_regular_file((fs::path(folder) / "mosquitto.conf").string());
    const BrokerConfiguration configuration =
        text ? read_configuration(*text) : BrokerConfiguration{};
    for (const Door& door : configuration.doors) {
        if (door.port != port) continue;
        if (!door.address.empty() && door.address != "0.0.0.0" && door.address != "::") {
            return door.address;
        }
    }
    return "127.0.0.1";
}

// Comes once with this certificate.
ProbeAnswer come(ProbeDoor door, const BriefFolder& brief, const std::string& name,
                 const CertifiedKey& pass) {
    door.certificate = brief.path() + "/" + name + ".crt";
    door.key = brief.path() + "/" + name + ".key";
    std::error_code error;
    if (!fs::exists(door.key, error) &&
        (!write_secret(door.certificate, pass.certificate) || !write_secret(door.key, pass.key))) {
        return ProbeAnswer::kNone;
    }
    Probe probe(door, {"qk-cutter", "", "", false});
    return probe.connect();
}

bool is_list_read(const ProbeDoor& door, const BriefFolder& brief, const CertifiedKey& void_one) {
    for (int step = 0; step < kStepsMost; ++step) {
        if (come(door, brief, "void", void_one) != ProbeAnswer::kTaken) return true;
        ::poll(nullptr, 0, kStepMs);
    }
    return false;
}

}  // namespace

bool takes_the_daemon(const std::string& folder) {
    const auto facts = read_kit(folder);
    const fs::path at = folder;
    const auto password = read_regular_file((at / "daemon.password").string());
    if (!facts || !password) return false;
    ProbeDoor door;
    door.host = host_of_door(folder, facts->daemon_port);
    door.port = facts->daemon_port;
    door.is_tls = !is_loopback(facts->daemon_address);
    door.ca = (at / "ca.crt").string();
    if (door.is_tls) {
        door.certificate = (at / "daemon.crt").string();
        door.key = (at / "daemon.key").string();
    }
    Probe probe(door, {"qk-look", kDaemonUser, password->substr(0, password->find_first_of("\r\n")),
                       false});
    return probe.connect() == ProbeAnswer::kTaken;
}

rules::Result<void> end_links(const std::string& folder, const KitFacts& facts,
                              const PlantAuthority& authority, const CertifiedKey& void_one,
                              const std::vector<std::string>& users, rules::Instant now) {
    if (users.empty()) return {};
    const BriefFolder brief;
    if (brief.path().empty()) return rules::refuse("没有临时目录 no temporary folder", "TMPDIR");
    ProbeDoor door;
    door.host = host_of_door(folder, facts.certificate_port);
    door.port = facts.certificate_port;
    door.is_tls = true;
    door.ca = (fs::path(folder) / "ca.crt").string();
    const std::string cure = "systemctl restart mosquitto";
    if (!is_list_read(door, brief, void_one)) {
        return rules::refuse(
            "消息服务器未读停用名单，已连接的未断开 the broker has not read the list of what is "
            "void: "
            "links that are up go on",
            cure);
    }
    std::string left;
    std::size_t count = 0;
    for (const std::string& user : users) {
        const std::string name = fmt::format("{}", ++count);
        if (come(door, brief, name, authority.for_a_moment(user, now)) == ProbeAnswer::kTaken) {
            continue;
        }
        if (count <= kShown) left += " " + user;
    }
    if (left.empty()) return {};
    return rules::refuse("未能断开 links that may still be up:" + left, cure);
}

}  // namespace qk::broker
