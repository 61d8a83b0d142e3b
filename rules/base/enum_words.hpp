// The words of an enumeration, each value's in one line: English, Chinese, then other spellings
// that are read too.
//
//   constexpr EnumWords<Colour, 4, 2> kColours{{{Colour::kBlue, {"blue", "蓝色"}}, ...}};
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace qk::rules {

template <class Enum, std::size_t Count, std::size_t Spellings = 2>
class EnumWords {
 public:
    struct Line {
        Enum value;
        std::array<std::string_view, Spellings> words;  // empty: no such spelling
    };

    // Does not compile where the lines are not in the order of the values.
    consteval explicit EnumWords(const Line (&lines)[Count]) {
        for (std::size_t i = 0; i < Count; ++i) {
            if (static_cast<std::size_t>(lines[i].value) != i) throw "out of order";
            words_[i] = lines[i].words;
        }
    }

    [[nodiscard]] constexpr std::string_view word(Enum value, std::size_t which) const {
        return words_[static_cast<std::size_t>(value)][which];
    }
    [[nodiscard]] constexpr std::string_view english(Enum value) const { return word(value, 0); }
    [[nodiscard]] constexpr std::string_view chinese(Enum value) const { return word(value, 1); }

    // Of any of its spellings.
    [[nodiscard]] constexpr std::optional<Enum> parse(std::string_view text) const {
        return parse_up_to(text, Spellings);
    }
    // As programs write it.
    [[nodiscard]] constexpr std::optional<Enum> parse_english(std::string_view text) const {
        return parse_up_to(text, 1);
    }

 private:
    [[nodiscard]] constexpr std::optional<Enum> parse_up_to(std::string_view text,
                                                            std::size_t spellings) const {
        if (text.empty()) return std::nullopt;
        for (std::size_t i = 0; i < Count; ++i) {
            for (std::size_t which = 0; which < spellings; ++which) {
                if (text == words_[i][which]) return static_cast<Enum>(i);
            }
        }
        return std::nullopt;
    }

    std::array<std::array<std::string_view, Spellings>, Count> words_{};
};

}  // namespace qk::rules
