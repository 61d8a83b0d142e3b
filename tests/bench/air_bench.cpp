// Cost of the air rules against a bare parse (bare_parse.hpp) of the same data, in one run.
//
//   backtest  four years x 12 stations hourly
//   forecast  3,000 regions x 240 h
//
// The limits are round figures above what each took a row on a busy machine (40, 80 and 35 ns).
// Exit code 1 when one is missed.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <string>

#include "plans/feeds/hourly_csv.hpp"
#include "rules/air/averages.hpp"
#include "tests/bench/bare_parse.hpp"

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

// Time of this process on a core, so that other work on the machine does not count; best of
// several.
template <class Work>
double milliseconds(const Work& work) {
    double best = 1e18;
    for (int i = 0; i < 7; ++i) {
        const std::clock_t start = std::clock();
        work();
        best = std::min(best, static_cast<double>(std::clock() - start) * 1000 / CLOCKS_PER_SEC);
    }
    return best;
}

constexpr double kRollingMax = 0.3;
constexpr double kWithOzoneMax = 0.6;
constexpr double kDaysMax = 0.3;

const plans::HourlyCsvOptions kOptions{.zone = rules::kBeijingTime};

bool run(std::string_view name, int regions, int hours) {
    const std::string text = table_of(regions, hours);
    const plans::HourlyFeed feed = plans::read_hourly_csv(text, "bench", kOptions).value();
    std::int64_t kept = 0;
    const double bare = milliseconds([&] {
        bench::BareParse parse;
        kept += static_cast<std::int64_t>(parse.take(text) + parse.cells());
    });
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
    fmt::print("  裸解析 bare parse    {:8.1f} ms {:7.1f} ns/row\n", bare, bare * 1e6 / rows);
    fmt::print("  读取 reading         {:8.1f} ms {:7.1f} ns/row  {:.2f} of it\n", parse,
               parse * 1e6 / rows, parse / bare);
    bool good = true;
    const auto hold = [&](std::string_view what, double took, double most) {
        const bool holds = took / bare <= most;
        good &= holds;
        fmt::print("  {:<20} {:8.1f} ms {:7.1f} ns/row  {:.2f} of it (上限 limit {}) {}\n", what,
                   took, took * 1e6 / rows, took / bare, most, holds ? "达到 ok" : "未达到 MISSED");
    };
    hold("滚动 no ozone", trigger, kRollingMax);
    hold("滚动 all six", with_ozone, kWithOzoneMax);
    hold("日 days", days, kDaysMax);
    return good;
}

}  // namespace

int main() {
    const bool backtest = run("backtest", 12, 4 * 8766);
    const bool forecast = run("forecast", 3000, 240);
    return backtest && forecast ? 0 : 1;
}
