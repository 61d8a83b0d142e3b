#include "sim/story/scenario.hpp"

#include <fmt/format.h>

#include <cassert>
#include <set>
#include <sstream>

#include "plans/text/toml.hpp"
#include "sim/model/region.hpp"
#include "sim/story/built_in.hpp"

namespace qk::sim {
namespace {

using std::chrono::minutes;

// Reads one table, remembers what was asked for, and at the end names what nobody asked for.
class Section {
 public:
    Section(const toml::table& table, std::string path, const std::string& file,
            rules::Faults& faults)
        : table_(table), path_(std::move(path)), file_(file), faults_(faults) {}

    ~Section() {
        for (const auto& [key, node] : table_) {
            if (asked_.count(std::string(key.str())) > 0) continue;
            fault(node, path_ + std::string(key.str()) + ": is no key of a scenario", known_keys());
        }
    }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

    const toml::node* node(const std::string& key) {
        asked_.insert(key);
        return table_.get(key);
    }
    void text(const std::string& key, std::string& value) {
        const toml::node* found = node(key);
        if (found == nullptr) return;
        const auto read = found->value_exact<std::string>();
        if (!read) return fault(*found, path_ + key + ": must be a text", "");
        value = *read;
    }
    void number(const std::string& key, double& value, double low, double high) {
        const toml::node* found = node(key);
        if (found == nullptr) return;
        const auto read = found->value<double>();
        if (!read || !(*read >= low && *read <= high)) {
            return fault(*found, path_ + key + ": must be a number",
                         fmt::format("from {} to {}", low, high));
        }
        value = *read;
    }
    template <class Whole>
    void whole(const std::string& key, Whole& value, std::int64_t low, std::int64_t high) {
        const toml::node* found = node(key);
        if (found == nullptr) return;
        const auto read = found->value_exact<std::int64_t>();
        if (!read || *read < low || *read > high) {
            return fault(*found, path_ + key + ": must be a whole number",
                         fmt::format("from {} to {}", low, high));
        }
        value = static_cast<Whole>(*read);
    }
    void span_in_minutes(const std::string& key, minutes& value, std::int64_t high) {
        std::int64_t count = value.count();
        whole(key, count, 0, high);
        value = minutes{count};
    }
    void instant(const std::string& key, rules::Instant& value, rules::Zone zone) {
        const toml::node* found = node(key);
        if (found != nullptr) read_instant(*found, key, value, zone);
    }
    void read_instant(const toml::node& found, const std::string& key, rules::Instant& value,
                      rules::Zone zone) {
        const auto text = found.value_exact<std::string>();
        const auto read = text ? rules::parse_instant(*text, zone) : std::nullopt;
        if (!read) {
            return fault(found, path_ + key + ": is no time", "such as \"2015-12-05T08:00\"");
        }
        value = *read;
    }
    const toml::table* table(const std::string& key) {
        const toml::node* found = node(key);
        if (found == nullptr) return nullptr;
        if (!found->is_table()) fault(*found, path_ + key + ": must be a table", "[" + key + "]");
        return found->as_table();
    }
    const toml::array* array(const std::string& key) {
        const toml::node* found = node(key);
        if (found == nullptr) return nullptr;
        if (!found->is_array()) fault(*found, path_ + key + ": must be a list", "");
        return found->as_array();
    }
    void fault(const toml::node& at, std::string what, std::string cure) {
        const auto& begin = at.source().begin;
        faults_.push_back({{file_, static_cast<int>(begin.line), static_cast<int>(begin.column)},
                           std::move(what),
                           std::move(cure),
                           rules::Severity::kError});
    }

 private:
    std::string known_keys() const {
        std::string keys = "one of";
        for (const std::string& key : asked_) keys += ' ' + key;
        return keys;
    }

    const toml::table& table_;
    std::string path_;
    const std::string& file_;
    rules::Faults& faults_;
    std::set<std::string> asked_;
};

struct Reading {
    const std::string& file;
    rules::Faults& faults;
    Scenario& scenario;
};

void read_weather_section(const toml::table& table, const Reading& in) {
    Section section(table, "weather.", in.file, in.faults);
    section.text("file", in.scenario.weather_file);
}

void read_forecast(const toml::table& table, const Reading& in) {
    Section section(table, "forecast.", in.file, in.faults);
    section.whole("days", in.scenario.forecast.days, 1, 14);
    section.number("error_per_day", in.scenario.forecast.error_per_day, 0, 1);
    section.number("shift_hours_per_day", in.scenario.forecast.shift_hours_per_day, 0, 24);
    const toml::array* hours = section.array("hours");
    if (hours == nullptr) return;
    in.scenario.forecast_hours.clear();
    for (const toml::node& node : *hours) {
        const auto hour = node.value_exact<std::int64_t>();
        if (!hour || *hour < 0 || *hour > 23) {
            section.fault(node, "forecast.hours: must be local hours", "from 0 to 23");
        } else {
            in.scenario.forecast_hours.push_back(static_cast<int>(*hour));
        }
    }
}

void read_behaviours(const toml::table& table, const Reading& in) {
    Section section(table, "enterprises.behaviours.", in.file, in.faults);
    double sum = 0;
    for (const Behaviour behaviour : kBehaviours) {
        if (behaviour == Behaviour::kObeys) continue;
        double& share = in.scenario.shares[static_cast<std::size_t>(behaviour)];
        share = 0;
        section.number(std::string(to_text(behaviour)), share, 0, 1);
        sum += share;
    }
    if (sum > 1) {
        section.fault(table, "enterprises.behaviours: the shares add up to more than 1",
                      "shares of all enterprises; who is left obeys");
    }
}

void read_enterprises(const toml::table& table, const Reading& in) {
    Section section(table, "enterprises.", in.file, in.faults);
    section.whole("count", in.scenario.enterprises, 1, kEnterprisesMax);
    section.text("inventory", in.scenario.inventory);
    section.text("season", in.scenario.season);
    section.whole("history_days", in.scenario.history_days, 0, 60);
    std::int64_t report = in.scenario.report_every.count();
    section.whole("report_minutes", report, 15, 24 * 60);
    if (report % 15 != 0 || 24 * 60 % report != 0) {
        section.fault(
            *section.node("report_minutes"),
            "enterprises.report_minutes: does not divide the day into quarters of an hour",
            "15, 30, 60, 120, ...");
    } else {
        in.scenario.report_every = minutes{report};
    }
    section.number("reading_loss", in.scenario.reading_loss, 0, 1);
    section.number("over_cap_by", in.scenario.over_cap_by, 0, 4);
    if (const auto* behaviours = section.table("behaviours")) read_behaviours(*behaviours, in);
}

void read_officer(const toml::table& table, const Reading& in) {
    Section section(table, "officer.", in.file, in.faults);
    section.span_in_minutes("consults_after_minutes", in.scenario.officer.consults_after, 1440);
    section.span_in_minutes("signs_after_minutes", in.scenario.officer.signs_after, 1440);
}

void read_fault_plan(const toml::table& table, const Reading& in) {
    FaultPlan& plan = in.scenario.faults;
    Section section(table, "faults.", in.file, in.faults);
    section.number("message_loss", plan.message_loss, 0, 0.9);
    section.number("duplicates", plan.duplicates, 0, 1);
    section.span_in_minutes("delay_minutes_max", plan.delay_max, 600);
    if (const auto* down = section.array("broker_down")) {
        for (const toml::node& node : *down) {
            if (!node.is_table()) {
                section.fault(node, "faults.broker_down: must be tables with from and to", "");
                continue;
            }
            rules::Span span{};
            Section entry(*node.as_table(), "faults.broker_down.", in.file, in.faults);
            entry.instant("from", span.from, in.scenario.zone);
            entry.instant("to", span.to, in.scenario.zone);
            if (span.to <= span.from) {
                entry.fault(node, "faults.broker_down: 'to' is not after 'from'", "both times");
            }
            plan.broker_down.push_back(span);
        }
    }
    if (const auto* restarts = section.array("daemon_restarts")) {
        for (const toml::node& node : *restarts) {
            rules::Instant at{};
            section.read_instant(node, "daemon_restarts", at, in.scenario.zone);
            plan.daemon_restarts.push_back(at);
        }
    }
}

void read_all(const toml::table& root, const Reading& in) {
    Scenario& scenario = in.scenario;
    Section section(root, "", in.file, in.faults);
    std::string zone;
    section.text("zone", zone);
    if (!zone.empty()) {
        const auto read = rules::parse_zone(zone);
        if (!read)
            section.fault(*section.node("zone"), "zone: '" + zone + "' is not known",
                          "Asia/Shanghai, or an offset such as +08:00");
        scenario.zone = read.value_or(scenario.zone);
    }
    section.text("name", scenario.name);
    section.whole("seed", scenario.seed, 0, INT64_MAX);
    section.instant("start", scenario.start, scenario.zone);
    section.instant("end", scenario.end, scenario.zone);
    const auto length = scenario.end - scenario.start;
    if (length <= std::chrono::seconds{0} || length > std::chrono::days{kScenarioDaysMax}) {
        const toml::node* end = section.node("end");
        section.fault(end != nullptr ? *end : root, "end: must come after start",
                      fmt::format("at most {} days", kScenarioDaysMax));
    }
    section.text("region", scenario.region);
    section.text("pack", scenario.pack);
    if (const auto* table = section.table("weather")) read_weather_section(*table, in);
    if (const auto* table = section.table("forecast")) read_forecast(*table, in);
    if (const auto* table = section.table("enterprises")) read_enterprises(*table, in);
    if (const auto* table = section.table("officer")) read_officer(*table, in);
    if (const auto* table = section.table("faults")) read_fault_plan(*table, in);
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
    read_all(*document, {file, faults, scenario});
    if (!faults.empty()) return faults;
    if (scenario.name.empty()) scenario.name = file;
    return scenario;
}

Scenario default_scenario() {
    auto scenario = read_scenario(built_in("december_2015.toml"), "december_2015.toml");
    assert(scenario);
    return *scenario;
}

}  // namespace qk::sim
