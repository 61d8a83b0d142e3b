// Goal: the settings of accounts are what the configuration says, and what it says wrongly is told.
#include "daemon/service/account_config.hpp"

#include <gmock/gmock.h>

#include "daemon/service/config.hpp"

namespace qk::daemon {
namespace {

std::string with(const std::string& section) {
    return "[region]\npack = \"beijing-demo\"\n[signing]\nkey_file = \"k\"\n[people]\nfile = "
           "\"p\"\n[accounts]\n" +
           section;
}

TEST(AccountConfig, WhatIsNotSaidHasADefault) {
    const auto config = read_config(with(""), "q.toml");
    ASSERT_TRUE(config) << rules::to_text(config.error());
    EXPECT_EQ(config->accounts, AccountConfig{});
}

TEST(AccountConfig, EachKeyIsRead) {
    const auto config = read_config(
        with("idle_minutes = 15\nlongest_hours = 8\nlink_hours = 2\npage_link_hours = 12\n"
             "page_session_hours = 24\npassword_least = 16\n"
             "hash_cost = 17\ntries = 3\npause_seconds = 60\npause_minutes_max = 60\n"
             "token_days = 30\nsecond_factor = false\nsign_needs_code = true\n"
             "login_links = true\n"),
        "q.toml");
    ASSERT_TRUE(config) << rules::to_text(config.error());
    AccountConfig wanted;
    wanted.idle = std::chrono::minutes{15};
    wanted.longest = std::chrono::hours{8};
    wanted.link = std::chrono::hours{2};
    wanted.page_link = std::chrono::hours{12};
    wanted.page_session = std::chrono::hours{24};
    wanted.password_least = 16;
    wanted.hash_cost = 17;
    wanted.tries = 3;
    wanted.pause = std::chrono::seconds{60};
    wanted.pause_max = std::chrono::minutes{60};
    wanted.token_days = 30;
    wanted.second_factor = false;
    wanted.sign_needs_code = true;
    wanted.login_links = true;
    EXPECT_EQ(config->accounts, wanted);
}

TEST(AccountConfig, WhatIsBeyondALimitOrUnknownIsTold) {
    for (const char* wrong : {"idle_minutes = 0", "hash_cost = 10", "hash_cost = 30",
                              "password_least = 4", "second_factor = \"yes\"", "idle = 5"}) {
        EXPECT_FALSE(read_config(with(std::string(wrong) + "\n"), "q.toml")) << wrong;
    }
}

}  // namespace
}  // namespace qk::daemon
