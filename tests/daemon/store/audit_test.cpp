#include "daemon/store/audit.hpp"

#include <gtest/gtest.h>

#include "daemon/store/store.hpp"

namespace qk::daemon {
namespace {

class Audit : public testing::Test {
 protected:
    void SetUp() override {
        store_ = std::move(Store::open(":memory:", StoreMode::kInline).value());
        for (int i = 1; i <= 5; ++i) {
            AuditEntry entry;
            entry.at = rules::Instant{std::chrono::seconds{1'450'000'000 + i}};
            entry.person = "zhang.wei";
            entry.action = "warning.sign";
            entry.subject = i % 2 == 0 ? "w-even" : "w-odd";
            entry.detail = {{"colour", "orange"}, {"ratio", 0.2}};
            auto work = [&entry](SQLite::Database& db) { return append_audit(db, entry); };
            EXPECT_EQ(store_->transact_now(work), i);
        }
    }
    void change(const char* sql) {
        auto work = [sql](SQLite::Database& db) { db.exec(sql); };
        store_->transact_now(work);
    }
    std::string faults() {
        auto work = [](SQLite::Database& db) { return rules::to_text(check_audit_chain(db)); };
        return store_->transact_now(work);
    }

    std::unique_ptr<Store> store_;
};

TEST_F(Audit, AnUntouchedChainHolds) { EXPECT_EQ(faults(), ""); }

TEST_F(Audit, AnEditIsFoundAtItsEntry) {
    change("UPDATE audit SET person = 'li.na' WHERE number = 3");
    EXPECT_NE(faults().find("entry 3: does not have the content"), std::string::npos);
}

TEST_F(Audit, AnEditOfTheDetailIsFound) {
    change("UPDATE audit SET detail = replace(detail, 'orange', 'yellow') WHERE number = 2");
    EXPECT_NE(faults().find("entry 2"), std::string::npos);
}

TEST_F(Audit, ACutInTheMiddleIsFound) {
    change("DELETE FROM audit WHERE number = 3");
    EXPECT_NE(faults().find("entry 4: stands after entry 2"), std::string::npos);
}

TEST_F(Audit, ACutAtTheEndIsFound) {
    change("DELETE FROM audit WHERE number = 5");
    EXPECT_NE(faults().find("entry 4: is the last one, but was not the last written"),
              std::string::npos);
}

TEST_F(Audit, AnInsertionIsFound) {
    change("UPDATE audit SET number = number + 10 WHERE number > 3");
    change("UPDATE audit SET number = number - 9 WHERE number > 10");
    change(
        "INSERT INTO audit SELECT 4, at, person, remote, action, 'forged', detail, hash, hash "
        "FROM audit WHERE number = 3");
    EXPECT_NE(faults().find("entry 4: does not have the content"), std::string::npos);
    EXPECT_NE(faults().find("entry 5: does not have the content"), std::string::npos);
}

TEST_F(Audit, EntriesAreListedNewestFirstAndBySubject) {
    auto work = [](SQLite::Database& db) { return audit_entries(db, {"w-even", "", 0, 10}); };
    const auto entries = store_->transact_now(work);
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].number, 4);
    EXPECT_EQ(entries[0].entry.detail.at("colour").as_string(), "orange");
    auto count = [](SQLite::Database& db) { return count_audit_entries(db, {}); };
    EXPECT_EQ(store_->transact_now(count), 5U);
}

}  // namespace
}  // namespace qk::daemon
