// Two kinds of time. An Instant is a point on the UTC line, for storage and wire; a CivilDay is a
// date on the wall calendar of a region, for warnings and reports. Only the functions below cross
// over, and they want the region's Zone. Comparing one with the other does not compile.
//
// Nothing here reads a clock. China has had one fixed offset without daylight saving since 1991, so
// a zone is an offset; "Asia/Shanghai" and "Asia/Urumqi" are known by name.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace qk::rules {

using Instant = std::chrono::sys_seconds;
using CivilDay = std::chrono::local_days;

// Has no default: whoever needs one passes that of the region.
struct Zone {
    constexpr explicit Zone(std::chrono::minutes east_of_utc) : offset(east_of_utc) {}

    std::chrono::minutes offset;

    friend bool operator==(const Zone&, const Zone&) = default;
};
// Of the national platforms, of the programs where no region is known yet, and of stored texts,
// whose offset stands in them. A region's own zone comes from its pack; in the west of the country
// it is another.
inline constexpr Zone kBeijingTime{std::chrono::hours{8}};

// From inclusive, to exclusive.
struct Span {
    Instant from;
    Instant to;

    [[nodiscard]] bool holds(Instant t) const { return from <= t && t < to; }
    [[nodiscard]] bool overlaps(const Span& other) const {
        return from < other.to && other.from < to;
    }
    [[nodiscard]] std::chrono::seconds length() const { return to - from; }
    friend bool operator==(const Span&, const Span&) = default;
};

[[nodiscard]] CivilDay day_of(Instant instant, Zone zone);
[[nodiscard]] Instant start_of(CivilDay day, Zone zone);
[[nodiscard]] Instant floor_hour(Instant instant);
[[nodiscard]] int hour_of_day(Instant instant, Zone zone);    // 0 to 23
[[nodiscard]] int minute_of_day(Instant instant, Zone zone);  // 0 to 1439

// Reads ISO 8601: "2016-12-16T20:00:00+08:00" (also +08, +0800), "2016-12-16T12:00Z", and without
// offset (then in `zone`) "2016-12-16 20:00[:00]" or "2016-12-16". 24:00 is the next midnight.
// In `zone` it must be of the years 0 to 9999, which is all that to_iso() can say. Nothing else;
// what people write in tables is plans/feeds/time_cell.hpp.
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text, Zone zone);
// For the refusal of a text that parse_instant() does not take: "'noon' is not a time", and what
// would be right.
[[nodiscard]] std::string not_a_time(std::string_view text);
inline constexpr char kTimeCure[] = "write it as 2016-12-16T20:00:00+08:00";
[[nodiscard]] std::optional<CivilDay> parse_day(std::string_view text);  // "2016-12-16"
[[nodiscard]] std::optional<Zone> parse_zone(std::string_view text);     // name or "+08:00"

// What lies before the year 0 or after 9999 is printed as their first or last second or day, so
// that it can be read again.
[[nodiscard]] std::string to_iso(Instant instant, Zone zone);  // "2016-12-16T20:00:00+08:00"
[[nodiscard]] std::string to_iso(CivilDay day);                // "2016-12-16"
// "12月16日20时", for sentences that people read.
[[nodiscard]] std::string to_chinese(Instant instant, Zone zone);
[[nodiscard]] std::string to_chinese(const Span& span, Zone zone);  // "12月7日18时至12月8日6时"

}  // namespace qk::rules
