#include "plans/evidence/key_history.hpp"

#include <boost/json/object.hpp>

#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

// In the order of the canonical form, so that an answer that carries it shows the signed bytes.
json::object signed_part(const Succession& succession) {
    return {{"at", rules::to_iso(succession.at, rules::kBeijingTime)},
            {"emergency", succession.is_emergency},
            {"from", succession.from},
            {"kind", "key-succession"},
            {"reason", succession.reason},
            {"to", succession.to}};
}

json::value iso_or_null(const std::optional<rules::Instant>& at) {
    return at ? json::value(rules::to_iso(*at, rules::kBeijingTime)) : json::value(nullptr);
}

Succession read_succession(const json::value& value, const std::string& file,
                           rules::Faults& faults) {
    JsonFields fields(value, "", file, faults);
    const std::string kind = fields.text("kind");
    if (kind != "key-succession") {
        fields.fault("kind", "'" + kind + "' is not a succession of keys", "key-succession");
    }
    Succession succession;
    succession.from = fields.text("from");
    succession.to = fields.text("to");
    succession.at = fields.instant("at", rules::kBeijingTime);
    succession.is_emergency = fields.maybe_flag("emergency");
    succession.reason = fields.text("reason");
    succession.signature_from = fields.maybe_text("signature_from");
    succession.signature_to = fields.text("signature_to");
    fields.refuse_unknown();
    return succession;
}

// Whether who trusts a key may go on from it over this document.
bool leads_on(const KeyRecord& before, const KeyRecord& after) {
    const auto& succession = after.succession;
    return succession && !succession->is_emergency && succession->from == before.key &&
           succession->to == after.key && why_not_signed(*succession).empty();
}

// The later key names the one before it, also in an emergency.
bool leads_back(const KeyRecord& before, const KeyRecord& after) {
    const auto& succession = after.succession;
    return succession && succession->from == before.key && succession->to == after.key &&
           why_not_signed(*succession).empty();
}

}  // namespace

Succession succeed(const SigningKey& from, const SigningKey& to, rules::Instant at,
                   std::string reason) {
    Succession made{
        from.public_key_hex(), to.public_key_hex(), at, false, std::move(reason), "", ""};
    const std::string text = canonical_text(signed_part(made));
    made.signature_from = from.sign_hex(Purpose::kKeySuccession, text);
    made.signature_to = to.sign_hex(Purpose::kKeySuccession, text);
    return made;
}

Succession succeed_lost(std::string from_public, const SigningKey& to, rules::Instant at,
                        std::string reason) {
    Succession made{
        std::move(from_public), to.public_key_hex(), at, true, std::move(reason), "", ""};
    made.signature_to = to.sign_hex(Purpose::kKeySuccession, canonical_text(signed_part(made)));
    return made;
}

std::string why_not_signed(const Succession& succession) {
    const std::string text = canonical_text(signed_part(succession));
    const auto holds = [&text](const std::string& key, const std::string& signature) {
        return verify_hex(key, Purpose::kKeySuccession, text, signature);
    };
    if (!holds(succession.to, succession.signature_to)) return "not signed by the new key";
    if (succession.is_emergency) return {};
    if (!holds(succession.from, succession.signature_from)) return "not signed by the key before";
    return {};
}

json::value to_json(const Succession& succession) {
    json::object object = signed_part(succession);
    object.erase("to");  // stands after the signatures in the canonical form
    object["signature_from"] = succession.signature_from;
    object["signature_to"] = succession.signature_to;
    object["to"] = succession.to;
    return object;
}

rules::Result<Succession> succession_from_json(const json::value& value, const std::string& file) {
    rules::Faults faults;
    Succession succession = read_succession(value, file, faults);
    if (!faults.empty()) return faults;
    return succession;
}

json::value to_json(const KeyRecord& record) {
    json::object object{{"kind", "key"},
                        {"key", record.key},
                        {"fingerprint", fingerprint_of(record.key)},
                        {"valid_from", rules::to_iso(record.valid_from, rules::kBeijingTime)},
                        {"valid_to", iso_or_null(record.valid_to)},
                        {"succession", nullptr}};
    if (record.succession) object["succession"] = to_json(*record.succession);
    return object;
}

rules::Result<KeyRecord> key_record_from_json(const json::value& value, const std::string& file) {
    rules::Faults faults;
    JsonFields fields(value, "", file, faults);
    (void)fields.text("kind");
    KeyRecord record;
    record.key = fields.text("key");
    record.valid_from = fields.instant("valid_from", rules::kBeijingTime);
    record.valid_to = fields.maybe_instant("valid_to", rules::kBeijingTime);
    const std::string fingerprint = fields.text("fingerprint");
    if (fingerprint.empty() || fingerprint != fingerprint_of(record.key)) {
        fields.fault("fingerprint", "is not that of the key", fingerprint_of(record.key));
    }
    if (const json::value* succession = fields.member("succession")) {
        record.succession = read_succession(*succession, file, faults);
    }
    fields.refuse_unknown();
    if (!faults.empty()) return faults;
    return record;
}

std::vector<std::string> keys_trusted_with(const std::vector<KeyRecord>& history,
                                           const std::string& pinned) {
    std::size_t at = 0;
    while (at < history.size() && history[at].key != pinned &&
           fingerprint_of(history[at].key) != pinned) {
        ++at;
    }
    if (at == history.size()) return {};
    std::vector<std::string> trusted{history[at].key};
    for (std::size_t i = at; i > 0 && leads_back(history[i - 1], history[i]); --i) {
        trusted.push_back(history[i - 1].key);
    }
    for (std::size_t i = at; i + 1 < history.size() && leads_on(history[i], history[i + 1]); ++i) {
        trusted.push_back(history[i + 1].key);
    }
    return trusted;
}

}  // namespace qk::plans
