#include "daemon/base/files.hpp"

#include <gtest/gtest.h>

#include "tests/daemon/scratch.hpp"

namespace qk {
namespace {

TEST(Files, WhatWasWrittenIsReadBack) {
    const daemon::Scratch scratch;
    const std::string path = scratch.file("text");
    ASSERT_TRUE(write_file(path, "晴空"));
    EXPECT_EQ(read_file(path).value(), "晴空");
}

TEST(Files, AMissingFileIsNamed) {
    const auto bytes = read_file("/nonexistent/file");
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error()[0].place.file, "/nonexistent/file");
}

}  // namespace
}  // namespace qk
