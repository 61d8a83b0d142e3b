// Bearer tokens: 256 random bits as hex, made by `qingkongctl token new`. The daemon knows only their
// SHA-256; with that much entropy a slow hash would add nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/api.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

inline constexpr std::size_t kTokenHexLength = 64;

[[nodiscard]] std::string token_hash(std::string_view token);  // 64 hex digits
[[nodiscard]] std::string new_token();                         // from the system's random source

// Reads the people file: [[person]] id, name, roles = [...], region = "", token_sha256.
[[nodiscard]] rules::Result<std::vector<Person>> read_people(std::string_view text,
                                                             const std::string& file);

}  // namespace qk::daemon
