// SHA-256 as the daemon's parts name it.
#pragma once

#include "plans/text/sha256.hpp"

namespace qk::daemon {

using plans::sha256_hex;

}  // namespace qk::daemon
