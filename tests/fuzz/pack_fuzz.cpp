// Any bytes as a region pack: refused with places, or complete; with the built-in packs as parents.
#include <cstdlib>

#include "plans/packs/region_pack.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace qk;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto pack = plans::read_pack(text, "p.toml");
    if (!pack) {
        if (pack.error().empty()) std::abort();  // a refusal without a reason
        return 0;
    }
    if (pack->trigger.standard.clauses.empty()) std::abort();
    for (const std::string_view kind : plans::kNoticeKinds) {
        (void)plans::fill_template(pack->notices.by_kind.at(std::string(kind)), {});
    }
    (void)plans::samples_of(*pack);
    return 0;
}
