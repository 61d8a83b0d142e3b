// Adoptions as rows, each kind in its own table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/packs/adoption.hpp"
#include "daemon/store/newest_first.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {

enum class Adopted { kPack, kCatalogue, kGradePaper };

// Gives its number.
[[nodiscard]] std::int64_t put_adoption(Session& db, Adopted kind, const Adoption& adoption);
[[nodiscard]] std::optional<Adoption> load_adoption(Session& db, Adopted kind, std::int64_t number);
// Without the texts.
[[nodiscard]] std::vector<Adoption> list_adoptions(Session& db, Adopted kind,
                                                   const NewestFirst& stretch);
[[nodiscard]] std::size_t count_adoptions(Session& db, Adopted kind);

// Of packs and catalogues: the one whose time came last, at its date and not before what its
// confirmation allows. `has_begun`: of those that were noted to have begun.
[[nodiscard]] std::optional<Adoption> adoption_at(Session& db, Adopted kind, rules::Instant now,
                                                  bool has_begun = false);
// When the next one begins; empty: none waits for a time.
[[nodiscard]] std::optional<rules::Instant> next_adoption(Session& db, Adopted kind,
                                                          rules::Instant now);

// False: it was noted before.
[[nodiscard]] bool note_begun(Session& db, Adopted kind, std::int64_t number, rules::Instant now);
void note_confirmed(Session& db, Adopted kind, const AdoptionStep& step, rules::Instant ready);
void note_withdrawn(Session& db, Adopted kind, const AdoptionStep& step);
// A pack waits for a second person because of these changes, a JSON list.
void note_pack_waits(Session& db, std::int64_t number, const std::string& changes);

}  // namespace qk::daemon
