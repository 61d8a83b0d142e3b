#include "daemon/federation/federation_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/warnings/prompt_rows.hpp"

namespace qk::daemon {
namespace {

using plans::FederationKind;
using rules::Instant;

constexpr const char* kFederationSendingSelect =
    "SELECT number, peer, kind, subject, revision, standing, closed_why, failures, next_at, "
    "document, key, digest, answer, receipt, ended_at FROM federation_sendings";
constexpr const char* kFederationDocumentSelect =
    "SELECT number, received_at, remote, digest, document, id, revision, kind, issuer, key, "
    "content, is_proved, verdict, why, receipt FROM federation_documents";

FederationSending federation_sending_of(const Statement& row) {
    FederationSending sending;
    sending.number = row.integer(0);
    sending.peer = row.text(1);
    sending.kind = plans::parse_federation_kind(row.text(2)).value_or(FederationKind::kPrompt);
    sending.subject = row.text(3);
    sending.revision = row.integer(4);
    sending.standing = row.text(5);
    sending.closed_why = row.text(6);
    sending.failures = row.get<int>(7);
    sending.next_at = row.instant(8);
    sending.document = row.text(9);
    sending.key = row.text(10);
    sending.digest = row.text(11);
    sending.answer = row.text(12);
    sending.receipt = row.text(13);
    sending.ended_at = row.maybe<Instant>(14);
    return sending;
}

FederationReceived federation_received_of(const Statement& row) {
    FederationReceived received;
    received.number = row.integer(0);
    received.received_at = row.instant(1);
    received.remote = row.text(2);
    received.digest = row.text(3);
    received.document = row.text(4);
    received.id = row.text(5);
    received.revision = row.integer(6);
    received.kind = row.text(7);
    received.issuer = row.text(8);
    received.key = row.text(9);
    received.content = row.text(10);
    received.is_proved = row.flag(11);
    received.verdict = row.text(12);
    received.why = row.text(13);
    received.receipt = row.text(14);
    return received;
}

std::optional<FederationSending> first_sending(Statement& row) {
    if (!row.next()) return std::nullopt;
    return federation_sending_of(row);
}
std::optional<FederationReceived> first_received(Statement& row) {
    if (!row.next()) return std::nullopt;
    return federation_received_of(row);
}
std::optional<FederationOrigin> first_origin(Statement& row) {
    if (!row.next()) return std::nullopt;
    return FederationOrigin{
        row.text(0), plans::parse_federation_kind(row.text(1)).value_or(FederationKind::kPrompt),
        row.text(2), row.text(3)};
}

std::vector<PeerRow> peers_before(Session& db) {
    std::vector<PeerRow> before;
    db.each("SELECT region, name, is_above FROM federation_peers ORDER BY region",
            [&](const Statement& row) {
                before.push_back({row.text(0), row.text(1), row.flag(2)});
            });
    return before;
}

// What still holds goes to a peer that has just become one; to one that was a peer before as a
// revision of its own, since what waited was closed and what changed meanwhile was not sent.
void send_what_holds(Session& db, const std::string& peer, Instant now) {
    constexpr std::string_view kNext =
        "1 + coalesce((SELECT max(s.revision) FROM federation_sendings AS s WHERE s.peer = ?1 AND "
        "s.kind = '{0}' AND s.subject = held.{1}), 0)";
    const auto insert = [&kNext](const char* kind, const char* id, const char* rest) {
        return fmt::format(
            "INSERT INTO federation_sendings(peer, kind, subject, revision) "
            "SELECT ?1, '{}', held.{}, {} FROM {}",
            kind, id, fmt::format(fmt::runtime(kNext), kind, id), rest);
    };
    db.exec(insert("prompt", "number",
                   "prompts AS held WHERE coalesce(held.\"to\", held.\"from\" + ?3) > ?2"),
            peer, now, kOpenPromptSeconds);
    db.exec(insert("floor", "id", "floors_from_above AS held WHERE held.\"to\" > ?2"), peer, now);
}

// Whoever asked us is owed the answers that waited when it was taken out.
void wait_again(Session& db, const std::string& peer) {
    db.exec(
        "UPDATE federation_sendings SET standing = 'waiting', closed_why = '', ended_at = NULL, "
        "next_at = 0 WHERE peer = ?1 AND kind = 'follow_up' AND closed_why = 'off'",
        peer);
}

}  // namespace

void set_federation_peers(Session& db, const std::string& own_region,
                          const std::vector<PeerRow>& peers, Instant now) {
    const std::vector<PeerRow> before = peers_before(db);
    db.exec("DELETE FROM federation_self");
    if (!peers.empty()) db.exec("INSERT INTO federation_self(region) VALUES(?)", own_region);
    if (before == peers) return;
    db.exec("DELETE FROM federation_peers");
    for (const PeerRow& peer : peers) {
        db.exec("INSERT INTO federation_peers(region, name, is_above) VALUES(?,?,?)", peer.region,
                peer.name, peer.is_above);
        const bool is_new = std::ranges::count(before, peer.region, &PeerRow::region) == 0;
        if (is_new && !peer.is_above) send_what_holds(db, peer.region, now);
        if (is_new && peer.is_above) wait_again(db, peer.region);
    }
    for (const PeerRow& peer : before) {
        db.exec(
            "UPDATE federation_sendings SET standing = 'closed', closed_why = 'off', ended_at = ?2 "
            "WHERE peer = ?1 AND standing = 'waiting' AND NOT EXISTS (SELECT 1 FROM "
            "federation_peers WHERE region = ?1)",
            peer.region, now);
    }
}

std::optional<FederationSending> next_federation_sending(Session& db, const std::string& peer) {
    Statement row(db,
                  fmt::format("{} WHERE peer = ?1 AND standing = 'waiting' ORDER BY next_at, "
                              "number LIMIT 1",
                              kFederationSendingSelect),
                  peer);
    return first_sending(row);
}

std::optional<FederationSending> load_federation_sending(Session& db, std::int64_t number) {
    Statement row(db, fmt::format("{} WHERE number = ?1", kFederationSendingSelect), number);
    return first_sending(row);
}

std::vector<FederationSending> list_federation_sendings(Session& db, const NewestFirst& stretch) {
    Statement row(db,
                  fmt::format("{} WHERE number < ?1 ORDER BY number DESC LIMIT ?2 OFFSET ?3",
                              kFederationSendingSelect),
                  stretch.below, stretch.limit, stretch.offset);
    std::vector<FederationSending> rows;
    while (row.next()) rows.push_back(federation_sending_of(row));
    return rows;
}

std::size_t count_federation_sendings(Session& db) {
    return static_cast<std::size_t>(db.count("SELECT count(*) FROM federation_sendings"));
}

std::int64_t count_waiting_for(Session& db, const std::string& peer) {
    Statement row(
        db, "SELECT count(*) FROM federation_sendings WHERE peer = ?1 AND standing = 'waiting'",
        peer);
    return row.next() ? row.integer(0) : 0;
}

std::optional<std::int64_t> revision_made_before(Session& db, const FederationSending& sending) {
    Statement row(db,
                  "SELECT max(revision) FROM federation_sendings WHERE peer = ?1 AND kind = ?2 AND "
                  "subject = ?3 AND revision < ?4 AND document IS NOT NULL",
                  sending.peer, plans::to_text(sending.kind), sending.subject, sending.revision);
    if (!row.next()) return std::nullopt;
    return row.maybe<std::int64_t>(0);
}

void keep_federation_document(Session& db, const FederationSending& sending) {
    db.exec("UPDATE federation_sendings SET document = ?2, key = ?3, digest = ?4 WHERE number = ?1",
            sending.number, sending.document, sending.key, sending.digest);
}

void put_off_federation(Session& db, std::int64_t number, Instant next_at) {
    db.exec("UPDATE federation_sendings SET next_at = ?2 WHERE number = ?1", number, next_at);
}

void close_federation_sending(Session& db, std::int64_t number, const std::string& why,
                              Instant at) {
    db.exec(
        "UPDATE federation_sendings SET standing = 'closed', closed_why = ?2, ended_at = ?3 WHERE "
        "number = ?1 AND standing = 'waiting'",
        number, why, at);
}

void end_federation_attempt(Session& db, const FederationAttempt& attempt) {
    if (attempt.standing == "waiting") {
        db.exec(
            "UPDATE federation_sendings SET failures = failures + 1, next_at = ?2, answer = ?3 "
            "WHERE number = ?1 AND standing = 'waiting'",
            attempt.sending, attempt.next_at, attempt.answer);
        return;
    }
    // One that was superseded while it was under way has been delivered all the same.
    db.exec(
        "UPDATE federation_sendings SET standing = ?2, answer = ?3, receipt = ?4, ended_at = ?5, "
        "closed_why = '' WHERE number = ?1",
        attempt.sending, attempt.standing, attempt.answer, attempt.receipt, attempt.at);
}

std::int64_t store_federation_document(Session& db, const FederationReceived& row) {
    db.exec(
        "INSERT INTO federation_documents(received_at, remote, digest, document, id, revision, "
        "kind, issuer, key, content, is_proved, verdict, why) "
        "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)",
        row.received_at, row.remote, row.digest, Blob{row.document}, row.id, row.revision, row.kind,
        row.issuer, row.key, row.content, row.is_proved, row.verdict, row.why);
    return db.last_id();
}

void keep_federation_receipt(Session& db, std::int64_t number, const std::string& receipt) {
    db.exec("UPDATE federation_documents SET receipt = ?2 WHERE number = ?1", number, receipt);
}

std::optional<FederationReceived> load_federation_document(Session& db, std::int64_t number) {
    Statement row(db, fmt::format("{} WHERE number = ?1", kFederationDocumentSelect), number);
    return first_received(row);
}

std::optional<FederationReceived> federation_document_of(Session& db, const std::string& digest) {
    Statement row(
        db,
        fmt::format("{} WHERE digest = ?1 AND is_proved = 1 AND receipt IS NOT NULL ORDER "
                    "BY number LIMIT 1",
                    kFederationDocumentSelect),
        digest);
    return first_received(row);
}

std::optional<plans::HeldRevision> held_federation_revision(Session& db, const std::string& id) {
    Statement row(db,
                  "SELECT revision, content FROM federation_documents WHERE id = ?1 AND verdict = "
                  "'taken' ORDER BY revision DESC LIMIT 1",
                  id);
    if (!row.next()) return std::nullopt;
    return plans::HeldRevision{row.integer(0), row.text(1)};
}

std::vector<FederationReceived> list_federation_documents(Session& db, const NewestFirst& stretch) {
    Statement row(db,
                  fmt::format("{} WHERE number < ?1 ORDER BY number DESC LIMIT ?2 OFFSET ?3",
                              kFederationDocumentSelect),
                  stretch.below, stretch.limit, stretch.offset);
    std::vector<FederationReceived> rows;
    while (row.next()) rows.push_back(federation_received_of(row));
    return rows;
}

std::size_t count_federation_documents(Session& db) {
    return static_cast<std::size_t>(db.count("SELECT count(*) FROM federation_documents"));
}

void trim_unproved_documents(Session& db, std::size_t kept) {
    db.exec(
        "DELETE FROM federation_documents WHERE is_proved = 0 AND number <= (SELECT number FROM "
        "federation_documents WHERE is_proved = 0 ORDER BY number DESC LIMIT 1 OFFSET ?1)",
        kept);
}

std::optional<FederationOrigin> federation_origin(Session& db, const std::string& id) {
    Statement row(db, "SELECT id, kind, subject, issuer FROM federation_origins WHERE id = ?1", id);
    return first_origin(row);
}

std::optional<FederationOrigin> federation_origin_of(Session& db, FederationKind kind,
                                                     const std::string& subject) {
    Statement row(db,
                  "SELECT id, kind, subject, issuer FROM federation_origins WHERE kind = ?1 AND "
                  "subject = ?2",
                  plans::to_text(kind), subject);
    return first_origin(row);
}

void store_federation_origin(Session& db, const FederationOrigin& origin) {
    db.exec(
        "INSERT OR IGNORE INTO federation_origins(id, kind, subject, issuer) VALUES(?1,?2,?3,?4)",
        origin.id, plans::to_text(origin.kind), origin.subject, origin.issuer);
}

}  // namespace qk::daemon
