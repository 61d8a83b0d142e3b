// What a person says in a request is kept for good and shown in lists of a thousand, so it is short. Whoever
// has more to say names a document.
#pragma once

#include <boost/json/value.hpp>

#include "rules/base/result.hpp"

namespace qk::daemon {

inline constexpr std::size_t kSaidTextBytesMax = std::size_t{16} << 10;  // one text
inline constexpr std::size_t kSaidBytesMax = std::size_t{64} << 10;      // everything in one request

// The first text that is too long, by its key; and whether all of them together are.
[[nodiscard]] rules::Faults said_too_long(const boost::json::value& said);

}  // namespace qk::daemon
