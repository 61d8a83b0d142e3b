#include "daemon/compliance/series_view.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "daemon/readings/reading_rows.hpp"
#include "daemon/store/session.hpp"
#include "plans/documents/verdict_json.hpp"
#include "rules/compliance/standstill.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

using rules::Instant;

// Few meters are sought at each time at which anybody reported, which does not grow with the number
// of meters that did; many are read in one pass.
constexpr std::size_t kSoughtMetersMax = 8;

void seek_series(Session& db, rules::PowerSeries& series, const rules::Span& span) {
    const std::vector<rules::PowerReading> found = power_of_meter(db, series.meter.id, span);
    series.readings.insert(series.readings.end(), found.begin(), found.end());
    series.interval = rules::interval_of(series.readings, series.interval);
}

void read_series(Session& db, std::vector<rules::PowerSeries>& series, const rules::Span& span) {
    if (series.size() <= kSoughtMetersMax) {
        for (rules::PowerSeries& one : series) seek_series(db, one, span);
        return;
    }
    std::map<std::string, rules::PowerSeries*, std::less<>> by_meter;
    for (rules::PowerSeries& one : series) by_meter.emplace(one.meter.id, &one);
    each_power(db, {span}, [&](const PowerRow& row) {
        const auto found = by_meter.find(row.meter);
        if (found != by_meter.end()) found->second->readings.push_back(row.reading);
    });
    for (rules::PowerSeries& one : series) {
        one.interval = rules::interval_of(one.readings, one.interval);
    }
}

bool concerns(const ObligationWindow& window, const rules::MeterFacts& facts) {
    if (window.obligation.enterprise != facts.enterprise) return false;
    return window.obligation.line.empty() || window.obligation.line == facts.line;
}

// What the meter may draw in the interval that ends at `end`; empty where nothing binds.
std::optional<double> cap_at(const rules::MeterEvidence& meter,
                             const std::vector<ObligationWindow>& windows, Instant end,
                             const SeriesSetting& setting) {
    std::optional<double> cap;
    const auto tighten = [&cap](double kw) { cap = std::min(cap.value_or(kw), kw); };
    for (const ObligationWindow& window : windows) {
        if (end <= window.from() || (window.to && end > *window.to)) continue;
        if (std::holds_alternative<rules::LineStands>(window.obligation.check)) {
            std::string why;
            const auto limit = rules::standing_limit(meter, setting.parameters, why);
            if (limit) tighten(limit->stop_kw);
        }
        if (const auto* load = std::get_if<rules::LoadAtMost>(&window.obligation.check)) {
            const auto normal = meter.baseline.kw_at(end, setting.zone);
            if (normal) tighten((1 - load->cut) * *normal);
        }
    }
    return cap;
}

SeriesView view_of(rules::PowerSeries series, std::vector<ObligationWindow> windows, Instant before,
                   const std::vector<rules::Span>& warnings, const SeriesSetting& setting,
                   const rules::Span& span) {
    SeriesView view;
    view.windows = std::move(windows);
    rules::MeterEvidence evidence;
    evidence.baseline =
        rules::baseline_of(series, before, warnings, setting.parameters, setting.zone);
    evidence.series.meter = series.meter;
    view.baseline_method = rules::to_text(evidence.baseline.method);
    view.series.meter = series.meter;
    view.series.interval = series.interval;
    for (const rules::PowerReading& reading : series.readings) {
        if (reading.end > span.from) view.series.readings.push_back(reading);
    }
    for (Instant end = span.from + series.interval; end <= span.to; end += series.interval) {
        const auto normal = evidence.baseline.kw_at(end, setting.zone);
        if (normal) view.baseline.push_back({end, normal});
        view.cap.push_back({end, cap_at(evidence, view.windows, end, setting)});
    }
    return view;
}

}  // namespace

std::vector<SeriesView> load_series_views(Session& db, const SeriesSetting& setting,
                                          const std::vector<std::string>& meters,
                                          const rules::Span& span) {
    std::vector<rules::PowerSeries> series;
    for (const plans::Meter& meter : setting.inventory.meters) {
        if (std::find(meters.begin(), meters.end(), meter.id) == meters.end()) continue;
        series.emplace_back();
        series.back().meter = facts_of(meter);
    }
    if (series.empty()) return {};
    // Of one enterprise only, where only one is asked for.
    std::string enterprise = series.front().meter.enterprise;
    for (const rules::PowerSeries& one : series) {
        if (one.meter.enterprise != enterprise) enterprise.clear();
    }
    const std::vector<ObligationWindow> windows =
        load_obligation_windows(db, span.from, span.to, {}, setting.zone, enterprise);
    std::vector<std::vector<ObligationWindow>> of_meter(series.size());
    std::vector<Instant> before(series.size(), span.from);
    Instant earliest = span.from;
    for (std::size_t i = 0; i < series.size(); ++i) {
        for (const ObligationWindow& window : windows) {
            if (!concerns(window, series[i].meter)) continue;
            const Instant start = window.obligation.from;
            before[i] = of_meter[i].empty() ? start : std::min(before[i], start);
            of_meter[i].push_back(window);
        }
        earliest = std::min(earliest, before[i]);
    }
    const auto look_back = rules::minutes_of(setting.parameters.baseline_lookback_days * 24 * 60);
    const std::vector<rules::Span> warnings = load_warning_spans(db, earliest - look_back, span.to);
    // Of a season that began months ago, what lies between is not looked at.
    const Instant latest = *std::max_element(before.begin(), before.end());
    if (latest < span.from) {
        read_series(db, series, {earliest - look_back, latest});
        read_series(db, series, span);
    } else {
        read_series(db, series, {earliest - look_back, span.to});
    }
    std::vector<SeriesView> views;
    for (std::size_t i = 0; i < series.size(); ++i) {
        views.push_back(view_of(std::move(series[i]), std::move(of_meter[i]), before[i], warnings,
                                setting, span));
    }
    return views;
}

json::value to_json(const SeriesView& view, rules::Zone zone) {
    const auto rounded = [](double value) { return std::round(value * 1000) / 1000; };
    json::array readings;
    for (const rules::PowerReading& reading : view.series.readings) {
        readings.emplace_back(json::object{{"t", rules::to_iso(reading.end, zone)},
                                           {"kw", rounded(reading.kw)},
                                           {"valid", reading.valid}});
    }
    const auto curve = [&](const std::vector<plans::TimePoint>& points) {
        json::array array;
        for (const plans::TimePoint& point : points) {
            if (!point.value) continue;
            array.emplace_back(
                json::object{{"t", rules::to_iso(point.at, zone)}, {"kw", rounded(*point.value)}});
        }
        return array;
    };
    json::array windows;
    for (const ObligationWindow& window : view.windows) {
        json::object one;
        one["obligation"] = window.obligation.id;
        one["warning"] = window.warning;
        one["from"] = rules::to_iso(window.from(), zone);
        one["to"] = window.to ? json::value(rules::to_iso(*window.to, zone)) : json::value(nullptr);
        one["detail"] = window.obligation.detail;
        windows.emplace_back(std::move(one));
    }
    json::object object;
    object["meter"] = view.series.meter.id;
    object["enterprise"] = view.series.meter.enterprise;
    object["line"] = view.series.meter.line;
    object["role"] = rules::to_text(view.series.meter.role);
    object["interval_min"] = view.series.interval.count();
    object["baseline_method"] = view.baseline_method;
    object["readings"] = std::move(readings);
    object["baseline"] = curve(view.baseline);
    object["cap"] = curve(view.cap);
    object["windows"] = std::move(windows);
    return object;
}

}  // namespace qk::daemon
