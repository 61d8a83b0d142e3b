// Adopted rule packs as rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct PackRow {
    std::int64_t number = 0;  // 0: not stored yet
    std::string id;
    std::string name;
    rules::Instant from{};
    rules::Instant put_at{};
    std::string put_by;
    std::string reason;
    std::optional<std::string> trial;  // JSON
    std::string sha256;                // of the texts
    std::optional<rules::Instant> begun_at{};
    std::optional<rules::Instant> withdrawn_at{};
    std::string withdrawn_by{};
    std::string withdrawn_why{};
    bool needs_second = false;
    std::string changes{};  // of the approvals, a JSON list
    std::optional<rules::Instant> confirmed_at{};
    std::optional<std::string> confirmed_by{};
    std::optional<rules::Instant> ready_at{};
    std::string texts{};  // JSON; empty in a list
};
// What adopting it says: id to texts. Answers its number.
std::int64_t store_pack(Session& db, const PackRow& row);
[[nodiscard]] std::optional<PackRow> load_pack(Session& db, std::int64_t number);
// Newest first, with a number below `below` only; without the texts.
[[nodiscard]] std::vector<PackRow> list_packs(Session& db, std::size_t offset, std::size_t limit,
                                              std::int64_t below);
[[nodiscard]] std::size_t count_packs(Session& db);

// The one whose time came last: at its date, and not before what a second person's confirmation
// allows; none that was withdrawn or waits. `has_begun`: of those that were in force before.
[[nodiscard]] std::optional<PackRow> pack_in_force(Session& db, rules::Instant now,
                                                   bool has_begun = false);
// When the next one begins.
[[nodiscard]] std::optional<rules::Instant> next_pack_begins(Session& db, rules::Instant now);

void note_pack_begun(Session& db, std::int64_t number, rules::Instant now);
// It waits for a second person because of these changes.
void note_pack_waits(Session& db, std::int64_t number, const std::string& changes);
// A second person has confirmed it at `now`.
void note_pack_confirmed(Session& db, std::int64_t number, const std::string& person,
                         rules::Instant now, rules::Instant ready);
// False: there is none of this number that may still be withdrawn.
bool note_pack_withdrawn(Session& db, std::int64_t number, const std::string& person,
                         const std::string& why, rules::Instant now);

}  // namespace qk::daemon
