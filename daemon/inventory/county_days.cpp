#include "daemon/inventory/county_days.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "daemon/inventory/county_day_rows.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {
namespace {

using plans::TargetKind;
using std::chrono::minutes;

constexpr minutes kMeterInterval{15};
constexpr minutes kStackInterval{60};
// Those with a mass; the rest of what a stack reports (CO, O2) has none.
constexpr std::array<std::string_view, 4> kMassFactors{"so2", "nox", "pm", "vocs"};

rules::Span span_of(rules::CivilDay day, rules::Zone zone) {
    return {rules::start_of(day, zone), rules::start_of(day + std::chrono::days{1}, zone)};
}

// The county of each enterprise.
std::unordered_map<std::string_view, std::string_view> counties_of(
    const plans::Inventory& inventory) {
    std::unordered_map<std::string_view, std::string_view> counties;
    for (const plans::Enterprise& one : inventory.enterprises) counties[one.id] = one.region;
    return counties;
}

// A meter, or a stack's factor: what it recorded on the day.
struct Track {
    std::vector<rules::PowerReading> readings;
    minutes interval{0};  // as the readings themselves state it; 0: they do not
};

// Readings of the instruments first, first + 1, … of a list, by place in it.
using MeterPlaces = std::unordered_map<std::string_view, std::size_t>;

std::vector<Track> read_meters(Session& db, const rules::Span& day, const MeterPlaces& places,
                               std::size_t first, std::size_t count) {
    std::vector<Track> tracks(count);
    each_valid_power(db, day, [&](const MeterDayRow& row) {
        const auto place = places.find(row.meter);
        if (place == places.end() || place->second < first || place->second >= first + count) {
            return;
        }
        Track& track = tracks[place->second - first];
        rules::PowerReading reading;
        reading.end = row.end;
        reading.kw = row.kw;
        track.readings.push_back(reading);
        // Energy over power is the interval that the meter meant.
        if (track.interval.count() == 0 && reading.kw > 0 && row.kwh) {
            const double stated = *row.kwh / reading.kw * 60;
            if (stated >= 1 && stated <= 1440) track.interval = minutes{std::lround(stated)};
        }
    });
    return tracks;
}

std::vector<plans::PointDay> electricity_of(Session& db, const CountSetting& setting,
                                            const rules::Span& day) {
    const auto counties = counties_of(setting.inventory);
    std::vector<plans::PointDay> points;
    MeterPlaces places;
    for (const plans::Meter& meter : setting.inventory.meters) {
        const auto county = counties.find(meter.enterprise);
        if (meter.role != rules::MeterRole::kTotal || county == counties.end()) continue;
        places.emplace(meter.id, points.size());
        plans::PointDay point;
        point.county = county->second;
        points.push_back(point);
    }
    for (std::size_t first = 0; first < points.size(); first += kPointsPerPassMax) {
        const std::size_t count = std::min(kPointsPerPassMax, points.size() - first);
        const std::vector<Track> tracks = read_meters(db, day, places, first, count);
        for (std::size_t i = 0; i < count; ++i) {
            const minutes stated = tracks[i].interval;
            points[first + i].sum = plans::sum_of_day(tracks[i].readings, day,
                                                      stated.count() > 0 ? stated : kMeterInterval);
        }
    }
    return points;
}

// Mass flows of one outlet on the day, by factor; a factor without flow has no readings.
using Stack = std::map<std::string, Track, std::less<>>;

std::vector<Stack> read_stacks(Session& db, const rules::Span& day, const MeterPlaces& places,
                               std::size_t first, std::size_t count) {
    std::vector<Stack> stacks(count);
    each_valid_emission(db, day, [&](const StackDayRow& row) {
        const auto place = places.find(row.outlet);
        if (place == places.end() || place->second < first || place->second >= first + count) {
            return;
        }
        Track& track = stacks[place->second - first][std::string(row.factor)];
        if (!row.flow_m3_per_h) return;
        rules::PowerReading kg_per_hour;
        kg_per_hour.end = row.end;
        kg_per_hour.kw = row.mg_per_m3 * *row.flow_m3_per_h / 1e6;
        track.readings.push_back(kg_per_hour);
    });
    return stacks;
}

// All factors of an outlet that have a mass: those of the inventory, and those that came.
std::optional<double> mass_of(const plans::Outlet& outlet, const Stack& stack,
                              const rules::Span& day) {
    std::set<std::string_view> wanted;
    for (const std::string_view factor : kMassFactors) {
        const bool is_listed = std::ranges::find(outlet.factors, factor) != outlet.factors.end();
        if (is_listed || stack.contains(factor)) wanted.insert(factor);
    }
    if (wanted.empty()) return std::nullopt;
    double sum = 0;
    for (const std::string_view factor : wanted) {
        const auto track = stack.find(factor);
        if (track == stack.end()) return std::nullopt;
        const auto mass = plans::sum_of_day(track->second.readings, day, kStackInterval);
        if (!mass) return std::nullopt;
        sum += *mass;
    }
    return sum;
}

std::vector<plans::PointDay> emission_of(Session& db, const CountSetting& setting,
                                         const rules::Span& day) {
    const auto counties = counties_of(setting.inventory);
    std::vector<plans::PointDay> points;
    std::vector<const plans::Outlet*> outlets;
    MeterPlaces places;
    for (const plans::Outlet& outlet : setting.inventory.outlets) {
        const auto county = counties.find(outlet.enterprise);
        if (county == counties.end()) continue;
        places.emplace(outlet.id, points.size());
        plans::PointDay point;
        point.county = county->second;
        points.push_back(point);
        outlets.push_back(&outlet);
    }
    for (std::size_t first = 0; first < points.size(); first += kPointsPerPassMax) {
        const std::size_t count = std::min(kPointsPerPassMax, points.size() - first);
        const std::vector<Stack> stacks = read_stacks(db, day, places, first, count);
        for (std::size_t i = 0; i < count; ++i) {
            points[first + i].sum = mass_of(*outlets[first + i], stacks[i], day);
        }
    }
    return points;
}

// By edition and time; those in memory are newer.
std::map<rules::CivilDay, CountedDay> all_counted(Session& db, TargetKind kind,
                                                  const CountedDays& in_memory) {
    std::map<rules::CivilDay, CountedDay> days;
    for (CountedDayRow& row : counted_days(db, kind)) {
        CountedDay& day = days[row.day];
        day.edition = std::move(row.edition);
        day.at = row.counted_at;
    }
    for (const auto& [key, day] : in_memory) {
        if (key.first == kind) days[key.second] = {day.edition, day.at, {}};
    }
    return days;
}

}  // namespace

std::vector<rules::CivilDay> days_to_count(Session& db, const CountSetting& setting,
                                           TargetKind kind,
                                           const std::vector<plans::CountyTarget>& targets,
                                           rules::CivilDay as_of, const CountedDays& in_memory) {
    const auto counted = all_counted(db, kind, in_memory);
    std::set<rules::CivilDay> days;
    for (const plans::CountyTarget& target : targets) {
        if (target.kind != kind) continue;
        const rules::CivilDay last = std::min(target.to, as_of);
        for (rules::CivilDay day = target.from; day <= last; day += std::chrono::days{1}) {
            const rules::Instant over = span_of(day, setting.zone).to;
            if (over > setting.now) break;
            const auto known = counted.find(day);
            const bool is_final =
                known != counted.end() && known->second.at >= over + kLateReadings;
            const bool is_fresh = known != counted.end() &&
                                  known->second.edition == setting.inventory.edition &&
                                  setting.now < known->second.at + kCountedAnewAfter;
            if (!is_final && !is_fresh) days.insert(day);
        }
    }
    return {days.begin(), days.end()};
}

CountedDay count_day(Session& db, const CountSetting& setting, TargetKind kind,
                     rules::CivilDay day) {
    const rules::Span span = span_of(day, setting.zone);
    const auto points = kind == TargetKind::kElectricity ? electricity_of(db, setting, span)
                                                         : emission_of(db, setting, span);
    CountedDay counted;
    counted.edition = setting.inventory.edition;
    counted.at = setting.now;
    counted.values = plans::sum_by_county(kind, day, points);
    return counted;
}

void keep_day(Session& db, TargetKind kind, rules::CivilDay day, const CountedDay& counted) {
    store_counted_day(db, kind, {day, counted.edition, counted.at}, counted.values);
}

void add_counted(Session& db, const plans::CountyTarget& target, const CountedDays& in_memory,
                 std::vector<plans::CountyValue>& values) {
    for (plans::CountyValue& value : counted_values(db, target)) {
        if (!in_memory.contains({value.kind, value.day})) values.push_back(std::move(value));
    }
    for (const auto& [key, counted] : in_memory) {
        const bool is_asked =
            key.first == target.kind && key.second >= target.from && key.second <= target.to;
        if (!is_asked) continue;
        for (plans::CountyValue value : counted.values) {
            if (value.county != target.county) continue;
            value.basis = plans::ValueBasis::kDerived;
            values.push_back(std::move(value));
        }
    }
}

CountyReach reach_of(const plans::Inventory& inventory, TargetKind kind,
                     const std::string& county) {
    CountyReach reach;
    std::set<std::string_view> of_county;
    for (const plans::Enterprise& one : inventory.enterprises) {
        if (one.region == county) of_county.insert(one.id);
    }
    reach.enterprises = of_county.size();
    std::set<std::string_view> with_points;
    const auto take = [&](std::string_view enterprise) {
        if (of_county.contains(enterprise)) with_points.insert(enterprise);
    };
    if (kind == TargetKind::kElectricity) {
        for (const plans::Meter& meter : inventory.meters) {
            if (meter.role == rules::MeterRole::kTotal) take(meter.enterprise);
        }
    }
    if (kind == TargetKind::kEmission) {
        for (const plans::Outlet& outlet : inventory.outlets) take(outlet.enterprise);
    }
    reach.with_points = with_points.size();
    return reach;
}

}  // namespace qk::daemon
