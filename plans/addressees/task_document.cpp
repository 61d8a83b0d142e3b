#include "plans/addressees/task_document.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/text/json.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/sha256.hpp"
#include "rules/base/enum_words.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

constexpr rules::EnumWords<TaskSubject, kTaskSubjects> kTaskSubjectWords{{
    {TaskSubject::kWarning, {"warning", "预警响应"}},
    {TaskSubject::kPrompt, {"prompt", "提示落实"}},
    {TaskSubject::kCounty, {"county", "县区督促"}},
    {TaskSubject::kSiteCheck, {"site_check", "现场核查"}},
    {TaskSubject::kPreNotice, {"pre_notice", "预提示"}},
}};

json::object item_json(const TaskItem& item, rules::Zone zone) {
    json::value colour = nullptr;
    if (item.colour) colour = word(rules::to_text(*item.colour));
    return {{"text", item.text},           {"reason", item.reason},
            {"source", item.source},       {"sample", item.is_sample},
            {"colour", std::move(colour)}, {"from", iso(item.from, zone)},
            {"to", iso(item.to, zone)},    {"deadline", iso(item.deadline, zone)}};
}

// The first so many characters, not bytes.
std::string first_characters(std::string_view text, std::size_t most) {
    std::size_t end = 0;
    for (std::size_t count = 0; end < text.size(); ++end) {
        const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
        if (begins && ++count > most) break;
    }
    return std::string(text.substr(0, end));
}

std::size_t characters_of(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    return count;
}

}  // namespace

std::string_view to_text(TaskSubject subject) { return kTaskSubjectWords.english(subject); }
std::string_view to_chinese(TaskSubject subject) { return kTaskSubjectWords.chinese(subject); }
std::optional<TaskSubject> parse_task_subject(std::string_view text) {
    return kTaskSubjectWords.parse_english(text);
}

json::value to_json(const TaskDocument& task, rules::Zone zone) {
    json::array items;
    for (const TaskItem& item : task.items) items.emplace_back(item_json(item, zone));
    json::object object{{"kind", "task"},
                        {"number", task.number},
                        {"revision", task.revision},
                        {"addressee", task.addressee},
                        {"addressee_kind", word(to_text(task.kind))},
                        {"name", task.name},
                        {"region", task.region},
                        {"about", word(to_text(task.about))},
                        {"subject", task.subject},
                        {"exercise", task.exercise},
                        {"issuer", task.issuer},
                        {"legal_basis", task.legal_basis},
                        {"issued_at", iso(task.issued_at, zone)},
                        {"deadline", iso(task.deadline, zone)},
                        {"wanted", task.wanted},
                        {"lifted", task.items.empty()},
                        {"items", std::move(items)}};
    return object;
}

std::string content_digest(TaskDocument task, rules::Zone zone) {
    task.number = 0;
    task.revision = 0;
    task.issued_at = rules::Instant{};
    task.deadline.reset();
    for (TaskItem& item : task.items) item.deadline.reset();
    return sha256_hex(canonical_text(to_json(task, zone)));
}

std::string signed_task_text(const json::value& document, const SigningKey& key) {
    json::value signed_one = document;
    signed_one.get_object().erase("signature");
    signed_one.get_object()["key"] = key.public_key_hex();
    signed_one.get_object()["signature"] = key.sign_hex(Purpose::kTask, canonical_text(signed_one));
    return canonical_text(signed_one);
}

bool is_signed_task(const json::value& document, std::string_view public_key_hex) {
    if (!document.is_object() || string_or(document, "key") != public_key_hex) return false;
    const std::string signature = string_or(document, "signature");
    json::value bare = document;
    bare.get_object().erase("signature");
    return verify_hex(public_key_hex, Purpose::kTask, canonical_text(bare), signature);
}

std::string task_sms_text(const json::value& document, std::string_view sign) {
    const json::array& items = document.at("items").as_array();
    const bool is_exercise = document.at("exercise").as_bool();
    const std::string head = std::string(sign) + (is_exercise ? "【演练】" : "");
    const std::string ask = fmt::format("任务{}", document.at("number").as_int64());
    if (items.empty())
        return head + ask + "已解除，不必回复";  // an answer might be taken for another
    const std::string tail = "。回复1收到2执行3有困难，后写" + ask;
    const std::size_t used = characters_of(head) + characters_of(ask) + 1 + characters_of(tail);
    const std::size_t room = kTaskSmsCharactersMax > used ? kTaskSmsCharactersMax - used : 0;
    std::string what(items.front().at("text").as_string());
    if (what.ends_with("。")) what.resize(what.size() - std::string_view("。").size());
    if (characters_of(what) > room) what = room > 0 ? first_characters(what, room - 1) + "…" : "";
    return head + ask + "：" + what + tail;
}

}  // namespace qk::plans
