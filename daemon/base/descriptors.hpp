// File descriptors: every connection is one. A service often begins with 1,024 of them and may ask
// for more; out of descriptors, a connection would wait without a word instead of being told 503.
#pragma once

#include <cstddef>

namespace qk::daemon {

// Kept for the database, the journal, the broker, pulls and hooks.
inline constexpr std::size_t kDescriptorsBeside = 256;

// Raises the process's limit so that `wanted` connections fit; gives for how many there is room.
[[nodiscard]] std::size_t make_room_for(std::size_t wanted);

}  // namespace qk::daemon
