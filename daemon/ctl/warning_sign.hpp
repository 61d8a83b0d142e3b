// qingkongctl warning sign: who signs is shown what they sign, and asked.
#pragma once

#include <boost/json/value.hpp>

#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/output.hpp"

namespace qk::ctl {

[[nodiscard]] Command warning_sign_command();

// What the signature puts in force. `preview` and `consultation` are null where there is none.
[[nodiscard]] Facts facts_to_sign(const boost::json::value& warning,
                                  const boost::json::value& preview,
                                  const boost::json::value& consultation);

}  // namespace qk::ctl
