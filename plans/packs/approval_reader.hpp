// [approval] of a region's pack: the roles, and per decision and colour who brings forward, who
// signs and how many. Who may change them, and how, is plans/packs/region_pack_approval.cpp.
#pragma once

namespace qk::plans {

class TomlTable;       // plans/text/toml_table.hpp
struct ApprovalRules;  // plans/packs/region_pack.hpp

// Laid over what the parent pack says; the origin is the caller's.
void read_approval_rules(TomlTable& table, ApprovalRules& approval);

}  // namespace qk::plans
