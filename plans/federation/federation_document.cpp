#include "plans/federation/federation_document.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>

#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/sha256.hpp"
#include "plans/text/unseen.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;
using rules::Instant;

constexpr std::string_view kFormat = "qingkong federation 1";
constexpr std::size_t kValuesMax = 1000;  // of one document
constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kFederationSignatureBytes = 64;
constexpr std::int64_t kRevisionMost = 1'000'000;
constexpr std::chrono::hours kOpenPromptLives{24};

struct KindWords {
    std::string_view word;
    std::string_view chinese;
};
constexpr std::array<KindWords, 4> kKindWords{{{"prompt", "区域预警提示"},
                                               {"floor", "最低预警级别要求"},
                                               {"follow_up", "落实情况"},
                                               {"receipt", "收文回执"}}};

json::value iso_here(Instant at) { return iso(at, rules::kBeijingTime); }

json::object body_json(const PromptBody& body) {
    json::object object;
    object["number"] = body.prompt.number;
    object["zone"] = body.prompt.zone;
    object["colour"] = word(rules::to_text(body.prompt.colour));
    object["from"] = iso_here(body.prompt.from);
    object["to"] = iso(body.prompt.to, rules::kBeijingTime);
    object["deadline"] = iso_here(body.prompt.deadline);
    object["asks"] = body.asks;
    object["note"] = body.note;
    return object;
}

json::object body_json(const FloorBody& body) {
    json::object object;
    object["document"] = body.document;
    object["clause"] = body.clause;
    object["colour"] = word(rules::to_text(body.colour));
    object["from"] = iso_here(body.span.from);
    object["to"] = iso_here(body.span.to);
    return object;
}

json::object body_json(const FollowUpBody& body) {
    json::object object;
    object["prompt"] = body.prompt;
    object["region"] = body.region;
    object["state"] = body.state;
    object["note"] = body.note;
    object["at"] = iso_here(body.at);
    return object;
}

json::object body_json(const DeliveryBody& body) {
    json::object object;
    object["id"] = body.id;
    object["revision"] = body.revision;
    object["digest"] = body.digest;
    object["taken"] = body.is_taken;
    object["why"] = body.why;
    object["received_at"] = iso_here(body.received_at);
    return object;
}

// Without the signature.
json::object federation_json(const FederationDocument& document) {
    json::object object;
    object["format"] = kFormat;
    object["kind"] = to_text(document.kind());
    object["id"] = document.id;
    object["revision"] = document.revision;
    object["supersedes"] =
        document.supersedes ? json::value(*document.supersedes) : json::value(nullptr);
    object["issuer"] =
        json::object{{"tier", word(to_text(document.issuer_tier))}, {"region", document.issuer}};
    object["addressee"] = document.addressee;
    object["body"] = std::visit([](const auto& body) { return body_json(body); }, document.body);
    object["issued_at"] = iso_here(document.issued_at);
    object["effective"] = iso_here(document.effective);
    object["expires"] = iso_here(document.expires);
    object["key"] = document.key;
    return object;
}

// One that people will read and answer for. `is_name`: stands on one line.
std::string text_in(JsonFields& fields, std::string_view key, bool is_name) {
    std::string text = fields.text(key);
    if (text.size() > kFederationTextBytesMax) {
        fields.fault(key, "过长 / is too long",
                     "至多2000字节 / " + std::to_string(kFederationTextBytesMax) + " bytes");
        return text;
    }
    const auto unseen = is_name ? find_unseen_in_name(text) : find_unseen(text);
    if (unseen) fields.fault(key, to_text(*unseen), std::string(kUnseenCure));
    return text;
}

std::string name_in(JsonFields& fields, std::string_view key) {
    std::string text = text_in(fields, key, true);
    if (is_blank(text)) fields.fault(key, "为空 / is empty", "须写明 / say it");
    return text;
}

// It stands in addresses of the API.
std::string number_in(JsonFields& fields, std::string_view key) {
    std::string number = name_in(fields, key);
    if (number == "." || number == ".." || number.find_first_of("/\\") != std::string::npos) {
        fields.fault(key, "'" + number + "' 不能写入网址 / cannot stand in an address",
                     "不含 / 和 \\ / without / and \\");
    }
    return number;
}

std::string region_in(JsonFields& fields, std::string_view key) {
    std::string code = fields.text(key);
    const bool is_code =
        code.size() == 6 && std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
    if (!is_code) {
        fields.fault(key, "'" + code + "' 不是行政区划代码 / is not a region code",
                     "GB/T 2260 六位数字，如 411000 / six digits");
    }
    return code;
}

std::string hex_in(JsonFields& fields, std::string_view key, std::size_t bytes) {
    std::string hex = fields.text(key);
    if (!from_hex(hex, bytes)) {
        fields.fault(key, "不是小写十六进制 / is not lower-case hex",
                     std::to_string(2 * bytes) + " hex digits");
    }
    return hex;
}

Instant instant_here(JsonFields& fields, std::string_view key) {
    return fields.instant(key, rules::kBeijingTime);
}

rules::Colour colour_here(JsonFields& fields) {
    const std::string text = fields.text("colour");
    const auto colour = rules::parse_colour(text);
    if (!colour || rules::to_text(*colour) != text) {
        fields.fault("colour", "'" + text + "' is not a colour", "blue, yellow, orange or red");
    }
    return colour.value_or(rules::Colour::kYellow);
}

std::string word_in(JsonFields& fields, std::string_view key,
                    std::initializer_list<std::string_view> allowed) {
    std::string text = fields.text(key);
    if (std::ranges::find(allowed, std::string_view(text)) == allowed.end()) {
        std::string cure;
        for (const std::string_view one : allowed) {
            if (!cure.empty()) cure += ", ";
            cure += one;
        }
        fields.fault(key, "'" + text + "' is not known", cure);
    }
    return text;
}

PromptBody prompt_in(JsonFields& fields) {
    PromptBody body;
    body.prompt.number = number_in(fields, "number");
    body.prompt.zone = text_in(fields, "zone", true);
    body.prompt.colour = colour_here(fields);
    body.prompt.from = instant_here(fields, "from");
    body.prompt.to = fields.maybe_instant("to", rules::kBeijingTime);
    body.prompt.deadline = instant_here(fields, "deadline");
    body.asks = word_in(fields, "asks", {"warning", "lift"});
    body.note = text_in(fields, "note", false);
    if (body.prompt.to && *body.prompt.to <= body.prompt.from) {
        fields.fault("to", "不晚于 from / is not after `from`", "");
    }
    return body;
}

FloorBody floor_in(JsonFields& fields) {
    FloorBody body;
    body.document = name_in(fields, "document");
    body.clause = text_in(fields, "clause", false);
    body.colour = colour_here(fields);
    body.span = {instant_here(fields, "from"), instant_here(fields, "to")};
    if (body.span.to <= body.span.from) {
        fields.fault("to", "不晚于 from / is not after `from`", "");
    }
    return body;
}

FollowUpBody follow_up_in(JsonFields& fields) {
    FollowUpBody body;
    body.prompt = number_in(fields, "prompt");
    body.region = region_in(fields, "region");
    body.state = word_in(fields, "state", {"waiting", "followed", "refused"});
    body.note = text_in(fields, "note", false);
    body.at = instant_here(fields, "at");
    return body;
}

DeliveryBody delivery_in(JsonFields& fields) {
    DeliveryBody body;
    body.id = name_in(fields, "id");
    body.revision = fields.whole_number("revision", 1, kRevisionMost);
    body.digest = hex_in(fields, "digest", kDigestBytes);
    body.is_taken = fields.maybe_flag("taken");
    body.why = text_in(fields, "why", false);
    body.received_at = instant_here(fields, "received_at");
    return body;
}

FederationBody body_in(FederationKind kind, const json::value& value, const std::string& file,
                       rules::Faults& faults) {
    JsonFields fields(value, "body", file, faults);
    FederationBody body;
    switch (kind) {
        case FederationKind::kPrompt:
            body = prompt_in(fields);
            break;
        case FederationKind::kFloor:
            body = floor_in(fields);
            break;
        case FederationKind::kFollowUp:
            body = follow_up_in(fields);
            break;
        case FederationKind::kReceipt:
            body = delivery_in(fields);
            break;
    }
    fields.refuse_unknown();
    return body;
}

void read_issuer(const json::value& value, const std::string& file, rules::Faults& faults,
                 FederationDocument& document) {
    JsonFields fields(value, "issuer", file, faults);
    const std::string text = fields.text("tier");
    const auto tier = parse_tier(text);
    if (!tier || to_text(*tier) != text) {
        fields.fault("tier", "'" + text + "' is not a tier", "national, province, city, county");
    }
    document.issuer_tier = tier.value_or(Tier::kCity);
    document.issuer = region_in(fields, "region");
    fields.refuse_unknown();
}

void read_members(const json::value& value, const std::string& file, rules::Faults& faults,
                  FederationDocument& document) {
    static const json::value kNothing = json::object{};
    JsonFields fields(value, "", file, faults);
    (void)word_in(fields, "format", {kFormat});
    const auto kind =
        parse_federation_kind(word_in(fields, "kind", {"prompt", "floor", "follow_up", "receipt"}));
    document.id = name_in(fields, "id");
    document.revision = fields.whole_number("revision", 1, kRevisionMost);
    const json::value* before = fields.member("supersedes");
    if (before != nullptr && !before->is_null()) {
        document.supersedes = fields.whole_number("supersedes", 1, document.revision - 1);
    }
    const json::value* issuer = fields.member("issuer");
    read_issuer(issuer != nullptr ? *issuer : kNothing, file, faults, document);
    document.addressee = region_in(fields, "addressee");
    const json::value* body = fields.member("body");
    if (kind) document.body = body_in(*kind, body != nullptr ? *body : kNothing, file, faults);
    document.issued_at = instant_here(fields, "issued_at");
    document.effective = instant_here(fields, "effective");
    document.expires = instant_here(fields, "expires");
    document.key = hex_in(fields, "key", kDigestBytes);
    document.signature = hex_in(fields, "signature", kFederationSignatureBytes);
    if (document.expires <= document.issued_at || document.expires <= document.effective) {
        fields.fault("expires", "不晚于 issued_at 和 effective / is not after both",
                     "失效时间 / when it ends");
    }
    fields.refuse_unknown();
}

// Of a text that has been read: cannot fail.
json::object object_of(std::string_view text) {
    auto value = parse_json(text, "document").value();
    return std::move(value.as_object());
}

}  // namespace

std::string_view to_text(FederationKind kind) {
    return kKindWords[static_cast<std::size_t>(kind)].word;
}
std::string_view to_chinese(FederationKind kind) {
    return kKindWords[static_cast<std::size_t>(kind)].chinese;
}
std::optional<FederationKind> parse_federation_kind(std::string_view text) {
    const auto found = std::ranges::find(kKindWords, text, &KindWords::word);
    if (found == kKindWords.end()) return std::nullopt;
    return static_cast<FederationKind>(found - kKindWords.begin());
}

std::string federation_id(std::string_view issuer, FederationKind kind, std::string_view subject) {
    std::string id(issuer);
    id.append("/").append(to_text(kind)).append("/").append(subject);
    return id;
}

rules::Span life_of(const FederationBody& body, Instant issued_at) {
    if (const auto* prompt = std::get_if<PromptBody>(&body)) {
        const rules::RegionalPrompt& asked = prompt->prompt;
        const Instant to = asked.to.value_or(asked.from + kOpenPromptLives);
        return {asked.from, std::max(to, asked.deadline)};
    }
    if (const auto* floor = std::get_if<FloorBody>(&body)) return floor->span;
    return {issued_at, issued_at + kAnswerLives};
}

std::string sign_federation(FederationDocument document, const SigningKey& key) {
    document.key = fingerprint_of(key.public_key_hex());
    json::object object = federation_json(document);
    const std::string text = canonical_text(object);
    object["signature"] = key.sign_hex(Purpose::kFederation, text);
    return canonical_text(object);
}

rules::Result<FederationDocument> read_federation(std::string_view text, const std::string& file) {
    if (text.size() > kFederationBytesMax) {
        return rules::refuse("文书过长 / the document is too long",
                             "至多32 KiB / " + std::to_string(kFederationBytesMax) + " bytes");
    }
    auto value = parse_json_in({}, text, file, kValuesMax);
    if (!value) return value.error();
    rules::Faults faults;
    FederationDocument document;
    read_members(*value, file, faults, document);
    if (!faults.empty()) return faults;
    if (canonical_text(*value) != text) {
        return rules::refuse("文书不是规范形式 / is not in the canonical form",
                             "RFC 8785：键排序、无空白 / sorted names, no blanks");
    }
    return document;
}

std::string federation_signed_text(std::string_view text) {
    json::object object = object_of(text);
    object.erase("signature");
    return canonical_text(object);
}

std::string federation_content(std::string_view text) {
    json::object object = object_of(text);
    for (const char* key : {"signature", "key", "issued_at", "effective", "expires"}) {
        object.erase(key);
    }
    return canonical_text(object);
}

}  // namespace qk::plans
