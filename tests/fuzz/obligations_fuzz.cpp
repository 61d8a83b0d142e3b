// Obligations as JSON from outside: an answer or named faults, never a crash; what is read prints
// and reads back.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "plans/response/order.hpp"
#include "plans/response/read_obligations.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto read = qk::plans::read_obligations(bytes, "fuzz", qk::rules::kBeijingTime);
    if (!read) {
        if (read.error().empty()) std::abort();
        return 0;
    }
    for (const auto& [obligation, delivery] : *read) {
        const auto json = qk::plans::to_json(obligation, qk::rules::kBeijingTime);
        if (!qk::plans::obligation_from_json(json, "fuzz", qk::rules::kBeijingTime)) std::abort();
    }
    return 0;
}
