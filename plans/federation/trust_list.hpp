// Whose keys are believed, and what each may speak for (信任名单). The bureau keeps it by hand: a
// key gets in here after it was compared over the telephone, or on paper.
//
//     [[key]]
//     name = "河南省生态环境厅"
//     tier = "province"                # province, city, county
//     regions = ["410000"]             # it speaks for these, and for no other
//     public_key = "…"                 # 64 hex digits: 'qingkongctl key show'
//     from = "2026-01-01"              # documents that are issued from then on …
//     to = "2027-01-01"                # … and before then; may be left out
//     revoked = "2026-06-01T08:00"     # nothing is believed that comes from then on
//     reason = "密钥遗失"              # must be said with `revoked`
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/packs/region_pack.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

struct TrustedKey {
    std::string name;
    Tier tier = Tier::kCity;
    std::vector<std::string> regions;
    std::string public_key;
    std::string fingerprint;
    rules::Instant from{};
    std::optional<rules::Instant> to;
    std::optional<rules::Instant> revoked;
    std::string reason;
    rules::Place place;  // in the file

    friend bool operator==(const TrustedKey&, const TrustedKey&) = default;
};
struct TrustList {
    std::vector<TrustedKey> keys;

    friend bool operator==(const TrustList&, const TrustList&) = default;
};
inline constexpr std::size_t kTrustedKeysMax = 1000;
inline constexpr std::size_t kRegionsOfKeyMax = 200;
// Documents that were under way when their key was replaced are taken for so long after its end.
inline constexpr std::chrono::hours kKeyGrace{72};
// So long before it ends, people are told.
inline constexpr std::chrono::hours kKeyEndsSoon{30 * 24};

// Every fault with its line; the file is refused whole.
[[nodiscard]] rules::Result<TrustList> read_trust_list(std::string_view toml,
                                                       const std::string& file);
[[nodiscard]] const TrustedKey* find_key(const TrustList& trust, std::string_view fingerprint);
// What is well formed and people should know: keys that are revoked, have ended, end soon or begin
// later, and regions that no key speaks for now.
[[nodiscard]] rules::Faults trust_findings(const TrustList& trust, rules::Instant now);

// "4110" of 411000, "41" of 410000: what the codes of all places in it begin with.
[[nodiscard]] std::string_view region_stem(std::string_view code);
// By GB/T 2260: 410000 a province, 411000 a city, 411002 a county.
[[nodiscard]] Tier tier_of_region(std::string_view code);
// A place strictly inside a region.
[[nodiscard]] bool lies_below(std::string_view place, std::string_view region);

}  // namespace qk::plans
