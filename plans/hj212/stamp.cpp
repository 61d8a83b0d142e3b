#include "plans/hj212/stamp.hpp"

#include <algorithm>

#include "rules/base/number.hpp"

namespace qk::plans::hj212 {
namespace {

using std::chrono::milliseconds;

int number_at(std::string_view digits, std::size_t at, std::size_t count) {
    int number = 0;
    for (const char c : digits.substr(at, count)) number = number * 10 + (c - '0');
    return number;
}

}  // namespace

bool is_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<rules::Instant> parse_stamp(std::string_view fourteen) {
    if (fourteen.size() != 14 || !is_digits(fourteen)) return std::nullopt;
    const std::chrono::year_month_day day{
        std::chrono::year{number_at(fourteen, 0, 4)},
        std::chrono::month{static_cast<unsigned>(number_at(fourteen, 4, 2))},
        std::chrono::day{static_cast<unsigned>(number_at(fourteen, 6, 2))}};
    const int hour = number_at(fourteen, 8, 2);
    const int minute = number_at(fourteen, 10, 2);
    const int second = number_at(fourteen, 12, 2);
    // 24:00:00 is how some loggers write the end of a day.
    const bool is_day_end = hour == 24 && minute == 0 && second == 0;
    if (!day.ok() || (hour > 23 && !is_day_end) || minute > 59 || second > 59) return std::nullopt;
    return rules::start_of(rules::CivilDay{std::chrono::local_days{day}}, rules::kBeijingTime) +
           std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
}

std::optional<Millis> parse_long_stamp(std::string_view seventeen) {
    if (seventeen.size() != 17 || !is_digits(seventeen)) return std::nullopt;
    const auto second = parse_stamp(seventeen.substr(0, 14));
    if (!second) return std::nullopt;
    return Millis{*second} + milliseconds{number_at(seventeen, 14, 3)};
}

std::optional<Millis> parse_epoch(std::string_view thirteen) {
    if (thirteen.size() != 13) return std::nullopt;
    const auto count = rules::parse_whole(thirteen, 0, rules::kWholeMost);
    if (!count) return std::nullopt;
    return Millis{milliseconds{*count}};
}

}  // namespace qk::plans::hj212
