#include "plans/documents/cap.hpp"

#include <fmt/format.h>

#include <cassert>

#include "plans/documents/xml_parts.hpp"

namespace qk::plans {
namespace {

using namespace xml_parts;
using rules::NoticeKind;

constexpr char kNamespace[] = "urn:oasis:names:tc:emergency:cap:1.2";
constexpr std::size_t kIdentifierLength = 31;

bool is_code(std::string_view text, std::size_t length) {
    if (text.size() != length) return false;
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9';
        const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!digit && !letter) return false;
    }
    return true;
}

std::string_view message_type(NoticeKind kind) {
    switch (kind) {
        case NoticeKind::kAlert:
            return "Alert";
        case NoticeKind::kUpdate:
            return "Update";
        case NoticeKind::kCancel:
            break;
    }
    return "Cancel";
}

std::string_view to_text(CapUrgency urgency) {
    switch (urgency) {
        case CapUrgency::kImmediate:
            return "Immediate";
        case CapUrgency::kExpected:
            return "Expected";
        case CapUrgency::kFuture:
            return "Future";
        case CapUrgency::kPast:
            break;
    }
    return "Past";
}

std::string_view to_text(CapCertainty certainty) {
    switch (certainty) {
        case CapCertainty::kObserved:
            return "Observed";
        case CapCertainty::kLikely:
            return "Likely";
        case CapCertainty::kPossible:
            return "Possible";
        case CapCertainty::kUnlikely:
            break;
    }
    return "Unlikely";
}

void put_pair(pugi::xml_node parent, const char* name, std::string_view key,
              std::string_view value) {
    pugi::xml_node node = parent.append_child(name);
    put(node, "valueName", key);
    put(node, "value", value);
}

std::string_view response_type(const CapMessage& message) {
    if (message.kind == NoticeKind::kCancel) return "AllClear";
    return message.mandatory ? "Execute" : "Monitor";
}

void put_info(pugi::xml_node alert, const CapMessage& message, const CapInfo& info,
              rules::Zone zone) {
    pugi::xml_node node = alert.append_child("info");
    put(node, "language", info.language);
    put(node, "category", "Env");
    put(node, "category", "Health");
    put(node, "event", info.event);
    put(node, "responseType", response_type(message));
    put(node, "urgency", to_text(message.urgency));
    put(node, "severity", message.severities.by_colour[static_cast<std::size_t>(message.colour)]);
    put(node, "certainty", to_text(message.certainty));
    put_pair(node, "eventCode", "cn-event", message.event_code);
    put(node, "effective", rules::to_iso(message.effective, zone));
    put(node, "onset", rules::to_iso(message.onset, zone));
    if (message.expires) put(node, "expires", rules::to_iso(*message.expires, zone));
    put_if(node, "senderName", info.sender_name);
    put_if(node, "headline", info.headline);
    put_if(node, "description", info.description);
    put_if(node, "instruction", info.instruction);
    put_if(node, "web", message.web);
    put_if(node, "contact", info.contact);
    for (const auto& [key, value] : info.parameters) put_pair(node, "parameter", key, value);
    pugi::xml_node area = node.append_child("area");
    put(area, "areaDesc", info.area_name);
    put_pair(area, "geocode", "GB/T 2260", message.region_code);
}

}  // namespace

rules::Result<std::string> message_identifier(const IdentifierParts& parts) {
    rules::Faults faults;
    const auto want = [&faults](std::string_view name, std::string_view value, std::size_t length) {
        if (is_code(value, length)) return;
        faults.push_back({{},
                          fmt::format("{} of the message identifier is '{}'", name, value),
                          fmt::format("{} digits or letters", length)});
    };
    want("region code", parts.region, 6);
    want("agency code", parts.agency, 3);
    want("sub-unit", parts.sub_unit, 3);
    want("extension", parts.extension, 2);
    if (parts.serial < 0 || parts.serial > kIdentifierSerialMax) {
        faults.push_back(
            {{}, fmt::format("serial {} of the message identifier", parts.serial), "0 to 9"});
    }
    if (!faults.empty()) return faults;
    // The national platform counts in Beijing time whatever the region's own zone is.
    const std::string iso = rules::to_iso(parts.entered, rules::kBeijingTime);
    std::string stamp;
    for (const char c : iso.substr(0, 19)) {
        if (c >= '0' && c <= '9') stamp += c;
    }
    return fmt::format("{}{}{}{}_{}_{}", parts.region, parts.agency, parts.sub_unit,
                       parts.extension, stamp, parts.serial);
}

bool is_message_identifier(std::string_view text) {
    return text.size() == kIdentifierLength && is_code(text.substr(0, 14), 14) && text[14] == '_' &&
           is_code(text.substr(15, 14), 14) && text[29] == '_' && text[30] >= '0' &&
           text[30] <= '9';
}

std::string to_cap_xml(const CapMessage& message, rules::Zone zone) {
    assert(!message.infos.empty());
    assert(message.kind == NoticeKind::kAlert || !message.references.empty());
    pugi::xml_document document;
    const pugi::xml_node alert = begin_document(document, "alert", kNamespace);
    put(alert, "identifier", message.identifier);
    put(alert, "sender", message.sender);
    put(alert, "sent", rules::to_iso(message.sent, zone));
    put(alert, "status", message.exercise ? "Exercise" : "Actual");
    put(alert, "msgType", message_type(message.kind));
    // An exercise is for those who take part in it, whose address CAP then asks for.
    put(alert, "scope", message.exercise ? "Private" : "Public");
    if (message.exercise) put(alert, "addresses", message.sender);
    if (message.exercise) put(alert, "note", "演练，不是真实预警 / This is an exercise");
    std::string references;
    for (const CapReference& earlier : message.references) {
        if (!references.empty()) references += ' ';
        references +=
            earlier.sender + "," + earlier.identifier + "," + rules::to_iso(earlier.sent, zone);
    }
    put_if(alert, "references", references);
    for (const CapInfo& info : message.infos) put_info(alert, message, info, zone);
    return text_of(document);
}

}  // namespace qk::plans
