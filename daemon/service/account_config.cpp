#include "daemon/service/account_config.hpp"

#include <string_view>

#include "plans/text/toml_table.hpp"

namespace qk::daemon {
namespace {

template <class Value>
void take(plans::TomlTable& section, std::string_view key, int least, int most, Value& into) {
    if (const auto given = section.whole(key, least, most)) into = Value(static_cast<int>(*given));
}

}  // namespace

void read_accounts(plans::TomlTable section, AccountConfig& accounts) {
    take(section, "idle_minutes", 1, 7 * 24 * 60, accounts.idle);
    take(section, "longest_hours", 1, 7 * 24, accounts.longest);
    take(section, "link_hours", 1, 31 * 24, accounts.link);
    take(section, "page_link_hours", 1, 31 * 24, accounts.page_link);
    take(section, "page_session_hours", 1, 366 * 24, accounts.page_session);
    take(section, "password_least", 8, kPasswordCharactersMost, accounts.password_least);
    take(section, "hash_cost", kHashCostLeast, kHashCostMost, accounts.hash_cost);
    take(section, "tries", 1, 100, accounts.tries);
    take(section, "pause_seconds", 1, 3600, accounts.pause);
    take(section, "pause_minutes_max", 1, 24 * 60, accounts.pause_max);
    take(section, "token_days", 1, kTokenDaysMost, accounts.token_days);
    section.read("second_factor", accounts.second_factor);
    section.read("sign_needs_code", accounts.sign_needs_code);
    section.read("login_links", accounts.login_links);
    section.finish();
}

}  // namespace qk::daemon
