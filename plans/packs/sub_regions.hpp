// The places of a region pack: its counties, and the names of townships that rank beside them.
//
// Townships (乡镇、街道) are known by their codes from the air that is measured there; a name is
// the bureau's to give, for those whose code says too little in a ranking.
#pragma once

#include <string>
#include <string_view>

namespace qk::plans {

class TomlTable;    // plans/text/toml_table.hpp
struct RegionPack;  // plans/packs/region_pack.hpp

inline constexpr std::size_t kTownshipsMax = 5000;

// Reads `region = [{ code, name, group }]` and `township = [{ code, name }]` of [sub_regions].
void read_sub_regions(TomlTable& table, RegionPack& pack);

// The name the pack gives to a place; the code itself where it gives none.
[[nodiscard]] std::string place_name(const RegionPack& pack, std::string_view code);

}  // namespace qk::plans
