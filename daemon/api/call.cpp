#include "daemon/api/call.hpp"

namespace qk::daemon {

std::string Call::parameter(const std::string& name) const {
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string{} : found->second;
}

std::optional<std::string> Call::query_value(const std::string& name) const {
    const auto found = query.find(name);
    if (found == query.end()) return std::nullopt;
    return found->second;
}

std::string Call::reader() const { return caller ? caller->id : kPublicReader; }

}  // namespace qk::daemon
