// Single facts of the database, by key: the driven clock's last time, the audit log's head, ...
#pragma once

#include <optional>
#include <string>

#include "daemon/store/session.hpp"

namespace qk::daemon {

[[nodiscard]] std::optional<std::string> get_meta(Session& db, const std::string& key);
void set_meta(Session& db, const std::string& key, const std::string& value);
void forget_meta(Session& db, const std::string& key);

// Whether the database runs a statement; one that cannot throws.
[[nodiscard]] bool is_answering(Session& db);

}  // namespace qk::daemon
