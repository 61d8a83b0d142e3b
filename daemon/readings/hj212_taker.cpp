#include "daemon/readings/hj212_taker.hpp"

#include <algorithm>
#include <utility>

#include "daemon/readings/hj212_rows.hpp"
#include "plans/hj212/period_means.hpp"

namespace qk::daemon {
namespace {

namespace hj212 = plans::hj212;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::string_view kDaysCommand = "2031";
constexpr std::string_view kHoursCommand = "2061";
// The hour before is looked at for so long after it has settled, and not at every minute of the
// next one.
constexpr minutes kLooksFor{10};
constexpr hours kOwnHoursWithin{24};

}  // namespace

Hj212Taker::Hj212Taker(Session& db, IntakeWriter& rows, const Basis& basis)
    : db_(db), rows_(rows), basis_(basis), decoding_(decode_setting_of(basis.config)) {}

Hj212Message Hj212Taker::read(const JournalMessage& message) {
    decoding_.now = message.arrived;
    return read_hj212_message(message, decoding_, basis_.config.point_map.get());
}

std::optional<std::string> Hj212Taker::enterprise_of(const Hj212Message& said) const {
    if (const auto place = basis_.index.outlet_of_mn(said.mn)) {
        return basis_.inventory.outlets[*place].enterprise.str();
    }
    const auto& points = basis_.config.point_map;
    if (!points || !points->knows(said.mn)) return std::nullopt;
    for (const hj212::SeriesValue& value : said.series) {
        const auto place = basis_.index.series(value.series);
        if (place) return basis_.inventory.series[*place].enterprise.str();
    }
    return std::string();
}

bool Hj212Taker::makes_readings_from(const std::string& command) const {
    return std::ranges::find(basis_.config.readings_from, command) !=
           basis_.config.readings_from.end();
}

void Hj212Taker::store(const Hj212Message& said, rules::Instant arrived,
                       const std::optional<std::uint64_t>& raw) {
    store_series(said, arrived, raw);
    const auto place = basis_.index.outlet_of_mn(said.mn);
    if (!place) return;
    const std::string id = basis_.inventory.outlets[*place].id.str();
    for (const Hj212Value& value : said.values) {
        const bool is_new =
            rows_.store_hj212({id, said.command, value.from, value.reading, arrived, raw});
        if (!is_new) continue;
        ++taken_.stack_values;
        if (!makes_readings_from(said.command)) continue;
        if (value.is_hour) {
            // Verdicts take each reading of a stack for the mean of an hour.
            rows_.store_stack({id, value.reading, arrived});
        } else if (said.command == kDaysCommand) {
            check_day(id, value);
        } else {
            note_hours(id, said.command, value.from, arrived);
        }
    }
}

void Hj212Taker::store_series(const Hj212Message& said, rules::Instant arrived,
                              const std::optional<std::uint64_t>& raw) {
    for (const hj212::SeriesValue& value : said.series) {
        if (!basis_.index.series(value.series)) {
            ++taken_.series_unknown;
            continue;
        }
        NewSeriesValue row{value.series, value.t, value.text, value.number,
                           {},           false,   arrived,    raw};
        if (value.state) row.state = std::string(to_text(*value.state));
        row.valid = value.is_evidence;
        taken_.series_values += rows_.store_series(row) ? 1 : 0;
    }
}

// The hour of the value, which may have been over for days where the device fills in; and the hour
// before, which is over by now.
void Hj212Taker::note_hours(const std::string& outlet, const std::string& command, rules::Instant t,
                            rules::Instant arrived) {
    const rules::Instant own = rules::floor_hour(t);
    const auto note = [&](rules::Instant from) {
        rules::Instant& latest = hours_[{outlet, command, from}];
        latest = std::max(latest, arrived);
    };
    if (arrived >= own + hours{1} + kHourSettles) note(own);
    const bool is_early = t >= own + kHourSettles && t < own + kHourSettles + kLooksFor;
    if (is_early && arrived >= own + kHourSettles) note(own - hours{1});
}

void Hj212Taker::make_hour(const Hour& hour, rules::Instant arrived) {
    // A device that sends hours is believed in those.
    const rules::Span lately{hour.from - kOwnHoursWithin, hour.from + hours{1}};
    const bool sends_hours = makes_readings_from(std::string(kHoursCommand)) &&
                             has_reported(db_, hour.outlet, std::string(kHoursCommand), lately);
    if (sends_hours) return;
    const rules::Instant end = hour.from + hours{1};
    const auto parts = list_parts(db_, hour.outlet, hour.command, {hour.from, end});
    for (const auto& [factor, values] : parts) {
        if (has_stack_reading(db_, hour.outlet, factor, end)) continue;
        const auto mean = hj212::hour_mean(values, hour.from);
        if (!mean) continue;
        StackReading reading;
        reading.t = end;
        reading.factor = factor;
        reading.mg_per_m3 = mean->mg_per_m3;
        reading.flow = mean->flow_m3_h;
        rows_.store_stack({hour.outlet, reading, arrived});
        ++taken_.hours_made;
    }
}

void Hj212Taker::check_day(const std::string& outlet, const Hj212Value& value) {
    if (!value.reading.valid) return;
    const rules::Span day{value.from, value.from + hours{24}};
    const auto normal = list_normal_hours(db_, outlet, value.reading.factor, day);
    const hj212::DayCheck check = hj212::check_day(value.reading.mg_per_m3, normal);
    if (!check.is_told || check.is_the_same) return;
    taken_.days.push_back(
        {outlet, value.reading.factor, value.from, value.reading.mg_per_m3, check.of_hours});
}

void Hj212Taken::add(Hj212Taken&& more) {
    stack_values += more.stack_values;
    series_values += more.series_values;
    series_unknown += more.series_unknown;
    hours_made += more.hours_made;
    std::ranges::move(more.days, std::back_inserter(days));
}

Hj212Taken Hj212Taker::finish() {
    for (const auto& [hour, arrived] : std::exchange(hours_, {})) make_hour(hour, arrived);
    return std::exchange(taken_, {});
}

}  // namespace qk::daemon
