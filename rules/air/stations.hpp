// Hourly values of stations -> hourly means of their cities, after leaving out what is no
// measurement.
//
// A live feed holds stations that stopped years ago and still show their last values, stations that
// never report, one station under two names, and control points that are not the city's air. Each
// exclusion is an answer with its reason and span. A city's value is the plain mean of its places,
// exact to a millionth, where enough of them report. Not done here: weighting, filling, daily
// means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/air/averages.hpp"
#include "rules/air/series.hpp"

namespace qk::rules {

struct StationSeries {
    std::string city;
    std::string station;
    HourlySeries series;
    std::vector<Instant> differing;  // hours that the feed gives twice with different values
};

struct StationRules {
    // A run of unchanged values is frozen from this length: of three pollutants or more, and of
    // fewer. In three years of ten Beijing stations (UCI 501) the longest honest runs were 6 and 23
    // hours. Our own figures, not a standard's.
    int frozen_hours = 12;
    int frozen_hours_of_few = 48;
    // Share of a city's places that must report, of many and of up to three. HJ 663 as remembered.
    int percent_min = 75;
    int percent_min_of_three = 50;
    std::vector<std::string> background;  // stations that are not the city's air, by name
    ReadingLimits limits{};
};

enum class StationFault : std::uint8_t {
    kDead,        // reports nothing in the whole feed
    kFrozen,      // values that stand still
    kBackground,  // a control point, by list or by its name
    kDiffering,   // two values for one hour: by one name, or by two names of one place
    kUnusable,    // below zero or absurd
};
[[nodiscard]] std::string_view to_text(StationFault fault);
[[nodiscard]] std::string_view to_chinese(StationFault fault);

struct StationExclusion {
    std::string city;
    std::string station;
    StationFault fault = StationFault::kDead;
    Span span;        // of the hours left out
    std::string why;  // Chinese, with the figures
};

// Hours at which too few places of a city report a pollutant.
struct SparsePeriod {
    Pollutant pollutant{};
    Span span;
    int places_min = 0;  // fewest that reported in it
};

struct CityAir {
    HourlySeries series;  // region is the city
    int places = 0;       // that count: neither background nor silent throughout
    std::vector<SparsePeriod> thin;
};

struct CityAirAnswer {
    std::vector<CityAir> cities;  // in order of first appearance
    std::vector<StationExclusion> exclusions;
};

[[nodiscard]] CityAirAnswer city_air(const std::vector<StationSeries>& stations,
                                     const StationRules& rules);

// The place behind a station's name: "信访局(启用171207)" and "信访局" are one.
struct PlaceName {
    std::string_view place;
    bool is_control_point = false;  // marked 对照点
};
[[nodiscard]] PlaceName place_of(std::string_view station);

}  // namespace qk::rules
