// SHA-256 of bytes as 64 lower-case hex digits: content hashes, token hashes, the audit chain.
// A failure of the crypto library is a broken machine and throws std::runtime_error.
#pragma once

#include <string>
#include <string_view>

namespace qk::daemon {

[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace qk::daemon
