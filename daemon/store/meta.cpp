#include "daemon/store/meta.hpp"

#include "daemon/store/session.hpp"

namespace qk::daemon {

std::optional<std::string> get_meta(Session& db, const std::string& key) {
    return db.one<std::string>("SELECT value FROM meta WHERE key = ?", key);
}

void set_meta(Session& db, const std::string& key, const std::string& value) {
    db.exec(
        "INSERT INTO meta(key, value) VALUES(?, ?) "
        "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        key, value);
}

void forget_meta(Session& db, const std::string& key) {
    db.exec("DELETE FROM meta WHERE key = ?", key);
}

bool is_answering(Session& db) { return db.one<int>("SELECT 1") == 1; }

}  // namespace qk::daemon
