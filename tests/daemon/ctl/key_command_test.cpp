// key rotate: once until the daemon has taken the new key into use. Method: the command itself in a
// folder of its own; where a daemon would answer, nobody does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/base/exit_code.hpp"
#include "daemon/base/files.hpp"
#include "daemon/base/key_file.hpp"
#include "plans/evidence/key_history.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/ctl/type_command.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::ctl {
namespace {

using testing::HasSubstr;

class KeyRotate : public testing::Test {
 protected:
    void SetUp() override { ASSERT_EQ(run({"new", file_}), kHolds) << said_; }

    int run(const Arguments& words) {
        const Answer answer = type_command(words_of({"key"}, words));
        said_ = answer.err;
        return answer.code;
    }
    int rotate(const Arguments& more = {}) {
        return run(words_of({"rotate", file_, "--url", "http://127.0.0.1:1"}, more));
    }
    std::string key() const { return read_key(file_).value().public_key_hex(); }
    std::string fingerprint() const { return plans::fingerprint_of(key()); }
    plans::Succession succession() const {
        const std::string text = read_file(file_ + ".succession").value();
        const auto value = plans::parse_json(text, "succession").value();
        return plans::succession_from_json(value, "succession").value();
    }

    daemon::Scratch scratch_;
    std::string file_ = scratch_.file("signing.key");
    std::string said_;
};

TEST_F(KeyRotate, ASecondRotationBeforeAStartIsRefusedAndChangesNothing) {
    const std::string first = key();
    ASSERT_EQ(rotate(), kHolds) << said_;
    const std::string second = key();
    EXPECT_NE(second, first);
    EXPECT_EQ(rotate(), kBadUsage);
    EXPECT_THAT(said_, HasSubstr("未做任何改动"));
    EXPECT_THAT(said_, HasSubstr("nothing was changed"));
    EXPECT_THAT(said_, HasSubstr("--in-use"));
    EXPECT_THAT(said_, HasSubstr(plans::fingerprint_of(first)));
    EXPECT_EQ(key(), second);
    EXPECT_EQ(succession().from, first);
    EXPECT_EQ(succession().to, second);
}

TEST_F(KeyRotate, TheFingerprintThatTheDaemonShowsLetsItGoOn) {
    const std::string first = key();
    ASSERT_EQ(rotate(), kHolds) << said_;
    EXPECT_EQ(rotate({"--in-use", plans::fingerprint_of(first)}), kBadUsage);
    EXPECT_THAT(said_, HasSubstr("尚未生效"));
    const std::string second = key();
    std::string shown = fingerprint();
    for (std::size_t at = 4; at < shown.size(); at += 5) shown.insert(at, " ");
    ASSERT_EQ(rotate({"--in-use", shown}), kHolds) << said_;
    EXPECT_EQ(succession().from, second);
    EXPECT_EQ(succession().to, key());
}

TEST_F(KeyRotate, WhatARotationThatWasCutOffLeftIsSaid) {
    ASSERT_TRUE(write_file(file_ + ".next", "half"));
    const std::string before = key();
    EXPECT_EQ(rotate(), kBadUsage);
    EXPECT_THAT(said_, HasSubstr("signing.key.next"));
    EXPECT_THAT(said_, HasSubstr("remove this file"));
    EXPECT_EQ(key(), before);
}

}  // namespace
}  // namespace qk::ctl
