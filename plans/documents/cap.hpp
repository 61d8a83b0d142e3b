// A warning message in the Common Alerting Protocol 1.2 (OASIS), with the Chinese message
// identifier of 31 characters (handbook 6): ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N = region (GB/T 2260) 6,
// agency (GB/T 4657) 3, sub-unit 3, extension 2, entry time in Beijing time, serial 0 to 9.
//
// Alert opens, Update and Cancel name every earlier message of the warning; an exercise has status
// Exercise and scope Private. Event code (12Q02) and the colours' severities are settings: the
// tables of the Chinese standards were not found. Written here, element by element in the order the
// schema asks for; nothing is published here.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/base/time.hpp"
#include "rules/warning/colour.hpp"
#include "rules/warning/life.hpp"

namespace qk::plans {

inline constexpr int kIdentifierSerialMax = 9;

struct IdentifierParts {
    std::string region;            // 6 digits
    std::string agency = "000";    // 3
    std::string sub_unit = "000";  // 3
    std::string extension = "00";  // 2
    rules::Instant entered{};
    int serial = 0;  // 0 to 9
};

// Faults: a part of the wrong length or with other characters than digits and letters.
[[nodiscard]] rules::Result<std::string> message_identifier(const IdentifierParts& parts);
[[nodiscard]] bool is_message_identifier(std::string_view text);

struct CapReference {
    std::string sender;
    std::string identifier;
    rules::Instant sent{};
};

enum class CapUrgency { kImmediate, kExpected, kFuture, kPast };
enum class CapCertainty { kObserved, kLikely, kPossible, kUnlikely };

// Severity of each colour, blue to red.
struct CapSeverities {
    std::array<std::string, 4> by_colour{"Minor", "Moderate", "Severe", "Extreme"};
};

struct CapInfo {
    std::string language;  // "zh-CN", "en-US"
    std::string event;
    std::string headline;
    std::string description;
    std::string instruction;
    std::string sender_name;
    std::string contact;
    std::string area_name;
    std::vector<std::pair<std::string, std::string>> parameters;
};

struct CapMessage {
    std::string identifier;
    std::string sender;
    rules::Instant sent{};
    bool exercise = false;
    rules::NoticeKind kind = rules::NoticeKind::kAlert;
    std::vector<CapReference> references;
    rules::Colour colour = rules::Colour::kYellow;
    bool mandatory = true;
    CapUrgency urgency = CapUrgency::kExpected;
    CapCertainty certainty = CapCertainty::kLikely;
    std::string event_code = "12Q02";
    CapSeverities severities;
    rules::Instant effective{};
    rules::Instant onset{};
    std::optional<rules::Instant> expires;
    std::string web;  // address of the public page; may be empty
    std::string region_code;
    std::vector<CapInfo> infos;  // at least one
};

[[nodiscard]] std::string to_cap_xml(const CapMessage& message, rules::Zone zone);

}  // namespace qk::plans
