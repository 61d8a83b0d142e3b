// Scenarios that a bureau could send us: read or refused with places, never a crash.
#include <cstdint>
#include <string_view>

#include "sim/story/scenario.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto scenario = qk::sim::read_scenario(text, "f");
    if (scenario && scenario->start >= scenario->end) __builtin_trap();
    if (!scenario && scenario.error().empty()) __builtin_trap();
    return 0;
}
