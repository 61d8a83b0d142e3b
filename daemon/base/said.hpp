// What a person says in a request is kept for good and shown in lists of a thousand, so it is
// short. Whoever has more to say names a document. And it holds nothing that nobody sees
// (plans/text/unseen.hpp), since others read it and sign.
#pragma once

#include <boost/json/value.hpp>

#include "rules/base/result.hpp"

namespace qk::daemon {

inline constexpr std::size_t kSaidTextBytesMax = std::size_t{16} << 10;  // one text
inline constexpr std::size_t kSaidBytesMax = std::size_t{64} << 10;  // everything in one request

// The first text that is too long, by its key, and whether all of them together are; texts with
// characters that cannot be seen, and texts of nothing but blanks, by their keys.
[[nodiscard]] rules::Faults faults_of_said(const boost::json::value& said);

}  // namespace qk::daemon
