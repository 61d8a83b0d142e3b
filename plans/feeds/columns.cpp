#include "plans/feeds/columns.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "plans/feeds/time_cell.hpp"
#include "plans/text/half_width.hpp"
#include "plans/text/missing_mark.hpp"

namespace qk::plans {
namespace {

using rules::Pollutant;

struct Spelling {
    std::string_view name;
    Pollutant pollutant;
};

constexpr std::array kSpellings{
    Spelling{"pm25", Pollutant::kPm25},
    Spelling{"pm2p5", Pollutant::kPm25},
    Spelling{"pm25principal", Pollutant::kPm25},
    Spelling{"细颗粒物", Pollutant::kPm25},
    Spelling{"细颗粒物pm25", Pollutant::kPm25},
    Spelling{"pm10", Pollutant::kPm10},
    Spelling{"可吸入颗粒物", Pollutant::kPm10},
    Spelling{"可吸入颗粒物pm10", Pollutant::kPm10},
    Spelling{"颗粒物pm10", Pollutant::kPm10},
    Spelling{"so2", Pollutant::kSo2},
    Spelling{"sulphurdioxide", Pollutant::kSo2},
    Spelling{"sulfurdioxide", Pollutant::kSo2},
    Spelling{"二氧化硫", Pollutant::kSo2},
    Spelling{"二氧化硫so2", Pollutant::kSo2},
    Spelling{"no2", Pollutant::kNo2},
    Spelling{"nitrogendioxide", Pollutant::kNo2},
    Spelling{"二氧化氮", Pollutant::kNo2},
    Spelling{"二氧化氮no2", Pollutant::kNo2},
    Spelling{"co", Pollutant::kCo},
    Spelling{"carbonmonoxide", Pollutant::kCo},
    Spelling{"一氧化碳", Pollutant::kCo},
    Spelling{"一氧化碳co", Pollutant::kCo},
    Spelling{"o3", Pollutant::kO3},
    Spelling{"ozone", Pollutant::kO3},
    Spelling{"臭氧", Pollutant::kO3},
    Spelling{"臭氧o3", Pollutant::kO3},
};

bool take_suffix(std::string_view& text, std::string_view suffix) {
    if (!text.ends_with(suffix)) return false;
    text.remove_suffix(suffix.size());
    return true;
}

std::optional<Pollutant> spelled(std::string_view name) {
    for (const Spelling& spelling : kSpellings) {
        if (name == spelling.name) return spelling.pollutant;
    }
    return std::nullopt;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
}

bool is_region(std::string_view name) {
    return is_one_of(name, {"region", "county", "地区", "区域", "区县", "行政区"});
}
bool is_city(std::string_view name) {
    return is_one_of(name, {"city", "cityname", "城市", "城市名称"});
}
bool is_station(std::string_view name) {
    return is_one_of(name, {"station", "stationname", "site", "sitename", "站点", "站点名称",
                            "监测点", "监测点名称", "监测点位", "点位名称", "positionname"});
}
// Names that mean a place only where no other column does.
bool is_perhaps_city(std::string_view name) { return is_one_of(name, {"area", "areaname"}); }
bool is_perhaps_station(std::string_view name) {
    return is_one_of(name, {"location", "locationname", "stationcode", "sitecode", "站点编码"});
}
bool is_utc(std::string_view name) {
    return is_one_of(name, {"utc", "datetimeutc", "dateutc", "timeutc", "utctime"});
}
bool is_time(std::string_view name) {
    return is_one_of(name,
                     {"time", "datetime", "timestamp", "validtime", "timepoint", "datelt", "local",
                      "localtime", "datetimelocal", "时间", "监测时间", "日期时间", "预报时间"});
}
bool is_date(std::string_view name) { return is_one_of(name, {"date", "日期", "监测日期"}); }
bool is_hour(std::string_view name) { return is_one_of(name, {"hour", "小时", "时", "时刻"}); }

// 9999 and longer rows of nines: what fixed-width files hold where there is nothing. No air has so
// much of anything.
bool is_row_of_nines(std::string_view cell) {
    constexpr std::size_t kNinesMin = 4, kNinesMax = 8;
    std::size_t nines = 0;
    for (std::size_t i = 0; i < cell.size(); ++i) {
        const bool is_point = cell[i] == '.' && nines >= kNinesMin;
        const bool is_zero = cell[i] == '0' && cell.find('.') < i;
        if (cell[i] != '9' && !is_point && !is_zero) return false;
        nines += cell[i] == '9' ? 1 : 0;
    }
    return nines >= kNinesMin && nines <= kNinesMax;
}

// Reads "-12.345": whole number of millionths. What lies beyond makes the last of them odd, so that
// no later rounding takes the value for an exact half or whole (3.4999999 stays below 3.5).
std::optional<std::int64_t> read_millionths(std::string_view text) {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
    constexpr std::int64_t kWholeMax = 1'000'000'000;
    std::int64_t whole = 0;
    std::size_t i = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
        whole = whole * 10 + (text[i] - '0');
        if (whole > kWholeMax) return std::nullopt;
    }
    std::size_t digits = i;
    std::int64_t millionths = whole * 1'000'000;
    bool is_cut = false;
    if (i < text.size() && text[i] == '.') {
        std::int64_t scale = 100'000;
        for (++i; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i, ++digits) {
            millionths += scale * (text[i] - '0');
            is_cut = is_cut || (scale == 0 && text[i] != '0');
            scale /= 10;
        }
    }
    if (i != text.size() || digits == 0) return std::nullopt;
    if (is_cut) millionths |= 1;
    return negative ? -millionths : millionths;
}

void set_once(std::optional<std::size_t>& place, std::size_t column, std::string_view meaning,
              const rules::Place& header, rules::Faults& faults) {
    if (!place) {
        place = column;
        return;
    }
    add_fault(faults, {{header.file, header.line, static_cast<int>(column) + 1},
                       "a second column of the " + std::string(meaning),
                       "keep one; column " + std::to_string(*place + 1) + " is the first",
                       rules::Severity::kError});
}

// Columns as their names say, before it is known which of them count.
class NamedColumns {
 public:
    NamedColumns(const CsvHeader& header, const rules::Place& place, rules::Faults& faults)
        : header_(header), place_(place), faults_(faults) {}

    void take_place_or_time(std::size_t i) {
        const std::string name = squeezed(header_.names()[i]);
        if (is_region(name))
            set(columns_.region, i, "region");
        else if (is_city(name))
            set(city_, i, "city");
        else if (is_station(name))
            set(columns_.station, i, "station");
        else if (is_time(name))
            set(columns_.time, i, "time");
        else if (name == "datelst")
            lst_ = i;
        else if (name == "day" || name == "日")
            set(day_, i, "day");
        else if (is_date(name))
            set(columns_.date, i, "date");
        else if (is_hour(name))
            set(columns_.hour, i, "hour");
        else if (name == "year" || name == "年")
            year_ = i;
        else if (name == "month" || name == "月")
            month_ = i;
        else if (is_utc(name) && !utc_)
            utc_ = i;
        else if (is_perhaps_city(name) && !perhaps_city_)
            perhaps_city_ = i;
        else if (is_perhaps_station(name) && !perhaps_station_)
            perhaps_station_ = i;
    }

    void take_value(std::size_t i, const PollutantColumn& meaning) {
        std::optional<std::size_t> earlier;
        for (const auto& value : columns_.values) {
            if (value.meaning.pollutant == meaning.pollutant) earlier = value.column;
        }
        set(earlier, i, rules::to_text(meaning.pollutant));
        columns_.values.push_back({i, meaning});
    }

    AirColumns finish() {
        if (!columns_.region) columns_.region = city_ ? city_ : perhaps_city_;
        if (!columns_.station && (!columns_.region || columns_.region == perhaps_city_)) {
            columns_.station = perhaps_station_;
        }
        const bool is_civil = year_ && month_ && day_;
        // StateAir writes the time twice, and the day before the month in some of its years.
        if (!columns_.time && !(is_civil && columns_.hour)) columns_.time = lst_;
        if (!is_civil && !columns_.date) columns_.date = day_;
        if (columns_.time) {
            columns_.hour.reset();  // the time says it all
        } else if (is_civil && !columns_.date) {
            columns_.civil = {year_, month_, day_};
        } else if (columns_.date) {
            columns_.time = std::exchange(columns_.date, std::nullopt);
        } else if (utc_) {
            columns_.time = utc_;
            columns_.is_utc = true;
            columns_.hour.reset();
        }
        return std::move(columns_);
    }

 private:
    void set(std::optional<std::size_t>& place, std::size_t column, std::string_view meaning) {
        set_once(place, column, meaning, place_, faults_);
    }

    const CsvHeader& header_;
    const rules::Place& place_;
    rules::Faults& faults_;
    AirColumns columns_;
    std::optional<std::size_t> city_;
    std::optional<std::size_t> perhaps_city_;
    std::optional<std::size_t> perhaps_station_;
    std::optional<std::size_t> year_;
    std::optional<std::size_t> month_;
    std::optional<std::size_t> day_;
    std::optional<std::size_t> utc_;
    std::optional<std::size_t> lst_;
};

// Beside a column in our unit another one is extra; alone it would be a pollutant that is silently
// missing.
void refuse_unit(const CsvHeader& header, std::size_t column, Pollutant pollutant,
                 const rules::Place& place, rules::Faults& faults) {
    const std::string name(rules::to_text(pollutant));
    add_fault(faults,
              {{place.file, place.line, static_cast<int>(column) + 1},
               quoted_cell(header.names()[column]) + " names a unit that is not read",
               name + "_ugm3 or " + name +
                   "_mgm3, with values converted to µg/m³ or mg/m³; or leave the column out",
               rules::Severity::kError});
}

// A number that may have been saved as "3.0".
std::optional<int> whole_in(std::string_view cell, int least, int most) {
    const auto number = rules::parse_decimal(cell);
    if (!number || number->millionths % 1'000'000 != 0) return std::nullopt;
    const std::int64_t whole = number->millionths / 1'000'000;
    if (whole < least || whole > most) return std::nullopt;
    return static_cast<int>(whole);
}

}  // namespace

std::optional<rules::Instant> time_of(const CsvReader& reader, const CsvRow& row,
                                      const AirColumns& columns, rules::Zone zone,
                                      rules::Faults& faults) {
    const auto refuse = [&](std::size_t column, std::string what, std::string cure) {
        add_fault(faults, {reader.place(row, column), std::move(what), std::move(cure),
                           rules::Severity::kError});
        return std::nullopt;
    };
    if (columns.is_utc) zone = rules::Zone{std::chrono::minutes{0}};
    std::optional<rules::Instant> instant;
    if (columns.civil[0]) {
        const auto year = whole_in(row.cells[*columns.civil[0]], 1900, 2999);
        const auto month = whole_in(row.cells[*columns.civil[1]], 1, 12);
        const auto day = whole_in(row.cells[*columns.civil[2]], 1, 31);
        const std::chrono::year_month_day date{
            std::chrono::year{year.value_or(0)},
            std::chrono::month{static_cast<unsigned>(month.value_or(0))},
            std::chrono::day{static_cast<unsigned>(day.value_or(0))}};
        if (!year || !month || !day || !date.ok()) {
            return refuse(*columns.civil[0], "year, month and day are no date", "as 2016,12,16");
        }
        instant = rules::start_of(std::chrono::local_days{date}, zone);
    } else {
        const std::string_view cell = row.cells[*columns.time];
        instant = read_time(cell, zone);
        // The time of the day alone, its date in a column of its own.
        if (!instant && columns.date) {
            const auto clock = read_clock(cell);
            const auto date = read_time(row.cells[*columns.date], zone);
            if (clock && date) instant = *date + *clock;
        }
        if (!instant)
            return refuse(*columns.time, quoted_cell(cell) + " is not a time", time_cure(cell));
    }
    if (!columns.hour) return instant;
    const auto clock = read_clock(row.cells[*columns.hour]);
    if (clock) return *instant + *clock;
    return refuse(*columns.hour, quoted_cell(row.cells[*columns.hour]) + " is not an hour of a day",
                  "a number from 0 to 24");
}

std::string squeezed(std::string_view name) {
    std::string out;
    for (const char c : half_width(name)) {
        if (c >= 'A' && c <= 'Z')
            out += static_cast<char>(c - 'A' + 'a');
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            out += c;
        else if (static_cast<unsigned char>(c) >= 0x80)
            out += c;
    }
    const auto replace = [&out](std::string_view from, std::string_view to) {
        for (auto at = out.find(from); at != std::string::npos; at = out.find(from, at)) {
            out.replace(at, from.size(), to);
        }
    };
    replace("\u00b5", "u");
    replace("\u03bc", "u");
    replace("\u00b7", "");  // μg·m-3
    replace("\u207b", "");  // m⁻³
    replace("微克每立方米", "ugm3");
    replace("毫克每立方米", "mgm3");
    replace("微克立方米", "ugm3");
    replace("毫克立方米", "mgm3");
    return out;
}

std::optional<PollutantColumn> pollutant_column(std::string_view name, TableOf table) {
    const std::string plain = squeezed(name);
    std::string_view rest = plain;
    const bool is_micrograms = take_suffix(rest, "ugm3");
    const bool is_milligrams = !is_micrograms && take_suffix(rest, "mgm3");
    auto pollutant = spelled(rest);
    if (!pollutant && table == TableOf::kHours) {
        if (take_suffix(rest, "1h") || take_suffix(rest, "1小时")) pollutant = spelled(rest);
    } else if (!pollutant) {
        const bool is_eight = take_suffix(rest, "8h") || take_suffix(rest, "8小时");
        const bool is_day = !is_eight && (take_suffix(rest, "24h") || take_suffix(rest, "24小时"));
        if (is_eight || is_day) pollutant = spelled(rest);
        if (pollutant && is_eight != (*pollutant == Pollutant::kO3)) return std::nullopt;
    }
    if (!pollutant) return std::nullopt;
    PollutantColumn column{*pollutant, 1000, is_micrograms || is_milligrams};
    if (*pollutant == Pollutant::kCo && is_micrograms) column.thousandths = 1;
    if (*pollutant != Pollutant::kCo && is_milligrams) column.thousandths = 1'000'000;
    return column;
}

std::optional<Pollutant> pollutant_in_other_unit(std::string_view name) {
    const std::string plain = squeezed(name);
    for (const std::string_view unit : {"ppmv", "ppm", "ppbv", "ppb", "pptv", "ppt", "umolmol",
                                        "nmolmol", "ngm3", "gm3", "ugl", "mgl", "molm3"}) {
        std::string_view rest = plain;
        if (!take_suffix(rest, unit)) continue;
        auto pollutant = spelled(rest);
        if (!pollutant && (take_suffix(rest, "1h") || take_suffix(rest, "1小时"))) {
            pollutant = spelled(rest);
        }
        if (pollutant) return pollutant;
    }
    return std::nullopt;
}

AirColumns air_columns(const CsvHeader& header, TableOf table, const rules::Place& header_place,
                       rules::Faults& faults) {
    NamedColumns named(header, header_place, faults);
    std::vector<std::pair<std::size_t, Pollutant>> in_other_unit;
    for (std::size_t i = 0; i < header.names().size(); ++i) {
        named.take_place_or_time(i);
        const auto meaning = pollutant_column(header.names()[i], table);
        if (meaning) named.take_value(i, *meaning);
        if (const auto other = pollutant_in_other_unit(header.names()[i])) {
            in_other_unit.emplace_back(i, *other);
        }
    }
    AirColumns columns = named.finish();
    for (const auto& [column, pollutant] : in_other_unit) {
        const bool is_there = std::ranges::any_of(columns.values, [&](const auto& value) {
            return value.meaning.pollutant == pollutant;
        });
        if (!is_there) refuse_unit(header, column, pollutant, header_place, faults);
    }
    return columns;
}

void document_columns(const CsvHeader& header, AirColumns& columns) {
    for (std::size_t i = 0; i < header.names().size(); ++i) {
        const std::string name = squeezed(header.names()[i]);
        const bool is_source = is_one_of(name, {"source", "model", "来源", "模式"});
        const bool is_member = is_one_of(name, {"member", "成员"});
        const bool is_issue = is_one_of(name, {"issuedat", "issuetime", "发布时间", "起报时间"});
        const std::array<bool, 3> is{is_source, is_member, is_issue};
        for (std::size_t part = 0; part < is.size(); ++part) {
            if (is[part] && !columns.document[part]) columns.document[part] = i;
        }
    }
}

CellIs read_concentration(std::string_view cell, const PollutantColumn& meaning,
                          rules::Concentration& value) {
    if (take_small_whole(cell, meaning, value)) return CellIs::kValue;
    value = {};
    if (cell.empty()) return CellIs::kMissing;
    const auto millionths = read_millionths(cell);
    if (is_row_of_nines(cell)) return CellIs::kMissing;
    if (!millionths) {
        if (is_missing_mark(cell)) return CellIs::kMissing;
        const std::string narrow = half_width(cell);
        return narrow == cell ? CellIs::kNotANumber : read_concentration(narrow, meaning, value);
    }
    // Beyond this an instrument's value in mg/m³ would leave the range of a Decimal's sums.
    constexpr std::int64_t kMillionthsMax = 1'000'000'000'000'000;
    if (meaning.thousandths == 1000) {
        value = rules::Concentration(rules::Decimal{*millionths});
    } else if (meaning.thousandths == 1) {
        const std::int64_t rest = *millionths % 1000;
        const std::int64_t floor = *millionths / 1000 - (rest < 0 ? 1 : 0);
        value = rules::Concentration(rules::Decimal{rest != 0 ? floor | 1 : floor});
    } else {
        if (*millionths > kMillionthsMax / 1000 || *millionths < -kMillionthsMax / 1000) {
            return CellIs::kNotANumber;
        }
        value = rules::Concentration(rules::Decimal{*millionths * 1000});
    }
    return CellIs::kValue;
}

std::string number_cure(std::string_view cell) {
    const bool has_comma = cell.find(',') != std::string_view::npos;
    if (has_comma && cell.find_first_not_of("+-0123456789.,") == std::string_view::npos) {
        return "write the decimal mark as '.', and no thousands marks";
    }
    const auto is_control = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == '\x7F';
    };
    if (std::ranges::any_of(cell, is_control)) {
        return "it holds a control character that cannot be seen: enter the number again";
    }
    return "a number, or nothing where it is missing";
}

void add_fault(rules::Faults& faults, rules::Fault fault) {
    if (faults.size() < kFeedFaultsMax) {
        faults.push_back(std::move(fault));
    } else if (faults.size() == kFeedFaultsMax) {
        faults.push_back(
            {{fault.place.file, 0, 0},
             "more than " + std::to_string(kFeedFaultsMax) + " findings; the rest is not listed",
             "mend these first",
             fault.severity});
    }
}

}  // namespace qk::plans
