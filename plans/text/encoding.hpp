// Bytes of a text file -> UTF-8. A BOM is dropped; what is not UTF-8 is read as GB18030, which is what
// spreadsheets in China write. What is neither is a fault with its byte's line and column.
#pragma once

#include <string>
#include <string_view>

#include "rules/base/result.hpp"

namespace qk::plans {

[[nodiscard]] bool is_utf8(std::string_view bytes);
[[nodiscard]] rules::Result<std::string> to_utf8(std::string_view bytes, const std::string& file);

}  // namespace qk::plans
