#include "daemon/service/account_config.hpp"

#include "plans/text/toml_table.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

struct Whole {
    const char* key;
    int least;
    int most;
};
constexpr Whole kIdle{"idle_minutes", 1, 7 * 24 * 60};
constexpr Whole kLongest{"longest_hours", 1, 7 * 24};
constexpr Whole kLink{"link_hours", 1, 31 * 24};
constexpr Whole kPageLink{"page_link_hours", 1, 31 * 24};
constexpr Whole kPageSession{"page_session_hours", 1, 366 * 24};
constexpr Whole kPasswordLeast{"password_least", 8, kPasswordCharactersMost};
constexpr Whole kHashCost{"hash_cost", kHashCostLeast, kHashCostMost};
constexpr Whole kTries{"tries", 1, 100};
constexpr Whole kPause{"pause_seconds", 1, 3600};
constexpr Whole kPauseMax{"pause_minutes_max", 1, 24 * 60};
constexpr Whole kTokenDays{"token_days", 1, kTokenDaysMost};
constexpr Whole kAll[] = {kIdle,     kLongest, kLink,  kPageLink, kPageSession, kPasswordLeast,
                          kHashCost, kTries,   kPause, kPauseMax, kTokenDays};
constexpr const char* kFlags[] = {"second_factor", "sign_needs_code", "login_links"};

using Facts = std::map<std::string, std::string>;

std::string fact(const Facts& facts, const char* key) {
    const auto found = facts.find(std::string("accounts.") + key);
    return found == facts.end() ? std::string() : found->second;
}

template <class Value>
void take(const Facts& facts, const Whole& whole, Value& into) {
    const auto given = rules::parse_whole(fact(facts, whole.key), 1, whole.most);
    if (given) into = Value(static_cast<int>(*given));
}

void take(const Facts& facts, const char* key, bool& into) {
    const std::string given = fact(facts, key);
    if (!given.empty()) into = given == "true";
}

}  // namespace

void check_accounts(plans::TomlTable& section) {
    for (const Whole& one : kAll) (void)section.whole(one.key, one.least, one.most);
    for (const char* const flag : kFlags) (void)section.yes_no(flag);
    section.finish();
}

AccountConfig accounts_of(const Facts& facts) {
    AccountConfig accounts;
    take(facts, kIdle, accounts.idle);
    take(facts, kLongest, accounts.longest);
    take(facts, kLink, accounts.link);
    take(facts, kPageLink, accounts.page_link);
    take(facts, kPageSession, accounts.page_session);
    take(facts, kPasswordLeast, accounts.password_least);
    take(facts, kHashCost, accounts.hash_cost);
    take(facts, kTries, accounts.tries);
    take(facts, kPause, accounts.pause);
    take(facts, kPauseMax, accounts.pause_max);
    take(facts, kTokenDays, accounts.token_days);
    take(facts, "second_factor", accounts.second_factor);
    take(facts, "sign_needs_code", accounts.sign_needs_code);
    take(facts, "login_links", accounts.login_links);
    return accounts;
}

}  // namespace qk::daemon
