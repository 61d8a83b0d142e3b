// The login that is kept: for its owner alone, and for one daemon. Method: files of our own; where
// a daemon would answer, nobody does.
#include "daemon/ctl/kept_login.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "daemon/base/exit_code.hpp"
#include "tests/daemon/ctl/type_command.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::ctl {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kToken(64, 'a');

class KeptLogin : public testing::Test {
 protected:
    void SetUp() override {
        const char* before = std::getenv("XDG_CONFIG_HOME");
        if (before != nullptr) before_ = before;
        ::setenv("XDG_CONFIG_HOME", scratch_.file("config").c_str(), 1);
        path_ = login_path().value();
    }
    void TearDown() override {
        if (before_) {
            ::setenv("XDG_CONFIG_HOME", before_->c_str(), 1);
        } else {
            ::unsetenv("XDG_CONFIG_HOME");
        }
    }
    static unsigned mode_of(const std::string& path) {
        struct ::stat about {};
        EXPECT_EQ(::stat(path.c_str(), &about), 0) << path;
        return about.st_mode & 07777U;
    }

    daemon::Scratch scratch_;
    std::string path_;
    std::optional<std::string> before_;
};

TEST_F(KeptLogin, IsWhatWasKeptAndNobodyElseMayReadIt) {
    EXPECT_EQ(path_, scratch_.file("config") + "/qingkong/login.json");
    EXPECT_FALSE(read_login(path_).value().has_value());
    ASSERT_TRUE(keep_login(path_, {"http://127.0.0.1:1", kToken}));
    EXPECT_EQ(mode_of(path_), 0600U);
    EXPECT_EQ(mode_of(scratch_.file("config") + "/qingkong"), 0700U);
    const auto login = read_login(path_).value();
    ASSERT_TRUE(login.has_value());
    EXPECT_EQ(login->url, "http://127.0.0.1:1");
    EXPECT_EQ(login->token, kToken);
}

TEST_F(KeptLogin, WhatOthersCanReadIsRefusedByEveryCommand) {
    ASSERT_TRUE(keep_login(path_, {"http://127.0.0.1:1", kToken}));
    ASSERT_EQ(::chmod(path_.c_str(), 0640), 0);
    EXPECT_FALSE(read_login(path_));
    const Answer answer = type_command({"warning", "list"});
    EXPECT_EQ(answer.code, kBadUsage);
    EXPECT_THAT(answer.err, HasSubstr("chmod 0600"));
    EXPECT_THAT(answer.err, Not(HasSubstr(kToken)));
}

TEST_F(KeptLogin, ALinkIsNotFollowedAndDamageIsNotShown) {
    scratch_.write("config/qingkong/login.json", "{\"token\": \"" + kToken);
    ASSERT_EQ(::chmod(path_.c_str(), 0600), 0);
    const Answer answer = type_command({"warning", "list"});
    EXPECT_EQ(answer.code, kBadUsage);
    EXPECT_THAT(answer.err, HasSubstr("damaged"));
    EXPECT_THAT(answer.err, Not(HasSubstr(kToken)));
    ASSERT_EQ(::symlink(path_.c_str(), scratch_.file("link").c_str()), 0);
    EXPECT_FALSE(read_private_file(scratch_.file("link")));
}

TEST_F(KeptLogin, APipeInItsPlaceIsRefusedAndNotWaitedFor) {
    ASSERT_TRUE(keep_login(path_, {"http://127.0.0.1:1", kToken}));
    ASSERT_EQ(::unlink(path_.c_str()), 0);
    ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
    const Answer answer = type_command({"warning", "list"});
    EXPECT_EQ(answer.code, kBadUsage);
    EXPECT_THAT(answer.err, HasSubstr("is no file"));
}

TEST_F(KeptLogin, AnAddressThatIsNotOfTheWebIsNotReadOrTalkedTo) {
    scratch_.write("api/v1/warnings", R"({"title":"what stands in a file"})");
    const std::vector<std::string> addresses{"file://" + scratch_.file(""), "gopher://127.0.0.1:1",
                                             "telnet://127.0.0.1:1", "ftp://127.0.0.1:1"};
    for (const std::string& url : addresses) {
        const Answer answer = type_command({"warning", "list", "--url", url});
        EXPECT_EQ(answer.code, kUnreachable) << url;
        EXPECT_THAT(answer.err, HasSubstr("nsupported protocol")) << url;
        EXPECT_THAT(answer.err, Not(HasSubstr("what stands in a file"))) << url;
    }
}

TEST_F(KeptLogin, NamesTheDaemonThatIsCalledWhereNothingElseDoes) {
    ASSERT_TRUE(keep_login(path_, {"http://127.0.0.1:1", kToken}));
    EXPECT_THAT(type_command({"warning", "list"}).err, HasSubstr("http://127.0.0.1:1:"));
    EXPECT_THAT(type_command({"warning", "list", "--url", "http://127.0.0.1:2"}).err,
                HasSubstr("http://127.0.0.1:2:"));
}

TEST_F(KeptLogin, LoggingInWantsATokenThatNobodyElseCouldRead) {
    const std::string file = scratch_.write("token", kToken + "\n");
    ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
    const Answer open = type_command({"login", "--token-file", file});
    EXPECT_EQ(open.code, kBadUsage);
    EXPECT_THAT(open.err, HasSubstr("chmod 0600"));
    ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
    const Answer nobody =
        type_command({"login", "--token-file", file, "--url", "http://127.0.0.1:1"});
    EXPECT_EQ(nobody.code, kUnreachable);
    EXPECT_THAT(nobody.err + nobody.out, Not(HasSubstr(kToken)));
    EXPECT_FALSE(read_login(path_).value().has_value()) << "what was not tried is not kept";
}

TEST_F(KeptLogin, LogsOutOnce) {
    ASSERT_TRUE(keep_login(path_, {"http://127.0.0.1:1", kToken}));
    EXPECT_THAT(type_command({"logout"}).out, HasSubstr("已退出"));
    EXPECT_FALSE(read_login(path_).value().has_value());
    EXPECT_THAT(type_command({"logout"}).out, HasSubstr("没有登录"));
}

}  // namespace
}  // namespace qk::ctl
