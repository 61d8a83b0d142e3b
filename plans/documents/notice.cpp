#include "plans/documents/notice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace qk::plans {
namespace {

using rules::Colour;
using rules::NoticeKind;

constexpr std::string_view kUntilFurtherNotice = "解除时间另行通知";
constexpr std::string_view kAsOrdered = "以送达各企业的指令为准";

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

std::string without_full_stop(std::string text) {
    while (text.ends_with("。")) text.resize(text.size() - std::string_view("。").size());
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

// Raising or lowering names what it starts from; where nothing binding went before, it is issued.
std::string text_kind_of(const NoticeFacts& facts) {
    const bool names_both = facts.text_kind == "raise" || facts.text_kind == "lower";
    return names_both && !facts.from_colour ? "issue" : facts.text_kind;
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
        return "{region}自{effective_from}起解除{cause}健康提示。联系：{contact}。";
    }
    const auto found = pack.notices.by_kind.find("advisory");
    if (found != pack.notices.by_kind.end()) return found->second;
    return "受{cause}影响，预计{period}空气质量较差。本次过程不采取强制减排措施。\n{blocks}\n"
           "联系：{contact}。";
}

std::string cause_of(const NoticeFacts& facts) {
    if (!facts.cause.empty()) return facts.cause;
    return facts.mandatory ? "细颗粒物（PM2.5）" : "空气污染";
}

// Advice has neither colour nor level (环大气〔2024〕6号).
std::string headline_of(const RegionPack& pack, const NoticeFacts& facts) {
    const std::string_view exercise = facts.exercise ? "【演练】" : "";
    if (!facts.mandatory) {
        return fmt::format("{}{}{}{}健康提示", exercise, pack.name,
                           facts.kind == NoticeKind::kCancel ? "解除" : "发布", cause_of(facts));
    }
    const std::string kind = text_kind_of(facts);
    const auto colour = rules::to_chinese(facts.colour);
    const auto level = rules::level_in_chinese(facts.colour);
    if (facts.kind == NoticeKind::kUpdate && (kind == "raise" || kind == "lower")) {
        return fmt::format("{}{}将重污染天气{}预警{}为{}预警（{}响应）", exercise, pack.name,
                           rules::to_chinese(*facts.from_colour), kind == "raise" ? "升级" : "降级",
                           colour, level);
    }
    const bool is_longer = facts.kind == NoticeKind::kUpdate && kind == "extend";
    const std::string_view verb = facts.kind == NoticeKind::kCancel ? "解除"
                                  : is_longer                       ? "延长"
                                                                    : "发布";
    return fmt::format("{}{}{}重污染天气{}预警（{}响应）", exercise, pack.name, verb, colour,
                       level);
}

// What the level of response does: begins, goes on, is changed, ends.
std::string response_of(const RegionPack& pack, const NoticeFacts& facts) {
    const std::string from = rules::to_chinese(facts.effective_from, pack.zone);
    const auto level = rules::level_in_chinese(facts.colour);
    const std::string kind = text_kind_of(facts);
    if (facts.kind == NoticeKind::kCancel) return fmt::format("终止{}应急响应", level);
    if (kind == "lower") {
        return fmt::format("自{}起将{}应急响应调整为{}应急响应", from,
                           rules::level_in_chinese(*facts.from_colour), level);
    }
    if (kind == "extend") {
        const bool has_begun = facts.effective_from <= facts.issued_at;
        return has_begun ? fmt::format("继续执行{}应急响应", level)
                         : fmt::format("将于{}启动{}应急响应", from, level);
    }
    return fmt::format("自{}起启动{}应急响应", from, level);
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

using Values = std::map<std::string, std::string>;

void put_times(Values& values, const RegionPack& pack, const NoticeFacts& facts) {
    const std::string from = rules::to_chinese(facts.effective_from, pack.zone);
    values["issued_at"] = rules::to_chinese(facts.issued_at, pack.zone);
    const std::chrono::year_month_day day{rules::day_of(facts.issued_at, pack.zone)};
    values["date"] =
        fmt::format("{}年{}月{}日", static_cast<int>(day.year()),
                    static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
    values["effective_from"] = from;
    values["effective_to"] = values["end"] = std::string(kUntilFurtherNotice);
    values["period"] = from + "起";
    if (!facts.expected_to) return;
    const std::string to = rules::to_chinese(*facts.expected_to, pack.zone);
    values["effective_to"] = "预计" + to;
    values["end"] = "预计" + to + "解除，具体以解除通知为准";
    values["period"] = from + "至" + to;
}

Values values_of(const RegionPack& pack, const NoticeFacts& facts, const NoticeText& text) {
    Values values;
    values["region"] = pack.name;
    values["issuer"] = pack.publication.issuer;
    values["colour"] = rules::to_chinese(facts.colour);
    values["level"] = rules::level_in_chinese(facts.colour);
    if (facts.from_colour) {
        values["from_colour"] = rules::to_chinese(*facts.from_colour);
        values["from_level"] = rules::level_in_chinese(*facts.from_colour);
    }
    values["number"] = facts.number;
    values["document"] = facts.document;
    put_times(values, pack, facts);
    values["response"] = response_of(pack, facts);
    values["clause"] = without_full_stop(facts.clause);
    values["cause"] = cause_of(facts);
    values["measures"] = sentence(text.measures.empty() ? kAsOrdered : text.measures);
    if (facts.kind != NoticeKind::kCancel) {
        if (const HealthAdvice* advice = advice_for(pack, facts.colour)) {
            values["health"] = sentence(join(advice->health, "\n"));
            values["suggestions"] = sentence(join(advice->suggestions, "\n"));
        }
    }
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

std::string_view title_of_block(std::string_view block) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, kNoticeBlocks.size()>
        kTitles{{{"industry", "工业源"},
                 {"dust", "扬尘源"},
                 {"mobile", "移动源"},
                 {"area", "面源"},
                 {"schools", "学校和幼儿园"},
                 {"weather", "人工影响天气"}}};
    for (const auto& [name, title] : kTitles) {
        if (name == block) return title;
    }
    return block;
}

std::string place_in(const RegionPack& pack, std::string_view section, const Origin& origin) {
    const std::string& id = origin.pack.empty() ? pack.id : origin.pack;
    return fmt::format("规则包{}的{}", id, section);
}

void note(NoticeText& text, UnfilledPlace place) {
    if (std::ranges::find(text.unfilled, place) == text.unfilled.end()) {
        text.unfilled.push_back(std::move(place));
    }
}

// Where a placeholder gets its value from: its name in Chinese, and the section of the pack.
UnfilledPlace place_of(const RegionPack& pack, const std::string& name) {
    static const std::map<std::string, std::array<std::string_view, 2>, std::less<>> kPlaces{
        {"region", {"地区名称", "name"}},
        {"issuer", {"发布单位", "[publication] issuer"}},
        {"document", {"文号", "[publication] document_number"}},
        {"legal_basis", {"法律依据", "[[legal]]"}},
        {"health", {"健康提示", "[[advice]]"}},
        {"suggestions", {"建议性措施", "[[advice]]"}},
        {"blocks", {"各类措施", "[[notice_block]]"}},
        {"contact", {"联系人和电话", "[[contact]]"}}};
    const auto found = kPlaces.find(name);
    if (found == kPlaces.end()) {
        const bool is_of_decision = name == "clause" || name == "cause";
        return {"{" + name + "}", is_of_decision
                                      ? std::string("提出或会商时给出的条款、理由")
                                      : place_in(pack, "[notices]", pack.notices.origin)};
    }
    const std::string_view section = found->second[1];
    Origin origin;
    if (section.starts_with("[publication]")) origin = pack.publication.origin;
    if (name == "contact" && !pack.contacts.empty()) origin = pack.contacts.front().origin;
    return {std::string(found->second[0]), place_in(pack, section, origin)};
}

// （一）健康防护 （二）倡议性 （三）强制性: 1. industry, 2. dust ...; advice has no third.
std::string blocks_of(const RegionPack& pack, const NoticeFacts& facts, Values values,
                      NoticeText& text) {
    constexpr std::array<std::string_view, 3> kNumbers{"（一）", "（二）", "（三）"};
    std::vector<std::string> blocks;
    const auto put = [&](std::string_view title, const std::string& body) {
        if (body.empty()) return;
        blocks.push_back(fmt::format("{}{}：{}", kNumbers[blocks.size()], title, body));
    };
    put("健康防护措施", values["health"]);
    put("建议性减排措施", values["suggestions"]);
    if (!facts.mandatory) return join(blocks, "\n");
    values["measures"] = without_full_stop(text.measures);
    if (values["measures"].empty()) values["measures"] = kAsOrdered;
    std::string mandatory;
    int number = 0;
    for (const NoticeBlock& block : notice_blocks_of(pack, facts.colour)) {
        FilledTemplate filled = fill_template(block.text, values);
        if (!filled.open.empty() || is_to_be_filled(filled.text)) {
            note(text, {fmt::format("{}措施", title_of_block(block.block)),
                        place_in(pack, "[[notice_block]]", block.origin)});
        }
        mandatory +=
            fmt::format("\n{}. {}：{}", ++number, title_of_block(block.block), filled.text);
    }
    if (mandatory.empty() && !text.measures.empty()) mandatory = sentence(text.measures);
    put("强制性减排措施", mandatory);
    return join(blocks, "\n");
}

void leave_out_line(std::string& body, std::string_view place) {
    const std::size_t at = body.find(place);
    if (at == std::string::npos) return;
    const std::size_t behind = at + place.size();
    body.erase(at, place.size() + (behind < body.size() && body[behind] == '\n' ? 1 : 0));
}

// What ends has no end to come.
std::string end_in_english(const RegionPack& pack, const NoticeFacts& facts) {
    if (facts.kind == NoticeKind::kCancel) return {};
    return ", expected end " + (facts.expected_to ? rules::to_iso(*facts.expected_to, pack.zone)
                                                  : std::string("to be announced"));
}

std::string body_of(const RegionPack& pack, const NoticeFacts& facts, NoticeText& text) {
    const std::string kind = text_kind_of(facts);
    std::string body = facts.mandatory ? template_of(pack, kind) : advice_template(pack, facts);
    Values values = values_of(pack, facts, text);
    if (body.find("{blocks}") != std::string::npos) {
        values["blocks"] = blocks_of(pack, facts, values, text);
        // A lift asks for nothing, and a pack may have no advice: the line is then left out.
        const bool may_have_none = facts.kind == NoticeKind::kCancel || !facts.mandatory;
        if (may_have_none && values["blocks"].empty()) leave_out_line(body, "{blocks}");
    }
    // A bureau that numbers elsewhere, or not at all, says so by giving no numbering.
    if (pack.publication.document_number.empty()) leave_out_line(body, "{document}");
    FilledTemplate filled = fill_template(body, values);
    for (const std::string& name : filled.open) note(text, place_of(pack, name));
    if (filled.open.empty() && is_to_be_filled(filled.text) && text.unfilled.empty()) {
        note(text,
             {"文书模板", place_in(pack, fmt::format("[notices] {}", kind), pack.notices.origin)});
    }
    while (filled.text.ends_with('\n')) filled.text.pop_back();
    return filled.text;
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

// Of advice, what the pack says of its causes to each addressee; else what it says of the colour.
std::vector<std::string> instructions(const RegionPack& pack, const NoticeFacts& facts) {
    std::vector<std::string> all;
    for (std::size_t from = 0; !facts.mandatory && from < facts.cause.size();) {
        constexpr std::string_view kBetween = "、";
        const std::size_t to = std::min(facts.cause.find(kBetween, from), facts.cause.size());
        const rules::EpisodeCause cause = rules::parse_cause(facts.cause.substr(from, to - from));
        for (const CauseAdvice& one : pack.cause_advice) {
            if (one.cause != cause) continue;
            for (const std::string& sentence : one.text) {
                all.push_back(one.addressee + "：" + sentence);
            }
        }
        from = to + kBetween.size();
    }
    const HealthAdvice* advice = advice_for(pack, facts.colour);
    if (!all.empty() || advice == nullptr) return all;
    all = advice->health;
    all.insert(all.end(), advice->suggestions.begin(), advice->suggestions.end());
    return all;
}

}  // namespace

std::string document_text(const RegionPack& pack, int year, std::int64_t count, bool exercise) {
    const std::string& numbering = pack.publication.document_number;
    if (numbering.empty()) return {};
    const std::string text =
        fill_template(numbering, {{"year", fmt::to_string(year)}, {"count", fmt::to_string(count)}})
            .text;
    return exercise ? "（演练）" + text : text;
}

std::string to_sentence(const std::vector<UnfilledPlace>& unfilled) {
    std::string text = "预警文书还有未填写之处，不能签发：";
    std::string places;
    for (const UnfilledPlace& one : unfilled) {
        if (!places.empty()) places += "；";
        places += one.what + "（" + one.where + "）";
    }
    return text + places +
           "。填写后重新载入或提交规则包，再签发 / the notice has places that are not filled in; "
           "fill them in where it says, put the pack in force, then sign";
}

NoticeText compose_notice(const RegionPack& pack, const NoticeFacts& facts) {
    NoticeText text;
    if (facts.kind != NoticeKind::kCancel) text.instruction = join(instructions(pack, facts), "\n");
    text.measures = facts.mandatory ? facts.measures : "不采取强制性减排措施";
    text.headline = headline_of(pack, facts);
    if (is_to_be_filled(text.headline)) note(text, place_of(pack, "region"));
    text.body = body_of(pack, facts, text);
    if (is_to_be_filled(text.instruction)) note(text, place_of(pack, "health"));
    if (is_to_be_filled(pack.publication.issuer)) note(text, place_of(pack, "issuer"));
    if (facts.exercise && !text.body.starts_with("【演练】")) text.body = "【演练】" + text.body;
    text.headline_en =
        facts.mandatory ? fmt::format("{}Heavy air pollution warning {}: {} (level {})",
                                      facts.exercise ? "[EXERCISE] " : "", verb_in_english(facts),
                                      rules::to_text(facts.colour), rules::level_of(facts.colour))
                        : fmt::format("{}Air pollution health advice {}",
                                      facts.exercise ? "[EXERCISE] " : "", verb_in_english(facts));
    text.body_en = fmt::format(
        "{}. Issued {}, effective {}{}.{}", text.headline_en,
        rules::to_iso(facts.issued_at, pack.zone), rules::to_iso(facts.effective_from, pack.zone),
        end_in_english(pack, facts), facts.mandatory ? "" : " Advice only: no mandatory measures.");
    return text;
}

std::vector<UnfilledPlace> unfilled_places(const RegionPack& pack) {
    NoticeText all;
    for (const std::string_view kind : kNoticeKinds) {
        if (kind == "pre-notice") continue;  // a list for enterprises, not a notice
        for (const rules::Clause& clause : pack.trigger.standard.clauses) {
            NoticeFacts facts;
            facts.kind = kind == "lift" ? NoticeKind::kCancel : NoticeKind::kAlert;
            facts.text_kind = kind;
            facts.colour = clause.colour;
            facts.from_colour = clause.colour;
            facts.mandatory = kind != "advisory";
            facts.number = facts.clause = facts.cause = "-";
            facts.document = document_text(pack, 0, 1, kind == "drill");
            facts.exercise = kind == "drill";
            for (UnfilledPlace& place : compose_notice(pack, facts).unfilled) {
                note(all, std::move(place));
            }
        }
    }
    return all.unfilled;
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
    // Nobody's screen lets a warning lapse because its planned end has passed: it goes on until the
    // lift, or until a later message says otherwise.
    if (facts.kind != NoticeKind::kCancel) {
        message.expires = std::max({facts.issued_at, facts.effective_from,
                                    facts.expected_to.value_or(facts.effective_from)}) +
                          pack.publication.expires_after;
    }
    message.region_code = pack.region_code;
    const auto lead = facts.effective_from - facts.issued_at;
    message.urgency = facts.kind == NoticeKind::kCancel ? CapUrgency::kPast
                      : lead <= std::chrono::hours(0)   ? CapUrgency::kImmediate
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
