#include "daemon/orders/enterprise_key_rows.hpp"

namespace qk::daemon {

std::vector<EnterpriseKey> keys_of_enterprise(Session& db, const std::string& enterprise) {
    Statement read(db,
                   "SELECT number, enterprise, public_key, registered_at, registered_by, "
                   "registered_why, revoked_at, revoked_by, revoked_why FROM enterprise_keys "
                   "WHERE enterprise = ? ORDER BY number DESC",
                   enterprise);
    std::vector<EnterpriseKey> keys;
    while (read.next()) {
        keys.push_back({read.integer(0), read.text(1), read.text(2), read.instant(3), read.text(4),
                        read.text(5), read.maybe<rules::Instant>(6), read.text(7), read.text(8)});
    }
    return keys;
}

std::optional<std::int64_t> put_enterprise_key(Session& db, const EnterpriseKey& key) {
    const auto changed = db.exec(
        "INSERT INTO enterprise_keys(enterprise, public_key, registered_at, registered_by, "
        "registered_why) VALUES(?,?,?,?,?) ON CONFLICT DO NOTHING",
        key.enterprise, key.key, key.registered_at, key.registered_by, key.registered_why);
    if (changed == 0) return std::nullopt;
    return db.one<std::int64_t>(
        "SELECT number FROM enterprise_keys WHERE enterprise = ? AND public_key = ?",
        key.enterprise, key.key);
}

bool revoke_enterprise_key(Session& db, const EnterpriseKey& key) {
    return db.exec(
               "UPDATE enterprise_keys SET revoked_at = ?3, revoked_by = ?4, revoked_why = ?5 "
               "WHERE enterprise = ?1 AND public_key = ?2 AND revoked_at IS NULL",
               key.enterprise, key.key, key.revoked_at, key.revoked_by, key.revoked_why) > 0;
}

}  // namespace qk::daemon
