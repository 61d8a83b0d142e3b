// The kit: what is laid out is closed to others, has no default password, and lets nobody in
// without one. Commands are typed as a person would.
#include "daemon/broker/kit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "daemon/broker/certificates.hpp"
#include "daemon/broker/configuration.hpp"
#include "tests/daemon/ctl/type_command.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::broker {
namespace {

using ctl::Arguments;
using ctl::type_command;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class BrokerKit : public testing::Test {
 protected:
    std::string at(const std::string& name = "") const { return scratch_.file("broker/" + name); }
    std::string text(const std::string& name) const { return scratch_.read("broker/" + name); }
    unsigned mode(const std::string& name) const {
        struct stat found {};
        EXPECT_EQ(::stat(at(name).c_str(), &found), 0) << name;
        return found.st_mode & 0777U;
    }
    ctl::Answer init(const Arguments& more = {}) const {
        return type_command(ctl::words_of(
            {"broker", "init", scratch_.file("broker"), "--host", "mqtt.example.cn"},
            ctl::words_of(::geteuid() == 0 ? Arguments{"--account", "root"} : Arguments{}, more)));
    }
    ctl::Answer enterprise(const std::string& verb, const Arguments& more) const {
        return type_command(
            ctl::words_of({"enterprise", verb, "--broker", scratch_.file("broker")}, more));
    }

    daemon::Scratch scratch_;
};

TEST_F(BrokerKit, ItsFilesAreClosedToOthersAndTheSecretsToTheGroup) {
    ASSERT_EQ(init().code, kHolds);
    for (const char* name : {"authority/ca.key", "daemon.password"})
        EXPECT_EQ(mode(name), 0600U) << name;
    for (const char* name :
         {"", "authority", "state", "passwords", "server.key", "mosquitto.acl"}) {
        EXPECT_EQ(mode(name) & 007U, 0U) << name;
    }
    EXPECT_EQ(mode("authority") & 077U, 0U);
}

TEST_F(BrokerKit, TheConfigurationSaysWhatABrokerForOrdersNeeds) {
    ASSERT_EQ(init({"--port", "18884"}).code, kHolds);
    const std::string conf = text("mosquitto.conf");
    for (const char* line :
         {"\nallow_anonymous false\n", "\npersistence true\n", "\nuse_username_as_clientid true\n",
          "\ntls_version tlsv1.3\n", "\nmessage_size_limit ", "\nmax_queued_bytes ",
          "\nmax_packet_size ", "\nlistener 1883 127.0.0.1\n", "\nlistener 18884"}) {
        EXPECT_THAT(conf, HasSubstr(line));
    }
    EXPECT_THAT(conf, Not(HasSubstr("{"))) << "a hole that was not filled";
    EXPECT_THAT(conf, HasSubstr("acl_file " + at("mosquitto.acl")));
    EXPECT_THAT(text("mosquitto.acl"), Not(HasSubstr("{")));
}

TEST_F(BrokerKit, ADaemonOnAnotherHostHasTlsAtItsDoorToo) {
    ASSERT_EQ(init({"--daemon-address", "10.0.0.5"}).code, kHolds);
    const std::string conf = text("mosquitto.conf");
    EXPECT_TRUE(facts_of(text("server.crt"), text("ca.crt"), "10.0.0.5")->is_for_host);
    const std::string door = conf.substr(conf.find("listener 1883 10.0.0.5"));
    EXPECT_LT(door.find("tls_version tlsv1.3"), door.find("listener 8883"));
}

// With a client id of its own choice an enterprise would end the session of another.
TEST_F(BrokerKit, AtTheDoorOfADaemonOnAnotherHostNobodyElseComesIn) {
    ASSERT_EQ(init({"--daemon-address", "10.0.0.5"}).code, kHolds);
    const std::string conf = text("mosquitto.conf");
    const std::string door = conf.substr(conf.find("listener 1883 10.0.0.5"));
    EXPECT_LT(door.find("require_certificate true"), door.find("listener 8883"));
    EXPECT_LT(door.find("cafile " + at("ca.crt")), door.find("listener 8883"));
    EXPECT_EQ(mode("daemon.key"), 0600U);
    EXPECT_TRUE(facts_of(text("daemon.crt"), text("ca.crt"), "")->is_of_authority);
    for (const Finding& finding : look_at(read_configuration(conf))) {
        EXPECT_TRUE(finding.is_good) << finding.what;
    }
    const std::size_t rule = conf.find("require_certificate true");
    bool is_found = false;
    for (const Finding& finding : look_at(read_configuration(std::string(conf).erase(rule, 24)))) {
        is_found = is_found || (!finding.is_good && finding.what.find("1883") != std::string::npos);
    }
    EXPECT_TRUE(is_found) << "a door at which everybody names himself";
}

TEST_F(BrokerKit, ANameThatBeginsWith127IsNotThisHost) {
    EXPECT_TRUE(is_loopback("127.0.0.1") && is_loopback("127.8.8.8") && is_loopback("localhost"));
    EXPECT_FALSE(is_loopback("127.example.cn") || is_loopback("10.0.0.5") || is_loopback(""));
}

TEST_F(BrokerKit, TheSimulatorIsNotTheDaemonAndItsNameHoldsNoRule) {
    EXPECT_EQ(init({"--simulator", "qingkong"}).code, kBadUsage);
    EXPECT_EQ(init({"--simulator", "x\ntopic readwrite #"}).code, kBadUsage);
    EXPECT_FALSE(std::filesystem::exists(at("passwords")));
}

TEST_F(BrokerKit, AnEnterpriseSaysOnlyWhatIsItsOwn) {
    const std::vector<std::string> rules = access_rules("");
    for (const std::string& rule : rules) {
        if (rule.starts_with("pattern ")) {
            EXPECT_THAT(rule, HasSubstr("/%u/")) << rule;
        }
        EXPECT_THAT(rule, Not(HasSubstr("#")));
        EXPECT_THAT(rule, Not(HasSubstr("anonymous")));
    }
    EXPECT_THAT(rules, Contains("pattern read qingkong/1/+/%u/order"));
    EXPECT_THAT(rules, Contains("pattern read qingkong/1/+/%u/durable"));
    EXPECT_THAT(rules, Contains("pattern read qingkong/1/+/%u/exercise/order"));
    EXPECT_THAT(rules, Contains("pattern write qingkong/1/+/%u/exercise/receipt"));
    EXPECT_THAT(rules, Not(Contains("pattern write qingkong/1/+/%u/exercise/order")));
    EXPECT_THAT(rules, Contains("user qingkong: topic readwrite qingkong/1/+/+/exercise/order"));
    EXPECT_THAT(rules, Contains("user qingkong: topic write qingkong/1/+/+/durable"));
    EXPECT_THAT(rules, Contains("pattern write qingkong/1/+/%u/receipt"));
    EXPECT_THAT(rules, Not(Contains("pattern write qingkong/1/+/%u/order")));
    EXPECT_THAT(rules, Contains("user qingkong: topic readwrite qingkong/1/+/+/order"));
    EXPECT_THAT(rules_in("topic read #\n"), Contains("user (anonymous): topic read #"));
}

TEST_F(BrokerKit, TheDaemonsPasswordIsMadeAndFits) {
    ASSERT_EQ(init().code, kHolds);
    const auto users = read_users(text("passwords"), "passwords");
    ASSERT_TRUE(users);
    EXPECT_EQ(users->size(), 1U);
    std::string password = text("daemon.password");
    password.pop_back();
    EXPECT_TRUE(is_password_of(users->at("qingkong"), password));
    EXPECT_FALSE(is_password_of(users->at("qingkong"), "qingkong"));
}

TEST_F(BrokerKit, TheServersCertificateIsOfItsAuthorityAndForItsHosts) {
    ASSERT_EQ(init({"--host", "10.1.2.3"}).code, kHolds);
    for (const char* host : {"mqtt.example.cn", "10.1.2.3"}) {
        const auto facts = facts_of(text("server.crt"), text("ca.crt"), host);
        ASSERT_TRUE(facts);
        EXPECT_TRUE(facts->is_of_authority && facts->is_for_host) << host;
    }
    EXPECT_FALSE(facts_of(text("server.crt"), text("ca.crt"), "other.example.cn")->is_for_host);
    const std::string before = text("server.crt");
    EXPECT_EQ(type_command({"broker", "renew", scratch_.file("broker")}, "2026-11-22").code,
              kHolds);
    const auto renewed = facts_of(text("server.crt"), text("ca.crt"), "mqtt.example.cn");
    EXPECT_TRUE(renewed->is_of_authority && renewed->is_for_host);
    EXPECT_TRUE(facts_of(text("server.crt"), text("ca.crt"), "10.1.2.3")->is_for_host);
    EXPECT_GT(renewed->to, facts_of(before, text("ca.crt"), "")->to);
}

TEST_F(BrokerKit, WhatIsThereAlreadyIsLeftAlone) {
    scratch_.write("broker/passwords", "mine");
    EXPECT_EQ(init().code, kBadUsage);
    EXPECT_EQ(text("passwords"), "mine");
    EXPECT_FALSE(std::filesystem::exists(at("mosquitto.conf")));
}

TEST_F(BrokerKit, WhatItPrintsIsAConfigurationOfTheDaemon) {
    const std::string out = init().out;
    EXPECT_THAT(out, HasSubstr("senders = \"topic\""));
    EXPECT_THAT(out, HasSubstr("password_file = \"" + at("daemon.password") + "\""));
    EXPECT_THAT(text("daemon.password"), Not(HasSubstr(" ")));
    std::string password = text("daemon.password");
    password.pop_back();
    EXPECT_THAT(out, Not(HasSubstr(password)));
}

TEST_F(BrokerKit, APasswordIsHandedOutOnceAndKeptAsAHashOnly) {
    ASSERT_EQ(init().code, kHolds);
    const ctl::Answer answer =
        enterprise("enrol", {"e1", "e2", "--passwords", at("plants"), "--letters", at("l.html")});
    ASSERT_EQ(answer.code, kHolds) << answer.err;
    std::string password = text("plants/e1.password");
    password.pop_back();
    EXPECT_THAT(text("l.html"), HasSubstr(password));
    EXPECT_THAT(answer.out + answer.err + text("passwords"), Not(HasSubstr(password)));
    EXPECT_EQ(mode("plants/e1.password"), 0600U);
    EXPECT_EQ(mode("l.html"), 0600U);
    const auto users = read_users(text("passwords"), "passwords");
    ASSERT_TRUE(users);
    EXPECT_TRUE(is_password_of(users->at("e1"), password));
    EXPECT_EQ(enterprise("list", {}).out, "e1\ne2\n");
}

TEST_F(BrokerKit, NobodyIsEnrolledWhereThePasswordWouldGoNowhere) {
    ASSERT_EQ(init().code, kHolds);
    const std::string before = text("passwords");
    EXPECT_EQ(enterprise("enrol", {"e1"}).code, kBadUsage);
    scratch_.write("broker/l.html", "mine");
    EXPECT_EQ(enterprise("enrol", {"e1", "--letters", at("l.html")}).code, kBadUsage);
    EXPECT_EQ(text("passwords"), before);
    EXPECT_EQ(text("l.html"), "mine");
}

TEST_F(BrokerKit, ARotatedPasswordIsAnotherAndARevokedOneIsGone) {
    ASSERT_EQ(init().code, kHolds);
    ASSERT_EQ(enterprise("enrol", {"e1", "--passwords", at("plants")}).code, kHolds);
    const std::string first = text("plants/e1.password");
    ASSERT_EQ(enterprise("rotate", {"e1", "--passwords", at("plants")}).code, kHolds);
    EXPECT_NE(text("plants/e1.password"), first);
    EXPECT_EQ(enterprise("rotate", {"e9", "--passwords", at("plants")}).code, kNegative);
    EXPECT_EQ(enterprise("revoke", {"e1"}).code, kHolds);
    EXPECT_EQ(enterprise("list", {}).out, "");
    EXPECT_EQ(enterprise("revoke", {"e1"}).code, kNegative);
    EXPECT_EQ(enterprise("revoke", {"qingkong"}).code, kBadUsage);
}

TEST_F(BrokerKit, TwoCommandsAtOnceChangeItOneAfterTheOther) {
    ASSERT_EQ(init().code, kHolds);
    {
        const auto book = BrokerUserFile::open(scratch_.file("broker"));
        ASSERT_TRUE(book);
        const ctl::Answer second = enterprise("enrol", {"e1", "--passwords", at("plants")});
        EXPECT_EQ(second.code, kBadUsage);
        EXPECT_THAT(second.err, HasSubstr("another command"));
    }
    EXPECT_EQ(enterprise("enrol", {"e1", "--passwords", at("plants")}).code, kHolds);
}

TEST_F(BrokerKit, AProcessIdThatIsAnothersByNowGetsNoSignal) {
    ASSERT_EQ(init().code, kHolds);
    EXPECT_EQ(*reload_broker(scratch_.file("broker")), Reload::kNotRunning);
    scratch_.write("broker/state/mosquitto.pid", std::to_string(::getpid()) + "\n");
    EXPECT_EQ(*reload_broker(scratch_.file("broker")), Reload::kNotRunning);
}

// ---- By a certificate ----

class BrokerKitWithCertificates : public BrokerKit {
 protected:
    void SetUp() override { ASSERT_EQ(init({"--certificate-port", "8884"}).code, kHolds); }
    ctl::Answer certify(const std::string& verb, const Arguments& more) const {
        return enterprise(verb, ctl::words_of({"--certificates", scratch_.file("passes")}, more));
    }
    std::string pass(const std::string& name) const { return scratch_.read("passes/" + name); }
    bool is_of_plants(const std::string& certificate) const {
        const auto found = facts_of(certificate, text("plants-ca.crt"), "");
        return found && found->is_of_authority;
    }
};

TEST_F(BrokerKitWithCertificates, TheDoorAsksForOneAndTakesTheNameFromIt) {
    const std::string conf = text("mosquitto.conf");
    const std::string door = conf.substr(conf.find("listener 8884"));
    for (const std::string& line :
         {std::string("require_certificate true"), std::string("use_identity_as_username true"),
          std::string("use_username_as_clientid true"), "cafile " + at("plants-ca.crt"),
          "crlfile " + at("revoked.crl"), std::string("tls_version tlsv1.3")}) {
        EXPECT_THAT(door, HasSubstr(line));
    }
    for (const Finding& finding : look_at(read_configuration(conf))) {
        EXPECT_TRUE(finding.is_good) << finding.what;
    }
    for (const char* line :
         {"require_certificate true", "crlfile ", "use_username_as_clientid true"}) {
        std::string changed = conf;
        changed.insert(changed.rfind(line), "#");
        EXPECT_FALSE(is_whole(look_at(read_configuration(changed)))) << line;
    }
}

TEST_F(BrokerKitWithCertificates, TheAuthorityOfEnterprisesIsNotThatOfTheServers) {
    ASSERT_EQ(certify("enrol", {"e1"}).code, kHolds);
    EXPECT_TRUE(is_of_plants(pass("e1.crt")));
    EXPECT_FALSE(facts_of(pass("e1.crt"), text("ca.crt"), "")->is_of_authority);
    EXPECT_EQ(facts_of(pass("e1.crt"), text("plants-ca.crt"), "")->name, "e1");
    EXPECT_EQ(mode("authority/plants-ca.key"), 0600U);
    EXPECT_EQ(mode("authority/certificates.json"), 0600U);
    EXPECT_EQ(mode("revoked.crl") & 007U, 0U);
}

TEST_F(BrokerKitWithCertificates, WhoHasACertificateIsEnrolledAndHasNoPassword) {
    ASSERT_EQ(certify("enrol", {"e1"}).code, kHolds);
    const std::string first = pass("e1.crt");
    EXPECT_THAT(text("passwords"), Not(HasSubstr("e1:")));
    EXPECT_EQ(enterprise("list", {}).out, "e1\n");
    EXPECT_EQ(certify("enrol", {"e1"}).code, kHolds) << "left alone";
    EXPECT_EQ(pass("e1.crt"), first);
    EXPECT_EQ(enterprise("enrol", {"--passwords", scratch_.file("plants"), "e1"}).code, kHolds);
    EXPECT_THAT(text("passwords"), Not(HasSubstr("e1:"))) << "left alone too";
}

TEST_F(BrokerKitWithCertificates, ARotationGoesFromOneWayToTheOtherAndBack) {
    ASSERT_EQ(enterprise("enrol", {"--passwords", scratch_.file("plants"), "e1"}).code, kHolds);
    ASSERT_EQ(certify("rotate", {"e1"}).code, kHolds);
    EXPECT_THAT(text("passwords"), Not(HasSubstr("e1:")));
    ASSERT_EQ(enterprise("rotate", {"--passwords", scratch_.file("plants"), "e1"}).code, kHolds);
    EXPECT_THAT(text("passwords"), HasSubstr("e1:"));
    EXPECT_THAT(text("authority/certificates.json"), HasSubstr("void_from"));
}

TEST_F(BrokerKitWithCertificates, WhoIsRevokedIsOnTheListAndEnrolledNoMore) {
    ASSERT_EQ(certify("enrol", {"e1", "e2"}).code, kHolds);
    const std::string before = text("revoked.crl");
    ASSERT_EQ(enterprise("revoke", {"e1"}).code, kHolds);
    EXPECT_NE(text("revoked.crl"), before);
    EXPECT_EQ(enterprise("list", {}).out, "e2\n");
    EXPECT_EQ(enterprise("revoke", {"e1"}).code, kNegative) << "is not enrolled";
    const std::string listed = enterprise("list", {"--certificates"}).out;
    EXPECT_EQ(std::count(listed.begin(), listed.end(), '\n'), 2);
}

TEST_F(BrokerKitWithCertificates, ALetterNamesTheCertificateAndNoPassword) {
    ASSERT_EQ(certify("enrol", {"--letters", scratch_.file("letters.html"), "e1"}).code, kHolds);
    const std::string letter = scratch_.read("letters.html");
    EXPECT_THAT(letter,
                HasSubstr(facts_of(pass("e1.crt"), text("plants-ca.crt"), "")->fingerprint));
    EXPECT_THAT(letter, HasSubstr("mqtts://mqtt.example.cn:8884"));
    EXPECT_THAT(letter, Not(HasSubstr("口令 password")));
}

TEST_F(BrokerKit, WithoutADoorForCertificatesNobodyGetsOne) {
    ASSERT_EQ(init().code, kHolds);
    const auto answer = enterprise("enrol", {"--certificates", scratch_.file("passes"), "e1"});
    EXPECT_EQ(answer.code, kBadUsage);
    EXPECT_THAT(answer.err, HasSubstr("--certificate-port"));
    EXPECT_FALSE(std::filesystem::exists(scratch_.file("passes")));
}

}  // namespace
}  // namespace qk::broker
