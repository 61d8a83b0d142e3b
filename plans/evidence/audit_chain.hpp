// The audit chain as values: each entry is hashed together with the hash before it (SHA-256 over
// RFC 8785), and now and then its head (number and hash of the last entry) is signed by the
// bureau's key. Whoever holds a signed head can prove a later rewriting of what came before it.
//
// A head also signs the root of the Merkle tree over the log (merkle.hpp), so that one entry can be
// proved without the others, which may speak of somebody else. Heads of before that have none.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "plans/evidence/merkle.hpp"
#include "plans/response/signing.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

// What stands before the first entry.
inline constexpr std::string_view kNothingBefore =
    "0000000000000000000000000000000000000000000000000000000000000000";

// An entry that says that the one before it was not the last one written.
inline constexpr std::string_view kBreakAction = "audit.break";

struct ChainEntry {
    std::int64_t number = 0;
    std::int64_t at = 0;  // seconds since 1970
    std::string person;
    std::string remote;
    std::string action;
    std::string subject;
    std::string detail;  // canonical JSON
    std::string before;  // hash of the entry before it
    std::string hash;
};
// Of everything but `hash` itself.
[[nodiscard]] std::string hash_of(const ChainEntry& entry);
[[nodiscard]] boost::json::value to_json(const ChainEntry& entry);
[[nodiscard]] rules::Result<ChainEntry> chain_entry_from_json(const boost::json::value& value);

struct AuditHead {
    std::int64_t number = 0;  // of the last entry; 0: there is none
    std::string hash;
    rules::Instant at{};
    std::string key;  // public key
    std::string signature;
    std::int64_t size = 0;  // of the tree: entries up to this one
    std::string root;       // of the tree; empty: a head of before there was one
};
[[nodiscard]] AuditHead sign_head(std::int64_t number, std::string hash, rules::Instant at,
                                  const SigningKey& key, const MerkleFrontier& tree = {});
[[nodiscard]] bool is_signed(const AuditHead& head);
[[nodiscard]] boost::json::value to_json(const AuditHead& head);
[[nodiscard]] rules::Result<AuditHead> head_from_json(const boost::json::value& value);

// That an entry stands in the log that a head was signed of.
struct Inclusion {
    ChainEntry entry;
    std::int64_t head = 0;   // number of the head
    std::int64_t place = 0;  // of the entry, from 0
    std::int64_t size = 0;
    std::vector<std::string> path;
};
[[nodiscard]] boost::json::value to_json(const Inclusion& inclusion);
[[nodiscard]] rules::Result<Inclusion> inclusion_from_json(const boost::json::value& value);
// Empty: it holds. The head must be believed already.
[[nodiscard]] std::string why_not_included(const Inclusion& inclusion, const AuditHead& head);

}  // namespace qk::plans
