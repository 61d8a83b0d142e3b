#include "daemon/store/session.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>

namespace qk::daemon {
namespace {

// What SQLiteCpp throws is told in our own words' type.
template <class Work>
decltype(auto) told(Work&& work) {
    try {
        return work();
    } catch (const SQLite::Exception& error) {
        throw DatabaseError(error.what(), error.getErrorCode());
    }
}

std::unique_ptr<SQLite::Database> opened(const std::string& path, int flags, int busy_ms) {
    return told([&] { return std::make_unique<SQLite::Database>(path, flags, busy_ms); });
}

// SQLite would carry out the first and say nothing of the others.
bool is_one_statement(std::string_view sql) {
    char quote = 0;
    bool has_ended = false;
    for (const char c : sql) {
        if (has_ended && c != ' ' && c != '\n' && c != ';') return false;
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == ';') {
            has_ended = true;
        }
    }
    return true;
}

int flags_of(SessionUse use) {
    // One thread at a time, so SQLite need not lock at every column that is read.
    return SQLite::OPEN_NOMUTEX |
           (use == SessionUse::kWrite ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE
                                      : SQLite::OPEN_READONLY);
}

}  // namespace

Session::Session(const std::string& path, SessionUse use, std::chrono::milliseconds busy_timeout)
    : database_(opened(path, flags_of(use), static_cast<int>(busy_timeout.count()))) {}

Session::~Session() = default;

std::unique_ptr<SQLite::Statement> Session::take(std::string_view sql) {
    const auto known = by_text_.find(sql);
    if (known == by_text_.end()) {
        if (!is_one_statement(sql)) throw std::logic_error("more than one statement in one text");
        ++counts_.prepared;
        return told(
            [&] { return std::make_unique<SQLite::Statement>(*database_, std::string(sql)); });
    }
    ++counts_.found;
    std::unique_ptr<SQLite::Statement> statement = std::move(*known->second);
    idle_.erase(known->second);
    by_text_.erase(known);  // its key is the text of the statement
    return statement;
}

void Session::give_back(std::unique_ptr<SQLite::Statement> statement) noexcept {
    try {
        (void)statement->tryReset();  // what went wrong was told by the step
        statement->clearBindings();
        const std::string_view sql = statement->getQuery();
        // Most pragmas act when they are prepared, so a kept one would do nothing.
        if (sql.starts_with("PRAGMA")) return;
        // The same was in use twice.
        if (by_text_.contains(sql)) return;
        if (idle_.size() >= kStatementsKeptMax) {
            by_text_.erase(idle_.back()->getQuery());
            idle_.pop_back();
            ++counts_.dropped;
        }
        idle_.push_front(std::move(statement));
        by_text_.emplace(sql, idle_.begin());
    } catch (const std::exception&) {
        // No memory to keep it: it is prepared again when it is needed.
        by_text_.clear();
        idle_.clear();
    }
}

void Session::script(const std::string& sql) {
    by_text_.clear();
    idle_.clear();
    told([&] { database_->exec(sql); });
}

std::vector<std::string> Session::kept_texts() const {
    std::vector<std::string> texts;
    for (const auto& statement : idle_) texts.push_back(statement->getQuery());
    return texts;
}

std::int64_t Session::last_id() const { return database_->getLastInsertRowid(); }
std::int64_t Session::changes() const { return database_->getChanges(); }
sqlite3* Session::handle() const { return database_->getHandle(); }

Statement::Statement(Take, Session& session, std::string_view sql)
    : session_(&session), statement_(session.take(sql)) {}

Statement::Statement(Statement&& other) noexcept = default;

Statement::~Statement() {
    if (statement_) session_->give_back(std::move(statement_));
}

bool Statement::next() {
    return told([&] { return statement_->executeStep(); });
}
void Statement::reset() { (void)statement_->tryReset(); }
std::int64_t Statement::run_bound() {
    const std::int64_t changed = told([&] { return statement_->exec(); });
    reset();  // so that it can be bound again
    return changed;
}

int Statement::columns() const { return statement_->getColumnCount(); }
bool Statement::is_null(int column) const {
    return told([&] { return statement_->isColumnNull(column); });
}
std::int64_t Statement::integer(int column) const {
    return told([&] { return statement_->getColumn(column).getInt64(); });
}
int Statement::whole(int column) const {
    return told([&] { return statement_->getColumn(column).getInt(); });
}
double Statement::number(int column) const {
    return told([&] { return statement_->getColumn(column).getDouble(); });
}
std::string Statement::text(int column) const {
    return told([&] { return statement_->getColumn(column).getString(); });
}
std::string_view Statement::view(int column) const {
    return told([&]() -> std::string_view {
        const SQLite::Column value = statement_->getColumn(column);
        const char* text = value.getText();
        return {text, static_cast<std::size_t>(value.getBytes())};
    });
}

void Statement::bind_null(int index) {
    told([&] { statement_->bind(index); });
}
void Statement::bind_integer(int index, std::int64_t value) {
    told([&] { statement_->bind(index, value); });
}
void Statement::bind_number(int index, double value) {
    told([&] { statement_->bind(index, value); });
}
void Statement::bind_text(int index, const std::string& value) {
    told([&] { statement_->bind(index, value); });
}
void Statement::bind_in_place(int index, const std::string& value) {
    told([&] { statement_->bindNoCopy(index, value); });
}
void Statement::bind_blob(int index, std::string_view value) {
    // A pointer to nothing would be bound as NULL.
    const void* bytes = value.empty() ? "" : static_cast<const void*>(value.data());
    told([&] { statement_->bind(index, bytes, static_cast<int>(value.size())); });
}

Transaction::Transaction(Session& session, TransactionKind kind) : session_(session) {
    session_.exec(kind == TransactionKind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED");
}

Transaction::~Transaction() {
    if (is_committed_) return;
    try {
        session_.exec("ROLLBACK");
    } catch (const DatabaseError&) {
        // SQLite has rolled back by itself.
    }
}

void Transaction::commit() {
    session_.exec("COMMIT");
    is_committed_ = true;
}

Savepoint::Savepoint(Session& session) : session_(session) { session_.exec("SAVEPOINT part"); }

Savepoint::~Savepoint() {
    if (is_kept_) return;
    try {
        session_.exec("ROLLBACK TO SAVEPOINT part");
        session_.exec("RELEASE SAVEPOINT part");
    } catch (const DatabaseError&) {
        // SQLite has rolled the whole back by itself.
    }
}

void Savepoint::keep() {
    session_.exec("RELEASE SAVEPOINT part");
    is_kept_ = true;
}

}  // namespace qk::daemon
