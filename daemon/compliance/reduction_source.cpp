#include "daemon/compliance/reduction_source.hpp"

#include <algorithm>
#include <map>

#include "daemon/compliance/obligation_windows.hpp"
#include "daemon/compliance/report_duties.hpp"
#include "daemon/readings/reading_rows.hpp"
#include "plans/packs/judging.hpp"
#include "rules/compliance/evidence.hpp"
#include "rules/compliance/standstill.hpp"

namespace qk::daemon {
namespace {

using rules::Instant;
using std::chrono::hours;
using LineKey = std::pair<std::string, std::string>;  // enterprise, line

// A meter's readings, and what they are measured by.
struct Yardstick {
    const rules::PowerSeries* series;
    rules::MeterEvidence evidence;  // what is known of the meter and its baseline; no readings
};

// Energy of one hour, whole readings alone; empty where one is missing or not to be believed. The
// dead zero of a meter that was cut off is nothing that was avoided, as it is no standstill to the
// judge.
std::optional<double> energy_in(const Yardstick& yardstick, Instant hour) {
    const rules::PowerSeries& series = *yardstick.series;
    const auto begin =
        std::ranges::upper_bound(series.readings, hour, {}, &rules::PowerReading::end);
    std::chrono::minutes seen{0};
    double kwh = 0;
    for (auto at = begin; at != series.readings.end() && at->end <= hour + hours{1}; ++at) {
        if (rules::belief_in(*at, yardstick.evidence) != rules::Belief::kBelieved) {
            return std::nullopt;
        }
        seen += series.interval;
        kwh += at->kw * static_cast<double>(series.interval.count()) / 60.0;
    }
    if (seen != hours{1}) return std::nullopt;
    return kwh;
}

bool owes_a_cut(const rules::Obligation& obligation) {
    switch (obligation.action) {
        case rules::Action::kStop:
        case rules::Action::kLimitLoad:
        case rules::Action::kStopProcess:
        case rules::Action::kLimitEmission:
            return true;
        case rules::Action::kBanVehicles:
        case rules::Action::kSelfDiscipline:
            return false;
    }
    return false;
}

struct WantedLine {
    const plans::Line* line = nullptr;
    const plans::Enterprise* enterprise = nullptr;
    std::vector<ObligationWindow> windows;
    std::vector<rules::PowerSeries> meters;
};
using WantedLines = std::map<LineKey, WantedLine>;

// The lines that any window of the warning binds; one without a line binds all of its enterprise.
WantedLines wanted_lines(const ReportSetting& setting,
                         const std::vector<ObligationWindow>& windows) {
    std::map<std::string, const plans::Enterprise*> enterprises;
    for (const plans::Enterprise& one : setting.inventory.enterprises) {
        if (one.region.starts_with(setting.region_prefix)) enterprises[one.id] = &one;
    }
    std::map<std::string, std::vector<const ObligationWindow*>> of_enterprise;
    for (const ObligationWindow& window : windows) {
        if (owes_a_cut(window.obligation)) {
            of_enterprise[window.obligation.enterprise].push_back(&window);
        }
    }
    WantedLines wanted;
    for (const plans::Line& line : setting.inventory.lines) {
        const auto owner = enterprises.find(line.enterprise);
        const auto bound = of_enterprise.find(line.enterprise);
        if (line.idle || owner == enterprises.end() || bound == of_enterprise.end()) continue;
        for (const ObligationWindow* window : bound->second) {
            const std::string& named = window->obligation.line;
            if (!named.empty() && named != line.id) continue;
            WantedLine& one = wanted[{line.enterprise, line.id}];
            one.line = &line;
            one.enterprise = owner->second;
            one.windows.push_back(*window);
        }
    }
    for (const plans::Meter& meter : setting.inventory.meters) {
        const auto line = wanted.find({meter.enterprise, meter.line});
        if (line == wanted.end() || meter.role != rules::MeterRole::kProduction) continue;
        rules::PowerSeries series;
        series.meter = facts_of(meter);
        line->second.meters.push_back(std::move(series));
    }
    return wanted;
}

void read_meters(Session& db, const rules::Span& span, Instant known_by, WantedLines& wanted) {
    std::map<std::string, rules::PowerSeries*, std::less<>> by_meter;
    for (auto& [key, line] : wanted) {
        for (rules::PowerSeries& one : line.meters) by_meter.emplace(one.meter.id, &one);
    }
    if (by_meter.empty()) return;
    ReadingSpan of{span};
    of.known_by = known_by;
    each_power(db, of, [&](const PowerRow& row) {
        const auto found = by_meter.find(row.meter);
        if (found != by_meter.end()) found->second->readings.push_back(row.reading);
    });
    for (auto& [meter, series] : by_meter) {
        series->interval = rules::interval_of(series->readings, series->interval);
    }
}

// The strictest share that binds in an hour; empty: nothing does.
std::optional<double> share_in(const WantedLine& line, Instant hour) {
    std::optional<double> share;
    for (const ObligationWindow& window : line.windows) {
        if (window.from() > hour || (window.to && *window.to < hour + hours{1})) continue;
        share = std::max(share.value_or(0), window.obligation.ratio);
    }
    return share;
}

class LineMaker {
 public:
    LineMaker(const ReportSetting& setting, std::vector<rules::Span> warnings, Instant start)
        : setting_(setting),
          warnings_(std::move(warnings)),
          start_(start),
          parameters_(plans::judging_parameters(setting.pack)) {}

    [[nodiscard]] plans::RealLine make(const WantedLine& wanted) const;

 private:
    // Several meters of one line together; nothing is known where one of them is not.
    [[nodiscard]] plans::LineHour hour_of(const std::vector<Yardstick>& yardsticks,
                                          Instant hour) const;
    [[nodiscard]] plans::RanBefore ran(const Yardstick& yardstick) const;

    const ReportSetting& setting_;
    std::vector<rules::Span> warnings_;
    Instant start_;
    rules::JudgingParameters parameters_;
};

plans::RanBefore LineMaker::ran(const Yardstick& yardstick) const {
    std::string why;
    const auto limit = rules::standing_limit(yardstick.evidence, parameters_, why);
    if (!limit) return plans::RanBefore::kNotKnown;
    return plans::ran_before(yardstick.series->readings, yardstick.series->interval, start_,
                             limit->stop_kw);
}

plans::LineHour LineMaker::hour_of(const std::vector<Yardstick>& yardsticks, Instant hour) const {
    const rules::Zone zone = setting_.pack.zone;
    const Instant midnight = rules::start_of(rules::day_of(hour, zone), zone);
    plans::LineHour all{.hour = hour, .measured_kwh = 0};
    double spread_kwh = 0;
    bool is_known = !yardsticks.empty();
    for (const Yardstick& one : yardsticks) {
        const auto interval = one.series->interval;
        const auto expected = rules::expected_energy(one.evidence.baseline, {hour, hour + hours{1}},
                                                     interval, parameters_, zone);
        const auto day = rules::expected_energy(
            one.evidence.baseline, {midnight, midnight + hours{24}}, interval, parameters_, zone);
        const auto measured = energy_in(one, hour);
        is_known = is_known && expected && day && measured;
        if (expected) {
            all.expected_kwh += expected->kwh;
            spread_kwh += expected->kwh * expected->spread;
        }
        if (day) all.expected_day_kwh += day->kwh;
        if (measured) *all.measured_kwh += *measured;
    }
    if (all.expected_kwh > 0) all.spread = spread_kwh / all.expected_kwh;
    if (!is_known) all.measured_kwh.reset();
    // What is planned of a line that nobody measures is spread evenly over its day.
    if (all.expected_day_kwh <= 0) {
        all.expected_kwh = 1;
        all.expected_day_kwh = 24;
        all.measured_kwh.reset();
    }
    return all;
}

plans::RealLine LineMaker::make(const WantedLine& wanted) const {
    std::vector<Yardstick> yardsticks;
    for (const rules::PowerSeries& series : wanted.meters) {
        Yardstick one{&series, {}};
        one.evidence.series.meter = series.meter;
        one.evidence.series.interval = series.interval;
        one.evidence.baseline =
            rules::baseline_of(series, start_, warnings_, parameters_, setting_.pack.zone);
        yardsticks.push_back(std::move(one));
    }
    plans::RealLine line;
    line.enterprise = wanted.line->enterprise;
    line.county = wanted.enterprise->region;
    line.line = wanted.line->id;
    line.emission = wanted.line->emission;
    bool all_stood = !yardsticks.empty();
    for (const Yardstick& one : yardsticks) {
        const plans::RanBefore found = ran(one);
        if (found == plans::RanBefore::kRan) line.ran = found;
        all_stood = all_stood && found == plans::RanBefore::kStoodStill;
    }
    if (all_stood) line.ran = plans::RanBefore::kStoodStill;
    for (Instant hour = rules::floor_hour(start_); hour + hours{1} <= setting_.now;
         hour += hours{1}) {
        const auto share = share_in(wanted, hour);
        if (!share) continue;
        plans::LineHour one = hour_of(yardsticks, hour);
        one.planned_share = *share;
        line.hours.push_back(one);
    }
    return line;
}

}  // namespace

RealReductions load_real_reductions(Session& db, const ReportSetting& setting,
                                    const std::string& warning,
                                    std::optional<rules::Colour> colour) {
    const rules::Zone zone = setting.pack.zone;
    const std::vector<ObligationWindow> windows =
        load_obligation_windows(db, Instant{}, setting.now, warning, zone);
    Instant start = setting.now;
    for (const ObligationWindow& window : windows) start = std::min(start, window.from());
    WantedLines wanted = wanted_lines(setting, windows);
    const auto look_back = std::max<std::chrono::hours>(
        plans::kRanWithin,
        hours{static_cast<std::int64_t>(
            plans::judging_parameters(setting.pack).baseline_lookback_days * 24)});
    read_meters(db, {start - look_back, setting.now}, setting.now, wanted);
    const LineMaker maker(setting, load_warning_spans(db, start - look_back, setting.now), start);
    RealReductions all;
    for (const auto& [key, line] : wanted) all.lines.push_back(maker.make(line));
    if (all.lines.empty()) return all;
    for (std::size_t i = 0; i < plans::kEmissionCount; ++i) {
        plans::ReductionStanding standing;
        standing.emission = static_cast<plans::Emission>(i);
        standing.sum = plans::sum_of(all.lines, standing.emission);
        plans::DailyEmission base;
        for (const plans::AreaEmission& area : setting.inventory.area_emissions) {
            if (area.region.starts_with(setting.region_prefix)) base += area.emission;
        }
        standing.base_kg_d = base.kg(standing.emission);
        for (const plans::ReductionFloor& floor : setting.pack.floors.floors) {
            const bool is_of_all = setting.region_prefix.empty();
            if (is_of_all && floor.colour == colour) {
                standing.floor = floor_of(floor, standing.emission);
            }
        }
        all.standings.push_back(std::move(standing));
    }
    return all;
}

std::optional<bool> air_stays_below(const plans::WarningReport& report,
                                    const plans::RegionPack& pack, rules::Colour colour) {
    constexpr hours kAhead{36};
    std::optional<int> limit;
    for (const rules::Clause& clause : pack.trigger.standard.clauses) {
        if (clause.colour != colour) continue;
        for (const rules::Leg& leg : clause.legs) {
            limit = std::min(limit.value_or(leg.aqi_above), leg.aqi_above);
        }
    }
    if (!limit) return std::nullopt;
    std::size_t seen = 0;
    bool is_below = true;
    for (const plans::TimePoint& point : report.aqi_forecast_high) {
        if (point.at < report.made_at || point.at >= report.made_at + kAhead) continue;
        if (!point.value) return std::nullopt;
        ++seen;
        is_below = is_below && *point.value <= *limit;
    }
    if (seen < static_cast<std::size_t>(kAhead.count())) return std::nullopt;
    return is_below;
}

void add_real_reductions(Session& db, const ReportSetting& setting, plans::WarningReport& report) {
    if (report.colours.empty()) return;
    const rules::Colour colour = report.colours.back().colour;
    RealReductions real = load_real_reductions(db, setting, report.warning, colour);
    report.real_lines = std::move(real.lines);
    report.real = std::move(real.standings);
    // Over several levels the floor is the mean that the plan is held against.
    for (plans::ReductionStanding& standing : report.real) {
        const auto planned = std::ranges::find(report.planned, standing.emission,
                                               &plans::PlannedReduction::emission);
        if (report.is_over && planned != report.planned.end()) standing.floor = planned->floor;
    }
    // What is over is not held, raised or lowered any more.
    if (report.is_over || report.real.empty()) return;
    report.level = plans::propose_level(report.real, air_stays_below(report, setting.pack, colour));
}

}  // namespace qk::daemon
