#include "daemon/ctl/files.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace qk::ctl {
namespace {

TEST(Files, WhatWasWrittenIsReadBack) {
    const auto path = std::filesystem::temp_directory_path() / "qk-files-test";
    ASSERT_TRUE(write_file(path, "晴空"));
    EXPECT_EQ(read_file(path).value(), "晴空");
    std::filesystem::remove(path);
}

TEST(Files, AMissingFileIsNamed) {
    const auto bytes = read_file("/nonexistent/file");
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error()[0].place.file, "/nonexistent/file");
}

}  // namespace
}  // namespace qk::ctl
