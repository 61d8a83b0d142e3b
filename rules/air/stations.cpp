#include "rules/air/stations.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace qk::rules {
namespace {

using std::chrono::hours;

std::size_t at(Pollutant pollutant) { return static_cast<std::size_t>(pollutant); }

bool has_value(const HourlyConcentrations& hour) {
    return std::ranges::any_of(hour, [](Concentration c) { return !c.is_missing(); });
}

// A station on its way to the mean: what is left of its series.
struct Cleaned {
    const StationSeries* station = nullptr;
    HourlySeries series;
    bool is_background = false;
};

Span span_of(const HourlySeries& series, std::size_t first, std::size_t end) {
    return {series.first + hours(first), series.first + hours(end)};
}

class Cleaner {
 public:
    Cleaner(const StationRules& rules, std::vector<StationExclusion>& exclusions)
        : rules_(rules), exclusions_(exclusions) {}

    Cleaned clean(const StationSeries& station) {
        Cleaned out{&station, station.series, false};
        const bool is_dead = !std::ranges::any_of(out.series.hours, has_value);
        leave_out_unusable(out);
        leave_out_differing(out);
        const bool is_listed =
            std::ranges::find(rules_.background, station.station) != rules_.background.end();
        out.is_background = is_listed || place_of(station.station).is_control_point;
        if (is_dead && station.differing.empty()) {
            exclude(out, StationFault::kDead, 0, out.series.hours.size(), "全程没有任何数据");
        } else if (out.is_background) {
            exclude(out, StationFault::kBackground, 0, out.series.hours.size(),
                    is_listed ? "列入对照点名单,不参与城市均值" : "名称标为对照点,不参与城市均值");
        }
        leave_out_frozen(out);
        return out;
    }

    void exclude(const Cleaned& cleaned, StationFault fault, std::size_t first, std::size_t end,
                 std::string why) {
        const Span span = span_of(cleaned.series, first, end);
        // The same finding hour after hour is one.
        if (!exclusions_.empty()) {
            StationExclusion& last = exclusions_.back();
            if (last.city == cleaned.station->city && last.station == cleaned.station->station &&
                last.fault == fault && last.why == why && last.span.to == span.from) {
                last.span.to = span.to;
                return;
            }
        }
        exclusions_.push_back(
            {cleaned.station->city, cleaned.station->station, fault, span, std::move(why)});
    }

 private:
    void leave_out_unusable(Cleaned& cleaned) {
        for (std::size_t i = 0; i < cleaned.series.hours.size(); ++i) {
            for (const Pollutant pollutant : kPollutants) {
                Concentration& value = cleaned.series.hours[i][at(pollutant)];
                if (value.is_missing() || rules_.limits.allows(pollutant, value)) continue;
                exclude(cleaned, StationFault::kUnusable, i, i + 1,
                        std::string(to_chinese(pollutant)) + " " + to_text(value.value()) +
                            " 为负或超出合理范围");
                value = {};
            }
        }
    }

    void leave_out_differing(Cleaned& cleaned) {
        const auto size = static_cast<std::int64_t>(cleaned.series.hours.size());
        for (const Instant hour : cleaned.station->differing) {
            const std::int64_t i =
                std::chrono::duration_cast<hours>(hour - cleaned.series.first).count();
            if (i < 0 || i >= size) continue;
            const auto slot = static_cast<std::size_t>(i);
            cleaned.series.hours[slot] = {};
            exclude(cleaned, StationFault::kDiffering, slot, slot + 1, "同一小时有两组不同数据");
        }
    }

    // A run goes on while no pollutant that reports changes; hours without values neither end nor
    // lengthen it.
    void leave_out_frozen(Cleaned& cleaned) {
        HourlyConcentrations still{};
        std::size_t first = 0;
        std::size_t last = 0;
        int length = 0;
        const auto end_run = [&] {
            const auto reporting =
                std::ranges::count_if(still, [](Concentration c) { return !c.is_missing(); });
            const int limit = reporting >= 3 ? rules_.frozen_hours : rules_.frozen_hours_of_few;
            if (length >= limit) leave_out_run(cleaned, first, last + 1, length);
            length = 0;
            still = {};
        };
        for (std::size_t i = 0; i < cleaned.series.hours.size(); ++i) {
            const HourlyConcentrations& hour = cleaned.series.hours[i];
            if (!has_value(hour)) continue;
            if (length > 0 && changes(still, hour)) end_run();
            if (length == 0) first = i;
            for (std::size_t p = 0; p < still.size(); ++p) {
                if (!hour[p].is_missing()) still[p] = hour[p];
            }
            last = i;
            ++length;
        }
        end_run();
    }

    static bool changes(const HourlyConcentrations& still, const HourlyConcentrations& hour) {
        bool shares = false;
        for (std::size_t p = 0; p < still.size(); ++p) {
            if (still[p].is_missing() || hour[p].is_missing()) continue;
            if (still[p] != hour[p]) return true;
            shares = true;
        }
        return !shares;
    }

    void leave_out_run(Cleaned& cleaned, std::size_t first, std::size_t end, int length) {
        std::string why = "各项数值连续" + std::to_string(length) + "小时不变";
        const Concentration fine = cleaned.series.hours[first][at(Pollutant::kPm25)];
        if (!fine.is_missing()) why += "(PM2.5 " + to_text(fine.value()) + ")";
        for (std::size_t i = first; i < end; ++i) cleaned.series.hours[i] = {};
        exclude(cleaned, StationFault::kFrozen, first, end, std::move(why));
    }

    const StationRules& rules_;
    std::vector<StationExclusion>& exclusions_;
};

// All stations of one city by place, and the hours that any of them covers.
struct City {
    std::string name;
    std::vector<std::vector<Cleaned>> places;
    Instant first{};
    std::size_t hours = 0;
};

const HourlyConcentrations* hour_of(const HourlySeries& series, Instant hour) {
    const std::int64_t i = std::chrono::duration_cast<hours>(hour - series.first).count();
    if (i < 0 || i >= static_cast<std::int64_t>(series.hours.size())) return nullptr;
    return &series.hours[static_cast<std::size_t>(i)];
}

// The value of one place: the one of its names that reports. Two that disagree cancel out.
HourlyConcentrations value_of(const std::vector<Cleaned>& names, Instant hour, Cleaner& cleaner) {
    const HourlyConcentrations* found = nullptr;
    for (const Cleaned& name : names) {
        const HourlyConcentrations* of_name = hour_of(name.series, hour);
        if (of_name == nullptr || !has_value(*of_name)) continue;
        if (found != nullptr && *found != *of_name) {
            const auto slot = static_cast<std::size_t>(
                std::chrono::duration_cast<hours>(hour - name.series.first).count());
            cleaner.exclude(name, StationFault::kDiffering, slot, slot + 1,
                            "同一点位的两个名称数据不同");
            return {};
        }
        found = of_name;
    }
    return found == nullptr ? HourlyConcentrations{} : *found;
}

void add_thin(CityAir& city, Pollutant pollutant, Instant hour, int places) {
    for (auto thin = city.thin.rbegin(); thin != city.thin.rend(); ++thin) {
        if (thin->pollutant != pollutant) continue;
        if (thin->span.to != hour) break;
        thin->span.to += hours(1);
        thin->places_min = std::min(thin->places_min, places);
        return;
    }
    city.thin.push_back({pollutant, {hour, hour + hours(1)}, places});
}

bool is_silent(const std::vector<Cleaned>& names) {
    return std::ranges::none_of(names, [](const Cleaned& name) {
        return std::ranges::any_of(name.series.hours, has_value);
    });
}

CityAir mean_of(City& city, const StationRules& rules, Cleaner& cleaner) {
    CityAir out;
    out.series.region = city.name;
    out.series.first = city.first;
    out.series.hours.resize(city.hours);
    std::erase_if(city.places, [](const std::vector<Cleaned>& names) {
        return is_silent(names) || std::ranges::any_of(names, &Cleaned::is_background);
    });
    out.places = static_cast<int>(city.places.size());
    const int percent = out.places <= 3 ? rules.percent_min_of_three : rules.percent_min;
    for (std::size_t i = 0; i < city.hours; ++i) {
        const Instant hour = city.first + hours(i);
        std::array<std::int64_t, kPollutantCount> sums{};
        std::array<int, kPollutantCount> counts{};
        for (const auto& names : city.places) {
            const HourlyConcentrations values = value_of(names, hour, cleaner);
            for (std::size_t p = 0; p < values.size(); ++p) {
                if (values[p].is_missing()) continue;
                sums[p] += values[p].value().millionths;
                ++counts[p];
            }
        }
        for (const Pollutant pollutant : kPollutants) {
            const int count = counts[at(pollutant)];
            if (count > 0 && count * 100 >= percent * out.places) {
                out.series.hours[i][at(pollutant)] =
                    Concentration(Decimal{divide_half_even(sums[at(pollutant)], count)});
            } else if (out.places > 0) {
                add_thin(out, pollutant, hour, count);
            }
        }
    }
    return out;
}

}  // namespace

CityAirAnswer city_air(const std::vector<StationSeries>& stations, const StationRules& rules) {
    CityAirAnswer answer;
    Cleaner cleaner(rules, answer.exclusions);
    std::vector<City> cities;
    std::map<std::string_view, std::size_t> city_numbers;
    std::map<std::pair<std::size_t, std::string_view>, std::size_t> place_numbers;
    for (const StationSeries& station : stations) {
        const auto [entry, is_new] = city_numbers.try_emplace(station.city, cities.size());
        if (is_new) cities.push_back({station.city, {}, station.series.first, 0});
        City& city = cities[entry->second];
        const Instant end = std::max(city.first + hours(city.hours),
                                     station.series.first + hours(station.series.hours.size()));
        city.first = std::min(city.first, station.series.first);
        city.hours =
            static_cast<std::size_t>(std::chrono::duration_cast<hours>(end - city.first).count());
        const auto [place, is_new_place] = place_numbers.try_emplace(
            {entry->second, place_of(station.station).place}, city.places.size());
        if (is_new_place) city.places.emplace_back();
        city.places[place->second].push_back(cleaner.clean(station));
    }
    for (City& city : cities) answer.cities.push_back(mean_of(city, rules, cleaner));
    return answer;
}

PlaceName place_of(std::string_view station) {
    PlaceName out{station, false};
    // A remark in brackets at the end, half or full width; several may follow on another.
    for (;;) {
        const bool is_wide = out.place.ends_with("）");
        if (!is_wide && !out.place.ends_with(")")) return out;
        const auto wide = out.place.rfind("（");
        const auto narrow = out.place.rfind('(');
        const auto open = wide == std::string_view::npos     ? narrow
                          : narrow == std::string_view::npos ? wide
                                                             : std::max(wide, narrow);
        if (open == std::string_view::npos || open == 0) return out;
        const std::string_view remark = out.place.substr(open);
        const bool is_control = remark.find("对照点") != std::string_view::npos;
        const bool is_date = remark.find("启用") != std::string_view::npos ||
                             remark.find("停用") != std::string_view::npos;
        if (!is_control && !is_date) return out;
        out.is_control_point = out.is_control_point || is_control;
        out.place = out.place.substr(0, open);
    }
}

std::string_view to_text(StationFault fault) {
    switch (fault) {
        case StationFault::kDead:
            return "dead";
        case StationFault::kFrozen:
            return "frozen";
        case StationFault::kBackground:
            return "background";
        case StationFault::kDiffering:
            return "differing";
        case StationFault::kUnusable:
            return "unusable";
    }
    return "";
}

std::string_view to_chinese(StationFault fault) {
    switch (fault) {
        case StationFault::kDead:
            return "无数据";
        case StationFault::kFrozen:
            return "数值冻结";
        case StationFault::kBackground:
            return "对照点";
        case StationFault::kDiffering:
            return "数据矛盾";
        case StationFault::kUnusable:
            return "数值不可用";
    }
    return "";
}

}  // namespace qk::rules
