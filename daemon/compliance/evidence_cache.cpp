#include "daemon/compliance/evidence_cache.hpp"

#include <algorithm>
#include <tuple>

#include "daemon/compliance/obligation_windows.hpp"
#include "daemon/readings/reading_rows.hpp"
#include "daemon/store/session.hpp"
#include "rules/compliance/standstill.hpp"

namespace qk::daemon {
namespace {

using rules::Instant;
using std::chrono::hours;

// Pre-warning mass of stacks looks back a week, and so does what is usual at stack and gate: so
// much time that lay under no warning.
constexpr hours kStackLookBack{9 * 24};
// What the region does is told by some of its plants, spread over all.
constexpr std::size_t kPlantsAsked = 64;
// Meters of which there are so many times more are sought one by one in a look-back; it would be
// read for all of them else.
constexpr std::size_t kSoughtShare = 8;
constexpr std::size_t kPlantsLeast = 3;

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

// In order of time, and within a second by plate: a verdict names passages in the order in which
// they are read again later.
void insert(std::vector<rules::GatePassage>& passages, rules::GatePassage passage) {
    const auto key = [](const rules::GatePassage& p) {
        return std::tie(p.at, p.plate, p.direction, p.stage);
    };
    const auto place = std::ranges::lower_bound(passages, key(passage), {}, key);
    if (place != passages.end() && *place == passage) return;
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
void EvidenceCache::make_tracks(const EvidenceSetting& setting, const EvidenceStarts& fresh) {
    for (const auto& [enterprise, start] : fresh) {
        Track track;
        track.start = start;
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

void EvidenceCache::read_power(Session& db, const Piece& piece, const rules::Span& span) {
    if (piece.meters.empty() || span.from >= span.to) return;
    each_power(db, {span, piece.since}, [&](const PowerRow& row) {
        const auto found = piece.meters.find(row.meter);
        if (found == piece.meters.end()) return;
        const auto& [track, index] = found->second;
        if (insert(track->series[index].readings, row.reading)) track->has_news = true;
    });
}

// The look-back of those that are new: a day on which one plant is bound must not read the readings
// of every other.
void EvidenceCache::read_new_power(Session& db, const Piece& piece, const rules::Span& span,
                                   std::size_t all_meters) {
    if (piece.meters.size() * kSoughtShare > all_meters) {
        read_power(db, piece, span);
        return;
    }
    if (span.from >= span.to) return;
    for (const auto& [meter, place] : piece.meters) {
        std::vector<rules::PowerReading>& readings = place.first->series[place.second].readings;
        for (const rules::PowerReading& reading : power_of_meter(db, meter, span)) {
            if (insert(readings, reading)) place.first->has_news = true;
        }
    }
}

void EvidenceCache::read_stacks(Session& db, const Piece& piece, const rules::Span& span) {
    if (piece.outlets.empty() || span.from >= span.to) return;
    each_stack(db, {span, piece.since}, [&](const StackRow& row) {
        const auto found = piece.outlets.find(row.outlet);
        if (found == piece.outlets.end()) return;
        auto& stacks = found->second.track->evidence.stacks;
        insert(series_of(stacks, row.outlet, row.factor, found->second.line).readings, row.reading);
    });
}

void EvidenceCache::read_gates(Session& db, const Piece& piece, const rules::Span& span) {
    if (piece.gates.empty() || span.from >= span.to) return;
    each_passage(db, {span, piece.since}, [&](PassageRow row) {
        const auto found = piece.gates.find(row.enterprise);
        if (found == piece.gates.end()) return;
        insert(found->second->evidence.passages, std::move(row.passage));
    });
}

void EvidenceCache::name_instruments(const EvidenceSetting& setting, Piece& known,
                                     Fresh& of_warning, Fresh& of_season) {
    const auto piece_of = [&](const std::string& enterprise) -> Piece& {
        if (of_warning.starts.contains(enterprise)) return of_warning.piece;
        return of_season.starts.contains(enterprise) ? of_season.piece : known;
    };
    for (auto& [enterprise, track] : tracks_) {
        Piece& piece = piece_of(enterprise);
        for (std::size_t i = 0; i < track.series.size(); ++i) {
            piece.meters.emplace(track.series[i].meter.id, std::pair{&track, i});
        }
        piece.gates.emplace(enterprise, &track);
    }
    for (const plans::Outlet& outlet : setting.inventory.outlets) {
        const auto found = tracks_.find(outlet.enterprise);
        if (found == tracks_.end()) continue;
        piece_of(outlet.enterprise)
            .outlets.emplace(outlet.id, OutletPlace{&found->second, outlet.line});
    }
}

// Baselines from the whole look-back; afterwards only what the window needs is kept.
void EvidenceCache::set_baselines(const EvidenceSetting& setting,
                                  const std::vector<rules::Span>& warnings, Track& track) {
    for (rules::PowerSeries& series : track.series) {
        series.interval = rules::interval_of(series.readings, series.interval);
    }
    rules::Evidence fresh = rules::gather_evidence(track.series, track.start.bound_since, warnings,
                                                   setting.parameters, setting.zone);
    track.evidence.meters = std::move(fresh.meters);
    track.evidence.unmetered = std::move(fresh.unmetered);
    track.evidence.usual = std::move(fresh.usual);
    track.evidence.under_warning = std::move(fresh.under_warning);
    for (rules::PowerSeries& series : track.series) {
        drop_before(series.readings, track.start.from - kBeforeWindow);
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

// Since when its stacks and gates are wanted.
Instant EvidenceCache::stacks_from(const Track& track) {
    return rules::ordinary_before(track.start.from, kStackLookBack, track.evidence.under_warning);
}

// A day of a season is over: what only its window needed is let go.
void EvidenceCache::move_on(Track& track, const EvidenceStart& start) {
    if (track.start.from == start.from) return;
    track.start = start;
    track.has_news = true;
    for (rules::PowerSeries& series : track.series) {
        drop_before(series.readings, start.from - kBeforeWindow);
    }
    const Instant wanted = stacks_from(track);
    for (rules::StackSeries& series : track.evidence.stacks) {
        std::erase_if(series.readings,
                      [&](const rules::StackReading& reading) { return reading.end <= wanted; });
    }
    std::erase_if(track.evidence.passages,
                  [&](const rules::GatePassage& passage) { return passage.at < wanted; });
}

void EvidenceCache::read_others(Session& db, const Piece& piece, const rules::Span& stacks,
                                const rules::Span& gates) {
    read_stacks(db, piece, stacks);
    read_gates(db, piece, gates);
}

void EvidenceCache::load_fresh(Session& db, const EvidenceSetting& setting, const Fresh& fresh) {
    if (fresh.starts.empty()) return;
    Instant first_bound = Instant::max();
    Instant last_bound = Instant::min();
    Instant from = Instant::max();
    for (const auto& [enterprise, start] : fresh.starts) {
        first_bound = std::min(first_bound, start.bound_since);
        last_bound = std::max(last_bound, start.bound_since);
        from = std::min(from, start.from);
    }
    const auto look_back = rules::minutes_of(setting.parameters.baseline_lookback_days * 24 * 60);
    const std::size_t meters = setting.inventory.meters.size();
    read_new_power(db, fresh.piece, {first_bound - look_back, last_bound}, meters);
    read_new_power(db, fresh.piece, {std::max(last_bound, from - kBeforeWindow), setting.now},
                   meters);
    const std::vector<rules::Span> warnings =
        load_warning_spans(db, first_bound - look_back, setting.now);
    for (const auto& [enterprise, start] : fresh.starts) {
        set_baselines(setting, warnings, tracks_.at(enterprise));
    }
    rules::Span looked_at{from, setting.now};
    for (const auto& [enterprise, start] : fresh.starts) {
        looked_at.from = std::min(looked_at.from, stacks_from(tracks_.at(enterprise)));
    }
    read_others(db, fresh.piece, looked_at, looked_at);
}

void EvidenceCache::refresh(Session& db, const EvidenceSetting& setting,
                            const EvidenceStarts& starts) {
    std::erase_if(tracks_, [&](const auto& entry) {
        const auto wanted = starts.find(entry.first);
        const EvidenceStart& held = entry.second.start;
        return wanted == starts.end() || wanted->second.bound_since != held.bound_since ||
               wanted->second.from < held.from;
    });
    Fresh of_warning;
    Fresh of_season;
    for (const auto& [enterprise, start] : starts) {
        const auto track = tracks_.find(enterprise);
        if (track == tracks_.end()) {
            Fresh& fresh = start.from == start.bound_since ? of_warning : of_season;
            fresh.starts.emplace(enterprise, start);
            continue;
        }
        track->second.has_news = false;
        move_on(track->second, start);
    }
    make_tracks(setting, of_warning.starts);
    make_tracks(setting, of_season.starts);
    Piece known;
    name_instruments(setting, known, of_warning, of_season);
    known.since = seen_to_ - kStoredWithin;
    const rules::Span late{seen_to_ - kLateAllowance, setting.now};
    read_power(db, known, late);
    load_fresh(db, setting, of_warning);
    load_fresh(db, setting, of_season);
    for (auto& [enterprise, track] : tracks_) {
        if (track.has_news) renew(track);
    }
    read_others(db, known, late, late);
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

std::vector<rules::Span> EvidenceCache::unheard(const rules::Span& span) const {
    std::vector<const std::vector<rules::PowerReading>*> asked;
    const std::size_t step = tracks_.size() / kPlantsAsked + 1;
    std::size_t place = 0;
    for (const auto& [enterprise, track] : tracks_) {
        if (place++ % step != 0 || track.series.empty()) continue;
        asked.push_back(&track.series.front().readings);
    }
    // Of so few nobody can say what the others did.
    if (asked.size() < kPlantsLeast) return {span};
    std::vector<rules::Span> quiet;
    for (Instant from = rules::floor_hour(span.from); from < span.to; from += hours{1}) {
        const auto heard = std::ranges::count_if(asked, [from](const auto* readings) {
            const auto first =
                std::ranges::upper_bound(*readings, from, {}, &rules::PowerReading::end);
            return first != readings->end() && first->end <= from + hours{1};
        });
        if (2 * static_cast<std::size_t>(heard) >= asked.size()) continue;
        if (!quiet.empty() && quiet.back().to == from) {
            quiet.back().to = from + hours{1};
        } else {
            quiet.push_back({from, from + hours{1}});
        }
    }
    return quiet;
}

std::size_t EvidenceCache::readings() const {
    std::size_t count = 0;
    for (const auto& [enterprise, track] : tracks_) {
        for (const rules::PowerSeries& series : track.series) count += series.readings.size();
    }
    return count;
}

}  // namespace qk::daemon
