// Structured log: one JSON object a line, from the catalogue of messages.hpp only.
//
//     log.write(kLinkUp, {{"url", url}});
//     {"time":"2026-11-22T09:00:00Z","severity":"info","id":"BROKER_UP","text":"…","url":"…"}
//
// May be used from any thread. A message that peers can cause is written at most kLogPerMinuteMax
// times a minute per id; the next one let through says how many were left out.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "daemon/base/messages.hpp"
#include "daemon/base/ports.hpp"

namespace qk::daemon {

inline constexpr int kLogPerMinuteMax = 20;
inline constexpr std::size_t kLogFieldBytesMax = 2000;

struct LogField {
    LogField(std::string_view field_name, std::string_view field_value)
        : name(field_name), value(field_value) {}
    LogField(std::string_view field_name, std::int64_t number)
        : name(field_name), value(std::to_string(number)) {}
    std::string_view name;
    std::string value;
};

class Log {
 public:
    // Takes one line without its end. Must not throw.
    using Sink = std::function<void(LogSeverity severity, std::string_view line)>;

    Log(const Clock& clock, Sink sink) : clock_(clock), sink_(std::move(sink)) {}

    void write(const Message& message, std::initializer_list<LogField> fields = {});

 private:
    struct Minute {
        std::int64_t minute = 0;
        int written = 0;
        std::int64_t left_out = 0;
    };
    [[nodiscard]] bool admit(const Message& message, rules::Instant now, std::int64_t& left_out);

    const Clock& clock_;
    Sink sink_;
    std::mutex mutex_;
    std::map<std::string_view, Minute> minutes_;
};

// The text of a message with its placeholders filled in.
[[nodiscard]] std::string fill_holes(std::string_view text, std::initializer_list<LogField> fields);

// Lines to standard error; with the priority in front where the journal of systemd reads them.
[[nodiscard]] Log::Sink to_standard_error(bool journal);

}  // namespace qk::daemon
