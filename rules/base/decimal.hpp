// Exact decimal numbers for concentrations and for every sum that the law compares with a limit.
//
// A Decimal is a whole number of millionths, so "2.2" is 2.2 and not the nearest double. HJ 633 and
// GB/T 8170 are computed with these; doubles give wrong AQI values for carbon monoxide.
// Range: about ±9.2e12. Arithmetic does not check for overflow; parse() refuses what is beyond
// ±1e9, which leaves room for sums of thousands of values.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qk::rules {

struct Decimal {
    std::int64_t millionths = 0;

    [[nodiscard]] static constexpr Decimal of(std::int64_t whole) { return {whole * 1'000'000}; }
    [[nodiscard]] constexpr double as_double() const {
        return static_cast<double>(millionths) / 1e6;
    }
    friend constexpr Decimal operator+(Decimal a, Decimal b) {
        return {a.millionths + b.millionths};
    }
    friend constexpr Decimal operator-(Decimal a, Decimal b) {
        return {a.millionths - b.millionths};
    }
    friend constexpr auto operator<=>(Decimal, Decimal) = default;
};

// "12", "-0.35", "+3.". No exponent, no thousands mark, no NaN, at most six decimals that count
// (further zeros are allowed). Empty answer for anything else.
[[nodiscard]] std::optional<Decimal> parse_decimal(std::string_view text);

// Shortest form without trailing zeros: "2.2", "-0.35", "12".
[[nodiscard]] std::string to_text(Decimal value);

// numerator / denominator rounded to a whole number, half to even (GB/T 8170-2008, 四舍六入五成双).
// denominator > 0.
[[nodiscard]] std::int64_t divide_half_even(std::int64_t numerator, std::int64_t denominator);
// Rounded up (toward +infinity).
[[nodiscard]] std::int64_t divide_up(std::int64_t numerator, std::int64_t denominator);

}  // namespace qk::rules
