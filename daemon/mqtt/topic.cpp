#include "daemon/mqtt/topic.hpp"

#include <fmt/format.h>

#include "plans/text/encoding.hpp"

namespace qk::daemon {
namespace {

// U+0001..U+001F, U+007F..U+009F, and the code points that are not characters. `bytes` is UTF-8.
bool has_control_or_no_character(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto at = [&](std::size_t k) {
            return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U;
        };
        const unsigned lead = at(0);
        if (lead < 0x20 || lead == 0x7F) return true;
        if (lead == 0xC2 && at(1) < 0xA0) return true;
        // U+FDD0..U+FDEF
        if (lead == 0xEF && at(1) == 0xB7 && at(2) >= 0x90 && at(2) <= 0xAF) return true;
        // U+FFFE and U+FFFF, of every plane: the last two bytes are BF BE or BF BF.
        const bool is_three = lead == 0xEF && at(1) == 0xBF && at(2) >= 0xBE;
        const bool is_four =
            lead >= 0xF0 && (at(1) & 0x0FU) == 0x0F && at(2) == 0xBF && at(3) >= 0xBE;
        if (is_three || is_four) return true;
    }
    return false;
}

}  // namespace

std::string topic_fault(std::string_view topic) {
    if (topic.empty()) return "the topic is empty";
    if (topic.size() > kTopicLengthMax) {
        return fmt::format("the topic is {} bytes long, more than {}", topic.size(),
                           kTopicLengthMax);
    }
    if (topic.front() == '$') return "the topic begins with '$', which is the broker's own";
    if (topic.find_first_of("+#") != std::string_view::npos) {
        return "the topic has '+' or '#' in it, which are for filters";
    }
    if (!plans::is_utf8(topic)) return "the topic is not UTF-8";
    if (has_control_or_no_character(topic)) return "the topic has a control character in it";
    return "";
}

bool is_taken_by(std::string_view filter, std::string_view topic) {
    for (;;) {
        const std::size_t wanted_end = filter.find('/');
        const std::size_t level_end = topic.find('/');
        const std::string_view wanted = filter.substr(0, wanted_end);
        if (wanted != "+" && wanted != topic.substr(0, level_end)) return false;
        const bool is_last = wanted_end == std::string_view::npos;
        if (is_last != (level_end == std::string_view::npos)) return false;
        if (is_last) return true;
        filter.remove_prefix(wanted_end + 1);
        topic.remove_prefix(level_end + 1);
    }
}

}  // namespace qk::daemon
