#include "daemon/store/meta.hpp"

#include <SQLiteCpp/Statement.h>

namespace qk::daemon {

std::optional<std::string> get_meta(SQLite::Database& db, const std::string& key) {
    SQLite::Statement read(db, "SELECT value FROM meta WHERE key = ?");
    read.bind(1, key);
    if (!read.executeStep()) return std::nullopt;
    return read.getColumn(0).getString();
}

void set_meta(SQLite::Database& db, const std::string& key, const std::string& value) {
    SQLite::Statement write(db,
                            "INSERT INTO meta(key, value) VALUES(?, ?) "
                            "ON CONFLICT(key) DO UPDATE SET value = excluded.value");
    write.bind(1, key);
    write.bind(2, value);
    write.exec();
}

}  // namespace qk::daemon
