#include "daemon/ctl/aqi_hours.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <cstring>
#include <iostream>

#include "plans/text/csv.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_out.hpp"
#include "plans/text/shown.hpp"
#include "rules/air/rolling_pair.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;
using rules::Pollutant;

constexpr std::size_t kWriteBytes = std::size_t{64} << 10;

std::string cell_of(std::int16_t aqi) {
    return aqi == rules::kNoAqi ? std::string() : std::to_string(aqi);
}

// A line is put together of a dozen short pieces: with room for all of them, none is asked for.
// Nothing that came from outside goes in here.
class LineText {
 public:
    template <std::size_t Size>
    void add(const char (&piece)[Size]) {
        std::memcpy(bytes_.data() + size_, piece, Size - 1);
        size_ += Size - 1;
    }
    void add(std::string_view piece) {
        std::memcpy(bytes_.data() + size_, piece.data(), piece.size());
        size_ += piece.size();
    }
    void add_index(std::int16_t aqi, std::string_view none) {
        if (aqi == rules::kNoAqi) return add(none);
        size_ = static_cast<std::size_t>(
            std::to_chars(bytes_.data() + size_, bytes_.data() + bytes_.size(), aqi).ptr -
            bytes_.data());
    }
    [[nodiscard]] std::string_view text() const { return {bytes_.data(), size_}; }

 private:
    std::array<char, 512> bytes_;  // an hour with every pollutant takes some 200
    std::size_t size_ = 0;
};

// The text of one hour after another: what is of the day is made once.
class HourText {
 public:
    explicit HourText(const rules::AirRules& air) : air_(air) {}

    void set(rules::Instant hour) {
        constexpr std::chrono::hours kDay{24};
        if (!has_day_ || hour < midnight_ || hour - midnight_ >= kDay) {
            const rules::CivilDay day = rules::day_of(hour, air_.zone);
            has_day_ = true;
            midnight_ = rules::start_of(day, air_.zone);
            text_ = rules::to_iso(hour, air_.zone);
            edition_ = rules::to_text(air_.edition.value_or(rules::edition_for(day)));
            return;
        }
        const auto minute = static_cast<int>((hour - midnight_) / std::chrono::minutes{1});
        constexpr std::size_t kHours = 11;  // of 2026-01-31T08:00:00
        put(kHours, minute / 60);
        put(kHours + 3, minute % 60);
    }
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] std::string_view edition() const { return edition_; }

 private:
    void put(std::size_t where, int two_digits) {
        text_[where] = static_cast<char>('0' + two_digits / 10);
        text_[where + 1] = static_cast<char>('0' + two_digits % 10);
    }

    const rules::AirRules& air_;
    bool has_day_ = false;
    rules::Instant midnight_{};  // of the day that text_ names
    std::string text_;
    std::string_view edition_;
};

void tell_index(plans::JsonOut& out, std::string_view name, std::int16_t aqi) {
    out.key(name);
    if (aqi == rules::kNoAqi)
        out.null();
    else
        out.whole(aqi);
}

void tell_names(plans::JsonOut& out, std::string_view name, rules::PollutantSet set) {
    out.key(name);
    out.begin_array();
    for (const Pollutant pollutant : rules::kPollutants) {
        if (set.contains(pollutant)) out.text(rules::to_text(pollutant));
    }
    out.end_array();
}

void tell_number(plans::JsonOut& out, rules::Decimal value) {
    if (value.millionths % 1'000'000 == 0)
        out.whole(value.millionths / 1'000'000);
    else
        out.number(value.as_double());
}

void tell_pollutants(plans::JsonOut& out, const rules::AirDay& day) {
    const auto of = [&day](Pollutant pollutant) -> const rules::DayPollutant& {
        return day.pollutants[static_cast<std::size_t>(pollutant)];
    };
    out.key("iaqi");
    out.begin_object();
    for (const Pollutant pollutant : rules::kPollutants) {
        tell_index(out, rules::to_text(pollutant),
                   day.index.iaqi[static_cast<std::size_t>(pollutant)]);
    }
    out.end_object();
    out.key("concentrations");
    out.begin_object();
    for (const Pollutant pollutant : rules::kPollutants) {
        out.key(rules::to_text(pollutant));
        const rules::Concentration value = of(pollutant).concentration;
        if (value.is_missing())
            out.null();
        else
            tell_number(out, value.value());
    }
    out.end_object();
    out.key("valid_hours");
    out.begin_object();
    for (const Pollutant pollutant : rules::kPollutants) {
        out.whole_member(rules::to_text(pollutant), of(pollutant).valid_hours);
    }
    out.end_object();
}

void tell_day(plans::JsonOut& out, const rules::AirDay& day) {
    out.begin_object();
    out.member("date", rules::to_iso(day.day));
    out.member("hj633", rules::to_text(day.edition));
    tell_index(out, "aqi", day.valid ? day.index.aqi : rules::kNoAqi);
    tell_index(out, "aqi_of_those_present", day.index.aqi);
    tell_names(out, "primary", day.index.primary);
    out.member("primary_cn", rules::to_chinese(day.index.primary));
    out.key("level");
    if (day.valid)
        out.text(rules::to_chinese(rules::level_of(day.index.aqi)));
    else
        out.null();
    out.flag_member("valid", day.valid);
    out.key("why_not");
    if (day.valid)
        out.null();
    else
        out.text(day.why_not);
    tell_names(out, "missing", day.missing);
    tell_pollutants(out, day);
    out.end_object();
}

json::array unusable_to_json(const rules::HourlySeries& series, const rules::AirRules& air) {
    json::array out;
    for (const auto& reading : rules::unusable_readings(series, air.limits)) {
        out.push_back(json::object{{"time", rules::to_iso(reading.hour, air.zone)},
                                   {"pollutant", rules::to_text(reading.pollutant)},
                                   {"value", number_json(reading.value)}});
    }
    return out;
}

json::array thin_to_json(const rules::CityAir& city, rules::Zone zone) {
    json::array out;
    for (const rules::SparsePeriod& thin : city.thin) {
        out.push_back(json::object{{"pollutant", rules::to_text(thin.pollutant)},
                                   {"from", rules::to_iso(thin.span.from, zone)},
                                   {"to", rules::to_iso(thin.span.to, zone)},
                                   {"places_min", thin.places_min}});
    }
    return out;
}

json::array exclusions_to_json(const std::vector<rules::StationExclusion>& exclusions,
                               rules::Zone zone) {
    json::array out;
    for (const rules::StationExclusion& excluded : exclusions) {
        out.push_back(json::object{{"city", excluded.city},
                                   {"station", excluded.station},
                                   {"fault", rules::to_text(excluded.fault)},
                                   {"fault_cn", rules::to_chinese(excluded.fault)},
                                   {"from", rules::to_iso(excluded.span.from, zone)},
                                   {"to", rules::to_iso(excluded.span.to, zone)},
                                   {"why", excluded.why}});
        std::cerr << excluded.city << "/" << excluded.station << ": " << excluded.why << "\n";
    }
    return out;
}

// A cell as it stands in a csv that a spreadsheet opens.
std::string csv_cell(const std::string& cell) {
    return plans::to_csv_cell(plans::for_spreadsheet(cell));
}

void add_names(rules::PollutantSet set, LineText& line) {
    bool is_first = true;
    for (const Pollutant pollutant : rules::kPollutants) {
        if (!set.contains(pollutant)) continue;
        if (!is_first) line.add(",");
        line.add("\"");
        line.add(rules::to_text(pollutant));
        line.add("\"");
        is_first = false;
    }
}

// Hours and days are told apart by the first column.
const std::vector<std::string>& columns() {
    static const std::vector<std::string> kColumns{"of",    "region",  "time",        "hj633",
                                                   "aqi",   "primary", "rolling_aqi", "trigger_aqi",
                                                   "valid", "why_not"};
    return kColumns;
}

struct HourIndices {
    rules::AirIndex own;
    std::int16_t rolling = rules::kNoAqi;
    std::int16_t trigger = rules::kNoAqi;
};

void append_json(const HourText& hour, const HourIndices& found, std::string& out) {
    LineText line;
    line.add("{\"time\":\"");
    line.add(std::string_view(hour.text()));
    line.add("\",\"aqi\":");
    line.add_index(found.own.aqi, "null");
    line.add(",\"primary\":[");
    add_names(found.own.primary, line);
    line.add("],\"rolling_aqi\":");
    line.add_index(found.rolling, "null");
    line.add(",\"trigger_aqi\":");
    line.add_index(found.trigger, "null");
    line.add("}");
    out += line.text();
}

void append_csv(const std::string& region, const HourText& hour, const HourIndices& found,
                std::string& out) {
    LineText line;
    line.add(",");
    line.add(std::string_view(hour.text()));
    line.add(",");
    line.add(hour.edition());
    line.add(",");
    line.add_index(found.own.aqi, "");
    line.add(",");
    line.add(std::string_view(rules::to_text(found.own.primary)));
    line.add(",");
    line.add_index(found.rolling, "");
    line.add(",");
    line.add_index(found.trigger, "");
    line.add(",,\r\n");
    out += "hour,";
    out += region;
    out += line.text();
}

}  // namespace

json::value number_json(rules::Decimal value) {
    if (value.millionths % 1'000'000 == 0) return value.millionths / 1'000'000;
    return value.as_double();
}

AirPrinter::AirPrinter(std::ostream& out, Format format, const rules::AirRules& air)
    : out_(out), format_(format), air_(air) {
    if (format_ == Format::kJson) text_ = "{\"regions\":[";
    if (format_ == Format::kCsv) row(columns());
    if (format_ == Format::kTable) lines_.measure(columns());
}

void AirPrinter::measure(const rules::HourlySeries& series) {
    is_measuring_ = true;
    print_hours(series);
    print_days(series);
    is_measuring_ = false;
}

void AirPrinter::print(const rules::HourlySeries& series, const rules::CityAir* city) {
    const bool is_json = format_ == Format::kJson;
    if (format_ == Format::kTable && !has_region_) row(columns());
    if (is_json) {
        text_ += has_region_ ? ",{\"region\":" : "{\"region\":";
        text_ += plans::to_text(json::value(series.region)) + ",\"hours\":[";
    }
    has_region_ = true;
    print_hours(series);
    if (is_json) text_ += "],\"days\":[";
    print_days(series);
    if (is_json) text_ += "],\"unusable\":";
    print_unusable(series);
    if (is_json && city != nullptr) {
        text_ += ",\"places\":" + plans::to_text(json::value(city->places));
        text_ += ",\"thin\":" + plans::to_text(thin_to_json(*city, air_.zone));
    }
    if (is_json) text_ += "}";
    flush_when_full();
}

void AirPrinter::print_hours(const rules::HourlySeries& series) {
    const rules::RollingOzone rolling = rules::rolling_with_ozone(series, air_);
    const std::string region = csv_cell(series.region);
    HourText hour(air_);
    for (std::size_t i = 0; i < series.hours.size(); ++i) {
        hour.set(series.first + std::chrono::hours{i});
        const HourIndices found{rules::hourly_index(series, i, air_), rolling.counts.aqi[i],
                                rolling.left_out.aqi[i]};
        switch (format_) {
            case Format::kJson:
                if (i > 0) text_ += ',';
                append_json(hour, found, text_);
                break;
            case Format::kCsv:
                append_csv(region, hour, found, text_);
                break;
            case Format::kTable:
                row({"hour", series.region, hour.text(), std::string(hour.edition()),
                     cell_of(found.own.aqi), rules::to_text(found.own.primary),
                     cell_of(found.rolling), cell_of(found.trigger), "", ""});
                break;
        }
        flush_when_full();
    }
}

void AirPrinter::print_days(const rules::HourlySeries& series) {
    bool is_first = true;
    for (const rules::AirDay& day : rules::days_of(series, air_)) {
        if (format_ == Format::kJson) {
            if (!is_first) text_ += ',';
            plans::JsonText told(text_);
            tell_day(told, day);
        } else {
            row({"day", series.region, rules::to_iso(day.day),
                 std::string(rules::to_text(day.edition)), day.valid ? cell_of(day.index.aqi) : "",
                 rules::to_text(day.index.primary), "", "", day.valid ? "yes" : "no", day.why_not});
        }
        is_first = false;
        flush_when_full();
    }
}

void AirPrinter::print_unusable(const rules::HourlySeries& series) {
    const json::array unusable = unusable_to_json(series, air_);
    if (!unusable.empty()) {
        std::cerr << series.region << ": " << unusable.size()
                  << " values below zero or absurd: counted as missing\n";
    }
    if (format_ == Format::kJson) text_ += plans::to_text(unusable);
}

void AirPrinter::finish(const std::vector<rules::StationExclusion>* exclusions) {
    const json::array excluded =
        exclusions == nullptr ? json::array() : exclusions_to_json(*exclusions, air_.zone);
    if (format_ == Format::kJson) {
        text_ += "]";
        if (exclusions != nullptr) text_ += ",\"excluded\":" + plans::to_text(excluded);
        text_ += ",\"hj633\":\"";
        text_ += air_.edition ? rules::to_text(*air_.edition) : "by date";
        text_ += "\"}\n";
    }
    if (format_ == Format::kTable && !has_region_) row(columns());
    flush();
}

void AirPrinter::row(const std::vector<std::string>& cells) {
    if (format_ == Format::kTable) {
        if (is_measuring_)
            lines_.measure(cells);
        else
            lines_.print(out_, cells);
        return;
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) text_ += ',';
        text_ += csv_cell(cells[i]);
    }
    text_ += "\r\n";
}

void AirPrinter::flush_when_full() {
    if (text_.size() >= kWriteBytes) flush();
}

void AirPrinter::flush() {
    out_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    text_.clear();
}

}  // namespace qk::ctl
