#include "rules/base/time.hpp"

#include <algorithm>

namespace qk::rules {
namespace {

using namespace std::chrono;

// Takes exactly `digits` decimal digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char wanted) {
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<CivilDay> take_day(std::string_view& text) {
    const auto y = take_number(text, 4);
    if (!y || !take(text, '-')) return std::nullopt;
    const auto m = take_number(text, 2);
    if (!m || !take(text, '-')) return std::nullopt;
    const auto d = take_number(text, 2);
    if (!d) return std::nullopt;
    const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)},
                              day{static_cast<unsigned>(*d)}};
    if (!date.ok()) return std::nullopt;
    return local_days{date};
}

std::optional<seconds> take_clock(std::string_view& text) {
    const auto h = take_number(text, 2);
    if (!h || !take(text, ':')) return std::nullopt;
    const auto m = take_number(text, 2);
    if (!m) return std::nullopt;
    int s = 0;
    if (take(text, ':')) {
        const auto read = take_number(text, 2);
        if (!read) return std::nullopt;
        s = *read;
        // Fractions of a second are below our resolution; they are cut off, not rounded.
        if (take(text, '.')) {
            if (!take_number(text, 1)) return std::nullopt;
            while (take_number(text, 1)) {
            }
        }
    }
    const bool is_midnight_end = *h == 24 && *m == 0 && s == 0;
    if (!is_midnight_end && (*h > 23 || *m > 59 || s > 59)) return std::nullopt;
    return hours{*h} + minutes{*m} + seconds{s};
}

std::optional<minutes> take_offset(std::string_view& text) {
    if (take(text, 'Z')) return minutes{0};
    const bool negative = !text.empty() && text.front() == '-';
    if (!take(text, '+') && !take(text, '-')) return std::nullopt;
    const auto h = take_number(text, 2);
    if (!h || *h > 14) return std::nullopt;
    // The minutes may be left out, as ISO 8601 allows and databases do: +08.
    const bool has_minutes = take(text, ':') || !text.empty();
    const auto m = has_minutes ? take_number(text, 2) : std::optional<int>(0);
    if (!m || *m > 59) return std::nullopt;
    const minutes offset = hours{*h} + minutes{*m};
    return negative ? -offset : offset;
}

// What a year of four digits can say: nothing beyond is read, and nothing beyond is printed, so
// that what was written can always be read again.
constexpr CivilDay kFirstDay = local_days{year{0} / January / 1};
constexpr CivilDay kLastDay = local_days{year{9999} / December / 31};

bool is_sayable(CivilDay day) { return kFirstDay <= day && day <= kLastDay; }

// Two digits; they are printed by the million, and a format string is read anew each time.
void append_two(std::string& out, int below_100) {
    out += static_cast<char>('0' + below_100 / 10);
    out += static_cast<char>('0' + below_100 % 10);
}

}  // namespace

CivilDay day_of(Instant instant, Zone zone) {
    return floor<days>(local_seconds{(instant + zone.offset).time_since_epoch()});
}

Instant start_of(CivilDay day, Zone zone) {
    return Instant{local_seconds{day}.time_since_epoch()} - zone.offset;
}

Instant floor_hour(Instant instant) { return floor<hours>(instant); }

int hour_of_day(Instant instant, Zone zone) { return minute_of_day(instant, zone) / 60; }

int minute_of_day(Instant instant, Zone zone) {
    const Instant midnight = start_of(day_of(instant, zone), zone);
    return static_cast<int>(duration_cast<minutes>(instant - midnight).count());
}

std::optional<Instant> parse_instant(std::string_view text, Zone zone) {
    const auto date = take_day(text);
    if (!date) return std::nullopt;
    if (text.empty()) return start_of(*date, zone);
    if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
    const auto clock = take_clock(text);
    if (!clock) return std::nullopt;
    Zone written_in = zone;
    if (!text.empty()) {
        const auto offset = take_offset(text);
        if (!offset || !text.empty()) return std::nullopt;
        written_in.offset = *offset;
    }
    const Instant instant = start_of(*date, written_in) + *clock;
    if (!is_sayable(day_of(instant, zone))) return std::nullopt;
    return instant;
}

std::optional<CivilDay> parse_day(std::string_view text) {
    const auto date = take_day(text);
    return text.empty() ? date : std::nullopt;
}

std::optional<Zone> parse_zone(std::string_view text) {
    if (text == "Asia/Shanghai") return Zone{hours{8}};
    if (text == "Asia/Urumqi") return Zone{hours{6}};
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    return Zone{*offset};
}

std::string not_a_time(std::string_view text) {
    return "'" + std::string(text) + "' is not a time";
}

std::string to_iso(CivilDay day) {
    const year_month_day date{std::clamp(day, kFirstDay, kLastDay)};
    const int year = static_cast<int>(date.year());
    std::string text;
    text.reserve(std::string_view("2016-12-16T20:00:00+08:00").size());
    append_two(text, year / 100);
    append_two(text, year % 100);
    text += '-';
    append_two(text, static_cast<int>(static_cast<unsigned>(date.month())));
    text += '-';
    append_two(text, static_cast<int>(static_cast<unsigned>(date.day())));
    return text;
}

std::string to_iso(Instant instant, Zone zone) {
    const Instant last = start_of(kLastDay, zone) + days{1} - seconds{1};
    instant = std::clamp(instant, start_of(kFirstDay, zone), last);
    const CivilDay day = day_of(instant, zone);
    const auto within = static_cast<int>((instant - start_of(day, zone)).count());
    const auto offset = static_cast<int>(zone.offset.count());
    const int size_of_offset = offset < 0 ? -offset : offset;
    std::string text = to_iso(day);
    text += 'T';
    append_two(text, within / 3600);
    text += ':';
    append_two(text, within / 60 % 60);
    text += ':';
    append_two(text, within % 60);
    text += offset < 0 ? '-' : '+';
    append_two(text, size_of_offset / 60);
    text += ':';
    append_two(text, size_of_offset % 60);
    return text;
}

std::string to_chinese(Instant instant, Zone zone) {
    const year_month_day date{day_of(instant, zone)};
    const int minute = minute_of_day(instant, zone);
    std::string text = std::to_string(static_cast<unsigned>(date.month())) + "月" +
                       std::to_string(static_cast<unsigned>(date.day())) + "日" +
                       std::to_string(minute / 60) + "时";
    if (minute % 60 != 0) text += std::to_string(minute % 60) + "分";
    return text;
}

std::string to_chinese(const Span& span, Zone zone) {
    return to_chinese(span.from, zone) + "至" + to_chinese(span.to, zone);
}

}  // namespace qk::rules
