#include "daemon/api/repeats.hpp"

#include <string_view>

#include "plans/text/sha256.hpp"

namespace qk::daemon {

// Each part stands behind its length: no part can hold what would end it, and two requests that
// differ are never one text.
std::string request_digest(const Call& call) {
    std::string text;
    const auto add = [&text](std::string_view part) {
        text += std::to_string(part.size());
        text += ':';
        text += part;
    };
    add(call.request.method);
    add(call.path);
    text += std::to_string(call.query.size()) + ";";
    for (const auto& [name, value] : call.query) {
        add(name);
        add(value);
    }
    add(call.request.content_type);
    add(call.request.body);
    return plans::sha256_hex(text);
}

}  // namespace qk::daemon
