// Keys of enterprises as rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/orders/receipt_proof.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {

// All that were ever registered, the newest first.
[[nodiscard]] std::vector<EnterpriseKey> keys_of_enterprise(Session& db,
                                                            const std::string& enterprise);
// Its number; empty: it is registered already, or was revoked.
[[nodiscard]] std::optional<std::int64_t> put_enterprise_key(Session& db, const EnterpriseKey& key);
// False: there is none in use.
[[nodiscard]] bool revoke_enterprise_key(Session& db, const EnterpriseKey& key);

}  // namespace qk::daemon
