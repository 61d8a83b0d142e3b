#include "daemon/api/repeats.hpp"

#include "daemon/base/sha256.hpp"

namespace qk::daemon {

std::string request_digest(const Call& call) {
    std::string text = call.request.method + "\n" + call.path;
    char sign = '?';
    for (const auto& [name, value] : call.query) {
        text += sign + name + "=" + value;
        sign = '&';
    }
    return sha256_hex(text + "\n" + call.request.body);
}

}  // namespace qk::daemon
