// Settings of the channels beside the broker; off by default.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace qk::daemon {

struct ChannelConfig {
    std::map<std::string, std::string> webhooks;  // enterprise -> "https://…"
    std::string sms_command;                      // "exec:/path"; empty: no SMS
    std::string sms_sign;                         // "【许昌环境】"
    int at_once = 8;                              // under way at once, of each channel
    // An order is not sent to one target again sooner than that, unless a person says so, and not
    // more often in a day.
    std::chrono::minutes again{10};
    int per_day = 6;

    friend bool operator==(const ChannelConfig&, const ChannelConfig&) = default;
};
inline constexpr std::size_t kWebhooksMax = 2'000;  // each is a fact of the configuration
inline constexpr std::size_t kSmsSignCharactersMax = 12;

// Characters, not bytes.
[[nodiscard]] inline std::size_t count_characters(std::string_view utf8) {
    std::size_t count = 0;
    for (const char c : utf8) {
        if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++count;  // not within a character
    }
    return count;
}

}  // namespace qk::daemon
