// An invented region: an inventory of enterprises in the form a bureau keeps it (contract §3, CSV).
//
// Enterprises of sixteen trades, all grades and categories, each with lines, a total meter, a
// production and a treatment meter a line, some with outlets and own measures. The same seed gives
// the same bytes. The tables go through the product's own reader like any bureau's; nothing here
// knows how it is read. All names are invented and say so (示例).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qk::sim {

struct RegionOptions {
    std::uint64_t seed = 1;
    int enterprises = 320;
};

inline constexpr int kEnterprisesMax = 50'000;

struct TableText {
    std::string name;  // "enterprises.csv"
    std::string text;
};

[[nodiscard]] std::vector<TableText> make_region(const RegionOptions& options);

// What the model knows of a trade: when its lines run and what a week looks like.
struct TradeProfile {
    std::string_view name;     // as in the inventory
    std::string_view product;  // in the enterprises' names
    std::string_view line;     // 生产线 / 窑 / 炉
    std::string_view equipment;
    std::string_view capacity_unit;
    int from_hour = 0;  // of the working day; 0 to 24 is round the clock
    int to_hour = 24;
    double weekend_load = 1.0;  // share of the weekday's
    bool uninterruptible = false;
    double ramp_down_hours = 0;
    int lines_max = 1;
    double rated_kw = 100;                // of a middling line
    double kg_per_day[4] = {0, 0, 0, 0};  // SO2, NOx, PM, VOCs of a middling line
    bool leading_only = false;            // graded leading / non-leading
};

// The profile of a trade; a trade the model does not know gets that of a two-shift workshop.
[[nodiscard]] const TradeProfile& profile_of(std::string_view industry);

}  // namespace qk::sim
