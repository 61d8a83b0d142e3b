// Floors from above and regional prompts as rows, and who has followed a prompt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/warning/order_from_above.hpp"
#include "rules/warning/proposal.hpp"

namespace qk::daemon {

// Seconds that a prompt without an end holds: it asks for the day it begins.
inline constexpr std::int64_t kOpenPromptSeconds = 24 * 3600;

[[nodiscard]] std::int64_t count_floors(Session& db);
// `at`, `person`: when and by whom it is recorded.
void store_floor(Session& db, const rules::ColourFloor& floor, rules::Instant at,
                 const std::string& person);
void change_floor(Session& db, const rules::ColourFloor& floor, rules::Instant at,
                  const std::string& person);
[[nodiscard]] std::optional<rules::ColourFloor> load_floor(Session& db, const std::string& id);
// Those that end after `now`.
[[nodiscard]] std::vector<rules::ColourFloor> colour_floors_now(Session& db, rules::Instant now);

struct PromptRow {
    rules::RegionalPrompt prompt;
    std::string note;
    rules::Instant recorded_at{};
    std::string recorded_by;
    std::string asks;  // "warning" or "lift"
};
void store_prompt(Session& db, const PromptRow& row);
// All but its number; who has followed stays as it is.
void change_prompt(Session& db, const PromptRow& row);
[[nodiscard]] std::optional<PromptRow> load_prompt(Session& db, const std::string& number);
// The last recorded first; of one second by their number. With a place only those behind it.
struct PromptPlace {
    rules::Instant recorded_at{};
    std::string number;
};
[[nodiscard]] std::vector<PromptRow> list_prompt_rows(Session& db, std::size_t offset,
                                                      std::size_t limit,
                                                      const std::optional<PromptPlace>& after);
[[nodiscard]] std::size_t count_prompts(Session& db);
// Those that ask for a warning and end after `now`.
[[nodiscard]] std::vector<rules::RegionalPrompt> prompts_now(Session& db, rules::Instant now);

struct FollowUpRow {
    std::string prompt;
    std::string region;
    std::string name;
    std::string state;  // "waiting", "followed", ...
    std::optional<rules::Instant> at;
    std::string by;
    std::string note;
};
// Waits for this place.
void store_follow_up(Session& db, const std::string& prompt, const std::string& region,
                     const std::string& name);
// By region; one for each county of the pack.
[[nodiscard]] std::vector<FollowUpRow> list_follow_up(Session& db, const std::string& prompt);
[[nodiscard]] std::optional<FollowUpRow> load_follow_up(Session& db, const std::string& prompt,
                                                        const std::string& region);
// Sets state, at, by and note; false: no such prompt or region.
bool update_follow_up(Session& db, const FollowUpRow& row);

struct WaitingPrompt {
    std::string number;
    rules::Colour colour = rules::Colour::kYellow;
};
// Prompts that ask for a warning, wait for this region and end only after `now`.
[[nodiscard]] std::vector<WaitingPrompt> waiting_prompts(Session& db, const std::string& region,
                                                         rules::Instant now);

// Prompts by their number; floors by their id or the number of their letter. `region`: whose
// follow-up says whether a prompt covers it.
[[nodiscard]] std::vector<rules::OrderFromAbove> orders_from_above(Session& db,
                                                                   const std::string& number,
                                                                   const std::string& region);

}  // namespace qk::daemon
