#include "sim/model/site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

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
constexpr std::chrono::hours kDay{24};
constexpr double kHighBase = 1.35;       // of normal, in the week before
constexpr double kCreepADay = 0.15;      // of what was cut, more on each day
constexpr double kTreatmentOn = 0.8;     // of its rated power
constexpr double kShedShare = 0.4;       // of the largest line's rated power
constexpr double kTreatmentIdles = 0.3;  // fans without what they blow through

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
bool keeps_down(Load load) {
    return load == Load::kKept || load == Load::kKeptSlowly || load == Load::kKeptLate ||
           load == Load::kMoved;
}

double above_cap_kw(const LineSetting& in, const Demand& demand, double normal, double standing) {
    return demand.kind == DemandKind::kStanding
               ? std::max(standing, 0.4 * normal)
               : std::min(normal, demand.share * (1 + in.setting.over_cap_by) * normal);
}

// What the line ran at before anybody ordered anything, high where it means to fall from there.
double base_kw(const LineSetting& in, double normal) {
    const bool is_high = in.site.high_from && *in.site.high_from <= in.setting.begin &&
                         normal > 1.5 * in.line.idle_kw;
    return is_high ? std::max(normal, std::min(in.line.rated_kw, kHighBase * normal)) : normal;
}

double since_demand(const LineSetting& in) {
    const Instant since = in.line.demand_since.value_or(in.setting.begin);
    return std::chrono::duration<double>(in.setting.begin - since) / kDay;  // in days
}

double behaved_kw(const LineSetting& in, const LineQuarter& quarter) {
    const Load load = habit_of(in.site.behaviour).load;
    const double standing = standing_kw(in.line, in.setting.begin);
    const Demand& demand = quarter.demand;
    const bool is_ramping = demand.progress < 1 && in.line.last_kw_under_demand.has_value();
    const double usual =
        load == Load::kFromHighBase ? base_kw(in, quarter.normal_kw) : quarter.normal_kw;
    const double normal = is_ramping && keeps_down(load)
                              ? std::min(usual, std::max(standing, *in.line.last_kw_under_demand))
                              : usual;
    if (demand.kind == DemandKind::kFree) return normal;
    const double kept = kept_kw(demand, normal, standing, kPromptRampShare);
    const bool is_at_night = is_night(in.setting.begin, in.setting.zone);
    switch (load) {
        case Load::kKept:
        case Load::kMoved:
        case Load::kFromHighBase:
            return kept;
        case Load::kKeptSlowly:
            return kept_kw(demand_late(in, demand, kInterval), normal, standing, 1.0);
        case Load::kKeptLate:
            return kept_kw(demand_late(in, demand, in.site.lateness), normal, standing, 1.0);
        case Load::kKeptByDay:
            return is_at_night ? running_kw(in.site, in.line, in.setting.begin, in.setting.zone)
                               : kept;
        case Load::kMaybeKept:
            return in.site.obeys_in_silence ? kept : normal;
        case Load::kAsEver:
            return normal;
        case Load::kAboveCap:
            return above_cap_kw(in, demand, normal, standing);
        case Load::kAboveCapAtNight: {
            const double running = running_kw(in.site, in.line, in.setting.begin, in.setting.zone);
            return is_at_night ? above_cap_kw(in, demand, std::max(normal, running), standing)
                               : kept;
        }
        case Load::kForADay:
            return since_demand(in) < 1 ? kept : normal;
        case Load::kAsEverForADay:
            return since_demand(in) < 1 ? normal : kept;
        case Load::kInBursts:
            return rules::hour_of_day(in.setting.begin, in.setting.zone) % 4 == 3 ? normal : kept;
        case Load::kCreeping:
            return kept +
                   std::min(1.0, kCreepADay * std::floor(since_demand(in))) * (normal - kept);
    }
    return normal;
}

// The quarter of an earlier day whose readings the line's meters repeat.
Instant copied_from(const LineSetting& in, int days_back) {
    return in.setting.begin - days_back * kDay;
}

// What the line's own meters and the total one are let see. A faked series agrees with itself: who
// can write one can write the other.
void show_line(const LineSetting& in, LineQuarter& quarter) {
    const Shown shown = habit_of(in.site.behaviour).shown;
    quarter.shown_kw = quarter.drawn_kw = quarter.kw;
    quarter.shown_at = in.setting.begin;
    if (quarter.demand.kind == DemandKind::kFree || in.line.is_closed) return;
    const int days = static_cast<int>(since_demand(in));
    const auto kept_on = [&](Instant day) {
        return kept_kw(quarter.demand, normal_kw(in.site, in.line, day, in.setting.zone),
                       standing_kw(in.line, day), kPromptRampShare);
    };
    switch (shown) {
        case Shown::kFlat:
            quarter.shown_at = in.line.demand_since.value_or(in.setting.begin);
            quarter.shown_kw = quarter.drawn_kw = kept_on(quarter.shown_at);
            break;
        case Shown::kRestNight:
            quarter.shown_at = copied_from(in, days + 1);
            quarter.shown_kw = quarter.drawn_kw = standing_kw(in.line, quarter.shown_at);
            break;
        case Shown::kFirstDay:
            quarter.shown_at = copied_from(in, days);
            quarter.shown_kw = quarter.drawn_kw = kept_on(quarter.shown_at);
            break;
        case Shown::kPastAll:
            quarter.shown_kw = quarter.drawn_kw = kept_on(in.setting.begin);
            break;
        case Shown::kPastLine:
            quarter.shown_kw = kept_on(in.setting.begin);
            break;
        case Shown::kTrue:
        case Shown::kNothing:
        case Shown::kThird:
        case Shown::kSilentADay:
        case Shown::kNoMessage:
            break;
    }
}

// Whether the treatment works, and what its meter shows of it.
void treat(const LineSetting& in, LineQuarter& quarter, bool under_orders) {
    const Treatment treatment =
        under_orders ? habit_of(in.site.behaviour).treatment : Treatment::kRight;
    minutes owed{0};
    for (const Obligation& obligation : in.obligations) {
        owed = std::max(owed, obligation.treatment_after_stop);
    }
    const auto since = in.line.last_ran ? in.setting.begin - *in.line.last_ran : kLongAgo;
    const bool is_due = quarter.is_running || since <= owed + kTreatmentRunOn;
    const bool is_off =
        treatment == Treatment::kOff || treatment == Treatment::kShownOn ||
        treatment == Treatment::kIdle ||
        (treatment == Treatment::kOffAtNight && is_night(in.setting.begin, in.setting.zone)) ||
        (treatment == Treatment::kCutEarly && !quarter.is_running);
    quarter.is_treatment_on = is_due && !is_off;
    if (quarter.is_treatment_on) quarter.treatment_share = kTreatmentOn;
    if (is_due && treatment == Treatment::kShownOn) quarter.treatment_share = kTreatmentOn;
    if (is_due && treatment == Treatment::kIdle) quarter.treatment_share = kTreatmentIdles;
    quarter.is_cut_early =
        !quarter.is_running && !quarter.is_treatment_on && since <= owed && owed.count() > 0;
    quarter.stack = under_orders ? habit_of(in.site.behaviour).stack : Stack::kTrue;
}

LineQuarter run_line(const LineSetting& in, bool under_orders) {
    LineQuarter quarter;
    quarter.normal_kw = normal_kw(in.site, in.line, in.setting.begin, in.setting.zone);
    quarter.demand = demand_of(in.obligations, in.place, in.setting.begin);
    quarter.kw = in.line.is_closed ? quarter.normal_kw : behaved_kw(in, quarter);
    quarter.is_running = quarter.kw > std::max(kRunningShare * in.line.rated_kw * in.line.load,
                                               1.5 * in.line.idle_kw);
    show_line(in, quarter);
    treat(in, quarter, under_orders);
    return quarter;
}

// What lines under a demand no longer make, free lines of the same plant do, as far as they can.
void move_load(const Site& site, SiteQuarter& quarter) {
    double left = 0;
    for (const LineQuarter& line : quarter.lines) {
        if (line.demand.kind != DemandKind::kFree) left += line.normal_kw - line.kw;
    }
    for (std::size_t i = 0; i < site.lines.size(); ++i) {
        LineQuarter& line = quarter.lines[i];
        if (line.demand.kind != DemandKind::kFree || site.lines[i].is_closed) continue;
        const double added = std::clamp(1.2 * site.lines[i].rated_kw - line.kw, 0.0, left);
        line.kw += added;
        line.shown_kw += added;
        line.drawn_kw += added;
        left -= added;
        quarter.moved_kw += added;
    }
    // Who has no free line makes it in a shed that nobody has listed.
    double largest = 0;
    for (const SiteLine& line : site.lines) largest = std::max(largest, line.rated_kw);
    quarter.unlisted_kw = std::clamp(kShedShare * largest, 0.0, left);
    quarter.moved_kw += quarter.unlisted_kw;
}

double shown_kw(const Site& site, const SiteMeter& meter, const SiteQuarter& quarter,
                Instant begin) {
    if (meter.role == rules::MeterRole::kTotal) return 0;  // summed afterwards
    const Instant at = meter.line && meter.role == rules::MeterRole::kProduction
                           ? quarter.lines[*meter.line].shown_at
                           : begin;
    const double wobble = 1 + 0.004 * noise(meter.seed, at);
    double kw = 0;
    for (std::size_t i = 0; i < site.lines.size(); ++i) {
        if (meter.line && *meter.line != i) continue;
        const LineQuarter& line = quarter.lines[i];
        if (meter.role == rules::MeterRole::kProduction) kw += line.shown_kw / meter.sharers;
        if (meter.role == rules::MeterRole::kTreatment) {
            kw += line.treatment_share > 0 ? line.treatment_share * meter.rated_kw
                                           : 0.6 * meter.idle_kw;
        }
    }
    return kw * wobble;
}

double office_kw(const Site& site, Instant begin, rules::Zone zone) {
    const int hour = rules::hour_of_day(begin, zone);
    return (hour >= 8 && hour < 18 ? 18.0 : 11.0) * (1 + 0.05 * noise(site.seed ^ 5, begin));
}

void fill_totals(const Site& site, SiteQuarter& quarter, const QuarterSetting& setting) {
    double drawn = office_kw(site, setting.begin, setting.zone) + quarter.unlisted_kw;
    bool metered = false;
    for (std::size_t i = 0; i < site.meters.size(); ++i) {
        if (site.meters[i].role == rules::MeterRole::kTreatment) drawn += quarter.meter_kw[i];
        metered = metered || site.meters[i].role == rules::MeterRole::kTotal;
    }
    if (!metered) return;
    for (const LineQuarter& line : quarter.lines) drawn += line.drawn_kw;
    for (std::size_t i = 0; i < site.meters.size(); ++i) {
        const SiteMeter& meter = site.meters[i];
        if (meter.role != rules::MeterRole::kTotal) continue;
        quarter.meter_kw[i] =
            drawn / meter.sharers * (1 + 0.003 * noise(meter.seed, setting.begin));
    }
}

// What holds for every meter of the plant at once.
void meddle_with_all(const Site& site, SiteQuarter& quarter, bool is_first_day) {
    const Shown shown = habit_of(site.behaviour).shown;
    if (shown != Shown::kNothing && shown != Shown::kThird && shown != Shown::kSilentADay) return;
    if (shown == Shown::kSilentADay) {
        quarter.are_meters_silent = is_first_day;
        return;
    }
    const double share = shown == Shown::kThird ? 1.0 / 3 : 0.0;
    for (double& kw : quarter.meter_kw) kw *= share;
    for (LineQuarter& line : quarter.lines) line.shown_kw *= share;
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
    bool is_first_day = false;
    for (std::size_t i = 0; i < site.lines.size(); ++i) {
        SiteLine& line = site.lines[i];
        const LinePlace place{line.id, i, site.lines.size()};
        const Demand demand = demand_of(obligations, place, setting.begin);
        line.demand_since = demand.kind == DemandKind::kFree
                                ? std::nullopt
                                : std::optional(line.demand_since.value_or(setting.begin));
        const LineSetting in{site, line, place, obligations, setting};
        quarter.lines.push_back(run_line(in, under_orders));
        is_first_day = is_first_day || (line.demand_since && since_demand(in) < 1);
        const LineQuarter& ran = quarter.lines.back();
        if (ran.is_running) line.last_ran = setting.begin;
        line.last_kw_under_demand =
            ran.demand.kind == DemandKind::kFree ? std::nullopt : std::optional(ran.kw);
    }
    if (under_orders && habit_of(site.behaviour).load == Load::kMoved) move_load(site, quarter);
    for (const SiteMeter& meter : site.meters) {
        quarter.meter_kw.push_back(shown_kw(site, meter, quarter, setting.begin));
    }
    fill_totals(site, quarter, setting);
    if (under_orders) meddle_with_all(site, quarter, is_first_day);
    return quarter;
}

StackReading stack_of(const SiteLine& line, const LineQuarter& quarter, Instant begin) {
    // A copied day repeats its noise; a flat value has one for good.
    const auto hours = begin.time_since_epoch() / std::chrono::hours{1};
    const std::int64_t draw = quarter.stack == Stack::kFlat     ? 0
                              : quarter.stack == Stack::kCopied ? hours % 24
                                                                : begin.time_since_epoch().count();
    Random random(seed_of(line.seed ^ 11, draw));
    const auto wobble = [&random] { return 1 + 0.05 * random.normal(); };
    const bool is_faked = quarter.stack == Stack::kFlat || quarter.stack == Stack::kCopied;
    const double kw = is_faked ? line.rated_kw * line.load : quarter.kw;
    if (!quarter.is_running && quarter.stack != Stack::kFlat) {
        return {2 * wobble(), 4 * wobble(), 1 * wobble(), 30 * wobble()};
    }
    const double dirt = quarter.is_treatment_on || is_faked ? 1.0 : 5.0;
    StackReading read{22 * dirt * wobble(), 45 * dirt * wobble(), 6 * dirt * wobble(),
                      40 * kw * wobble()};
    if (quarter.stack == Stack::kDiluted) {
        read = {read.so2 / 3, read.nox / 3, read.pm / 3, 3 * read.flow};
    }
    if (quarter.stack == Stack::kShaved) {
        read = {std::min(read.so2, 24.0), std::min(read.nox, 50.0), std::min(read.pm, 6.6),
                read.flow};
    }
    return read;
}

bool is_banned(const rules::NoVehicles& ban, std::string_view stage, int hour) {
    const bool in_hours = ban.from_hour <= ban.to_hour
                              ? hour >= ban.from_hour && hour < ban.to_hour
                              : hour >= ban.from_hour || hour < ban.to_hour;
    const auto names = [&](const std::vector<std::string>& list) {
        return std::find(list.begin(), list.end(), stage) != list.end();
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
                random.chance(0.5), setting.begin + minutes{1 + random.below(14)}, kStages[stage]};
    const int hour = rules::hour_of_day(setting.begin, setting.zone);
    for (const Obligation& obligation : obligations) {
        const auto* ban = std::get_if<rules::NoVehicles>(&obligation.check);
        if (ban == nullptr || !is_in_force(obligation, setting.begin)) continue;
        if (!is_banned(*ban, truck.real_stage, hour)) continue;
        if (habit_of(site.behaviour).gate == Gate::kKept) return std::nullopt;
        if (habit_of(site.behaviour).gate == Gate::kSwapped) {
            truck.plate.replace(0, prefix.size(), "京AD");
            truck.stage = kStages[3];
        }
    }
    return truck;
}

}  // namespace qk::sim
