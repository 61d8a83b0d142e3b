// Evaluating warnings against a bare parse (bare_parse.hpp) of the CSV they come from: our own
// reader is no yardstick, since a backtest would look slower for each gain of the reader.
//
// 1. 3,000 regions x 240 hours of new forecast in one pass: limit 100 ms.
// 2. A backtest of 12 stations x 4 years hourly: with its reading 2 x the bare parse, alone
//    kAloneMax of it.
// 3. Growth with hours: time per hour of 2, 4, 8 and 16 years.
// Exit code 1 when a limit is missed.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>

#include "plans/documents/backtest.hpp"
#include "plans/feeds/hourly_csv.hpp"
#include "plans/packs/standard_file.hpp"
#include "rules/warning/region_windows.hpp"
#include "tests/bench/bare_parse.hpp"

namespace {

using namespace qk;
// Time of this process on a core, so that other work on the machine does not count; best of
// several.
template <class Work>
double milliseconds(const Work& work) {
    double best = 1e18;
    for (int i = 0; i < 7; ++i) {
        const std::clock_t start = std::clock();
        work();
        const double took = static_cast<double>(std::clock() - start) * 1000 / CLOCKS_PER_SEC;
        best = std::min(best, took);
    }
    return best;
}

// Episodes of some days between clear ones, so that runs, merging and evidence are really worked
// on.
std::string csv_of(int regions, int hours) {
    std::mt19937 random(7);
    std::string text = "station,time,pm25,pm10,so2,no2,co,o3\n";
    const rules::Instant first =
        *rules::parse_instant("2014-10-01T00:00:00+08:00", rules::kBeijingTime);
    for (int region = 0; region < regions; ++region) {
        double level = 60;
        for (int hour = 0; hour < hours; ++hour) {
            if (hour % 36 == 0) level = 20 + static_cast<double>(random() % 330);
            const double pm = level + static_cast<double>(random() % 20);
            const std::string time =
                rules::to_iso(first + std::chrono::hours{hour}, rules::kBeijingTime);
            text += fmt::format("S{},{} {},{:.0f},{:.0f},12,48,1.2,35\n", region,
                                time.substr(0, 10), time.substr(11, 5), pm, pm * 1.3);
        }
    }
    return text;
}

constexpr double kAloneMax = 1;

const rules::RegionOptions kRegion{.trigger = {.zone = rules::kBeijingTime}};

plans::HourlyFeed parse(const std::string& text) {
    return plans::read_hourly_csv(text, "bench.csv", {.zone = rules::kBeijingTime}).value();
}

void parse_barely(const std::string& text) {
    bench::BareParse parse;
    parse.take(text);
    if (parse.cells() == 0 || parse.sum() <= 0) std::exit(2);
}

bool verdict(const char* what, double value, double limit, const char* unit) {
    const bool good = value <= limit;
    fmt::print("{:<58} {:8.2f} {} (上限 limit {} {}) {}\n", what, value, unit, limit, unit,
               good ? "达到 ok" : "未达到 MISSED");
    return good;
}

bool bench_new_forecast(const rules::TriggerStandard& standard) {
    const std::string text = csv_of(3000, 240);
    const double parsing = milliseconds([&] { parse_barely(text); });
    const plans::HourlyFeed feed = parse(text);
    std::size_t windows = 0;
    const double evaluating = milliseconds([&] {
        windows = 0;
        for (const rules::HourlySeries& series : feed.regions) {
            windows += rules::windows_of(series, standard, kRegion).windows.size();
        }
    });
    fmt::print(
        "3000 regions x 240 h: bare parse {:.1f} ms, evaluate {:.1f} ms ({} windows), ratio "
        "{:.3f}\n",
        parsing, evaluating, windows, evaluating / parsing);
    return verdict("3,000 regions x 240 h, averages and windows", evaluating, 100, "ms");
}

bool bench_backtest(const rules::TriggerStandard& standard) {
    const std::string text = csv_of(12, 4 * 365 * 24);
    const double bare = milliseconds([&] { parse_barely(text); });
    const double parsing = milliseconds([&] { (void)parse(text); });
    const plans::HourlyFeed feed = parse(text);
    const double testing = milliseconds([&] {
        (void)plans::run_backtest({feed.regions, std::span(&standard, 1), kRegion, {}});
    });
    const double whole = milliseconds([&] {
        const plans::HourlyFeed again = parse(text);
        (void)plans::run_backtest({again.regions, std::span(&standard, 1), kRegion, {}});
    });
    fmt::print(
        "12 stations x 4 years: bare parse {:.1f} ms, reading {:.1f} ms, backtest alone {:.1f} ms, "
        "both {:.1f} ms\n",
        bare, parsing, testing, whole);
    const bool good =
        verdict("回算连同读取 backtest with its reading / bare parse", whole / bare, 2, "x");
    return verdict("回算 backtest alone / bare parse", testing / bare, kAloneMax, "x") && good;
}

bool bench_growth(const rules::TriggerStandard& standard) {
    double least = 1e18;
    double most = 0;
    for (const int years : {2, 4, 8, 16}) {
        const plans::HourlyFeed feed = parse(csv_of(1, years * 365 * 24));
        const rules::TriggerSeries series =
            rules::trigger_series(feed.regions[0], standard, kRegion);
        const double took = milliseconds([&] {
            for (int i = 0; i < 20; ++i) (void)rules::evaluate(series, standard, kRegion.trigger);
        });
        const double each = took * 1e6 / 20 / (years * 365 * 24);
        fmt::print("evaluate {} year(s): {:.2f} ns an hour\n", years, each);
        least = std::min(least, each);
        most = std::max(most, each);
    }
    return verdict("growth: dearest hour / cheapest hour, 2 to 16 years", most / least, 2, "x");
}

}  // namespace

int main() {
    const rules::TriggerStandard standard = plans::built_in_standard("cn-2024").value();
    bool good = bench_new_forecast(standard);
    good &= bench_backtest(standard);
    good &= bench_growth(standard);
    return good ? 0 : 1;
}
