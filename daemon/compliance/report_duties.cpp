#include "daemon/compliance/report_duties.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "daemon/compliance/obligation_windows.hpp"
#include "daemon/compliance/series_view.hpp"
#include "daemon/compliance/verdict_rows.hpp"
#include "plans/packs/judging.hpp"

namespace qk::daemon {
namespace {

using rules::Instant;

double seconds_in(const plans::WarningReport& report) {
    double total = 0;
    for (const plans::ColourSpan& span : report.colours) {
        total += static_cast<double>(span.span.length().count());
    }
    return total;
}

// Daily emission of a line, or of all lines of an enterprise, idle ones apart.
class Emissions {
 public:
    explicit Emissions(const plans::Inventory& inventory) {
        for (const plans::Line& line : inventory.lines) {
            if (line.idle) continue;
            by_line_[{line.enterprise, line.id}] += line.emission;
            by_line_[{line.enterprise, ""}] += line.emission;
        }
    }
    [[nodiscard]] plans::DailyEmission of(const std::string& enterprise,
                                          const std::string& line) const {
        const auto found = by_line_.find({enterprise, line});
        return found == by_line_.end() ? plans::DailyEmission{} : found->second;
    }

 private:
    std::map<std::pair<std::string, std::string>, plans::DailyEmission> by_line_;
};

plans::DailyEmission scaled(plans::DailyEmission emission, double share) {
    for (std::int64_t& grams : emission.grams) {
        grams = std::llround(static_cast<double>(grams) * share);
    }
    return emission;
}

bool cuts_mass(rules::Action action) {
    switch (action) {
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

// The floor of each colour, weighted with how long the colour was in force.
std::optional<double> mean_floor(const plans::FloorRules& rules, const plans::WarningReport& report,
                                 plans::Emission emission) {
    double weighted = 0;
    double length = 0;
    for (const plans::ColourSpan& span : report.colours) {
        for (const plans::ReductionFloor& floor : rules.floors) {
            const auto share = floor_of(floor, emission);
            if (floor.colour != span.colour || !share) continue;
            weighted += *share * static_cast<double>(span.span.length().count());
            length += static_cast<double>(span.span.length().count());
        }
    }
    if (length <= 0) return std::nullopt;
    return weighted / length;
}

std::set<std::string> enterprises_of(const plans::WarningReport& report) {
    std::set<std::string> enterprises;
    for (const plans::OrderAnswer& order : report.orders) enterprises.insert(order.enterprise);
    return enterprises;
}

// The meter to draw for a verdict: the one its worst finding names, else the line's first.
std::string meter_of(const plans::ReportVerdict& verdict, const plans::Inventory& inventory) {
    const auto is_of_enterprise = [&](const plans::Meter& meter) {
        return meter.enterprise == verdict.enterprise;
    };
    for (const rules::Finding& finding : verdict.verdict.findings) {
        for (const plans::Meter& meter : inventory.meters) {
            if (is_of_enterprise(meter) && meter.id == finding.meter) return finding.meter;
        }
    }
    for (const plans::Meter& meter : inventory.meters) {
        if (is_of_enterprise(meter) && meter.role == rules::MeterRole::kProduction &&
            (verdict.line.empty() || meter.line == verdict.line)) {
            return meter.id;
        }
    }
    return {};
}

// Breaches by how far they went beyond what was allowed.
std::vector<const plans::ReportVerdict*> worst_of(const plans::WarningReport& report) {
    std::vector<const plans::ReportVerdict*> worst;
    for (const plans::ReportVerdict& verdict : report.verdicts) {
        if (verdict.verdict.compliance == rules::Compliance::kBreach) worst.push_back(&verdict);
    }
    std::stable_sort(worst.begin(), worst.end(), [](const auto* a, const auto* b) {
        return a->verdict.measured_kwh - a->verdict.allowed_kwh >
               b->verdict.measured_kwh - b->verdict.allowed_kwh;
    });
    return worst;
}

plans::PowerCurve curve_of(const plans::ReportVerdict& verdict, SeriesView view,
                           const rules::Span& span) {
    plans::PowerCurve curve;
    curve.title = verdict.name + " · 生产线" + verdict.line + " · 电表" + view.series.meter.id;
    curve.text = verdict.verdict.text;
    curve.compliance = verdict.verdict.compliance;
    curve.span = span;
    curve.window = verdict.verdict.window;
    curve.findings = verdict.verdict.findings;
    Instant last = span.from;
    for (const rules::PowerReading& reading : view.series.readings) {
        // A gap is drawn as one.
        if (reading.end - last > 2 * view.series.interval) curve.measured.push_back({last, {}});
        last = reading.end;
        if (reading.valid)
            curve.measured.push_back({reading.end, reading.kw});
        else
            curve.measured.push_back({reading.end, {}});
    }
    curve.baseline = std::move(view.baseline);
    curve.cap = std::move(view.cap);
    return curve;
}

}  // namespace

std::optional<double> floor_of(const plans::ReductionFloor& floor, plans::Emission emission) {
    switch (emission) {
        case plans::Emission::kSo2:
            return floor.so2;
        case plans::Emission::kNox:
            return floor.nox;
        case plans::Emission::kPm:
            return floor.pm;
        case plans::Emission::kVocs:
            return floor.vocs;
    }
    return std::nullopt;
}

std::string county_name(const plans::RegionPack& pack, const std::string& code) {
    for (const plans::SubRegion& sub : pack.sub_regions) {
        if (sub.code == code) return sub.name;
    }
    return code;
}

void add_verdicts(Session& db, const ReportSetting& setting, plans::WarningReport& report) {
    std::map<std::string, const plans::Enterprise*> enterprises;
    for (const plans::Enterprise& one : setting.inventory.enterprises) enterprises[one.id] = &one;
    const Emissions emissions(setting.inventory);
    const double length = std::max(1.0, seconds_in(report));
    VerdictQuery query;
    query.warning = report.warning;
    query.limit = kVerdictsInReportMax;
    query.region_prefix = setting.region_prefix;
    for (StoredVerdict& stored : list_verdicts(db, query, setting.pack.zone)) {
        plans::ReportVerdict row;
        row.enterprise = stored.enterprise;
        row.line = stored.line;
        row.action = stored.action;
        row.ratio = stored.ratio;
        const auto found = enterprises.find(stored.enterprise);
        row.name = found == enterprises.end() ? stored.enterprise : found->second->name.str();
        if (found != enterprises.end()) {
            row.county = county_name(setting.pack, found->second->region);
            row.trade = found->second->industry;
            row.grade = found->second->grade.name;
        }
        const auto bound = static_cast<double>(stored.verdict.window.length().count());
        row.emission =
            scaled(emissions.of(stored.enterprise, stored.line), std::min(1.0, bound / length));
        row.verdict = std::move(stored.verdict);
        report.verdicts.push_back(std::move(row));
    }
    report.not_judged = count_not_judged(db, report.warning, setting.region_prefix);
}

void add_curves(Session& db, const ReportSetting& setting, plans::WarningReport& report) {
    std::vector<std::string> meters;
    std::vector<const plans::ReportVerdict*> drawn;
    std::set<std::string> enterprises;
    rules::Span span{Instant::max(), Instant::min()};
    for (const plans::ReportVerdict* verdict : worst_of(report)) {
        if (drawn.size() == kCurvesDrawn) break;
        const std::string meter = meter_of(*verdict, setting.inventory);
        if (meter.empty() || !enterprises.insert(verdict->enterprise).second) continue;
        meters.push_back(meter);
        drawn.push_back(verdict);
        span.from = std::min(span.from, verdict->verdict.window.from - std::chrono::hours{36});
        span.to = std::max(span.to, verdict->verdict.window.to + std::chrono::hours{6});
    }
    if (drawn.empty()) return;
    span.to = std::min(span.to, setting.now);
    const rules::JudgingParameters parameters = plans::judging_parameters(setting.pack);
    const SeriesSetting series{setting.inventory, parameters, setting.pack.zone};
    std::vector<SeriesView> views = load_series_views(db, series, meters, span);
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        for (SeriesView& view : views) {
            if (view.series.meter.id != meters[i]) continue;
            report.curves.push_back(curve_of(*drawn[i], view, span));
        }
    }
}

void add_planned(Session& db, const ReportSetting& setting, plans::WarningReport& report) {
    const Emissions emissions(setting.inventory);
    const double length = std::max(1.0, seconds_in(report));
    std::set<std::string> judged;
    for (const plans::ReportVerdict& verdict : report.verdicts) {
        judged.insert(verdict.verdict.obligation);
    }
    const std::set<std::string> ordered = enterprises_of(report);
    const auto is_wanted = [&](const ObligationWindow& window) {
        return setting.region_prefix.empty() || ordered.contains(window.obligation.enterprise);
    };
    plans::DailyEmission planned;
    plans::DailyEmission unseen;
    for (const ObligationWindow& window :
         load_obligation_windows(db, Instant{}, setting.now, report.warning, setting.pack.zone)) {
        if (!cuts_mass(window.obligation.action) || !is_wanted(window)) continue;
        const Instant to = std::min(window.to.value_or(setting.now), setting.now);
        const auto bound = static_cast<double>((to - window.from()).count());
        const plans::DailyEmission cut =
            scaled(emissions.of(window.obligation.enterprise, window.obligation.line),
                   std::min(1.0, bound / length) * window.obligation.ratio);
        planned += cut;
        if (!judged.contains(window.obligation.id)) unseen += cut;
    }
    plans::DailyEmission base;
    for (const plans::AreaEmission& area : setting.inventory.area_emissions) {
        if (area.region.starts_with(setting.region_prefix)) base += area.emission;
    }
    for (std::size_t e = 0; e < plans::kEmissionCount; ++e) {
        const auto emission = static_cast<plans::Emission>(e);
        const auto floor = setting.region_prefix.empty()
                               ? mean_floor(setting.pack.floors, report, emission)
                               : std::nullopt;
        report.planned.push_back(
            {emission, base.kg(emission), planned.kg(emission), unseen.kg(emission), floor});
    }
}

}  // namespace qk::daemon
