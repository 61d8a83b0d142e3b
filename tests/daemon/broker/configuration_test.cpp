// What a configuration of mosquitto lacks is found, and the test broker of a trial keeps to the
// rest.
#include "daemon/broker/configuration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/broker/kit.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::broker {
namespace {

using testing::HasSubstr;
using testing::Not;

class BrokerConfigurationTest : public testing::Test {
 protected:
    void SetUp() override {
        KitWishes wishes;
        wishes.folder = scratch_.file("broker");
        wishes.hosts = {"mqtt.example.cn"};
        wishes.now = *rules::parse_instant("2025-11-22", rules::kBeijingTime);
        const auto made = make_kit(wishes);
        ASSERT_TRUE(made) << rules::to_text(made.error());
        text_ = scratch_.read("broker/mosquitto.conf");
    }
    // What is wrong with the kit's configuration where `was` is replaced.
    std::string faults_with(const std::string& was, const std::string& is) const {
        std::string changed = text_;
        const std::size_t at = changed.find(was);
        EXPECT_NE(at, std::string::npos) << was;
        if (at != std::string::npos) changed.replace(at, was.size(), is);
        std::string faults;
        for (const Finding& finding : look_at(read_configuration(changed))) {
            if (!finding.is_good) faults += finding.what + ": " + finding.cure + "\n";
        }
        return faults;
    }

    daemon::Scratch scratch_;
    std::string text_;
};

TEST_F(BrokerConfigurationTest, ThatOfTheKitLacksNothing) {
    EXPECT_EQ(faults_with("persistence true", "persistence true"), "");
}

TEST_F(BrokerConfigurationTest, EachLineThatIsTakenAwayIsMissed) {
    for (const char* line :
         {"\nallow_anonymous false", "\npersistence true", "\nautosave_interval 30",
          "\npersistent_client_expiration 14d", "\nmax_queued_messages 100000000",
          "\nmax_queued_bytes 2000000000", "\nmessage_size_limit 1048576",
          "\nmax_packet_size 1200000", "\nuse_username_as_clientid true", "\ntls_version tlsv1.3",
          "\nmax_connections 20000"}) {
        EXPECT_NE(faults_with(line, "\n#"), "") << line;
    }
    for (const char* key :
         {"\npassword_file ", "\nacl_file ", "\npid_file ", "\ncertfile ", "\nkeyfile "}) {
        EXPECT_NE(faults_with(key, "\n#"), "") << key;
    }
}

TEST_F(BrokerConfigurationTest, WhatOpensItIsFound) {
    EXPECT_THAT(faults_with("allow_anonymous false", "allow_anonymous true"),
                HasSubstr("anonymous"));
    EXPECT_THAT(faults_with("listener 1883 127.0.0.1", "listener 1883"),
                HasSubstr("listener 1883: TLS"));
    EXPECT_THAT(faults_with("listener 1883 127.0.0.1", "listener 1883 10.0.0.5"),
                HasSubstr("certfile"));
    EXPECT_THAT(faults_with("tls_version tlsv1.3", "tls_version tlsv1.2"), HasSubstr("TLS 1.3"));
    EXPECT_THAT(faults_with("max_queued_messages 100000000", "max_queued_messages 0"),
                HasSubstr("max_queued_messages"));
    EXPECT_NE(faults_with("persistence true", "persistence true\ninclude_dir /etc/x"), "");
    EXPECT_NE(faults_with("listener 8883", "allow_anonymous true\nlistener 8883"), "")
        << "at one door only";
}

TEST_F(BrokerConfigurationTest, ATrialHasPlacesOfItsOwnAndEverythingElseOfTheBroker) {
    const BrokerConfiguration read = read_configuration(text_);
    ASSERT_EQ(read.doors.size(), 2U);
    const std::string trial = trial_configuration(read, "/tmp/trial", {41, 42}, false);
    for (const char* line :
         {"listener 41 127.0.0.1\n", "listener 42 127.0.0.1\n",
          "persistence_location /tmp/trial/\n", "password_file /tmp/trial/passwords\n",
          "tls_version tlsv1.3\n", "allow_anonymous false\n", "use_username_as_clientid true\n",
          "message_size_limit 1048576\n"}) {
        EXPECT_THAT(trial, HasSubstr(line));
    }
    EXPECT_THAT(trial, HasSubstr("acl_file " + scratch_.file("broker/mosquitto.acl")));
    EXPECT_THAT(trial, Not(HasSubstr("listener 8883")));
    EXPECT_THAT(trial, Not(HasSubstr(scratch_.file("broker/state"))));
    EXPECT_THAT(trial_configuration(read, "/tmp/trial", {41, 42}, true), HasSubstr("user root\n"));
}

}  // namespace
}  // namespace qk::broker
