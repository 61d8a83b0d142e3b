// Who may read and change the files that the daemon lives by. A secret that others can read is
// refused with the cure, not used; what the daemon has written itself is closed to others.
#pragma once

#include <string>
#include <vector>

#include "rules/base/result.hpp"

namespace qk::daemon {

enum class Privacy {
    kOwnerOnly,         // nobody else reads or writes it: the signing key
    kOwnerGroup,        // the owner's group may read it: passwords, TLS keys
    kNobodyElseWrites,  // everybody may read it: who is who, the configuration
};

// Empty: in order, or not there (who reads it will say so). `what` is named in the fault.
[[nodiscard]] rules::Faults check_mode(const std::string& path, const std::string& what,
                                       Privacy privacy);

struct Tightened {
    std::vector<std::string> changed;
    std::vector<std::string> failed;  // with the reason
};
// Takes from group and others what they may do with the database, its companions, and the journal's
// folder and files, where an earlier version or another umask gave it. Links are left alone.
[[nodiscard]] Tightened tighten_files(const std::string& store_path,
                                      const std::string& journal_folder);

}  // namespace qk::daemon
