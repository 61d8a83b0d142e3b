// The random draw (双随机): which sites are checked, and which inspectors check each, so that
// anybody can compute it again.
//
// Before: the lists and the SHA-256 of a seed are published (audit log). After: the seed is. The
// order of everything is the order of hashes over seed, public value and lists, so that whoever
// made the lists did not know the seed, and whoever knew the seed could not change the lists any
// more. Whoever could do both is stopped by a public value (a lottery's number, an exchange's
// closing index) that was named before and that nobody knew then.
//
//   key            = SHA-256 of canonical JSON {"draw": 1, "lists", "public_value", "seed"}
//   rank of a site = SHA-256 of KEY + "\nsite\n" + SITE, as hex; the smallest are drawn
//   inspectors     = of each drawn site in that order: who has the fewest sites so far, then by
//                    SHA-256 of KEY + "\ninspector\n" + SITE + "\n" + INSPECTOR, as hex
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <utility>
#include <vector>

#include "rules/base/result.hpp"

namespace qk::plans {

inline constexpr std::size_t kDrawInspectorsMax = 2000;
inline constexpr std::size_t kDrawSitesMax = 20'000;
inline constexpr std::size_t kDrawAvoidMax = 20'000;
// Inspectors times sites that are drawn: each pair costs a hash, in one transaction.
inline constexpr std::size_t kDrawPairsMax = 200'000;

struct DrawLists {
    std::vector<std::string> inspectors;  // sorted, each once
    std::vector<std::string> sites;
    std::size_t sites_wanted = 0;
    std::size_t inspectors_per_site = 0;
    std::vector<std::pair<std::string, std::string>> avoid;  // inspector, site (回避)
};
// Refused with every fault: one that is there twice, more wanted than there are, a site whom too
// few may check.
[[nodiscard]] rules::Result<DrawLists> read_draw_lists(const boost::json::value& lists);
[[nodiscard]] boost::json::value to_json(const DrawLists& lists);
// SHA-256 of the canonical JSON, in hex: what is committed to.
[[nodiscard]] std::string digest_of(const DrawLists& lists);

struct DrawnSite {
    std::string site;
    std::vector<std::string> inspectors;
    friend bool operator==(const DrawnSite&, const DrawnSite&) = default;
};
[[nodiscard]] std::vector<DrawnSite> draw(const DrawLists& lists, const std::string& seed,
                                          const std::string& public_value);
[[nodiscard]] boost::json::value to_json(const std::vector<DrawnSite>& drawn);

inline constexpr std::size_t kSeedBytesLeast = 16;  // of a seed somebody brings
inline constexpr std::size_t kSeedBytesMax = 200;

struct DrawCheckLine {
    std::string what;
    bool holds = false;
    std::string why;
};
// A draw as the API shows it, computed again: the digest of the lists, the hash of the seed, who
// was drawn. Refused where it cannot be read, or is not drawn yet.
[[nodiscard]] rules::Result<std::vector<DrawCheckLine>> check_draw(const boost::json::value& shown);

}  // namespace qk::plans
