// What a running daemon answered, as rows of a table.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"

namespace qk::ctl {

using Columns = std::vector<std::string>;

// A member as a cell; empty where it is null or missing.
[[nodiscard]] std::string cell_of(const boost::json::value& item, std::string_view member);
[[nodiscard]] std::vector<std::string> row_of(const boost::json::value& item,
                                              const Columns& columns);
// A time as people read it: "2026-01-10 20:00"; empty where there is none.
[[nodiscard]] std::string time_in(const boost::json::value& item, std::string_view member);
// The array `member`; empty where there is none.
[[nodiscard]] const boost::json::array& items_in(const boost::json::value& value,
                                                 std::string_view member);

// Prints an answer whole, or as rows of one of its lists; of an answer that is one thing, and has
// no such list, that one row. Gives the exit code; why a call failed is explained.
[[nodiscard]] int show_rows(const rules::Result<OnlineAnswer>& answer, Format format,
                            std::string_view list, const Columns& columns);

// "?name=value&" for every option that is given, by the name that the daemon knows it by.
[[nodiscard]] std::string query_of(const command_line::Call& call,
                                   const std::vector<std::pair<const char*, const char*>>& names);
// Every item of a list, page after page or by its cursor; `path` ends in '?' or '&'. The failure is
// that of a page.
struct AllItems {
    boost::json::array items;
    std::optional<rules::Result<OnlineAnswer>> failure;
};
[[nodiscard]] AllItems all_items(const Daemon& daemon, const std::string& path);
// Prints all of them. Gives the exit code; why a call failed is explained.
[[nodiscard]] int show_all_rows(const Daemon& daemon, const std::string& path, Format format,
                                const Columns& columns);
// What enterprises are called, by their ids; none where the caller may not read them.
[[nodiscard]] std::map<std::string, std::string> enterprise_names(const Daemon& daemon);

}  // namespace qk::ctl
