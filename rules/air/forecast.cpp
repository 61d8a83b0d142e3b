#include "rules/air/forecast.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace qk::rules {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr std::array<std::string_view, 3> kKindWords{"72h", "168h", "outlook"};

Span span_of(const HourlySeries& series) {
    return {series.first, series.first + hours(series.hours.size())};
}

Span span_of(const DailyForecastSeries& series, Zone zone) {
    return {start_of(series.first, zone), start_of(series.first + days(series.days.size()), zone)};
}

class Checker {
 public:
    Checker(const Forecast& forecast, const ForecastRules& rules)
        : forecast_(forecast), rules_(rules) {}

    ForecastCheck run(Instant now) {
        check_issue(now);
        if (forecast_.hourly.empty() && forecast_.daily.empty()) {
            refuse_with("预报不含任何区域", "至少一个区域");
        }
        check_names();
        for (const HourlySeries& series : forecast_.hourly) check_hourly(series);
        for (const DailyForecastSeries& series : forecast_.daily) check_daily(series);
        return std::move(answer_);
    }

 private:
    void refuse_with(std::string what, std::string cure) {
        answer_.refusals.push_back({{}, std::move(what), std::move(cure), Severity::kError});
    }

    void check_issue(Instant now) {
        const std::string issued = to_iso(forecast_.issued_at, rules_.zone);
        if (forecast_.issued_at > now + rules_.future_slack) {
            refuse_with("发布时间 " + issued + " 在未来", "不晚于当前时间");
        }
        if (now - forecast_.issued_at > rules_.stale_after) {
            refuse_with("预报已过期:发布于 " + issued,
                        "发布不超过 " + std::to_string(rules_.stale_after.count()) + " 小时");
        }
    }

    void check_names() {
        std::set<std::string_view> names;
        const auto add = [&](const std::string& region) {
            if (region.empty())
                refuse_with("有一个区域没有名称", "区域名称或代码");
            else if (!names.insert(region).second)
                refuse_with(region + " 出现两次", "每区域一组");
        };
        for (const HourlySeries& series : forecast_.hourly) add(series.region);
        for (const DailyForecastSeries& series : forecast_.daily) add(series.region);
    }

    bool check_span(const std::string& region, const Span& span) {
        if (span.to <= forecast_.issued_at) {
            refuse_with(region + " 的时段全部早于发布时间", "发布之后的小时或日");
            return false;
        }
        // A day that the issue falls in began before it.
        if (forecast_.issued_at - span.from > rules_.lead_in_max) {
            refuse_with(region + " 始于 " + to_iso(span.from, rules_.zone) + ",早于发布时间过多",
                        "发布前不超过 " + std::to_string(rules_.lead_in_max.count()) + " 小时");
        }
        if (span.to - forecast_.issued_at > rules_.horizon_max) {
            refuse_with(region + " 止于 " + to_iso(span.to, rules_.zone) + ",晚于发布时间过多",
                        "发布后不超过 " + std::to_string(rules_.horizon_max.count()) + " 日");
        }
        return true;
    }

    void check_hourly(const HourlySeries& series) {
        for (const UnusableReading& reading : unusable_readings(series, rules_.limits)) {
            refuse_with(series.region + " " + to_iso(reading.hour, rules_.zone) + " " +
                            std::string(to_text(reading.pollutant)) + " = " +
                            to_text(reading.value) + " 不可能",
                        "0 至合理上限");
        }
        if (!check_span(series.region, span_of(series))) return;
        Cover cover{series.region, {}, 0, 0};
        for (std::size_t i = 0; i < series.hours.size(); ++i) {
            const Instant hour = series.first + hours(i);
            if (hour + hours(1) <= forecast_.issued_at) continue;
            const bool is_there =
                !series.hours[i][static_cast<std::size_t>(Pollutant::kPm25)].is_missing();
            count(cover, {hour, hour + hours(1)}, is_there);
        }
        judge(cover);
    }

    void check_daily(const DailyForecastSeries& series) {
        if (!check_span(series.region, span_of(series, rules_.zone))) return;
        Cover cover{series.region, {}, 0, 0};
        for (std::size_t i = 0; i < series.days.size(); ++i) {
            const CivilDay day = series.first + days(i);
            const DailyRange& range = series.days[i];
            if (range.low > range.high || range.high > kAqiMax) {
                refuse_with(series.region + " " + to_iso(day) + " 的AQI范围不可能",
                            "0 至 500,下限不高于上限");
            }
            const Span span{start_of(day, rules_.zone), start_of(day + days(1), rules_.zone)};
            if (span.to > forecast_.issued_at) count(cover, span, range.high != kNoAqi);
        }
        judge(cover);
    }

    struct Cover {
        const std::string& region;
        std::optional<Span> gap;
        int units = 0;
        int there = 0;
    };

    void count(Cover& cover, const Span& unit, bool is_there) {
        ++cover.units;
        if (is_there) {
            ++cover.there;
            end_gap(cover);
        } else if (cover.gap) {
            cover.gap->to = unit.to;
        } else {
            cover.gap = unit;
        }
    }

    void end_gap(Cover& cover) {
        if (cover.gap) answer_.gaps.push_back({cover.region, *cover.gap});
        cover.gap.reset();
    }

    void judge(Cover& cover) {
        end_gap(cover);
        if (cover.there * 100 >= rules_.cover_percent_min * cover.units) return;
        refuse_with(cover.region + " 只有 " + std::to_string(cover.there) + "/" +
                        std::to_string(cover.units) + " 个时段有值",
                    "至少 " + std::to_string(rules_.cover_percent_min) + "%");
    }

    const Forecast& forecast_;
    const ForecastRules& rules_;
    ForecastCheck answer_;
};

}  // namespace

std::string_view to_text(ForecastKind kind) { return kKindWords[static_cast<std::size_t>(kind)]; }

std::optional<ForecastKind> parse_forecast_kind(std::string_view text) {
    for (const ForecastKind kind :
         {ForecastKind::kFine, ForecastKind::kWeek, ForecastKind::kOutlook}) {
        if (text == to_text(kind)) return kind;
    }
    return std::nullopt;
}

ForecastKind kind_by_horizon(const Forecast& forecast, Zone zone) {
    Instant end = forecast.issued_at;
    for (const HourlySeries& series : forecast.hourly) end = std::max(end, span_of(series).to);
    for (const DailyForecastSeries& series : forecast.daily) {
        end = std::max(end, span_of(series, zone).to);
    }
    const auto horizon = end - forecast.issued_at;
    if (horizon <= hours(72 + 24)) return ForecastKind::kFine;
    return horizon <= hours(168 + 24) ? ForecastKind::kWeek : ForecastKind::kOutlook;
}

ForecastCheck check(const Forecast& forecast, Instant now, const ForecastRules& rules) {
    return Checker(forecast, rules).run(now);
}

}  // namespace qk::rules
