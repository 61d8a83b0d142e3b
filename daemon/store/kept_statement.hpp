// Statements that stay prepared on their connection: where one row is found by its key, preparing
// costs more than reading it.
//
//     KeptStatement read(db, "SELECT ... WHERE enterprise = ?");
//     read->bind(1, enterprise);
//     if (read->executeStep()) ...
//
// A thread that has a connection of its own, as each of the readers, holds a StatementShelf for it.
// Anywhere else the statement is prepared for this once.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>

namespace qk::daemon {

// Beyond these a statement is not kept; the texts come from the program, so there are few.
inline constexpr std::size_t kStatementsKeptMax = 64;

// Of the connection that this thread uses; one a thread. Dies before its connection.
class StatementShelf {
 public:
    explicit StatementShelf(SQLite::Database& db);
    ~StatementShelf();
    StatementShelf(const StatementShelf&) = delete;
    StatementShelf& operator=(const StatementShelf&) = delete;

    // Of this thread and connection; null: there is none.
    [[nodiscard]] static StatementShelf* of(const SQLite::Database& db);

    // Ready to be bound; none where it is in use, or was never put here.
    [[nodiscard]] std::unique_ptr<SQLite::Statement> take(const std::string& sql);
    void put(std::unique_ptr<SQLite::Statement> statement);
    [[nodiscard]] std::size_t size() const { return kept_.size(); }

 private:
    SQLite::Database& db_;
    std::map<std::string, std::unique_ptr<SQLite::Statement>> kept_;  // null: in use
};

class KeptStatement {
 public:
    KeptStatement(SQLite::Database& db, const std::string& sql);
    ~KeptStatement();
    KeptStatement(const KeptStatement&) = delete;
    KeptStatement& operator=(const KeptStatement&) = delete;

    [[nodiscard]] SQLite::Statement& operator*() { return *statement_; }
    [[nodiscard]] SQLite::Statement* operator->() { return statement_.get(); }

 private:
    StatementShelf* shelf_;
    std::unique_ptr<SQLite::Statement> statement_;
};

}  // namespace qk::daemon
