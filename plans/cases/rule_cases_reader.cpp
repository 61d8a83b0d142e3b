// Reads a file of cases (rule_cases.hpp says the format).
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "plans/cases/rule_cases.hpp"
#include "plans/text/toml_table.hpp"
#include "rules/base/decimal.hpp"
#include "rules/base/number.hpp"

namespace qk::plans {
namespace {

const rules::Zone kZone = rules::kBeijingTime;  // of times that are written without an offset
constexpr const char* kPlantStart = "2026-01-10T00:00:00+08:00";
constexpr std::int64_t kVehiclesMax = 100'000;  // a day, of one plant

// "230*2 沙尘" apart: the value, how often, and what stands behind it.
struct Item {
    std::string value;
    std::string rest;
    std::size_t count = 1;
};

std::optional<Item> split_item(std::string_view text) {
    Item item;
    const auto blank = text.find(' ');
    if (blank != std::string_view::npos) {
        item.rest = text.substr(blank + 1);
        text = text.substr(0, blank);
    }
    const auto star = text.find('*');
    if (star != std::string_view::npos) {
        const auto count =
            rules::parse_whole(text.substr(star + 1), 1, static_cast<std::int64_t>(kCaseSeriesMax));
        if (!count) return std::nullopt;
        item.count = static_cast<std::size_t>(*count);
        text = text.substr(0, star);
    }
    item.value = text;
    return item;
}

std::optional<rules::DailyRange> read_day(const Item& item) {
    rules::DailyRange day;
    if (item.value != "-") {
        const std::size_t dash = item.value.find('-');
        const std::string low = item.value.substr(0, dash);
        const std::string high = dash == std::string::npos ? low : item.value.substr(dash + 1);
        const auto from = rules::parse_whole(low, 0, 500);
        const auto to = rules::parse_whole(high, 0, 500);
        if (!from || !to || *from > *to) return std::nullopt;
        day.low = static_cast<std::int16_t>(*from);
        day.high = static_cast<std::int16_t>(*to);
    }
    if (item.rest.empty()) return day;
    if (const auto pollutant = rules::parse_pollutant(item.rest)) {
        day.primary.insert(*pollutant);
    } else {
        day.cause = rules::parse_cause(item.rest);
    }
    return day;
}

void read_days(TomlTable& table, rules::DailyForecastSeries& series) {
    for (const std::string& text : table.texts("days")) {
        const auto item = split_item(text);
        const auto day = item ? read_day(*item) : std::nullopt;
        if (!day || series.days.size() + item->count > kCaseSeriesMax) {
            table.wrong("days", "'" + text + "'",
                        "a daily AQI such as \"230*2\", \"180-230\", \"-\" or \"300 沙尘\"");
            return;
        }
        series.days.insert(series.days.end(), item->count, *day);
    }
}

void read_hours(TomlTable& table, rules::Pollutant pollutant, rules::HourlySeries& series) {
    const auto key = rules::to_text(pollutant);
    std::size_t at = 0;
    for (const std::string& text : table.texts(key)) {
        const auto item = split_item(text);
        const bool is_missing = item && item->value == "-";
        const auto value = item && !is_missing ? rules::parse_decimal(item->value) : std::nullopt;
        if (!item || (!is_missing && !value) || at + item->count > kCaseSeriesMax) {
            table.wrong(key, "'" + text + "'", "hourly values such as \"160*24\" or \"-*3\"");
            return;
        }
        if (series.hours.size() < at + item->count) series.hours.resize(at + item->count);
        for (std::size_t i = 0; i < item->count; ++i, ++at) {
            if (!value) continue;
            series.hours[at][static_cast<std::size_t>(pollutant)] = rules::Concentration(*value);
        }
    }
}

std::optional<rules::Instant> read_time(TomlTable& table, std::string_view key) {
    return table.word(
        key, [](std::string_view text) { return rules::parse_instant(text, kZone); },
        "a time such as 2026-01-10T08:00:00+08:00, or a day");
}

rules::Instant required_time(TomlTable& table, std::string_view key) {
    if (!table.has(key)) table.wrong(key, "is missing", std::string(key) + " = \"2026-01-10\"");
    return read_time(table, key).value_or(rules::Instant{});
}

ExpectedWindow read_window(TomlTable& table) {
    ExpectedWindow window;
    window.place = table.place();
    if (!table.has("colour")) table.wrong("colour", "is missing", "colour = \"orange\"");
    window.colour = table.word("colour", rules::parse_colour, "yellow, orange, red or blue")
                        .value_or(rules::Colour::kYellow);
    if (const auto mandatory = table.text("mandatory")) {
        const auto colour = rules::parse_colour(*mandatory);
        if (!colour && *mandatory != "none") {
            table.wrong("mandatory", "'" + *mandatory + "'", "a colour, or none");
        }
        window.mandatory = colour;
    }
    window.span = {required_time(table, "from"), required_time(table, "to")};
    window.clause = table.text("clause").value_or("");
    window.met_at = read_time(table, "met_at");
    table.finish();
    return window;
}

// Whether a case says what comes out, or that nothing does; one that says neither tests nothing.
void must_expect(TomlTable& table, bool has_some, std::string_view key) {
    const bool none = table.yes_no("none").value_or(false);
    if (none == has_some) {
        table.wrong(has_some ? "none" : key,
                    has_some ? "is said beside what is expected" : "is missing",
                    fmt::format("[[{}]], or none = true", table.path_of(key)));
    }
}

TriggerCase read_trigger(TomlTable& table) {
    TriggerCase one;
    one.place = table.place();
    one.name = table.required_name("name", "name = \"两天230，橙色\"");
    (void)table.text("why");
    one.standard = table.text("standard").value_or("");
    one.hours_as =
        table.word("hours_as", rules::parse_hours_as, "natural-day, rolling, hourly-run");
    one.edition = table.word("hj633", rules::parse_hj633, "2012 or 2026");
    one.issued_at = read_time(table, "issued_at");
    const rules::Instant from = required_time(table, "from");
    const bool is_daily = table.has("days");
    rules::DailyForecastSeries daily{"case", rules::day_of(from, kZone), {}};
    rules::HourlySeries hourly{"case", from, {}};
    if (is_daily) read_days(table, daily);
    for (const rules::Pollutant pollutant : rules::kPollutants) {
        if (!table.has(rules::to_text(pollutant))) continue;
        if (is_daily) {
            table.wrong(rules::to_text(pollutant), "stands beside days", "one of the two");
        }
        read_hours(table, pollutant, hourly);
    }
    if (daily.days.empty() && hourly.hours.empty()) {
        table.wrong("days", "is missing", "days = [\"230*2\"], or pm25 = [\"160*24\"]");
    }
    if (is_daily) {
        one.series = std::move(daily);
    } else {
        one.series = std::move(hourly);
    }
    for (TomlTable& window : table.tables("window", kCaseRowsMax)) {
        one.windows.push_back(read_window(window));
    }
    must_expect(table, !one.windows.empty(), "window");
    table.finish();
    return one;
}

// A scalar as a cell of a table.
std::optional<std::string> cell_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
    if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
    if (const auto* yes = node.as_boolean()) return yes->get() ? "yes" : "no";
    if (const auto* day = node.as_date()) {
        return fmt::format("{:04}-{:02}-{:02}", day->get().year, day->get().month, day->get().day);
    }
    return std::nullopt;
}

using Row = std::map<std::string, std::string>;

std::string quoted(const std::string& cell) {
    std::string text = "\"";
    for (const char c : cell) {
        if (c == '"') text += '"';
        text += c;
    }
    return text + "\"";
}

// One header over all rows; what a row does not say is empty.
std::string csv_of(const std::vector<Row>& rows) {
    std::map<std::string, bool> columns;
    for (const Row& row : rows) {
        for (const auto& [key, value] : row) columns[key] = true;
    }
    std::string text;
    for (const auto& [key, unused] : columns) text += (text.empty() ? "" : ",") + key;
    for (const Row& row : rows) {
        std::string line;
        for (const auto& [key, unused] : columns) {
            const auto cell = row.find(key);
            if (!line.empty()) line += ',';
            line += quoted(cell == row.end() ? "" : cell->second);
        }
        text += "\n" + line;
    }
    return text + "\n";
}

// Every scalar of a table that is not one of `others` is a column.
Row row_of(const toml::table& table, TomlTable& reader, Row row,
           const std::vector<std::string_view>& others) {
    for (const auto& [key, node] : table) {
        if (std::find(others.begin(), others.end(), key.str()) != others.end()) continue;
        if (auto cell = cell_of(node)) {
            row[std::string(key.str())] = *std::move(cell);
        } else {
            reader.wrong(key.str(), "is not a cell of a table", "a text, a number, true or false");
        }
    }
    return row;
}

ExpectedDuty read_duty(TomlTable& table) {
    ExpectedDuty duty;
    duty.place = table.place();
    duty.line = table.text("line").value_or("");
    if (!table.has("action")) table.wrong("action", "is missing", "action = \"stop\"");
    duty.action = table
                      .word("action", rules::parse_action,
                            "stop, limit_load, limit_emission, stop_process, ban_vehicles or "
                            "self_discipline")
                      .value_or(rules::Action::kStop);
    duty.ratio = table.number("ratio", 0, 1);
    duty.says = table.text("says").value_or("");
    duty.reason = table.text("reason").value_or("");
    table.finish();
    return duty;
}

const toml::array* rows_in(const toml::table& table, std::string_view key) {
    const toml::node* node = table.get(key);
    return node == nullptr ? nullptr : node->as_array();
}

std::vector<Row> read_rows(const toml::table& plant, TomlTable& reader, std::string_view key,
                           const Row& otherwise) {
    std::vector<Row> rows;
    // Their kind and their number are looked at here, their cells below.
    std::vector<TomlTable> tables = reader.tables(key, kCaseRowsMax);
    const toml::array* nodes = rows_in(plant, key);
    for (std::size_t i = 0; i < tables.size() && nodes != nullptr; ++i) {
        if (const toml::table* row = (*nodes)[i].as_table()) {
            rows.push_back(row_of(*row, tables[i], otherwise, {}));
        }
    }
    return rows;
}

PlantCase read_plant(const toml::table& plant, TomlTable& table) {
    PlantCase one;
    one.place = table.place();
    one.name = table.required_name("name", "name = \"水泥C级橙色停产\"");
    (void)table.text("why");
    if (!table.has("level")) table.wrong("level", "is missing", "level = \"orange\"");
    one.level = table.word("level", rules::parse_colour, "yellow, orange or red")
                    .value_or(rules::Colour::kYellow);
    one.at = read_time(table, "at").value_or(*rules::parse_instant(kPlantStart, kZone));
    const Row enterprise =
        row_of(plant, table,
               {{"id", "P"}, {"name", "样例企业"}, {"region", "410100"}, {"category", "regular"}},
               {"name", "why", "level", "at", "line", "own", "season", "vehicles_per_day", "owes",
                "not_looked_at", "none"});
    one.enterprises = csv_of({enterprise});
    const std::string& id = enterprise.at("id");
    one.lines = csv_of(read_rows(plant, table, "line",
                                 {{"enterprise", id},
                                  {"id", "L1"},
                                  {"name", "生产线"},
                                  {"equipment", ""},
                                  {"uninterruptible", "no"},
                                  {"so2_kg_d", "0"},
                                  {"nox_kg_d", "0"},
                                  {"pm_kg_d", "0"},
                                  {"vocs_kg_d", "0"}}));
    if (table.has("own")) {
        one.measures = csv_of(read_rows(plant, table, "own", {{"enterprise", id}, {"line", ""}}));
    }
    if (const auto trucks = table.whole("vehicles_per_day", 0, kVehiclesMax)) {
        one.trucks = csv_of({{{"id", "V1"},
                              {"enterprise", id},
                              {"name", "车队"},
                              {"region", enterprise.at("region")},
                              {"vehicles_per_day", std::to_string(*trucks)},
                              {"nox_kg_d", "0"},
                              {"pm_kg_d", "0"}}});
    }
    for (TomlTable& window : table.tables("season", kCaseRowsMax)) {
        one.season.windows.push_back(read_season_window(window, {}, rules::Severity::kError));
    }
    for (const std::string& action : table.texts("not_looked_at")) {
        const auto known = rules::parse_action(action);
        if (!known) table.wrong("not_looked_at", "'" + action + "'", "an action, as in owes");
        if (known) one.not_looked_at.push_back(*known);
    }
    if (!table.has("line")) {
        table.wrong("line", "is missing", "[[plant.line]] with id and emissions");
    }
    for (TomlTable& duty : table.tables("owes", kCaseRowsMax)) {
        one.duties.push_back(read_duty(duty));
    }
    must_expect(table, !one.duties.empty(), "owes");
    return one;
}

}  // namespace

rules::Result<RuleCases> read_rule_cases(std::string_view toml, const std::string& file) {
    const auto document = parse_toml(toml, file);
    if (!document) return document.error();
    rules::Faults faults;
    TomlTable root(*document, "", file, faults);
    RuleCases cases;
    cases.standard = root.text("standard").value_or("");
    cases.pack = root.text("pack").value_or("");
    cases.catalogue = root.text("catalogue").value_or("");
    for (TomlTable& table : root.tables("trigger", kRuleCasesMax)) {
        cases.trigger.push_back(read_trigger(table));
    }
    std::vector<TomlTable> plants = root.tables("plant", kRuleCasesMax);
    const toml::array* nodes = rows_in(*document, "plant");
    for (std::size_t i = 0; i < plants.size() && nodes != nullptr; ++i) {
        if (const toml::table* plant = (*nodes)[i].as_table()) {
            cases.plant.push_back(read_plant(*plant, plants[i]));
        }
    }
    if (cases.trigger.empty() && cases.plant.empty()) {
        root.wrong("trigger", "is missing", "[[trigger]] or [[plant]]");
    }
    root.finish();
    if (!faults.empty()) return faults;
    return cases;
}

}  // namespace qk::plans
