// Any bytes as the head of a request: refused with a reason or taken apart into pieces of
// themselves, and found whole at the same place however they come.
#include <cstdlib>
#include <string>

#include "daemon/http/head.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace qk::daemon;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    HeadEnd whole;
    const auto found = whole.look(bytes);
    HeadEnd pieces;
    auto last = HeadEnd::Found::kMore;
    for (std::size_t end = 0; end <= size && last == HeadEnd::Found::kMore; ++end) {
        last = pieces.look(bytes.substr(0, end));
    }
    if (found != last || (found == HeadEnd::Found::kWhole && whole.length() != pieces.length())) {
        std::abort();
    }
    if (found != HeadEnd::Found::kWhole) return 0;  // the server reads a head when it is whole
    RequestHead head;
    if (!read_head(bytes.substr(0, whole.length()), head).empty()) return 0;
    for (const HeadField& field : head.fields) {
        if (field.value.find_first_of(std::string("\r\n\0", 3)) != std::string_view::npos)
            std::abort();
    }
    std::string target;
    if (to_origin_form(head, target) && !target.starts_with('/')) std::abort();
    return 0;
}
