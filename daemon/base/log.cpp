#include "daemon/base/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <chrono>
#include <cstdio>

#include "plans/text/encoding.hpp"
#include "plans/text/json.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {
namespace {

// Cuts long values at a character's start, so that the line stays UTF-8.
std::string shortened(std::string_view value) {
    if (value.size() <= kLogFieldBytesMax) return std::string(value);
    std::size_t end = kLogFieldBytesMax;
    while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U) --end;
    return std::string(value.substr(0, end)) + "…";
}

// What a broker or a file's name says may be anything; a line of the log is UTF-8, and what stands
// in it is seen.
std::string readable(std::string_view value) {
    std::string text = shortened(value);
    if (plans::is_utf8(text)) return shortened(plans::with_unseen_shown(text));
    std::ranges::replace_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; }, '?');
    return shortened(plans::with_unseen_shown(text));
}

}  // namespace

std::string fill_holes(std::string_view text, std::initializer_list<LogField> fields) {
    std::string filled;
    while (!text.empty()) {
        const std::size_t open = text.find('{');
        const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) break;
        filled += text.substr(0, open);
        const std::string_view name = text.substr(open + 1, close - open - 1);
        for (const LogField& field : fields) {
            if (field.name == name) filled += readable(field.value);
        }
        text.remove_prefix(close + 1);
    }
    filled += text;
    return filled;
}

bool Log::admit(const Message& message, rules::Instant now, std::int64_t& left_out) {
    if (!message.by_peer) return true;
    Minute& state = minutes_[message.id];
    const std::int64_t minute = now.time_since_epoch().count() / 60;
    if (state.minute != minute) {
        left_out = std::exchange(state.left_out, 0);
        state.minute = minute;
        state.written = 0;
    }
    if (state.written >= kLogPerMinuteMax) {
        ++state.left_out;
        return false;
    }
    ++state.written;
    return true;
}

void Log::write(const Message& message, std::initializer_list<LogField> fields) {
    const rules::Instant now = clock_.now();
    const std::lock_guard lock(mutex_);
    std::int64_t left_out = 0;
    if (!admit(message, now, left_out)) return;
    boost::json::object line;
    line["time"] = rules::to_iso(now, rules::Zone{std::chrono::minutes{0}});
    line["severity"] = std::string(to_text(message.severity));
    line["id"] = std::string(message.id);
    line["text"] = fill_holes(message.text, fields);
    for (const LogField& field : fields) line[field.name] = readable(field.value);
    if (left_out > 0) line["left_out"] = left_out;
    sink_(message.severity, plans::to_text(line));
}

Log::Sink to_standard_error(bool journal) {
    return [journal](LogSeverity severity, std::string_view line) {
        std::string_view priority;
        if (journal) {
            switch (severity) {
                case LogSeverity::kInfo:
                    priority = "<6>";
                    break;
                case LogSeverity::kWarning:
                    priority = "<4>";
                    break;
                case LogSeverity::kError:
                    priority = "<3>";
                    break;
            }
        }
        const std::string whole = fmt::format("{}{}\n", priority, line);
        std::fwrite(whole.data(), 1, whole.size(), stderr);
        std::fflush(stderr);
    };
}

}  // namespace qk::daemon
