// Topics and filters. Pure. A topic that the standard or a common broker forbids makes
// the broker end the whole link, so it is asked before anything is sent.
#pragma once

#include <string>
#include <string_view>

namespace qk::daemon {

inline constexpr std::size_t kTopicLengthMax = 65'535;

// What is wrong with publishing there, in words; empty: nothing.
[[nodiscard]] std::string topic_fault(std::string_view topic);
// Whether a filter with '+' for single levels takes the topic.
[[nodiscard]] bool is_taken_by(std::string_view filter, std::string_view topic);

}  // namespace qk::daemon
