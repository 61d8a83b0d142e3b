// Any bytes as an order that comes to an agent, as the list of keys that it follows, and as an
// answer that was put down for it: refused, never a crash, and never believed.
#include <cstdlib>

#include "daemon/agent/order_check.hpp"
#include "daemon/agent/receipt_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    // RFC 8032, test 1: whoever reads this may know its secret, no fuzzer does.
    qk::agent::Trust trust{
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", {}, {}};
    const qk::agent::Addressee us{"e1", "110105"};
    if (const auto keys = qk::agent::read_keys(bytes, "fuzz")) trust.history = *keys;
    if (qk::agent::judge_order(bytes, trust, us, std::nullopt).order) std::abort();
    (void)qk::agent::parse_request(bytes, "fuzz");
    return 0;
}
