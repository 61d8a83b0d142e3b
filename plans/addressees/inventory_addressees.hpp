// Dust sites and goods users of the inventory as addressees. An id is unique in its table alone:
// what another kind has already gets its kind before its own ("goods_user-S1"), because tasks,
// topics and folders know an addressee by the id.
#pragma once

#include <string>

#include "plans/addressees/addressee.hpp"
#include "plans/inventory/inventory.hpp"

namespace qk::plans {

// Of what stands in a table of other sources.
[[nodiscard]] AddresseeKind kind_of(Source source);
[[nodiscard]] std::string id_beside(AddresseeKind kind, const std::string& inventory_id);

}  // namespace qk::plans
