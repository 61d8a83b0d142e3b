// Accounts that were made on a screen, as rows.
#pragma once

#include <string>
#include <vector>

#include "daemon/access/person.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct KeptPerson {
    Person person;
    std::string made_by;
    rules::Instant made_at{};
    std::string changed_by;
    rules::Instant changed_at{};
};
// In order of their ids.
[[nodiscard]] std::vector<KeptPerson> list_kept_people(Session& db);
[[nodiscard]] bool has_kept_person(Session& db, const std::string& id);
// A new one, or that of its id as it is now.
void store_kept_person(Session& db, const KeptPerson& kept);

}  // namespace qk::daemon
