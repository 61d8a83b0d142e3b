// When accounts were last used, as rows.
#pragma once

#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct AccountUse {
    std::string person;
    rules::Instant used_at{};
    std::string remote;
    std::string day;    // the last civil day on which its log-in was audited
    std::string token;  // with this one: the first digits of its hash
};
// Of each account that was ever used; as many as there are people in the configuration, and those
// that have left it.
[[nodiscard]] std::vector<AccountUse> list_uses(Session& db);
[[nodiscard]] bool is_login_known(Session& db, const AccountUse& use);
void store_use(Session& db, const AccountUse& use);

}  // namespace qk::daemon
