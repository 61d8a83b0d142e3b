// qingkongctl aqi: the index of one value, or of every hour and day of a table of hourly
// concentrations.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/air_input.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/feeds/daily_csv.hpp"
#include "plans/feeds/hourly_csv.hpp"
#include "rules/air/averages.hpp"
#include "rules/air/stations.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;
using rules::Pollutant;

int usage(std::string_view what, std::string_view cure) {
    std::cerr << "qingkongctl aqi: " << what << ": " << cure << "\n";
    return kBadUsage;
}

json::value number_of(rules::Decimal value) {
    if (value.millionths % 1'000'000 == 0) return value.millionths / 1'000'000;
    return value.as_double();
}

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

std::string why_null(Pollutant pollutant, rules::Averaging averaging) {
    const bool is_short_scale =
        (pollutant == Pollutant::kSo2 && averaging == rules::Averaging::k1h) ||
        (pollutant == Pollutant::kO3 && averaging == rules::Averaging::k8h);
    if (!is_short_scale) return "HJ 633 无该项目此平均时间的浓度限值";
    return pollutant == Pollutant::kSo2
               ? "SO2 1小时浓度高于800 µg/m³,按24小时平均计算(HJ 633-2012 表1注)"
               : "O3 8小时浓度高于800 µg/m³,按1小时平均计算(HJ 633-2012 表1注)";
}

struct OneValue {
    Pollutant pollutant{};
    rules::Averaging averaging{};
    rules::Decimal value;
    rules::Hj633 edition{};
};

void print_one(const OneValue& asked, Format format) {
    const auto index = rules::iaqi(asked.pollutant, asked.averaging, asked.value, asked.edition);
    const rules::Decimal rounded = rules::decimal_of_steps(
        asked.pollutant, rules::mean_in_steps(asked.pollutant, asked.value, 1));
    json::object whole{{"iaqi", nullptr},
                       {"pollutant", rules::to_text(asked.pollutant)},
                       {"average", rules::to_text(asked.averaging)},
                       {"value", number_of(asked.value)},
                       {"rounded", number_of(rounded)},
                       {"unit", asked.pollutant == Pollutant::kCo ? "mg/m³" : "µg/m³"},
                       {"hj633", rules::to_text(asked.edition)}};
    std::string level;
    std::string why;
    if (index) {
        const rules::AirLevel air = rules::level_of(*index);
        const rules::Rgb colour = rules::colour_of(air);
        level = rules::to_chinese(air);
        whole["iaqi"] = *index;
        whole["level"] = level;
        whole["class"] = rules::class_in_chinese(air);
        whole["rgb"] = json::array{colour.red, colour.green, colour.blue};
    } else {
        why = why_null(asked.pollutant, asked.averaging);
        whole["why"] = why;
    }
    const Table table{{"pollutant", "average", "value", "rounded", "hj633", "iaqi", "level", "why"},
                      {{std::string(rules::to_text(asked.pollutant)),
                        std::string(rules::to_text(asked.averaging)), rules::to_text(asked.value),
                        rules::to_text(rounded), std::string(rules::to_text(asked.edition)),
                        index ? std::to_string(*index) : "", level, why}}};
    print(std::cout, format, whole, table);
}

int run_one(const Call& call, const rules::AirRules& air, Format format) {
    const auto pollutant_name = call.text("pollutant");
    const auto averaging_name = call.text("average");
    const auto value_text = call.text("value");
    if (!pollutant_name || !averaging_name || !value_text) {
        return usage("wants --pollutant, --average and --value, or --hourly", "see --help");
    }
    auto column = plans::pollutant_column(*pollutant_name, plans::TableOf::kHours);
    if (!column) return usage("'" + *pollutant_name + "'", "pm25, pm10, so2, no2, co or o3");
    const auto averaging = rules::parse_averaging(*averaging_name);
    if (!averaging) return usage("'" + *averaging_name + "'", "24h, 8h or 1h");
    rules::Concentration value;
    const auto cell = plans::read_concentration(*value_text, *column, value);
    if (cell != plans::CellIs::kValue || value.value() < rules::Decimal{}) {
        return usage("'" + *value_text + "'", "a concentration, zero or more");
    }
    const rules::Hj633 edition =
        air.edition.value_or(rules::edition_for(rules::day_of(call.now(), air.zone)));
    print_one({column->pollutant, *averaging, value.value(), edition}, format);
    return kHolds;
}

// Rows of the table for csv and terminal: hours and days, told apart by the first column.
Table empty_table() {
    return {{"of", "region", "time", "hj633", "aqi", "primary", "rolling_aqi", "trigger_aqi",
             "valid", "why_not"},
            {}};
}

json::array hours_to_json(const rules::HourlySeries& series, const rules::AirRules& air,
                          Table& table) {
    const auto hourly = rules::hourly_aqi(series, air);
    const auto rolling = rules::rolling_aqi(series, air, rules::Ozone::kCounts);
    const auto trigger = rules::rolling_aqi(series, air, rules::Ozone::kLeftOut);
    json::array out;
    out.reserve(series.hours.size());
    for (std::size_t i = 0; i < series.hours.size(); ++i) {
        const rules::Instant hour = series.first + std::chrono::hours{i};
        const rules::Hj633 edition =
            air.edition.value_or(rules::edition_for(rules::day_of(hour, air.zone)));
        const rules::PollutantSet primary = rules::hourly_index(series, i, air).primary;
        const std::string time = rules::to_iso(hour, air.zone);
        out.push_back(json::object{{"time", time},
                                   {"aqi", index_of(hourly.aqi[i])},
                                   {"primary", names_of(primary)},
                                   {"rolling_aqi", index_of(rolling.aqi[i])},
                                   {"trigger_aqi", index_of(trigger.aqi[i])}});
        table.rows.push_back({"hour", series.region, time, std::string(rules::to_text(edition)),
                              cell_of(hourly.aqi[i]), rules::to_text(primary),
                              cell_of(rolling.aqi[i]), cell_of(trigger.aqi[i]), "", ""});
    }
    return out;
}

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
                                   : number_of(of_day.concentration.value());
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

json::array days_to_json(const rules::HourlySeries& series, const rules::AirRules& air,
                         Table& table) {
    json::array out;
    for (const rules::AirDay& day : rules::days_of(series, air)) {
        out.push_back(day_to_json(day));
        table.rows.push_back(
            {"day", series.region, rules::to_iso(day.day), std::string(rules::to_text(day.edition)),
             day.valid ? cell_of(day.index.aqi) : "", rules::to_text(day.index.primary), "", "",
             day.valid ? "yes" : "no", day.why_not});
    }
    return out;
}

json::array unusable_to_json(const rules::HourlySeries& series, const rules::AirRules& air) {
    json::array out;
    for (const auto& reading : rules::unusable_readings(series, air.limits)) {
        out.push_back(json::object{{"time", rules::to_iso(reading.hour, air.zone)},
                                   {"pollutant", rules::to_text(reading.pollutant)},
                                   {"value", number_of(reading.value)}});
    }
    return out;
}

json::object region_to_json(const rules::HourlySeries& series, const rules::AirRules& air,
                            Table& table) {
    json::object region{{"region", series.region}};
    region["hours"] = hours_to_json(series, air, table);
    region["days"] = days_to_json(series, air, table);
    region["unusable"] = unusable_to_json(series, air);
    const std::size_t unusable = region["unusable"].get_array().size();
    if (unusable > 0) {
        std::cerr << series.region << ": " << unusable
                  << " values below zero or absurd: counted as missing\n";
    }
    return region;
}

json::array thin_to_json(const rules::CityAir& city, rules::Zone zone) {
    json::array out;
    for (const rules::ThinStretch& thin : city.thin) {
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

json::object cities_to_json(plans::HourlyFeed feed, const rules::StationRules& stations,
                            const rules::AirRules& air, Table& table) {
    const rules::CityAirAnswer answer =
        rules::city_air(plans::to_stations(std::move(feed)), stations);
    json::array regions;
    for (const rules::CityAir& city : answer.cities) {
        json::object region = region_to_json(city.series, air, table);
        region["places"] = city.places;
        region["thin"] = thin_to_json(city, air.zone);
        regions.push_back(std::move(region));
    }
    return {{"regions", std::move(regions)},
            {"excluded", exclusions_to_json(answer.exclusions, air.zone)}};
}

rules::StationRules station_rules(const Call& call) {
    rules::StationRules rules;
    const std::string text = call.text("background").value_or("");
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        rules.background.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return rules;
}

int run_hourly(const std::string& path, const Call& call, const rules::AirRules& air,
               Format format) {
    const auto bytes = read_file(path);
    if (!bytes) {
        print_faults(bytes.error());
        return kBadUsage;
    }
    const bool for_cities = call.has("cities");
    const auto table_reading = read_table_options(call);
    if (!table_reading) return kBadUsage;
    plans::HourlyCsvOptions options{.zone = air.zone};
    options.labels = table_reading->labels;
    options.differing = table_reading->repeats;
    if (for_cities && !call.has("repeats")) options.differing = plans::Repeats::kDropHour;
    auto feed = plans::read_hourly_csv(*bytes, path, options);
    if (!feed) {
        print_faults(feed.error());
        return kBadUsage;
    }
    print_faults(feed->warnings);
    Table table = empty_table();
    json::object whole;
    if (for_cities) {
        whole = cities_to_json(std::move(*feed), station_rules(call), air, table);
    } else {
        json::array regions;
        for (const rules::HourlySeries& series : feed->regions) {
            regions.push_back(region_to_json(series, air, table));
        }
        whole["regions"] = std::move(regions);
    }
    whole["hj633"] = air.edition ? rules::to_text(*air.edition) : "by date";
    print(std::cout, format, whole, table);
    return kHolds;
}

int run_aqi(const Call& call) {
    const Format format = format_of(call);
    rules::AirRules air{.zone = rules::kBeijingTime};
    if (const auto text = call.text("hj633")) {
        air.edition = rules::parse_hj633(*text);
        if (!air.edition) return usage("'" + *text + "'", "--hj633 2012 or 2026");
    }
    if (const auto text = call.text("zone")) {
        const auto zone = rules::parse_zone(*text);
        if (!zone) return usage("'" + *text + "'", "--zone Asia/Shanghai or +08:00");
        air.zone = *zone;
    }
    if (const auto text = call.text("unmonitored")) {
        const auto set = plans::parse_pollutants(*text);
        if (!set) return usage("'" + *text + "'", "--unmonitored co+so2");
        air.unmonitored = *set;
    }
    if (const auto path = call.text("hourly")) return run_hourly(*path, call, air, format);
    return run_one(call, air, format);
}

}  // namespace

Command aqi_command() {
    Command command{
        .name = "aqi",
        .what = {"空气质量指数：一个浓度值，或逐时浓度表",
                 "index of one value, or of hourly concentrations"},
        .options = {option("pollutant", "pm25|pm10|so2|no2|co|o3",
                           {"污染物", "of one value: the pollutant"}),
                    option("average", "24h|8h|1h", {"平均时间", "of one value: averaged over"}),
                    option("value", "NUMBER",
                           {"浓度：µg/m³，一氧化碳 mg/m³",
                            "concentration: µg/m³, carbon monoxide mg/m³"}),
                    option("hourly", "FILE",
                           {"逐时浓度 CSV：region,time,pm25,pm10,so2,no2,co,o3；- 为标准输入",
                            "table of hourly concentrations; - is standard input"}),
                    option("hj633", "2012|2026",
                           {"HJ 633 版本；默认：当日有效的版本",
                            "edition; default: the one in force on the day"}),
                    option("zone", "ZONE",
                           {"自然日及无时差标注的时间所属时区；默认 Asia/Shanghai",
                            "of days and times without offset; default: Asia/Shanghai"}),
                    option("unmonitored", "LIST",
                           {"可不监测的项目（HJ 633-2026 5.3），如 co+so2",
                            "pollutants that need not be measured here"}),
                    flag("cities", {"输入为站点表：先清洗，再按城市汇总",
                                    "a table of stations: clean them and answer for their cities"}),
                    option("background", "LIST",
                           {"与 --cities 合用：不参加平均的站点 a,b,c",
                            "with --cities: stations left out of the mean"}),
                    format_option()},
        .examples =
            {"qingkongctl aqi --pollutant pm25 --average 24h --value 115",
             "qingkongctl aqi --hourly packaging/demo-data/beijing_2015-11-25_2015-12-31.csv"},
        .run = run_aqi,
    };
    for (command_line::Option& one : table_options()) command.options.push_back(std::move(one));
    return command;
}

}  // namespace qk::ctl
