#include "plans/packs/traffic.hpp"

#include <array>

#include "plans/measures/trades.hpp"
#include "plans/packs/region_pack.hpp"
#include "plans/text/toml_table.hpp"

namespace qk::plans {
namespace {

constexpr std::int64_t kVehiclesMax = 100'000;  // a day through the gates of one enterprise
constexpr std::array kColours{rules::Colour::kBlue, rules::Colour::kYellow, rules::Colour::kOrange,
                              rules::Colour::kRed};

}  // namespace

void read_truck_rules(TomlTable& table, TruckRules& trucks) {
    if (const auto from = table.text("from")) {
        trucks.from = rules::parse_colour(*from);
        if (!trucks.from && *from != "none") {
            table.wrong("from", "'" + *from + "'", "blue, yellow, orange or red, or none");
        }
    }
    const auto texts = [](TomlTable& of, std::string_view key, std::vector<std::string>& into) {
        if (of.has(key)) into = of.texts(key);
    };
    texts(table, "trades", trucks.trades);
    for (const std::string& trade : trucks.trades) {
        if (trade_by_id(trade) == nullptr) {
            table.wrong("trades", "'" + trade + "' is not the id of a trade", "for example cement");
        }
    }
    texts(table, "stages", trucks.stages);
    texts(table, "exempt", trucks.exempt);
    if (std::optional<TomlTable> passes = table.table("passes")) {
        for (const rules::Colour colour : kColours) {
            texts(*passes, rules::to_text(colour), trucks.passes[static_cast<std::size_t>(colour)]);
        }
        passes->finish();
    }
    const auto whole = [&](std::string_view key, std::int64_t most, int& into) {
        if (const auto found = table.whole(key, 0, most)) into = static_cast<int>(*found);
    };
    whole("from_hour", 24, trucks.from_hour);
    whole("to_hour", 24, trucks.to_hour);
    whole("vehicles_per_day", kVehiclesMax, trucks.vehicles_per_day);
    if (trucks.from && trucks.stages.empty()) {
        table.wrong("stages", "names no emission standard", "[\"国一\", \"国二\", …]");
    }
    table.finish();
}

void read_cuts_by_source(TomlTable& table, SourceCuts& cuts) {
    for (const std::string_view source : {"mobile", "dust", "residential"}) {
        std::optional<TomlTable> entry = table.table(source);
        if (!entry) continue;
        std::array<double, 4>& of = cuts.by_source[std::string(source)];
        for (const rules::Colour colour : kColours) {
            if (const auto percent = entry->number(rules::to_text(colour), 0, 100)) {
                of[static_cast<std::size_t>(colour)] = *percent / 100;
            }
        }
        entry->finish();
    }
    table.finish();
}

}  // namespace qk::plans
