// Why the daemon refused, in the words of the command line: the fields of the body are named as the
// options with which they were given.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace qk::ctl {

// One fault of a problem document. `options`: those of the command that was typed.
[[nodiscard]] std::string fault_text(std::string_view fault,
                                     const std::vector<std::string>& options);

// The title, and a line for each fault.
[[nodiscard]] std::string refusal_text(int status, const boost::json::value& problem,
                                       const std::vector<std::string>& options);

}  // namespace qk::ctl
