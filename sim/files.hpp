// Reading and writing the files that the command line and scenarios name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"
#include "sim/model/region.hpp"

namespace qk::sim {

inline constexpr std::size_t kFileBytesMax = std::size_t{1} << 30;

[[nodiscard]] rules::Result<std::string> read_file(const std::string& path);
// Every .csv of a folder, in order of name.
[[nodiscard]] rules::Result<std::vector<TableText>> read_tables(const std::string& folder);
// Creates the folder where it is missing.
[[nodiscard]] rules::Result<void> write_tables(const std::string& folder,
                                               const std::vector<TableText>& tables);
// `path` as seen from the folder of `beside`, unless it is absolute.
[[nodiscard]] std::string beside(const std::string& file, const std::string& path);

}  // namespace qk::sim
