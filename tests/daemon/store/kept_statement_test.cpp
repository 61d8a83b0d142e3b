#include "daemon/store/kept_statement.hpp"

#include <gtest/gtest.h>

#include <string>

namespace qk::daemon {
namespace {

constexpr char kSql[] = "SELECT value FROM pairs WHERE name = ?";

class KeptStatements : public testing::Test {
 protected:
    KeptStatements() {
        db_.exec("CREATE TABLE pairs(name TEXT PRIMARY KEY, value TEXT)");
        db_.exec("INSERT INTO pairs VALUES('a', '1'), ('b', '2')");
    }
    std::string value_of(const std::string& name) {
        KeptStatement read(db_, kSql);
        if (!name.empty()) read->bind(1, name);
        return read->executeStep() ? read->getColumn(0).getString() : "none";
    }

    SQLite::Database db_{":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
};

TEST_F(KeptStatements, OneIsPreparedOnceAndForgetsWhatItWasBoundTo) {
    StatementShelf shelf(db_);
    EXPECT_EQ(value_of("a"), "1");
    EXPECT_EQ(shelf.size(), 1U);
    EXPECT_EQ(value_of("b"), "2");
    EXPECT_EQ(value_of(""), "none");
    EXPECT_EQ(shelf.size(), 1U);
    const auto kept = shelf.take(kSql);
    ASSERT_NE(kept, nullptr);
    EXPECT_EQ(kept->getQuery(), kSql);
}

TEST_F(KeptStatements, OneThatIsInUseIsNotGivenTwice) {
    StatementShelf shelf(db_);
    KeptStatement outer(db_, kSql);
    outer->bind(1, "a");
    ASSERT_TRUE(outer->executeStep());
    EXPECT_EQ(value_of("b"), "2");
    EXPECT_EQ(outer->getColumn(0).getString(), "1");
}

TEST_F(KeptStatements, OneThatFailedIsReadyAgain) {
    StatementShelf shelf(db_);
    const auto insert = [this](const std::string& name) {
        KeptStatement write(db_, "INSERT INTO pairs VALUES(?, ?)");
        write->bind(1, name);
        write->exec();
    };
    EXPECT_THROW(insert("a"), SQLite::Exception);
    insert("c");
    EXPECT_EQ(value_of("c"), "");
}

TEST_F(KeptStatements, AReadingThatIsOverHoldsNothingOpen) {
    StatementShelf shelf(db_);
    EXPECT_EQ(value_of("a"), "1");
    // Refused while a statement reads the table.
    EXPECT_NO_THROW(db_.exec("DROP TABLE pairs"));
}

TEST_F(KeptStatements, OnAnotherConnectionNothingIsKept) {
    SQLite::Database other(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    StatementShelf shelf(other);
    EXPECT_EQ(StatementShelf::of(db_), nullptr);
    EXPECT_EQ(value_of("a"), "1");
    EXPECT_EQ(shelf.size(), 0U);
}

TEST_F(KeptStatements, BeyondSomeNoMoreAreKept) {
    StatementShelf shelf(db_);
    for (std::size_t i = 0; i < kStatementsKeptMax + 10; ++i) {
        KeptStatement read(db_, "SELECT " + std::to_string(i));
        ASSERT_TRUE(read->executeStep());
        EXPECT_EQ(read->getColumn(0).getInt(), static_cast<int>(i));
    }
    EXPECT_EQ(shelf.size(), kStatementsKeptMax);
}

}  // namespace
}  // namespace qk::daemon
