// Characters that nobody sees in a text that people read and sign: two texts that look the same
// would be two, and what stands on the page would not be what was signed (看不见的字符).
//
// Refused are control characters but tab and line breaks, marks of direction, joiners and blanks
// without width, fillers, selectors and tags that carry hidden text, what Unicode calls no
// character, and bytes that are not UTF-8. Blanks that are seen as blanks may stand in a text, and
// so may what an emoji ends with; ids are stricter (identifier.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qk::plans {

struct Unseen {
    std::optional<std::uint32_t> code;  // none: the bytes there are not UTF-8
    std::size_t position = 0;           // characters up to and with it

    friend bool operator==(const Unseen&, const Unseen&) = default;
};

// The first of them; empty: everything is seen.
[[nodiscard]] std::optional<Unseen> find_unseen(std::string_view text);

// Likewise in a name, which stands on one line: of tabs and line breaks, too, the first is told.
[[nodiscard]] std::optional<Unseen> find_unseen_in_name(std::string_view text);

// "第3个字符看不见（U+202E） / character 3 cannot be seen (U+202E)"
[[nodiscard]] std::string to_text(const Unseen& unseen);
// The text with each of them as it may stand in a message, a line of the log, an event or an
// answer: "甲<U+202E>乙", "<?>" for bytes that are not UTF-8. Who reads it sees what is wrong with
// it.
[[nodiscard]] std::string with_unseen_shown(std::string_view text);

// Nothing of it can be seen: it is empty, or blanks of any width and what is refused above.
[[nodiscard]] bool is_blank(std::string_view text);

inline constexpr std::string_view kUnseenCure =
    "删去该字符，手工重新输入 / delete it and enter the text again by hand";

}  // namespace qk::plans
