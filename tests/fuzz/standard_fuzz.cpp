// Any bytes as a trigger standard: refused with places, or sound; a sound one can be evaluated.
#include <cstdlib>

#include "plans/packs/standard_file.hpp"
#include "rules/warning/trigger.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace qk;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto read = plans::read_standard(text, "s.toml");
    if (!read) {
        if (read.error().empty()) std::abort();  // a refusal without a reason
        return 0;
    }
    for (const rules::StandardFault& fault : rules::check(read->standard)) {
        if (fault.severity == rules::Severity::kError) std::abort();
    }
    rules::DailyAqiSeries daily;
    daily.aqi = {90, 160, 210, 310, 160, rules::kNoAqi, 210, 500, 500, 500, 20};
    (void)rules::evaluate(daily, read->standard, {.zone = rules::kBeijingTime});
    return 0;
}
