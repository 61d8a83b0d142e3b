#include "rules/warning/colour.hpp"

#include "rules/base/enum_words.hpp"

namespace qk::rules {
namespace {

// English, Chinese, level, level in Chinese, other spellings.
constexpr EnumWords<Colour, 4, 6> kColours{{
    {Colour::kBlue, {"blue", "蓝色", "IV", "Ⅳ级", "蓝", "IV级"}},
    {Colour::kYellow, {"yellow", "黄色", "III", "Ⅲ级", "黄", "III级"}},
    {Colour::kOrange, {"orange", "橙色", "II", "Ⅱ级", "橙", "II级"}},
    {Colour::kRed, {"red", "红色", "I", "Ⅰ级", "红", "I级"}},
}};

}  // namespace

std::string_view to_text(Colour colour) { return kColours.english(colour); }
std::string_view to_chinese(Colour colour) { return kColours.chinese(colour); }
std::string_view level_of(Colour colour) { return kColours.word(colour, 2); }
std::string_view level_in_chinese(Colour colour) { return kColours.word(colour, 3); }
std::optional<Colour> parse_colour(std::string_view text) { return kColours.parse(text); }

}  // namespace qk::rules
