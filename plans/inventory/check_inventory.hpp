// What only the whole inventory can show: references to lines, enterprises without lines or meters,
// own measures that are stricter at a lower level, and whole-society emissions below the
// enterprises' sum.
#pragma once

#include "plans/inventory/table_readers.hpp"

namespace qk::plans {

// `state` is grouped by enterprise.
void check_inventory(ReadState& state);

}  // namespace qk::plans
