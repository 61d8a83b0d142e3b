// All that reading a rule pack again takes: its text, and the parents and standards that it was
// read with. So a later version of the program reads the rules of then, whatever it ships itself.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <string>

#include "plans/packs/region_pack.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

inline constexpr std::size_t kPackTextsMax = 32;  // parents and standards that come with a pack

struct PackTexts {
    std::string file;
    std::string pack;
    std::map<std::string, std::string> packs;
    std::map<std::string, std::string> standards;
};
[[nodiscard]] boost::json::value to_json(const PackTexts& texts);
// As a person sends it, too: `built_in` names a pack that ships with the program.
[[nodiscard]] rules::Result<PackTexts> pack_texts_from_json(const boost::json::value& value);
// Parents and standards that are not among the texts are the built-in ones. The pack says itself
// which texts it was read from (RegionPack::texts).
[[nodiscard]] rules::Result<RegionPack> read_pack_texts(const PackTexts& texts);

// The sources, with every text that is asked of them noted in `used`, which must outlive them.
[[nodiscard]] PackSources noting(const PackSources& sources, PackTexts& used);

}  // namespace qk::plans
