#include "daemon/base/state_lock.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

TEST(StateLock, IsHeldByOneAndNamesIt) {
    const Scratch scratch;
    const std::string path = scratch.file("q.db.lock");
    {
        auto first = StateLock::take(path);
        ASSERT_TRUE(first.has_value());
        auto second = StateLock::take(path);
        ASSERT_FALSE(second.has_value());
        const std::string said = to_text(second.error());
        EXPECT_NE(said.find(path), std::string::npos);
        EXPECT_NE(said.find(std::to_string(::getpid())), std::string::npos);
        EXPECT_NE(said.find("另一个"), std::string::npos);
    }
    EXPECT_TRUE(StateLock::take(path).has_value());
}

TEST(StateLock, OfADatabaseIsTheSameThroughALink) {
    const Scratch scratch;
    scratch.write("real.db", "");
    std::filesystem::create_symlink(scratch.file("real.db"), scratch.file("link.db"));
    EXPECT_EQ(StateLock::beside(scratch.file("link.db")),
              StateLock::beside(scratch.file("real.db")));
    EXPECT_EQ(StateLock::beside("none.db"), "none.db.lock");
}

TEST(StateLock, ThatCannotBeMadeSaysWhy) {
    auto lock = StateLock::take("/nowhere/at/all.lock");
    ASSERT_FALSE(lock.has_value());
    EXPECT_NE(to_text(lock.error()).find("No such file"), std::string::npos);
}

}  // namespace
}  // namespace qk::daemon
