// What 'qingkongctl status' says, made from what the daemon answered: the level in force, what
// waits for whom, orders and their answers, broker, forecasts, disk.
#pragma once

#include <boost/json/value.hpp>

#include "daemon/ctl/output.hpp"

namespace qk::ctl {

// `status` holds the answers as status_command.cpp puts them together: "situation", "warnings",
// "orders" (how many, by state of receipt), "phone_list", "cases", "prompts", "readiness" and,
// where the caller may see it, "disk".
[[nodiscard]] Facts status_facts(const boost::json::value& status);

}  // namespace qk::ctl
