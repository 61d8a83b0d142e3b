// Temporary controls (临时管控) as rows: their terms as they were proposed, and the steps people
// took.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/newest_first.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct ControlRow {
    std::int64_t number = 0;
    std::string terms;  // JSON, see plans/measures/control.hpp
    rules::CivilDay last_day{};
    std::string reason;
    rules::Instant proposed_at{};
    std::string proposed_by;
    std::optional<rules::Instant> signed_at{};
    std::string signed_by{};
    std::optional<rules::Instant> withdrawn_at{};
    std::string withdrawn_by{};
    std::string withdrawn_why{};
};
// A new one: its number.
std::int64_t store_control(Session& db, const ControlRow& row);
[[nodiscard]] std::optional<ControlRow> load_control(Session& db, std::int64_t number);
// The last proposed first.
[[nodiscard]] std::vector<ControlRow> list_controls(Session& db, const NewestFirst& stretch);
[[nodiscard]] std::size_t count_controls(Session& db);

void sign_control(Session& db, std::int64_t number, rules::Instant at, const std::string& person);
void withdraw_control(Session& db, std::int64_t number, rules::Instant at,
                      const std::string& person, const std::string& why);

// Signed, not taken back and not over on that day, in the order of their numbers.
[[nodiscard]] std::vector<ControlRow> controls_held(Session& db, rules::CivilDay day);
// How many are not taken back and not over.
[[nodiscard]] std::size_t count_open_controls(Session& db, rules::CivilDay day);

}  // namespace qk::daemon
