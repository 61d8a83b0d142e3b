#include "plans/feeds/time_cell.hpp"

#include "rules/base/number.hpp"

namespace qk::plans {
namespace {

using namespace std::chrono;

constexpr std::size_t kTimeBytesMax = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A cell read from the left. What is not taken stays.
class Cell {
 public:
    explicit Cell(std::string_view text) : text_(text) {}

    [[nodiscard]] bool is_over() const { return text_.empty(); }
    bool take(std::string_view wanted) {
        if (!text_.starts_with(wanted)) return false;
        text_.remove_prefix(wanted.size());
        return true;
    }
    bool take_one_of(std::initializer_list<std::string_view> wanted) {
        for (const std::string_view one : wanted) {
            if (take(one)) return true;
        }
        return false;
    }
    bool take_blanks() {
        const std::size_t before = text_.size();
        while (take_one_of({" ", "\t", "\u3000", "\u00a0"})) {
        }
        return text_.size() < before;
    }
    [[nodiscard]] std::size_t digits() const {
        std::size_t count = 0;
        while (count < text_.size() && is_digit(text_[count])) ++count;
        return count;
    }
    // The next `count` characters, which are digits.
    int number(std::size_t count) {
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) value = value * 10 + (text_[i] - '0');
        text_.remove_prefix(count);
        return value;
    }
    // A number of one or two digits.
    std::optional<int> short_number() {
        const std::size_t count = digits();
        if (count == 0 || count > 2) return std::nullopt;
        return number(count);
    }

 private:
    std::string_view text_;
};

std::optional<rules::CivilDay> day_from(int year, int month, int day) {
    const year_month_day date{std::chrono::year{year},
                              std::chrono::month{static_cast<unsigned>(month)},
                              std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return std::nullopt;
    return local_days{date};
}

std::optional<seconds> clock_from(int hour, int minute, int second) {
    const bool is_end_of_day = hour == 24 && minute == 0 && second == 0;
    if (!is_end_of_day && (hour > 23 || minute > 59 || second > 59)) return std::nullopt;
    return hours{hour} + minutes{minute} + seconds{second};
}

// 20160106, and what may follow without a mark: 2016010608, 201601060830, 20160106083000.
struct CompactTime {
    rules::CivilDay day;
    std::optional<seconds> clock;
};
std::optional<CompactTime> take_compact(Cell& cell) {
    constexpr std::size_t kDay = 8, kHour = 10, kMinute = 12, kSecond = 14;
    const std::size_t digits = cell.digits();
    if (digits != kDay && digits != kHour && digits != kMinute && digits != kSecond) {
        return std::nullopt;
    }
    const int year = cell.number(4);
    const int month = cell.number(2);
    const auto day = day_from(year, month, cell.number(2));
    if (!day || year < 1900 || year > 2999) return std::nullopt;
    if (digits == kDay) return CompactTime{*day, std::nullopt};
    const int hour = cell.number(2);
    const int minute = digits >= kMinute ? cell.number(2) : 0;
    const int second = digits >= kSecond ? cell.number(2) : 0;
    const auto clock = clock_from(hour, minute, second);
    if (!clock) return std::nullopt;
    return CompactTime{*day, clock};
}

std::optional<rules::CivilDay> take_day(Cell& cell) {
    if (cell.digits() != 4) return std::nullopt;
    const int year = cell.number(4);
    const bool is_chinese = cell.take("年");
    std::string_view mark = "月";
    if (!is_chinese) {
        for (const std::string_view one : {"-", "/", "."}) {
            if (cell.take(one)) mark = one;
        }
        if (mark == "月") return std::nullopt;
    }
    const auto month = cell.short_number();
    if (!month || !cell.take(mark)) return std::nullopt;
    const auto day = cell.short_number();
    if (!day || (is_chinese && !cell.take_one_of({"日", "号"}))) return std::nullopt;
    return day_from(year, *month, *day);
}

enum class Half { kNotSaid, kMorning, kAfternoon };
Half take_half(Cell& cell) {
    if (cell.take_one_of({"上午", "凌晨", "AM", "am", "a.m."})) return Half::kMorning;
    if (cell.take_one_of({"下午", "晚上", "PM", "pm", "p.m."})) return Half::kAfternoon;
    return Half::kNotSaid;
}

// 8:00, 08:00:00.000, 8时, 8点30分, 080000.
std::optional<seconds> take_plain_clock(Cell& cell) {
    const std::size_t digits = cell.digits();
    if (digits == 4 || digits == 6) {
        const int hour = cell.number(2);
        const int minute = cell.number(2);
        return clock_from(hour, minute, digits == 6 ? cell.number(2) : 0);
    }
    const auto hour = cell.short_number();
    if (!hour) return std::nullopt;
    if (cell.take_one_of({"时", "点"})) {
        int minute = 0;
        if (cell.digits() > 0) {
            const auto read = cell.short_number();
            if (!read || !cell.take("分")) return std::nullopt;
            minute = *read;
        }
        cell.take("整");
        return clock_from(*hour, minute, 0);
    }
    if (!cell.take_one_of({":", "："})) return clock_from(*hour, 0, 0);
    const auto minute = cell.short_number();
    if (!minute) return std::nullopt;
    int second = 0;
    if (cell.take_one_of({":", "："})) {
        const auto read = cell.short_number();
        if (!read) return std::nullopt;
        second = *read;
        // Fractions of a second are below our resolution; they are cut off, not rounded.
        if (cell.take_one_of({".", ","})) {
            const std::size_t fraction = cell.digits();
            if (fraction == 0 || fraction > 9) return std::nullopt;
            cell.number(fraction);
        }
    }
    return clock_from(*hour, *minute, second);
}

std::optional<seconds> take_clock(Cell& cell) {
    Half half = take_half(cell);
    cell.take_blanks();
    auto clock = take_plain_clock(cell);
    if (!clock) return std::nullopt;
    if (half == Half::kNotSaid) {
        Cell behind = cell;
        behind.take_blanks();
        half = take_half(behind);
        if (half != Half::kNotSaid) cell = behind;
    }
    if (half == Half::kNotSaid) return clock;
    if (*clock >= hours{13}) return half == Half::kAfternoon ? clock : std::nullopt;
    if (*clock >= hours{12}) *clock -= hours{12};
    return half == Half::kAfternoon ? *clock + hours{12} : *clock;
}

// Z, +08:00, +0800, +08, +8, UTC+8. Empty where there is none, or a wrong one.
std::optional<rules::Zone> take_zone(Cell& cell) {
    const bool is_named = cell.take_one_of({"UTC", "GMT", "utc"});
    if (!is_named && cell.take_one_of({"Z", "z"})) return rules::Zone{minutes{0}};
    const bool negative = cell.take("-") || cell.take("\u2212");
    if (!negative && !cell.take("+")) {
        return is_named ? std::optional(rules::Zone{minutes{0}}) : std::nullopt;
    }
    const std::size_t digits = cell.digits();
    minutes offset{0};
    if (digits == 4) {
        const int hour = cell.number(2);
        offset = hours{hour} + minutes{cell.number(2)};
    } else {
        const auto hour = cell.short_number();
        if (!hour) return std::nullopt;
        offset = hours{*hour};
        if (cell.take(":")) {
            const auto minute = cell.digits() == 2 ? cell.short_number() : std::nullopt;
            if (!minute || *minute > 59) return std::nullopt;
            offset += minutes{*minute};
        }
    }
    if (offset > hours{14}) return std::nullopt;
    return rules::Zone{negative ? -offset : offset};
}

std::string_view without_apostrophe(std::string_view cell) {
    for (const std::string_view mark : {"'", "\u2018", "\u2019"}) {
        if (cell.starts_with(mark)) return cell.substr(mark.size());
    }
    return cell;
}

}  // namespace

std::optional<rules::Instant> read_time(std::string_view text, rules::Zone zone) {
    if (const auto iso = rules::parse_instant(text, zone)) return iso;
    if (text.size() > kTimeBytesMax) return std::nullopt;
    // An apostrophe made it text in a spreadsheet.
    Cell cell(without_apostrophe(text));
    cell.take_blanks();
    std::optional<rules::CivilDay> day;
    std::optional<seconds> clock;
    if (cell.digits() > 4) {
        const auto compact = take_compact(cell);
        if (!compact) return std::nullopt;
        day = compact->day;
        clock = compact->clock;
    } else {
        day = take_day(cell);
    }
    if (!day) return std::nullopt;
    if (!clock) {
        const bool is_parted = cell.take_one_of({"T", "t"}) || cell.take_blanks() ||
                               (text.find("年") != std::string_view::npos && !cell.is_over());
        if (!is_parted && !cell.is_over()) return std::nullopt;
        if (!cell.is_over()) {
            clock = take_clock(cell);
            if (!clock) return std::nullopt;
        }
    }
    cell.take_blanks();
    if (!cell.is_over()) {
        const auto stated = clock ? take_zone(cell) : std::nullopt;
        if (!stated || !cell.is_over()) return std::nullopt;
        zone = *stated;
    }
    return rules::start_of(*day, zone) + clock.value_or(seconds{0});
}

std::optional<std::chrono::seconds> read_clock(std::string_view text) {
    if (text.size() > kTimeBytesMax) return std::nullopt;
    Cell cell(without_apostrophe(text));
    cell.take_blanks();
    const auto clock = take_clock(cell);
    // "8.0", as a column of numbers with gaps is saved.
    if (clock && cell.take(".")) {
        while (cell.take("0")) {
        }
    }
    cell.take_blanks();
    return cell.is_over() ? clock : std::nullopt;
}

std::string time_cure(std::string_view text) {
    const std::string_view cell = without_apostrophe(text);
    constexpr double kDayNumberLeast = 20'000, kDayNumberMost = 80'000;  // 1954 to 2119
    constexpr double kUnixLeast = 1e9;
    const auto number = rules::parse_number(cell);
    if (number && *number >= kDayNumberLeast && *number <= kDayNumberMost) {
        return "a spreadsheet's day number: format the column as text or date, as 2016-12-16 20:00";
    }
    if (number && *number >= kUnixLeast) {
        return "seconds or milliseconds since 1970: write the time, as 2016-12-16T20:00:00+08:00";
    }
    Cell start(cell);
    const std::size_t digits = start.digits();
    if (digits == 1 || digits == 2) {
        start.number(digits);
        if (start.take_one_of({"/", "-", "."})) {
            return "the year first, because 1/6 is a day in June and in January: 2016-01-06 08:00";
        }
    }
    return "as 2016-12-16T20:00:00+08:00";
}

}  // namespace qk::plans
