// One forecast as it was issued, and whether it may be used: stale, partial and impossible ones are
// refused with their reasons.
//
// Hours before the issue are allowed for a while: services begin at midnight, and a rolling value
// needs the hours behind it. A gap does not refuse a forecast by itself: it is named, and decisions
// say that they cannot tell for it; too little cover does. Figures without a source are this
// project's own.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/air/averages.hpp"
#include "rules/air/daily.hpp"
#include "rules/base/result.hpp"

namespace qk::rules {

// 72 h fine, 168 h (seed plans: 72小时精细、168小时潜势), and the regional outlook of 7 to 10 days.
enum class ForecastKind : std::uint8_t { kFine, kWeek, kOutlook };
[[nodiscard]] std::string_view to_text(ForecastKind kind);  // "72h", "168h", "outlook"
[[nodiscard]] std::optional<ForecastKind> parse_forecast_kind(std::string_view text);

struct Forecast {
    std::string source;
    std::string member;  // empty: the only one
    Instant issued_at{};
    ForecastKind kind = ForecastKind::kFine;
    std::vector<HourlySeries> hourly;
    std::vector<DailyForecastSeries> daily;
};

// The shortest kind that covers the last hour or day; a day of slack, since days end at midnight.
[[nodiscard]] ForecastKind kind_by_horizon(const Forecast& forecast, Zone zone);

struct ForecastRules {
    Zone zone;
    std::chrono::hours stale_after{36};     // since its issue
    std::chrono::minutes future_slack{10};  // clocks that go ahead
    std::chrono::hours lead_in_max{48};     // hours before the issue
    std::chrono::days horizon_max{16};      // after the issue
    int cover_percent_min = 75;             // of a region's hours or days after the issue
    ReadingLimits limits{};
};

// A stretch after the issue of which the forecast says nothing (hourly: nothing of PM2.5).
struct ForecastGap {
    std::string region;
    Span span;

    friend bool operator==(const ForecastGap&, const ForecastGap&) = default;
};

struct ForecastCheck {
    Faults refusals;  // empty: may be used
    std::vector<ForecastGap> gaps;
};

[[nodiscard]] ForecastCheck check(const Forecast& forecast, Instant now,
                                  const ForecastRules& rules);

}  // namespace qk::rules
