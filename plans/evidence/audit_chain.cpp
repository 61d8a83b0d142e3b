#include "plans/evidence/audit_chain.hpp"

#include <boost/json/object.hpp>

#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/sha256.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

// In the order of the canonical form, so that an answer that carries it shows the signed bytes.
json::object signed_part(const AuditHead& head) {
    return {{"at", rules::to_iso(head.at, rules::kBeijingTime)},
            {"hash", head.hash},
            {"key", head.key},
            {"kind", "audit-head"},
            {"number", head.number}};
}

}  // namespace

std::string hash_of(const ChainEntry& entry) {
    const json::object link{{"number", entry.number}, {"at", entry.at},
                            {"person", entry.person}, {"remote", entry.remote},
                            {"action", entry.action}, {"subject", entry.subject},
                            {"detail", entry.detail}, {"before", entry.before}};
    return sha256_hex(canonical_text(link));
}

json::value to_json(const ChainEntry& entry) {
    return json::object{{"kind", "audit"},          {"number", entry.number},
                        {"at", entry.at},           {"person", entry.person},
                        {"remote", entry.remote},   {"action", entry.action},
                        {"subject", entry.subject}, {"detail", entry.detail},
                        {"before", entry.before},   {"hash", entry.hash}};
}

rules::Result<ChainEntry> chain_entry_from_json(const json::value& value) {
    rules::Faults faults;
    const std::string file = "entry";
    JsonFields fields(value, "", file, faults);
    (void)fields.text("kind");
    ChainEntry entry;
    entry.number = fields.whole_number("number");
    entry.at = fields.whole_number("at");
    entry.person = fields.text("person");
    entry.remote = fields.text("remote");
    entry.action = fields.text("action");
    entry.subject = fields.text("subject");
    entry.detail = fields.text("detail");
    entry.before = fields.text("before");
    entry.hash = fields.text("hash");
    fields.refuse_unknown();
    if (!faults.empty()) return faults;
    return entry;
}

AuditHead sign_head(std::int64_t number, std::string hash, rules::Instant at,
                    const SigningKey& key) {
    AuditHead head{number, std::move(hash), at, key.public_key_hex(), ""};
    head.signature = key.sign_hex(Purpose::kAuditHead, canonical_text(signed_part(head)));
    return head;
}

bool is_signed(const AuditHead& head) {
    return verify_hex(head.key, Purpose::kAuditHead, canonical_text(signed_part(head)),
                      head.signature);
}

json::value to_json(const AuditHead& head) {
    json::object object = signed_part(head);
    object["signature"] = head.signature;
    return object;
}

rules::Result<AuditHead> head_from_json(const json::value& value) {
    rules::Faults faults;
    const std::string file = "head";
    JsonFields fields(value, "", file, faults);
    const std::string kind = fields.text("kind");
    if (kind != "audit-head") fields.fault("kind", "'" + kind + "' is not a head", "audit-head");
    AuditHead head;
    head.number = fields.whole_number("number");
    head.hash = fields.text("hash");
    head.at = fields.instant("at", rules::kBeijingTime);
    head.key = fields.text("key");
    head.signature = fields.text("signature");
    fields.refuse_unknown();
    if (!faults.empty()) return faults;
    return head;
}

}  // namespace qk::plans
