#include "plans/federation/federation_check.hpp"

#include <algorithm>
#include <array>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

using rules::Instant;
using Refusal = FederationRefusal;

struct RefusalWords {
    std::string_view word;
    std::string_view reason;
};
constexpr std::array<RefusalWords, 17> kRefusalWords{
    {{"none", ""},
     {"malformed", "文书不合格式 / the document is not of the form"},
     {"unknown_key", "密钥不在信任名单中 / the key is not in the trust list"},
     {"bad_signature", "签名与内容不符 / the signature does not fit the text"},
     {"revoked_key", "密钥已吊销 / the key is revoked"},
     {"key_not_yet", "签发时密钥尚未生效 / issued before the key began"},
     {"key_ended", "密钥已到期 / the key has ended"},
     {"not_for_region", "密钥无权代表该地区 / the key does not speak for that region"},
     {"wrong_tier", "层级与密钥登记不符 / the tier is not that of the key"},
     {"wrong_direction", "上下级关系不符 / the issuer may not send this to the addressee"},
     {"not_for_us", "收文单位不是本地区 / addressed to another region"},
     {"from_future", "签发时间晚于本机时间 / issued later than our clock"},
     {"expired", "文书已失效 / the document has expired"},
     {"older", "已有更新的版本 / a newer revision is on record"},
     {"conflict", "同一版本内容不同 / the same revision with another content"},
     {"no_such", "没有对应的提示或地区 / no such prompt or place"},
     {"taken", "该文号已由他人登记 / the number is on record from somebody else"}}};

std::string first_fault(const rules::Faults& faults) {
    std::string text = rules::to_text(faults.front());
    if (faults.size() > 1) text += "（共" + std::to_string(faults.size()) + "处）";
    return text;
}

Refusal key_refusal(const TrustedKey& key, const FederationDocument& document, Instant now) {
    if (key.revoked && *key.revoked <= now) return Refusal::kRevokedKey;
    if (document.issued_at < key.from) return Refusal::kKeyNotYet;
    if (key.to && (document.issued_at >= *key.to || now >= *key.to + kKeyGrace)) {
        return Refusal::kKeyEnded;
    }
    if (std::ranges::find(key.regions, document.issuer) == key.regions.end()) {
        return Refusal::kNotForRegion;
    }
    return key.tier == document.issuer_tier ? Refusal::kNone : Refusal::kWrongTier;
}

// Prompts and floors go down, follow-ups up; a receipt goes back to where the document came from.
bool goes_right(const FederationDocument& document) {
    const bool is_down = lies_below(document.addressee, document.issuer);
    const bool is_up = lies_below(document.issuer, document.addressee);
    switch (document.kind()) {
        case FederationKind::kPrompt:
        case FederationKind::kFloor:
            return is_down;
        case FederationKind::kReceipt:
            return is_down || is_up;
        case FederationKind::kFollowUp:
            break;
    }
    return is_up && std::get<FollowUpBody>(document.body).region == document.issuer;
}

// An id begins with its issuer and kind, so that nobody's documents get into another's row; that of
// a prompt is its number, so that revisions are of one prompt.
bool has_own_id(const FederationDocument& document) {
    const auto id_of = [&document](std::string_view subject) {
        return federation_id(document.issuer, document.kind(), subject);
    };
    if (const auto* prompt = std::get_if<PromptBody>(&document.body)) {
        return document.id == id_of(prompt->prompt.number);
    }
    if (const auto* follow_up = std::get_if<FollowUpBody>(&document.body)) {
        return document.id == id_of(follow_up->prompt);
    }
    return document.id.starts_with(id_of(""));
}

Refusal content_refusal(const FederationDocument& document, const FederationView& view) {
    if (!has_own_id(document) || !goes_right(document)) return Refusal::kWrongDirection;
    if (!view.own_region.empty() && document.addressee != view.own_region)
        return Refusal::kNotForUs;
    if (document.issued_at > view.now + view.clock_skew) return Refusal::kFromFuture;
    return document.expires <= view.now ? Refusal::kExpired : Refusal::kNone;
}

}  // namespace

std::string_view to_text(FederationRefusal refusal) {
    return kRefusalWords[static_cast<std::size_t>(refusal)].word;
}
std::string reason_of(FederationRefusal refusal) {
    return std::string(kRefusalWords[static_cast<std::size_t>(refusal)].reason);
}

FederationVerdict check_federation(std::string_view text, const FederationView& view) {
    FederationVerdict verdict;
    auto document = read_federation(text, "document");
    if (!document) {
        verdict.why = reason_of(Refusal::kMalformed) + "：" + first_fault(document.error());
        return verdict;
    }
    verdict.document = *std::move(document);
    const FederationDocument& said = *verdict.document;
    const auto refuse = [&verdict](Refusal refusal) {
        verdict.refusal = refusal;
        verdict.why = reason_of(refusal);
    };
    const TrustedKey* key = find_key(view.trust, said.key);
    if (key == nullptr) {
        refuse(Refusal::kUnknownKey);
        return verdict;
    }
    if (!verify_hex(key->public_key, Purpose::kFederation, federation_signed_text(text),
                    said.signature)) {
        refuse(Refusal::kBadSignature);
        return verdict;
    }
    verdict.key = key;
    const Refusal of_key = key_refusal(*key, said, view.now);
    verdict.is_proved = of_key == Refusal::kNone;
    refuse(verdict.is_proved ? content_refusal(said, view) : of_key);
    return verdict;
}

RevisionStep judge_revision(const std::optional<HeldRevision>& held, std::int64_t revision,
                            std::string_view content) {
    if (!held || revision > held->revision) return RevisionStep::kNew;
    if (revision < held->revision) return RevisionStep::kOlder;
    return content == held->content ? RevisionStep::kSame : RevisionStep::kConflict;
}

std::string source_name(const TrustedKey& key, std::string_view region) {
    constexpr std::size_t kKeyDigitsShown = 16;
    std::string name(to_chinese(key.tier));
    name.append(" ").append(key.name).append("（").append(region).append("），密钥 ");
    return name + key.fingerprint.substr(0, kKeyDigitsShown) + " 验签";
}

}  // namespace qk::plans
