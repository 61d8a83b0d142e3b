// Text put into HTML or XML that we write ourselves.
//
// Everything that came from outside, also names of enterprises and notice texts, passes
// escape_html() before it stands in markup, in element content as well as in a quoted attribute.
// What nobody sees in it, and what XML 1.0 does not allow, is shown (unseen.hpp): names of stored
// editions may hold it.
#pragma once

#include <string>
#include <string_view>

namespace qk::plans {

[[nodiscard]] std::string escape_html(std::string_view text);

// How many bytes the character at the front takes, if XML 1.0 does not allow it: control characters
// but tab and line feed, U+FFFE and U+FFFF. 0 where it does. A reader refuses a document whole over
// one.
[[nodiscard]] std::size_t not_for_xml(std::string_view text);

}  // namespace qk::plans
