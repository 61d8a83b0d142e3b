// Passwords, sessions, tokens of one's own, one-time links and wrong log-ins, as rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/access/login_pauses.hpp"
#include "daemon/access/logins.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct Credential {
    std::string person;
    std::string password;     // hash; empty: none is set
    std::string code_secret;  // base32; empty: no second factor
    std::int64_t code_step = 0;
    rules::Instant changed_at{};
};
[[nodiscard]] std::optional<Credential> find_credential(Session& db, const std::string& person);
[[nodiscard]] std::vector<Credential> list_credentials(Session& db);
void store_credential(Session& db, const Credential& credential);
void store_password(Session& db, const std::string& person, const std::string& hash);
// False: this code, or a later one, has counted already.
[[nodiscard]] bool take_code_step(Session& db, const std::string& person, std::int64_t step);
void erase_credential(Session& db, const std::string& person);

[[nodiscard]] std::vector<Login> list_logins(Session& db);
void store_login(Session& db, const Login& login);
void store_login_use(Session& db, const Logins::Use& use);
void erase_logins(Session& db, const std::vector<std::string>& hashes);
void erase_logins_of(Session& db, const std::string& person);
// The same with the hashes of what is gone: of the sessions alone, or of the tokens too, and
// without `but`. What is held in memory may lack one that was written just before.
enum class LoginsOf { kSessions, kAll };
[[nodiscard]] std::vector<std::string> end_logins_of(Session& db, const std::string& person,
                                                     LoginsOf which, const std::string& but = {});

// All that an account came in by; whoever has its id next opens nothing with it.
void erase_ways_in(Session& db, const std::string& person);

enum class LinkKind { kSet, kLogin };
[[nodiscard]] std::string_view to_text(LinkKind kind);
struct AccountLink {
    std::string hash;
    LinkKind kind = LinkKind::kSet;
    std::string person;
    std::string code_secret;  // offered with it
    std::string made_by;
    rules::Instant made_at{};
    rules::Instant ends_at{};
};
[[nodiscard]] std::optional<AccountLink> find_link(Session& db, const std::string& hash);
// Those of the person that were not used are gone with it.
void store_link(Session& db, const AccountLink& link);
// False: somebody else has used it meanwhile.
[[nodiscard]] bool erase_link(Session& db, const std::string& hash);
void erase_links(Session& db, const std::string& person);
void erase_ended_links(Session& db, rules::Instant now);

[[nodiscard]] std::vector<Tries> list_tries(Session& db);
void store_tries(Session& db, const Tries& tries);
void erase_tries(Session& db, const std::string& name);

}  // namespace qk::daemon
