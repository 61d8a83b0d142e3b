#include "daemon/service/config.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

constexpr std::string_view kNeeded =
    "[region]\npack = \"beijing-demo\"\n[signing]\nkey_file = \"k\"\n";

std::string faults_in(std::string_view more) {
    const auto config = read_config(std::string(kNeeded) + std::string(more), "q.toml");
    return config ? "" : to_text(config.error());
}

TEST(Config, TheNeededKeysAloneAreEnough) {
    const auto config = read_config(kNeeded, "q.toml");
    ASSERT_TRUE(config.has_value());
    EXPECT_EQ(config->http.listen, "127.0.0.1");
    EXPECT_EQ(config->clock_mode, ClockMode::kReal);
}

TEST(Config, MqttUrlIsANumber) {
    EXPECT_EQ(faults_in("[mqtt]\nurl = 5\n"),
              "q.toml:6:7: mqtt.url: is the number 5: a text, for example "
              "\"mqtts://broker.example:8883\"\n");
}

TEST(Config, AnUnknownKeyIsAFaultWithItsPlace) {
    EXPECT_NE(faults_in("[http]\nprot = 80\n").find("q.toml:6:1: http.prot: is not known here"),
              std::string::npos);
    EXPECT_NE(faults_in("[htpp]\nport = 80\n").find("unknown section 'htpp'"), std::string::npos);
}

TEST(Config, AllFaultsAreToldAtOnce) {
    const std::string faults = faults_in(
        "[http]\nport = 70000\nlisten = \"x\"\n[clock]\nmode = \"fast\"\n"
        "[limits]\npublish_window = 1025\n");
    EXPECT_NE(faults.find("http.port"), std::string::npos);
    EXPECT_NE(faults.find("http.listen"), std::string::npos);
    EXPECT_NE(faults.find("clock.mode"), std::string::npos);
    EXPECT_NE(faults.find("limits.publish_window: is 1025: a whole number from 1 to 1024"),
              std::string::npos);
}

TEST(Config, AListenerOpenToOthersNeedsTls) {
    EXPECT_NE(faults_in("[http]\nlisten = \"0.0.0.0\"\n").find("there is no TLS"),
              std::string::npos);
    EXPECT_EQ(faults_in("[http]\nlisten = \"0.0.0.0\"\ncertificate = \"c\"\nkey = \"k\"\n"), "");
}

TEST(Config, ProxiesAreAddressesAndOneFieldIsBelieved) {
    EXPECT_EQ(faults_in("[http]\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n"
                        "forwarded_field = \"Forwarded\"\nmetrics = \"token\"\n"),
              "");
    const std::string faults = faults_in(
        "[http]\ntrusted_proxies = [\"10.0.0.0/8\", \"proxy\"]\nforwarded_field = \"X-Real-IP\"\n"
        "metrics = \"nobody\"\n");
    EXPECT_NE(faults.find("'proxy' is not an address or prefix"), std::string::npos) << faults;
    EXPECT_NE(faults.find("'X-Real-IP' is not read"), std::string::npos) << faults;
    EXPECT_NE(faults.find("'nobody' says not who"), std::string::npos) << faults;
}

TEST(Config, ABrokerElsewhereNeedsTls) {
    EXPECT_NE(faults_in("[mqtt]\nurl = \"mqtt://10.0.0.1:1883\"\n").find("without TLS"),
              std::string::npos);
    EXPECT_EQ(faults_in("[mqtt]\nurl = \"mqtts://10.0.0.1:8883\"\n"), "");
    EXPECT_EQ(faults_in("[mqtt]\nurl = \"mqtt://[::1]:1883\"\n"), "");
    EXPECT_NE(faults_in("[mqtt]\nurl = \"mqtts://b.example:8883\"\ninsecure = true\n")
                  .find("on loopback only"),
              std::string::npos);
}

TEST(Config, OnlyABrokerWithUsersProvesSenders) {
    EXPECT_EQ(faults_in("[mqtt]\nsenders = \"topic\"\nuser = \"qingkong\"\n"), "");
    EXPECT_EQ(faults_in("[mqtt]\nsenders = \"none\"\n"), "");
    EXPECT_NE(faults_in("[mqtt]\nsenders = \"topic\"\n").find("mqtt.user is not given"),
              std::string::npos);
    EXPECT_NE(faults_in("[mqtt]\nsenders = \"yes\"\n").find("'yes' proves no sender"),
              std::string::npos);
}

TEST(Config, ADrivenClockNeedsAStart) {
    EXPECT_NE(faults_in("[clock]\nmode = \"driven\"\n").find("needs a first time"),
              std::string::npos);
    EXPECT_EQ(faults_in("[clock]\nmode = \"driven\"\nstart = \"2015-12-05T00:00:00+08:00\"\n"), "");
}

TEST(Config, WhatIsNotTomlIsNamedWithItsPlace) {
    const auto config = read_config("[region\n", "q.toml");
    ASSERT_TRUE(config.has_error());
    EXPECT_EQ(config.error().front().place.line, 1);
}

TEST(Config, AMissingPackOrKeyIsAFault) {
    const auto config = read_config("", "q.toml");
    ASSERT_TRUE(config.has_error());
    EXPECT_EQ(config.error().size(), 2U);
}

TEST(Config, TheJournalStandsBesideTheStore) {
    const auto config =
        read_config(std::string(kNeeded) + "[store]\npath = \"/data/x.db\"\n", "q.toml");
    ASSERT_TRUE(config.has_value());
    EXPECT_EQ(config->journal_folder, "/data/journal");
}

TEST(Config, ASigningKeyThatOthersCanReadIsRefused) {
    const Scratch scratch;
    const std::string path = scratch.write("k", std::string(64, 'a') + "\n");
    ::chmod(path.c_str(), 0644);
    EXPECT_NE(to_text(read_signing_seed(path).error()).find("mode 0644"), std::string::npos);
    ::chmod(path.c_str(), 0600);
    const auto seed = read_signing_seed(path);
    ASSERT_TRUE(seed.has_value());
    EXPECT_EQ(*seed, std::string(32, '\xaa'));
}

TEST(Config, AKeyOfTheWrongLengthIsRefused) {
    const Scratch scratch;
    const std::string path = scratch.write("k", "abcd");
    ::chmod(path.c_str(), 0600);
    EXPECT_NE(to_text(read_signing_seed(path).error()).find("64 hex digits"), std::string::npos);
}

TEST(Config, WhatNeedsARestartIsNamedAndStaysAsItRuns) {
    const auto one = read_config(kNeeded, "q.toml");
    const auto two =
        read_config(std::string(kNeeded) + "[http]\nport = 81\nmetrics = \"all\"\n", "q.toml");
    const TakenOver taken = take_over(*one, *two);
    ASSERT_EQ(taken.waiting.size(), 1U);
    EXPECT_NE(taken.waiting.front().what.find("http.port"), std::string::npos);
    EXPECT_EQ(taken.config.http.port, one->http.port);
    EXPECT_EQ(taken.config.http.metrics, "all") << "what can be taken is taken";
    EXPECT_EQ(taken.config.hash, two->hash);
    EXPECT_FALSE(taken.config.facts.contains("http.port")) << "the audit log names what runs";
    EXPECT_TRUE(taken.config.facts.contains("http.metrics"));
    EXPECT_EQ(take_over(taken.config, *two).waiting.size(), 1U) << "said again";
    EXPECT_TRUE(take_over(taken.config, *one).waiting.empty()) << "taken back in the file";
    EXPECT_TRUE(take_over(*one, *one).waiting.empty());
}

TEST(Config, ADatabaseThatIsNotOpenedTakesNothingAlong) {
    const auto one = read_config(std::string(kNeeded) + "[store]\npath = \"/a/q.db\"\n", "q.toml");
    const auto two = read_config(std::string(kNeeded) + "[store]\npath = \"/b/q.db\"\n", "q.toml");
    const TakenOver taken = take_over(*one, *two);
    EXPECT_EQ(taken.waiting.size(), 2U) << "the journal stands beside it";
    EXPECT_EQ(taken.config.store_path, "/a/q.db");
    EXPECT_EQ(taken.config.journal_folder, "/a/journal");
    EXPECT_EQ(taken.config.audit.heads_file, "/a/audit-heads.jsonl");
    EXPECT_EQ(taken.config.facts.at("store.path"), "/a/q.db");
}

TEST(Config, AnotherSetOfPullsKeepsTheFactsOfThoseThatRun) {
    const std::string pull = "[[forecasts.pull]]\nurl = \"https://f.example/x\"\nsource = ";
    const auto one = read_config(std::string(kNeeded) + pull + "\"a\"\n", "q.toml");
    const auto two =
        read_config(std::string(kNeeded) + pull + "\"b\"\n" + pull + "\"c\"\n", "q.toml");
    ASSERT_TRUE(one.has_value() && two.has_value());
    const TakenOver taken = take_over(*one, *two);
    EXPECT_EQ(taken.waiting.size(), 1U);
    EXPECT_EQ(taken.config.forecast_pulls.size(), 1U);
    EXPECT_EQ(taken.config.facts, one->facts);
}

TEST(Config, LimitsOfTheServerAreSettingsWithinBounds) {
    const auto small = read_config(std::string(kNeeded) +
                                       "[limits]\nhttp_connections = 8\n"
                                       "wrong_tokens_per_minute = 5\ncalls_per_person = 2\n"
                                       "repeats_kept_hours = 48\nrepeats_per_person = 3\n"
                                       "repeats_mib_per_person = 4\n",
                                   "q.toml");
    ASSERT_TRUE(small.has_value()) << to_text(small.error());
    EXPECT_EQ(small->limits.http_connections, 8);
    EXPECT_EQ(small->limits.wrong_tokens_per_minute, 5);
    EXPECT_EQ(small->limits.calls_per_person, 2);
    EXPECT_EQ(small->limits.repeats_kept, std::chrono::hours{48});
    EXPECT_EQ(small->limits.repeats_per_person, 3);
    EXPECT_EQ(small->limits.repeats_mib_per_person, 4);
    const auto usual = read_config(kNeeded, "q.toml");
    const rules::Faults changes = take_over(*usual, *small).waiting;
    ASSERT_EQ(changes.size(), 1U) << "wrong tokens and calls per person are taken at once";
    EXPECT_NE(changes.front().what.find("limits.http_connections"), std::string::npos);
    EXPECT_NE(faults_in("[limits]\nhttp_connections = 0\n").find("from 1 to 20000"),
              std::string::npos);
    EXPECT_NE(faults_in("[limits]\nwrong_tokens_per_minute = -1\n").find("from 1 to 1000000"),
              std::string::npos);
    EXPECT_NE(faults_in("[limits]\ncalls_per_person = 0\n").find("from 1 to 1000"),
              std::string::npos);
    EXPECT_NE(faults_in("[limits]\nrepeats_kept_hours = 0\n").find("from 1 to 720"),
              std::string::npos);
}

TEST(Config, LimitsOfTheIntakeAreSettings) {
    const auto small = read_config(
        std::string(kNeeded) +
            "[limits]\nintake_queue_mib = 2\njournal_mib = 3\nmessage_kib = 4\n"
            "enterprise_messages_per_minute = 5\nenterprise_rows_per_minute = 6\n"
            "meter_readings_per_hour = 7\nmeter_interval_seconds = 8\nunknown_receipts_kept = 9\n"
            "held_messages = 10\n",
        "q.toml");
    ASSERT_TRUE(small.has_value()) << to_text(small.error());
    const Limits& limits = small->limits;
    EXPECT_EQ(limits.intake_queue_mib, 2);
    EXPECT_EQ(limits.journal_mib, 3);
    EXPECT_EQ(limits.message_kib, 4);
    EXPECT_EQ(limits.enterprise_messages_per_minute, 5);
    EXPECT_EQ(limits.enterprise_rows_per_minute, 6);
    EXPECT_EQ(limits.meter_readings_per_hour, 7);
    EXPECT_EQ(limits.meter_interval, std::chrono::seconds{8});
    EXPECT_EQ(limits.unknown_receipts_kept, 9);
    EXPECT_EQ(limits.held_messages, 10);
    EXPECT_NE(faults_in("[limits]\nmessage_kib = 1025\n").find("from 1 to 1024"),
              std::string::npos);
    const auto usual = read_config(kNeeded, "q.toml");
    EXPECT_EQ(take_over(*usual, *small).waiting.size(), 1U);
}

TEST(Config, HowLongRowsAreKeptIsASettingThatTheNextNightFollows) {
    const auto given = read_config(std::string(kNeeded) +
                                       "[retention]\nreadings_days = 60\n"
                                       "verdicts_days = 2000\n",
                                   "q.toml");
    ASSERT_TRUE(given.has_value()) << to_text(given.error());
    EXPECT_EQ(given->retention.readings_days, 60);
    EXPECT_EQ(given->retention.verdicts_days, 2000);
    EXPECT_EQ(given->retention.events_days, Retention{}.events_days);
    EXPECT_TRUE(take_over(*read_config(kNeeded, "q.toml"), *given).waiting.empty());
    EXPECT_NE(faults_in("[retention]\nreadings_days = 30\n").find("from 60 to"), std::string::npos)
        << "a baseline looks back further";
    EXPECT_NE(faults_in("[retention]\nreading_days = 90\n").find("is not known here"),
              std::string::npos);
}

TEST(Config, APullNamesItsSourceAndAnAddressThatIsEncryptedOrSaysThatItIsNot) {
    const std::string pull = "[[forecasts.pull]]\nsource = \"s\"\nurl = ";
    EXPECT_EQ(faults_in(pull + "\"https://f.example/{yyyy}{mm}{dd}{hh}.csv\"\n"), "");
    EXPECT_EQ(faults_in(pull + "\"http://127.0.0.1:9/f\"\n"), "");
    EXPECT_EQ(faults_in(pull + "\"http://f.example/f\"\nplain_http = true\n"), "");
    EXPECT_NE(faults_in(pull + "\"http://127.0.0.1.example/f\"\n").find("forecasts.pull[1].url"),
              std::string::npos);
    EXPECT_NE(faults_in(pull + "\"ftp://f.example/f\"\n").find("is not fetched"),
              std::string::npos);
    EXPECT_NE(faults_in("[[forecasts.pull]]\nurl = \"https://f.example\"\nevery_minutes = 1\n")
                  .find("from 5 to 1440"),
              std::string::npos);
    EXPECT_NE(faults_in(pull + "\"https://a.example\"\n" + pull + "\"https://b.example\"\n")
                  .find("pulled twice"),
              std::string::npos);
}

TEST(Config, APointNamesItsRegionAndBothCoordinates) {
    const auto good = read_config(std::string(kNeeded) +
                                      "[[forecasts.point]]\nregion = \"411000\"\n"
                                      "latitude = 34\nlongitude = 113.85\n",
                                  "q.toml");
    ASSERT_TRUE(good.has_value()) << to_text(good.error());
    EXPECT_EQ(good->forecast_points, (std::vector<plans::RegionPoint>{{"411000", 34, 113.85}}));
    const std::string faults = faults_in("[[forecasts.point]]\nlatitude = 134\n");
    EXPECT_NE(faults.find("region: is missing"), std::string::npos) << faults;
    EXPECT_NE(faults.find("from -90 to 90"), std::string::npos) << faults;
    EXPECT_NE(faults.find("longitude: is missing"), std::string::npos) << faults;
}

TEST(Config, ThePublicUrlLosesItsSlashAndIsAnAddress) {
    const auto good =
        read_config(std::string(kNeeded) + "[http]\npublic_url = \"https://w.example/\"\n", "q");
    ASSERT_TRUE(good.has_value()) << to_text(good.error());
    EXPECT_EQ(good->http.public_url, "https://w.example");
    EXPECT_NE(faults_in("[http]\npublic_url = \"w.example\"\n").find("is not an address"),
              std::string::npos);
}

TEST(Config, HeadsOfTheLogAreKeptBesideTheStoreAndHandedToTargets) {
    const auto usual =
        read_config(std::string(kNeeded) + "[store]\npath = \"/data/x.db\"\n", "q.toml");
    ASSERT_TRUE(usual.has_value());
    EXPECT_EQ(usual->audit.heads_file, "/data/audit-heads.jsonl");
    EXPECT_EQ(usual->approval_delay, std::chrono::hours{24});
    const auto own =
        read_config(std::string(kNeeded) +
                        "[audit]\nheads_file = \"/a\"\nhooks = [\"https://a.example\"]\n"
                        "[approval]\npack_delay_hours = 48\n",
                    "q.toml");
    ASSERT_TRUE(own.has_value()) << to_text(own.error());
    EXPECT_EQ(own->audit.heads_file, "/a");
    EXPECT_EQ(own->approval_delay, std::chrono::hours{48});
    EXPECT_NE(faults_in("[audit]\nhooks = [\"ftp://a\"]\n").find("audit.hooks"), std::string::npos);
    EXPECT_NE(faults_in("[approval]\npack_delay_hours = 721\n").find("from 0 to 720"),
              std::string::npos);
}

TEST(Config, AHookIsHeldAgainstItsHostAndNotAgainstHowItBegins) {
    const auto is_target = [](const std::string& target) {
        return faults_in("[hooks]\ntargets = [\"" + target + "\"]\n").empty();
    };
    for (const char* good :
         {"https://g.example/sms?key=a", "http://127.0.0.1:8080/sms", "http://127.0.0.2/sms",
          "http://localhost/sms", "http://[::1]:81/sms", "exec:/usr/bin/sms"}) {
        EXPECT_TRUE(is_target(good)) << good;
    }
    for (const char* bad :
         {"http://127.0.0.1.evil.example/sms", "http://127.0.0.1.evil/",
          "http://localhost.evil/sms", "http://localhost@evil.example/sms",
          "http://127.0.0.1:80@evil.example/", "http://[::1].evil/", "http://g.example/sms",
          "https://", "https:///sms", "https://u:p@g.example/sms", "https://g.example/{yyyy}",
          "exec:sms", "ftp://127.0.0.1/"}) {
        EXPECT_FALSE(is_target(bad)) << bad;
    }
}

TEST(Config, ChannelsAreOffUntilTheyAreNamedAndGoOnlyWhereTheyMay) {
    const auto usual = read_config(kNeeded, "q.toml");
    ASSERT_TRUE(usual.has_value());
    EXPECT_EQ(usual->channels, ChannelConfig{});
    const auto own = read_config(
        std::string(kNeeded) +
            "[channels]\nsms = \"exec:/usr/bin/sms\"\nsms_sign = \"【许昌环境】\"\nper_day = 3\n"
            "[[channels.webhook]]\nenterprise = \"e1\"\nurl = \"https://p.example/o\"\n",
        "q.toml");
    ASSERT_TRUE(own.has_value()) << to_text(own.error());
    EXPECT_EQ(own->channels.sms_command, "exec:/usr/bin/sms");
    EXPECT_EQ(own->channels.per_day, 3);
    EXPECT_EQ(own->channels.webhooks.at("e1"), "https://p.example/o");
    const std::string hook = "[[channels.webhook]]\nenterprise = \"e1\"\nurl = ";
    EXPECT_NE(faults_in(hook + "\"http://p.example/o\"\n"), "") << "in clear over the network";
    EXPECT_NE(faults_in(hook + "\"exec:/bin/sh\"\n"), "");
    EXPECT_NE(faults_in(hook + "\"https://a.example\"\n" + hook + "\"https://b.example\"\n"), "");
    EXPECT_NE(faults_in("[channels]\nsms = \"sms\"\n"), "");
    EXPECT_NE(faults_in("[channels]\nsms_sign = \"【许昌市生态环境保护局办】\"\n"), "");
    EXPECT_NE(faults_in("[channels]\nper_day = 0\n"), "");
}

TEST(Config, EveryKeyIsAFactForTheLogAndNoFactHoldsASecret) {
    const auto config = read_config(
        std::string(kNeeded) +
            "[http]\nport = 81\n[hooks]\ntargets = [\"https://g.example/sms?key=geheim\"]\n"
            "[[forecasts.pull]]\nsource = \"s\"\nurl = \"https://f.example/a/geheim\"\n",
        "q.toml");
    ASSERT_TRUE(config.has_value()) << to_text(config.error());
    EXPECT_EQ(config->facts.at("http.port"), "81");
    EXPECT_EQ(config->facts.at("region.pack"), "beijing-demo");
    EXPECT_TRUE(config->facts.at("hooks.targets[0]").starts_with("https://g.example #"));
    for (const auto& [name, text] : config->facts) {
        EXPECT_EQ(text.find("geheim"), std::string::npos) << name;
    }
}

}  // namespace
}  // namespace qk::daemon
