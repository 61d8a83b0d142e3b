// Readings from outside: whatever the bytes, an answer or named faults, and never a reading that is
// believed without being a finite power that is not negative.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "plans/feeds/readings_csv.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto feed =
        qk::plans::read_readings_csv(bytes, "fuzz", {.zone = qk::rules::kBeijingTime});
    if (!feed) {
        if (feed.error().empty()) std::abort();
        return 0;
    }
    for (const auto& series : feed->meters) {
        for (std::size_t i = 0; i < series.readings.size(); ++i) {
            const auto& reading = series.readings[i];
            if (reading.valid && !(std::isfinite(reading.kw) && reading.kw >= 0)) std::abort();
            if (i > 0 && series.readings[i - 1].end >= reading.end) std::abort();
        }
    }
    return 0;
}
