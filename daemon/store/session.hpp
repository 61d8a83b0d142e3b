// One connection to the database, and the only way to it: outside daemon/store nobody names SQLite.
//
//     db.exec("UPDATE orders SET wanted = wanted + 1 WHERE enterprise = ?", enterprise);
//     const auto hash = db.one<std::string>("SELECT sha256 FROM orders WHERE enterprise = ?",
//     enterprise); Statement rows(db, "SELECT number, issued_at FROM forecasts WHERE source = ?",
//     source); while (rows.next()) use(rows.integer(0), rows.instant(1));
//
// Values are bound and read by their types: whole numbers, double, text, Blob, rules::Instant as
// whole seconds, an empty optional as NULL. A statement stays prepared on its session after use,
// found again by its text; beyond kStatementsKeptMax the one unused for longest goes.
//
// A session belongs to one thread at a time. What goes wrong throws DatabaseError; a statement that
// ends by a throw is reset and kept.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rules/base/time.hpp"

struct sqlite3;
namespace SQLite {
class Database;
class Statement;
}  // namespace SQLite

namespace qk::daemon {

class Session;

// The database could not do what it was asked. broken.hpp tells what its code means.
class DatabaseError : public std::runtime_error {
 public:
    DatabaseError(const std::string& why, int code) : std::runtime_error(why), code_(code) {}
    [[nodiscard]] int code() const { return code_; }

 private:
    int code_;
};

[[nodiscard]] inline std::int64_t seconds_of(rules::Instant t) {
    return t.time_since_epoch().count();
}
[[nodiscard]] inline rules::Instant instant_of(std::int64_t seconds) {
    return rules::Instant{std::chrono::seconds{seconds}};
}

// Bytes that are bound as they are, not as text.
struct Blob {
    std::string_view bytes;
};

// A text that is bound without a copy, so it must live until the statement has run. It must be a
// std::string already: one that a conversion makes, or that the caller is about to drop, would be
// gone by then, and neither compiles.
class InPlace {
 public:
    template <class Text>
    requires std::same_as<Text, std::string>
    explicit InPlace(const Text& text) : text_(text) {}
    explicit InPlace(std::string&&) = delete;
    [[nodiscard]] const std::string& text() const { return text_; }

 private:
    const std::string& text_;
};

// A prepared statement, and the row it stands at. Back to its session at the end.
class Statement {
 public:
    // Values for ?1, ?2, ... in order; what is left out is NULL.
    template <class... Values>
    Statement(Session& session, std::string_view sql, const Values&... values)
        : Statement(Take{}, session, sql) {
        bind_all(values...);
    }
    Statement(Statement&& other) noexcept;
    ~Statement();
    Statement& operator=(Statement&&) = delete;

    template <class Value>
    void bind(int index, const Value& value);
    template <class... Values>
    void bind_all([[maybe_unused]] const Values&... values) {
        [[maybe_unused]] int index = 0;
        (bind(++index, values), ...);
    }

    // To the first or next row; false: there is none.
    [[nodiscard]] bool next();
    // Once more from before the first row, with the values that are bound.
    void reset();
    // Runs a statement that gives no rows, with these values; the rows that it changed.
    template <class... Values>
    std::int64_t run(const Values&... values) {
        reset();
        bind_all(values...);
        return run_bound();
    }
    // A look-up once more, with these values; false: no row.
    template <class... Values>
    [[nodiscard]] bool find(const Values&... values) {
        reset();
        bind_all(values...);
        return next();
    }

    // Columns of the row, from 0. NULL reads as 0 or empty, but for an optional.
    template <class Value>
    [[nodiscard]] Value get(int column) const;
    template <class Value>
    [[nodiscard]] std::optional<Value> maybe(int column) const {
        if (is_null(column)) return std::nullopt;
        return get<Value>(column);
    }
    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] int columns() const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double number(int column) const;
    [[nodiscard]] std::string text(int column) const;       // of a BLOB: its bytes
    [[nodiscard]] std::string_view view(int column) const;  // until the next step
    [[nodiscard]] bool flag(int column) const { return integer(column) != 0; }
    [[nodiscard]] rules::Instant instant(int column) const { return instant_of(integer(column)); }

 private:
    struct Take {};
    Statement(Take, Session& session, std::string_view sql);

    void bind_null(int index);
    void bind_integer(int index, std::int64_t value);
    void bind_number(int index, double value);
    void bind_text(int index, const std::string& value);
    void bind_in_place(int index, const std::string& value);
    void bind_blob(int index, std::string_view value);
    [[nodiscard]] int whole(int column) const;  // the lower 32 bits
    std::int64_t run_bound();

    Session* session_;
    std::unique_ptr<SQLite::Statement> statement_;  // null: moved from
};

// Beyond these a session lets go of the statement that was unused for longest.
inline constexpr std::size_t kStatementsKeptMax = 256;
inline constexpr std::chrono::milliseconds kBusyTimeout{5000};

enum class SessionUse {
    kWrite,  // creates the file where there is none
    kRead,
};

struct StatementCounts {
    std::uint64_t prepared = 0;  // anew
    std::uint64_t found = 0;     // was still prepared
    std::uint64_t dropped = 0;   // to keep the limit
};

class Session {
 public:
    // ":memory:" for a database of its own without a file.
    Session(const std::string& path, SessionUse use,
            std::chrono::milliseconds busy_timeout = kBusyTimeout);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // Runs one statement that gives no rows; the rows that it changed.
    template <class... Values>
    std::int64_t exec(std::string_view sql, const Values&... values) {
        return Statement(*this, sql).run(values...);
    }
    template <class... Values>
    [[nodiscard]] Statement query(std::string_view sql, const Values&... values) {
        return Statement(*this, sql, values...);
    }
    // The first row; none: no row.
    template <class... Columns, class... Values>
    [[nodiscard]] std::optional<std::tuple<Columns...>> row(std::string_view sql,
                                                            const Values&... values) {
        Statement found(*this, sql, values...);
        if (!found.next()) return std::nullopt;
        return columns_of<Columns...>(found, std::index_sequence_for<Columns...>{});
    }
    // Its only column; none: no row. An optional column tells NULL.
    template <class Column, class... Values>
    [[nodiscard]] std::optional<Column> one(std::string_view sql, const Values&... values) {
        Statement found(*this, sql, values...);
        if (!found.next()) return std::nullopt;
        return found.get<Column>(0);
    }
    [[nodiscard]] bool has(std::string_view sql, const auto&... values) {
        return Statement(*this, sql, values...).next();
    }
    // The number that a query of one row answers.
    template <class... Values>
    [[nodiscard]] std::int64_t count(std::string_view sql, const Values&... values) {
        return one<std::int64_t>(sql, values...).value();
    }
    // each(sql, values..., take): `take` gets each row, and may answer false to stop.
    template <class... ValuesAndTake>
    void each(std::string_view sql, ValuesAndTake&&... values_and_take) {
        const auto all = std::forward_as_tuple(values_and_take...);
        constexpr std::size_t kValues = sizeof...(ValuesAndTake) - 1;
        const auto prepare = [&]<std::size_t... I>(std::index_sequence<I...>) {
            return Statement(*this, sql, std::get<I>(all)...);
        };
        Statement rows = prepare(std::make_index_sequence<kValues>{});
        auto& take = std::get<kValues>(all);
        while (rows.next()) {
            if constexpr (std::is_void_v<std::invoke_result_t<decltype(take), Statement&>>) {
                take(rows);
            } else if (!take(rows)) {
                return;
            }
        }
    }
    // Statements in a row, of which none is kept: schema steps, pragmas.
    void script(const std::string& sql);

    [[nodiscard]] std::int64_t last_id() const;
    // Rows that the last statement changed.
    [[nodiscard]] std::int64_t changes() const;
    [[nodiscard]] const StatementCounts& statements() const { return counts_; }
    [[nodiscard]] std::size_t kept() const { return idle_.size(); }
    // Of the kept statements, the last used first: for a look at how the database runs them.
    [[nodiscard]] std::vector<std::string> kept_texts() const;
    // For what only SQLite has: hooks, checkpoints.
    [[nodiscard]] sqlite3* handle() const;

 private:
    friend class Statement;
    using Idle = std::list<std::unique_ptr<SQLite::Statement>>;

    template <class... Columns, std::size_t... I>
    static std::tuple<Columns...> columns_of(const Statement& found, std::index_sequence<I...>) {
        return {found.get<Columns>(static_cast<int>(I))...};
    }
    [[nodiscard]] std::unique_ptr<SQLite::Statement> take(std::string_view sql);
    void give_back(std::unique_ptr<SQLite::Statement> statement) noexcept;

    std::unique_ptr<SQLite::Database> database_;
    Idle idle_;  // the last used first
    std::unordered_map<std::string_view, Idle::iterator> by_text_;
    StatementCounts counts_;
};

enum class TransactionKind {
    kWrite,  // from its begin
    kRead,   // one snapshot for all that is asked
};

// Rolled back at the end unless committed. One at a time: a second inside it is refused.
class Transaction {
 public:
    Transaction(Session& session, TransactionKind kind);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

 private:
    Session& session_;
    bool is_committed_ = false;
};

// A part of a transaction that can be taken back alone. Taken back at the end unless kept.
class Savepoint {
 public:
    explicit Savepoint(Session& session);
    ~Savepoint();
    Savepoint(const Savepoint&) = delete;
    Savepoint& operator=(const Savepoint&) = delete;
    void keep();

 private:
    Session& session_;
    bool is_kept_ = false;
};

template <class Value>
void Statement::bind(int index, const Value& value) {
    if constexpr (std::is_same_v<Value, std::nullopt_t>) {
        bind_null(index);
    } else if constexpr (requires { value.has_value(); }) {
        if (value) {
            bind(index, *value);
        } else {
            bind_null(index);
        }
    } else if constexpr (std::integral<Value>) {
        bind_integer(index, static_cast<std::int64_t>(value));
    } else if constexpr (std::is_same_v<Value, double>) {
        bind_number(index, value);
    } else if constexpr (std::is_same_v<Value, rules::Instant>) {
        bind_integer(index, seconds_of(value));
    } else if constexpr (std::is_same_v<Value, std::string>) {
        bind_text(index, value);
    } else if constexpr (std::is_same_v<Value, InPlace>) {
        bind_in_place(index, value.text());
    } else if constexpr (std::is_same_v<Value, Blob>) {
        bind_blob(index, value.bytes);
    } else {
        bind_text(index, std::string(std::string_view(value)));
    }
}

template <class Value>
Value Statement::get(int column) const {
    if constexpr (requires(Value & value) { value.has_value(); }) {
        return maybe<typename Value::value_type>(column);
    } else if constexpr (std::is_same_v<Value, bool>) {
        return flag(column);
    } else if constexpr (std::is_same_v<Value, int>) {
        return whole(column);
    } else if constexpr (std::integral<Value>) {
        return static_cast<Value>(integer(column));
    } else if constexpr (std::is_same_v<Value, double>) {
        return number(column);
    } else if constexpr (std::is_same_v<Value, rules::Instant>) {
        return instant(column);
    } else if constexpr (std::is_same_v<Value, std::string_view>) {
        return view(column);
    } else {
        static_assert(std::is_same_v<Value, std::string>);
        return text(column);
    }
}

}  // namespace qk::daemon
