// How a table of hourly air is laid out: a column for each pollutant; one value a row beside the
// name of its pollutant (OpenAQ, StateAir); or a column for each city or station beside the name
// of the pollutant (the wide daily files of the national feed's archives, UCI 394).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/feeds/columns.hpp"

namespace qk::plans {

enum class AirTableShape { kByPollutant, kByValue, kByPlace };

struct PlaceColumn {
    std::size_t column = 0;
    std::string name;
};

struct AirTable {
    AirTableShape shape = AirTableShape::kByPollutant;
    AirColumns columns;
    // Of the other two shapes.
    std::optional<std::size_t> parameter;
    std::optional<std::size_t> value;
    std::optional<std::size_t> unit;
    std::optional<std::size_t> duration;
    std::optional<std::size_t> quality;
    std::vector<PlaceColumn> places;
    std::optional<PollutantColumn> of_places;  // what every place's column holds, without parameter
    // The columns that UCI 501 was published with, whose CO is in µg/m³ under a bare name.
    bool is_uci = false;
};

// Empty where the row names too little to be the header of one.
[[nodiscard]] std::optional<AirTable> air_table(const CsvHeader& header,
                                                const rules::Place& header_place,
                                                rules::Faults& faults);

// What a value is, by the name of its pollutant and its unit; empty where it is none of ours, with
// the reason in `why` when the unit is to blame.
[[nodiscard]] std::optional<PollutantColumn> parameter_in(std::string_view name,
                                                          std::string_view unit, std::string& why);
// Whether "1 Hr", "1小时", "PT1H" is an hour; empty text is.
[[nodiscard]] bool is_one_hour(std::string_view duration);
// Whether a word of quality control takes a value out of use.
[[nodiscard]] bool is_rejected(std::string_view quality);

}  // namespace qk::plans
