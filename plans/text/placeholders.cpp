#include "plans/text/placeholders.hpp"

#include <algorithm>

#include "plans/text/toml_table.hpp"

namespace qk::plans {

std::string words_in_a_row(std::span<const std::string_view> words) {
    std::string text;
    for (const std::string_view one : words) text += (text.empty() ? "" : ", ") + std::string(one);
    return text;
}

void check_placeholders(TomlTable& table, std::string_view key, std::string_view text,
                        std::span<const std::string_view> known) {
    for (std::size_t open = text.find('{'); open != std::string_view::npos;
         open = text.find('{', open + 1)) {
        const std::size_t close = text.find('}', open);
        const std::string name(
            text.substr(open + 1, close == std::string_view::npos ? close : close - open - 1));
        if (close != std::string_view::npos && std::ranges::count(known, name) > 0) continue;
        table.wrong(key, "has the placeholder '{" + name + "}'", words_in_a_row(known));
    }
}

}  // namespace qk::plans
