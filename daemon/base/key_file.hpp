// The file of a signing key: 64 hex digits of seed, readable by its owner only.
#pragma once

#include <string>

#include "plans/response/signing.hpp"
#include "rules/base/result.hpp"

namespace qk {

// The 32 bytes of seed; a file that others can read is refused.
[[nodiscard]] rules::Result<std::string> read_seed(const std::string& path);
[[nodiscard]] rules::Result<plans::SigningKey> read_key(const std::string& path);
// A new key from the system's random source, in a file that must not be there yet.
[[nodiscard]] rules::Result<plans::SigningKey> new_key(const std::string& path);

}  // namespace qk
