#include "daemon/verify/evidence_cache.hpp"

#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <tuple>

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

// The text of a column, until the next step.
std::string_view view_at(SQLite::Statement& row, int index) {
    const SQLite::Column column = row.getColumn(index);
    const char* text = column.getText();
    return {text, static_cast<std::size_t>(column.getBytes())};
}

// Puts a reading into its place by time; one for the same instant is the same row of the table.
// False: it was there.
template <class Reading>
bool insert(std::vector<Reading>& readings, const Reading& reading) {
    if (readings.empty() || readings.back().end < reading.end) {
        readings.push_back(reading);
        return true;
    }
    const auto place = std::lower_bound(readings.begin(), readings.end(), reading.end,
                                        [](const Reading& a, Instant end) { return a.end < end; });
    if (place != readings.end() && place->end == reading.end) return false;
    readings.insert(place, reading);
    return true;
}

void insert(std::vector<rules::GatePassage>& passages, rules::GatePassage passage) {
    const auto place =
        std::upper_bound(passages.begin(), passages.end(), passage.at,
                         [](Instant at, const rules::GatePassage& other) { return at < other.at; });
    for (auto same = place; same != passages.begin() && (same - 1)->at == passage.at; --same) {
        if (*(same - 1) == passage) return;
    }
    passages.insert(place, std::move(passage));
}

rules::StackSeries& series_of(std::vector<rules::StackSeries>& stacks, std::string_view outlet,
                              std::string_view factor, const std::string& line) {
    const auto place =
        std::find_if(stacks.begin(), stacks.end(), [&](const rules::StackSeries& series) {
            return series.outlet == outlet && series.factor == factor;
        });
    if (place != stacks.end()) return *place;
    rules::StackSeries series;
    series.outlet = outlet;
    series.line = line;
    series.factor = factor;
    const auto next =
        std::find_if(stacks.begin(), stacks.end(), [&](const rules::StackSeries& other) {
            return std::tie(series.outlet, series.factor) < std::tie(other.outlet, other.factor);
        });
    return *stacks.insert(next, std::move(series));
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
        if (!fresh.contains(meter.enterprise)) continue;
        rules::PowerSeries series;
        series.meter = facts_of(meter);
        tracks_.at(meter.enterprise).series.push_back(std::move(series));
    }
    for (const plans::Line& line : setting.inventory.lines) {
        if (line.idle || !fresh.contains(line.enterprise)) continue;
        tracks_.at(line.enterprise).evidence.lines.push_back(line.id);
    }
}

void EvidenceCache::read_power(SQLite::Database& db, const Piece& piece, const rules::Span& span) {
    if (piece.meters.empty() || span.from >= span.to) return;
    SQLite::Statement rows(db,
                           "SELECT t_end, meter, kw, valid FROM readings WHERE t_end > ? AND"
                           " t_end <= ? AND arrived >= ? ORDER BY t_end, meter");
    bind(rows, 1, span.from);
    bind(rows, 2, span.to);
    bind(rows, 3, piece.since);
    while (rows.executeStep()) {
        const auto found = piece.meters.find(view_at(rows, 1));
        if (found == piece.meters.end()) continue;
        const auto& [track, index] = found->second;
        const rules::PowerReading reading{instant_at(rows, 0), rows.getColumn(2).getDouble(),
                                          rows.getColumn(3).getInt() != 0};
        if (insert(track->series[index].readings, reading)) track->has_news = true;
    }
}

void EvidenceCache::read_stacks(SQLite::Database& db, const Piece& piece, const rules::Span& span) {
    if (piece.outlets.empty() || span.from >= span.to) return;
    SQLite::Statement rows(db,
                           "SELECT t_end, outlet, factor, mg_per_m3, flow, valid FROM"
                           " stack_readings WHERE t_end > ? AND t_end <= ? AND arrived >= ?"
                           " ORDER BY t_end");
    bind(rows, 1, span.from);
    bind(rows, 2, span.to);
    bind(rows, 3, piece.since);
    while (rows.executeStep()) {
        const std::string_view outlet = view_at(rows, 1);
        const auto found = piece.outlets.find(outlet);
        if (found == piece.outlets.end()) continue;
        rules::StackReading reading;
        reading.end = instant_at(rows, 0);
        reading.mg_per_m3 = rows.getColumn(3).getDouble();
        if (!rows.isColumnNull(4)) reading.flow_m3_per_h = rows.getColumn(4).getDouble();
        reading.valid = rows.getColumn(5).getInt() != 0;
        auto& stacks = found->second.track->evidence.stacks;
        insert(series_of(stacks, outlet, view_at(rows, 2), found->second.line).readings, reading);
    }
}

void EvidenceCache::read_gates(SQLite::Database& db, const Piece& piece, const rules::Span& span) {
    if (piece.gates.empty() || span.from >= span.to) return;
    SQLite::Statement rows(db,
                           "SELECT t, enterprise, plate, emission_standard, direction FROM"
                           " gate_passages WHERE t >= ? AND t <= ? AND arrived >= ? ORDER BY t");
    bind(rows, 1, span.from);
    bind(rows, 2, span.to);
    bind(rows, 3, piece.since);
    while (rows.executeStep()) {
        const auto found = piece.gates.find(view_at(rows, 1));
        if (found == piece.gates.end()) continue;
        insert(found->second->evidence.passages,
               {instant_at(rows, 0), text_at(rows, 2), text_at(rows, 3), text_at(rows, 4)});
    }
}

void EvidenceCache::name_instruments(const EvidenceSetting& setting,
                                     const std::map<std::string, Instant>& fresh, Piece& known,
                                     Piece& added) {
    for (auto& [enterprise, track] : tracks_) {
        Piece& piece = fresh.contains(enterprise) ? added : known;
        for (std::size_t i = 0; i < track.series.size(); ++i) {
            piece.meters.emplace(track.series[i].meter.id, std::pair{&track, i});
        }
        piece.gates.emplace(enterprise, &track);
    }
    for (const plans::Outlet& outlet : setting.inventory.outlets) {
        const auto found = tracks_.find(outlet.enterprise);
        if (found == tracks_.end()) continue;
        Piece& piece = fresh.contains(outlet.enterprise) ? added : known;
        piece.outlets.emplace(outlet.id, OutletPlace{&found->second, outlet.line});
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
    Piece known;
    Piece added;
    name_instruments(setting, fresh, known, added);
    known.since = seen_to_ - kStoredWithin;
    const rules::Span late{seen_to_ - kLateAllowance, setting.now};
    const auto look_back = rules::minutes_of(setting.parameters.baseline_lookback_days * 24 * 60);
    read_power(db, known, late);
    read_power(db, added, {earliest - look_back, setting.now});
    if (!fresh.empty()) {
        const std::vector<rules::Span> warnings = load_warning_spans(db, setting.now);
        for (const auto& [enterprise, start] : fresh) {
            set_baselines(setting, warnings, tracks_.at(enterprise));
        }
    }
    for (auto& [enterprise, track] : tracks_) {
        if (track.has_news) renew(track);
    }
    read_stacks(db, known, late);
    read_stacks(db, added, {earliest - kStackLookBack, setting.now});
    read_gates(db, known, late);
    read_gates(db, added, {earliest, setting.now});
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
