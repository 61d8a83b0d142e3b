#include "daemon/trust/account_rows.hpp"

namespace qk::daemon {

std::vector<AccountUse> list_uses(Session& db) {
    Statement row(db, "SELECT person, used_at, remote, day, token FROM account_uses");
    std::vector<AccountUse> uses;
    while (row.next()) {
        uses.push_back({row.text(0), row.instant(1), row.text(2), row.text(3), row.text(4)});
    }
    return uses;
}

bool is_login_known(Session& db, const AccountUse& use) {
    return db.has("SELECT 1 FROM account_uses WHERE person=?1 AND day=?2 AND token=?3", use.person,
                  use.day, use.token);
}

void store_use(Session& db, const AccountUse& use) {
    db.exec(
        "INSERT INTO account_uses(person, used_at, remote, day, token) VALUES(?1,?2,?3,?4,"
        "?5) ON CONFLICT(person) DO UPDATE SET used_at=?2, remote=?3, day=?4, token=?5",
        use.person, use.used_at, use.remote, use.day, use.token);
}

}  // namespace qk::daemon
