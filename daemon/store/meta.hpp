// Single facts of the database, by key: the driven clock's last time, the audit log's head, ...
#pragma once

#include <SQLiteCpp/Database.h>

#include <optional>
#include <string>

namespace qk::daemon {

[[nodiscard]] std::optional<std::string> get_meta(SQLite::Database& db, const std::string& key);
void set_meta(SQLite::Database& db, const std::string& key, const std::string& value);

}  // namespace qk::daemon
