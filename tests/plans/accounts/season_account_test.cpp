// Goal: a season's account counts what is known, tells dust apart, says what is left of targets and
// ranks equals among equals. Method: two counties and a township over ten days, by hand.
#include "plans/accounts/season_account.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/object.hpp>

namespace qk::plans {
namespace {

rules::CivilDay day(int number) {
    return *rules::parse_day("2026-12-01") + std::chrono::days{number};
}

// Ten days of which the first are given.
PlaceSeries place(const std::string& code, const std::vector<std::pair<int, double>>& days) {
    PlaceSeries made{code, code, {}};
    for (std::size_t i = 0; i < days.size(); ++i) {
        made.days.push_back(
            {day(static_cast<int>(i)), static_cast<std::int16_t>(days[i].first), days[i].second});
    }
    return made;
}

const PlaceSeries kClean = place("999901", {{80, 40}, {80, 40}, {301, 250}, {80, 40}});
const PlaceSeries kDirty = place("999902", {{201, 151}, {200, 150}, {301, 250}, {100, 60}});

AccountQuestion question(std::vector<rules::CivilDay> dust = {}) {
    return {day(0), day(3), std::move(dust)};
}

const PlaceAccount& find(const std::vector<PlaceAccount>& all, const std::string& code) {
    return *std::ranges::find(all, code, &PlaceAccount::code);
}

TEST(SeasonAccount, HeavyIsAbove200AndGoodAtMost100) {
    const auto all = season_account({kDirty}, {}, question());
    EXPECT_EQ(all[0].all.heavy_days, 2) << "201 and 301, not 200";
    EXPECT_EQ(all[0].all.good_days, 1) << "100 is good";
    EXPECT_DOUBLE_EQ(*all[0].all.pm25_mean, (151 + 150 + 250 + 60) / 4.0);
}

TEST(SeasonAccount, DustIsLeftOutOfCountsAndMeansAndNamed) {
    const auto all = season_account({kClean}, {}, question({day(2), day(8)}));
    EXPECT_EQ(all[0].all.heavy_days, 1);
    EXPECT_EQ(all[0].dust_days, 1) << "the 9th is not of these days";
    EXPECT_EQ(all[0].without_dust.heavy_days, 0);
    EXPECT_EQ(all[0].without_dust.days, 3);
    EXPECT_DOUBLE_EQ(*all[0].without_dust.pm25_mean, 40);
}

TEST(SeasonAccount, DaysThatAreNotKnownAreCountedAsSuch) {
    PlaceSeries gap = kClean;
    gap.days[1].aqi = rules::kNoAqi;
    gap.days[1].pm25.reset();
    gap.days.pop_back();
    const auto all = season_account({gap}, {}, question());
    EXPECT_EQ(all[0].all.days, 4);
    EXPECT_EQ(all[0].all.days_known, 2);
    EXPECT_EQ(all[0].all.good_days, 1);
    EXPECT_FALSE(all[0].rank) << "half of the days rank nobody";
}

TEST(SeasonAccount, CountiesAndTownshipsAreRankedApartAndEqualsShareARank) {
    const PlaceSeries township = place("999901001", {{90, 50}, {90, 50}, {90, 50}, {90, 50}});
    PlaceSeries equal = kClean;
    equal.code = "999903";
    const auto all = season_account({township, kDirty, equal, kClean}, {}, question());
    ASSERT_EQ(all.size(), 4U);
    EXPECT_EQ(all[0].code, "999901");
    EXPECT_EQ(all[1].code, "999903");
    EXPECT_EQ(all[2].code, "999902");
    EXPECT_EQ(all[3].code, "999901001");
    EXPECT_EQ(all[0].rank, 1);
    EXPECT_EQ(all[1].rank, 1);
    EXPECT_EQ(all[2].rank, 3);
    EXPECT_EQ(all[3].rank, 1);
    EXPECT_TRUE(all[3].is_township);
}

TEST(SeasonAccount, TheRankIsThatWithoutDust) {
    // Without the 3rd day the second county is the cleaner one.
    const PlaceSeries dusty = place("999902", {{60, 30}, {60, 30}, {500, 600}, {60, 30}});
    EXPECT_EQ(find(season_account({kClean, dusty}, {}, question()), "999902").rank, 2);
    EXPECT_EQ(find(season_account({kClean, dusty}, {}, question({day(2)})), "999902").rank, 1);
}

TEST(SeasonAccount, WhatIsLeftOfTheTargetsIsSaidWithDustAndWithout) {
    const std::vector<CountyTarget> targets{
        {"999901", TargetKind::kPm25, day(0), day(9), 50, "", 0},
        {"999901", TargetKind::kHeavyDays, day(0), day(9), 1, "", 0},
        {"999901", TargetKind::kGoodDays, day(0), day(9), 8, "", 0},
        {"999901", TargetKind::kElectricity, day(0), day(9), 8, "", 0},
        {"999902", TargetKind::kPm25, day(0), day(9), 1, "", 0}};
    const auto all = season_account({kClean}, targets, question({day(2)}));
    const auto& left = all[0].targets;
    ASSERT_EQ(left.size(), 3U) << "of this county, and of its air";
    EXPECT_EQ(left[0].days_left, 6);
    EXPECT_DOUBLE_EQ(*left[0].reached, 92.5);
    EXPECT_DOUBLE_EQ(*left[0].left, (50.0 * 10 - 370) / 6);
    EXPECT_DOUBLE_EQ(*left[0].left_without_dust, (50.0 * 9 - 120) / 6);
    EXPECT_DOUBLE_EQ(*left[1].left, 0) << "no heavy day more";
    EXPECT_DOUBLE_EQ(*left[1].left_without_dust, 1);
    EXPECT_DOUBLE_EQ(*left[2].left, 5) << "good days still needed";
}

TEST(SeasonAccount, ATargetThatIsOverHasNothingLeft) {
    const std::vector<CountyTarget> targets{
        {"999901", TargetKind::kPm25, day(0), day(1), 50, "", 0}};
    const auto all = season_account({kClean}, targets, question());
    EXPECT_EQ(all[0].targets[0].days_left, 0);
    EXPECT_DOUBLE_EQ(*all[0].targets[0].reached, 40);
    EXPECT_FALSE(all[0].targets[0].left);
}

TEST(SeasonAccount, ASeasonBeginsOnTheFirstOfOctober) {
    const auto begin = [](const char* text) {
        return rules::to_iso(season_begin(*rules::parse_day(text)));
    };
    EXPECT_EQ(begin("2026-10-01"), "2026-10-01");
    EXPECT_EQ(begin("2026-12-31"), "2026-10-01");
    EXPECT_EQ(begin("2027-03-01"), "2026-10-01");
    EXPECT_EQ(begin("2027-09-30"), "2026-10-01");
}

TEST(SeasonAccount, TheJsonSaysNothingOfWhatIsNotKnown) {
    const auto all = season_account({PlaceSeries{"999901", "甲县", {}}}, {}, question());
    const auto json = to_json(all[0]).as_object();
    EXPECT_TRUE(json.at("rank").is_null());
    EXPECT_TRUE(json.at("all").at("pm25_mean").is_null());
    EXPECT_EQ(json.at("all").at("days").as_int64(), 4);
}

}  // namespace
}  // namespace qk::plans
