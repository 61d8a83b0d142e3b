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
    json::object part{{"at", rules::to_iso(head.at, rules::kBeijingTime)},
                      {"hash", head.hash},
                      {"key", head.key},
                      {"kind", "audit-head"},
                      {"number", head.number}};
    if (!head.root.empty()) {
        part["root"] = head.root;
        part["size"] = head.size;
    }
    return part;
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

AuditHead sign_head(std::int64_t number, std::string hash, rules::Instant at, const SigningKey& key,
                    const MerkleFrontier& tree) {
    AuditHead head{number, std::move(hash), at, key.public_key_hex(), ""};
    if (tree.size() > 0) {
        head.size = tree.size();
        head.root = tree.root();
    }
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
    head.root = fields.maybe_text("root");
    if (!head.root.empty()) head.size = fields.whole_number("size");
    fields.refuse_unknown();
    if (!faults.empty()) return faults;
    return head;
}

json::value to_json(const Inclusion& inclusion) {
    json::array path;
    for (const std::string& hash : inclusion.path) path.push_back(json::string(hash));
    return json::object{
        {"entry", to_json(inclusion.entry)}, {"head", inclusion.head},   {"kind", "inclusion"},
        {"path", std::move(path)},           {"place", inclusion.place}, {"size", inclusion.size}};
}

rules::Result<Inclusion> inclusion_from_json(const json::value& value) {
    rules::Faults faults;
    const std::string file = "inclusion";
    JsonFields fields(value, "", file, faults);
    (void)fields.text("kind");
    Inclusion inclusion;
    inclusion.head = fields.whole_number("head");
    inclusion.place = fields.whole_number("place");
    inclusion.size = fields.whole_number("size");
    inclusion.path = fields.maybe_texts("path");
    const json::value* entry = fields.member("entry");
    fields.refuse_unknown();
    if (entry == nullptr || !faults.empty()) return faults;
    auto read = chain_entry_from_json(*entry);
    if (!read) return read.error();
    inclusion.entry = std::move(*read);
    return inclusion;
}

std::string why_not_included(const Inclusion& inclusion, const AuditHead& head) {
    const ChainEntry& entry = inclusion.entry;
    if (entry.hash != hash_of(entry)) return "does not have the content it was written with";
    if (head.root.empty()) return "its head signs no tree";
    if (inclusion.head != head.number || inclusion.size != head.size) {
        return "is not of the head that is here";
    }
    const bool leads =
        leads_to_root(entry.hash, inclusion.place, inclusion.size, inclusion.path, head.root);
    return leads ? "" : "does not stand in the log that was signed";
}

}  // namespace qk::plans
