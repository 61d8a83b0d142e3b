#include "daemon/service/federation_config.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <set>

#include "daemon/base/file_modes.hpp"
#include "daemon/base/files.hpp"
#include "plans/text/toml_table.hpp"

namespace qk::daemon {
namespace {

using plans::TomlTable;

constexpr std::int64_t kSkewMost = 3600;

bool is_peer_url(const std::string& text) {
    const auto url = boost::urls::parse_uri(text);
    if (!url || url->host().empty() || url->has_query() || url->has_fragment() ||
        url->has_userinfo()) {
        return false;
    }
    if (url->scheme() == "https") return true;
    boost::system::error_code failed;
    const auto address = boost::asio::ip::make_address(std::string(url->host_address()), failed);
    return url->scheme() == "http" && !failed && address.is_loopback();
}

bool is_region_code(std::string_view code) {
    return code.size() == 6 && code.find_first_not_of("0123456789") == std::string_view::npos;
}

FederationPeer peer_in(TomlTable& table) {
    FederationPeer peer;
    peer.name = table.required_name("name", "name = \"河南省生态环境厅\"");
    peer.region = table.required_text("region", "region = \"410000\"");
    if (!peer.region.empty() && !is_region_code(peer.region)) {
        table.wrong("region", "'" + peer.region + "' 不是行政区划代码 / is not a region code",
                    "GB/T 2260 六位数字 / six digits");
    }
    peer.url = table.required_text("url", "url = \"https://warn.example.gov.cn:8443\"");
    while (peer.url.ends_with('/')) peer.url.pop_back();
    if (!peer.url.empty() && !is_peer_url(peer.url)) {
        table.wrong("url", "'" + peer.url + "' 不是可用的地址 / is not an address",
                    "https://host[:port]，或本机 http:// / or http:// on loopback");
    }
    table.read("ca", peer.ca, "/etc/qingkong/province-ca.crt");
    table.read("pin", peer.pin, "sha256//<base64>");
    if (!peer.pin.empty() && !peer.pin.starts_with("sha256//")) {
        table.wrong("pin", "不是公钥指纹 / is not a pin", "\"sha256//<base64>\"");
    }
    table.read("certificate", peer.certificate, "/etc/qingkong/federation.crt");
    table.read("key", peer.key, "/etc/qingkong/federation.key");
    if (peer.certificate.empty() != peer.key.empty()) {
        table.wrong("certificate", "缺证书或密钥 / certificate or key is missing",
                    "两者都写，或都不写 / both or neither");
    }
    table.finish();
    return peer;
}

void read_limit(TomlTable& section, std::string_view key, int most, int& value) {
    if (const auto number = section.whole(key, 1, most)) value = static_cast<int>(*number);
}

rules::Fault fault_in(const std::string& file, std::string what, std::string cure) {
    return {{file, 0, 0}, std::move(what), std::move(cure), rules::Severity::kError};
}

}  // namespace

void read_federation_config(TomlTable section, FederationConfig& config) {
    section.read("enabled", config.enabled);
    section.read("trust_file", config.trust_file, "/etc/qingkong/trust.toml");
    read_limit(section, "documents_per_minute", kFederationRateMost, config.documents_per_minute);
    read_limit(section, "refused_per_minute", kFederationRateMost, config.refused_per_minute);
    read_limit(section, "refused_kept", kFederationKeptMost, config.refused_kept);
    read_limit(section, "waiting_most", kFederationKeptMost, config.waiting_most);
    if (const auto skew = section.whole("clock_skew_seconds", 0, kSkewMost)) {
        config.clock_skew = std::chrono::seconds{*skew};
    }
    std::set<std::string> regions;
    for (TomlTable& table : section.tables("peer", kFederationPeersMax)) {
        FederationPeer peer = peer_in(table);
        if (!regions.insert(peer.region).second) {
            table.wrong("region", "'" + peer.region + "' 重复 / stands here twice",
                        "每个地区一个 / one for each region");
        }
        config.peers.push_back(std::move(peer));
    }
    if (config.enabled && config.trust_file.empty()) {
        section.wrong("trust_file", "缺少信任名单 / trust_file is missing",
                      "trust_file = \"/etc/qingkong/trust.toml\"");
    }
    section.finish();
}

rules::Faults load_federation(FederationConfig& config) {
    if (!config.enabled) return {};
    rules::Faults faults =
        check_mode(config.trust_file, "the trust list", Privacy::kNobodyElseWrites);
    const auto note = [&faults](const rules::Faults& more) {
        faults.insert(faults.end(), more.begin(), more.end());
    };
    for (const FederationPeer& peer : config.peers) {
        note(check_mode(peer.key, "the key for a peer", Privacy::kOwnerGroup));
    }
    const auto text = read_regular_file(config.trust_file);
    if (!text) {
        note(text.error());
        return faults;
    }
    auto trust = plans::read_trust_list(*text, config.trust_file);
    if (trust) {
        config.trust = std::make_shared<const plans::TrustList>(*std::move(trust));
    } else {
        note(trust.error());
    }
    return faults;
}

rules::Faults federation_faults(const FederationConfig& config, std::string_view region,
                                const std::string& file) {
    rules::Faults faults;
    if (!config.enabled) return faults;
    if (!is_region_code(region)) {
        faults.push_back(fault_in(file,
                                  "规则包的地区代码'" + std::string(region) +
                                      "'不能用于联动 / the pack's region is not a code",
                                  "GB/T 2260 六位数字 / six digits"));
        return faults;
    }
    for (const FederationPeer& peer : config.peers) {
        if (plans::lies_below(peer.region, region) || plans::lies_below(region, peer.region)) {
            continue;
        }
        faults.push_back(fault_in(file,
                                  "federation.peer：" + peer.region + "既不是" +
                                      std::string(region) +
                                      "的上级也不是下级 / is neither above nor below",
                                  "上级或下级地区 / a region above or below"));
    }
    return faults;
}

}  // namespace qk::daemon
