#include "daemon/base/files.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "tests/daemon/scratch.hpp"

namespace qk {
namespace {

TEST(Files, WhatWasWrittenIsReadBack) {
    const daemon::Scratch scratch;
    const std::string path = scratch.file("text");
    ASSERT_TRUE(write_file(path, "晴空"));
    EXPECT_EQ(read_file(path).value(), "晴空");
}

// A limit on the size of files cuts a write short and refuses the rest.
TEST(Files, WhatCouldNotBeWrittenWholeLeavesNothingAndTheOldFileStays) {
    const daemon::Scratch scratch;
    const std::string path = scratch.write("text", "old");
    ::rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    ::rlimit small = before;
    small.rlim_cur = 1000;
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto written = write_file(path, std::string(5000, 'x'));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, handler);
    ASSERT_FALSE(written);
    EXPECT_NE(written.error()[0].what.find("cannot be written"), std::string::npos);
    EXPECT_EQ(read_file(path).value(), "old");
    EXPECT_FALSE(std::filesystem::exists(path + ".part"));
}

TEST(Files, AMissingFileIsNamed) {
    const auto bytes = read_file("/nonexistent/file");
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error()[0].place.file, "/nonexistent/file");
}

}  // namespace
}  // namespace qk
