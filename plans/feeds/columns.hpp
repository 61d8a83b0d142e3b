// Which column of a published air table is what: pollutant, place, time; and a cell as a
// concentration.
//
// Names are compared without case, blanks and punctuation. The unit in a name wins; a bare `co` is
// mg/m³, everything else µg/m³ (contract §0, §2). English and Chinese names are known. A name that
// is not known is not a column of ours (running means beside hourly values): it is ignored. One
// that names a pollutant in another unit (ppm, ppb) is refused, unless the pollutant has a column
// of ours beside it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/text/csv.hpp"
#include "rules/air/series.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

// Faults of one file beyond this are counted, not listed.
inline constexpr std::size_t kFeedFaultsMax = 1000;

// What a table's values are means over, for names such as o3_1h, o3_8h, pm2_5_24h.
enum class TableOf { kHours, kDays };

struct PollutantColumn {
    rules::Pollutant pollutant{};
    // The value times this, divided by 1000, is in the unit of rules::HourlyConcentrations.
    std::int64_t thousandths = 1000;
    bool is_unit_named = false;
};

[[nodiscard]] std::optional<PollutantColumn> pollutant_column(std::string_view name, TableOf table);
// The pollutant of a name whose unit is none of ours: "co(ppm)".
[[nodiscard]] std::optional<rules::Pollutant> pollutant_in_other_unit(std::string_view name);

struct AirColumns {
    std::optional<std::size_t> region;  // region, city
    std::optional<std::size_t> station;
    std::optional<std::size_t> time;
    std::optional<std::size_t> hour;  // 0 to 24, beside a column of dates
    std::optional<std::size_t> date;  // beside a time, which may then be that of the day alone
    std::array<std::optional<std::size_t>, 3> civil;  // year, month and day; all or none
    bool is_utc = false;                              // the time's name says so
    struct Value {
        std::size_t column = 0;
        PollutantColumn meaning;
    };
    std::vector<Value> values;
    // Of tables that hold several forecasts: source, member, issued_at. Only document_columns()
    // looks for them; to everyone else they are unknown columns.
    std::array<std::optional<std::size_t>, 3> document;
};

[[nodiscard]] inline bool has_time(const AirColumns& columns) {
    return columns.time.has_value() || columns.civil[0].has_value();
}

// The time that a row's cells say; empty, with the fault, where they say none.
[[nodiscard]] std::optional<rules::Instant> time_of(const CsvReader& reader, const CsvRow& row,
                                                    const AirColumns& columns, rules::Zone zone,
                                                    rules::Faults& faults);

// Finds the columns by the header row; two columns of one meaning are faults, and so is a pollutant
// that is there in a unit that is not read and in no other.
[[nodiscard]] AirColumns air_columns(const CsvHeader& header, TableOf table,
                                     const rules::Place& header_place, rules::Faults& faults);

void document_columns(const CsvHeader& header, AirColumns& columns);

// A cell or name as a table column sees it: half width, lower case, no blanks or punctuation, µ as
// u, 微克/立方米 as ugm3.
[[nodiscard]] std::string squeezed(std::string_view name);

// What to write instead of a cell that is no number.
[[nodiscard]] std::string number_cure(std::string_view cell);

enum class CellIs { kValue, kMissing, kNotANumber };
// What plans/text/missing_mark.hpp lists is missing, and so is 9999. Of decimals beyond the sixth
// only that there are some is kept: enough to tell above from below a half.
[[nodiscard]] CellIs read_concentration(std::string_view cell, const PollutantColumn& meaning,
                                        rules::Concentration& value);
// The same of what most cells are: one to three digits in the unit of the scale, which is shorter
// than any row of nines. False: the cell has to be read.
[[nodiscard]] inline bool take_small_whole(std::string_view cell, const PollutantColumn& meaning,
                                           rules::Concentration& value) {
    constexpr std::size_t kDigitsMax = 3;
    const std::size_t size = cell.size();
    if (size - 1 >= kDigitsMax || meaning.thousandths != 1000) return false;
    const auto digit = [&cell](std::size_t at) {
        return static_cast<unsigned>(static_cast<unsigned char>(cell[at])) - '0';
    };
    const unsigned ones = digit(size - 1);
    const unsigned tens = size > 1 ? digit(size - 2) : 0;
    const unsigned hundreds = size > 2 ? digit(0) : 0;
    if (ones > 9 || tens > 9 || hundreds > 9) return false;
    value = rules::Concentration(rules::Decimal::of(hundreds * 100 + tens * 10 + ones));
    return true;
}

// Adds a fault unless kFeedFaultsMax are there; the last one then says that there are more.
void add_fault(rules::Faults& faults, rules::Fault fault);

}  // namespace qk::plans
