// Cost of the air rules against the cost of parsing the same data, in one run.
//
//   backtest  four years x 12 stations hourly: at most 1.5 times its CSV parse
//   forecast  3,000 regions x 240 h: rolling values in under 100 ms
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include "plans/feeds/hourly_csv.hpp"
#include "rules/air/averages.hpp"

namespace {

using namespace qk;

// Made-up air with gaps, the same every run.
std::string table_of(int regions, int hours) {
    std::string text = "region,time,pm25,pm10,so2,no2,co,o3\n";
    const rules::Instant first = *rules::parse_instant("2013-03-01", rules::kBeijingTime);
    std::uint32_t state = 1;
    const auto next = [&state](std::uint32_t below) {
        state = state * 1'664'525U + 1'013'904'223U;
        return (state >> 8) % below;
    };
    for (int region = 0; region < regions; ++region) {
        for (int hour = 0; hour < hours; ++hour) {
            text +=
                fmt::format("station{},{}", region,
                            rules::to_iso(first + std::chrono::hours{hour}, rules::kBeijingTime));
            for (const std::uint32_t top : {300U, 400U, 60U, 120U, 40U, 160U}) {
                const std::uint32_t value = next(top);
                if (value % 50 == 0)
                    text += ",";
                else if (top == 40)
                    text += fmt::format(",{}.{}", value / 10, value % 10);
                else
                    text += fmt::format(",{}", value);
            }
            text += '\n';
        }
    }
    return text;
}

template <class Work>
double milliseconds(const Work& work) {
    double best = 1e9;
    for (int i = 0; i < 3; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - begin;
        best = std::min(best, took.count());
    }
    return best;
}

const plans::HourlyCsvOptions kOptions{.zone = rules::kBeijingTime};

void run(std::string_view name, int regions, int hours) {
    const std::string text = table_of(regions, hours);
    const plans::HourlyFeed feed = plans::read_hourly_csv(text, "bench", kOptions).value();
    std::int64_t kept = 0;
    const double parse = milliseconds([&] {
        kept += static_cast<std::int64_t>(
            plans::read_hourly_csv(text, "bench", kOptions).value().regions.size());
    });
    const rules::AirRules air{.zone = rules::kBeijingTime};
    const auto each = [&](const auto& work) {
        return milliseconds([&] {
            for (const rules::HourlySeries& series : feed.regions) {
                kept += static_cast<std::int64_t>(work(series));
            }
        });
    };
    const double trigger = each([&](const rules::HourlySeries& series) {
        return rules::rolling_aqi(series, air, rules::Ozone::kLeftOut).aqi.size();
    });
    const double with_ozone = each([&](const rules::HourlySeries& series) {
        return rules::rolling_aqi(series, air, rules::Ozone::kCounts).aqi.size();
    });
    const double days =
        each([&](const rules::HourlySeries& series) { return rules::days_of(series, air).size(); });
    const auto rows = static_cast<double>(regions) * hours;
    fmt::print("{}: {} x {} h, {:.1f} MB, check {}\n", name, regions, hours,
               static_cast<double>(text.size()) / 1e6, kept);
    fmt::print("  parse              {:8.1f} ms {:7.1f} ns/row\n", parse, parse * 1e6 / rows);
    for (const auto& [what, took] : {std::pair{"rolling, no ozone", trigger},
                                     {"rolling, all six", with_ozone},
                                     {"days", days}}) {
        fmt::print("  {:<18} {:8.1f} ms {:7.1f} ns/row  {:.2f} of the parse\n", what, took,
                   took * 1e6 / rows, took / parse);
    }
}

}  // namespace

int main() {
    run("backtest", 12, 4 * 8766);
    run("forecast", 3000, 240);
}
