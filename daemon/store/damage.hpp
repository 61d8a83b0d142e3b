// Looks through a database for what is damaged.
#pragma once

#include <atomic>
#include <string>
#include <vector>

namespace qk::daemon {

inline constexpr std::size_t kDamagesToldMax = 5;

// What is damaged, in SQLite's words, at most kDamagesToldMax; empty: nothing was found.
// `is_to_end` ends it early, with nothing found.
[[nodiscard]] std::vector<std::string> find_damage(const std::string& path,
                                                   const std::atomic<bool>& is_to_end);

}  // namespace qk::daemon
