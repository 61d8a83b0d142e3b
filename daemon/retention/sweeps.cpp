#include "daemon/retention/sweeps.hpp"

#include <fmt/format.h>

#include <memory>
#include <set>
#include <unordered_set>

#include "daemon/air/stored_forecast.hpp"
#include "daemon/compliance/judge_pass.hpp"
#include "daemon/retention/kept_times.hpp"
#include "daemon/retention/sweep_rows.hpp"
#include "daemon/store/session.hpp"
#include "plans/text/json.hpp"
#include "rules/compliance/keeping.hpp"

namespace qk::daemon {
namespace {

using rules::Instant;

// After the end of a window its last readings may still come in, and a day is judged whole.
constexpr std::chrono::hours kLateReadings = kSettle + std::chrono::hours{24};

Instant before(const SweepSetting& setting, int days) {
    return setting.now - std::chrono::hours{24} * days;
}

// What of old readings may go, outside the kept stretches; found out once per run, by the first
// pieces.
struct FreeTimes {
    KeptTimes kept;
    std::optional<std::vector<rules::Span>> spans;
};

Sweep of_times(const SweepSetting& setting, TimedTable table,
               const std::shared_ptr<FreeTimes>& free) {
    auto next = std::make_shared<std::size_t>(0);
    auto piece = [&setting, table, free, next](Session& db) -> SweepPiece {
        if (!free->spans) {
            if (free->kept.read_some(db)) return {};
            free->spans = rules::free_spans(before(setting, setting.retention.readings_days),
                                            free->kept.spans());
        }
        const std::vector<rules::Span>& spans = *free->spans;
        if (*next == spans.size()) return {0, true};
        const std::size_t rows = delete_between(db, table, spans[*next], kNarrowRowsPerPiece);
        if (rows < kNarrowRowsPerPiece) ++*next;
        return {rows, *next == spans.size()};
    };
    return {std::string(to_text(table)), std::move(piece)};
}

// Rows that are numbered as they came: the oldest go while they are too old.
Sweep of_numbers(const SweepSetting& setting, NumberedTable table, int days) {
    auto piece = [&setting, table, days](Session& db) -> SweepPiece {
        const std::size_t rows =
            delete_oldest(db, table, before(setting, days), kNarrowRowsPerPiece);
        return {rows, rows < kNarrowRowsPerPiece};
    };
    return {std::string(to_text(table)), std::move(piece)};
}

// The newest repeats of the table's order stay, up to the limit.
Sweep repeats_beyond(const SweepSetting&) {
    auto piece = [](Session& db) -> SweepPiece {
        const std::size_t rows = delete_repeats_beyond(db, kRepeatsKeptMax, kNarrowRowsPerPiece);
        return {rows, rows < kNarrowRowsPerPiece};
    };
    return {"reading_repeats", std::move(piece)};
}

// Inputs that no warning's story names.
Sweep decision_inputs(const SweepSetting& setting) {
    auto after = std::make_shared<std::string>();
    auto piece = [&setting, after](Session& db) -> SweepPiece {
        constexpr std::size_t kLook = 100;
        std::size_t gone = 0;
        const std::vector<InputsHead> page = list_inputs(db, *after, kLook);
        for (const InputsHead& one : page) {
            *after = one.hash;
            if (one.is_cited || one.at >= before(setting, setting.retention.decisions_days)) {
                continue;
            }
            delete_inputs(db, one.hash);
            ++gone;
        }
        return {gone, page.size() < kLook};
    };
    return {"decision_inputs", std::move(piece)};
}

// The numbers of the forecasts that the inputs of a piece of the story name.
bool note_cited(Session& db, std::int64_t& after, std::unordered_set<std::string>& cited) {
    const std::vector<CitedInputs> page = list_cited_inputs(db, after, kWideRowsPerPiece);
    for (const CitedInputs& inputs : page) {
        after = inputs.story;
        const auto body = plans::parse_json(inputs.body, "decision_inputs");
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
    return page.size() == kWideRowsPerPiece;
}

// The bytes of the next rows, where they may go. `number`: of the last row that was looked at.
SweepPiece empty_some(Session& db, BytesTable table, std::int64_t& number, const auto& may_go) {
    constexpr std::size_t kLook = 100;
    SweepPiece piece;
    const std::vector<BytesHead> page = list_bytes(db, table, number, kLook);
    for (const BytesHead& one : page) {
        if (piece.rows == kWideRowsPerPiece) break;
        number = one.number;
        if (one.is_empty || !may_go(one)) continue;
        empty_bytes(db, table, one.number);
        ++piece.rows;
    }
    piece.is_done = page.size() < kLook && piece.rows < kWideRowsPerPiece;
    return piece;
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
        const auto may_go = [&](const BytesHead& one) {
            return one.arrived < before(setting, setting.retention.forecasts_days) &&
                   !state->cited.contains(std::to_string(one.number));
        };
        return empty_some(db, BytesTable::kForecasts, state->number, may_go);
    };
    return {std::string(to_text(BytesTable::kForecasts)), std::move(piece)};
}

Sweep observations(const SweepSetting& setting) {
    auto region = std::make_shared<std::optional<std::string>>();
    auto piece = [&setting, region](Session& db) -> SweepPiece {
        if (!*region) {
            *region = next_observed_region(db, "");
            if (!*region) return {0, true};
        }
        const std::size_t rows =
            delete_observations(db, **region, before(setting, setting.retention.observations_days),
                                kNarrowRowsPerPiece);
        if (rows == kNarrowRowsPerPiece) return {rows, false};
        auto next = next_observed_region(db, **region);
        if (!next) return {rows, true};
        *region = std::move(next);
        return {rows, false};
    };
    return {"observations", std::move(piece)};
}

Sweep observation_bytes(const SweepSetting& setting) {
    auto after = std::make_shared<std::int64_t>(0);
    auto piece = [&setting, after](Session& db) -> SweepPiece {
        const auto may_go = [&](const BytesHead& one) {
            return one.arrived < before(setting, setting.retention.deliveries_days);
        };
        return empty_some(db, BytesTable::kObservationDeliveries, *after, may_go);
    };
    return {std::string(to_text(BytesTable::kObservationDeliveries)), std::move(piece)};
}

Sweep notice_deliveries(const SweepSetting& setting) {
    auto piece = [&setting](Session& db) -> SweepPiece {
        const std::size_t rows = delete_taken_deliveries(
            db, before(setting, setting.retention.deliveries_days), kNarrowRowsPerPiece);
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
        std::size_t gone = 0;
        const std::vector<MeterHead> page = list_meter_states(db, *after, kNarrowRowsPerPiece);
        for (const MeterHead& one : page) {
            *after = one.meter;
            const bool is_old = one.arrived < before(setting, setting.retention.readings_days);
            if (!is_old || named->contains(one.meter)) continue;
            delete_meter_state(db, one.meter);
            ++gone;
        }
        return {gone, page.size() < kNarrowRowsPerPiece};
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
    for (const TimedTable table :
         {TimedTable::kReadings, TimedTable::kStackReadings, TimedTable::kGatePassages,
          TimedTable::kReadingRepeats, TimedTable::kHj212Values, TimedTable::kSeriesValues}) {
        sweeps.push_back(of_times(setting, table, free));
    }
    sweeps.push_back(repeats_beyond(setting));
    sweeps.push_back(
        of_numbers(setting, NumberedTable::kRejected, setting.retention.rejected_days));
    sweeps.push_back(of_numbers(setting, NumberedTable::kEvents, setting.retention.events_days));
    sweeps.push_back(decision_inputs(setting));
    sweeps.push_back(forecasts(setting));
    sweeps.push_back(observations(setting));
    sweeps.push_back(observation_bytes(setting));
    sweeps.push_back(notice_deliveries(setting));
    sweeps.push_back(meter_states(setting));
    return sweeps;
}

}  // namespace qk::daemon
