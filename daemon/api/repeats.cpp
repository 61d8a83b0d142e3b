#include "daemon/api/repeats.hpp"

#include "plans/text/sha256.hpp"

namespace qk::daemon {

std::string request_digest(const Call& call) {
    std::string text = call.request.method + "\n" + call.path;
    char sign = '?';
    for (const auto& [name, value] : call.query) {
        text += sign + name + "=" + value;
        sign = '&';
    }
    return plans::sha256_hex(text + "\n" + call.request.body);
}

}  // namespace qk::daemon
