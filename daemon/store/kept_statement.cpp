#include "daemon/store/kept_statement.hpp"

#include <sqlite3.h>

#include <cassert>
#include <utility>

namespace qk::daemon {
namespace {

thread_local StatementShelf* shelf_of_thread = nullptr;

}  // namespace

StatementShelf::StatementShelf(SQLite::Database& db) : db_(db) {
    assert(shelf_of_thread == nullptr);
    shelf_of_thread = this;
}

StatementShelf::~StatementShelf() { shelf_of_thread = nullptr; }

StatementShelf* StatementShelf::of(const SQLite::Database& db) {
    const bool is_its_thread = shelf_of_thread != nullptr && &shelf_of_thread->db_ == &db;
    return is_its_thread ? shelf_of_thread : nullptr;
}

std::unique_ptr<SQLite::Statement> StatementShelf::take(const std::string& sql) {
    const auto kept = kept_.find(sql);
    return kept == kept_.end() ? nullptr : std::move(kept->second);
}

void StatementShelf::put(std::unique_ptr<SQLite::Statement> statement) {
    const auto kept = kept_.find(statement->getQuery());
    if (kept != kept_.end()) {
        kept->second = std::move(statement);
    } else if (kept_.size() < kStatementsKeptMax) {
        std::string sql = statement->getQuery();
        kept_.emplace(std::move(sql), std::move(statement));
    }
}

KeptStatement::KeptStatement(SQLite::Database& db, const std::string& sql)
    : shelf_(StatementShelf::of(db)), statement_(shelf_ != nullptr ? shelf_->take(sql) : nullptr) {
    if (!statement_) statement_ = std::make_unique<SQLite::Statement>(db, sql);
}

KeptStatement::~KeptStatement() {
    if (shelf_ == nullptr) return;
    (void)statement_->tryReset();  // what went wrong was told by the step
    statement_->clearBindings();
    shelf_->put(std::move(statement_));
}

}  // namespace qk::daemon
