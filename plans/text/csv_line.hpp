// The cells of a line that holds no quote, found 64 bytes at a time: most lines of a large table.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace qk::plans {

// The trimmed cells of the line at the front of `text` in place of those that `cells` holds; the
// answer is its length with its end. 0 where it has to be read cell by cell: a quote, an end of
// line that is CR alone, a line that is very long or near the end of the text. What `cells` holds
// then is for the caller to take away.
[[nodiscard]] std::size_t take_plain_line(std::string_view text, char separator,
                                          std::vector<std::string_view>& cells);

}  // namespace qk::plans
