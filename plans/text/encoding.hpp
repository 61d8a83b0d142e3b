// Bytes of a text file -> UTF-8. Byte order marks are dropped, however many a chain of programs has
// put there; what is not UTF-8 is UTF-16 ("Unicode text" of a spreadsheet) where its mark or its
// zeros say so, else GB18030, which is what spreadsheets in China write. What is neither is a fault
// with its byte's line and column.
#pragma once

#include <string>
#include <string_view>

#include "rules/base/result.hpp"

namespace qk::plans {

[[nodiscard]] bool is_utf8(std::string_view bytes);
// The same of a text that comes in pieces, which may end within a character.
class Utf8Check {
 public:
    // False: it is not UTF-8, whatever follows.
    [[nodiscard]] bool take(std::string_view piece);
    // False where the text ends within a character.
    [[nodiscard]] bool is_whole() const { return cut_.empty(); }

 private:
    std::string cut_;  // the first bytes of a character that a piece ended in
};
[[nodiscard]] std::string_view without_byte_order_marks(std::string_view bytes);
// The same without a copy where the bytes are UTF-8 already; else the text is in `converted`, which
// was empty and outlives the answer.
[[nodiscard]] rules::Result<std::string_view> text_of(std::string_view bytes,
                                                      const std::string& file,
                                                      std::string& converted);
[[nodiscard]] rules::Result<std::string> to_utf8(std::string_view bytes, const std::string& file);

}  // namespace qk::plans
