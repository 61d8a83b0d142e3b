#include "plans/feeds/laid_hours.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace qk::plans {
namespace {

using rules::Concentration;
using rules::HourlyConcentrations;

HourlyConcentrations values_of(std::int64_t number) {
    HourlyConcentrations values;
    values[static_cast<std::size_t>(number) % values.size()] =
        Concentration(rules::Decimal{number * 1000});
    return values;
}

TEST(LaidHours, GivesBackWhatWasPutInWhateverTheOrder) {
    for (unsigned seed = 0; seed < 40; ++seed) {
        std::mt19937 random(seed);
        const std::size_t lines = seed % 2 == 0 ? 1 : 6;
        LaidHours laid(lines, seed % 3 == 0 ? 100 : 0);
        std::map<std::int64_t, std::pair<HourlyConcentrations, std::vector<int>>> plain;
        std::int64_t hour = 400'000;
        for (int i = 0; i < 2000; ++i) {
            const std::int64_t step = seed % 5 == 0 ? -1 : 1;  // the newest row on top, too
            hour = random() % 20 == 0 ? 398'000 + static_cast<std::int64_t>(random() % 4000)
                                      : hour + step;
            const PackedHours::Hour is = laid.at(hour);
            auto& kept = plain[hour];
            kept.second.resize(lines, 0);
            ASSERT_EQ(is.values, kept.first) << "seed " << seed << " hour " << hour;
            ASSERT_EQ(std::vector<int>(is.lines.begin(), is.lines.end()), kept.second);
            kept.first = is.values = values_of(static_cast<std::int64_t>(random() % 10'000));
            const std::size_t place = random() % lines;
            kept.second[place] = is.lines[place] = static_cast<int>(random() % 3'000'000);
        }
        const std::int64_t first = plain.begin()->first;
        const auto count = static_cast<std::size_t>(plain.rbegin()->first - first + 1);
        const std::vector<HourlyConcentrations> hours = laid.take(first, count);
        ASSERT_EQ(hours.size(), count);
        for (std::size_t i = 0; i < count; ++i) {
            const auto known = plain.find(first + static_cast<std::int64_t>(i));
            const HourlyConcentrations expected =
                known == plain.end() ? HourlyConcentrations{} : known->second.first;
            ASSERT_EQ(hours[i], expected) << "seed " << seed << " hour " << first << " + " << i;
        }
    }
}

TEST(LaidHours, OfARegionWithoutARowAreAllMissing) {
    LaidHours laid(1);
    EXPECT_EQ(laid.take(0, 2), std::vector<HourlyConcentrations>(2));
}

}  // namespace
}  // namespace qk::plans
