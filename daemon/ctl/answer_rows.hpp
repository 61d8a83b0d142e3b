// What a running daemon answered, as rows of a table.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"

namespace qk::ctl {

using Columns = std::vector<std::string>;

// A member as a cell; empty where it is null or missing.
[[nodiscard]] std::string cell_of(const boost::json::value& item, std::string_view member);
[[nodiscard]] std::vector<std::string> row_of(const boost::json::value& item,
                                              const Columns& columns);
// The array `member`; empty where there is none.
[[nodiscard]] const boost::json::array& items_in(const boost::json::value& value,
                                                 std::string_view member);

// Prints an answer whole, or as rows of one of its lists; of an answer that is one thing, and has
// no such list, that one row. Gives the exit code; why a call failed is explained.
[[nodiscard]] int show_rows(const rules::Result<OnlineAnswer>& answer, Format format,
                            std::string_view list, const Columns& columns);

}  // namespace qk::ctl
