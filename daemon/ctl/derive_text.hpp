// The duties of all enterprises as derive prints them: a province's are half a gigabyte, of which
// some pieces are in memory at a time.
#pragma once

#include <iosfwd>

#include "plans/response/obligation_table.hpp"

namespace qk::ctl {

// JSON objects with commas between them.
void print_enterprises(std::ostream& out, const plans::ObligationTable& table);

}  // namespace qk::ctl
