#include "rules/warning/colour.hpp"

#include <array>

namespace qk::rules {
namespace {

struct Words {
    Colour colour;
    std::array<std::string_view, 6> all;  // English, Chinese, level, level in Chinese, other spellings
};

constexpr std::array<Words, 4> kWords{{
    {Colour::kBlue, {"blue", "蓝色", "IV", "Ⅳ级", "蓝", "IV级"}},
    {Colour::kYellow, {"yellow", "黄色", "III", "Ⅲ级", "黄", "III级"}},
    {Colour::kOrange, {"orange", "橙色", "II", "Ⅱ级", "橙", "II级"}},
    {Colour::kRed, {"red", "红色", "I", "Ⅰ级", "红", "I级"}},
}};

}  // namespace

std::string_view to_text(Colour colour) { return kWords[static_cast<std::size_t>(colour)].all[0]; }
std::string_view to_chinese(Colour colour) {
    return kWords[static_cast<std::size_t>(colour)].all[1];
}
std::string_view level_of(Colour colour) { return kWords[static_cast<std::size_t>(colour)].all[2]; }
std::string_view level_in_chinese(Colour colour) {
    return kWords[static_cast<std::size_t>(colour)].all[3];
}

std::optional<Colour> parse_colour(std::string_view text) {
    for (const Words& words : kWords) {
        for (const std::string_view word : words.all) {
            if (text == word) return words.colour;
        }
    }
    return std::nullopt;
}

}  // namespace qk::rules
