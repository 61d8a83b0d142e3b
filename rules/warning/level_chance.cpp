#include "rules/warning/level_chance.hpp"

#include <algorithm>
#include <map>

namespace qk::rules {
namespace {

constexpr std::chrono::days kAheadMax{16};

bool covers(const Outlook& outlook, Instant from, Instant to) {
    return outlook.begins <= from && outlook.known_until >= to;
}

// Readings of one source, and how many of them show at least each colour.
struct SourceCount {
    int readings = 0;
    std::array<int, kColourCount> at_least{};
};

void count(const Outlook& outlook, Colour lowest, Span day, SourceCount& source) {
    ++source.readings;
    std::optional<Colour> highest;
    for (const OutlookWindow& window : outlook.windows[static_cast<std::size_t>(lowest)]) {
        if (window.span.from >= day.to || window.span.to <= day.from) continue;
        highest = std::max(highest.value_or(window.colour), window.colour);
    }
    if (!highest) return;
    for (std::size_t c = 0; c <= static_cast<std::size_t>(*highest); ++c) ++source.at_least[c];
}

}  // namespace

std::string_view source_of_reading(std::string_view reading) {
    return reading.substr(0, std::min(reading.find('/'), reading.find("（")));
}

std::vector<LevelChance> level_chances(const std::vector<Outlook>& outlooks, Instant now, Zone zone,
                                       const LiftRules& rules) {
    const CivilDay today = day_of(now, zone);
    std::vector<LevelChance> chances;
    for (CivilDay day = today; day < today + kAheadMax; day += std::chrono::days{1}) {
        const Span span{start_of(day, zone), start_of(day + std::chrono::days{1}, zone)};
        const Instant from = std::max(span.from, now);
        std::map<std::string_view, SourceCount> sources;
        for (const Outlook& outlook : outlooks) {
            const bool is_latest = outlook.earlier == 0 && !outlook.as_issued;
            if (!is_latest || !is_fresh(outlook, now, rules.stale_after)) continue;
            if (!covers(outlook, from, span.to)) continue;
            count(outlook, rules.lowest, {from, span.to},
                  sources[source_of_reading(outlook.source)]);
        }
        LevelChance chance{day, static_cast<int>((day - today).count()), 0, 0, {}};
        chance.sources = static_cast<int>(sources.size());
        for (const auto& [name, source] : sources) {
            chance.readings += source.readings;
            for (std::size_t c = 0; c < kColourCount; ++c) {
                chance.at_least[c] += static_cast<double>(source.at_least[c]) / source.readings /
                                      static_cast<double>(sources.size());
            }
        }
        if (chance.sources > 0) chances.push_back(chance);
    }
    return chances;
}

}  // namespace qk::rules
