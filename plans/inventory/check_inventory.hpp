// What only the whole inventory can show: references to lines, ids of lines that differ in case
// only, enterprises without lines or meters, powers that are off by a thousand, own measures that
// are stricter at a lower level, and whole-society emissions below the enterprises' sum.
#pragma once

#include <cstddef>

#include "plans/inventory/table_readers.hpp"

namespace qk::plans {

// Different words, documents and trades beside each other on the lines of one enterprise that names
// reasons there (加严放宽理由); each is a part of the plant to the plan.
inline constexpr std::size_t kLineReasonsMax = 1000;

// `state` is grouped by enterprise.
void check_inventory(ReadState& state);

}  // namespace qk::plans
