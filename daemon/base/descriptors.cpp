#include "daemon/base/descriptors.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace qk::daemon {

std::size_t make_room_for(std::size_t wanted) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
    const rlim_t needed = wanted + kDescriptorsBeside;
    if (limit.rlim_cur < needed) {
        limit.rlim_cur = std::min(limit.rlim_max, needed);
        if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) ::getrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur >= needed) return wanted;
    const std::size_t all = limit.rlim_cur;
    return all > kDescriptorsBeside ? all - kDescriptorsBeside : 1;
}

}  // namespace qk::daemon
