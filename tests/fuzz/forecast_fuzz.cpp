// Forecasts as CSV and JSON: no crash; what is taken is checked, and prints to what reads back.
#include <boost/json/value.hpp>
#include <cstdint>

#include "plans/feeds/forecast.hpp"
#include "plans/text/json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace qk;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    plans::ForecastGiven given{.air = {.zone = rules::kBeijingTime}};
    given.source = "city";
    given.region = "x";
    given.issued_at = rules::Instant{std::chrono::seconds{1'481'889'600}};
    given.limits = {1000, 20, std::chrono::days{20}, 20'000};
    const auto feed = plans::read_forecast(text, "f", given);
    if (!feed) return 0;
    for (const rules::Forecast& forecast : feed->forecasts) {
        (void)rules::check(forecast, *given.issued_at, {.zone = rules::kBeijingTime});
        const auto printed = plans::to_text(plans::to_json(forecast, rules::kBeijingTime));
        const auto back = plans::read_forecast(printed, "f", given);
        if (!back || back->forecasts.size() != 1) __builtin_trap();
        if (back->forecasts[0].hourly.size() != forecast.hourly.size()) __builtin_trap();
        if (back->forecasts[0].issued_at != forecast.issued_at) __builtin_trap();
    }
    return 0;
}
