// Text put into HTML or XML that we write ourselves.
//
// Everything that came from outside, also names of enterprises and notice texts, passes
// escape_html() before it stands in markup, in element content as well as in a quoted attribute.
// Characters that XML 1.0 does not allow at all become U+FFFD.
#pragma once

#include <string>
#include <string_view>

namespace qk::plans {

[[nodiscard]] std::string escape_html(std::string_view text);

}  // namespace qk::plans
