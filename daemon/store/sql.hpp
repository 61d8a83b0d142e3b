// Small helpers over SQLiteCpp: times and absent values in and out of columns.
#pragma once

#include <SQLiteCpp/Statement.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>

#include "rules/base/time.hpp"

namespace qk::daemon {

[[nodiscard]] inline std::int64_t seconds_of(rules::Instant t) {
    return t.time_since_epoch().count();
}
[[nodiscard]] inline rules::Instant instant_of(std::int64_t seconds) {
    return rules::Instant{std::chrono::seconds{seconds}};
}
[[nodiscard]] inline rules::Instant instant_at(SQLite::Statement& row, int column) {
    return instant_of(row.getColumn(column).getInt64());
}
[[nodiscard]] inline std::optional<rules::Instant> optional_instant_at(SQLite::Statement& row,
                                                                       int column) {
    if (row.isColumnNull(column)) return std::nullopt;
    return instant_at(row, column);
}
[[nodiscard]] inline std::string text_at(SQLite::Statement& row, int column) {
    return row.getColumn(column).getString();
}

inline void bind(SQLite::Statement& statement, int index, rules::Instant t) {
    statement.bind(index, seconds_of(t));
}
inline void bind(SQLite::Statement& statement, int index, const std::optional<rules::Instant>& t) {
    if (t) {
        statement.bind(index, seconds_of(*t));
    } else {
        statement.bind(index);
    }
}
inline void bind(SQLite::Statement& statement, int index, const std::optional<double>& value) {
    if (value) {
        statement.bind(index, *value);
    } else {
        statement.bind(index);
    }
}

// Binds a text that is not copied, so it must live until the statement has run. It must be a std::string
// already: one that a conversion makes, or that the caller is about to drop, would be gone by then, and
// neither compiles.
template <class Text>
    requires std::same_as<Text, std::string>
void bind_in_place(SQLite::Statement& statement, int index, const Text& text) {
    statement.bindNoCopy(index, text);
}
void bind_in_place(SQLite::Statement& statement, int index, std::string&& text) = delete;

// One number that a query of one row and one column answers.
[[nodiscard]] inline std::int64_t count_of(SQLite::Database& db, const char* query) {
    SQLite::Statement read(db, query);
    read.executeStep();
    return read.getColumn(0).getInt64();
}

}  // namespace qk::daemon
