// The readings that a verdict rests on, without the readings: of each series when they were taken,
// how many they are, and a SHA-256 of what they say. Enough to find the same readings again years
// later, and to know that they are the same.
#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/base/time.hpp"
#include "rules/compliance/evidence.hpp"

namespace qk::plans {

// Readings in a row, `step` apart; a single one has no step.
struct ReadingRun {
    rules::Instant first{};
    std::chrono::seconds step{0};
    std::size_t count = 0;

    friend bool operator==(const ReadingRun&, const ReadingRun&) = default;
};

enum class SeriesKind { kPower, kStack, kGate };
[[nodiscard]] std::string_view to_text(SeriesKind kind);  // "power", "stack", "gate"
[[nodiscard]] std::optional<SeriesKind> parse_series_kind(std::string_view text);

// A series of more pieces (a gate, a meter that reports when it likes) has its first and last time
// alone.
inline constexpr std::size_t kReadingRunsMax = 500;

struct SeriesDigest {
    SeriesKind kind = SeriesKind::kPower;
    std::string id;      // meter or outlet; a gate is the enterprise's and has none
    std::string factor;  // of a stack
    std::size_t count = 0;
    rules::Instant first{};  // of no meaning where there is no reading
    rules::Instant last{};
    std::vector<ReadingRun> runs;  // empty with readings: more than kReadingRunsMax
    std::string sha256;

    friend bool operator==(const SeriesDigest&, const SeriesDigest&) = default;
};

// In this order: each meter of the evidence, each stack, the gate. What only the total meter shows
// is computed from the meters and has no digest of its own.
//
// The SHA-256 is that of the readings in order of time, each as a JSON array (RFC 8785) on a line
// of its own, times in seconds since 1970 (UTC): a meter's [end,kW,valid], a stack's
// [end,mg/m3,flow or null,valid], a gate's [time,plate,stage,direction].
[[nodiscard]] std::vector<SeriesDigest> digests_of(const rules::Evidence& evidence);

// The times of the readings as the runs have them.
[[nodiscard]] std::vector<rules::Instant> times_of(const SeriesDigest& digest);

[[nodiscard]] boost::json::value to_json(const SeriesDigest& digest, rules::Zone zone);
[[nodiscard]] SeriesDigest series_digest_from_json(const boost::json::value& value,
                                                   const std::string& path, const std::string& file,
                                                   rules::Zone zone, rules::Faults& faults);

}  // namespace qk::plans
