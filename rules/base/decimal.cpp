#include "rules/base/decimal.hpp"

namespace qk::rules {

std::optional<Decimal> parse_decimal(std::string_view text) {
    bool negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    constexpr std::int64_t kWholeMax = 1'000'000'000;
    std::int64_t whole = 0;
    std::size_t digits = 0;
    std::size_t i = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i, ++digits) {
        whole = whole * 10 + (text[i] - '0');
        if (whole > kWholeMax) return std::nullopt;
    }
    std::int64_t fraction = 0;
    if (i < text.size() && text[i] == '.') {
        ++i;
        std::int64_t scale = 100'000;
        for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i, ++digits) {
            if (scale == 0 && text[i] != '0') return std::nullopt;
            fraction += scale * (text[i] - '0');
            scale /= 10;
        }
    }
    if (i != text.size() || digits == 0) return std::nullopt;
    const std::int64_t millionths = whole * 1'000'000 + fraction;
    return Decimal{negative ? -millionths : millionths};
}

std::string to_text(Decimal value) {
    const bool negative = value.millionths < 0;
    const std::int64_t size = negative ? -value.millionths : value.millionths;
    std::string text = (negative ? "-" : "") + std::to_string(size / 1'000'000);
    if (size % 1'000'000 != 0) {
        std::string fraction = std::to_string(size % 1'000'000 + 1'000'000).substr(1);
        fraction.erase(fraction.find_last_not_of('0') + 1);
        text += "." + fraction;
    }
    return text;
}

std::int64_t divide_half_even(std::int64_t numerator, std::int64_t denominator) {
    std::int64_t quotient = numerator / denominator;
    std::int64_t remainder = numerator % denominator;
    if (remainder < 0) {
        --quotient;
        remainder += denominator;
    }
    const std::int64_t other_half = denominator - remainder;
    if (remainder > other_half || (remainder == other_half && quotient % 2 != 0)) ++quotient;
    return quotient;
}

std::int64_t divide_up(std::int64_t numerator, std::int64_t denominator) {
    const std::int64_t quotient = numerator / denominator;
    return quotient + (numerator % denominator > 0 ? 1 : 0);
}

}  // namespace qk::rules
