// What waits for a person as rows, with the steps that were taken and what people did about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/roster/matter_sources.hpp"
#include "daemon/store/session.hpp"
#include "plans/roster/escalation.hpp"

namespace qk::daemon {

struct MatterRow {
    std::int64_t number = 0;
    MatterKey key;
    bool exercise = false;
    std::string region;
    std::string text;
    rules::Instant opened_at{};
    rules::Instant deadline{};
    std::optional<rules::Instant> look_at;
    std::optional<rules::Instant> closed_at{};
};
// A new one: its number.
std::int64_t store_matter(Session& db, const MatterRow& row);
[[nodiscard]] std::optional<MatterRow> load_matter(Session& db, std::int64_t number);
// All that are open, by number.
[[nodiscard]] std::vector<MatterRow> open_matters(Session& db);
void set_look_at(Session& db, std::int64_t number, const std::optional<rules::Instant>& look_at);
void set_matter_text(Session& db, std::int64_t number, const std::string& text);
void close_matter(Session& db, std::int64_t number, rules::Instant at);
// When the next of the open ones has something due.
[[nodiscard]] std::optional<rules::Instant> next_matter_look(Session& db);

struct MatterQuery {
    bool is_open_only = false;
    std::string kind;           // empty: all
    std::string region_prefix;  // what the codes of the counties begin with; empty: all
    std::size_t offset = 0;
    std::size_t limit = 100;
    std::int64_t below = INT64_MAX;
};
// Newest first.
[[nodiscard]] std::vector<MatterRow> list_matters(Session& db, const MatterQuery& query);
[[nodiscard]] std::size_t count_matters(Session& db, const MatterQuery& query);
// Closed in a span of time, the oldest first.
[[nodiscard]] std::vector<MatterRow> matters_closed(Session& db, const rules::Span& span,
                                                    std::size_t limit);
// Open ones by their kind.
struct KindCount {
    std::string kind;
    std::int64_t count = 0;
};
[[nodiscard]] std::vector<KindCount> count_open_by_kind(Session& db);

struct StepRow {
    std::int64_t matter = 0;
    std::size_t step = 0;
    rules::Instant at{};
    std::string action;
    std::vector<std::string> asked;  // people
    std::optional<std::int64_t> call;
};
// False: that step of that matter was taken already.
bool store_step(Session& db, const StepRow& row);
[[nodiscard]] std::vector<StepRow> steps_of(Session& db, std::int64_t matter);

struct ActRow {
    std::int64_t matter = 0;
    rules::Instant at{};
    std::string person;
    std::string act;  // "acknowledge", "snooze" or "escalate"
    std::optional<std::int64_t> step{};
    std::optional<rules::Instant> until{};
    std::string note;
};
void store_act(Session& db, const ActRow& row);
[[nodiscard]] std::vector<ActRow> acts_of(Session& db, std::int64_t matter);
[[nodiscard]] plans::MatterHistory history_of(Session& db, std::int64_t matter);

// Forgets matters that were closed before, with all that belongs to them; how many went.
std::size_t forget_matters(Session& db, rules::Instant closed_before, std::size_t limit);

}  // namespace qk::daemon
