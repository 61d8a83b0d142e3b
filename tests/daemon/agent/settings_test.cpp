#include "daemon/agent/settings.hpp"

#include <gtest/gtest.h>

#include <string>

namespace qk::agent {
namespace {

const std::string kKey(64, 'a');

std::string text_with(const std::string& url, const std::string& more = "") {
    return "enterprise = \"e1\"\nregion = \"110105\"\nstate = \"/tmp/state\"\n[bureau]\nkey = \"" +
           kKey + "\"\n[mqtt]\nurl = \"" + url + "\"\n" + more;
}

bool is_taken(const std::string& text) { return parse_settings(text, "agent.toml").has_value(); }

TEST(AgentSettings, AFewLinesAreEnough) {
    const auto settings = parse_settings(text_with("mqtts://broker.example:8883"), "agent.toml");
    ASSERT_TRUE(settings) << rules::to_text(settings.error());
    EXPECT_EQ(settings->broker.client_id, "e1");
    EXPECT_EQ(settings->pinned, kKey);
}

TEST(AgentSettings, WithoutTlsOnLoopbackOnly) {
    EXPECT_TRUE(is_taken(text_with("mqtt://127.0.0.1:1883")));
    EXPECT_TRUE(is_taken(text_with("mqtt://localhost:1883")));
    EXPECT_TRUE(is_taken(text_with("mqtt://[::1]:1883")));
    EXPECT_FALSE(is_taken(text_with("mqtt://broker.example:1883")));
    EXPECT_FALSE(is_taken(text_with("mqtt://127.0.0.1.example:1883")));
    EXPECT_FALSE(is_taken(text_with("mqtt://localhost.example:1883")));
}

TEST(AgentSettings, AFingerprintMayStandInGroupsAsItIsPrinted) {
    std::string text = text_with("mqtts://b:1");
    const std::string grouped = "AAAA " + std::string(60, 'a');
    text.replace(text.find(kKey), kKey.size(), grouped);
    const auto settings = parse_settings(text, "agent.toml");
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->pinned, kKey);
}

TEST(AgentSettings, WithoutAKeyNothingCanBeBelieved) {
    std::string text = text_with("mqtts://b:1");
    text.replace(text.find(kKey), kKey.size(), "");
    EXPECT_FALSE(is_taken(text));
}

TEST(AgentSettings, AKeyThatNobodyKnowsIsAFault) {
    EXPECT_FALSE(is_taken(text_with("mqtts://b:1", "pasword_file = \"x\"\n")));
}

TEST(AgentSettings, ACommandIsNamedByItsWholePath) {
    EXPECT_TRUE(is_taken(text_with("mqtts://b:1", "[obligations]\nhook = [\"/bin/true\"]\n")));
    EXPECT_FALSE(is_taken(text_with("mqtts://b:1", "[obligations]\nhook = [\"true\"]\n")));
}

TEST(AgentSettings, AnIdThatNoTopicCanCarryIsAFault) {
    std::string text = text_with("mqtts://b:1");
    text.replace(text.find("\"e1\""), 4, "\"e/+\"");
    EXPECT_FALSE(is_taken(text));
}

}  // namespace
}  // namespace qk::agent
