// What the daemon relies on in a session, whatever database is behind it: a backend is one more
// type in the list of backends.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "daemon/store/session.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

using std::chrono::milliseconds;

// SQLite with the rollback journal that it has by itself.
class PlainSqlite {
 public:
    [[nodiscard]] std::unique_ptr<Session> open(SessionUse use,
                                                milliseconds patience = kBusyTimeout) {
        return std::make_unique<Session>(scratch_.file("a.db"), use, patience);
    }
    [[nodiscard]] static bool is_busy(const DatabaseError& error) {
        return error.code() == SQLITE_BUSY;
    }
    [[nodiscard]] static bool is_constraint(const DatabaseError& error) {
        return error.code() == SQLITE_CONSTRAINT;
    }
    [[nodiscard]] static bool is_for_readers(const DatabaseError& error) {
        return error.code() == SQLITE_READONLY;
    }

 private:
    Scratch scratch_;
};

// SQLite as the store opens it.
class LoggedSqlite : public PlainSqlite {
 public:
    [[nodiscard]] std::unique_ptr<Session> open(SessionUse use,
                                                milliseconds patience = kBusyTimeout) {
        auto session = PlainSqlite::open(use, patience);
        if (use == SessionUse::kWrite) session->script("PRAGMA journal_mode=WAL");
        return session;
    }
};

template <class Backend>
class SessionConformance : public testing::Test {
 protected:
    SessionConformance() {
        db_->script(
            "CREATE TABLE pairs(name TEXT PRIMARY KEY, value INTEGER) STRICT;"
            "CREATE TABLE anything(number INTEGER PRIMARY KEY, value ANY) STRICT");
    }
    void put(const std::string& name, std::int64_t value) {
        db_->exec("INSERT INTO pairs(name, value) VALUES(?, ?)", name, value);
    }
    [[nodiscard]] std::int64_t pairs() { return db_->count("SELECT count(*) FROM pairs"); }
    template <class Value>
    Statement stored(const Value& value) {
        db_->exec("INSERT INTO anything(value) VALUES(?)", value);
        Statement row = db_->query("SELECT value, typeof(value) FROM anything WHERE number = ?",
                                   db_->last_id());
        EXPECT_TRUE(row.next());
        return row;
    }
    // What `work` throws.
    template <class Work>
    [[nodiscard]] std::optional<DatabaseError> refusal_of(Work work) {
        try {
            work();
        } catch (const DatabaseError& error) {
            return error;
        }
        return std::nullopt;
    }

    Backend backend_;
    std::unique_ptr<Session> db_ = backend_.open(SessionUse::kWrite);
};

using Backends = testing::Types<PlainSqlite, LoggedSqlite>;
TYPED_TEST_SUITE(SessionConformance, Backends);

TYPED_TEST(SessionConformance, WholeNumbersComeBackToTheirEnds) {
    using Ends = std::numeric_limits<std::int64_t>;
    for (const std::int64_t value : {Ends::min(), std::int64_t{-1}, std::int64_t{0}, Ends::max()}) {
        EXPECT_EQ(this->stored(value).integer(0), value);
        EXPECT_EQ(this->stored(value).template get<std::int64_t>(0), value);
        EXPECT_EQ(this->stored(std::optional(value)).template maybe<std::int64_t>(0), value);
    }
    EXPECT_EQ(this->stored(std::numeric_limits<int>::min()).template get<int>(0),
              std::numeric_limits<int>::min());
    EXPECT_EQ(this->stored(std::size_t{7}).template get<std::size_t>(0), 7U);
    EXPECT_TRUE(this->stored(true).flag(0));
    EXPECT_FALSE(this->stored(false).template get<bool>(0));
    EXPECT_EQ(this->stored(std::int64_t{1}).text(1), "integer");
}

TYPED_TEST(SessionConformance, NumbersWithAFractionComeBackToTheLastBit) {
    using Ends = std::numeric_limits<double>;
    for (const double value :
         {0.1, -1.0 / 3, Ends::max(), Ends::lowest(), Ends::min(), Ends::denorm_min()}) {
        EXPECT_EQ(this->stored(value).number(0), value);
        EXPECT_EQ(this->stored(value).template get<double>(0), value);
    }
    EXPECT_EQ(this->stored(2.0).text(1), "real");
}

TYPED_TEST(SessionConformance, TextComesBackByteForByte) {
    const std::string with_nul("a\0b", 3);
    for (const std::string& value : {std::string(), std::string("'; DROP TABLE pairs; --"),
                                     with_nul, std::string("晴空 — 𝄞")}) {
        EXPECT_EQ(this->stored(value).text(0), value);
        EXPECT_EQ(this->stored(std::string_view(value)).text(0), value);
        EXPECT_EQ(this->stored(InPlace(value)).text(0), value);
        Statement row = this->stored(value);
        EXPECT_EQ(row.view(0), value);
        EXPECT_FALSE(row.is_null(0));
        EXPECT_EQ(row.text(1), "text");
    }
    EXPECT_EQ(this->stored("literal").text(0), "literal");
}

TYPED_TEST(SessionConformance, BytesComeBackAsTheyWere) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    for (const std::string& bytes : {all, std::string()}) {
        Statement row = this->stored(Blob{bytes});
        EXPECT_EQ(row.text(0), bytes);
        EXPECT_FALSE(row.is_null(0));
        EXPECT_EQ(row.text(1), "blob");
    }
    EXPECT_TRUE(this->stored(Blob{{}}).template maybe<std::string>(0).has_value());
}

TYPED_TEST(SessionConformance, InstantsAreWholeSeconds) {
    const rules::Instant before{std::chrono::seconds{-1}};
    EXPECT_EQ(this->stored(before).instant(0), before);
    EXPECT_EQ(this->stored(before).integer(0), -1);
    EXPECT_EQ(this->stored(std::optional(before)).template maybe<rules::Instant>(0), before);
}

TYPED_TEST(SessionConformance, NothingIsNullAndNotZeroOrEmpty) {
    Statement row = this->stored(std::optional<std::string>());
    EXPECT_TRUE(row.is_null(0));
    EXPECT_EQ(row.text(1), "null");
    EXPECT_EQ(row.template maybe<std::string>(0), std::nullopt);
    EXPECT_EQ(row.template get<std::optional<std::int64_t>>(0), std::nullopt);
    EXPECT_EQ(row.text(0), "");
    EXPECT_EQ(row.integer(0), 0);
    EXPECT_TRUE(this->stored(std::nullopt).is_null(0));
    EXPECT_TRUE(this->stored(std::optional<double>()).is_null(0));
}

TYPED_TEST(SessionConformance, AskingTellsNoRowFromARowOfNothing) {
    this->put("a", 1);
    this->db_->exec("INSERT INTO pairs(name) VALUES('empty')");
    constexpr const char* kSql = "SELECT value FROM pairs WHERE name = ?";
    using Value = std::optional<std::int64_t>;
    EXPECT_EQ(this->db_->template one<std::int64_t>(kSql, "a"), 1);
    EXPECT_EQ(this->db_->template one<std::int64_t>(kSql, "nobody"), std::nullopt);
    EXPECT_EQ(this->db_->template one<Value>(kSql, "empty"), std::optional<Value>(Value()));
    EXPECT_TRUE(this->db_->has(kSql, "empty"));
    EXPECT_FALSE(this->db_->has(kSql, "nobody"));
    const auto row = this->db_->template row<std::string, std::int64_t>(
        "SELECT name, value FROM pairs WHERE name = ?", "a");
    EXPECT_EQ(row, std::make_tuple(std::string("a"), std::int64_t{1}));
    EXPECT_EQ((this->db_->template row<std::string, std::int64_t>(
                  "SELECT name, value FROM pairs WHERE name = ?", "nobody")),
              std::nullopt);
}

TYPED_TEST(SessionConformance, WritingTellsHowManyRowsChangedAndTheNumberOfTheNewOne) {
    this->put("a", 1);
    this->put("b", 1);
    EXPECT_EQ(this->db_->exec("UPDATE pairs SET value = 2"), 2);
    EXPECT_EQ(this->db_->exec("UPDATE pairs SET value = 3 WHERE name = ?", "nobody"), 0);
    this->db_->exec("INSERT INTO anything(number, value) VALUES(41, 0)");
    this->db_->exec("INSERT INTO anything(value) VALUES(0)");
    EXPECT_EQ(this->db_->last_id(), 42);
    EXPECT_EQ(this->db_->changes(), 1);
}

TYPED_TEST(SessionConformance, WhatWasNotCommittedIsGone) {
    {
        Transaction transaction(*this->db_, TransactionKind::kWrite);
        this->put("a", 1);
    }
    EXPECT_EQ(this->pairs(), 0);
    const auto fail = [this] {
        Transaction transaction(*this->db_, TransactionKind::kWrite);
        this->put("a", 1);
        throw std::runtime_error("changed my mind");
    };
    EXPECT_THROW(fail(), std::runtime_error);
    EXPECT_EQ(this->pairs(), 0);
    {
        Transaction transaction(*this->db_, TransactionKind::kWrite);
        this->put("a", 1);
        transaction.commit();
    }
    EXPECT_EQ(this->backend_.open(SessionUse::kRead)->count("SELECT count(*) FROM pairs"), 1);
}

TYPED_TEST(SessionConformance, ATransactionInsideAnotherIsRefusedAndTheFirstGoesOn) {
    Transaction transaction(*this->db_, TransactionKind::kWrite);
    this->put("a", 1);
    EXPECT_THROW(Transaction(*this->db_, TransactionKind::kWrite), DatabaseError);
    EXPECT_THROW(Transaction(*this->db_, TransactionKind::kRead), DatabaseError);
    this->put("b", 2);
    transaction.commit();
    EXPECT_EQ(this->pairs(), 2);
}

TYPED_TEST(SessionConformance, APartIsTakenBackAlone) {
    Transaction transaction(*this->db_, TransactionKind::kWrite);
    this->put("a", 1);
    {
        Savepoint part(*this->db_);
        this->put("b", 2);
    }
    {
        Savepoint part(*this->db_);
        this->put("c", 3);
        {
            Savepoint inner(*this->db_);
            this->put("d", 4);
        }
        part.keep();
    }
    transaction.commit();
    std::string names;
    this->db_->each("SELECT name FROM pairs ORDER BY name",
                    [&](const Statement& row) { names += row.text(0); });
    EXPECT_EQ(names, "ac");
}

TYPED_TEST(SessionConformance, WhoWouldWriteBesideAWriterIsToldThatItIsBusy) {
    const auto other = this->backend_.open(SessionUse::kWrite, milliseconds{0});
    Transaction transaction(*this->db_, TransactionKind::kWrite);
    this->put("a", 1);
    const auto refusal =
        this->refusal_of([&] { Transaction second(*other, TransactionKind::kWrite); });
    ASSERT_TRUE(refusal);
    EXPECT_TRUE(TypeParam::is_busy(*refusal)) << refusal->what();
    transaction.commit();
    EXPECT_FALSE(this->refusal_of([&] { Transaction second(*other, TransactionKind::kWrite); }));
}

TYPED_TEST(SessionConformance, AReadingTransactionSeesOneState) {
    // Whoever reads from a journal keeps the writer from its commit.
    if constexpr (std::is_same_v<TypeParam, LoggedSqlite>) {
        const auto reader = this->backend_.open(SessionUse::kRead);
        Transaction transaction(*reader, TransactionKind::kRead);
        EXPECT_EQ(reader->count("SELECT count(*) FROM pairs"), 0);
        this->put("a", 1);
        EXPECT_EQ(reader->count("SELECT count(*) FROM pairs"), 0);
        transaction.commit();
        EXPECT_EQ(reader->count("SELECT count(*) FROM pairs"), 1);
    }
}

TYPED_TEST(SessionConformance, AReaderCannotWrite) {
    const auto reader = this->backend_.open(SessionUse::kRead);
    const auto refusal = this->refusal_of([&] { reader->exec("DELETE FROM pairs"); });
    ASSERT_TRUE(refusal);
    EXPECT_TRUE(TypeParam::is_for_readers(*refusal)) << refusal->what();
}

TYPED_TEST(SessionConformance, ABrokenConstraintIsToldAndTheSessionGoesOn) {
    this->put("a", 1);
    const auto refusal = this->refusal_of([this] { this->put("a", 2); });
    ASSERT_TRUE(refusal);
    EXPECT_TRUE(TypeParam::is_constraint(*refusal)) << refusal->what();
    this->put("b", 2);  // by the same statement
    EXPECT_EQ(this->pairs(), 2);
    Statement insert(*this->db_, "INSERT INTO pairs(name, value) VALUES(?, ?)");
    EXPECT_TRUE(this->refusal_of([&] { insert.run("b", 3); }));
    EXPECT_EQ(insert.run("c", 3), 1);
}

TYPED_TEST(SessionConformance, AStatementStaysPreparedAndForgetsItsValues) {
    this->put("a", 1);
    constexpr const char* kSql = "SELECT value FROM pairs WHERE name = ?";
    EXPECT_EQ(this->db_->template one<std::int64_t>(kSql, "a"), 1);
    const StatementCounts before = this->db_->statements();
    EXPECT_EQ(this->db_->template one<std::int64_t>(kSql, "b"), std::nullopt);
    EXPECT_EQ(this->db_->template one<std::int64_t>(std::string(kSql)), std::nullopt)
        << "the value of before is not bound any more";
    EXPECT_EQ(this->db_->statements().prepared, before.prepared);
    EXPECT_EQ(this->db_->statements().found, before.found + 2);
}

TYPED_TEST(SessionConformance, OneThatIsInUseIsNotGivenTwice) {
    this->put("a", 1);
    this->put("b", 2);
    constexpr const char* kSql = "SELECT value FROM pairs WHERE name = ?";
    Statement outer(*this->db_, kSql, "a");
    ASSERT_TRUE(outer.next());
    EXPECT_EQ(this->db_->template one<std::int64_t>(kSql, "b"), 2);
    EXPECT_EQ(outer.integer(0), 1);
}

TYPED_TEST(SessionConformance, ASettingActsEachTimeAndIsNotKept) {
    const std::size_t kept = this->db_->kept();
    for (int i = 0; i < 3; ++i) {
        this->db_->exec("PRAGMA query_only=ON");
        EXPECT_TRUE(this->refusal_of([this] { this->put("a", 1); }));
        this->db_->exec("PRAGMA query_only=OFF");
        EXPECT_FALSE(this->refusal_of([&] { this->put(std::to_string(i), 1); }));
    }
    EXPECT_EQ(this->db_->kept(), kept + 1) << "what wrote";
}

TYPED_TEST(SessionConformance, BeyondTheLimitTheOneUnusedForLongestGoes) {
    const auto ask = [this](std::size_t i) {
        return this->db_->count("SELECT " + std::to_string(i));
    };
    for (std::size_t i = 0; i < kStatementsKeptMax; ++i) ask(i);
    ask(0);
    const std::uint64_t dropped = this->db_->statements().dropped;
    ask(kStatementsKeptMax);
    EXPECT_EQ(this->db_->kept(), kStatementsKeptMax);
    EXPECT_EQ(this->db_->statements().dropped, dropped + 1);
    const std::uint64_t prepared = this->db_->statements().prepared;
    ask(0);
    EXPECT_EQ(this->db_->statements().prepared, prepared) << "it was used since";
    ask(1);
    EXPECT_EQ(this->db_->statements().prepared, prepared + 1);
}

TYPED_TEST(SessionConformance, AKeptStatementSurvivesAChangeOfTheSchema) {
    this->put("a", 1);
    constexpr const char* kSql = "SELECT value FROM pairs WHERE name = ?";
    constexpr const char* kAll = "SELECT * FROM pairs";
    EXPECT_EQ(this->db_->template one<std::int64_t>(kSql, "a"), 1);
    EXPECT_EQ(this->db_->query(kAll).columns(), 2);
    this->backend_.open(SessionUse::kWrite)->script("CREATE INDEX by_value ON pairs(value, name)");
    EXPECT_EQ(this->db_->template one<std::int64_t>(kSql, "a"), 1);
    this->db_->script("ALTER TABLE pairs ADD COLUMN note TEXT");
    EXPECT_EQ(this->db_->template one<std::int64_t>(kSql, "a"), 1);
    EXPECT_EQ(this->db_->query(kAll).columns(), 3);
}

TYPED_TEST(SessionConformance, GoingThroughRowsStopsEarlyAndHoldsNothing) {
    for (int i = 0; i < 5; ++i) this->put(std::to_string(i), i);
    std::vector<std::int64_t> seen;
    const auto take_two = [&](const Statement& row) {
        seen.push_back(row.integer(0));
        return seen.size() < 2;
    };
    constexpr const char* kSql = "SELECT value FROM pairs WHERE value >= ? ORDER BY value";
    this->db_->each(kSql, 1, take_two);
    EXPECT_EQ(seen, (std::vector<std::int64_t>{1, 2}));
    const auto fail = [](const Statement&) { throw std::runtime_error("no more"); };
    EXPECT_THROW(this->db_->each(kSql, 1, fail), std::runtime_error);
    seen.clear();
    this->db_->each(kSql, 3, [&](const Statement& row) { seen.push_back(row.integer(0)); });
    EXPECT_EQ(seen, (std::vector<std::int64_t>{3, 4}));
    // A row that somebody still stands at would keep the table.
    this->db_->each(kSql, 1, [](const Statement&) { return false; });
    EXPECT_NO_THROW(this->db_->script("DROP TABLE pairs"));
}

TYPED_TEST(SessionConformance, ALookUpOnceMoreStandsAtTheRowOfItsNewValues) {
    this->put("a", 1);
    this->put("b", 2);
    Statement find(*this->db_, "SELECT value FROM pairs WHERE name = ?");
    ASSERT_TRUE(find.find("a"));
    EXPECT_EQ(find.integer(0), 1);
    ASSERT_TRUE(find.find("b"));
    EXPECT_EQ(find.integer(0), 2);
    EXPECT_FALSE(find.find("nobody"));
}

TYPED_TEST(SessionConformance, TwoStatementsInOneTextAreRefusedAndNeitherRuns) {
    EXPECT_THROW(this->db_->exec("INSERT INTO pairs VALUES('a', 1); DELETE FROM anything"),
                 std::logic_error);
    EXPECT_EQ(this->pairs(), 0);
    EXPECT_EQ(this->db_->exec("INSERT INTO pairs VALUES('a; b', 1) ;\n"), 1);
    EXPECT_TRUE(this->db_->has("SELECT 1 FROM pairs WHERE name = 'a; b'"));
}

TYPED_TEST(SessionConformance, AFaultInTheTextIsToldEachTime) {
    for (int i = 0; i < 2; ++i) {
        EXPECT_THROW(this->db_->exec("INSERT INTO nowhere VALUES(1)"), DatabaseError);
    }
    EXPECT_THROW(this->db_->exec("UPDATE pairs SET value = ?1", 1, 2), DatabaseError)
        << "a value too many";
}

}  // namespace
}  // namespace qk::daemon
