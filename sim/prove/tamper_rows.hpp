// What somebody does to the daemon's database who can write the file, while nobody has it open
// (sim_vfs.hpp). False: there was nothing to do it to.
#pragma once

#include <string>

namespace qk::sim {

// The place up to which the journal was taken in lies in the middle of a message.
bool shift_place(const std::string& database);
// The last entry of the audit log is gone, with the heads that speak of it.
bool cut_audit(const std::string& database);

}  // namespace qk::sim
