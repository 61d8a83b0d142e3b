// Binding and reading the types of this program: instants as whole seconds, empty optionals as
// NULL.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/store/sql.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

inline void bind_value(SQLite::Statement& statement, int index, std::int64_t value) {
    statement.bind(index, value);
}
inline void bind_value(SQLite::Statement& statement, int index, int value) {
    statement.bind(index, value);
}
inline void bind_value(SQLite::Statement& statement, int index, const std::string& value) {
    statement.bind(index, value);
}
inline void bind_value(SQLite::Statement& statement, int index, std::string_view value) {
    statement.bind(index, std::string(value));
}
inline void bind_value(SQLite::Statement& statement, int index, const char* value) {
    statement.bind(index, value);
}
inline void bind_value(SQLite::Statement& statement, int index, rules::Instant value) {
    statement.bind(index, seconds_of(value));
}
template <class T>
void bind_value(SQLite::Statement& statement, int index, const std::optional<T>& value) {
    if (value) {
        bind_value(statement, index, *value);
    } else {
        statement.bind(index);
    }
}

// Binds values to ?1, ?2, ... in order.
template <class... Values>
void bind_all(SQLite::Statement& statement, const Values&... values) {
    int index = 0;
    (bind_value(statement, ++index, values), ...);
}

template <class... Values>
void run_statement(SQLite::Database& db, const char* sql, const Values&... values) {
    SQLite::Statement statement(db, sql);
    bind_all(statement, values...);
    statement.exec();
}

[[nodiscard]] inline std::optional<rules::Instant> maybe_instant(SQLite::Column column) {
    if (column.isNull()) return std::nullopt;
    return instant_of(column.getInt64());
}

}  // namespace qk::daemon
