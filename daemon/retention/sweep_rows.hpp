// What retention looks at and lets go, row by row; sweeps.hpp decides. Each function takes at most
// `limit` rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// Tables whose key begins with a time.
enum class TimedTable {
    kReadings,
    kStackReadings,
    kGatePassages,
    kReadingRepeats,
    kHj212Values,
    kSeriesValues,
};
[[nodiscard]] std::string_view to_text(TimedTable table);
// Rows from `span.from` to before `span.to`; how many went.
std::size_t delete_between(Session& db, TimedTable table, const rules::Span& span,
                           std::size_t limit);
// Of the repeats the newest stay.
std::size_t delete_repeats_beyond(Session& db, std::size_t kept, std::size_t limit);

// Tables whose rows are numbered as they came.
enum class NumberedTable { kRejected, kEvents };
[[nodiscard]] std::string_view to_text(NumberedTable table);
// The oldest, while they are of before `before`.
std::size_t delete_oldest(Session& db, NumberedTable table, rules::Instant before,
                          std::size_t limit);

struct InputsHead {
    std::string hash;
    rules::Instant at{};
    bool is_cited = false;  // by a warning's story
};
[[nodiscard]] std::vector<InputsHead> list_inputs(Session& db, const std::string& after,
                                                  std::size_t limit);
void delete_inputs(Session& db, const std::string& hash);
// The inputs that an entry of a story names.
struct CitedInputs {
    std::int64_t story = 0;
    std::string body;
};
[[nodiscard]] std::vector<CitedInputs> list_cited_inputs(Session& db, std::int64_t after,
                                                         std::size_t limit);

// Tables that keep what came as it came.
enum class BytesTable { kForecasts, kObservationDeliveries };
[[nodiscard]] std::string_view to_text(BytesTable table);
struct BytesHead {
    std::int64_t number = 0;
    rules::Instant arrived{};
    bool is_empty = false;  // its bytes are gone
};
[[nodiscard]] std::vector<BytesHead> list_bytes(Session& db, BytesTable table, std::int64_t after,
                                                std::size_t limit);
void empty_bytes(Session& db, BytesTable table, std::int64_t number);

// The next region of which there are observations.
[[nodiscard]] std::optional<std::string> next_observed_region(Session& db,
                                                              const std::string& after);
std::size_t delete_observations(Session& db, const std::string& region, rules::Instant before,
                                std::size_t limit);
// Of notices that a gateway took before then.
std::size_t delete_taken_deliveries(Session& db, rules::Instant before, std::size_t limit);

struct MeterHead {
    std::string meter;
    rules::Instant arrived{};
};
[[nodiscard]] std::vector<MeterHead> list_meter_states(Session& db, const std::string& after,
                                                       std::size_t limit);
void delete_meter_state(Session& db, const std::string& meter);

}  // namespace qk::daemon
