// The section [accounts]: passwords, sessions, one-time links, tokens of one's own (账号).
#pragma once

#include <chrono>

namespace qk::plans {
class TomlTable;
}  // namespace qk::plans

namespace qk::daemon {

struct AccountConfig {
    std::chrono::minutes idle{60};     // a session that is not used for so long ends
    std::chrono::hours longest{24};    // and one in use, however much it is used
    std::chrono::hours link{24};       // a one-time link is good for so long
    std::chrono::hours page_link{72};  // one that leads to the page of an enterprise
    // Who came by one of these stays in for so long, used or not: it is the telephone at the plant.
    std::chrono::hours page_session{7 * 24};
    bool second_factor = true;       // a password alone opens no session
    bool sign_needs_code = false;    // who signs shows a fresh code with the signature
    int password_least = 12;         // characters
    int hash_cost = 16;              // log2 of scrypt's N; each step doubles memory and time
    int tries = 5;                   // wrong ones in a row before the first pause
    std::chrono::seconds pause{30};  // the first; each further one is twice as long
    std::chrono::minutes pause_max{15};
    bool login_links = false;  // links that log somebody in without a password: for demos
    int token_days = 366;      // the latest expiry of a token of one's own

    friend bool operator==(const AccountConfig&, const AccountConfig&) = default;
};
inline constexpr int kHashCostLeast = 14;           // 16 MiB for each hash
inline constexpr int kHashCostMost = 20;            // 1 GiB
inline constexpr int kPasswordCharactersMost = 64;  // that may be asked for
inline constexpr int kTokenDaysMost = 3660;

// Every fault goes into the table's faults.
void read_accounts(plans::TomlTable section, AccountConfig& accounts);

}  // namespace qk::daemon
