#include "plans/hj212/point_map.hpp"

#include <algorithm>
#include <cmath>

#include "plans/text/toml_table.hpp"
#include "rules/base/number.hpp"

namespace qk::plans::hj212 {
namespace {

constexpr std::size_t kStatesMax = 50;
constexpr double kScaleMost = 1e6;
constexpr std::string_view kStateWords =
    "off, running, starting, stopping, maintenance, calibrating, alarm, blow_back, bypass_open, "
    "bypass_closed or unknown";

bool is_point_mn(std::string_view mn) {
    return mn.size() <= kMnLengthMost && std::ranges::all_of(mn, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      c == '_' || c == '-';
           });
}

void read_states(TomlTable& table, Point& point) {
    auto states = table.table("states");
    if (!states) return;
    const std::vector<std::string> keys = states->keys();
    if (keys.size() > kStatesMax) {
        table.wrong("states", "there are " + std::to_string(keys.size()) + " states",
                    "at most " + std::to_string(kStatesMax));
        return;
    }
    for (const std::string& key : keys) {
        const auto state = states->word(key, rules::parse_process_state, kStateWords);
        if (state) point.states.emplace(key, *state);
    }
    states->finish();
}

Point read_point(TomlTable& table) {
    Point point;
    point.mn = table.required_name("mn", "010000A8900016F000169DC0");
    if (!is_point_mn(point.mn)) {
        table.wrong("mn", "'" + point.mn + "' is not an MN", "at most 40 letters, digits, - and _");
    }
    point.code = table.required_name("code", "SB1");
    point.value = table.text("value").value_or("Rtd");
    point.series = table.required_name("series", "e1-fan-current");
    if (const auto scale = table.number("scale", -kScaleMost, kScaleMost)) point.scale = *scale;
    if (point.scale == 0) {
        table.wrong("scale", "a factor of 0 makes every value 0",
                    "the ratio of the current transformer, 1 or -1");
    }
    read_states(table, point);
    point.row = table.place().line;
    return point;
}

// Some values are texts by the standard and numbers to their devices ("i12001-Info=3.2").
std::optional<double> number_in(const Value& value) {
    return value.number ? value.number : rules::parse_number(value.text);
}

bool is_normal(const Factor& factor, const Value& value) {
    const bool is_marked = std::ranges::any_of(
        value.marks, [](Mark mark) { return mark != Mark::kZero && mark != Mark::kUnreadable; });
    return !is_marked && factor.flag.value_or("N") == "N";
}

SeriesValue value_of(const Point& point, const Factor& factor, const Value& value,
                     rules::Instant at) {
    SeriesValue read;
    read.series = point.series;
    read.t = at;
    read.text = value.text;
    const bool normal = is_normal(factor, value);
    if (!point.states.empty()) {
        const auto found = point.states.find(value.text);
        // What is no state of the table is kept as unknown, with its text.
        read.state = found == point.states.end() ? rules::ProcessState::kUnknown : found->second;
        read.is_evidence = normal && found != point.states.end();
        return read;
    }
    const auto number = number_in(value);
    if (number) read.number = *number * point.scale;
    const bool is_bounded = read.number && std::fabs(*read.number) <= kSeriesNumberMax;
    read.is_evidence = normal && is_bounded;
    if (!is_bounded) read.number.reset();
    return read;
}

}  // namespace

rules::Result<PointMap> PointMap::read(std::string_view text, const std::string& file) {
    const auto document = parse_toml(text, file, kPointMapBytesMax);
    if (!document) return document.error();
    rules::Faults faults;
    PointMap map;
    TomlTable top(*document, "", file, faults);
    map.source_ = top.required_text("source", "县区监控中心点表，2026-01");
    for (TomlTable& table : top.tables("point", kPointsMax)) {
        Point point = read_point(table);
        table.finish();
        const Point* known = map.find(point.mn, point.code, point.value);
        if (known != nullptr) {
            table.wrong("code",
                        "'" + point.code + "-" + point.value + "' of " + point.mn +
                            " stands twice; first in line " + std::to_string(known->row),
                        "one entry per device, code and value");
            continue;
        }
        const std::string mn = point.mn;
        const std::string code = point.code;
        map.devices_[mn].emplace(code, std::move(point));
        ++map.size_;
    }
    top.finish();
    if (rules::has_errors(faults)) return faults;
    return map;
}

const Point* PointMap::find(const std::string& mn, const std::string& code,
                            std::string_view value) const {
    const auto device = devices_.find(mn);
    if (device == devices_.end()) return nullptr;
    const auto [first, last] = device->second.equal_range(code);
    for (auto at = first; at != last; ++at) {
        if (at->second.value == value) return &at->second;
    }
    return nullptr;
}

bool PointMap::knows(const std::string& mn) const { return devices_.contains(mn); }

std::vector<SeriesValue> series_values(const Frame& frame, const PointMap& points) {
    std::vector<SeriesValue> values;
    const bool is_data =
        frame.outcome <= Outcome::kAcceptWarn && frame.data_time && frame.head.mn.has_value();
    if (!is_data || !points.knows(*frame.head.mn)) return values;
    for (const Factor& factor : frame.factors) {
        for (const Value& value : factor.values) {
            const Point* point = points.find(*frame.head.mn, factor.code, value.name);
            if (point == nullptr) continue;
            const rules::Instant at = factor.sampled_at.value_or(*frame.data_time);
            values.push_back(value_of(*point, factor, value, at));
        }
    }
    return values;
}

}  // namespace qk::plans::hj212
