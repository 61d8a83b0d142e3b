// Channels beside the broker: what is said on each, what an answer by SMS means, and when one
// target may be sent the same again. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/orders/receipt.hpp"
#include "daemon/service/channel_config.hpp"
#include "rules/base/time.hpp"
#include "rules/warning/colour.hpp"

namespace qk::daemon {

inline constexpr const char* kWebhook = "webhook";
inline constexpr const char* kSms = "sms";

// What goes into one text message.
struct SmsFacts {
    std::string sign;
    bool exercise = false;
    std::optional<rules::Colour> colour{};
    std::int64_t revision = 0;
    bool owes = false;  // no: the order asks nothing any more
    rules::Instant effective_from{};
    rules::Zone zone;
};
inline constexpr std::size_t kSmsCharactersMax = 70;  // of one message in UCS-2
[[nodiscard]] std::string sms_text(const SmsFacts& facts);

// "1 收到", "２", "3有困难 炉温": received, executing, refused. Anything else is no answer.
[[nodiscard]] std::optional<ReceiptState> sms_answer(std::string_view text);
// Digits alone, without the country's 86.
[[nodiscard]] std::string phone_digits(std::string_view text);

// The pause after so many failures in a row: doubles from the first to the longest.
inline constexpr std::chrono::seconds kSendPauseFirst{30};
inline constexpr std::chrono::seconds kSendPauseMost{900};
[[nodiscard]] std::chrono::seconds send_pause(int failures);

// What was sent to one target of one revision.
struct SentSoFar {
    std::optional<rules::Instant> last_taken{};
    int taken_today = 0;  // within 24 hours
};
enum class SendAgain { kYes, kTooSoon, kTooOften };
[[nodiscard]] SendAgain may_send_again(const SentSoFar& sent, const ChannelConfig& config,
                                       bool is_forced, rules::Instant now);

}  // namespace qk::daemon
