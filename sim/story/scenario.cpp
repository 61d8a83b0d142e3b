#include "sim/story/scenario.hpp"

#include <fmt/format.h>

#include <cassert>
#include <optional>

#include "plans/text/toml.hpp"
#include "plans/text/toml_table.hpp"
#include "sim/model/region.hpp"
#include "sim/story/built_in.hpp"

namespace qk::sim {
namespace {

using plans::TomlTable;
using std::chrono::minutes;

constexpr std::size_t kFaultsMax = 1000;

// Whole numbers, numbers and times into values that keep what they have where the key is not there.
template <class Whole>
void read_whole(TomlTable& section, std::string_view key, Whole& value, std::int64_t low,
                std::int64_t high) {
    if (const auto read = section.whole(key, low, high)) value = static_cast<Whole>(*read);
}

void read_number(TomlTable& section, std::string_view key, double& value, double low, double high) {
    value = section.number(key, low, high).value_or(value);
}

void read_minutes(TomlTable& section, std::string_view key, minutes& value, std::int64_t high) {
    if (const auto read = section.whole(key, 0, high)) value = minutes{*read};
}

void read_instant(TomlTable& section, std::string_view key, rules::Instant& value,
                  rules::Zone zone) {
    const std::optional<std::string> text = section.text(key);
    if (!text) return;
    const auto read = rules::parse_instant(*text, zone);
    if (!read)
        return section.wrong(key, "'" + *text + "' is no time", "such as \"2015-12-05T08:00\"");
    value = *read;
}

void read_forecast(TomlTable section, Scenario& scenario) {
    read_whole(section, "days", scenario.forecast.days, 1, 14);
    read_number(section, "error_per_day", scenario.forecast.error_per_day, 0, 1);
    read_number(section, "shift_hours_per_day", scenario.forecast.shift_hours_per_day, 0, 24);
    if (section.has("hours")) scenario.forecast_hours = section.wholes("hours", 0, 23);
    section.finish();
}

void read_behaviours(TomlTable section, Scenario& scenario) {
    double sum = 0;
    for (const Behaviour behaviour : kBehaviours) {
        if (behaviour == Behaviour::kObeys) continue;
        double& share = scenario.shares[static_cast<std::size_t>(behaviour)];
        share = section.number(to_text(behaviour), 0, 1).value_or(0);
        sum += share;
    }
    if (sum > 1) {
        section.wrong("", "the shares add up to more than 1",
                      "shares of all enterprises; who is left obeys");
    }
    section.finish();
}

void read_enterprises(TomlTable section, Scenario& scenario) {
    read_whole(section, "count", scenario.enterprises, 1, kEnterprisesMax);
    section.read("inventory", scenario.inventory, "inventory/");
    section.read("season", scenario.season, "season.toml");
    read_whole(section, "history_days", scenario.history_days, 0, 60);
    std::int64_t report = scenario.report_every.count();
    read_whole(section, "report_minutes", report, 15, 24 * 60);
    if (report % 15 != 0 || 24 * 60 % report != 0) {
        section.wrong("report_minutes", "does not divide the day into quarters of an hour",
                      "15, 30, 60, 120, ...");
    } else {
        scenario.report_every = minutes{report};
    }
    read_number(section, "reading_loss", scenario.reading_loss, 0, 1);
    read_number(section, "over_cap_by", scenario.over_cap_by, 0, 4);
    if (auto behaviours = section.table("behaviours")) read_behaviours(*behaviours, scenario);
    section.finish();
}

void read_officer(TomlTable section, Scenario& scenario) {
    read_minutes(section, "consults_after_minutes", scenario.officer.consults_after, 1440);
    read_minutes(section, "signs_after_minutes", scenario.officer.signs_after, 1440);
    section.finish();
}

void read_fault_plan(TomlTable section, Scenario& scenario) {
    FaultPlan& plan = scenario.faults;
    read_number(section, "message_loss", plan.message_loss, 0, 0.9);
    read_number(section, "duplicates", plan.duplicates, 0, 1);
    read_minutes(section, "delay_minutes_max", plan.delay_max, 600);
    for (TomlTable& entry : section.tables("broker_down", kFaultsMax)) {
        rules::Span span{};
        read_instant(entry, "from", span.from, scenario.zone);
        read_instant(entry, "to", span.to, scenario.zone);
        if (span.to <= span.from) entry.wrong("", "'to' is not after 'from'", "both times");
        entry.finish();
        plan.broker_down.push_back(span);
    }
    for (const std::string& text : section.texts("daemon_restarts")) {
        const auto at = rules::parse_instant(text, scenario.zone);
        if (!at) {
            section.wrong("daemon_restarts", "'" + text + "' is no time",
                          "such as \"2015-12-05T08:00\"");
        }
        plan.daemon_restarts.push_back(at.value_or(rules::Instant{}));
    }
    section.finish();
}

void read_about(TomlTable& section, Scenario& scenario) {
    std::string about = "episode";
    section.read("about", about, "episode or verdicts");
    if (about != "episode" && about != "verdicts") {
        section.wrong("about", "'" + about + "' is not known", "episode or verdicts");
    }
    scenario.is_of_verdicts = about == "verdicts";
}

void read_all(TomlTable section, Scenario& scenario) {
    std::string zone;
    section.read("zone", zone, "Asia/Shanghai");
    if (!zone.empty()) {
        const auto read = rules::parse_zone(zone);
        if (!read) {
            section.wrong("zone", "'" + zone + "' is not known",
                          "Asia/Shanghai, or an offset such as +08:00");
        }
        scenario.zone = read.value_or(scenario.zone);
    }
    section.read("name", scenario.name, "december 2015");
    read_whole(section, "seed", scenario.seed, 0, INT64_MAX);
    read_instant(section, "start", scenario.start, scenario.zone);
    read_instant(section, "end", scenario.end, scenario.zone);
    const auto length = scenario.end - scenario.start;
    if (length <= std::chrono::seconds{0} || length > std::chrono::days{kScenarioDaysMax}) {
        section.wrong("end", "must come after start",
                      fmt::format("at most {} days", kScenarioDaysMax));
    }
    section.read("region", scenario.region, "110000");
    read_about(section, scenario);
    section.read("pack", scenario.pack, "beijing-demo");
    if (auto weather = section.table("weather")) {
        weather->read("file", scenario.weather_file, "weather.csv");
        weather->finish();
    }
    if (auto table = section.table("forecast")) read_forecast(*table, scenario);
    if (auto table = section.table("enterprises")) read_enterprises(*table, scenario);
    if (auto table = section.table("officer")) read_officer(*table, scenario);
    if (auto table = section.table("faults")) read_fault_plan(*table, scenario);
    section.finish();
}

Scenario bare_scenario() {
    Scenario scenario{.zone = rules::kBeijingTime};
    scenario.start = *rules::parse_instant("2015-12-03 00:00", scenario.zone);
    scenario.end = *rules::parse_instant("2015-12-17 00:00", scenario.zone);
    return scenario;
}

}  // namespace

rules::Result<Scenario> read_scenario(std::string_view toml_text, const std::string& file) {
    const auto document = plans::parse_toml(toml_text, file);
    if (!document) return document.error();
    Scenario scenario = bare_scenario();
    rules::Faults faults;
    read_all(TomlTable(*document, "", file, faults), scenario);
    if (!faults.empty()) return faults;
    if (scenario.name.empty()) scenario.name = file;
    return scenario;
}

namespace {

Scenario built_in_scenario(const std::string& file) {
    auto scenario = read_scenario(built_in(file), file);
    assert(scenario);
    return *scenario;
}

}  // namespace

Scenario default_scenario() { return built_in_scenario("december_2015.toml"); }

Scenario cheats_scenario() { return built_in_scenario("cheats.toml"); }

}  // namespace qk::sim
