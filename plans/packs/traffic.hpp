// [trucks] and [source_cut] of a region's pack: which trucks stay out from which colour on, and by
// how much sources that are no enterprises come down.
#pragma once

namespace qk::plans {

class TomlTable;    // plans/text/toml_table.hpp
struct SourceCuts;  // plans/packs/region_pack.hpp
struct TruckRules;

// Each is laid over what the parent pack says; the origin is the caller's.
void read_truck_rules(TomlTable& table, TruckRules& trucks);
void read_cuts_by_source(TomlTable& table, SourceCuts& cuts);

}  // namespace qk::plans
