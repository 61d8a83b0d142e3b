#include "daemon/addressees/task_sending_rows.hpp"

#include <fmt/format.h>

namespace qk::daemon {
namespace {

constexpr const char* kTaskSendingSelect =
    "SELECT number, task, revision, channel, standing, closed_why, failures, next_at FROM "
    "task_sendings";

std::vector<TaskSendingRow> task_sendings_in(Statement& read) {
    std::vector<TaskSendingRow> rows;
    while (read.next()) {
        rows.push_back({read.integer(0), read.integer(1), read.integer(2), read.text(3),
                        read.text(4), read.text(5), read.get<int>(6), read.instant(7)});
    }
    return rows;
}

}  // namespace

void send_task(Session& db, std::int64_t task, std::int64_t revision,
               const std::vector<std::string>& channels, rules::Instant now) {
    close_task_sendings(db, task, "superseded");
    for (const std::string& channel : channels) {
        db.exec(
            "INSERT INTO task_sendings(task, revision, channel, next_at) VALUES(?,?,?,?) ON "
            "CONFLICT DO NOTHING",
            task, revision, channel, now);
    }
}

void send_task_again(Session& db, std::int64_t task, std::int64_t revision, rules::Instant now) {
    db.exec(
        "UPDATE task_sendings SET standing = 'waiting', closed_why = '', failures = 0, next_at = "
        "?3 WHERE task = ?1 AND revision = ?2",
        task, revision, now);
}

void close_task_sendings(Session& db, std::int64_t task, const std::string& why) {
    db.exec(
        "UPDATE task_sendings SET standing = 'closed', closed_why = ?2 WHERE task = ?1 AND "
        "standing = 'waiting'",
        task, why);
}

std::vector<TaskSendingRow> waiting_task_sendings(Session& db, const std::string& channel,
                                                  std::size_t limit) {
    Statement read(db,
                   fmt::format("{} WHERE channel = ? AND standing = 'waiting' ORDER BY next_at, "
                               "number LIMIT ?",
                               kTaskSendingSelect),
                   channel, limit);
    return task_sendings_in(read);
}

std::optional<TaskSendingRow> load_task_sending(Session& db, std::int64_t number) {
    Statement read(db, fmt::format("{} WHERE number = ?", kTaskSendingSelect), number);
    auto rows = task_sendings_in(read);
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
}

std::vector<TaskSendingRow> sendings_of_task(Session& db, std::int64_t task,
                                             std::int64_t revision) {
    Statement read(
        db, fmt::format("{} WHERE task = ? AND revision = ? ORDER BY channel", kTaskSendingSelect),
        task, revision);
    return task_sendings_in(read);
}

SentSoFar task_sent_so_far(Session& db, std::int64_t sending, rules::Instant now) {
    // One of which nothing was heard may have been taken.
    Statement read(db,
                   "SELECT max(began_at), sum(began_at > ?2) FROM task_attempts WHERE sending = ?1 "
                   "AND answer = ''",
                   sending, now - std::chrono::hours{24});
    SentSoFar sent;
    if (!read.next()) return sent;
    sent.last_taken = read.maybe<rules::Instant>(0);
    sent.taken_today = read.get<int>(1);
    return sent;
}

void close_task_sending(Session& db, std::int64_t number, const std::string& why) {
    db.exec("UPDATE task_sendings SET standing = 'closed', closed_why = ?2 WHERE number = ?1",
            number, why);
}

void put_off_task_sending(Session& db, std::int64_t number, rules::Instant next) {
    db.exec("UPDATE task_sendings SET next_at = ?2 WHERE number = ?1", number, next);
}

std::int64_t begin_task_attempt(Session& db, const TaskSendingRow& sending, rules::Instant now,
                                rules::Instant next) {
    put_off_task_sending(db, sending.number, next);
    db.exec("INSERT INTO task_attempts(sending, began_at) VALUES(?,?)", sending.number, now);
    return db.last_id();
}

void end_task_attempt(Session& db, const TaskSendingRow& sending, const TaskAttemptEnd& end) {
    db.exec("UPDATE task_attempts SET ended_at = ?2, answer = ?3 WHERE number = ?1", end.attempt,
            end.at, end.answer);
    // It may have been closed, or asked for again, while it was under way.
    if (end.answer.empty()) {
        db.exec(
            "UPDATE task_sendings SET standing = 'sent', failures = 0 WHERE number = ?1 AND "
            "standing = 'waiting'",
            sending.number);
        return;
    }
    db.exec(
        "UPDATE task_sendings SET failures = failures + 1, next_at = ?2 WHERE number = ?1 AND "
        "standing = 'waiting'",
        sending.number, end.next_at);
    db.exec(
        "DELETE FROM task_attempts WHERE sending = ?1 AND answer <> '' AND number <= (SELECT "
        "number FROM task_attempts WHERE sending = ?1 AND answer <> '' ORDER BY number DESC LIMIT "
        "1 OFFSET ?2)",
        sending.number, kTaskAttemptsKept);
}

std::vector<TaskAttemptRow> attempts_of_task(Session& db, std::int64_t sending) {
    Statement read(db,
                   "SELECT began_at, ended_at, answer FROM task_attempts WHERE sending = ? ORDER "
                   "BY number DESC LIMIT ?",
                   sending, kTaskAttemptsKept * 2);
    std::vector<TaskAttemptRow> rows;
    while (read.next()) {
        rows.push_back({read.instant(0), read.maybe<rules::Instant>(1), read.text(2)});
    }
    return rows;
}

}  // namespace qk::daemon
