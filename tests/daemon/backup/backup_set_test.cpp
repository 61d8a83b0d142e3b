// Goal: a set holds what was there, of one moment, and what is put back is the same; whatever was
// changed is named. The daemon under load and kills in the middle: functional.backup.
#include "daemon/backup/backup_set.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "daemon/backup/restore_set.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/signing_keys.hpp"
#include "daemon/store/store.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

using testing::HasSubstr;
using testing::Not;

const rules::Instant kNow = *rules::parse_instant("2025-11-30T02:00:00+08:00", rules::kBeijingTime);

class BackupSet : public testing::Test {
 protected:
    BackupSet() {
        scratch_.write("home/signing.key", key_seed_hex());
        std::filesystem::permissions(scratch_.file("home/signing.key"),
                                     std::filesystem::perms::owner_read);
        scratch_.write("home/people.toml", "# nobody\n");
        scratch_.write("home/journal/0000000001.log", "one");
        scratch_.write("home/journal/0000000002.log", "two");
        scratch_.write("home/journal/key", "k");
        scratch_.write("home/journal/lock", "17");
        scratch_.write(
            "home/qingkong.toml",
            fmt::format("[store]\npath = \"{0}/q.db\"\n[people]\nfile = "
                        "\"{0}/people.toml\"\n[signing]\nkey_file = \"{0}/signing.key\"\n",
                        home_));
        store_ = Store::open(home_ + "/q.db", StoreMode::kInline).value();
        store_->transact_now([](Session& db) {
            add_key(db, key().public_key_hex(), std::nullopt, kNow);
            append_audit(db, {kNow, "system", "", "daemon.started", "daemon", nullptr});
        });
    }
    static std::string key_seed_hex() {
        std::string hex;
        for (int i = 0; i < 32; ++i) hex += "11";
        return hex;
    }
    static plans::SigningKey key() {
        return plans::SigningKey::from_seed(std::string(32, '\x11')).value();
    }
    rules::Result<Manifest> take(const std::string& name) {
        BackupWish wish;
        wish.configuration = home_ + "/qingkong.toml";
        wish.folder = scratch_.file(name);
        wish.now = kNow;
        return take_backup(wish, [](std::string_view) {});
    }
    std::string words(const std::string& name) {
        const auto manifest = check_set(scratch_.file(name));
        return manifest ? std::string() : rules::to_text(manifest.error());
    }

    Scratch scratch_;
    std::string home_ = scratch_.file("home");
    std::unique_ptr<Store> store_;
};

TEST_F(BackupSet, HoldsDatabaseJournalKeysAndConfigurationAndAnswersTheSame) {
    const auto taken = take("set");
    ASSERT_TRUE(taken) << rules::to_text(taken.error());
    EXPECT_EQ(words("set"), "");
    const auto manifest = check_set(scratch_.file("set"));
    ASSERT_TRUE(restore_set(scratch_.file("set"), *manifest, scratch_.file("root")).empty());
    for (const char* name : {"/people.toml", "/signing.key", "/journal/0000000002.log",
                             "/journal/key", "/qingkong.toml"}) {
        EXPECT_EQ(scratch_.read("root" + home_ + name), scratch_.read("home" + std::string(name)));
    }
    EXPECT_FALSE(std::filesystem::exists(scratch_.file("root" + home_ + "/journal/lock")));
    const Verified verified = verify_restored(*manifest, scratch_.file("root"));
    EXPECT_TRUE(verified.holds()) << rules::to_text(verified.faults);
    EXPECT_EQ(verified.audit_entries, 1);
}

TEST_F(BackupSet, WhatWasPutBackAndThenChangedAnswersOtherwise) {
    const auto taken = take("set");
    ASSERT_TRUE(taken);
    ASSERT_TRUE(restore_set(scratch_.file("set"), *taken, scratch_.file("root")).empty());
    {
        Session db(scratch_.file("root" + home_ + "/q.db"), SessionUse::kWrite);
        append_audit(db, {kNow, "x", "", "y", "z", nullptr});
    }
    EXPECT_FALSE(verify_restored(*taken, scratch_.file("root")).holds());
}

TEST_F(BackupSet, ReplacesAnEarlierSetAndNothingElse) {
    ASSERT_TRUE(take("set"));
    store_->transact_now([](Session& db) { append_audit(db, {kNow, "x", "", "y", "z", nullptr}); });
    const auto second = take("set");
    ASSERT_TRUE(second);
    EXPECT_THAT(second->state.at("audit_head"), HasSubstr("2 "));
    EXPECT_EQ(check_set(scratch_.file("set"))->state, second->state);
    EXPECT_FALSE(std::filesystem::exists(scratch_.file("set.part")));
    scratch_.write("mine/letter", "mine");
    EXPECT_FALSE(take("mine"));
    EXPECT_EQ(scratch_.read("mine/letter"), "mine");
}

TEST_F(BackupSet, AKeyThatTheDatabaseDoesNotKnowIsNotBelieved) {
    auto taken = take("set");
    ASSERT_TRUE(taken);
    sign(*taken, plans::SigningKey::from_seed(std::string(32, '\x22')).value());
    scratch_.write("set/manifest.json", to_file(*taken));
    EXPECT_THAT(words("set"), HasSubstr("does not know"));
}

TEST_F(BackupSet, AByteThatWasChangedAMissingFileAndAHalfSetAreRefusedInWords) {
    ASSERT_TRUE(take("set"));
    scratch_.write("set/journal/0000000002.log", "tow");
    EXPECT_THAT(words("set"), HasSubstr("SHA-256 differs"));
    scratch_.write("set/journal/0000000002.log", "tw");
    EXPECT_THAT(words("set"), HasSubstr("cut or changed"));
    std::filesystem::remove(scratch_.file("set/journal/0000000002.log"));
    EXPECT_THAT(words("set"), HasSubstr("is missing"));
    std::filesystem::rename(scratch_.file("set"), scratch_.file("other.part"));
    std::filesystem::remove(scratch_.file("other.part/manifest.json"));
    EXPECT_THAT(words("other.part"), HasSubstr("half of a set"));
}

TEST_F(BackupSet, AHoleInTheJournalIsRefused) {
    std::filesystem::rename(scratch_.file("home/journal/0000000002.log"),
                            scratch_.file("home/journal/0000000003.log"));
    const auto taken = take("set");
    ASSERT_FALSE(taken);
    EXPECT_THAT(rules::to_text(taken.error()), HasSubstr("hole"));
    EXPECT_FALSE(std::filesystem::exists(scratch_.file("set")));
    EXPECT_FALSE(std::filesystem::exists(scratch_.file("set.part")));
}

TEST_F(BackupSet, BelowARootWithOtherThingsNothingIsWrittenOver) {
    ASSERT_TRUE(take("set"));
    const auto manifest = check_set(scratch_.file("set"));
    scratch_.write("root/etc/hosts", "x");
    scratch_.write("root" + home_ + "/people.toml", "# other\n");
    const rules::Faults faults =
        restore_set(scratch_.file("set"), *manifest, scratch_.file("root"));
    EXPECT_THAT(rules::to_text(faults), HasSubstr("people.toml"));
    EXPECT_FALSE(std::filesystem::exists(scratch_.file("root" + home_ + "/q.db")));
    std::filesystem::remove(scratch_.file("root" + home_ + "/people.toml"));
    EXPECT_TRUE(restore_set(scratch_.file("set"), *manifest, scratch_.file("root")).empty());
    EXPECT_EQ(scratch_.read("root/etc/hosts"), "x");
    EXPECT_TRUE(verify_restored(*manifest, scratch_.file("root")).holds());
}

}  // namespace
}  // namespace qk::daemon
