#include "plans/paper/notice.hpp"

#include <fmt/format.h>

#include <map>

namespace qk::plans {
namespace {

using rules::Colour;
using rules::NoticeKind;

constexpr std::string_view kUntilFurtherNotice = "解除时间另行通知";

const HealthAdvice* advice_for(const RegionPack& pack, Colour colour) {
    const HealthAdvice* found = nullptr;
    for (const HealthAdvice& advice : pack.advice) {
        if (advice.colour == colour) found = &advice;
    }
    return found;
}

std::string join(const std::vector<std::string>& parts, std::string_view between) {
    std::string text;
    for (const std::string& part : parts) {
        if (!text.empty()) text += between;
        text += part;
    }
    return text;
}

// Lines as one sentence with its full stop, since templates put them side by side.
std::string sentence(std::string_view lines) {
    std::string text;
    for (const char c : lines) {
        if (c == '\n') {
            if (!text.ends_with("。")) text += "；";
        } else {
            text += c;
        }
    }
    if (!text.empty() && !text.ends_with("。")) text += "。";
    return text;
}

// A CAP sender is one word; a pack that has not been filled in has none.
std::string sender_of(const RegionPack& pack) {
    const std::string& sender = pack.publication.sender;
    for (const char c : sender) {
        if (c <= ' ' || c == ',' || c == '<' || c == '&' || c > '~') {
            return "qingkong-" + pack.region_code;
        }
    }
    return sender.empty() ? "qingkong-" + pack.region_code : sender;
}

std::string template_of(const RegionPack& pack, const std::string& kind) {
    const auto found = pack.notices.by_kind.find(kind);
    if (found != pack.notices.by_kind.end()) return found->second;
    const auto issue = pack.notices.by_kind.find("issue");
    return issue == pack.notices.by_kind.end() ? std::string() : issue->second;
}

// A bureau's text for an alert or its change names colours; those of advice are of a kind of their
// own.
std::string advice_template(const RegionPack& pack, const NoticeFacts& facts) {
    if (facts.kind == NoticeKind::kCancel) {
        return "{region}解除{cause}健康提示（{number}），自{effective_from}起执行。联系：{contact}"
               "。";
    }
    const auto found = pack.notices.by_kind.find("advisory");
    if (found != pack.notices.by_kind.end()) return found->second;
    return "{region}空气质量健康提示（{number}）。受{cause}影响，预计{effective_from}至{effective_"
           "to}"
           "空气质量较差。本次过程不采取强制减排措施。健康提示：{health}联系：{contact}。";
}

std::string verb_of(const NoticeFacts& facts) {
    if (facts.kind == NoticeKind::kCancel) return "解除";
    if (facts.kind == NoticeKind::kAlert) return "发布";
    if (facts.text_kind == "raise") return "升级为";
    if (facts.text_kind == "lower") return "降级为";
    if (facts.text_kind == "extend") return "延长";
    return "调整为";
}

std::string cause_of(const NoticeFacts& facts) {
    if (!facts.cause.empty()) return facts.cause;
    return facts.mandatory ? "细颗粒物（PM2.5）" : "空气污染";
}

// Advice has neither colour nor level (环大气〔2024〕6号).
std::string headline_of(const RegionPack& pack, const NoticeFacts& facts) {
    if (!facts.mandatory) {
        return fmt::format("{}{}{}{}健康提示", facts.exercise ? "【演练】" : "", pack.name,
                           facts.kind == NoticeKind::kCancel ? "解除" : "发布", cause_of(facts));
    }
    return fmt::format("{}{}{}重污染天气{}预警{}", facts.exercise ? "【演练】" : "", pack.name,
                       verb_of(facts), rules::to_chinese(facts.colour),
                       fmt::format("（{}响应）", rules::level_in_chinese(facts.colour)));
}

std::string_view verb_in_english(const NoticeFacts& facts) {
    switch (facts.kind) {
        case NoticeKind::kAlert:
            return "issued";
        case NoticeKind::kUpdate:
            return "updated";
        case NoticeKind::kCancel:
            break;
    }
    return "lifted";
}

std::map<std::string, std::string> values_of(const RegionPack& pack, const NoticeFacts& facts,
                                             const NoticeText& text) {
    std::map<std::string, std::string> values;
    values["region"] = pack.name;
    values["issuer"] = pack.publication.issuer;
    values["colour"] = rules::to_chinese(facts.colour);
    values["level"] = rules::level_in_chinese(facts.colour);
    if (facts.from_colour) {
        values["from_colour"] = rules::to_chinese(*facts.from_colour);
        values["from_level"] = rules::level_in_chinese(*facts.from_colour);
    }
    values["number"] = facts.number;
    values["issued_at"] = rules::to_chinese(facts.issued_at, pack.zone);
    values["effective_from"] = rules::to_chinese(facts.effective_from, pack.zone);
    values["effective_to"] = facts.expected_to ? rules::to_chinese(*facts.expected_to, pack.zone)
                                               : std::string(kUntilFurtherNotice);
    values["clause"] = facts.clause;
    values["cause"] = cause_of(facts);
    values["measures"] = sentence(text.measures);
    values["health"] = sentence(text.instruction);
    std::vector<std::string> basis;
    for (const LegalBasis& legal :
         legal_basis_on(pack, rules::day_of(facts.issued_at, pack.zone))) {
        basis.push_back(legal.text);
    }
    values["legal_basis"] = join(basis, "；");
    values["contact"] = pack.contacts.empty()
                            ? pack.publication.issuer
                            : pack.contacts.front().name + " " + pack.contacts.front().phone;
    return values;
}

CapInfo info_of(const RegionPack& pack, const NoticeFacts& facts) {
    CapInfo info;
    info.sender_name = pack.publication.issuer;
    info.area_name = pack.name;
    info.parameters = {{"mandatoryMeasures", facts.mandatory ? "true" : "false"}};
    if (facts.mandatory) {
        info.parameters.insert(info.parameters.begin(),
                               {{"colour", std::string(rules::to_text(facts.colour))},
                                {"responseLevel", std::string(rules::level_of(facts.colour))}});
    }
    return info;
}

}  // namespace

NoticeText compose_notice(const RegionPack& pack, const NoticeFacts& facts) {
    NoticeText text;
    if (const HealthAdvice* advice = advice_for(pack, facts.colour);
        advice != nullptr && facts.kind != NoticeKind::kCancel) {
        std::vector<std::string> all = advice->health;
        all.insert(all.end(), advice->suggestions.begin(), advice->suggestions.end());
        text.instruction = join(all, "\n");
    }
    text.measures = facts.mandatory ? facts.measures : "不采取强制性减排措施";
    text.headline = headline_of(pack, facts);
    const std::string body =
        facts.mandatory ? template_of(pack, facts.text_kind) : advice_template(pack, facts);
    text.body = fill_template(body, values_of(pack, facts, text));
    if (facts.exercise && !text.body.starts_with("【演练】")) text.body = "【演练】" + text.body;
    text.headline_en =
        facts.mandatory ? fmt::format("{}Heavy air pollution warning {}: {} (level {})",
                                      facts.exercise ? "[EXERCISE] " : "", verb_in_english(facts),
                                      rules::to_text(facts.colour), rules::level_of(facts.colour))
                        : fmt::format("{}Air pollution health advice {}",
                                      facts.exercise ? "[EXERCISE] " : "", verb_in_english(facts));
    text.body_en = fmt::format(
        "{}. Issued {}, effective {}, expected end {}.{}", text.headline_en,
        rules::to_iso(facts.issued_at, pack.zone), rules::to_iso(facts.effective_from, pack.zone),
        facts.expected_to ? rules::to_iso(*facts.expected_to, pack.zone) : "to be announced",
        facts.mandatory ? "" : " Advice only: no mandatory measures.");
    return text;
}

CapMessage cap_of(const RegionPack& pack, const NoticeFacts& facts, const NoticeText& text) {
    CapMessage message;
    message.sender = sender_of(pack);
    message.sent = facts.issued_at;
    message.exercise = facts.exercise;
    message.kind = facts.kind;
    message.colour = facts.mandatory ? facts.colour : Colour::kBlue;  // advice is minor
    message.mandatory = facts.mandatory;
    message.event_code = pack.publication.event_code;
    message.effective = facts.issued_at;
    message.onset = facts.effective_from;
    message.expires = facts.expected_to;
    message.region_code = pack.region_code;
    const auto lead = facts.effective_from - facts.issued_at;
    message.urgency = facts.kind == NoticeKind::kCancel ? CapUrgency::kPast
                      : lead <= std::chrono::hours(1)   ? CapUrgency::kImmediate
                      : lead <= std::chrono::hours(24)  ? CapUrgency::kExpected
                                                        : CapUrgency::kFuture;
    CapInfo chinese = info_of(pack, facts);
    chinese.language = "zh-CN";
    chinese.event = "空气重污染";
    chinese.headline = text.headline;
    chinese.description = text.body;
    chinese.instruction = text.instruction;
    if (!pack.contacts.empty()) {
        chinese.contact = pack.contacts.front().name + " " + pack.contacts.front().phone;
    }
    CapInfo english = info_of(pack, facts);
    english.language = "en-US";
    english.event = "Heavy air pollution";
    english.headline = text.headline_en;
    english.description = text.body_en;
    message.infos = {std::move(chinese), std::move(english)};
    return message;
}

}  // namespace qk::plans
