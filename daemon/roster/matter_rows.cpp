#include "daemon/roster/matter_rows.hpp"

#include <boost/json/array.hpp>
#include <stdexcept>

#include "daemon/store/row_filter.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {
namespace {

using rules::Instant;

constexpr const char* kColumns =
    "number, kind, subject, revision, exercise, region, text, opened_at, deadline, look_at, "
    "closed_at";

MatterRow matter_at(const Statement& row) {
    MatterRow matter;
    matter.number = row.integer(0);
    const auto kind = plans::parse_matter_kind(row.view(1));
    if (!kind) throw std::runtime_error("matters: a kind that nobody knows");
    matter.key = {*kind, row.text(2), row.text(3)};
    matter.exercise = row.flag(4);
    matter.region = row.text(5);
    matter.text = row.text(6);
    matter.opened_at = row.instant(7);
    matter.deadline = row.instant(8);
    matter.look_at = row.maybe<Instant>(9);
    matter.closed_at = row.maybe<Instant>(10);
    return matter;
}

std::vector<MatterRow> all_of(Statement& row) {
    std::vector<MatterRow> matters;
    while (row.next()) matters.push_back(matter_at(row));
    return matters;
}

std::string select(const char* rest) {
    return std::string("SELECT ") + kColumns + " FROM matters " + rest;
}

RowFilter filter_of(const MatterQuery& query) {
    RowFilter filter;
    if (query.is_open_only) filter.add("closed_at IS NULL");
    filter.add_if_given("kind = ?", query.kind);
    filter.add_beginning("region", query.region_prefix);
    return filter;
}

std::vector<std::string> people_in(const std::string& text) {
    const auto value = plans::parse_json(text, "matter_steps.asked").value();
    std::vector<std::string> people;
    for (const auto& one : value.as_array()) people.emplace_back(one.as_string());
    return people;
}

}  // namespace

std::int64_t store_matter(Session& db, const MatterRow& row) {
    db.exec(
        "INSERT INTO matters(kind, subject, revision, exercise, region, text, opened_at, deadline, "
        "look_at) VALUES(?,?,?,?,?,?,?,?,?)",
        plans::to_text(row.key.kind), row.key.subject, row.key.revision, row.exercise ? 1 : 0,
        row.region, row.text, row.opened_at, row.deadline, row.look_at);
    return db.last_id();
}

std::optional<MatterRow> load_matter(Session& db, std::int64_t number) {
    Statement row(db, select("WHERE number = ?"), number);
    if (!row.next()) return std::nullopt;
    return matter_at(row);
}

std::vector<MatterRow> open_matters(Session& db) {
    Statement row(db, select("INDEXED BY matters_open WHERE closed_at IS NULL ORDER BY number"));
    return all_of(row);
}

void set_look_at(Session& db, std::int64_t number, const std::optional<Instant>& look_at) {
    db.exec("UPDATE matters SET look_at = ?2 WHERE number = ?1", number, look_at);
}

void set_matter_text(Session& db, std::int64_t number, const std::string& text) {
    db.exec("UPDATE matters SET text = ?2 WHERE number = ?1", number, text);
}

void close_matter(Session& db, std::int64_t number, Instant at) {
    db.exec("UPDATE matters SET closed_at = ?2, look_at = NULL WHERE number = ?1", number, at);
}

std::optional<Instant> next_matter_look(Session& db) {
    return db
        .one<std::optional<Instant>>(
            "SELECT min(look_at) FROM matters INDEXED BY matters_open WHERE closed_at IS NULL")
        .value();
}

std::vector<MatterRow> list_matters(Session& db, const MatterQuery& query) {
    RowFilter filter = filter_of(query);
    filter.add("number < ?", query.below);
    Statement row(db, std::string("SELECT ") + kColumns + " FROM matters" + filter.where() +
                          " ORDER BY number DESC LIMIT ? OFFSET ?");
    const int place = filter.bind_to(row);
    row.bind(place, query.limit);
    row.bind(place + 1, query.offset);
    return all_of(row);
}

std::size_t count_matters(Session& db, const MatterQuery& query) {
    const RowFilter filter = filter_of(query);
    Statement row(db, "SELECT count(*) FROM matters" + filter.where());
    filter.bind_to(row);
    return row.next() ? row.get<std::size_t>(0) : 0;
}

std::vector<MatterRow> matters_closed(Session& db, const rules::Span& span, std::size_t limit) {
    Statement row(db,
                  select("WHERE closed_at IS NOT NULL AND closed_at >= ? AND closed_at < ? ORDER "
                         "BY closed_at, number LIMIT ?"),
                  span.from, span.to, limit);
    return all_of(row);
}

std::vector<KindCount> count_open_by_kind(Session& db) {
    Statement row(db,
                  "SELECT kind, count(*) FROM matters INDEXED BY matters_open WHERE closed_at IS "
                  "NULL GROUP BY kind ORDER BY kind");
    std::vector<KindCount> counts;
    while (row.next()) counts.push_back({row.text(0), row.integer(1)});
    return counts;
}

bool store_step(Session& db, const StepRow& row) {
    return db.exec(
               "INSERT INTO matter_steps(matter, step, at, action, asked, call) "
               "VALUES(?,?,?,?,?,?) ON CONFLICT DO NOTHING",
               row.matter, static_cast<std::int64_t>(row.step), row.at, row.action,
               plans::to_text(boost::json::value(plans::texts(row.asked))), row.call) > 0;
}

std::vector<StepRow> steps_of(Session& db, std::int64_t matter) {
    Statement row(db,
                  "SELECT matter, step, at, action, asked, call FROM matter_steps WHERE matter = ? "
                  "ORDER BY at, step",
                  matter);
    std::vector<StepRow> steps;
    while (row.next()) {
        steps.push_back({row.integer(0), row.get<std::size_t>(1), row.instant(2), row.text(3),
                         people_in(row.text(4)), row.maybe<std::int64_t>(5)});
    }
    return steps;
}

void store_act(Session& db, const ActRow& row) {
    db.exec(
        "INSERT INTO matter_acts(matter, at, person, act, step, until, note) "
        "VALUES(?,?,?,?,?,?,?)",
        row.matter, row.at, row.person, row.act, row.step, row.until, row.note);
}

std::vector<ActRow> acts_of(Session& db, std::int64_t matter) {
    Statement row(db,
                  "SELECT matter, at, person, act, step, until, note FROM matter_acts WHERE matter "
                  "= ? ORDER BY number",
                  matter);
    std::vector<ActRow> acts;
    while (row.next()) {
        acts.push_back({row.integer(0), row.instant(1), row.text(2), row.text(3),
                        row.maybe<std::int64_t>(4), row.maybe<Instant>(5), row.text(6)});
    }
    return acts;
}

plans::MatterHistory history_of(Session& db, std::int64_t matter) {
    plans::MatterHistory history;
    for (const StepRow& step : steps_of(db, matter)) {
        history.steps.push_back({step.step, step.at, step.asked});
    }
    for (const ActRow& act : acts_of(db, matter)) {
        if (act.act == "acknowledge") {
            history.acknowledged.push_back({act.person, act.at});
        } else if (act.act == "snooze") {
            history.snoozed.push_back({act.at, act.until.value()});
        } else {
            history.chosen.push_back({static_cast<std::size_t>(act.step.value()), act.at});
        }
    }
    return history;
}

std::size_t forget_matters(Session& db, Instant closed_before, std::size_t limit) {
    std::vector<std::int64_t> old;
    db.each("SELECT number FROM matters WHERE closed_at IS NOT NULL AND closed_at < ? LIMIT ?",
            closed_before, limit, [&](const Statement& row) { old.push_back(row.integer(0)); });
    for (const std::int64_t number : old) {
        db.exec("DELETE FROM matter_steps WHERE matter = ?", number);
        db.exec("DELETE FROM matter_acts WHERE matter = ?", number);
        db.exec("DELETE FROM matters WHERE number = ?", number);
    }
    return old.size();
}

}  // namespace qk::daemon
