// The account of a season: heavy days, good days and the mean of PM2.5 of each county and township,
// with the days of dust and without them, what is left of its targets, and who stands where.
//
// Days without a value are counted as such and never filled in. A day of dust is one that people
// stated to be so; "without" leaves it out of counts and means alike. A place is ranked by its mean
// without dust among its equals (counties, townships) once enough of its days are known.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "plans/accounts/county_targets.hpp"
#include "rules/air/series.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

struct PlaceDay {
    rules::CivilDay day{};
    std::int16_t aqi = rules::kNoAqi;  // of the natural day; kNoAqi: not valid
    std::optional<double> pm25;        // mean of the day, µg/m³
};

// Of a county (6 digits) or a township (9).
struct PlaceSeries {
    std::string code;
    std::string name;
    std::vector<PlaceDay> days;  // in order of time; those that are not there are not known
};

struct DayFigures {
    int days = 0;        // that count
    int days_known = 0;  // of them with an AQI
    int heavy_days = 0;  // AQI above 200
    int good_days = 0;   // AQI at most 100
    int pm25_days = 0;
    std::optional<double> pm25_mean;
};

// What is left of one target of PM2.5, heavy days or good days on the day of the account.
struct TargetLeft {
    CountyTarget target;
    int days_left = 0;              // of its period
    std::optional<double> reached;  // mean, or days so far
    // Mean that the rest may have, heavy days that may still come, or good days still needed;
    // empty: nothing of the period is left, or nothing is known.
    std::optional<double> left;
    std::optional<double> reached_without_dust;
    std::optional<double> left_without_dust;
};

struct PlaceAccount {
    std::string code;
    std::string name;
    bool is_township = false;
    int dust_days = 0;
    DayFigures all;
    DayFigures without_dust;
    std::optional<int> rank;  // 1: the cleanest; equals share it
    std::vector<TargetLeft> targets;
};

struct AccountQuestion {
    rules::CivilDay from{};
    rules::CivilDay as_of{};            // included
    std::vector<rules::CivilDay> dust;  // days that people stated to be of dust
};

inline constexpr int kGoodAqiMost = 100;
inline constexpr std::size_t kCountyCodeDigits = 6;

// Counties before townships, each by rank, then by code. Days before `from` count for targets that
// began earlier.
[[nodiscard]] std::vector<PlaceAccount> season_account(const std::vector<PlaceSeries>& places,
                                                       const std::vector<CountyTarget>& targets,
                                                       const AccountQuestion& question);
[[nodiscard]] boost::json::value to_json(const PlaceAccount& account);
// The 1 October on which the season of a day began.
[[nodiscard]] rules::CivilDay season_begin(rules::CivilDay day);

}  // namespace qk::plans
