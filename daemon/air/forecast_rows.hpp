// Stored forecasts as rows, for whoever reads them again. Their bytes are megabytes, so lists are
// of heads, row by row, and stop when the reader has enough.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct ForecastHead {
    std::int64_t number = 0;
    rules::Instant issued_at{};
    std::string source;
    std::string file;
    std::string given;    // JSON, as given_text() writes it
    std::string members;  // JSON list of {member, kind}; empty: not known
    std::string regions;  // JSON list of names; empty: not known
};
struct ForecastSpan {
    rules::Instant after{};                 // issued later than this
    std::optional<rules::Instant> until{};  // issued and arrived by then
    std::string source{};                   // empty: all
};
// Those whose bytes are there, the latest issue first, of one issue the last that came. `take`
// answers false when it has enough.
void each_forecast(Session& db, const ForecastSpan& of,
                   const std::function<bool(const ForecastHead&)>& take);
[[nodiscard]] std::optional<ForecastHead> load_forecast(Session& db, std::int64_t number);
// As they came. The row must be there.
[[nodiscard]] std::string bytes_of_forecast(Session& db, std::int64_t number);

}  // namespace qk::daemon
