#include "sim/model/site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/model/random.hpp"

namespace qk::sim {
namespace {

using rules::Instant;
using rules::Obligation;
using std::chrono::minutes;

// An obeying enterprise stays this far below its cap, as a careful shift leader does.
constexpr double kMargin = 0.93;
// It is down when this share of the granted ramp has passed.
constexpr double kPromptRampShare = 0.85;
constexpr int kNightFromHour = 21;
constexpr int kNightToHour = 6;
// What an obeying enterprise runs its treatment longer than it must.
constexpr minutes kTreatmentRunOn{60};
constexpr std::chrono::seconds kLongAgo{std::chrono::hours{24 * 365}};
constexpr double kRunningShare = 0.2;  // of a line's normal load: below this nothing is produced

bool is_weekend(Instant instant, rules::Zone zone) {
    const std::chrono::weekday weekday{rules::day_of(instant, zone)};
    return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
}

double noise(std::uint64_t seed, Instant t) {
    return Random(seed_of(seed, t.time_since_epoch().count())).normal();
}

double standing_kw(const SiteLine& line, Instant begin) {
    const double draw = Random(seed_of(line.seed ^ 1, begin.time_since_epoch().count())).unit();
    return line.idle_kw * (0.80 + 0.12 * draw);
}

double running_kw(const Site& site, const SiteLine& line, Instant begin, rules::Zone zone) {
    const Instant midnight = rules::start_of(rules::day_of(begin, zone), zone);
    const double week = is_weekend(begin, zone) ? site.trade->weekend_load : 1.0;
    return line.rated_kw * line.load * week * (1 + 0.015 * noise(line.seed ^ 2, midnight)) *
           (1 + 0.012 * noise(line.seed ^ 3, begin));
}

// What an enterprise that means to keep `demand` lets the line draw.
double kept_kw(const Demand& demand, double normal, double standing, double ramp_share) {
    if (demand.kind == DemandKind::kFree) return normal;
    const double target = demand.kind == DemandKind::kStanding
                              ? standing
                              : std::max(standing, kMargin * demand.share * normal);
    const double done = std::min(1.0, demand.progress / ramp_share);
    return std::min(normal, normal + (target - normal) * done);
}

bool is_night(Instant begin, rules::Zone zone) {
    const int hour = rules::hour_of_day(begin, zone);
    return hour >= kNightFromHour || hour < kNightToHour;
}

struct LineSetting {
    const Site& site;
    const SiteLine& line;
    const LinePlace& place;
    const std::vector<Obligation>& obligations;
    const QuarterSetting& setting;
};

// The demand as it stood a while ago, for those who are behind; nothing once the demand has gone.
Demand demand_late(const LineSetting& in, const Demand& now, minutes late) {
    if (now.kind == DemandKind::kFree) return now;
    const Demand then = demand_of(in.obligations, in.place, in.setting.begin - late);
    return then.kind == DemandKind::kFree ? then : now;
}

// Whoever means to obey, sooner or later, stays down once down.
bool keeps_down(const Site& site) {
    return site.behaviour == Behaviour::kObeys || site.behaviour == Behaviour::kTreatmentOff ||
           site.behaviour == Behaviour::kSlow || site.behaviour == Behaviour::kLate;
}

double behaved_kw(const LineSetting& in, const LineQuarter& quarter) {
    const double standing = standing_kw(in.line, in.setting.begin);
    const Demand& demand = quarter.demand;
    const bool is_ramping = demand.progress < 1 && in.line.last_kw_under_demand.has_value();
    const double normal =
        is_ramping && keeps_down(in.site)
            ? std::min(quarter.normal_kw, std::max(standing, *in.line.last_kw_under_demand))
            : quarter.normal_kw;
    if (demand.kind == DemandKind::kFree) return normal;
    switch (in.site.behaviour) {
        case Behaviour::kObeys:
        case Behaviour::kTreatmentOff:
            return kept_kw(demand, normal, standing, kPromptRampShare);
        case Behaviour::kSlow:
            return kept_kw(demand_late(in, demand, kInterval), normal, standing, 1.0);
        case Behaviour::kLate:
            return kept_kw(demand_late(in, demand, in.site.lateness), normal, standing, 1.0);
        case Behaviour::kNightRunner:
            return is_night(in.setting.begin, in.setting.zone)
                       ? running_kw(in.site, in.line, in.setting.begin, in.setting.zone)
                       : kept_kw(demand, normal, standing, kPromptRampShare);
        case Behaviour::kSilent:
            return in.site.obeys_in_silence ? kept_kw(demand, normal, standing, kPromptRampShare)
                                            : normal;
        case Behaviour::kMeterCutter:
        case Behaviour::kRefuses:
            return normal;
        case Behaviour::kOverCap:
            return demand.kind == DemandKind::kStanding
                       ? std::max(standing, 0.4 * normal)
                       : std::min(normal, demand.share * (1 + in.setting.over_cap_by) * normal);
    }
    return normal;
}

LineQuarter run_line(const LineSetting& in, bool under_orders) {
    LineQuarter quarter;
    quarter.normal_kw = normal_kw(in.site, in.line, in.setting.begin, in.setting.zone);
    quarter.demand = demand_of(in.obligations, in.place, in.setting.begin);
    quarter.kw = in.line.is_closed ? quarter.normal_kw : behaved_kw(in, quarter);
    quarter.is_running = quarter.kw > std::max(kRunningShare * in.line.rated_kw * in.line.load,
                                               1.5 * in.line.idle_kw);
    minutes owed{0};
    for (const Obligation& obligation : in.obligations) {
        owed = std::max(owed, obligation.treatment_after_stop);
    }
    const auto since = in.line.last_ran ? in.setting.begin - *in.line.last_ran : kLongAgo;
    const bool recently = since <= owed + kTreatmentRunOn;
    quarter.is_treatment_on = (quarter.is_running || recently) &&
                              !(in.site.behaviour == Behaviour::kTreatmentOff && under_orders);
    quarter.is_cut_early =
        !quarter.is_running && !quarter.is_treatment_on && since <= owed && owed.count() > 0;
    return quarter;
}

double shown_kw(const Site& site, const SiteMeter& meter, const SiteQuarter& quarter,
                Instant begin) {
    const double wobble = 1 + 0.004 * noise(meter.seed, begin);
    if (meter.role == rules::MeterRole::kTotal) return 0;  // summed afterwards
    double kw = 0;
    for (std::size_t i = 0; i < site.lines.size(); ++i) {
        if (meter.line && *meter.line != i) continue;
        const LineQuarter& line = quarter.lines[i];
        if (meter.role == rules::MeterRole::kProduction) kw += line.kw / meter.sharers;
        if (meter.role == rules::MeterRole::kTreatment) {
            kw += line.is_treatment_on ? 0.8 * meter.rated_kw : 0.6 * meter.idle_kw;
        }
    }
    return kw * wobble;
}

double office_kw(const Site& site, Instant begin, rules::Zone zone) {
    const int hour = rules::hour_of_day(begin, zone);
    return (hour >= 8 && hour < 18 ? 18.0 : 11.0) * (1 + 0.05 * noise(site.seed ^ 5, begin));
}

void fill_totals(const Site& site, SiteQuarter& quarter, const QuarterSetting& setting) {
    double drawn = office_kw(site, setting.begin, setting.zone);
    bool metered = false;
    for (std::size_t i = 0; i < site.meters.size(); ++i) {
        if (site.meters[i].role == rules::MeterRole::kTreatment) drawn += quarter.meter_kw[i];
        metered = metered || site.meters[i].role == rules::MeterRole::kTotal;
    }
    if (!metered) return;
    for (const LineQuarter& line : quarter.lines) drawn += line.kw;
    for (std::size_t i = 0; i < site.meters.size(); ++i) {
        const SiteMeter& meter = site.meters[i];
        if (meter.role != rules::MeterRole::kTotal) continue;
        quarter.meter_kw[i] =
            drawn / meter.sharers * (1 + 0.003 * noise(meter.seed, setting.begin));
    }
}

}  // namespace

double normal_kw(const Site& site, const SiteLine& line, Instant begin, rules::Zone zone) {
    const int hour = rules::hour_of_day(begin, zone);
    const bool at_work = hour >= site.trade->from_hour && hour < site.trade->to_hour;
    const double standing = standing_kw(line, begin);
    if (line.is_closed || !at_work) return standing;
    return std::max(standing, running_kw(site, line, begin, zone));
}

SiteQuarter run_quarter(Site& site, const std::vector<Obligation>& obligations,
                        const QuarterSetting& setting) {
    SiteQuarter quarter;
    quarter.begin = setting.begin;
    bool under_orders = false;
    for (const Obligation& obligation : obligations) {
        under_orders = under_orders || is_in_force(obligation, setting.begin);
    }
    for (std::size_t i = 0; i < site.lines.size(); ++i) {
        const LinePlace place{site.lines[i].id, i, site.lines.size()};
        const LineSetting in{site, site.lines[i], place, obligations, setting};
        quarter.lines.push_back(run_line(in, under_orders));
        const LineQuarter& ran = quarter.lines.back();
        if (ran.is_running) site.lines[i].last_ran = setting.begin;
        site.lines[i].last_kw_under_demand =
            ran.demand.kind == DemandKind::kFree ? std::nullopt : std::optional(ran.kw);
    }
    for (const SiteMeter& meter : site.meters) {
        quarter.meter_kw.push_back(shown_kw(site, meter, quarter, setting.begin));
    }
    fill_totals(site, quarter, setting);
    quarter.are_meters_cut = under_orders && site.behaviour == Behaviour::kMeterCutter;
    if (quarter.are_meters_cut) quarter.meter_kw.assign(site.meters.size(), 0.0);
    return quarter;
}

StackReading stack_of(const SiteLine& line, const LineQuarter& quarter, Instant begin) {
    Random random(seed_of(line.seed ^ 11, begin.time_since_epoch().count()));
    const double dirt = quarter.is_treatment_on ? 1.0 : 5.0;
    const auto wobble = [&random] { return 1 + 0.05 * random.normal(); };
    if (!quarter.is_running) return {2 * wobble(), 4 * wobble(), 1 * wobble(), 30 * wobble()};
    return {22 * dirt * wobble(), 45 * dirt * wobble(), 6 * dirt * wobble(),
            40 * quarter.kw * wobble()};
}

bool is_banned(const rules::NoVehicles& ban, const Truck& truck, int hour) {
    const bool in_hours = ban.from_hour <= ban.to_hour
                              ? hour >= ban.from_hour && hour < ban.to_hour
                              : hour >= ban.from_hour || hour < ban.to_hour;
    const auto names = [&](const std::vector<std::string>& list) {
        return std::find(list.begin(), list.end(), truck.stage) != list.end();
    };
    return in_hours && !names(ban.exempt) && (ban.stages.empty() || names(ban.stages));
}

std::optional<Truck> truck_at(const Site& site, const std::vector<Obligation>& obligations,
                              const QuarterSetting& setting) {
    Random random(seed_of(seed_of(site.seed, "gate"), setting.begin.time_since_epoch().count()));
    if (!random.chance(site.trucks_per_day / 96)) return std::nullopt;
    constexpr std::array<std::string_view, 4> kStages{"国四", "国五", "国六", "新能源"};
    const double draw = random.unit();
    const std::size_t stage = draw < 0.15 ? 0 : draw < 0.5 ? 1 : draw < 0.9 ? 2 : 3;
    // New-energy plates have one place more.
    const std::string_view prefix = stage == 3 ? "京AD" : "京A";
    Truck truck{fmt::format("{}{:05}", prefix, random.below(100'000)), kStages[stage],
                random.chance(0.5), setting.begin + minutes{1 + random.below(14)}};
    const int hour = rules::hour_of_day(setting.begin, setting.zone);
    for (const Obligation& obligation : obligations) {
        const auto* ban = std::get_if<rules::NoVehicles>(&obligation.check);
        if (ban == nullptr || !is_in_force(obligation, setting.begin)) continue;
        if (is_banned(*ban, truck, hour) && site.behaviour != Behaviour::kRefuses) {
            return std::nullopt;
        }
    }
    return truck;
}

}  // namespace qk::sim
