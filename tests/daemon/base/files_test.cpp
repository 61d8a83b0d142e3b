#include "daemon/base/files.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

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

// As a shell gives `<(command)`: it has no size.
TEST(Files, APipeIsReadToItsEnd) {
    const daemon::Scratch scratch;
    const std::string path = scratch.file("pipe");
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    std::thread writer([&path] { std::ofstream(path) << "晴空"; });
    const auto bytes = read_file(path);
    writer.join();
    ASSERT_TRUE(bytes);
    EXPECT_EQ(*bytes, "晴空");
}

TEST(Files, WhatTheConfigurationNamesIsAFileAndIsNeitherWaitedForNorReadForEver) {
    const daemon::Scratch scratch;
    const std::string pipe = scratch.file("pipe");
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    for (const std::string& path : {pipe, std::string("/dev/zero"), scratch.file("")}) {
        const auto bytes = read_regular_file(path);
        ASSERT_FALSE(bytes) << path;
        EXPECT_EQ(bytes.error()[0].place.file, path);
    }
    EXPECT_EQ(read_regular_file(scratch.write("text", "晴空")).value(), "晴空");
    EXPECT_FALSE(read_regular_file(scratch.file("missing")));
}

TEST(Files, AMissingFileIsNamed) {
    const auto bytes = read_file("/nonexistent/file");
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error()[0].place.file, "/nonexistent/file");
}

}  // namespace
}  // namespace qk
