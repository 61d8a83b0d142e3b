#include "daemon/base/file_modes.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

std::string fault(const Scratch& scratch, mode_t mode, Privacy privacy) {
    ::chmod(scratch.file("secret").c_str(), mode);
    const rules::Faults faults = check_mode(scratch.file("secret"), "the secret", privacy);
    return faults.empty() ? "" : faults.front().what + ": " + faults.front().cure;
}

TEST(FileModes, ASecretIsForItsOwnerAndAtMostTheGroup) {
    Scratch scratch;
    scratch.write("secret", "x");
    EXPECT_EQ(fault(scratch, 0600, Privacy::kOwnerOnly), "");
    EXPECT_EQ(fault(scratch, 0640, Privacy::kOwnerOnly),
              "the secret can be read by others (mode 0640): chmod 0600");
    EXPECT_EQ(fault(scratch, 0640, Privacy::kOwnerGroup), "");
    EXPECT_NE(fault(scratch, 0644, Privacy::kOwnerGroup).find("read by others"), std::string::npos);
    EXPECT_NE(fault(scratch, 0660, Privacy::kOwnerGroup).find("changed by others"),
              std::string::npos);
    EXPECT_EQ(fault(scratch, 0644, Privacy::kNobodyElseWrites), "");
    EXPECT_NE(fault(scratch, 0646, Privacy::kNobodyElseWrites).find("chmod go-w"),
              std::string::npos);
}

TEST(FileModes, WhatIsNotThereIsLeftToItsReader) {
    EXPECT_TRUE(check_mode("/no/such/file", "x", Privacy::kOwnerOnly).empty());
    EXPECT_TRUE(check_mode("", "x", Privacy::kOwnerOnly).empty());
}

mode_t mode_of(const std::string& path) {
    struct ::stat about {};
    ::stat(path.c_str(), &about);
    return about.st_mode & 07777U;
}

TEST(FileModes, WhatTheDaemonKeepsIsClosedAndLinksAreNotFollowed) {
    Scratch scratch;
    std::filesystem::create_directory(scratch.file("journal"));
    for (const char* name : {"q.db", "q.db-wal", "journal/1", "elsewhere"}) {
        scratch.write(name, "x");
        ::chmod(scratch.file(name).c_str(), 0644);
    }
    ::chmod(scratch.file("journal").c_str(), 0755);
    std::filesystem::create_symlink(scratch.file("elsewhere"), scratch.file("journal/link"));
    const Tightened tightened = tighten_files(scratch.file("q.db"), scratch.file("journal"));
    EXPECT_EQ(tightened.changed.size(), 4U);
    EXPECT_TRUE(tightened.failed.empty());
    EXPECT_EQ(mode_of(scratch.file("q.db")), 0600U);
    EXPECT_EQ(mode_of(scratch.file("q.db-wal")), 0600U);
    EXPECT_EQ(mode_of(scratch.file("journal")), 0700U);
    EXPECT_EQ(mode_of(scratch.file("journal/1")), 0600U);
    EXPECT_EQ(mode_of(scratch.file("elsewhere")), 0644U);
    EXPECT_TRUE(tighten_files(scratch.file("q.db"), scratch.file("journal")).changed.empty());
}

}  // namespace
}  // namespace qk::daemon
