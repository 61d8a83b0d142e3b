// The password file of mosquitto: hashes as its own tool makes them, and names that can be users.
#include "daemon/broker/passwords.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace qk::broker {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

// Written by mosquitto_passwd 2.0.11 for user "u" and password "p".
constexpr const char* kOfTheTool =
    "$7$101$v/Zr9IID+cHUTQVn$88rS3RC7URR4vzACdDDcqL5kA4yZ4/"
    "YTKf2KbUjFEdtsFxzkQbDiY1Olq9Ui0scuwg3eilRhzfcP8J0l2Fhwww==";

TEST(BrokerPasswords, AHashOfMosquittosOwnToolIsReadAlike) {
    EXPECT_TRUE(is_password_of(kOfTheTool, "p"));
    EXPECT_FALSE(is_password_of(kOfTheTool, "q"));
    EXPECT_FALSE(is_password_of(kOfTheTool, ""));
}

TEST(BrokerPasswords, TheSameSaltGivesTheSameHashAsTheTool) {
    const std::string salt = "\xBF\xF6\x6B\xF4\x82\x03\xF9\xC1\xD4\x4D\x05\x67";
    EXPECT_EQ(password_hash("p", salt, 101), kOfTheTool);
}

TEST(BrokerPasswords, EachIsRandomAndHasASaltOfItsOwn) {
    std::set<std::string> passwords;
    for (int i = 0; i < 100; ++i) passwords.insert(new_password());
    EXPECT_EQ(passwords.size(), 100U);
    EXPECT_THAT(*passwords.begin(), MatchesRegex("([A-HJ-NP-Z2-9]{4}-){5}[A-HJ-NP-Z2-9]{4}"));
    const std::string one = password_hash("same");
    const std::string other = password_hash("same");
    EXPECT_NE(one, other);
    EXPECT_TRUE(is_password_of(one, "same") && is_password_of(other, "same"));
}

TEST(BrokerPasswords, WhatIsWrittenIsReadAgain) {
    const Users users = {{"e1", password_hash("a")}, {"qingkong", password_hash("b")}};
    const auto read = read_users(to_text(users), "passwords");
    ASSERT_TRUE(read) << rules::to_text(read.error());
    EXPECT_EQ(*read, users);
}

TEST(BrokerPasswords, AFileWithAPlainPasswordOrADoubleNameIsRefusedWhole) {
    const std::string hash = password_hash("a");
    const auto faults = [](const std::string& text) {
        const auto read = read_users(text, "passwords");
        return read ? std::string() : rules::to_text(read.error());
    };
    EXPECT_THAT(faults("e1:" + hash + "\ne2:secret\n"), HasSubstr("passwords:2"));
    EXPECT_THAT(faults("e1\n"), HasSubstr("'e1'"));
    EXPECT_THAT(faults("e1:" + hash + "\ne1:" + hash + "\n"), HasSubstr("twice"));
    EXPECT_THAT(faults("e1:" + hash.substr(0, hash.size() - 8) + "\n"), HasSubstr("'e1'"))
        << "a hash that was cut";
    EXPECT_THAT(faults("e1:$6$" + hash.substr(3) + "\n"), HasSubstr("'e1'")) << "the older hash";
}

TEST(BrokerPasswords, ANameThatWouldReachOtherTopicsOrFilesIsNone) {
    for (const char* name :
         {"", "+", "#", "a/b", "a:b", "a b", "..", "-x", "a\n", "$x", "a#", "\xFF"}) {
        EXPECT_NE(user_fault(name), "") << name;
    }
    for (const char* name : {"e1", "91410181MA9TAMP01T", "a.b-c_d", "1号"}) {
        EXPECT_EQ(user_fault(name), "") << name;
    }
    EXPECT_NE(user_fault(std::string(kUserBytesMax + 1, 'a')), "");
}

}  // namespace
}  // namespace qk::broker
