#include "daemon/agent/order_check.hpp"

#include <algorithm>

#include "plans/text/json.hpp"

namespace qk::agent {
namespace {

namespace json = boost::json;

constexpr std::size_t kKeysMax = 1000;
constexpr std::int64_t kRevisionMax = 1'000'000'000'000;

bool is_named(const std::string& key, const std::string& pin) {
    return !key.empty() && (key == pin || plans::fingerprint_of(key) == pin);
}

std::optional<std::int64_t> revision_of(const json::value& document) {
    const json::value* found = plans::find_member(document, "revision");
    if (found == nullptr || !found->is_int64()) return std::nullopt;
    const std::int64_t revision = found->get_int64();
    if (revision < 1 || revision > kRevisionMax) return std::nullopt;
    return revision;
}

OrderJudgement refused(OrderRefusal why) {
    return {.refusal = why, .order = {}, .is_known = false};
}

// Two documents that differ in nothing but who signed them say the same.
json::value content_of(const json::value& document) {
    json::value content = document;
    content.get_object().erase("key");
    content.get_object().erase("signature");
    return content;
}

}  // namespace

std::string_view to_text(OrderRefusal refusal) {
    switch (refusal) {
        case OrderRefusal::kTooLong:
            return "too long";
        case OrderRefusal::kUnreadable:
            return "unreadable";
        case OrderRefusal::kUnknownKey:
            return "unknown key";
        case OrderRefusal::kForged:
            return "signature does not fit";
        case OrderRefusal::kNotForUs:
            return "for another enterprise";
        case OrderRefusal::kOlder:
            return "older revision";
        case OrderRefusal::kWrongTopic:
            return "exercise and order on each other's topic";
        case OrderRefusal::kContradicts:
            return "contradicts the order on record";
    }
    return "unreadable";
}

std::string_view to_chinese(OrderRefusal refusal) {
    switch (refusal) {
        case OrderRefusal::kTooLong:
            return "内容过长";
        case OrderRefusal::kUnreadable:
            return "内容无法读取或被改动";
        case OrderRefusal::kUnknownKey:
            return "签名密钥不可信";
        case OrderRefusal::kForged:
            return "签名不符";
        case OrderRefusal::kNotForUs:
            return "不是给本企业的指令";
        case OrderRefusal::kOlder:
            return "版本低于已收指令";
        case OrderRefusal::kWrongTopic:
            return "演练与指令的主题不符";
        case OrderRefusal::kContradicts:
            return "与已收指令同版本而内容不同";
    }
    return "内容无法读取或被改动";
}

bool is_trusted(const Trust& trust, const std::string& signer) {
    const std::string& anchor = trust.last_key.empty() ? trust.pinned : trust.last_key;
    if (is_named(signer, anchor)) return true;
    const auto at = std::ranges::find_if(
        trust.history, [&anchor](const auto& record) { return is_named(record.key, anchor); });
    if (at == trust.history.end()) return false;
    const std::vector<plans::KeyRecord> onwards(at, trust.history.end());
    const auto keys = plans::keys_trusted_with(onwards, anchor);
    return std::ranges::find(keys, signer) != keys.end();
}

OrderJudgement judge_order(std::string_view text, const Trust& trust, const Addressee& us,
                           const std::optional<VerifiedOrder>& known) {
    if (text.size() > kOrderBytesMax) return refused(OrderRefusal::kTooLong);
    auto parsed = plans::parse_json(text, "order");
    if (!parsed || !parsed->is_object()) return refused(OrderRefusal::kUnreadable);
    VerifiedOrder order;
    order.document = *std::move(parsed);
    // What is signed has one form. Another form of the same would be read here, and perhaps as
    // something else by the plant.
    if (plans::canonical_text(order.document) != text) return refused(OrderRefusal::kUnreadable);
    order.key = plans::string_or(order.document, "key");
    const std::string signature = plans::string_or(order.document, "signature");
    if (!is_trusted(trust, order.key)) return refused(OrderRefusal::kUnknownKey);
    json::value bare = order.document;
    bare.get_object().erase("signature");
    if (!plans::verify_hex(order.key, plans::Purpose::kOrder, plans::canonical_text(bare),
                           signature)) {
        return refused(OrderRefusal::kForged);
    }
    const auto revision = revision_of(order.document);
    const json::value* obligations = plans::find_member(order.document, "obligations");
    order.order = plans::string_or(order.document, "order");
    if (!revision || obligations == nullptr || !obligations->is_array() || order.order.empty()) {
        return refused(OrderRefusal::kUnreadable);
    }
    if (plans::string_or(order.document, "enterprise") != us.enterprise ||
        plans::string_or(order.document, "region") != us.region) {
        return refused(OrderRefusal::kNotForUs);
    }
    order.revision = *revision;
    order.is_lifted = obligations->get_array().empty();
    const json::value* exercise = plans::find_member(order.document, "exercise");
    order.is_exercise = exercise != nullptr && exercise->is_bool() && exercise->get_bool();
    order.text = std::string(text);
    bool is_known = false;
    if (known) {
        if (order.revision < known->revision) return refused(OrderRefusal::kOlder);
        if (order.revision == known->revision) {
            if (content_of(order.document) != content_of(known->document)) {
                return refused(OrderRefusal::kContradicts);
            }
            is_known = order.text == known->text;
        }
    }
    return {.refusal = {}, .order = std::move(order), .is_known = is_known};
}

rules::Result<std::vector<plans::KeyRecord>> read_keys(std::string_view text,
                                                       const std::string& file) {
    const auto parsed = plans::parse_json(text, file);
    if (!parsed) return parsed.error();
    const json::value* items = plans::find_member(*parsed, "items");
    if (items == nullptr || !items->is_array() || items->get_array().size() > kKeysMax) {
        return rules::Faults{{{file, 0, 0},
                              "不是密钥列表 / is not a list of keys",
                              "局方 /api/v1/keys 的原样输出 / what the bureau's /api/v1/keys "
                              "answers",
                              rules::Severity::kError}};
    }
    std::vector<plans::KeyRecord> keys;
    for (const json::value& item : items->get_array()) {
        plans::KeyRecord record;
        record.key = plans::string_or(item, "key");
        const json::value* succession = plans::find_member(item, "succession");
        if (succession != nullptr && succession->is_object()) {
            auto read = plans::succession_from_json(*succession, file);
            if (!read) return read.error();
            record.succession = *std::move(read);
        }
        keys.push_back(std::move(record));
    }
    std::ranges::reverse(keys);  // the one in use stands first there
    return keys;
}

}  // namespace qk::agent
