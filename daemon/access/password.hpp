// Passwords: what may be one, and how one is kept: as a scrypt hash (RFC 7914), which costs memory,
// with its parameters beside it, so that they can be raised and old hashes are still understood.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rules/base/result.hpp"

namespace qk::daemon {

inline constexpr std::size_t kPasswordBytesMax = 256;

// What speaks against this password for that account.
[[nodiscard]] rules::Faults password_faults(std::string_view password, std::string_view account,
                                            int characters_least);

// "scrypt$16$8$2$SALT$HASH": log2 of N, r and p; salt and hash in hex. Takes 2^cost KiB of memory,
// and throws where the system does not give it.
[[nodiscard]] std::string hash_password(std::string_view password, int cost);
[[nodiscard]] bool is_password(std::string_view password, std::string_view kept);
// Whether a kept hash costs less than one would that is made now.
[[nodiscard]] bool is_weaker(std::string_view kept, int cost);
// What no password fits, and what to try one takes as long as if there were an account.
[[nodiscard]] std::string hash_of_nobody(int cost);

}  // namespace qk::daemon
