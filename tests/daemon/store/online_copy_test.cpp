// Goal: a copy shows the moment at which it was begun, whatever is written meanwhile, and is a
// database in one file that opens where nobody may write.
#include "daemon/store/online_copy.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

constexpr int kRows = 4000;  // of 2 KiB each: more than one step of pages

class OnlineCopy : public testing::Test {
 protected:
    OnlineCopy() {
        writer_.script("PRAGMA journal_mode=WAL");
        writer_.script("CREATE TABLE t(n INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
        Transaction transaction(writer_, TransactionKind::kWrite);
        for (int i = 0; i < kRows; ++i) add();
        transaction.commit();
    }
    void add() { writer_.exec("INSERT INTO t(text) VALUES(?)", std::string(2048, 'x')); }

    Scratch scratch_;
    std::string path_ = scratch_.file("q.db");
    std::string copy_ = scratch_.file("copy.db");
    Session writer_{path_, SessionUse::kWrite};
};

TEST_F(OnlineCopy, ShowsTheMomentOfItsSnapshotWhileOthersWrite) {
    Session source(path_, SessionUse::kRead);
    const Transaction snapshot(source, TransactionKind::kRead);
    ASSERT_EQ(source.count("SELECT count(*) FROM t"), kRows);
    int looks = 0;
    copy_online(source, copy_, [&](CopiedPages pages) {
        EXPECT_LE(pages.done, pages.all);
        add();  // the writer does not wait, and the copy does not begin again
        ++looks;
    });
    EXPECT_GT(looks, 1);
    EXPECT_EQ(writer_.count("SELECT count(*) FROM t"), kRows + looks);
    Session copy(copy_, SessionUse::kRead);
    EXPECT_EQ(copy.count("SELECT count(*) FROM t"), kRows);
    EXPECT_EQ(copy.one<std::string>("PRAGMA integrity_check"), "ok");
    EXPECT_EQ(bytes_of_copy(source), std::filesystem::file_size(copy_));
}

TEST_F(OnlineCopy, IsOneFileForItsOwnerAlone) {
    Session source(path_, SessionUse::kRead);
    const Transaction snapshot(source, TransactionKind::kRead);
    (void)source.count("SELECT count(*) FROM t");
    copy_online(source, copy_, nullptr);
    struct ::stat about {};
    ASSERT_EQ(::stat(copy_.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
    EXPECT_FALSE(std::filesystem::exists(copy_ + "-wal"));
    EXPECT_EQ(Session(copy_, SessionUse::kRead).one<std::string>("PRAGMA journal_mode"), "delete");
}

TEST_F(OnlineCopy, NothingIsWrittenOver) {
    scratch_.write("copy.db", "mine");
    Session source(path_, SessionUse::kRead);
    const Transaction snapshot(source, TransactionKind::kRead);
    (void)source.count("SELECT count(*) FROM t");
    EXPECT_THROW(copy_online(source, copy_, nullptr), DatabaseError);
    EXPECT_EQ(scratch_.read("copy.db"), "mine");
}

}  // namespace
}  // namespace qk::daemon
