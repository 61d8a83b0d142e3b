#include "daemon/service/hj212_config.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "daemon/service/config.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

using plans::hj212::CrcKind;
using testing::HasSubstr;

constexpr const char* kNeededFirst =
    "[region]\npack = \"beijing-demo\"\n[signing]\nkey_file = \"/k\"\n[hj212]\n";

rules::Result<Config> read(const std::string& section) {
    return read_config(kNeededFirst + section, "q.toml");
}

TEST(Hj212Config, IsOffAndOnLoopbackUnlessItIsSaidOtherwise) {
    const auto config = read("");
    ASSERT_TRUE(config.has_value());
    EXPECT_FALSE(config->hj212.enabled);
    EXPECT_EQ(config->hj212.listen, "127.0.0.1");
    EXPECT_EQ(config->hj212.port, 9212);
}

TEST(Hj212Config, EveryFaultIsNamed) {
    const auto config = read(
        "listen = \"here\"\nrelays = [\"10.0.0.0/99\"]\nconnections = 0\nidle_secnds = 5\n"
        "[[hj212.device]]\nmn = \"A\"\ncrc = \"wrong\"\n[[hj212.device]]\nmn = \"A\"\n");
    ASSERT_TRUE(config.has_error());
    const std::string faults = rules::to_text(config.error());
    for (const char* word : {"'here'", "10.0.0.0/99", "hj212.connections", "idle_secnds",
                             "'wrong' is not a check sum", "'A' stands here twice"}) {
        EXPECT_THAT(faults, HasSubstr(word));
    }
}

TEST(Hj212Config, WhatIsSaidOfADeviceReachesTheDecoder) {
    const Scratch scratch;
    const std::string key = scratch.write("key", "000102030405060708090a0b0c0d0e0f\n");
    ::chmod(key.c_str(), 0600);
    auto config = read("[[hj212.device]]\nmn = \"A\"\ncrc = \"modbus-swapped\"\nkey_file = \"" +
                       key + "\"\n");
    ASSERT_TRUE(config.has_value());
    ASSERT_TRUE(load_hj212_files(config->hj212).empty());
    const auto setting = decode_setting_of(config->hj212);
    EXPECT_EQ(setting.allowed_crc.at("A"), CrcKind::kModbusSwapped);
    EXPECT_EQ(setting.keys.at("A").size(), 16U);
    EXPECT_NE(setting.codes, nullptr);
}

TEST(Hj212Config, AKeyOrMapThatCannotBeReadIsAFault) {
    const Scratch scratch;
    const std::string key = scratch.write("key", "short");
    ::chmod(key.c_str(), 0600);
    Hj212Config config;
    config.codes = scratch.write("codes.toml", "nonsense");
    config.devices.push_back({"A", "", key});
    const std::string faults = rules::to_text(load_hj212_files(config));
    EXPECT_THAT(faults, HasSubstr("holds no SM4 key"));
    EXPECT_THAT(faults, HasSubstr("codes.toml"));
}

TEST(Hj212Config, AnotherPortWaitsForARestart) {
    const auto running = read("enabled = true\n");
    const auto wanted = read("enabled = true\nport = 9000\n");
    const TakenOver taken = take_over(*running, *wanted);
    ASSERT_EQ(taken.waiting.size(), 1U);
    EXPECT_EQ(taken.config.hj212.port, 9212);
    EXPECT_TRUE(take_over(*running, *running).waiting.empty());
}

}  // namespace
}  // namespace qk::daemon
