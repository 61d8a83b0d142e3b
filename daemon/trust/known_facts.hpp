// What the audit log knows of things that are set outside the program: the configuration and the
// accounts. Each is kept as it was seen last; a difference, at the start or at a reload, is an
// entry with what it was and what it is. No secrets: of a token the first digits of its hash, of an
// address neither query nor password.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/access/person.hpp"
#include "daemon/store/session.hpp"
#include "plans/packs/region_pack.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

using Facts = std::map<std::string, std::string>;

inline constexpr std::size_t kTokenMarkDigits = 16;

[[nodiscard]] Facts facts_of(const std::vector<Person>& people);
// Those of the file, and what the rule pack that it names says: of its approvals in words, of all
// the rest by hash. A pack is changed under the same name.
[[nodiscard]] Facts facts_of(Facts config, const plans::RegionPack& configured);

// One entry "config.changed" for all differences; false: there is none.
bool note_config(Session& db, const Facts& config, rules::Instant now);
struct PeopleNoted {
    std::size_t entries = 0;
    std::vector<std::string> added;  // ids, without those of the first start
};
// One entry for every account: "account.added", "account.changed", "account.removed". An id that is
// added may have been somebody's who has left: what that one came in by is erased.
PeopleNoted note_people(Session& db, const Facts& people, rules::Instant now);

// A configuration that was not taken, and why: an entry "config.refused" and an event of that name.
void note_refused(Session& db, const rules::Faults& faults, rules::Instant now);

}  // namespace qk::daemon
