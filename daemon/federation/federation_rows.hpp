// Documents between the tiers as rows: what waits for a peer, what came, and whose a prompt or a
// floor on record is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/newest_first.hpp"
#include "daemon/store/session.hpp"
#include "plans/federation/federation_check.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct PeerRow {
    std::string region;
    std::string name;
    bool is_above = false;

    friend bool operator==(const PeerRow&, const PeerRow&) = default;
};
// For whom documents are written from now on; `now`: a peer that was not there before gets the
// prompts and floors that still hold. What waits for one that is gone is closed.
void set_federation_peers(Session& db, const std::string& own_region,
                          const std::vector<PeerRow>& peers, rules::Instant now);

struct FederationSending {
    std::int64_t number = 0;
    std::string peer;
    plans::FederationKind kind = plans::FederationKind::kPrompt;
    std::string subject;
    std::int64_t revision = 0;
    std::string standing;
    std::string closed_why;
    int failures = 0;
    rules::Instant next_at{};
    std::string document;  // empty: not made yet
    std::string key;       // fingerprint of the one it is signed with
    std::string digest;
    std::string answer;   // why the last attempt was not taken
    std::string receipt;  // the peer's document; empty: none
    std::optional<rules::Instant> ended_at;
};
// The one that is due first.
[[nodiscard]] std::optional<FederationSending> next_federation_sending(Session& db,
                                                                       const std::string& peer);
[[nodiscard]] std::optional<FederationSending> load_federation_sending(Session& db,
                                                                       std::int64_t number);
[[nodiscard]] std::vector<FederationSending> list_federation_sendings(Session& db,
                                                                      const NewestFirst& stretch);
[[nodiscard]] std::size_t count_federation_sendings(Session& db);
[[nodiscard]] std::int64_t count_waiting_for(Session& db, const std::string& peer);
// The highest revision below this one that a document was made of.
[[nodiscard]] std::optional<std::int64_t> revision_made_before(Session& db,
                                                               const FederationSending& sending);
void keep_federation_document(Session& db, const FederationSending& sending);
void put_off_federation(Session& db, std::int64_t number, rules::Instant next_at);
void close_federation_sending(Session& db, std::int64_t number, const std::string& why,
                              rules::Instant at);
struct FederationAttempt {
    std::int64_t sending = 0;
    rules::Instant at{};
    std::string standing;  // "waiting": it is tried again at `next_at`
    std::string answer;
    std::string receipt;
    rules::Instant next_at{};
};
void end_federation_attempt(Session& db, const FederationAttempt& attempt);

struct FederationReceived {
    std::int64_t number = 0;
    rules::Instant received_at{};
    std::string remote;
    std::string digest;
    std::string document;  // the bytes as they came
    std::string id;
    std::int64_t revision = 0;
    std::string kind;
    std::string issuer;
    std::string key;
    std::string content;  // SHA-256 of federation_content()
    bool is_proved = false;
    std::string verdict;
    std::string why;
    std::string receipt;  // ours; empty: none was given
};
std::int64_t store_federation_document(Session& db, const FederationReceived& row);
void keep_federation_receipt(Session& db, std::int64_t number, const std::string& receipt);
[[nodiscard]] std::optional<FederationReceived> load_federation_document(Session& db,
                                                                         std::int64_t number);
// One that was proved before, of the very same bytes, and got a receipt.
[[nodiscard]] std::optional<FederationReceived> federation_document_of(Session& db,
                                                                       const std::string& digest);
[[nodiscard]] std::optional<plans::HeldRevision> held_federation_revision(Session& db,
                                                                          const std::string& id);
[[nodiscard]] std::vector<FederationReceived> list_federation_documents(Session& db,
                                                                        const NewestFirst& stretch);
[[nodiscard]] std::size_t count_federation_documents(Session& db);
// Of those that are not proved, the oldest beyond so many go.
void trim_unproved_documents(Session& db, std::size_t kept);

struct FederationOrigin {
    std::string id;  // of the document
    plans::FederationKind kind = plans::FederationKind::kPrompt;
    std::string subject;
    std::string issuer;
};
[[nodiscard]] std::optional<FederationOrigin> federation_origin(Session& db, const std::string& id);
[[nodiscard]] std::optional<FederationOrigin> federation_origin_of(Session& db,
                                                                   plans::FederationKind kind,
                                                                   const std::string& subject);
void store_federation_origin(Session& db, const FederationOrigin& origin);

}  // namespace qk::daemon
