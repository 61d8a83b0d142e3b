// An evidence package (证据包): JSON lines, each in canonical form (RFC 8785), that prove
// themselves without the database they came from. The first line says what the package is, the last
// one signs the SHA-256 of all lines before it; between them stand records, each naming its kind:
//
//   key         a public key of the bureau and how it followed the one before (key_history.hpp)
//   audit-head  a signed head of the audit chain
//   audit       an entry of that chain, in a package of the whole log
//   inclusion   an entry of that chain alone, with its way to the root that a head has signed
//   order       an order document with the bureau's signature
//   note        told and proved by nothing but the end: receipts, steps of a case
//
// A package about one thing names it in its first line ("subject") and has inclusions in place of
// the log, which speaks of others too. Records of a kind that others check are handed to them.
//
// A kind that a reader does not know is told as one that it cannot check, never passed over. Any
// change of the file is found: an edit, a cut, an insertion, another order. Who rewrites the whole
// of it must sign anew, which shows against a key or an earlier head that was kept elsewhere.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/evidence/audit_chain.hpp"
#include "plans/evidence/key_history.hpp"
#include "plans/text/sha256.hpp"

namespace qk::plans {

class EvidenceWriter {
 public:
    // The first line. `region`: who made it. `subject`: what it is about; empty: the whole log.
    [[nodiscard]] std::string begin(const std::string& region, rules::Instant at,
                                    const std::string& subject = {});
    [[nodiscard]] std::string line(const boost::json::value& record);
    [[nodiscard]] std::string end(const SigningKey& key);

 private:
    std::string add(std::string text);
    Sha256 sum_;
    std::int64_t lines_ = 0;
};

// One thing that was checked.
struct EvidenceLink {
    std::string what;  // "audit 1 to 523", "head of 2026-12-01T08:00:00+08:00", ...
    bool holds = true;
    std::string why;  // where it does not hold; else what is worth knowing
};
inline constexpr std::size_t kEvidenceBreaksMax = 1000;  // told one by one; more are counted

// Takes the file line by line, so that its length costs no memory.
class EvidenceCheck {
 public:
    // What the caller trusts: a public key or fingerprint (64 hex digits; empty: the file's own
    // keys are believed, and it says so), and heads kept from earlier.
    EvidenceCheck(std::string pinned, std::vector<AuditHead> kept);
    // Asked about kinds that are not known here; true: taken, and the one who takes it tells of it.
    using Others = std::function<bool(std::string_view kind, const boost::json::value& value)>;
    void let_others_take(Others others) { others_ = std::move(others); }
    // The package lies in a page that this key has signed (evidence_page.hpp).
    void expect_key(std::string key) { page_key_ = std::move(key); }
    // With its line end. False: the first line is not that of a package, and nothing can be
    // checked.
    [[nodiscard]] bool take(std::string_view line);
    // All links in order, and those of the whole.
    [[nodiscard]] std::vector<EvidenceLink> finish();

 private:
    void take_record(const std::string& kind, const boost::json::value& value);
    void take_key(const boost::json::value& value);
    void take_head(const boost::json::value& value);
    void take_entry(const boost::json::value& value);
    void take_inclusion(const boost::json::value& value);
    void take_order(const boost::json::value& value);
    void take_end(const boost::json::value& value);
    // Keys and heads stand before the entries; checked when the first entry, or the end, comes.
    void check_keys();
    void check_heads();
    void check_heads_at(const ChainEntry& entry);
    void finish_entries();
    [[nodiscard]] std::string why_not_by(const std::string& key, rules::Instant at) const;
    void tell(std::string what, std::string why);  // empty `why`: it holds
    void note(std::string what, std::string text);

    struct HeadToCheck {
        AuditHead head;
        std::string name;
    };

    std::string pinned_;
    std::string page_key_;
    Others others_;
    bool is_excerpt_ = false;
    std::vector<AuditHead> kept_;
    std::vector<EvidenceLink> links_;
    std::size_t breaks_ = 0;
    Sha256 sum_;
    std::int64_t lines_ = 0;
    bool has_ended_ = false;
    bool are_heads_checked_ = false;
    rules::Instant made_at_{};
    std::vector<KeyRecord> keys_;
    std::vector<std::string> trusted_;
    std::multimap<std::int64_t, HeadToCheck> heads_;  // by entry; taken out as entries pass
    std::vector<AuditHead> read_heads_;
    std::int64_t first_ = 0;
    ChainEntry last_;
    bool is_last_covered_ = false;
    std::size_t entry_breaks_ = 0;
};

}  // namespace qk::plans
