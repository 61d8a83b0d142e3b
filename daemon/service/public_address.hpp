// Under which address others reach this daemon, for links in feeds and messages: the configured
// one, else the listening address itself.
#pragma once

#include <string>

#include "daemon/service/config.hpp"

namespace qk::daemon {

[[nodiscard]] inline std::string public_address(const Config& config) {
    if (!config.http.public_url.empty()) return config.http.public_url;
    const std::string scheme = config.http.certificate.empty() ? "http://" : "https://";
    return scheme + config.http.listen + ":" + std::to_string(config.http.port);
}

}  // namespace qk::daemon
