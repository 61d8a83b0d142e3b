#include "daemon/ctl/air_input.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <span>
#include <unordered_map>

#include "daemon/base/files.hpp"
#include "daemon/ctl/commands.hpp"
#include "plans/feeds/daily_csv.hpp"
#include "plans/feeds/forecast.hpp"

namespace qk::ctl {
namespace {

// A word of the command line out of a closed list.
template <class Parse, class Value>
bool take_word(const Call& call, const std::string& name, Parse parse, const char* allowed,
               std::optional<Value>& into) {
    const std::optional<std::string> text = call.text(name);
    if (!text) return true;
    into = parse(*text);
    if (!into) std::cerr << "--" << name << ": '" << *text << "': " << allowed << "\n";
    return into.has_value();
}

// The joined series covers both; an hour that both know must be the same in both.
std::optional<rules::Instant> join(rules::HourlySeries& into, const rules::HourlySeries& more) {
    using std::chrono::hours;
    const auto end = [](const rules::HourlySeries& s) {
        return s.first + hours{1} * static_cast<std::int64_t>(s.hours.size());
    };
    const rules::Instant first = std::min(into.first, more.first);
    const rules::Instant last = std::max(end(into), end(more));
    std::vector<rules::HourlyConcentrations> all(
        static_cast<std::size_t>((last - first) / hours{1}));
    std::ranges::copy(into.hours, all.begin() + (into.first - first) / hours{1});
    auto at = static_cast<std::size_t>((more.first - first) / hours{1});
    const rules::HourlyConcentrations none{};
    for (const rules::HourlyConcentrations& hour : more.hours) {
        if (hour != none) {
            if (all[at] != none && all[at] != hour) {
                return first + hours{1} * static_cast<std::int64_t>(at);
            }
            all[at] = hour;
        }
        ++at;
    }
    into.first = first;
    into.hours = std::move(all);
    return std::nullopt;
}

bool is_json(std::string_view bytes) {
    const std::size_t first = bytes.find_first_not_of(" \t\r\n\xef\xbb\xbf");
    return first != std::string_view::npos && (bytes[first] == '{' || bytes[first] == '[');
}

bool has_members(std::string_view csv) {
    const std::string_view head = csv.substr(0, csv.find('\n'));
    return head.find("member") != std::string_view::npos ||
           head.find("成员") != std::string_view::npos;
}

// Series by region and member, in order of first appearance.
class Members {
 public:
    explicit Members(AirInput& input) : input_(input) {}

    // The first hour that was given otherwise before; then nothing is added.
    std::optional<rules::Instant> take(rules::HourlySeries series, const std::string& member) {
        const auto [region, is_new] = regions_.emplace(series.region, input_.hourly.size());
        const std::size_t place = region->second;
        if (is_new) {
            input_.more_members.emplace_back();
            members_.push_back({member});
            input_.hourly.push_back(std::move(series));
            return std::nullopt;
        }
        std::vector<std::string>& known = members_[place];
        const auto found = std::ranges::find(known, member) - known.begin();
        if (found == static_cast<std::ptrdiff_t>(known.size())) {
            known.push_back(member);
            input_.more_members[place].push_back(std::move(series));
            return std::nullopt;
        }
        if (found == 0) return join(input_.hourly[place], series);
        return join(input_.more_members[place][static_cast<std::size_t>(found) - 1], series);
    }

 private:
    AirInput& input_;
    std::unordered_map<std::string, std::size_t> regions_;
    std::vector<std::vector<std::string>> members_;  // of each region, the first one's first
};

struct NamedSeries {
    rules::HourlySeries series;
    std::string member;
};

rules::Result<plans::ForecastFeed> read_document(const std::string& bytes, const std::string& file,
                                                 const AirOptions& options) {
    plans::ForecastGiven given{.air = {.zone = options.region.trigger.zone}};
    given.source = "file";  // the path itself is no name of a source
    given.region = std::filesystem::path(file).stem().string();
    given.issued_at = options.region.trigger.issued_at.value_or(rules::Instant{});
    return plans::read_forecast(bytes, file, given);
}

// The days of a forecast's document.
rules::Faults read_json_days(const std::string& bytes, const AirOptions& options, AirInput& input) {
    auto feed = read_document(bytes, options.daily, options);
    if (!feed) return feed.error();
    for (rules::Forecast& forecast : feed->forecasts) {
        std::ranges::move(forecast.daily, std::back_inserter(input.daily));
    }
    input.warnings = std::move(feed->warnings);
    if (!input.daily.empty()) return {};
    return rules::refuse(options.daily + " has no days", "hours are given with --hourly");
}

rules::Result<std::vector<NamedSeries>> read_json(const std::string& bytes, const std::string& file,
                                                  const AirOptions& options, AirInput& input) {
    auto feed = read_document(bytes, file, options);
    if (!feed) return feed.error();
    std::ranges::move(feed->warnings, std::back_inserter(input.warnings));
    std::vector<NamedSeries> all;
    for (rules::Forecast& forecast : feed->forecasts) {
        for (rules::HourlySeries& series : forecast.hourly) {
            if (options.labels == plans::HourLabels::kEnd) series.first -= std::chrono::hours{1};
            all.push_back({std::move(series), forecast.member});
        }
    }
    if (all.empty()) return rules::refuse(file + " has no hours", "days are given with --daily");
    return all;
}

plans::HourlyCsvOptions csv_options(const AirOptions& options, std::string_view head) {
    plans::HourlyCsvOptions reading{.zone = options.region.trigger.zone};
    reading.by_document = has_members(head);
    reading.labels = options.labels;
    reading.differing = options.repeats;
    return reading;
}

rules::Result<std::vector<NamedSeries>> take_feed(rules::Result<plans::HourlyFeed> feed,
                                                  bool has_members, AirInput& input) {
    if (!feed) return feed.error();
    std::ranges::move(feed->warnings, std::back_inserter(input.warnings));
    std::vector<NamedSeries> all;
    for (std::size_t i = 0; i < feed->regions.size(); ++i) {
        const std::string member = has_members ? feed->names[i].document[1] : "";
        all.push_back({std::move(feed->regions[i]), member});
    }
    return all;
}

using ReadSeries = rules::Result<std::vector<NamedSeries>>;

// A table in a file, read in pieces: years of a city's stations are not held beside what is made
// of them. Empty where it has to be read whole: a pipe, JSON, a text that is not UTF-8.
std::optional<ReadSeries> read_pieces(const std::string& file, const AirOptions& options,
                                      AirInput& input) {
    auto pieces = FilePieces::open(file);
    if (!pieces) return std::nullopt;
    constexpr std::size_t kHeadBytes = std::size_t{64} << 10;
    std::string head(kHeadBytes, '\0');
    head.resize(pieces->next(head));
    if (is_json(head) || head.find('\n') == std::string::npos) return std::nullopt;
    const plans::HourlyCsvOptions reading = csv_options(options, head);
    std::string_view first = head;
    const plans::NextBytes next = [&](std::span<char> into) {
        if (first.empty()) return pieces->next(into);
        const std::size_t size = std::min(first.size(), into.size());
        std::ranges::copy(first.substr(0, size), into.begin());
        first.remove_prefix(size);
        return size;
    };
    auto feed = plans::read_hourly_feed(next, file, reading);
    if (!pieces->faults().empty()) return pieces->faults();
    if (!feed) return std::nullopt;
    return take_feed(*std::move(feed), reading.by_document, input);
}

ReadSeries read_whole(const std::string& file, const AirOptions& options, AirInput& input) {
    const rules::Result<std::string> bytes = read_file(file);
    if (!bytes) return bytes.error();
    if (is_json(*bytes)) return read_json(*bytes, file, options, input);
    const plans::HourlyCsvOptions reading = csv_options(options, *bytes);
    return take_feed(plans::read_hourly_csv(*bytes, file, reading), reading.by_document, input);
}

rules::Faults read_hourly(const AirOptions& options, AirInput& input) {
    rules::Faults faults;
    Members members(input);
    for (const std::string& file : options.hourly) {
        auto in_pieces = read_pieces(file, options, input);
        ReadSeries read = in_pieces ? *std::move(in_pieces) : read_whole(file, options, input);
        if (!read) {
            std::ranges::move(read.error(), std::back_inserter(faults));
            continue;
        }
        for (NamedSeries& one : *read) {
            const std::string region = one.series.region;
            const auto hour = members.take(std::move(one.series), one.member);
            if (!hour) continue;
            faults.push_back({{file, 0, 0},
                              "gives " + region + " at " +
                                  rules::to_iso(*hour, options.region.trigger.zone) +
                                  " other values than a file before it",
                              "leave one of the two out"});
        }
    }
    return faults;
}

}  // namespace

command_line::Options table_options() {
    return {
        option("labels", "start|end",
               {"时间标注的是该小时的起点还是终点；默认起点（全国发布数据为终点）",
                "what the times name: start of the hour (default) or its end, as the national feed "
                "has it"}),
        option("repeats", "refuse|last",
               {"同一小时出现两次且数值不同：拒绝（默认），或以后一行为准",
                "an hour that stands twice with other values: refuse (default), or the later row"}),
    };
}

std::optional<TableReading> read_table_options(const Call& call) {
    TableReading reading;
    const std::string labels = call.text("labels").value_or("start");
    const std::string repeats = call.text("repeats").value_or("refuse");
    if (labels != "start" && labels != "end") {
        std::cerr << "--labels: '" << labels << "': start or end\n";
        return std::nullopt;
    }
    if (repeats != "refuse" && repeats != "last") {
        std::cerr << "--repeats: '" << repeats << "': refuse or last\n";
        return std::nullopt;
    }
    if (labels == "end") reading.labels = plans::HourLabels::kEnd;
    if (repeats == "last") reading.repeats = plans::Repeats::kTakeLater;
    return reading;
}

command_line::Options air_options() {
    command_line::Options options{
        option("hourly", "FILE",
               {"逐时浓度：region,time[,member],pm25,pm10,so2,no2,co,o3，或预报 JSON；- 为标准输入",
                "hourly concentrations, or forecast JSON; - is standard input"})
            .many(),
        option("daily", "FILE",
               {"逐日数值：region,date,aqi 或 "
                "region,date,aqi_low,aqi_high[,primary][,cause]，或预报 JSON",
                "daily values, or forecast JSON"}),
        option("hours-as", "natural-day|rolling|hourly-run",
               {"“持续 N 小时”如何计；默认按标准",
                "how 'N hours' counts; default: the standard's way"}),
        option("hj633", "2012|2026",
               {"HJ 633 版本；默认按日期", "edition of HJ 633; default: by date"}),
        option("issued-at", "TIME",
               {"预报起报时间；此前已结束的时段不计",
                "when the forecast was issued; what is over by then is left out"}),
        option("zone", "ZONE",
               {"无时差标注的时间所属时区；默认 Asia/Shanghai",
                "of times without offset; default: Asia/Shanghai"}),
    };
    for (command_line::Option& one : table_options()) options.push_back(std::move(one));
    return options;
}

std::optional<AirOptions> read_air_options(const Call& call, rules::Zone otherwise) {
    AirOptions options{.region = {.trigger = {.zone = otherwise}}};
    options.hourly = call.texts("hourly");
    options.daily = call.text("daily").value_or("");
    if (options.hourly.empty() == options.daily.empty()) {
        std::cerr << "name one of --hourly FILE and --daily FILE\n";
        return std::nullopt;
    }
    rules::TriggerOptions& trigger = options.region.trigger;
    std::optional<rules::Zone> zone = otherwise;
    const bool good =
        take_word(call, "zone", rules::parse_zone, "a name or an offset such as +08:00", zone) &&
        take_word(call, "hours-as", rules::parse_hours_as, "natural-day, rolling or hourly-run",
                  trigger.hours_as) &&
        take_word(call, "hj633", rules::parse_hj633, "2012 or 2026", options.region.edition);
    if (!good) return std::nullopt;
    trigger.zone = *zone;
    const auto instant = [&](std::string_view text) { return rules::parse_instant(text, *zone); };
    if (!take_word(call, "issued-at", instant, "2016-12-16T20:00:00+08:00", trigger.issued_at)) {
        return std::nullopt;
    }
    const auto table = read_table_options(call);
    if (!table) return std::nullopt;
    options.labels = table->labels;
    options.repeats = table->repeats;
    const bool daily = !options.daily.empty();
    if (daily && call.has("labels")) {
        std::cerr << "--labels: is of hours: give --hourly\n";
        return std::nullopt;
    }
    if (daily && trigger.hours_as && *trigger.hours_as != rules::HoursAs::kNaturalDay) {
        std::cerr << "--hours-as: daily values can only be counted as natural-day: give --hourly\n";
        return std::nullopt;
    }
    return options;
}

rules::Result<AirInput> read_air(const AirOptions& options, bool ozone_counts) {
    AirInput input;
    if (options.daily.empty()) {
        rules::Faults faults = read_hourly(options, input);
        if (!faults.empty()) return faults;
        return input;
    }
    rules::Result<std::string> bytes = read_file(options.daily);
    if (!bytes) return bytes.error();
    if (is_json(*bytes)) {
        rules::Faults faults = read_json_days(*bytes, options, input);
        if (!faults.empty()) return faults;
        return input;
    }
    plans::DailyCsvOptions reading{
        .air = {.zone = options.region.trigger.zone, .edition = options.region.edition}};
    reading.ozone = ozone_counts ? rules::Ozone::kCounts : rules::Ozone::kLeftOut;
    rules::Result<plans::DailyFeed> feed = plans::read_daily_csv(*bytes, options.daily, reading);
    if (!feed) return feed.error();
    input.daily = std::move(feed->regions);
    input.warnings = std::move(feed->warnings);
    return input;
}

std::vector<rules::RegionWindows> judge_air(const AirInput& input,
                                            const rules::TriggerStandard& standard,
                                            const rules::RegionOptions& options) {
    std::vector<rules::RegionWindows> regions;
    for (std::size_t i = 0; i < input.hourly.size(); ++i) {
        if (input.more_members[i].empty()) {
            regions.push_back(rules::windows_of(input.hourly[i], standard, options));
            continue;
        }
        std::vector<rules::HourlySeries> members{input.hourly[i]};
        members.insert(members.end(), input.more_members[i].begin(), input.more_members[i].end());
        regions.push_back(
            rules::windows_of(std::span<const rules::HourlySeries>(members), standard, options));
    }
    for (const rules::DailyForecastSeries& series : input.daily) {
        regions.push_back(rules::windows_of(series, standard, options));
    }
    return regions;
}

rules::DailyAqiSeries daily_of(const AirInput& input, std::size_t region,
                               const rules::TriggerStandard& standard,
                               const rules::RegionOptions& options) {
    if (region < input.hourly.size()) {
        rules::RegionOptions by_day = options;
        by_day.trigger.hours_as = rules::HoursAs::kNaturalDay;
        return rules::trigger_series(input.hourly[region], standard, by_day).daily;
    }
    const rules::DailyForecastSeries& series = input.daily[region - input.hourly.size()];
    rules::DailyAqiSeries daily{series.first, {}};
    for (const rules::DailyRange& day : series.days) daily.aqi.push_back(day.high);
    return daily;
}

}  // namespace qk::ctl
