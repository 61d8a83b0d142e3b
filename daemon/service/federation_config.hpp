// The settings of documents between the tiers (上下级联动), off by default: which daemons above and
// below are peers, whose keys are believed, and the limits of what comes in.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plans/federation/federation_check.hpp"
#include "plans/federation/trust_list.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {
class TomlTable;
}  // namespace qk::plans

namespace qk::daemon {

// A daemon of another tier that documents go to. Whose documents are believed is another matter:
// that is the trust list alone.
struct FederationPeer {
    std::string name;    // "河南省生态环境厅"
    std::string region;  // GB/T 2260; above or below ours
    std::string url;     // "https://warn.example.gov.cn:8443"
    std::string ca;   // PEM file of the authority that its certificate is of; empty: the system's
    std::string pin;  // "sha256//…" of its public key; may be empty
    std::string certificate;  // PEM files, where its proxy wants to see a certificate of ours
    std::string key;

    friend bool operator==(const FederationPeer&, const FederationPeer&) = default;
};
inline constexpr std::size_t kFederationPeersMax = 200;  // a province has fewer than 20 cities
inline constexpr int kFederationRateMost = 10'000;
inline constexpr int kFederationKeptMost = 100'000;

struct FederationConfig {
    bool enabled = false;
    std::string trust_file;
    std::vector<FederationPeer> peers;
    // Documents that are proved, of one issuer; and all together that are not: what is beyond is
    // told to come again, and not stored.
    int documents_per_minute = 60;
    int refused_per_minute = 60;
    int refused_kept = 1000;  // of those that are not proved
    int waiting_most = 1000;  // for one peer, before people are told
    std::chrono::seconds clock_skew{plans::kClockSkew};

    // Read from the file above by load_federation(), or given directly by tests.
    std::shared_ptr<const plans::TrustList> trust;
};

void read_federation_config(plans::TomlTable section, FederationConfig& config);
// The trust list, and the modes of the key files; every fault.
[[nodiscard]] rules::Faults load_federation(FederationConfig& config);
// What does not fit the region: its code, and peers that are neither above nor below it.
[[nodiscard]] rules::Faults federation_faults(const FederationConfig& config,
                                              std::string_view region, const std::string& file);

}  // namespace qk::daemon
