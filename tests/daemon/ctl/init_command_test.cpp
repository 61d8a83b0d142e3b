// init: what it lays out is what the other commands and the daemon read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "daemon/base/files.hpp"
#include "daemon/service/config.hpp"
#include "tests/daemon/ctl/type_command.hpp"

namespace qk::ctl {
namespace {

using testing::HasSubstr;
using testing::Not;

class Init : public testing::Test {
 protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() /
                  ("qk_init_" + std::to_string(::getpid()) + "_" +
                   testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::remove_all(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string path(const std::string& name = "") const { return (folder_ / name).string(); }
    std::string text(const std::string& name) const {
        const auto bytes = read_file(path(name));
        EXPECT_TRUE(bytes) << name;
        return bytes ? *bytes : "";
    }
    int run(const Arguments& words) {
        const Answer answer = type_command(words);
        said_ = answer.err;
        return answer.code;
    }

    std::filesystem::path folder_;
    std::string said_;
};

TEST_F(Init, TheConfigurationIsReadAndNamesFilesOfTheFolder) {
    ASSERT_EQ(run({"init", path()}), kHolds) << said_;
    const auto config = daemon::read_config(text("qingkong.toml"), "qingkong.toml");
    ASSERT_TRUE(config) << rules::to_text(config.error());
    EXPECT_TRUE(std::filesystem::exists(path(config->pack)));
    EXPECT_TRUE(std::filesystem::exists(path(config->people_file)));
    EXPECT_TRUE(std::filesystem::is_directory(path(config->inventory_path)));
}

TEST_F(Init, ThePackHoldsAndIsOfTheRegion) {
    ASSERT_EQ(run({"init", path(), "--region", "411000", "--name", "许昌市"}), kHolds) << said_;
    EXPECT_EQ(run({"pack", "check", path("pack.toml")}), kHolds) << said_;
    EXPECT_THAT(text("pack.toml"), HasSubstr("region_code = \"411000\""));
    EXPECT_THAT(text("pack.toml"), HasSubstr("name = \"许昌市\""));
    EXPECT_THAT(text("README.md"), HasSubstr("许昌市"));
    for (const char* name : {"pack.toml", "README.md"}) {
        EXPECT_THAT(text(name), Not(HasSubstr("{region"))) << name;
        EXPECT_THAT(text(name), Not(HasSubstr("{county"))) << name;
    }
}

TEST_F(Init, TheTablesTakeTheRowThatTheReadmeAdds) {
    ASSERT_EQ(run({"init", path()}), kHolds) << said_;
    const std::string readme = text("README.md");
    const std::size_t from = readme.find("echo '") + 6;
    const std::string row = readme.substr(from, readme.find('\'', from) - from);
    EXPECT_EQ(run({"inventory", "check", path("inventory")}), kNegative)
        << "an inventory without an enterprise";
    ASSERT_TRUE(write_file(path("inventory/enterprises.csv"),
                           text("inventory/enterprises.csv") + row + "\n"));
    EXPECT_EQ(run({"inventory", "check", path("inventory")}), kHolds) << said_;
}

TEST_F(Init, WhatIsThereAlreadyIsLeftAlone) {
    std::filesystem::create_directories(folder_);
    ASSERT_TRUE(write_file(path("pack.toml"), "mine"));
    EXPECT_EQ(run({"init", path()}), kBadUsage);
    EXPECT_THAT(said_, HasSubstr("已有内容"));
    EXPECT_EQ(text("pack.toml"), "mine");
    EXPECT_FALSE(std::filesystem::exists(path("qingkong.toml")));
}

TEST_F(Init, NobodyElseMayReadIt) {
    ASSERT_EQ(run({"init", path()}), kHolds) << said_;
    for (const char* name : {"", "people.toml", "qingkong.toml"}) {
        struct stat found {};
        ASSERT_EQ(::stat(path(name).c_str(), &found), 0) << name;
        EXPECT_EQ(found.st_mode & 077U, 0U) << name;
    }
}

TEST_F(Init, ACodeOrANameThatWouldBreakThePackIsRefused) {
    EXPECT_EQ(run({"init", path(), "--region", "4110"}), kBadUsage);
    EXPECT_THAT(said_, HasSubstr("--region"));
    EXPECT_EQ(run({"init", path(), "--region", "000000"}), kBadUsage) << "no such province";
    EXPECT_EQ(run({"init", path(), "--name", "许昌\"市"}), kBadUsage);
    EXPECT_THAT(said_, HasSubstr("--name"));
    EXPECT_EQ(run({"init"}), kBadUsage);
    EXPECT_THAT(said_, HasSubstr("usage"));
    EXPECT_FALSE(std::filesystem::exists(folder_));
}

}  // namespace
}  // namespace qk::ctl
