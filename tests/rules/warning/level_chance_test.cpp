// Goal: a consultation sees how many of the forecasts call for each level on each day, with sources
// of the same weight. Method: two sources, one of two members, with windows set by hand.
#include "rules/warning/level_chance.hpp"

#include <gtest/gtest.h>

namespace qk::rules {
namespace {

using std::chrono::hours;

const Instant kNow = *parse_instant("2026-01-10T08:00:00+08:00", kBeijingTime);
const Instant kMidnight = *parse_instant("2026-01-11T00:00:00+08:00", kBeijingTime);

Outlook outlook(const std::string& source, int known_days = 3) {
    Outlook one;
    one.source = source;
    one.issued_at = kNow;
    one.begins = kNow;
    one.known_until = kMidnight + hours{24} * known_days;
    return one;
}

void add_window(Outlook& one, Colour colour, int from_hour, int to_hour) {
    OutlookWindow window;
    window.colour = colour;
    window.span = {kMidnight + hours{from_hour}, kMidnight + hours{to_hour}};
    one.windows[static_cast<std::size_t>(Colour::kYellow)].push_back(window);
}

LiftRules rules_of() {
    LiftRules rules;
    rules.lowest = Colour::kYellow;
    rules.stale_after = hours{24};
    return rules;
}

double chance(const LevelChance& of, Colour colour) {
    return of.at_least[static_cast<std::size_t>(colour)];
}

TEST(LevelChances, SourcesWeighTheSameAndMembersShareTheirSource) {
    Outlook first = outlook("总站/成员1");
    const Outlook second = outlook("总站/成员2");
    Outlook city = outlook("城市（72小时）");
    add_window(first, Colour::kOrange, 0, 24);
    add_window(city, Colour::kYellow, 12, 36);
    const auto chances = level_chances({first, second, city}, kNow, kBeijingTime, rules_of());
    ASSERT_EQ(chances.size(), 4U) << "today and the three days that are known";
    EXPECT_EQ(chances[0].sources, 2);
    EXPECT_EQ(chances[0].readings, 3);
    EXPECT_DOUBLE_EQ(chance(chances[0], Colour::kYellow), 0);
    EXPECT_EQ(chances[1].lead_days, 1);
    EXPECT_DOUBLE_EQ(chance(chances[1], Colour::kYellow), 0.75);
    EXPECT_DOUBLE_EQ(chance(chances[1], Colour::kOrange), 0.25);
    EXPECT_DOUBLE_EQ(chance(chances[1], Colour::kRed), 0);
    EXPECT_DOUBLE_EQ(chance(chances[2], Colour::kYellow), 0.5) << "the city's window goes on";
}

TEST(LevelChances, AForecastSpeaksOfTheDaysThatItCoversWhole) {
    Outlook shorter = outlook("city", 1);
    add_window(shorter, Colour::kRed, 0, 24);
    const Outlook longer = outlook("station", 2);
    const auto chances = level_chances({shorter, longer}, kNow, kBeijingTime, rules_of());
    ASSERT_EQ(chances.size(), 3U);
    EXPECT_DOUBLE_EQ(chance(chances[1], Colour::kRed), 0.5);
    EXPECT_EQ(chances[2].sources, 1);
    EXPECT_DOUBLE_EQ(chance(chances[2], Colour::kRed), 0);
}

TEST(LevelChances, StaleAndEarlierForecastsAreNotAsked) {
    Outlook stale = outlook("city");
    stale.issued_at = kNow - hours{25};
    Outlook earlier = outlook("station");
    earlier.earlier = 1;
    Outlook as_issued = outlook("station");
    as_issued.as_issued = true;
    EXPECT_TRUE(level_chances({stale, earlier, as_issued}, kNow, kBeijingTime, rules_of()).empty());
}

}  // namespace
}  // namespace qk::rules
