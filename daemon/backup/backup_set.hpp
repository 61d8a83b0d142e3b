// Takes a set: a folder with the database, the journal, the keys and the configuration of one
// moment, while the daemon runs or while it does not.
//
// The moment is a snapshot of the database. The journal is what was acknowledged and is not in
// that snapshot: its files are opened before the snapshot and read after it, so that none is
// deleted in between unseen. The set is written beside its place and gets its name when it is whole
// and on the disk: whoever is killed in the middle leaves the set of before, or none.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/backup/manifest.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

struct BackupWish {
    std::string configuration;      // of the daemon
    std::string folder;             // of the set; an earlier set there is replaced
    std::vector<std::string> also;  // files and folders beside what the configuration names
    bool has_keys = true;           // signing key, passwords, keys of TLS
    rules::Instant now{};
};

// `tell` is told now and then what is done. Faults: nothing of a set is there under its name.
[[nodiscard]] rules::Result<Manifest> take_backup(
    const BackupWish& wish, const std::function<void(std::string_view)>& tell);

}  // namespace qk::daemon
