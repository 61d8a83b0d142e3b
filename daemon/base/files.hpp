// Reading what the command line names: a file, or "-" for standard input.
#pragma once

#include <string>

#include "rules/base/result.hpp"

namespace qk {

inline constexpr std::size_t kInputBytesMax = std::size_t{2} << 30;

[[nodiscard]] rules::Result<std::string> read_file(const std::string& path);
// What the configuration names: a file and nothing else, so that no pipe is waited for and no
// device read.
[[nodiscard]] rules::Result<std::string> read_regular_file(const std::string& path);
// Writes to a temporary file beside `path` and renames it, so that nothing partial is ever seen.
// Good: it is on the disk.
[[nodiscard]] rules::Result<void> write_file(const std::string& path, std::string_view bytes);

}  // namespace qk
