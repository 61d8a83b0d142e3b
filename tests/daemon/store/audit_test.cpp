#include "daemon/store/audit.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "daemon/store/audit_tree.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/signing_keys.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {
namespace {

using testing::HasSubstr;
using testing::Not;

class Audit : public testing::Test {
 protected:
    void SetUp() override {
        store_ = Store::open(":memory:", StoreMode::kInline).value();
        for (int i = 1; i <= 5; ++i) {
            AuditEntry entry;
            entry.at = rules::Instant{std::chrono::seconds{1'450'000'000 + i}};
            entry.person = "zhang.wei";
            entry.action = "warning.sign";
            entry.subject = i % 2 == 0 ? "w-even" : "w-odd";
            entry.detail = {{"colour", "orange"}, {"ratio", 0.2}};
            auto work = [&entry](Session& db) { return append_audit(db, entry); };
            EXPECT_EQ(store_->transact_now(work), i);
        }
    }
    void change(const char* sql) {
        auto work = [sql](Session& db) { db.script(sql); };
        store_->transact_now(work);
    }
    std::string faults() {
        auto work = [](Session& db) { return rules::to_text(check_audit_chain(db)); };
        return store_->transact_now(work);
    }

    void act() {
        AuditEntry entry;
        entry.at = rules::Instant{std::chrono::seconds{1'450'000'100}};
        entry.person = "zhang.wei";
        entry.action = "warning.sign";
        auto work = [&entry](Session& db) { append_audit(db, entry); };
        store_->transact_now(work);
    }
    plans::AuditHead sign(int hour = 1) {
        const rules::Instant now =
            rules::Instant{std::chrono::seconds{1'450'000'200}} + std::chrono::hours(hour);
        auto work = [&](Session& db) {
            if (key_history(db).empty()) add_key(db, key_.public_key_hex(), std::nullopt, now);
            return sign_audit_head(db, key_, now, HeadOccasion::kHour);
        };
        return store_->transact_now(work);
    }
    std::string faults_with(const std::vector<plans::AuditHead>& kept) {
        auto work = [&](Session& db) { return rules::to_text(check_audit_chain(db, 0, kept)); };
        return store_->transact_now(work);
    }
    // What somebody with the file and without the key can do at his best: entries from `first` on
    // written anew, hashes, head and all.
    void rewrite_from(int first) {
        auto work = [first](Session& db) {
            auto entries = chain_entries(db, 0, 1'000, 1'000);
            std::string before = entries.at(static_cast<std::size_t>(first) - 1).before;
            for (plans::ChainEntry& entry : entries) {
                if (entry.number < first) continue;
                if (entry.number == first) entry.person = "nobody";
                entry.before = before;
                entry.hash = plans::hash_of(entry);
                before = entry.hash;
                db.exec("UPDATE audit SET person=?2, before=?3, hash=?4 WHERE number=?1",
                        entry.number, entry.person, entry.before, entry.hash);
            }
            set_meta(db, "audit_head", std::to_string(entries.size()) + " " + before);
        };
        store_->transact_now(work);
    }

    plans::SigningKey key_ = plans::SigningKey::from_seed(std::string(32, 'k')).value();
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
        "INSERT INTO audit(number, at, person, remote, action, subject, detail, before, hash) "
        "SELECT 4, at, person, remote, action, 'forged', detail, hash, hash "
        "FROM audit WHERE number = 3");
    EXPECT_NE(faults().find("entry 4: does not have the content"), std::string::npos);
    EXPECT_NE(faults().find("entry 5: does not have the content"), std::string::npos);
}

TEST_F(Audit, EntriesAreListedNewestFirstAndBySubject) {
    auto work = [](Session& db) { return audit_entries(db, {"w-even", "", 0, 10}); };
    const auto entries = store_->transact_now(work);
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].number, 4);
    EXPECT_EQ(entries[0].entry.detail.at("colour").as_string(), "orange");
    auto count = [](Session& db) { return count_audit_entries(db, {}); };
    EXPECT_EQ(store_->transact_now(count), 5U);
}

TEST_F(Audit, AnEntryThatWasMadeUnreadableHidesNoOther) {
    change("UPDATE audit SET detail = '{broken' WHERE number = 2");
    auto read_all = [](Session& db) { return audit_entries(db, {"", "", 0, 10}); };
    const auto all = store_->transact_now(read_all);
    ASSERT_EQ(all.size(), 5U);
    EXPECT_TRUE(all[3].entry.detail.as_object().contains("unreadable"));
    EXPECT_EQ(all[4].entry.detail.at("colour").as_string(), "orange");
    // Whom it is about stands beside it, so a county goes on seeing what is its own.
    auto read_county = [](Session& db) {
        return audit_entries(db, {"", R"(["e1"])", 0, 10}).size();
    };
    EXPECT_EQ(store_->transact_now(read_county), 5U);
    EXPECT_NE(faults().find("entry 2: does not have the content"), std::string::npos);
}

TEST_F(Audit, ACutAtTheEndDoesNotHealWithTheNextAct) {
    change("DELETE FROM audit WHERE number >= 4");
    act();
    act();
    EXPECT_NE(faults().find("the log was found broken"), std::string::npos) << faults();
    // Number 4 and 5 are not given out again.
    auto work = [](Session& db) { return chain_entries(db, 3, 1'000, 10); };
    const auto entries = store_->transact_now(work);
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_EQ(entries.front().number, 6);
    EXPECT_EQ(entries.front().action, plans::kBreakAction);
}

TEST_F(Audit, AnEmptiedLogDoesNotHealEither) {
    change("DELETE FROM audit");
    act();
    EXPECT_NE(faults().find("the log was found broken"), std::string::npos);
}

TEST_F(Audit, AnEmptiedLogWithItsHeadIsABreakBesideWarningsAndHeads) {
    change(
        "INSERT INTO warnings(id, number, exercise, standing, generation, created_at, updated_at, "
        "state) VALUES('W1',1,0,'lifted',1,0,0,'{}')");
    change("DELETE FROM audit");
    change("DELETE FROM meta WHERE key='audit_head'");
    EXPECT_NE(faults().find("the log is empty"), std::string::npos);
    auto work = [](Session& db) { return check_audit_at_start(db, rules::Instant{}); };
    EXPECT_FALSE(store_->transact_now(work).empty());
    act();
    EXPECT_NE(faults().find("the log was found broken"), std::string::npos);
}

TEST_F(Audit, AChainRewrittenWithoutTheKeyDoesNotFitItsHeads) {
    sign();
    EXPECT_EQ(faults(), "");
    rewrite_from(3);
    EXPECT_NE(faults().find("entry 5: is not the entry that stood there"), std::string::npos);
    // Nor does the next head cover it up.
    sign(2);
    EXPECT_NE(faults().find("the log was found broken"), std::string::npos);
}

TEST_F(Audit, WhoeverKeepsAHeadProvesARewritingEvenWhereOursAreGone) {
    const plans::AuditHead kept = sign();
    EXPECT_EQ(faults_with({kept}), "");
    change("DELETE FROM audit_heads");
    rewrite_from(3);
    EXPECT_EQ(faults(), "");
    EXPECT_NE(faults_with({kept}), "");
    change("DELETE FROM audit WHERE number = 5");
    EXPECT_NE(faults_with({kept}), "");
}

TEST_F(Audit, AHeadThatNoKeyOfOursSignedIsABreak) {
    sign();
    change("UPDATE audit_heads SET hash = replace(hash, 'a', 'b')");
    EXPECT_NE(faults().find("is not signed by a key of ours"), std::string::npos);
    change("DELETE FROM audit_heads");
    plans::AuditHead forged =
        plans::sign_head(1, std::string(64, '0'), rules::Instant{},
                         plans::SigningKey::from_seed(std::string(32, 'x')).value());
    EXPECT_NE(faults_with({forged}), "");
}

TEST_F(Audit, TheCheckAtTheStartReadsFromTheLastHeadOn) {
    sign();
    act();
    auto at_start = [](Session& db) { return check_audit_at_start(db, rules::Instant{}); };
    EXPECT_TRUE(store_->transact_now(at_start).empty());
    change("UPDATE audit SET person = 'li.na' WHERE number = 6");
    EXPECT_FALSE(store_->transact_now(at_start).empty());
    EXPECT_NE(faults().find("the log was found broken"), std::string::npos);
}

std::vector<std::string> hashes_of(Session& db) {
    std::vector<std::string> hashes;
    for (const plans::ChainEntry& entry : chain_entries(db, 0, 1000, 1000))
        hashes.push_back(entry.hash);
    return hashes;
}

TEST_F(Audit, EachHeadSignsTheTreeOverAllThatWasWritten) {
    for (int i = 0; i < 20; ++i) {
        const plans::AuditHead head = sign(i + 1);
        const auto hashes = store_->transact_now(hashes_of);
        EXPECT_EQ(head.root, plans::merkle_root(hashes)) << i;
        EXPECT_EQ(head.size, static_cast<std::int64_t>(hashes.size()));
        for (int more = 0; more < i; ++more) act();
    }
}

TEST_F(Audit, ATreeThatWasChangedInTheFileIsNotGoneOnFrom) {
    sign();
    change("UPDATE audit_heads SET tree = '1 ' || printf('%064d', 7)");
    act();
    EXPECT_EQ(sign(2).root, plans::merkle_root(store_->transact_now(hashes_of)));
    change("UPDATE audit_heads SET tree = 'nonsense'");
    act();
    EXPECT_EQ(sign(3).root, plans::merkle_root(store_->transact_now(hashes_of)));
}

TEST_F(Audit, EachEntryIsProvedAgainstAHeadAndNoneThatWasRewritten) {
    const plans::AuditHead head = sign();
    auto prove = [&head](Session& db) { return prove_entries(db, {1, 2, 3, 4, 5, 6, 99}, head); };
    const auto proved = store_->transact_now(prove);
    ASSERT_EQ(proved.size(), 5U);
    for (const plans::Inclusion& one : proved) EXPECT_EQ(plans::why_not_included(one, head), "");
    change("UPDATE audit SET person = 'li.na' WHERE number = 2");
    EXPECT_EQ(store_->transact_now(prove).size(), 4U);
    rewrite_from(3);
    EXPECT_TRUE(store_->transact_now(prove).empty()) << "it is not the log that was signed";
}

// What nobody but an attacker gives out: at the end of all numbers, where the log would have no
// room left, and before the first.
TEST_F(Audit, AnEntryAtTheEndOfAllNumbersIsABreakAndTheLogGoesOn) {
    constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t kExact = std::int64_t{1} << 53;
    auto at_start = [](Session& db) {
        return rules::to_text(check_audit_at_start(db, rules::Instant{}));
    };
    for (const std::int64_t number : {kLast, kExact, kExact - 1, kExact - 3}) {
        SetUp();
        sign();
        change(fmt::format("UPDATE audit SET number={} WHERE number=5", number).c_str());
        EXPECT_THAT(store_->transact_now(at_start), HasSubstr("changed outside qingkongd"));
        for (int i = 0; i < 10; ++i) act();
        sign(2);
        const std::string found = faults();
        EXPECT_THAT(found, HasSubstr("the log was found broken")) << number;
        EXPECT_THAT(found, HasSubstr(std::to_string(number)));
        auto count = [](Session& db) { return count_audit_entries(db, {}); };
        EXPECT_GE(store_->transact_now(count), 16U);  // the five, a break and ten more
        EXPECT_FALSE(store_->transact_now(at_start).empty());
    }
}

TEST_F(Audit, ManyEntriesAtTheEndOfAllNumbersDoNotStopItEither) {
    change(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i+1 FROM n WHERE i < 99) INSERT INTO "
        "audit(number, at, person, remote, action, subject, detail, before, hash) "
        "SELECT 9007199254740992 - i, 0, 'x', '', 'x', '', '{}', 'x', 'x' FROM n");
    for (int i = 0; i < 5; ++i) act();
    auto written = [](Session& db) { return chain_entries(db, 5, 1'000, 100); };
    const auto entries = store_->transact_now(written);
    ASSERT_EQ(entries.size(), 5U);
    EXPECT_EQ(entries.back().number, 10);
    EXPECT_THAT(faults(), HasSubstr("9007199254740992: has a number that the log never gave out"));
}

TEST_F(Audit, AnEntryBeforeTheFirstIsABreak) {
    change(
        "INSERT INTO audit(number, at, person, remote, action, subject, detail, before, hash) "
        "SELECT -7, at, person, remote, action, subject, detail, before, hash "
        "FROM audit WHERE number=1");
    EXPECT_THAT(faults(), HasSubstr("entry -7: has a number that the log never gave out"));
}

TEST_F(Audit, ANoteOfTheLastEntryThatWasChangedIsABreakAndTheLogGoesOn) {
    for (const char* note : {"9223372036854775807 x", "99999999999999999999 x", "-3 x", "", "x"}) {
        SetUp();
        auto write = [note](Session& db) { set_meta(db, "audit_head", note); };
        store_->transact_now(write);
        act();
        act();
        EXPECT_THAT(faults(), HasSubstr("the log was found broken")) << note;
    }
}

TEST_F(Audit, AForgedHeadBeyondAllEntriesDoesNotHideTheTrueOnes) {
    sign();
    change(
        "INSERT INTO audit_heads(number, hash, at, key, signature) SELECT 9223372036854775807, "
        "hash, 9223372036854775807, key, signature FROM audit_heads");
    auto at_start = [](Session& db) {
        return rules::to_text(check_audit_at_start(db, rules::Instant{}));
    };
    const std::string found = store_->transact_now(at_start);
    EXPECT_THAT(found, HasSubstr("is not signed by a key of ours"));
    EXPECT_THAT(found, Not(HasSubstr("the log is empty")));
}

TEST_F(Audit, ATimeThatNoCalendarHasHidesNoEntry) {
    change("UPDATE audit SET at = 9223372036854775807 WHERE number = 2");
    change("UPDATE audit SET at = -9223372036854775807 WHERE number = 3");
    auto read_all = [](Session& db) { return audit_entries(db, {"", "", 0, 10}); };
    const auto all = store_->transact_now(read_all);
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(rules::to_iso(all[3].entry.at, rules::Zone{std::chrono::minutes{0}}),
              "9999-12-31T23:59:59+00:00");
    EXPECT_EQ(all[2].entry.at, rules::Instant{});
    EXPECT_THAT(faults(), HasSubstr("entry 2: does not have the content"));
}

TEST_F(Audit, ALogThatTakesNothingMoreSaysSoAndWhatToDo) {
    change("CREATE TRIGGER no_more BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END");
    try {
        act();
        FAIL() << "nothing can be written";
    } catch (const AuditAltered& error) {
        EXPECT_THAT(error.what(), HasSubstr("审计日志被外部改动"));
        EXPECT_THAT(error.what(), HasSubstr("第 5 条"));
        EXPECT_THAT(error.what(), HasSubstr("restore the last backup"));
    }
}

TEST_F(Audit, AKeyWhoseDocumentWasMadeUnreadableStopsNoCheck) {
    sign();
    change("UPDATE signing_keys SET succession = '{broken'");
    EXPECT_EQ(faults(), "");
    auto keys = [](Session& db) { return key_history(db); };
    EXPECT_FALSE(store_->transact_now(keys).front().succession);
}

}  // namespace
}  // namespace qk::daemon
