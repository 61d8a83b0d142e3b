// Any bytes as one obligation and as a signed order: refused with what is wrong, never a crash;
// what is read is written and read back the same.
#include <cstdlib>

#include "plans/response/order.hpp"
#include "plans/text/json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const qk::rules::Zone zone = qk::rules::kBeijingTime;
    (void)qk::plans::read_signed(bytes, {}, zone);
    const auto value = qk::plans::parse_json(bytes, "fuzz");
    if (!value) return 0;
    const auto obligation = qk::plans::obligation_from_json(*value, "fuzz", zone);
    if (!obligation) return 0;
    const auto again =
        qk::plans::obligation_from_json(qk::plans::to_json(*obligation, zone), "fuzz", zone);
    if (!again || !(*again == *obligation)) std::abort();
    return 0;
}
