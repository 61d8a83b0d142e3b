#include "daemon/ctl/aqi_hours.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <iostream>

#include "plans/text/csv.hpp"
#include "plans/text/json.hpp"
#include "plans/text/shown.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;
using rules::Pollutant;

constexpr std::size_t kWriteBytes = std::size_t{64} << 10;

json::value index_of(std::int16_t aqi) {
    if (aqi == rules::kNoAqi) return nullptr;
    return aqi;
}

std::string cell_of(std::int16_t aqi) {
    return aqi == rules::kNoAqi ? std::string() : std::to_string(aqi);
}

json::array names_of(rules::PollutantSet set) {
    json::array names;
    for (const Pollutant pollutant : set.to_vector()) names.emplace_back(rules::to_text(pollutant));
    return names;
}

void append_index(std::int16_t aqi, std::string_view none, std::string& out) {
    if (aqi == rules::kNoAqi) {
        out += none;
        return;
    }
    std::array<char, 8> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), aqi).ptr;
    out.append(digits.data(), end);
}

// The text of one hour after another: what is of the day is made once.
class HourText {
 public:
    explicit HourText(const rules::AirRules& air) : air_(air) {}

    void set(rules::Instant hour) {
        const rules::CivilDay day = rules::day_of(hour, air_.zone);
        if (!has_day_ || day != day_) {
            has_day_ = true;
            day_ = day;
            text_ = rules::to_iso(hour, air_.zone);
            edition_ = rules::to_text(air_.edition.value_or(rules::edition_for(day)));
            return;
        }
        const int minute = rules::minute_of_day(hour, air_.zone);
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
    rules::CivilDay day_{};
    std::string text_;
    std::string_view edition_;
};

json::object day_to_json(const rules::AirDay& day) {
    json::object iaqi;
    json::object concentrations;
    json::object valid_hours;
    for (const Pollutant pollutant : rules::kPollutants) {
        const auto slot = static_cast<std::size_t>(pollutant);
        const rules::DayPollutant& of_day = day.pollutants[slot];
        const std::string_view name = rules::to_text(pollutant);
        iaqi[name] = index_of(day.index.iaqi[slot]);
        valid_hours[name] = of_day.valid_hours;
        concentrations[name] = of_day.concentration.is_missing()
                                   ? json::value(nullptr)
                                   : number_json(of_day.concentration.value());
    }
    json::object out{{"date", rules::to_iso(day.day)},
                     {"hj633", rules::to_text(day.edition)},
                     {"aqi", index_of(day.valid ? day.index.aqi : rules::kNoAqi)},
                     {"aqi_of_those_present", index_of(day.index.aqi)},
                     {"primary", names_of(day.index.primary)},
                     {"primary_cn", rules::to_chinese(day.index.primary)},
                     {"level", nullptr},
                     {"valid", day.valid},
                     {"why_not", nullptr},
                     {"missing", names_of(day.missing)},
                     {"iaqi", std::move(iaqi)},
                     {"concentrations", std::move(concentrations)},
                     {"valid_hours", std::move(valid_hours)}};
    if (day.valid)
        out["level"] = rules::to_chinese(rules::level_of(day.index.aqi));
    else
        out["why_not"] = day.why_not;
    return out;
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

void append_names(rules::PollutantSet set, std::string& out) {
    bool is_first = true;
    for (const Pollutant pollutant : rules::kPollutants) {
        if (!set.contains(pollutant)) continue;
        out += is_first ? "\"" : ",\"";
        out += rules::to_text(pollutant);
        out += '"';
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
    out += "{\"time\":\"";
    out += hour.text();
    out += "\",\"aqi\":";
    append_index(found.own.aqi, "null", out);
    out += ",\"primary\":[";
    append_names(found.own.primary, out);
    out += "],\"rolling_aqi\":";
    append_index(found.rolling, "null", out);
    out += ",\"trigger_aqi\":";
    append_index(found.trigger, "null", out);
    out += '}';
}

void append_csv(const std::string& region, const HourText& hour, const HourIndices& found,
                std::string& out) {
    out += "hour,";
    out += region;
    out += ',';
    out += hour.text();
    out += ',';
    out += hour.edition();
    out += ',';
    append_index(found.own.aqi, "", out);
    out += ',';
    out += rules::to_text(found.own.primary);
    out += ',';
    append_index(found.rolling, "", out);
    out += ',';
    append_index(found.trigger, "", out);
    out += ",,\r\n";
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
    const auto rolling = rules::rolling_aqi(series, air_, rules::Ozone::kCounts);
    const auto trigger = rules::rolling_aqi(series, air_, rules::Ozone::kLeftOut);
    const std::string region = csv_cell(series.region);
    HourText hour(air_);
    for (std::size_t i = 0; i < series.hours.size(); ++i) {
        hour.set(series.first + std::chrono::hours{i});
        const HourIndices found{rules::hourly_index(series, i, air_), rolling.aqi[i],
                                trigger.aqi[i]};
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
            text_ += plans::to_text(day_to_json(day));
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
