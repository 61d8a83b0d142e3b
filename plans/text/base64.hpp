// Bytes in base64 (RFC 4648 section 4), with padding and without line breaks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace qk::plans {

[[nodiscard]] std::string base64_of(std::string_view bytes);
// Empty where it is not base64.
[[nodiscard]] std::optional<std::string> bytes_of_base64(std::string_view text);

}  // namespace qk::plans
