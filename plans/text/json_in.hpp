// A JSON document read into memory that is let go as a whole: for small ones that come by the
// thousand.
#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "rules/base/result.hpp"

namespace qk::plans {

// As parse_json(); what is read lives in `memory` and no longer.
[[nodiscard]] rules::Result<boost::json::value> parse_json_in(boost::json::storage_ptr memory,
                                                              std::string_view text,
                                                              const std::string& file);

}  // namespace qk::plans
