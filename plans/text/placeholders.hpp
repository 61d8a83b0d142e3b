// {placeholders} in texts that a bureau writes: each is one of those that will be filled in.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace qk::plans {

class TomlTable;  // plans/text/toml_table.hpp

// "issue, raise, lower", as cures name what would be right.
[[nodiscard]] std::string words_in_a_row(std::span<const std::string_view> words);
// A fault of the table's key for each placeholder of `text` that is not known.
void check_placeholders(TomlTable& table, std::string_view key, std::string_view text,
                        std::span<const std::string_view> known);

}  // namespace qk::plans
