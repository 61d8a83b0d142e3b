#include "plans/feeds/table_shape.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace qk::plans {
namespace {

bool is_in(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
}

bool is_parameter(std::string_view name) {
    return is_in(name, {"parameter", "param", "pollutant", "type", "污染物", "监测项目", "监测因子",
                        "项目", "因子", "类型", "指标", "要素"});
}
bool is_value(std::string_view name) {
    return is_in(name, {"value", "conc", "concentration", "rawconc", "值", "数值", "浓度", "浓度值",
                        "监测值", "实测值"});
}
bool is_unit(std::string_view name) {
    return is_in(name, {"unit", "units", "concunit", "单位", "浓度单位"});
}
bool is_duration(std::string_view name) {
    return is_in(name, {"duration", "averagingperiod", "平均时间"});
}
bool is_quality(std::string_view name) {
    return is_in(name, {"qcname", "qc", "quality", "质控", "数据状态"});
}

// Columns that stand beside the values in such tables and are no place of theirs.
bool is_other(std::string_view name) {
    return name.empty() || is_in(name, {"no", "season", "year", "month", "day", "hour", "date",
                                        "time", "序号", "lat", "lon", "latitude", "longitude"});
}

bool has_all(const CsvHeader& header, std::span<const std::string_view> names) {
    return std::ranges::all_of(names, [&](std::string_view name) {
        return std::ranges::any_of(
            header.names(), [name](const std::string& column) { return squeezed(column) == name; });
    });
}

bool looks_like_uci_501(const CsvHeader& header) {
    constexpr std::array<std::string_view, 9> kNames{"no",   "year", "month", "day", "hour",
                                                     "temp", "pres", "dewp",  "wspm"};
    return has_all(header, kNames);
}

void take_other_columns(const CsvHeader& header, AirTable& table) {
    for (std::size_t i = 0; i < header.names().size(); ++i) {
        const std::string name = squeezed(header.names()[i]);
        std::optional<std::size_t>* place = nullptr;
        if (is_parameter(name))
            place = &table.parameter;
        else if (is_value(name))
            place = &table.value;
        else if (is_unit(name))
            place = &table.unit;
        else if (is_duration(name))
            place = &table.duration;
        else if (is_quality(name))
            place = &table.quality;
        if (place != nullptr && !*place) *place = i;
    }
}

// UCI 394: PM_Dongsi, PM_US Post are PM2.5 of those stations.
void take_particle_places(const CsvHeader& header, AirTable& table) {
    constexpr std::string_view kParticles = "PM_";
    for (std::size_t i = 0; i < header.names().size(); ++i) {
        const std::string& name = header.names()[i];
        if (!name.starts_with(kParticles) || name.size() == kParticles.size()) continue;
        table.places.push_back({i, name.substr(kParticles.size())});
    }
    if (!table.places.empty()) table.of_places = PollutantColumn{rules::Pollutant::kPm25};
}

void take_places(const CsvHeader& header, AirTable& table) {
    for (std::size_t i = 0; i < header.names().size(); ++i) {
        const std::string name = squeezed(header.names()[i]);
        const bool is_ours = i == table.parameter || i == table.unit || i == table.duration ||
                             i == table.quality || i == table.columns.time ||
                             i == table.columns.date || i == table.columns.hour;
        if (!is_ours && !is_other(name)) table.places.push_back({i, header.names()[i]});
    }
}

}  // namespace

std::optional<AirTable> air_table(const CsvHeader& header, const rules::Place& header_place,
                                  rules::Faults& faults) {
    AirTable table;
    rules::Faults found;
    table.columns = air_columns(header, TableOf::kHours, header_place, found);
    if (!has_time(table.columns)) return std::nullopt;
    const bool has_region = table.columns.region || table.columns.station;
    take_other_columns(header, table);
    table.is_uci = looks_like_uci_501(header);
    if (!table.columns.values.empty()) {
        // A table without places is one place's where its times come in pieces (UCI 381).
        if (!has_region && !table.columns.civil[0]) return std::nullopt;
    } else if (table.parameter && table.value && has_region) {
        table.shape = AirTableShape::kByValue;
    } else if (table.parameter && !table.value && !has_region) {
        table.shape = AirTableShape::kByPlace;
        take_places(header, table);
    } else if (table.columns.civil[0] && !has_region) {
        table.shape = AirTableShape::kByPlace;
        take_particle_places(header, table);
    } else {
        return std::nullopt;
    }
    if (table.shape == AirTableShape::kByPlace && table.places.empty()) return std::nullopt;
    for (rules::Fault& fault : found) add_fault(faults, std::move(fault));
    return table;
}

std::optional<PollutantColumn> parameter_in(std::string_view name, std::string_view unit,
                                            std::string& why) {
    const auto bare = pollutant_column(name, TableOf::kHours);
    if (!bare || squeezed(unit).empty()) return bare;
    auto with_unit = pollutant_column(std::string(name) + " " + std::string(unit), TableOf::kHours);
    if (!with_unit) {
        why = "in '" + std::string(unit) + "'";
        return std::nullopt;
    }
    with_unit->is_unit_named = true;
    return with_unit;
}

bool is_one_hour(std::string_view duration) {
    return is_in(squeezed(duration), {"", "1hr", "1h", "1hour", "hour", "hourly", "1小时", "小时",
                                      "pt1h", "010000", "3600", "3600s", "60min"});
}

bool is_rejected(std::string_view quality) {
    return is_in(squeezed(quality), {"missing", "invalid", "suspect", "无效", "缺失", "存疑"});
}

}  // namespace qk::plans
