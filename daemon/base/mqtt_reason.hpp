// The reason codes of MQTT v5 in words (消息服务器返回的原因), and what to do about each. Pure.
// Those of a v3.1.1 CONNACK are told as the v5 codes that mean the same.
#pragma once

#include <string_view>

namespace qk::daemon {

// What is refused from here on.
inline constexpr int kReasonRefused = 0x80;
inline constexpr int kReasonNobodyListens = 0x10;
inline constexpr int kReasonTopicInvalid = 0x90;
inline constexpr int kReasonTakenOver = 0x8E;
inline constexpr int kReasonTooLarge = 0x95;
// Not of MQTT: the broker ends the link after this publication, again and again, without a word.
inline constexpr int kReasonCutsLink = 0x100;

struct ReasonWords {
    int code = 0;
    std::string_view chinese;
    std::string_view english;
    std::string_view cure_chinese;
    std::string_view cure_english;
};

// Every code has words; one that no standard knows gets those of "unknown".
[[nodiscard]] const ReasonWords& words_of(int reason);

// The v5 code that means what a v3.1.1 CONNACK says (1 to 5).
[[nodiscard]] int reason_of_v3_connack(int code);

// What a broker that ends the link with this reason says of our last publications: that one of them
// was at fault, that something else was, or nothing.
enum class Blame { kPublication, kSomethingElse, kUnknown };
[[nodiscard]] Blame blame_of(int reason);

}  // namespace qk::daemon
