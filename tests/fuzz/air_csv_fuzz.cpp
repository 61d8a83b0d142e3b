// Hourly and daily CSV, station cleaning and every average: no crash, no excess of memory.
#include <cstdint>

#include "plans/feeds/daily_csv.hpp"
#include "plans/feeds/hourly_csv.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace qk;
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const plans::FeedLimits limits{1000, 20, std::chrono::days{60}, 20'000};
    const rules::AirRules air{.zone = rules::kBeijingTime};
    if (data[0] % 2 == 0) {
        plans::DailyCsvOptions options{.air = air};
        options.limits = limits;
        (void)plans::read_daily_csv(text, "f", options);
        return 0;
    }
    plans::HourlyCsvOptions options{.zone = air.zone};
    options.limits = limits;
    options.differing = data[0] % 4 == 1 ? plans::Repeats::kDropHour : plans::Repeats::kRefuse;
    auto feed = plans::read_hourly_csv(text, "f", options);
    if (!feed) return 0;
    for (const rules::HourlySeries& series : feed->regions) {
        const auto rolling = rules::rolling_aqi(series, air, rules::Ozone::kCounts);
        if (rolling.aqi.size() != series.hours.size()) __builtin_trap();
        (void)rules::hourly_aqi(series, air);
        (void)rules::days_of(series, air);
    }
    (void)rules::city_air(plans::to_stations(std::move(*feed)), {});
    return 0;
}
