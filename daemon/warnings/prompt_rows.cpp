#include "daemon/warnings/prompt_rows.hpp"

#include <fmt/format.h>

namespace qk::daemon {
namespace {

using rules::Instant;

constexpr const char* kPromptColumns =
    "number, zone, colour, \"from\", \"to\", deadline, note, recorded_at, recorded_by, "
    "asks, source";

rules::Colour colour_at(const Statement& row, int column) {
    return rules::parse_colour(row.text(column)).value_or(rules::Colour::kYellow);
}

// Of a row that begins with number, zone, colour, from, to, deadline.
rules::RegionalPrompt prompt_of(const Statement& row) {
    rules::RegionalPrompt prompt;
    prompt.number = row.text(0);
    prompt.zone = row.text(1);
    prompt.colour = colour_at(row, 2);
    prompt.from = row.instant(3);
    prompt.to = row.maybe<Instant>(4);
    prompt.deadline = row.instant(5);
    return prompt;
}

PromptRow row_of(const Statement& row) {
    PromptRow made{prompt_of(row), row.text(6), row.instant(7), row.text(8), row.text(9)};
    made.prompt.source = row.text(10);
    return made;
}

constexpr const char* kFloorColumns =
    "id, document, clause, colour, \"from\", \"to\", recorded_at, source";

rules::ColourFloor floor_of(const Statement& row) {
    rules::ColourFloor floor;
    floor.id = row.text(0);
    floor.document = row.text(1);
    floor.clause = row.text(2);
    floor.colour = colour_at(row, 3);
    floor.span = {row.instant(4), row.instant(5)};
    floor.recorded_at = row.instant(6);
    floor.source = row.text(7);
    return floor;
}

}  // namespace

std::int64_t count_floors(Session& db) {
    return db.count("SELECT count(*) FROM floors_from_above");
}

void store_floor(Session& db, const rules::ColourFloor& floor, Instant at,
                 const std::string& person) {
    db.exec(
        "INSERT INTO floors_from_above(id, document, clause, colour, \"from\", \"to\", "
        "recorded_at, recorded_by, source) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
        floor.id, floor.document, floor.clause, rules::to_text(floor.colour), floor.span.from,
        floor.span.to, at, person, floor.source);
}

void change_floor(Session& db, const rules::ColourFloor& floor, Instant at,
                  const std::string& person) {
    db.exec(
        "UPDATE floors_from_above SET document=?2, clause=?3, colour=?4, \"from\"=?5, \"to\"=?6, "
        "recorded_at=?7, recorded_by=?8, source=?9 WHERE id=?1",
        floor.id, floor.document, floor.clause, rules::to_text(floor.colour), floor.span.from,
        floor.span.to, at, person, floor.source);
}

std::optional<rules::ColourFloor> load_floor(Session& db, const std::string& id) {
    Statement row(db, fmt::format("SELECT {} FROM floors_from_above WHERE id=?1", kFloorColumns),
                  id);
    if (!row.next()) return std::nullopt;
    return floor_of(row);
}

std::vector<rules::ColourFloor> colour_floors_now(Session& db, Instant now) {
    Statement row(
        db,
        fmt::format("SELECT {} FROM floors_from_above WHERE \"to\">?1 ORDER BY id", kFloorColumns),
        now);
    std::vector<rules::ColourFloor> floors;
    while (row.next()) floors.push_back(floor_of(row));
    return floors;
}

void store_prompt(Session& db, const PromptRow& row) {
    const rules::RegionalPrompt& prompt = row.prompt;
    db.exec(
        "INSERT INTO prompts(number, zone, colour, \"from\", \"to\", deadline, note, "
        "recorded_at, recorded_by, asks, source) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)",
        prompt.number, prompt.zone, rules::to_text(prompt.colour), prompt.from, prompt.to,
        prompt.deadline, row.note, row.recorded_at, row.recorded_by, row.asks, prompt.source);
}

void change_prompt(Session& db, const PromptRow& row) {
    const rules::RegionalPrompt& prompt = row.prompt;
    db.exec(
        "UPDATE prompts SET zone=?2, colour=?3, \"from\"=?4, \"to\"=?5, deadline=?6, note=?7, "
        "recorded_at=?8, recorded_by=?9, asks=?10, source=?11 WHERE number=?1",
        prompt.number, prompt.zone, rules::to_text(prompt.colour), prompt.from, prompt.to,
        prompt.deadline, row.note, row.recorded_at, row.recorded_by, row.asks, prompt.source);
}

std::optional<PromptRow> load_prompt(Session& db, const std::string& number) {
    Statement row(db, fmt::format("SELECT {} FROM prompts WHERE number=?1", kPromptColumns),
                  number);
    if (!row.next()) return std::nullopt;
    return row_of(row);
}

std::vector<PromptRow> list_prompt_rows(Session& db, std::size_t offset, std::size_t limit,
                                        const std::optional<PromptPlace>& after) {
    const std::int64_t recorded_at = after ? seconds_of(after->recorded_at) : INT64_MAX;
    const std::string number = after ? after->number : std::string();
    Statement row(db,
                  fmt::format("SELECT {} FROM prompts WHERE recorded_at < ?3 OR (recorded_at = ?3 "
                              "AND number > ?4) ORDER BY recorded_at DESC, number LIMIT ?1 "
                              "OFFSET ?2",
                              kPromptColumns),
                  limit, offset, recorded_at, number);
    std::vector<PromptRow> prompts;
    while (row.next()) prompts.push_back(row_of(row));
    return prompts;
}

std::size_t count_prompts(Session& db) {
    return static_cast<std::size_t>(db.count("SELECT count(*) FROM prompts"));
}

std::vector<rules::RegionalPrompt> prompts_now(Session& db, Instant now) {
    Statement row(db,
                  "SELECT number, zone, colour, \"from\", \"to\", deadline, source FROM prompts "
                  "WHERE coalesce(\"to\", \"from\" + ?2) > ?1 AND asks='warning' ORDER BY "
                  "number",
                  now, kOpenPromptSeconds);
    std::vector<rules::RegionalPrompt> prompts;
    while (row.next()) {
        prompts.push_back(prompt_of(row));
        prompts.back().source = row.text(6);
    }
    return prompts;
}

void store_follow_up(Session& db, const std::string& prompt, const std::string& region,
                     const std::string& name) {
    db.exec(
        "INSERT INTO prompt_follow_up(prompt, region, name, state, by, note) "
        "VALUES(?1,?2,?3,'waiting','','')",
        prompt, region, name);
}

std::vector<FollowUpRow> list_follow_up(Session& db, const std::string& prompt) {
    Statement row(db,
                  "SELECT region, name, state, at, by, note FROM prompt_follow_up WHERE "
                  "prompt=?1 ORDER BY region",
                  prompt);
    std::vector<FollowUpRow> list;
    while (row.next()) {
        list.push_back({prompt, row.text(0), row.text(1), row.text(2), row.maybe<Instant>(3),
                        row.text(4), row.text(5)});
    }
    return list;
}

std::optional<FollowUpRow> load_follow_up(Session& db, const std::string& prompt,
                                          const std::string& region) {
    Statement row(db,
                  "SELECT region, name, state, at, by, note FROM prompt_follow_up WHERE "
                  "prompt=?1 AND region=?2",
                  prompt, region);
    if (!row.next()) return std::nullopt;
    return FollowUpRow{prompt,      row.text(0), row.text(1), row.text(2), row.maybe<Instant>(3),
                       row.text(4), row.text(5)};
}

bool update_follow_up(Session& db, const FollowUpRow& row) {
    return db.exec(
               "UPDATE prompt_follow_up SET state=?3, at=?4, by=?5, note=?6 WHERE prompt=?1 AND "
               "region=?2",
               row.prompt, row.region, row.state, row.at, row.by, row.note) > 0;
}

std::vector<WaitingPrompt> waiting_prompts(Session& db, const std::string& region, Instant now) {
    Statement row(
        db,
        "SELECT p.number, p.colour FROM prompts AS p JOIN prompt_follow_up AS f "
        "ON f.prompt=p.number WHERE f.region=?1 AND f.state='waiting' AND p.asks='warning' "
        "AND max(coalesce(p.\"to\", p.\"from\" + ?3), p.deadline) > ?2 ORDER BY p.number",
        region, now, kOpenPromptSeconds);
    std::vector<WaitingPrompt> prompts;
    while (row.next()) {
        const auto colour = rules::parse_colour(row.text(1));
        if (colour) prompts.push_back({row.text(0), *colour});
    }
    return prompts;
}

std::vector<rules::OrderFromAbove> orders_from_above(Session& db, const std::string& number,
                                                     const std::string& region) {
    Statement row(
        db,
        "SELECT number, 0, asks='lift', EXISTS(SELECT 1 FROM prompt_follow_up AS f WHERE f.prompt="
        "p.number AND f.region=?2), colour, \"from\", coalesce(\"to\", \"from\" + ?3), "
        "recorded_by, "
        "recorded_at FROM prompts AS p WHERE number=?1 UNION ALL SELECT id, 1, 0, 1, colour, "
        "\"from\", \"to\", recorded_by, recorded_at FROM floors_from_above WHERE id=?1 OR "
        "document=?1",
        number, region, kOpenPromptSeconds);
    std::vector<rules::OrderFromAbove> orders;
    while (row.next()) {
        rules::OrderFromAbove order;
        order.id = row.text(0);
        order.is_floor = row.flag(1);
        order.asks_lift = row.flag(2);
        order.covers_region = row.flag(3);
        order.colour = colour_at(row, 4);
        order.from = row.instant(5);
        order.to = row.instant(6);
        order.recorded_by = row.text(7);
        order.recorded_at = row.instant(8);
        orders.push_back(std::move(order));
    }
    return orders;
}

}  // namespace qk::daemon
