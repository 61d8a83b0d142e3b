#include "daemon/orders/channel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "plans/text/trimmed.hpp"

namespace qk::daemon {

std::string sms_text(const SmsFacts& facts) {
    const std::string exercise = facts.exercise ? "【演练】" : "";
    const std::string colour =
        facts.colour ? std::string(rules::to_chinese(*facts.colour)) + "预警" : std::string();
    // "2026-01-10T20:00:00+08:00" -> "01-10 20:00"
    const std::string iso = rules::to_iso(facts.effective_from, facts.zone);
    const std::string from = iso.substr(5, 5) + " " + iso.substr(11, 5);
    std::string text = facts.owes
                           ? fmt::format("{}{}{}减排指令第{}版，{}起执行。回复1收到2执行3有困难",
                                         facts.sign, exercise, colour, facts.revision, from)
                           : fmt::format("{}{}减排指令第{}版：管控结束。回复1收到", facts.sign,
                                         exercise, facts.revision);
    assert(count_characters(text) <= kSmsCharactersMax);
    return text;
}

std::optional<ReceiptState> sms_answer(std::string_view text) {
    text = plans::trimmed(text);
    struct Key {
        std::string_view digit;
        ReceiptState state = ReceiptState::kNone;
    };
    constexpr Key kKeys[] = {
        {"1", ReceiptState::kReceived},  {"１", ReceiptState::kReceived},
        {"2", ReceiptState::kExecuting}, {"２", ReceiptState::kExecuting},
        {"3", ReceiptState::kRefused},   {"３", ReceiptState::kRefused},
    };
    for (const Key& key : kKeys) {
        if (!text.starts_with(key.digit)) continue;
        const std::string_view rest = text.substr(key.digit.size());
        // "13800000000" and "20 吨" are no answers.
        const bool is_number = !rest.empty() && rest.front() >= '0' && rest.front() <= '9';
        if (is_number) return std::nullopt;
        return key.state;
    }
    return std::nullopt;
}

std::string phone_digits(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9') digits += c;
    }
    constexpr std::size_t kMobileDigits = 11;
    for (const std::string_view country : {"0086", "86"}) {
        if (digits.size() == kMobileDigits + country.size() && digits.starts_with(country)) {
            return digits.substr(country.size());
        }
    }
    return digits;
}

std::chrono::seconds send_pause(int failures) {
    auto pause = kSendPauseFirst;
    for (int i = 1; i < failures && pause < kSendPauseMost; ++i) pause *= 2;
    return std::min(pause, kSendPauseMost);
}

SendAgain may_send_again(const SentSoFar& sent, const ChannelConfig& config, bool is_forced,
                         rules::Instant now) {
    if (sent.taken_today >= config.per_day) return SendAgain::kTooOften;
    const bool is_soon = sent.last_taken && now < *sent.last_taken + config.again;
    return is_soon && !is_forced ? SendAgain::kTooSoon : SendAgain::kYes;
}

}  // namespace qk::daemon
