// Looks through a set, puts it back, and asks what was put back whether it answers the same.
//
// Nothing is written before every file of the set has the SHA-256 that the manifest names. Into a
// folder that is empty or not there the set comes whole or not at all; into one that holds other
// things (the root of a machine) file by file, none over another, and the configuration last,
// because nothing starts without it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/backup/manifest.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

// The manifest of a set of which every file is as it was. `fingerprint`: of the key that must have
// signed; empty: whoever signed must be in the database of the set.
[[nodiscard]] rules::Result<Manifest> check_set(const std::string& folder,
                                                const std::string& fingerprint = {});

// Where a file of the set lies below `root`: DIR/etc/qingkong/qingkong.toml.
[[nodiscard]] std::string place_of(const std::string& root, const std::string& original);

[[nodiscard]] rules::Faults restore_set(const std::string& folder, const Manifest& manifest,
                                        const std::string& root);

// One answer of before beside that of what was put back.
struct ComparedAnswer {
    std::string name;
    std::string then;
    std::string now;
    [[nodiscard]] bool is_same() const { return then == now; }
};
struct Verified {
    std::vector<ComparedAnswer> answers;
    rules::Faults faults;  // damage, breaks of the audit log, files of the journal that are missing
    std::int64_t audit_entries = 0;  // walked, from the first to the last
    [[nodiscard]] bool holds() const;
};
// The whole of it: every page, every entry of the audit log, every answer. Starts no daemon.
[[nodiscard]] Verified verify_restored(const Manifest& manifest, const std::string& root);

}  // namespace qk::daemon
