#include "daemon/verify/evidence_cache.hpp"

#include <SQLiteCpp/Statement.h>

#include <algorithm>

#include "daemon/store/sql.hpp"
#include "daemon/verify/duty_windows.hpp"
#include "rules/proof/standing.hpp"

namespace qk::daemon {
namespace {

using rules::Instant;
using std::chrono::hours;

// Kept before a window: treatment that was cut early is told from when production stopped.
constexpr hours kBeforeWindow{13};
// Pre-warning mass of stacks looks back a week.
constexpr hours kStackLookBack{9 * 24};

// Puts a reading into its place by time; one for the same instant is the same row of the table.
void insert(std::vector<rules::PowerReading>& readings, const rules::PowerReading& reading) {
    if (readings.empty() || readings.back().end < reading.end) {
        readings.push_back(reading);
        return;
    }
    const auto place =
        std::lower_bound(readings.begin(), readings.end(), reading.end,
                         [](const rules::PowerReading& a, Instant end) { return a.end < end; });
    if (place != readings.end() && place->end == reading.end)
        *place = reading;
    else
        readings.insert(place, reading);
}

void drop_before(std::vector<rules::PowerReading>& readings, Instant from) {
    const auto keep = std::find_if(readings.begin(), readings.end(),
                                   [&](const rules::PowerReading& r) { return r.end > from; });
    readings.erase(readings.begin(), keep);
    readings.shrink_to_fit();
}

}  // namespace

// Gives each new enterprise its meters and lines, in one pass over the inventory.
void EvidenceCache::make_tracks(const EvidenceSetting& setting,
                                const std::map<std::string, Instant>& fresh) {
    for (const auto& [enterprise, from] : fresh) {
        Track track;
        track.from = from;
        tracks_.emplace(enterprise, std::move(track));
    }
    for (const plans::Meter& meter : setting.inventory.meters) {
        if (!fresh.contains(meter.facts.enterprise)) continue;
        rules::PowerSeries series;
        series.meter = meter.facts;
        tracks_.at(meter.facts.enterprise).series.push_back(std::move(series));
    }
    for (const plans::Line& line : setting.inventory.lines) {
        if (line.idle || !fresh.contains(line.enterprise)) continue;
        tracks_.at(line.enterprise).evidence.lines.push_back(line.id);
    }
}

void EvidenceCache::read_power(SQLite::Database& db, const MeterPlaces& places,
                               const rules::Span& span) {
    if (places.empty() || span.from >= span.to) return;
    SQLite::Statement rows(db,
                           "SELECT t_end, meter, kw, valid FROM readings"
                           " WHERE t_end > ? AND t_end <= ? ORDER BY t_end, meter");
    bind(rows, 1, span.from);
    bind(rows, 2, span.to);
    while (rows.executeStep()) {
        const auto found = places.find(text_at(rows, 1));
        if (found == places.end()) continue;
        auto& [track, index] = found->second;
        const rules::PowerReading reading{instant_at(rows, 0), rows.getColumn(2).getDouble(),
                                          rows.getColumn(3).getInt() != 0};
        insert(track->series[index].readings, reading);
        track->has_news = true;
    }
}

void EvidenceCache::read_stacks(SQLite::Database& db, const EvidenceSetting& setting,
                                const rules::Span& span) {
    std::unordered_map<std::string, const plans::Outlet*> outlets;
    for (const plans::Outlet& outlet : setting.inventory.outlets) {
        if (tracks_.contains(outlet.enterprise)) outlets.emplace(outlet.id, &outlet);
    }
    if (outlets.empty()) return;
    SQLite::Statement rows(db,
                           "SELECT t_end, outlet, factor, mg_per_m3, flow, valid FROM"
                           " stack_readings WHERE t_end > ? AND t_end <= ? ORDER BY t_end");
    bind(rows, 1, span.from);
    bind(rows, 2, span.to);
    for (auto& [enterprise, track] : tracks_) track.evidence.stacks.clear();
    while (rows.executeStep()) {
        const auto found = outlets.find(text_at(rows, 1));
        if (found == outlets.end()) continue;
        auto& stacks = tracks_.at(found->second->enterprise).evidence.stacks;
        const std::string factor = text_at(rows, 2);
        auto series = std::find_if(stacks.begin(), stacks.end(), [&](const auto& s) {
            return s.outlet == found->first && s.factor == factor;
        });
        if (series == stacks.end()) {
            stacks.push_back(
                {found->first, found->second->line, factor, std::chrono::minutes{60}, {}});
            series = stacks.end() - 1;
        }
        rules::StackReading reading;
        reading.end = instant_at(rows, 0);
        reading.mg_per_m3 = rows.getColumn(3).getDouble();
        if (!rows.isColumnNull(4)) reading.flow_m3_per_h = rows.getColumn(4).getDouble();
        reading.valid = rows.getColumn(5).getInt() != 0;
        series->readings.push_back(reading);
    }
}

void EvidenceCache::read_gates(SQLite::Database& db, const rules::Span& span) {
    for (auto& [enterprise, track] : tracks_) track.evidence.passages.clear();
    SQLite::Statement rows(db,
                           "SELECT t, enterprise, plate, emission_standard, direction FROM"
                           " gate_passages WHERE t >= ? AND t <= ? ORDER BY t");
    bind(rows, 1, span.from);
    bind(rows, 2, span.to);
    while (rows.executeStep()) {
        const auto found = tracks_.find(text_at(rows, 1));
        if (found == tracks_.end()) continue;
        found->second.evidence.passages.push_back(
            {instant_at(rows, 0), text_at(rows, 2), text_at(rows, 3), text_at(rows, 4)});
    }
}

// Baselines from the whole look-back; afterwards only what the window needs is kept.
void EvidenceCache::set_baselines(const EvidenceSetting& setting,
                                  const std::vector<rules::Span>& warnings, Track& track) {
    for (rules::PowerSeries& series : track.series) {
        series.interval = rules::interval_of(series.readings, series.interval);
    }
    rules::Evidence fresh = rules::gather_evidence(track.series, track.from, warnings,
                                                   setting.parameters, setting.zone);
    track.evidence.meters = std::move(fresh.meters);
    track.evidence.unmetered = std::move(fresh.unmetered);
    for (rules::PowerSeries& series : track.series) {
        drop_before(series.readings, track.from - kBeforeWindow);
    }
}

// Brings what the judge sees up to what has been read.
void EvidenceCache::renew(Track& track) {
    for (std::size_t i = 0; i < track.series.size(); ++i) {
        track.evidence.meters[i].series = track.series[i];
    }
    if (auto beyond = rules::unmetered_series(track.series); beyond && track.evidence.unmetered) {
        track.evidence.unmetered->series = std::move(*beyond);
    }
}

void EvidenceCache::refresh(SQLite::Database& db, const EvidenceSetting& setting,
                            const std::map<std::string, Instant>& from) {
    std::erase_if(tracks_, [&](const auto& entry) {
        const auto wanted = from.find(entry.first);
        return wanted == from.end() || wanted->second != entry.second.from;
    });
    std::map<std::string, Instant> fresh;
    Instant earliest = setting.now;
    for (auto& [enterprise, track] : tracks_) track.has_news = false;
    for (const auto& [enterprise, start] : from) {
        earliest = std::min(earliest, start);
        if (!tracks_.contains(enterprise)) fresh.emplace(enterprise, start);
    }
    make_tracks(setting, fresh);
    MeterPlaces known_places;
    MeterPlaces fresh_places;
    for (auto& [enterprise, track] : tracks_) {
        MeterPlaces& places = fresh.contains(enterprise) ? fresh_places : known_places;
        for (std::size_t i = 0; i < track.series.size(); ++i) {
            places.emplace(track.series[i].meter.id, std::pair{&track, i});
        }
    }
    read_power(db, known_places, {seen_to_ - kLateAllowance, setting.now});
    const auto look_back = rules::minutes_of(setting.parameters.baseline_lookback_days * 24 * 60);
    read_power(db, fresh_places, {earliest - look_back, setting.now});
    if (!fresh.empty()) {
        const std::vector<rules::Span> warnings = load_warning_spans(db, setting.now);
        for (const auto& [enterprise, start] : fresh) {
            set_baselines(setting, warnings, tracks_.at(enterprise));
        }
    }
    for (auto& [enterprise, track] : tracks_) {
        if (track.has_news) renew(track);
    }
    read_stacks(db, setting, {earliest - kStackLookBack, setting.now});
    read_gates(db, {earliest, setting.now});
    seen_to_ = setting.now;
}

const rules::Evidence* EvidenceCache::find(const std::string& enterprise) const {
    const auto found = tracks_.find(enterprise);
    return found == tracks_.end() ? nullptr : &found->second.evidence;
}

bool EvidenceCache::has_news(const std::string& enterprise) const {
    const auto found = tracks_.find(enterprise);
    return found != tracks_.end() && found->second.has_news;
}

std::size_t EvidenceCache::readings() const {
    std::size_t count = 0;
    for (const auto& [enterprise, track] : tracks_) {
        for (const rules::PowerSeries& series : track.series) count += series.readings.size();
    }
    return count;
}

}  // namespace qk::daemon
