// The event stream of a daemon as lines that people read. Pure: bytes in, events out.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace qk::ctl {

// One event without its end is longer than this only where something else than a daemon answers.
inline constexpr std::size_t kEventBytesMax = std::size_t{1} << 20;

// Takes the stream of server-sent events in pieces, however they are cut.
class EventReader {
 public:
    // The events that are whole now: {"number", "at", "kind", "data"}. What is no event (a pause
    // for retries, a sign of life) is left out.
    [[nodiscard]] std::vector<boost::json::value> take(std::string_view piece);
    [[nodiscard]] bool is_too_long() const { return rest_.size() > kEventBytesMax; }

 private:
    std::string rest_;
};

// "2026-01-10 20:00  预警签发 warning issued   YJ-411000-2026-1 橙色 orange ..."
[[nodiscard]] std::string event_line(const boost::json::value& event);

}  // namespace qk::ctl
