// Warnings and their story as rows: what is loaded before a decision and written with it. Each
// function runs inside the caller's transaction; a row that cannot be read back is our own mistake
// and throws.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/newest_first.hpp"
#include "daemon/store/session.hpp"
#include "plans/decision/decision_check.hpp"
#include "plans/decision/decision_inputs.hpp"
#include "rules/warning/life.hpp"

namespace qk::daemon {

struct StoredWarning {
    rules::Warning state;
    std::int64_t number = 0;  // running number of all warnings and exercises of this database
    rules::Instant created_at{};
    rules::Instant updated_at{};
    std::int64_t plan_generation = 0;  // 0: no plan yet
};

// A warning that does not exist yet: the next number and its id, "YJ-411000-2026-3", exercises
// "YL-…".
[[nodiscard]] StoredWarning new_warning(Session& db, const std::string& region_code, bool exercise,
                                        rules::Instant now, rules::Zone zone);
[[nodiscard]] std::optional<StoredWarning> load_warning(Session& db, const std::string& id);
[[nodiscard]] bool has_warning(Session& db, const std::string& id);
struct WarningFilter {
    std::optional<bool> exercise;
    std::vector<rules::WarningStanding> standings;  // empty: all
};
[[nodiscard]] std::vector<StoredWarning> load_warnings(Session& db, const WarningFilter& filter,
                                                       const NewestFirst& stretch);
[[nodiscard]] std::size_t count_warnings(Session& db, const WarningFilter& filter);
// The warning or draft that is being dealt with; exercises apart. There is at most one of each.
[[nodiscard]] std::optional<StoredWarning> open_warning(Session& db, bool exercise);
void save_warning(Session& db, const StoredWarning& warning);
// Warnings with a pending change whose time is over, or with a stretch that begins by `now`.
[[nodiscard]] std::vector<std::string> due_warnings(Session& db, rules::Instant now);
// When the next of these comes due.
[[nodiscard]] std::optional<rules::Instant> next_due(Session& db);

// What an event was decided on and what the rules found there.
struct Checked {
    std::string inputs;  // hash
    plans::DecisionCheck check;
    std::string found;  // canonical JSON
    std::string body;   // of the inputs, until they are stored
};

struct StoryEntry {
    std::int64_t number = 0;
    std::string warning;
    rules::Instant at{};
    std::string event;  // rules::name_of() of it
    std::optional<std::int64_t> change;
    std::optional<rules::ChangeKind> kind;  // of the change
    std::optional<rules::Colour> colour;    // likewise
    std::string person;
    std::string role;
    rules::Why why;
    std::int64_t generation = 0;  // after the event
    std::optional<Checked> checked;
    boost::json::value detail;
    std::vector<rules::Effect> effects;
};
// The word of a step's kind or colour; empty where it is about no change.
template <class Enum>
std::string word_or_empty(const std::optional<Enum>& value) {
    return value ? std::string(rules::to_text(*value)) : std::string();
}

void append_story(Session& db, const StoryEntry& entry);
// The number of the last entry of all stories; 0: none.
[[nodiscard]] std::int64_t newest_story(Session& db);
[[nodiscard]] std::vector<StoryEntry> story_of(Session& db, const std::string& warning);

// What was checked, ready to be stored with the event once it is accepted.
[[nodiscard]] Checked checked_on(const plans::DecisionInputs& inputs,
                                 const plans::DecisionCheck& check,
                                 const boost::json::value& found);
// Stores the inputs, once per content.
void store_inputs(Session& db, const Checked& checked, rules::Instant at);
[[nodiscard]] std::optional<std::string> load_inputs(Session& db, const std::string& hash);

// Changes and what became of them.
enum class Outcome { kPending, kApplied, kRejected, kWithdrawn, kLapsed };
[[nodiscard]] std::string_view to_text(Outcome outcome);
void open_change(Session& db, const std::string& warning, const rules::Change& change,
                 const std::string& proposal_json);
void close_change(Session& db, const std::string& warning, std::int64_t number, Outcome outcome,
                  const std::string& person, rules::Instant at);
[[nodiscard]] std::optional<std::string> proposal_of_change(Session& db, const std::string& warning,
                                                            std::int64_t number);
// Proposals of the system that people rejected since then.
[[nodiscard]] std::vector<rules::RejectedProposal> rejected_since(Session& db, rules::Instant since,
                                                                  rules::Zone zone);
// The last lowering, suspension or lift of a real warning after `since`, or the last consultation
// that made less of a proposal and was followed, and the newest forecast there was then; without
// the air. What people decided on stands until there is something new.
[[nodiscard]] std::optional<rules::LastLowering> last_lowering(Session& db, rules::Instant since);
// Corrections of the consultations about real warnings since then, each with the newest forecast
// there was: they outlive the change they were made on, also one that came to nothing.
[[nodiscard]] std::vector<plans::Correction> corrections_since(Session& db, rules::Instant since);

}  // namespace qk::daemon
