#include "daemon/orders/channel_rows.hpp"

#include <fmt/format.h>

namespace qk::daemon {
namespace {

constexpr const char* kSendingSelect =
    "SELECT number, enterprise, revision, channel, standing, closed_why, failures, next_at, "
    "asked_by FROM sendings";

std::vector<SendingRow> sendings_in(Statement& read) {
    std::vector<SendingRow> rows;
    while (read.next()) {
        SendingRow row;
        row.number = read.integer(0);
        row.enterprise = read.text(1);
        row.revision = read.integer(2);
        row.channel = read.text(3);
        row.standing = read.text(4);
        row.closed_why = read.text(5);
        row.failures = read.get<int>(6);
        row.next_at = read.instant(7);
        row.asked_by = read.text(8);
        rows.push_back(std::move(row));
    }
    return rows;
}

std::optional<SendingRow> first_of(Statement& read) {
    auto rows = sendings_in(read);
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
}

}  // namespace

void set_channels(Session& db, const std::vector<std::string>& on) {
    std::vector<std::string> before;
    db.each("SELECT channel FROM channels_on ORDER BY channel",
            [&](const Statement& row) { before.push_back(row.text(0)); });
    if (before == on) return;
    db.exec("DELETE FROM channels_on");
    for (const std::string& channel : on) {
        db.exec("INSERT INTO channels_on(channel) VALUES(?)", channel);
    }
    for (const std::string& channel : before) {
        db.exec(
            "UPDATE sendings SET standing = 'closed', closed_why = 'off' WHERE channel = ?1 AND "
            "standing = 'waiting' AND NOT EXISTS (SELECT 1 FROM channels_on WHERE channel = ?1)",
            channel);
    }
}

std::vector<SendingRow> waiting_sendings(Session& db, const std::string& channel,
                                         std::size_t limit) {
    Statement read(db,
                   fmt::format("{} WHERE channel = ? AND standing = 'waiting' ORDER BY next_at, "
                               "number LIMIT ?",
                               kSendingSelect),
                   channel, limit);
    return sendings_in(read);
}

std::optional<SendingRow> load_sending(Session& db, std::int64_t number) {
    Statement read(db, fmt::format("{} WHERE number = ?", kSendingSelect), number);
    return first_of(read);
}

std::optional<SendingRow> sending_of(Session& db, const std::string& enterprise,
                                     std::int64_t revision, const std::string& channel) {
    Statement read(
        db, fmt::format("{} WHERE enterprise = ? AND revision = ? AND channel = ?", kSendingSelect),
        enterprise, revision, channel);
    return first_of(read);
}

std::vector<SendingRow> sendings_of(Session& db, const std::string& enterprise,
                                    std::int64_t revision) {
    Statement read(
        db,
        fmt::format("{} WHERE enterprise = ? AND revision = ? ORDER BY channel", kSendingSelect),
        enterprise, revision);
    return sendings_in(read);
}

SentSoFar sent_so_far(Session& db, std::int64_t sending, rules::Instant now) {
    // One of which nothing was heard may have been taken.
    Statement read(db,
                   "SELECT max(began_at), sum(began_at > ?2) FROM send_attempts WHERE sending = ?1 "
                   "AND answer = ''",
                   sending, now - std::chrono::hours{24});
    SentSoFar sent;
    if (!read.next()) return sent;
    sent.last_taken = read.maybe<rules::Instant>(0);
    sent.taken_today = read.get<int>(1);
    return sent;
}

std::vector<AttemptRow> attempts_of(Session& db, std::int64_t sending) {
    Statement read(db,
                   "SELECT number, target, began_at, ended_at, answer, person FROM send_attempts "
                   "WHERE sending = ? ORDER BY began_at DESC, number DESC LIMIT ?",
                   sending, kAttemptsShown);
    std::vector<AttemptRow> rows;
    while (read.next()) {
        rows.push_back({read.integer(0), read.text(1), read.instant(2),
                        read.maybe<rules::Instant>(3), read.text(4), read.text(5)});
    }
    return rows;
}

void close_sending(Session& db, std::int64_t number, const std::string& why) {
    db.exec("UPDATE sendings SET standing = 'closed', closed_why = ?2 WHERE number = ?1", number,
            why);
}

void put_off_sending(Session& db, std::int64_t number, rules::Instant next) {
    db.exec("UPDATE sendings SET next_at = ?2 WHERE number = ?1", number, next);
}

std::int64_t begin_attempt(Session& db, const SendingRow& sending, const std::string& target,
                           rules::Instant now, rules::Instant next) {
    put_off_sending(db, sending.number, next);
    db.exec("INSERT INTO send_attempts(sending, target, began_at, person) VALUES(?,?,?,?)",
            sending.number, target, now, sending.asked_by);
    return db.last_id();
}

void end_attempt(Session& db, const SendingRow& sending, const AttemptEnd& end) {
    db.exec("UPDATE send_attempts SET ended_at = ?2, answer = ?3 WHERE number = ?1", end.attempt,
            end.at, end.answer);
    // It may have been closed, or asked for again, while it was under way.
    if (end.answer.empty()) {
        db.exec(
            "UPDATE sendings SET standing = 'sent', failures = 0, asked_by = '' WHERE number = ?1 "
            "AND standing = 'waiting'",
            sending.number);
        return;
    }
    db.exec(
        "UPDATE sendings SET failures = failures + 1, next_at = ?2 WHERE number = ?1 AND standing "
        "= 'waiting'",
        sending.number, end.next_at);
    db.exec(
        "DELETE FROM send_attempts WHERE sending = ?1 AND answer <> '' AND number <= (SELECT "
        "number FROM send_attempts WHERE sending = ?1 AND answer <> '' ORDER BY began_at DESC, "
        "number DESC LIMIT 1 OFFSET ?2)",
        sending.number, kFailuresKept);
}

void send_again(Session& db, const SendingRow& sending, const std::string& person,
                rules::Instant now) {
    db.exec(
        "UPDATE sendings SET standing = 'waiting', closed_why = '', failures = 0, next_at = ?2, "
        "asked_by = ?3 WHERE number = ?1",
        sending.number, now, person);
}

}  // namespace qk::daemon
