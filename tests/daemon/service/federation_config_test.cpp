// Goal: a wrong [federation] is refused with every fault, and what fits no region too.
#include "daemon/service/federation_config.hpp"

#include <gmock/gmock.h>

#include "daemon/service/config.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kUsual =
    "[region]\npack = \"beijing-demo\"\n[signing]\nkey_file = \"/etc/qingkong/signing.key\"\n";
constexpr const char* kOn =
    "[federation]\nenabled = true\ntrust_file = \"/etc/qingkong/trust.toml\"\n";

std::string federation_fault_text(const std::string& text) {
    const auto config = read_config(kUsual + text, "q.toml");
    return config ? std::string() : to_text(config.error());
}
std::string peer(const std::string& region, const std::string& url) {
    return "[[federation.peer]]\nname = \"甲\"\nregion = \"" + region + "\"\nurl = \"" + url +
           "\"\n";
}

TEST(FederationConfig, IsOffByDefaultAndReadWhole) {
    EXPECT_FALSE(read_config(kUsual, "q.toml")->federation.enabled);
    const auto config = read_config(
        std::string(kUsual) + kOn + "documents_per_minute = 7\nclock_skew_seconds = 60\n" +
            peer("410000", "https://a.example:8443/") + "pin = \"sha256//AA=\"\n",
        "q.toml");
    ASSERT_TRUE(config) << to_text(config.error());
    EXPECT_EQ(config->federation.documents_per_minute, 7);
    EXPECT_EQ(config->federation.clock_skew, std::chrono::seconds{60});
    ASSERT_EQ(config->federation.peers.size(), 1U);
    EXPECT_EQ(config->federation.peers[0].url, "https://a.example:8443");
    EXPECT_EQ(config->federation.peers[0].pin, "sha256//AA=");
}

TEST(FederationConfig, WhatIsWrongIsToldWithItsPlace) {
    EXPECT_THAT(federation_fault_text("[federation]\nenabled = true\n"), HasSubstr("trust_file"));
    EXPECT_THAT(federation_fault_text(kOn + peer("4100", "https://a.example")),
                HasSubstr("is not a region code"));
    for (const char* url : {"http://a.example", "ftp://a", "https://u:p@a.example", "a.example"}) {
        EXPECT_THAT(federation_fault_text(kOn + peer("410000", url)),
                    HasSubstr("is not an address"))
            << url;
    }
    EXPECT_EQ(federation_fault_text(kOn + peer("410000", "http://127.0.0.1:81")), "");
    EXPECT_THAT(federation_fault_text(kOn + peer("410000", "https://a.example") +
                                      peer("410000", "https://b.example")),
                HasSubstr("stands here twice"));
    EXPECT_THAT(federation_fault_text(kOn + peer("410000", "https://a.example") +
                                      "certificate = \"/a.crt\"\n"),
                HasSubstr("certificate or key"));
    EXPECT_THAT(federation_fault_text(std::string(kOn) + "refused_kept = 0\n"),
                HasSubstr("refused_kept"));
    EXPECT_THAT(federation_fault_text(std::string(kOn) + "peers = 1\n"), HasSubstr("peers"));
}

TEST(FederationConfig, APeerLiesAboveOrBelowTheRegion) {
    FederationConfig config;
    config.enabled = true;
    config.peers = {{"省", "410000", "https://a.example", "", "", "", ""},
                    {"县", "411002", "https://b.example", "", "", "", ""}};
    EXPECT_THAT(federation_faults(config, "411000", "q.toml"), IsEmpty());
    EXPECT_THAT(to_text(federation_faults(config, "410100", "q.toml")), HasSubstr("411002"));
    EXPECT_THAT(to_text(federation_faults(config, "somewhere", "q.toml")),
                HasSubstr("region is not a code"));
    config.enabled = false;
    EXPECT_THAT(federation_faults(config, "somewhere", "q.toml"), IsEmpty());
}

TEST(FederationConfig, TheTrustListIsReadWithTheConfiguration) {
    const Scratch scratch;
    FederationConfig config;
    config.enabled = true;
    config.trust_file = scratch.write("trust.toml", "[[key]]\n");
    EXPECT_THAT(to_text(load_federation(config)), HasSubstr("trust.toml:1:"));
    config.trust_file = scratch.write("trust.toml", "");
    EXPECT_THAT(load_federation(config), IsEmpty());
    ASSERT_NE(config.trust, nullptr);
    config.trust_file = scratch.file("none.toml");
    EXPECT_FALSE(load_federation(config).empty());
}

}  // namespace
}  // namespace qk::daemon
