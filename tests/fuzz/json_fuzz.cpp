// Any bytes as JSON: refused with a place, or a value whose every number is finite and which prints
// to what reads back.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "plans/text/json.hpp"

namespace {

bool is_finite(const boost::json::value& value) {
    if (value.is_double()) return std::isfinite(value.get_double());
    if (value.is_array()) {
        for (const auto& item : value.get_array()) {
            if (!is_finite(item)) return false;
        }
    }
    if (value.is_object()) {
        for (const auto& member : value.get_object()) {
            if (!is_finite(member.value())) return false;
        }
    }
    return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace qk;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto value = plans::parse_json_in({}, text, "f", 100'000);
    if (!value) {
        if (value.error().empty() || value.error().front().place.line < 1) std::abort();
        return 0;
    }
    if (!is_finite(*value)) std::abort();
    const std::string canonical = plans::canonical_text(*value);
    const auto again = plans::parse_json(plans::to_pretty_text(*value), "f");
    if (!again || plans::canonical_text(*again) != canonical) std::abort();
    return 0;
}
