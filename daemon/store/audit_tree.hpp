// The Merkle tree over the audit log (plans/evidence/merkle.hpp), as it stands in the database:
// grown from head to head, and read whole only to prove an entry.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "daemon/store/session.hpp"
#include "plans/evidence/audit_chain.hpp"

namespace qk::daemon {

// Over all entries up to `number`. Goes on from `before`, a head that is believed, where the tree
// that it has signed is there; else from the first entry.
[[nodiscard]] plans::MerkleFrontier audit_tree(Session& db, std::int64_t number,
                                               const std::optional<plans::AuditHead>& before);

// That each entry stands in the log that the head was signed of; reads the hashes of all entries up
// to the head. Left out: what is no entry, and all where the log is not the one that was signed.
[[nodiscard]] std::vector<plans::Inclusion> prove_entries(Session& db,
                                                          const std::vector<std::int64_t>& numbers,
                                                          const plans::AuditHead& head);

}  // namespace qk::daemon
