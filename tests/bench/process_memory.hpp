// How much memory this process holds, and held at most since it was last asked to forget.
#pragma once

#include <malloc.h>

#include <charconv>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

namespace qk::bench {

// One line of /proc/self/status in bytes; 0 where it is not there.
inline std::uint64_t status_bytes(std::string_view name) {
    std::ifstream in("/proc/self/status");
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with(name)) continue;
        const std::size_t digit = line.find_first_of("0123456789");
        if (digit == std::string::npos) return 0;
        std::uint64_t kib = 0;
        std::from_chars(line.data() + digit, line.data() + line.size(), kib);
        return kib << 10U;
    }
    return 0;
}

// What the process grows by, from here to grown(). What was freed before goes back to the system,
// so that it is not used up unseen.
class MemoryWatch {
 public:
    MemoryWatch() {
        ::malloc_trim(0);
        std::ofstream("/proc/self/clear_refs") << "5";  // the peak begins anew
        begun_ = status_bytes("VmRSS:");
    }
    [[nodiscard]] std::uint64_t grown() const {
        const std::uint64_t peak = status_bytes("VmHWM:");
        return peak > begun_ ? peak - begun_ : 0;
    }

 private:
    std::uint64_t begun_ = 0;
};

}  // namespace qk::bench
