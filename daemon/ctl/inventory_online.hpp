// The part of qingkongctl inventory that calls a running daemon: upload an edition, keep a map.
#pragma once

#include "daemon/ctl/commands.hpp"

namespace qk::ctl {

[[nodiscard]] int upload_inventory(const Arguments& arguments);
[[nodiscard]] int keep_map(const Arguments& arguments);

}  // namespace qk::ctl
