#include "daemon/warnings/warning_rows.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>
#include <stdexcept>

#include "daemon/store/broken.hpp"
#include "daemon/store/session.hpp"
#include "plans/decision/decision_json.hpp"
#include "plans/decision/warning_json.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using rules::Instant;
using rules::WarningStanding;

// Stored texts carry their offset, so any zone reads them.
constexpr rules::Zone kStoredZone = rules::kBeijingTime;

json::value stored_json(const std::string& text, const std::string& name) {
    auto value = plans::parse_json(text, name);
    if (!value) {
        throw std::runtime_error(unreadable_row("预警记录", rules::to_text(value.error())) +
                                 std::string(kUnreadableCure));
    }
    return std::move(*value);
}

constexpr const char* kWarningColumns =
    "number, created_at, updated_at, plan_generation, state, id";

// Deciding on less than what was signed would be worse than to stop.
[[noreturn]] void refuse_row(const std::string& id, const rules::Faults& faults) {
    throw std::runtime_error(unreadable_row(fmt::format("预警 {} ", id), rules::to_text(faults)) +
                             std::string(kUnreadableCure));
}

StoredWarning warning_of(Statement& row) {
    const auto stored = plans::parse_json(row.text(4), "warnings.state");
    if (!stored) refuse_row(row.text(5), stored.error());
    auto state = plans::warning_from_json(*stored, "warnings.state", kStoredZone);
    if (!state) refuse_row(row.text(5), state.error());
    StoredWarning warning;
    warning.state = std::move(*state);
    warning.number = row.integer(0);
    warning.created_at = row.instant(1);
    warning.updated_at = row.instant(2);
    warning.plan_generation = row.integer(3);
    return warning;
}

// " WHERE ..." of a filter; its words are ours, never a caller's.
std::string where_of(const WarningFilter& filter) {
    std::string where = " WHERE 1";
    if (filter.exercise) where += *filter.exercise ? " AND exercise=1" : " AND exercise=0";
    if (filter.standings.empty()) return where;
    where += " AND standing IN (";
    for (std::size_t i = 0; i < filter.standings.size(); ++i) {
        if (i > 0) where += ',';
        where += fmt::format("'{}'", rules::to_text(filter.standings[i]));
    }
    return where + ")";
}

// The next instant at which the state changes by itself: a stretch begins or the pending change
// lapses.
std::optional<Instant> wake_of(const rules::Warning& warning, Instant now) {
    std::optional<Instant> wake;
    if (!rules::is_running(warning.standing)) return wake;
    for (const rules::Segment& segment : warning.segments) {
        if (segment.from > now && (!wake || segment.from < *wake)) wake = segment.from;
    }
    return wake;
}

// Warnings and exercises are counted apart: no number that is missing tells the public of a drill.
std::int64_t next_in_id(Session& db, bool exercise, std::int64_t number) {
    const auto last = db.one<std::string>(
        "SELECT id FROM warnings WHERE exercise = ? ORDER BY number DESC LIMIT 1", exercise);
    if (!last) return 1;
    const auto place = last->rfind('-');
    const auto counted = rules::parse_whole(last->substr(place + 1), 1, rules::kWholeMost);
    return counted ? *counted + 1 : number;
}

}  // namespace

StoredWarning new_warning(Session& db, const std::string& region_code, bool exercise, Instant now,
                          rules::Zone zone) {
    StoredWarning warning;
    warning.number = db.count("SELECT coalesce(max(number),0)+1 FROM warnings");
    const std::string year = rules::to_iso(rules::day_of(now, zone)).substr(0, 4);
    warning.state.id = fmt::format("{}-{}-{}-{}", exercise ? "YL" : "YJ", region_code, year,
                                   next_in_id(db, exercise, warning.number));
    warning.state.exercise = exercise;
    warning.created_at = now;
    warning.updated_at = now;
    return warning;
}

bool has_warning(Session& db, const std::string& id) {
    return db.has("SELECT 1 FROM warnings WHERE id = ?", id);
}

std::optional<StoredWarning> load_warning(Session& db, const std::string& id) {
    Statement row(db, fmt::format("SELECT {} FROM warnings WHERE id=?1", kWarningColumns), id);
    if (!row.next()) return std::nullopt;
    return warning_of(row);
}

std::vector<StoredWarning> load_warnings(Session& db, const WarningFilter& filter,
                                         const NewestFirst& stretch) {
    Statement row(db,
                  fmt::format("SELECT {} FROM warnings{} AND number < ?3 ORDER BY number DESC "
                              "LIMIT ?1 OFFSET ?2",
                              kWarningColumns, where_of(filter)),
                  stretch.limit, stretch.offset, stretch.below);
    std::vector<StoredWarning> warnings;
    while (row.next()) warnings.push_back(warning_of(row));
    return warnings;
}

std::size_t count_warnings(Session& db, const WarningFilter& filter) {
    return static_cast<std::size_t>(db.count("SELECT count(*) FROM warnings" + where_of(filter)));
}

std::optional<StoredWarning> open_warning(Session& db, bool exercise) {
    const WarningFilter filter{exercise,
                               {WarningStanding::kDraft, WarningStanding::kIssued,
                                WarningStanding::kInForce, WarningStanding::kAdvisory}};
    auto open = load_warnings(db, filter, {.limit = 1});
    if (open.empty()) return std::nullopt;
    return std::move(open.front());
}

void save_warning(Session& db, const StoredWarning& warning) {
    const rules::Warning& state = warning.state;
    std::optional<std::string> colour;
    if (const rules::Segment* last = rules::last_segment(state)) {
        colour = std::string(rules::to_text(last->colour));
    }
    std::optional<Instant> lapses;
    if (state.pending) lapses = state.pending->lapses_at;
    db.exec(
        "INSERT INTO warnings(id, number, exercise, standing, colour, generation, issued_at, "
        "lifted_at, created_at, updated_at, wake_at, lapses_at, plan_generation, state) "
        "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14) ON CONFLICT(id) DO UPDATE SET "
        "standing=?4, colour=?5, generation=?6, issued_at=?7, lifted_at=?8, updated_at=?10, "
        "wake_at=?11, lapses_at=?12, plan_generation=?13, state=?14",
        state.id, warning.number, state.exercise ? 1 : 0, rules::to_text(state.standing), colour,
        state.generation, state.issued_at, state.lifted_at, warning.created_at, warning.updated_at,
        wake_of(state, warning.updated_at), lapses, warning.plan_generation,
        plans::to_text(plans::to_json(state, kStoredZone)));
}

std::vector<std::string> due_warnings(Session& db, Instant now) {
    Statement row(db, "SELECT id FROM warnings WHERE wake_at<=?1 OR lapses_at<=?1 ORDER BY number",
                  now);
    std::vector<std::string> due;
    while (row.next()) due.push_back(row.text(0));
    return due;
}

std::optional<Instant> next_due(Session& db) {
    return db
        .one<std::optional<Instant>>(
            "SELECT min(at) FROM (SELECT wake_at AS at FROM warnings UNION ALL "
            "SELECT lapses_at FROM warnings) WHERE at IS NOT NULL")
        .value();
}

std::int64_t newest_story(Session& db) {
    return db.count("SELECT coalesce(max(number), 0) FROM warning_story");
}

void append_story(Session& db, const StoryEntry& entry) {
    std::optional<std::string> inputs;
    std::optional<std::string> check;
    std::optional<std::string> found;
    if (entry.checked) {
        inputs = entry.checked->inputs;
        check = plans::to_text(entry.checked->check);
        found = entry.checked->found;
    }
    db.exec(
        "INSERT INTO warning_story(warning, at, event, change, kind, colour, person, role, "
        "reason, clause, generation, inputs, checked, found, detail, effects) "
        "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16)",
        entry.warning, entry.at, entry.event, entry.change, word_or_empty(entry.kind),
        word_or_empty(entry.colour), entry.person, entry.role, entry.why.reason, entry.why.clause,
        entry.generation, inputs, check, found, plans::to_text(entry.detail),
        plans::to_text(plans::to_json(entry.effects, kStoredZone)));
}

std::vector<StoryEntry> story_of(Session& db, const std::string& warning) {
    Statement row(db,
                  "SELECT number, at, event, change, kind, colour, person, role, reason, "
                  "clause, generation, inputs, checked, found, detail, effects "
                  "FROM warning_story WHERE warning=?1 ORDER BY number",
                  warning);
    std::vector<StoryEntry> story;
    while (row.next()) {
        StoryEntry entry;
        entry.number = row.integer(0);
        entry.warning = warning;
        entry.at = row.instant(1);
        entry.event = row.text(2);
        if (!row.is_null(3)) entry.change = row.integer(3);
        entry.kind = rules::parse_change_kind(row.text(4));
        entry.colour = rules::parse_colour(row.text(5));
        entry.person = row.text(6);
        entry.role = row.text(7);
        entry.why = {row.text(8), row.text(9), {}};
        entry.generation = row.integer(10);
        if (!row.is_null(11)) {
            const auto check = plans::parse_decision_check(row.text(12));
            if (!check) throw std::runtime_error(rules::to_text(check.error()));
            entry.checked = Checked{row.text(11), *check, row.text(13), {}};
            entry.why.data = entry.checked->inputs;
        }
        entry.detail = stored_json(row.text(14), "warning_story.detail");
        auto effects = plans::effects_from_json(stored_json(row.text(15), "warning_story.effects"),
                                                "warning_story.effects", kStoredZone);
        if (!effects) throw std::runtime_error(rules::to_text(effects.error()));
        entry.effects = std::move(*effects);
        story.push_back(std::move(entry));
    }
    return story;
}

Checked checked_on(const plans::DecisionInputs& inputs, const plans::DecisionCheck& check,
                   const json::value& found) {
    Checked checked;
    checked.body = plans::canonical_text(plans::to_json(inputs));
    checked.inputs = plans::sha256_hex(checked.body);
    checked.check = check;
    checked.found = plans::canonical_text(found);
    return checked;
}

void store_inputs(Session& db, const Checked& checked, Instant at) {
    db.exec(
        "INSERT INTO decision_inputs(hash, at, body) VALUES(?1,?2,?3) "
        "ON CONFLICT(hash) DO NOTHING",
        checked.inputs, at, checked.body);
}

std::optional<std::string> load_inputs(Session& db, const std::string& hash) {
    return db.one<std::string>("SELECT body FROM decision_inputs WHERE hash=?1", hash);
}

std::string_view to_text(Outcome outcome) {
    constexpr std::array<std::string_view, 5> kWords{"pending", "applied", "rejected", "withdrawn",
                                                     "lapsed"};
    return kWords[static_cast<std::size_t>(outcome)];
}

void open_change(Session& db, const std::string& warning, const rules::Change& change,
                 const std::string& proposal_json) {
    std::optional<std::string> proposal;
    if (!proposal_json.empty()) proposal = proposal_json;
    db.exec(
        "INSERT INTO warning_changes(warning, number, kind, colour, proposer, "
        "proposed_at, proposal, outcome) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
        warning, change.number, rules::to_text(change.kind), rules::to_text(change.colour),
        change.proposer, change.proposed_at, proposal, to_text(Outcome::kPending));
}

void close_change(Session& db, const std::string& warning, std::int64_t number, Outcome outcome,
                  const std::string& person, Instant at) {
    db.exec(
        "UPDATE warning_changes SET outcome=?3, closed_by=?4, closed_at=?5 "
        "WHERE warning=?1 AND number=?2",
        warning, number, to_text(outcome), person, at);
}

std::optional<std::string> proposal_of_change(Session& db, const std::string& warning,
                                              std::int64_t number) {
    Statement row(db, "SELECT proposal FROM warning_changes WHERE warning=?1 AND number=?2",
                  warning, number);
    if (!row.next() || row.is_null(0)) return std::nullopt;
    return row.text(0);
}

std::vector<rules::RejectedProposal> rejected_since(Session& db, Instant since, rules::Zone zone) {
    Statement row(db,
                  "SELECT proposal, closed_at FROM warning_changes WHERE outcome=?1 AND "
                  "closed_at>?2 AND proposal IS NOT NULL ORDER BY closed_at",
                  to_text(Outcome::kRejected), since);
    std::vector<rules::RejectedProposal> all;
    while (row.next()) {
        const std::string name = "warning_changes.proposal";
        auto proposal = plans::proposal_from_json(stored_json(row.text(0), name), name, zone);
        if (!proposal) throw std::runtime_error(rules::to_text(proposal.error()));
        all.push_back({std::move(*proposal), row.instant(1)});
    }
    return all;
}

namespace {

std::optional<rules::LastLowering> lowered_by_change(Session& db, Instant since) {
    Statement row(
        db,
        "SELECT c.closed_at, (SELECT coalesce(max(number),0) FROM forecasts WHERE "
        "arrived<=c.closed_at) FROM warning_changes AS c JOIN warnings AS w ON w.id=c.warning "
        "WHERE "
        "c.outcome='applied' AND c.kind IN ('lower','suspend','lift') AND w.exercise=0 AND "
        "c.closed_at>?1 ORDER BY c.closed_at DESC LIMIT 1",
        since);
    if (!row.next()) return std::nullopt;
    return rules::LastLowering{row.get<Instant>(0), row.get<std::int64_t>(1), std::nullopt};
}

// Whether a consultation made less of it than the system had proposed: a milder level, or an end
// that comes earlier.
bool is_milder(const json::value& proposed, const json::value& amended) {
    const auto colour = rules::parse_colour(plans::string_or(proposed, "colour"));
    const auto wanted = rules::parse_colour(plans::string_or(amended, "colour"));
    if (!colour || !wanted) return false;
    if (*wanted != *colour) return *wanted < *colour;
    const auto until =
        rules::parse_instant(plans::string_or(proposed, "expected_to"), rules::kBeijingTime);
    const auto end =
        rules::parse_instant(plans::string_or(amended, "expected_to"), rules::kBeijingTime);
    return until && end && *end < *until;
}

// Looks at those that changed what the system had proposed, the last first; of several about one
// change the last amendment is what was signed.
std::optional<rules::LastLowering> lowered_by_consultation(Session& db, Instant since) {
    Statement row(db,
                  "SELECT n.at, (SELECT coalesce(max(number),0) FROM forecasts WHERE "
                  "arrived<=n.at), c.proposal, n.amendment FROM consultations AS n "
                  "JOIN warning_changes AS c ON c.warning=n.warning AND c.number=n.change "
                  "JOIN warnings AS w ON w.id=n.warning WHERE c.outcome='applied' AND "
                  "w.exercise=0 AND n.at>?1 AND n.amendment<>'null' AND c.proposal IS NOT NULL "
                  "AND NOT EXISTS (SELECT 1 FROM consultations AS later WHERE "
                  "later.warning=n.warning AND later.change=n.change AND later.number>n.number "
                  "AND later.amendment<>'null') "
                  "ORDER BY +n.number DESC",
                  since);
    while (row.next()) {
        if (is_milder(stored_json(row.text(2), "warning_changes.proposal"),
                      stored_json(row.text(3), "consultations.amendment"))) {
            return rules::LastLowering{row.get<Instant>(0), row.get<std::int64_t>(1), std::nullopt};
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<rules::LastLowering> last_lowering(Session& db, Instant since) {
    const auto changed = lowered_by_change(db, since);
    const auto consulted = lowered_by_consultation(db, since);
    if (!changed || !consulted) return changed ? changed : consulted;
    return changed->at < consulted->at ? consulted : changed;
}

std::vector<plans::Correction> corrections_since(Session& db, Instant since) {
    // The plus keeps SQLite from walking all consultations in the order that is asked for.
    Statement row(db,
                  "SELECT c.corrections, (SELECT coalesce(max(number),0) FROM forecasts WHERE "
                  "arrived<=c.at) FROM consultations AS c JOIN warnings AS w ON w.id=c.warning "
                  "WHERE w.exercise=0 AND c.at>?1 AND c.corrections<>'[]' ORDER BY +c.number",
                  since);
    std::vector<plans::Correction> all;
    while (row.next()) {
        const json::value list = stored_json(row.text(0), "corrections");
        for (const json::value& item : list.as_array()) {
            const auto day = rules::parse_day(plans::string_or(item, "day"));
            all.push_back(
                {plans::string_or(item, "source"), day.value_or(rules::CivilDay{}),
                 static_cast<int>(
                     rules::whole_of(plans::number_or(item, "aqi", 0), 0, 500).value_or(0)),
                 plans::string_or(item, "why"), row.get<std::int64_t>(1)});
        }
    }
    return all;
}

}  // namespace qk::daemon
