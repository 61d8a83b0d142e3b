// A bureau's own catalogue with all that reading it again takes: its text, and the shipped
// catalogues that it was laid over as they stood when it was adopted. So a later version of the
// program reads the same measures, and an upgrade changes nobody's obligations unseen.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "plans/measures/catalogue.hpp"
#include "plans/measures/region_rules.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

inline constexpr std::size_t kCatalogueTextsMax = 64;  // files of the shipped catalogue

struct CatalogueTexts {
    std::string file;                         // as faults name it
    std::string own;                          // TOML; empty: as shipped and nothing else
    std::map<std::string, std::string> base;  // name -> TOML
};
// Over the catalogues that ship with this program.
[[nodiscard]] CatalogueTexts over_shipped(std::string file, std::string own);
[[nodiscard]] boost::json::value to_json(const CatalogueTexts& texts);
[[nodiscard]] rules::Result<CatalogueTexts> catalogue_texts_from_json(
    const boost::json::value& value);
// All faults at once; what is odd but readable is added to `remarks`.
[[nodiscard]] rules::Result<Catalogue> read_catalogue_texts(const CatalogueTexts& texts,
                                                            rules::Faults* remarks = nullptr);

// The one by which obligations are derived; `number` is that of its adoption, 0: as shipped.
struct CatalogueInForce {
    std::int64_t number = 0;
    std::string sha256;
    Catalogue catalogue;
};

// The region's rules with the words of the catalogue, which windows of the season know lines by.
// Null: as shipped.
[[nodiscard]] RegionRules rules_in_force(const RegionPack& pack, const CatalogueInForce* catalogue);

// What one clause asks before and after, as sentences; empty: there is no such clause.
struct ClauseChange {
    std::string id;  // "cement/C/orange"
    std::string before;
    std::string after;
};
inline constexpr std::size_t kClauseChangesShownMax = 500;
[[nodiscard]] std::vector<ClauseChange> catalogue_changes(const Catalogue& before,
                                                          const Catalogue& after);
// {"total", "examples": [{"clause", "before", "after"}]}
[[nodiscard]] boost::json::value to_json(const std::vector<ClauseChange>& changes);

}  // namespace qk::plans
