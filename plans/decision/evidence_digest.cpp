#include "plans/decision/evidence_digest.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cassert>

#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/sha256.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;
using rules::Instant;

constexpr std::array<std::string_view, 3> kKinds{"power", "stack", "gate"};
constexpr std::int64_t kReadingsMost = 100'000'000;  // of one series; a century of minutes has half
constexpr std::int64_t kStepMost = 366LL * 24 * 3600;

Instant time_of(const rules::PowerReading& reading) { return reading.end; }
Instant time_of(const rules::StackReading& reading) { return reading.end; }
Instant time_of(const rules::GatePassage& passage) { return passage.at; }

void write_time(std::string& line, Instant at) {
    line += '[';
    line += std::to_string(at.time_since_epoch().count());
    line += ',';
}

void write(std::string& line, const rules::PowerReading& reading) {
    write_time(line, reading.end);
    line += to_json_number(reading.kw);
    line += reading.valid ? ",true]\n" : ",false]\n";
}
void write(std::string& line, const rules::StackReading& reading) {
    write_time(line, reading.end);
    line += to_json_number(reading.mg_per_m3);
    line += ',';
    line += reading.flow_m3_per_h ? to_json_number(*reading.flow_m3_per_h) : "null";
    line += reading.valid ? ",true]\n" : ",false]\n";
}
void write(std::string& line, const rules::GatePassage& passage) {
    json::array told{passage.at.time_since_epoch().count(), passage.plate, passage.stage,
                     passage.direction};
    if (!passage.kind.empty()) told.emplace_back(passage.kind);
    line += canonical_text(told);
    line += '\n';
}

// Takes the time into the last run where it continues it.
void add_time(std::vector<ReadingRun>& runs, Instant last, Instant at) {
    if (!runs.empty()) {
        ReadingRun& run = runs.back();
        if (run.count == 1 || at - last == run.step) {
            run.step = at - last;
            ++run.count;
            return;
        }
    }
    runs.push_back({at, std::chrono::seconds{0}, 1});
}

template <class Reading>
SeriesDigest digest_of(SeriesKind kind, std::string id, std::string factor,
                       const std::vector<Reading>& readings) {
    SeriesDigest digest;
    digest.kind = kind;
    digest.id = std::move(id);
    digest.factor = std::move(factor);
    digest.count = readings.size();
    Sha256 hash;
    std::string line;
    bool fits = true;
    for (const Reading& reading : readings) {
        const Instant at = time_of(reading);
        assert(&reading == &readings.front() || at >= digest.last);
        if (fits) add_time(digest.runs, digest.last, at);
        fits = fits && digest.runs.size() <= kReadingRunsMax;
        digest.last = at;
        line.clear();
        write(line, reading);
        hash.add(line);
    }
    if (!readings.empty()) digest.first = time_of(readings.front());
    if (!fits) digest.runs.clear();
    digest.sha256 = hash.hex();
    return digest;
}

json::array run_json(const ReadingRun& run, rules::Zone zone) {
    return {rules::to_iso(run.first, zone), run.step.count(), static_cast<std::int64_t>(run.count)};
}

// [first, step in seconds, count]; nothing where it is not such a list.
std::optional<ReadingRun> run_from(const json::value& value, rules::Zone zone) {
    if (!value.is_array() || value.get_array().size() != 3) return std::nullopt;
    const json::array& items = value.get_array();
    if (!items[0].is_string() || !items[1].is_int64() || !items[2].is_int64()) return std::nullopt;
    const auto first = rules::parse_instant(std::string_view(items[0].get_string()), zone);
    const std::int64_t step = items[1].get_int64();
    const std::int64_t count = items[2].get_int64();
    const bool is_sound =
        first && step >= 0 && step <= kStepMost && count >= 1 && count <= kReadingsMost;
    if (!is_sound) return std::nullopt;
    return ReadingRun{*first, std::chrono::seconds{step}, static_cast<std::size_t>(count)};
}

}  // namespace

std::string_view to_text(SeriesKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::optional<SeriesKind> parse_series_kind(std::string_view text) {
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (kKinds[i] == text) return static_cast<SeriesKind>(i);
    }
    return std::nullopt;
}

std::vector<SeriesDigest> digests_of(const rules::Evidence& evidence) {
    std::vector<SeriesDigest> digests;
    for (const rules::MeterEvidence& meter : evidence.meters) {
        digests.push_back(
            digest_of(SeriesKind::kPower, meter.series.meter.id, {}, meter.series.readings));
    }
    for (const rules::StackSeries& stack : evidence.stacks) {
        digests.push_back(
            digest_of(SeriesKind::kStack, stack.outlet, stack.factor, stack.readings));
    }
    digests.push_back(digest_of(SeriesKind::kGate, {}, {}, evidence.passages));
    return digests;
}

std::vector<Instant> times_of(const SeriesDigest& digest) {
    std::vector<Instant> times;
    for (const ReadingRun& run : digest.runs) {
        Instant at = run.first;
        for (std::size_t i = 0; i < run.count && times.size() < digest.count; ++i, at += run.step) {
            times.push_back(at);
        }
    }
    return times;
}

json::value to_json(const SeriesDigest& digest, rules::Zone zone) {
    json::object object{{"kind", json::string(to_text(digest.kind))}};
    if (!digest.id.empty()) object["id"] = digest.id;
    if (!digest.factor.empty()) object["factor"] = digest.factor;
    object["count"] = static_cast<std::int64_t>(digest.count);
    if (digest.count > 0) {
        object["first"] = rules::to_iso(digest.first, zone);
        object["last"] = rules::to_iso(digest.last, zone);
    }
    json::array runs;
    for (const ReadingRun& run : digest.runs) runs.emplace_back(run_json(run, zone));
    object["runs"] = std::move(runs);
    object["sha256"] = digest.sha256;
    return object;
}

SeriesDigest series_digest_from_json(const json::value& value, const std::string& path,
                                     const std::string& file, rules::Zone zone,
                                     rules::Faults& faults) {
    JsonFields fields(value, path, file, faults);
    SeriesDigest digest;
    const std::string kind = fields.text("kind");
    const auto known = parse_series_kind(kind);
    if (!known)
        fields.fault("kind", "'" + kind + "' is not a kind of series", "power, stack or gate");
    digest.kind = known.value_or(SeriesKind::kPower);
    digest.id = fields.maybe_text("id");
    digest.factor = fields.maybe_text("factor");
    digest.count = static_cast<std::size_t>(fields.whole_number("count", 0, kReadingsMost));
    if (digest.count > 0) {
        digest.first = fields.instant("first", zone);
        digest.last = fields.instant("last", zone);
    }
    const json::value* runs = fields.member("runs");
    if (runs != nullptr && runs->is_array()) {
        for (const json::value& item : runs->get_array()) {
            const auto run = run_from(item, zone);
            if (run) {
                digest.runs.push_back(*run);
            } else {
                fields.fault("runs", "has a member that is not a run",
                             "[first, step in seconds, count]");
            }
        }
    }
    digest.sha256 = fields.text("sha256");
    return digest;
}

}  // namespace qk::plans
