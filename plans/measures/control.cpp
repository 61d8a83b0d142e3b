#include "plans/measures/control.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/text/toml_table.hpp"
#include "rules/base/enum_words.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

// Terms are two tables deep, and a list in the second.
constexpr int kDepthMax = 4;

toml::table table_of(const json::object& object, int depth);
toml::array array_of(const json::array& list, int depth);

// Calls `put` with what TOML has for the value; null is as if it were not there.
template <class Put>
void convert(const json::value& value, int depth, Put put) {
    if (const auto* text = value.if_string()) {
        put(std::string(*text));
    } else if (const auto* whole = value.if_int64()) {
        put(*whole);
    } else if (value.is_uint64() || value.is_double()) {
        put(value.to_number<double>());
    } else if (const auto* flag = value.if_bool()) {
        put(*flag);
    } else if (depth >= kDepthMax) {
        put(toml::table{});
    } else if (const auto* object = value.if_object()) {
        put(table_of(*object, depth + 1));
    } else if (const auto* list = value.if_array()) {
        put(array_of(*list, depth + 1));
    }
}

toml::array array_of(const json::array& list, int depth) {
    toml::array array;
    for (const json::value& one : list) {
        convert(one, depth, [&array](auto item) { array.push_back(std::move(item)); });
    }
    return array;
}

toml::table table_of(const json::object& object, int depth) {
    toml::table table;
    for (const auto& [key, value] : object) {
        const std::string name(key);
        convert(value, depth, [&](auto item) { table.insert_or_assign(name, std::move(item)); });
    }
    return table;
}

void check_count(TomlTable& table, std::string_view key, const std::vector<std::string>& names) {
    if (names.size() <= kControlNamesMax) return;
    table.wrong(
        key, fmt::format("names {}", names.size()),
        fmt::format("at most {}; for more of them name trades or counties", kControlNamesMax));
}

constexpr rules::EnumWords<ControlState, 6> kStates{{
    {ControlState::kProposed, {"proposed", "待签发"}},
    {ControlState::kAhead, {"ahead", "已签发，未到执行日"}},
    {ControlState::kInForce, {"in_force", "执行中"}},
    {ControlState::kOver, {"over", "已到期"}},
    {ControlState::kWithdrawn, {"withdrawn", "已撤销"}},
    {ControlState::kLapsed, {"lapsed", "逾期未签发"}},
}};

}  // namespace

rules::Result<SeasonWindow> read_control(const json::value& terms, const std::string& file,
                                         const GradeNames& names, rules::Severity unknown_grades) {
    if (!terms.is_object()) {
        return rules::refuse(file + ": is not an object",
                             R"({"from":…,"to":…,"trades":[…],"measure":{…},"document":…})");
    }
    const toml::table content = table_of(terms.get_object(), 0);
    rules::Faults faults;
    TomlTable table(content, "", file, faults);
    SeasonWindow window = read_control_terms(table, names, unknown_grades);
    check_count(table, "trades", window.trades);
    check_count(table, "enterprises", window.enterprises);
    check_count(table, "regions", window.regions);
    for (rules::Fault& fault : faults) fault.place = {file};
    if (rules::has_errors(faults)) return faults;
    return window;
}

rules::Faults refuse_days(const SeasonWindow& window, rules::CivilDay today,
                          std::optional<int> days_max) {
    if (!days_max) {
        return rules::refuse(
            "规则包未规定临时管控的最长天数，不能下达 / the pack does not say how "
            "long a temporary control may last",
            "[temporary_control] days_max = 5");
    }
    rules::Faults faults;
    if (window.from < today) {
        faults.push_back({{},
                          "from: " + rules::to_iso(window.from) + " 已经过去 / is over",
                          rules::to_iso(today) + " 或以后 / or later",
                          rules::Severity::kError});
    }
    const auto days = (window.to - window.from).count() + 1;
    if (days > *days_max) {
        faults.push_back(
            {{},
             fmt::format("to: 共{}天，超过规则包规定 / {} days are too long", days, days),
             fmt::format("最多{}天 / at most {} days", *days_max, *days_max),
             rules::Severity::kError});
    }
    return faults;
}

std::string_view to_text(ControlState state) { return kStates.english(state); }
std::string_view to_chinese(ControlState state) { return kStates.chinese(state); }

ControlState state_of(const SeasonWindow& window, ControlSteps steps, rules::CivilDay today) {
    if (steps.is_withdrawn) return ControlState::kWithdrawn;
    if (!steps.is_signed) {
        return today > window.to ? ControlState::kLapsed : ControlState::kProposed;
    }
    if (today < window.from) return ControlState::kAhead;
    return today > window.to ? ControlState::kOver : ControlState::kInForce;
}

bool is_open(ControlState state) {
    return state == ControlState::kProposed || state == ControlState::kAhead ||
           state == ControlState::kInForce;
}

}  // namespace qk::plans
