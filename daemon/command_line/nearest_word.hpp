// The word that was probably meant by a wrong one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qk::command_line {

// The one with the fewest letters added, dropped, changed or swapped; none where all are far away.
[[nodiscard]] std::optional<std::string> nearest_word(std::string_view typed,
                                                      const std::vector<std::string>& words);

}  // namespace qk::command_line
