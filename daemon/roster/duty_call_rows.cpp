#include "daemon/roster/duty_call_rows.hpp"

namespace qk::daemon {

std::int64_t store_call(Session& db, const DutyCallRow& row,
                        const std::vector<std::string>& targets) {
    db.exec(
        "INSERT INTO duty_calls(at, kind, step, action, region, exercise, asked) "
        "VALUES(?,?,?,?,?,?,?)",
        row.at, row.kind, static_cast<std::int64_t>(row.step), row.action, row.region,
        row.exercise ? 1 : 0, row.asked);
    const std::int64_t number = db.last_id();
    for (const std::string& target : targets) {
        db.exec(
            "INSERT INTO duty_deliveries(call, target, attempts, next_at, last_error) "
            "VALUES(?,?,0,?,'') ON CONFLICT DO NOTHING",
            number, target, row.at);
    }
    return number;
}

std::optional<DutyCallRow> load_call(Session& db, std::int64_t number) {
    Statement row(db,
                  "SELECT number, at, kind, step, action, region, exercise, asked FROM duty_calls "
                  "WHERE number = ?",
                  number);
    if (!row.next()) return std::nullopt;
    return DutyCallRow{row.integer(0), row.instant(1), row.text(2), row.get<std::size_t>(3),
                       row.text(4),    row.text(5),    row.flag(6), row.text(7)};
}

std::vector<MatterRow> matters_of_call(Session& db, std::int64_t call) {
    std::vector<std::int64_t> numbers;
    db.each("SELECT matter FROM matter_steps WHERE call = ? ORDER BY matter", call,
            [&](const Statement& row) { numbers.push_back(row.integer(0)); });
    std::vector<MatterRow> matters;
    for (const std::int64_t number : numbers) {
        if (auto matter = load_matter(db, number)) matters.push_back(*std::move(matter));
    }
    return matters;
}

std::vector<WaitingCall> waiting_calls(Session& db, std::size_t limit) {
    Statement row(db,
                  "SELECT target, min(call), attempts, next_at FROM duty_deliveries INDEXED BY "
                  "duty_deliveries_due WHERE taken_at IS NULL AND dropped_at IS NULL GROUP BY "
                  "target ORDER BY next_at LIMIT ?",
                  limit);
    std::vector<WaitingCall> calls;
    while (row.next()) {
        calls.push_back({row.integer(1), row.text(0), row.get<int>(2), row.instant(3)});
    }
    return calls;
}

void note_call_taken(Session& db, const WaitingCall& call, rules::Instant at) {
    db.exec(
        "UPDATE duty_deliveries SET attempts = attempts + 1, taken_at = ?3, last_error = '' WHERE "
        "call = ?1 AND target = ?2",
        call.call, call.target, at);
}

void note_call_dropped(Session& db, const WaitingCall& call, rules::Instant at) {
    db.exec("UPDATE duty_deliveries SET dropped_at = ?3 WHERE call = ?1 AND target = ?2", call.call,
            call.target, at);
}

void note_call_failed(Session& db, const WaitingCall& call, const std::string& error,
                      rules::Instant next) {
    db.exec(
        "UPDATE duty_deliveries SET attempts = attempts + 1, last_error = ?3, next_at = ?4 WHERE "
        "call = ?1 AND target = ?2",
        call.call, call.target, error, next);
}

std::size_t forget_calls(Session& db, rules::Instant before, std::size_t limit) {
    std::vector<std::int64_t> old;
    // By number: the oldest are at the front, and the first that is too young ends it.
    db.each("SELECT number, at FROM duty_calls ORDER BY number LIMIT ?", limit,
            [&](const Statement& row) {
                if (row.instant(1) >= before) return false;
                old.push_back(row.integer(0));
                return true;
            });
    for (const std::int64_t number : old) {
        db.exec("DELETE FROM duty_deliveries WHERE call = ?", number);
        db.exec("DELETE FROM duty_calls WHERE number = ?", number);
    }
    return old.size();
}

}  // namespace qk::daemon
