#include "daemon/mqtt/paho_proxies.hpp"

#include <cstdlib>

namespace qk::daemon {

void keep_paho_off_proxies() {
    const char* secure = std::getenv("https_proxy");
    if (secure && *secure) ::setenv("HTTPS_PROXY", secure, 0);
    ::unsetenv("https_proxy");
    ::unsetenv("http_proxy");
}

}  // namespace qk::daemon
