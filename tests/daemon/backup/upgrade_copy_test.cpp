// Goal: before the schema goes forward there is a copy as the older program left it, and without
// one nothing is changed.
#include "daemon/backup/upgrade_copy.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "daemon/store/schema.hpp"
#include "daemon/store/store.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

using testing::EndsWith;

class BeforeUpgrade : public testing::Test {
 protected:
    // As a program that knew all steps but the last left it.
    void make_older() {
        Session db(path_, SessionUse::kWrite);
        db.script("PRAGMA journal_mode=WAL");
        ASSERT_TRUE(bring_schema_forward(db, path_).empty());
        newest_ = db.count("SELECT max(number) FROM schema_steps");
        db.exec("DELETE FROM schema_steps WHERE number = ?", newest_);
        before_ = db.count("SELECT max(number) FROM schema_steps");
    }

    Scratch scratch_;
    std::string path_ = scratch_.file("q.db");
    std::int64_t newest_ = 0;
    std::int64_t before_ = 0;
};

TEST_F(BeforeUpgrade, TheDatabaseIsCopiedAsTheOlderProgramLeftIt) {
    make_older();
    const auto copy = copy_before_upgrade(path_);
    ASSERT_TRUE(copy) << rules::to_text(copy.error());
    ASSERT_TRUE(copy->has_value());
    EXPECT_THAT((*copy)->path, EndsWith("q.db.schema-" + std::to_string(before_)));
    EXPECT_TRUE((*copy)->is_every_page_read);
    EXPECT_FALSE(std::filesystem::exists((*copy)->path + ".part"));
    Session db((*copy)->path, SessionUse::kRead);
    EXPECT_EQ(db.count("SELECT max(number) FROM schema_steps"), before_);
}

TEST_F(BeforeUpgrade, AHalfCopyOfAStartThatWasKilledIsMadeAnew) {
    make_older();
    scratch_.write("q.db.schema-" + std::to_string(before_) + ".part", "half");
    const auto copy = copy_before_upgrade(path_);
    ASSERT_TRUE(copy) << rules::to_text(copy.error());
    EXPECT_TRUE(copy->has_value());
}

TEST_F(BeforeUpgrade, ADatabaseOfThisProgramOrNoneIsNotCopied) {
    EXPECT_FALSE(copy_before_upgrade(path_)->has_value());
    (void)Store::open(path_, StoreMode::kInline).value();
    EXPECT_FALSE(copy_before_upgrade(path_)->has_value());
    EXPECT_FALSE(copy_before_upgrade(":memory:")->has_value());
}

}  // namespace
}  // namespace qk::daemon
