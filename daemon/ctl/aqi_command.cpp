// qingkongctl aqi: the index of one value, or of every hour and day of a table of hourly
// concentrations.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/air_input.hpp"
#include "daemon/ctl/aqi_hours.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/kept_input.hpp"
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
                       {"value", number_json(asked.value)},
                       {"rounded", number_json(rounded)},
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

// Read in pieces: twenty years of a city's stations are a hundred megabytes. What is not UTF-8 is
// held whole while it is read.
rules::Result<plans::PackedFeed> read_hours(const std::string& path,
                                            const plans::HourlyCsvOptions& options) {
    const auto kept = KeptInput::of(path);
    if (kept && !kept->faults().empty()) return kept->faults();
    const std::string& source = kept ? kept->file() : path;
    if (auto pieces = FilePieces::open(source)) {
        auto feed = plans::read_hourly_pieces(
            [&pieces](std::span<char> into) { return pieces->next(into); }, path, options);
        if (!pieces->faults().empty()) return pieces->faults();
        if (feed) return *std::move(feed);
    }
    const auto bytes = read_file(source);
    if (!bytes) return bytes.error();
    return plans::read_hourly_packed(*bytes, path, options);
}

int run_hourly(const std::string& path, const Call& call, const rules::AirRules& air,
               Format format) {
    const bool for_cities = call.has("cities");
    const auto table_reading = read_table_options(call);
    if (!table_reading) return kBadUsage;
    plans::HourlyCsvOptions options{.zone = air.zone};
    options.labels = table_reading->labels;
    options.differing = table_reading->repeats;
    if (for_cities && !call.has("repeats")) options.differing = plans::Repeats::kDropHour;
    auto feed = read_hours(path, options);
    if (!feed) {
        print_faults(feed.error());
        return kBadUsage;
    }
    print_faults(feed->warnings);
    AirPrinter printer(std::cout, format, air);
    if (for_cities) {
        const rules::CityAirAnswer answer = rules::city_air(
            plans::to_stations(plans::laid_out(*std::move(feed))), station_rules(call));
        if (printer.measures()) {
            for (const rules::CityAir& city : answer.cities) printer.measure(city.series);
        }
        for (const rules::CityAir& city : answer.cities) printer.print(city.series, &city);
        printer.finish(&answer.exclusions);
        return kHolds;
    }
    for (std::size_t i = 0; printer.measures() && i < feed->size(); ++i) {
        printer.measure(feed->series(i));
    }
    for (std::size_t i = 0; i < feed->size(); ++i) printer.print(feed->series(i));
    printer.finish(nullptr);
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
