// What a page of ours may do in a browser (content security policy): use the styles it carries,
// each named by its hash, show inline SVG, and nothing else. A name of an enterprise that got past
// the escaping would still not run.
#pragma once

#include <string>
#include <string_view>

#include "daemon/api/call.hpp"

namespace qk::daemon {

// A page of ours may use the style it carries in <style> (by its hash), and inline SVG; no script,
// nothing from elsewhere.
[[nodiscard]] ApiResponse answer_html(std::string html);
// "sha256-…" of text, as a content security policy names it.
[[nodiscard]] std::string policy_hash(std::string_view text);

}  // namespace qk::daemon
