#include "daemon/retention/sweeps.hpp"

#include <fmt/format.h>

#include <memory>
#include <set>
#include <unordered_set>

#include "daemon/air/stored_forecast.hpp"
#include "daemon/compliance/judge_pass.hpp"
#include "daemon/retention/kept_times.hpp"
#include "daemon/store/session.hpp"
#include "plans/text/json.hpp"
#include "rules/proof/keeping.hpp"

namespace qk::daemon {
namespace {

using rules::Instant;

// After the end of a window its last readings may still come in, and a day is judged whole.
constexpr std::chrono::hours kLateReadings = kSettle + std::chrono::hours{24};

Instant before(const SweepSetting& setting, int days) {
    return setting.now - std::chrono::hours{24} * days;
}

// Rows of a table whose key begins with a time, outside the kept stretches.
struct TimedTable {
    const char* kind;
    const char* sql;  // ?1 from (inclusive), ?2 to (exclusive), ?3 at most
};
constexpr TimedTable kTimedTables[] = {
    {"readings",
     "DELETE FROM readings WHERE (t_end, meter) IN (SELECT t_end, meter FROM readings WHERE"
     " t_end >= ?1 AND t_end < ?2 LIMIT ?3)"},
    {"stack_readings",
     "DELETE FROM stack_readings WHERE (t_end, outlet, factor) IN (SELECT t_end, outlet, factor "
     "FROM"
     " stack_readings WHERE t_end >= ?1 AND t_end < ?2 LIMIT ?3)"},
    {"gate_passages",
     "DELETE FROM gate_passages WHERE (t, enterprise, plate, direction) IN (SELECT t, enterprise,"
     " plate, direction FROM gate_passages WHERE t >= ?1 AND t < ?2 LIMIT ?3)"},
    {"reading_repeats",
     "DELETE FROM reading_repeats WHERE (t_end, meter, kw) IN (SELECT t_end, meter, kw FROM"
     " reading_repeats WHERE t_end >= ?1 AND t_end < ?2 LIMIT ?3)"},
};

// What of old readings may go; found out once per run, by the first pieces.
struct FreeTimes {
    KeptTimes kept;
    std::optional<std::vector<rules::Span>> spans;
};

Sweep of_times(const SweepSetting& setting, const TimedTable& table,
               const std::shared_ptr<FreeTimes>& free) {
    auto next = std::make_shared<std::size_t>(0);
    auto piece = [&setting, &table, free, next](Session& db) -> SweepPiece {
        if (!free->spans) {
            if (free->kept.read_some(db)) return {};
            free->spans = rules::free_spans(before(setting, setting.retention.readings_days),
                                            free->kept.spans());
        }
        const std::vector<rules::Span>& spans = *free->spans;
        if (*next == spans.size()) return {0, true};
        const auto rows =
            static_cast<std::size_t>(db.exec(table.sql, spans[*next].from, spans[*next].to,
                                             static_cast<std::int64_t>(kNarrowRowsPerPiece)));
        if (rows < kNarrowRowsPerPiece) ++*next;
        return {rows, *next == spans.size()};
    };
    return {table.kind, std::move(piece)};
}

// Rows that are numbered as they came: the oldest go while they are too old.
Sweep of_numbers(const SweepSetting& setting, const char* table, const char* time, int days) {
    const std::string sql = fmt::format(
        "DELETE FROM {0} WHERE number IN (SELECT number FROM (SELECT number, {1} AS at FROM {0} "
        "ORDER"
        " BY number LIMIT ?2) WHERE at < ?1)",
        table, time);
    auto piece = [&setting, sql, days](Session& db) -> SweepPiece {
        const auto rows = static_cast<std::size_t>(
            db.exec(sql, before(setting, days), static_cast<std::int64_t>(kNarrowRowsPerPiece)));
        return {rows, rows < kNarrowRowsPerPiece};
    };
    return {table, std::move(piece)};
}

// The newest repeats of the table's order stay, up to the limit.
Sweep repeats_beyond(const SweepSetting&) {
    auto piece = [](Session& db) -> SweepPiece {
        const auto rows = static_cast<std::size_t>(db.exec(
            "DELETE FROM reading_repeats WHERE (t_end, meter, kw) IN (SELECT t_end, meter, kw FROM"
            " reading_repeats ORDER BY t_end LIMIT max(0, min(?1, (SELECT count(*) FROM"
            " reading_repeats) - ?2)))",
            static_cast<std::int64_t>(kNarrowRowsPerPiece), kRepeatsKeptMax));
        return {rows, rows < kNarrowRowsPerPiece};
    };
    return {"reading_repeats", std::move(piece)};
}

// Inputs that no warning's story names.
Sweep decision_inputs(const SweepSetting& setting) {
    auto after = std::make_shared<std::string>();
    auto piece = [&setting, after](Session& db) -> SweepPiece {
        Statement next(db,
                       "SELECT hash, at, EXISTS(SELECT 1 FROM warning_story WHERE inputs ="
                       " hash) FROM decision_inputs WHERE hash > ?1 ORDER BY hash LIMIT ?2",
                       *after, 100);
        std::vector<std::string> old;
        std::size_t seen = 0;
        while (next.next()) {
            ++seen;
            *after = next.text(0);
            const bool is_cited = next.flag(2);
            const bool is_old = next.instant(1) < before(setting, setting.retention.decisions_days);
            if (is_old && !is_cited) old.push_back(*after);
        }
        Statement cut(db, "DELETE FROM decision_inputs WHERE hash = ?1");
        for (const std::string& hash : old) {
            cut.run(hash);
        }
        return {old.size(), seen < 100};
    };
    return {"decision_inputs", std::move(piece)};
}

// The numbers of the forecasts that the inputs of a piece of the story name.
bool note_cited(Session& db, std::int64_t& after, std::unordered_set<std::string>& cited) {
    Statement next(db,
                   "SELECT s.number, (SELECT d.body FROM decision_inputs AS d WHERE d.hash ="
                   " s.inputs) FROM warning_story AS s WHERE s.number > ?1 AND s.inputs IS NOT"
                   " NULL ORDER BY s.number LIMIT ?2",
                   after, static_cast<std::int64_t>(kWideRowsPerPiece));
    std::size_t seen = 0;
    while (next.next()) {
        ++seen;
        after = next.integer(0);
        const auto body = plans::parse_json(next.text(1), "decision_inputs");
        const auto* series = body ? plans::find_member(*body, "series") : nullptr;
        if (series != nullptr && series->is_array()) {
            for (const auto& one : series->as_array()) {
                cited.insert(plans::string_or(one, "forecast"));
            }
        }
        // One that could not be read was left out, and why it was can only be seen in its bytes.
        const auto* unreadable = body ? plans::find_member(*body, "unreadable") : nullptr;
        if (unreadable == nullptr || !unreadable->is_array()) continue;
        for (const auto& one : unreadable->as_array()) {
            if (!one.is_string()) continue;
            cited.insert(number_of_unreadable(std::string_view(one.as_string())));
        }
    }
    return seen == kWideRowsPerPiece;
}

// First all that decisions name is noted, then the bytes of what is old and not named are emptied.
// A row without bytes says by its number and SHA-256 what it was.
Sweep forecasts(const SweepSetting& setting) {
    struct State {
        std::int64_t story = 0;
        bool has_cited = false;
        std::unordered_set<std::string> cited;
        std::int64_t number = 0;
    };
    auto state = std::make_shared<State>();
    auto piece = [&setting, state](Session& db) -> SweepPiece {
        if (!state->has_cited) {
            state->has_cited = !note_cited(db, state->story, state->cited);
            return {};
        }
        Statement next(db,
                       "SELECT number, arrived, length(bytes) FROM forecasts WHERE number > ?1"
                       " ORDER BY number LIMIT 100",
                       state->number);
        std::vector<std::int64_t> old;
        std::size_t seen = 0;
        while (old.size() < kWideRowsPerPiece && next.next()) {
            ++seen;
            state->number = next.integer(0);
            if (next.instant(1) >= before(setting, setting.retention.forecasts_days)) continue;
            if (next.integer(2) == 0) continue;
            if (!state->cited.contains(std::to_string(state->number))) old.push_back(state->number);
        }
        Statement empty(db, "UPDATE forecasts SET bytes = X'' WHERE number = ?1");
        for (const std::int64_t number : old) {
            empty.run(number);
        }
        return {old.size(), seen < 100 && old.size() < kWideRowsPerPiece};
    };
    return {"forecasts", std::move(piece)};
}

std::optional<std::string> next_region(Session& db, const std::string& after) {
    return db
        .one<std::optional<std::string>>("SELECT min(region) FROM observations WHERE region > ?1",
                                         after)
        .value();
}

Sweep observations(const SweepSetting& setting) {
    auto region = std::make_shared<std::optional<std::string>>();
    auto piece = [&setting, region](Session& db) -> SweepPiece {
        if (!*region) {
            *region = next_region(db, "");
            if (!*region) return {0, true};
        }
        const auto rows = static_cast<std::size_t>(
            db.exec("DELETE FROM observations WHERE region = ?1 AND hour IN (SELECT hour FROM"
                    " observations WHERE region = ?1 AND hour < ?2 ORDER BY hour LIMIT ?3)",
                    **region, before(setting, setting.retention.observations_days),
                    static_cast<std::int64_t>(kNarrowRowsPerPiece)));
        if (rows == kNarrowRowsPerPiece) return {rows, false};
        auto next = next_region(db, **region);
        if (!next) return {rows, true};
        *region = std::move(next);
        return {rows, false};
    };
    return {"observations", std::move(piece)};
}

Sweep observation_bytes(const SweepSetting& setting) {
    auto after = std::make_shared<std::int64_t>(0);
    auto piece = [&setting, after](Session& db) -> SweepPiece {
        Statement next(db,
                       "SELECT number, arrived, length(bytes) FROM observation_deliveries WHERE"
                       " number > ?1 ORDER BY number LIMIT 100",
                       *after);
        std::vector<std::int64_t> old;
        std::size_t seen = 0;
        while (old.size() < kWideRowsPerPiece && next.next()) {
            ++seen;
            *after = next.integer(0);
            const bool is_old =
                next.instant(1) < before(setting, setting.retention.deliveries_days);
            if (is_old && next.integer(2) > 0) old.push_back(*after);
        }
        Statement empty(db, "UPDATE observation_deliveries SET bytes = X'' WHERE number = ?1");
        for (const std::int64_t number : old) {
            empty.run(number);
        }
        return {old.size(), seen < 100 && old.size() < kWideRowsPerPiece};
    };
    return {"observation_deliveries", std::move(piece)};
}

Sweep notice_deliveries(const SweepSetting& setting) {
    auto piece = [&setting](Session& db) -> SweepPiece {
        const auto rows = static_cast<std::size_t>(db.exec(
            "DELETE FROM notice_deliveries WHERE (notice, target) IN (SELECT notice, target FROM"
            " notice_deliveries WHERE taken_at < ?1 LIMIT ?2)",
            before(setting, setting.retention.deliveries_days),
            static_cast<std::int64_t>(kNarrowRowsPerPiece)));
        return {rows, rows < kNarrowRowsPerPiece};
    };
    return {"notice_deliveries", std::move(piece)};
}

// What is known of meters that the inventory does not name any more.
Sweep meter_states(const SweepSetting& setting) {
    auto named = std::make_shared<std::set<std::string, std::less<>>>();
    for (const plans::Meter& meter : setting.inventory.meters) named->insert(meter.id.str());
    auto after = std::make_shared<std::string>();
    auto piece = [&setting, named, after](Session& db) -> SweepPiece {
        Statement next(
            db, "SELECT meter, arrived FROM meter_state WHERE meter > ?1 ORDER BY meter LIMIT ?2",
            *after, static_cast<std::int64_t>(kNarrowRowsPerPiece));
        std::vector<std::string> old;
        std::size_t seen = 0;
        while (next.next()) {
            ++seen;
            *after = next.text(0);
            const bool is_old = next.instant(1) < before(setting, setting.retention.readings_days);
            if (is_old && !named->contains(*after)) old.push_back(*after);
        }
        Statement cut(db, "DELETE FROM meter_state WHERE meter = ?1");
        for (const std::string& meter : old) {
            cut.run(meter);
        }
        return {old.size(), seen < kNarrowRowsPerPiece};
    };
    return {"meter_state", std::move(piece)};
}

}  // namespace

std::vector<Sweep> sweeps_of(const SweepSetting& setting) {
    std::vector<Sweep> sweeps;
    const KeptTimesSetting kept{setting.now,
                                before(setting, setting.retention.verdicts_days),
                                {setting.look_back, kLateReadings}};
    const auto free = std::make_shared<FreeTimes>(FreeTimes{KeptTimes(kept), std::nullopt});
    for (const TimedTable& table : kTimedTables) sweeps.push_back(of_times(setting, table, free));
    sweeps.push_back(repeats_beyond(setting));
    sweeps.push_back(of_numbers(setting, "rejected", "arrived", setting.retention.rejected_days));
    sweeps.push_back(of_numbers(setting, "events", "at", setting.retention.events_days));
    sweeps.push_back(decision_inputs(setting));
    sweeps.push_back(forecasts(setting));
    sweeps.push_back(observations(setting));
    sweeps.push_back(observation_bytes(setting));
    sweeps.push_back(notice_deliveries(setting));
    sweeps.push_back(meter_states(setting));
    return sweeps;
}

}  // namespace qk::daemon
