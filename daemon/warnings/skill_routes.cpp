#include "daemon/warnings/skill_routes.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <map>

#include "daemon/air/stored_forecast.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/operations/air.hpp"
#include "daemon/store/store.hpp"
#include "daemon/warnings/air_now.hpp"
#include "rules/air/forecast_scores.hpp"
#include "rules/air/forecast_skill.hpp"
#include "rules/base/number.hpp"
#include "rules/warning/level_chance.hpp"
#include "rules/warning/region_windows.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr int kDaysUnlessAsked = 90;
constexpr std::size_t kThresholdsMax = 32;

// One row of the answer: a source (with its member), a kind, and an end of its ranges.
struct Scored {
    std::string name;
    rules::ForecastKind kind = rules::ForecastKind::kFine;
    rules::RangeEnd end = rules::RangeEnd::kHigh;

    friend auto operator<=>(const Scored&, const Scored&) = default;
};
struct Archive {
    std::map<Scored, std::vector<rules::IssuedDaily>> readings;
    // All members of one issue of a source are one ensemble.
    std::map<std::pair<std::string, rules::ForecastKind>,
             std::map<rules::Instant, rules::EnsembleIssue>>
        ensembles;
};

bool is_range(const rules::DailyForecastSeries& series) {
    return std::ranges::any_of(series.days,
                               [](const rules::DailyRange& day) { return day.low != day.high; });
}

void take(Archive& archive, const SeenForecast& forecast, const plans::RegionPack& pack) {
    const rules::CivilDay issued = rules::day_of(forecast.issued_at, pack.zone);
    rules::AirRules air{.zone = pack.zone};
    const rules::Ozone ozone =
        pack.trigger.standard.ozone_counts ? rules::Ozone::kCounts : rules::Ozone::kLeftOut;
    const std::string source(rules::source_of_reading(forecast.name));
    rules::EnsembleIssue& ensemble = archive.ensembles[{source, forecast.kind}][forecast.issued_at];
    ensemble.issued_at = forecast.issued_at;
    ensemble.issued = issued;
    auto& readings = archive.readings;
    for (const rules::HourlySeries& series : forecast.hourly) {
        ensemble.members.push_back(rules::daily_reading(series, air, ozone));
        readings[{forecast.name, forecast.kind, rules::RangeEnd::kHigh}].push_back(
            {issued, ensemble.members.back()});
    }
    if (!forecast.hourly.empty()) return;
    for (const rules::DailyForecastSeries& series : forecast.daily) {
        ensemble.members.push_back(series);
        readings[{forecast.name, forecast.kind, rules::RangeEnd::kHigh}].push_back(
            {issued, series});
        if (!is_range(series)) continue;
        readings[{forecast.name, forecast.kind, rules::RangeEnd::kLow}].push_back({issued, series});
    }
}

json::value share(const std::optional<double>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

json::array leads_json(const std::vector<rules::LeadSkill>& leads) {
    json::array list;
    for (const rules::LeadSkill& lead : leads) {
        json::array above;
        for (const rules::SkillAbove& one : lead.above) {
            above.push_back(json::object{{"aqi_above", one.aqi_above},
                                         {"hits", one.hits},
                                         {"misses", one.misses},
                                         {"false_alarms", one.false_alarms},
                                         {"correct_negatives", one.correct_negatives},
                                         {"detected", share(one.detected())},
                                         {"false_alarm_share", share(one.false_alarm_share())},
                                         {"threat_score", share(one.threat_score())}});
        }
        list.push_back(json::object{{"lead_days", lead.lead_days},
                                    {"pairs", lead.pairs},
                                    {"unobserved", lead.unobserved},
                                    {"bias", share(lead.bias())},
                                    {"mean_absolute_error", share(lead.mean_absolute_error())},
                                    {"above", std::move(above)}});
    }
    return list;
}

std::vector<int> thresholds_of(const Call& call, const plans::RegionPack& pack) {
    std::vector<int> thresholds;
    const std::string text = call.query_value("above").value_or("");
    const char* const past = text.data() + text.size();
    for (const char* at = text.data(); at < past && thresholds.size() < kThresholdsMax;) {
        int value = 0;
        const auto [end, error] = std::from_chars(at, past, value);
        if (error == std::errc{} && value >= 0 && value <= rules::kAqiMax)
            thresholds.push_back(value);
        at = end == at ? at + 1 : end;
    }
    if (thresholds.empty()) {
        for (const rules::Clause& clause : pack.trigger.standard.clauses) {
            for (const rules::Leg& leg : clause.legs) thresholds.push_back(leg.aqi_above);
        }
    }
    std::ranges::sort(thresholds);
    thresholds.erase(std::ranges::unique(thresholds).begin(), thresholds.end());
    return thresholds;
}

int days_of(const Call& call) {
    const std::string text = call.query_value("days").value_or("");
    const auto days = rules::parse_whole(text, 0, rules::kWholeMost);
    return static_cast<int>(
        std::clamp<std::int64_t>(days.value_or(kDaysUnlessAsked), 1, kSkillDaysMax));
}

rules::DailyAqiSeries observed_days(const rules::HourlySeries& observed,
                                    const plans::RegionPack& pack, rules::Instant now) {
    const rules::RegionOptions options{.trigger = {rules::HoursAs::kNaturalDay, pack.zone, now}};
    if (observed.hours.empty()) return {};
    return rules::trigger_series(observed, pack.trigger.standard, options).daily;
}

json::array sources_json(const Archive& archive, const rules::DailyAqiSeries& observed,
                         const std::vector<int>& thresholds) {
    json::array sources;
    for (const auto& [scored, forecasts] : archive.readings) {
        const bool has_ends =
            archive.readings.contains({scored.name, scored.kind, rules::RangeEnd::kLow});
        const char* end = scored.end == rules::RangeEnd::kLow ? "low" : "high";
        sources.push_back(json::object{
            {"source", scored.name},
            {"kind", json::string(rules::to_text(scored.kind))},
            {"end", has_ends ? end : "only"},
            {"forecasts", forecasts.size()},
            {"leads", leads_json(rules::skill_of(forecasts, observed, thresholds, scored.end))}});
    }
    return sources;
}

json::object score_json(const rules::LeadScore& lead) {
    const rules::CrpsParts& parts = lead.forecast;
    const bool has_cases = parts.cases > 0;
    const auto value = [has_cases](double number) {
        return has_cases ? json::value(number) : json::value(nullptr);
    };
    return {{"lead_days", lead.lead_days},
            {"cases", parts.cases},
            {"members_mean", value(lead.members_mean)},
            {"crps", value(parts.score)},
            {"reliability", value(parts.reliability)},
            {"resolution", value(parts.resolution)},
            {"uncertainty", value(parts.uncertainty)},
            {"persistence_crps", value(lead.persistence.score)},
            {"skill", share(lead.skill())}};
}

json::array ensembles_json(const Archive& archive, const rules::DailyAqiSeries& observed) {
    json::array list;
    for (const auto& [source, by_time] : archive.ensembles) {
        std::vector<rules::EnsembleIssue> issues;
        for (const auto& [at, issue] : by_time) issues.push_back(issue);
        json::array leads;
        for (const rules::LeadScore& lead : rules::scores_of(issues, observed)) {
            leads.push_back(score_json(lead));
        }
        const rules::FlipFlop flips = rules::flip_flop_of(issues);
        json::object flip_flop{
            {"days", flips.days}, {"mean", nullptr}, {"highest", nullptr}, {"highest_on", nullptr}};
        if (flips.days > 0) {
            flip_flop["mean"] = flips.mean;
            flip_flop["highest"] = flips.highest;
            flip_flop["highest_on"] = rules::to_iso(flips.highest_on);
        }
        list.push_back(json::object{{"source", source.first},
                                    {"kind", json::string(rules::to_text(source.second))},
                                    {"issues", issues.size()},
                                    {"leads", std::move(leads)},
                                    {"flip_flop", std::move(flip_flop)}});
    }
    return list;
}

// One document per reading, so that others take their turn in between.
asio::awaitable<ApiResponse> get_skill(Context& context, Call call) {
    const auto pack = context.pack;
    const rules::Instant now = context.clock.now();
    const int days = days_of(call);
    const rules::Instant since = now - std::chrono::days(days);
    const std::string source = call.query_value("source").value_or("");
    auto find = [&](Session& db) {
        return forecast_numbers(db, *pack, since, source, kSkillForecastsMax);
    };
    const auto numbers = co_await context.store.read_slowly(std::move(find), call.reader());
    Archive archive;
    for (const std::int64_t number : numbers) {
        auto read = [&pack, &archive, number](Session& db) {
            for (const SeenForecast& forecast : own_forecasts(db, *pack, number)) {
                take(archive, forecast, *pack);
            }
        };
        co_await context.store.read_slowly(std::move(read), call.reader());
    }
    const std::vector<int> thresholds = thresholds_of(call, *pack);
    std::size_t observed_count = 0;
    json::array ensembles;
    // Scored there as well: hundreds of days of many members take their time.
    auto score = [&](Session& db) {
        const auto hours = observed_hours(db, *pack, since - std::chrono::hours(24), now);
        observed_count = hours.hours.size();
        const rules::DailyAqiSeries came = observed_days(hours, *pack, now);
        ensembles = ensembles_json(archive, came);
        return sources_json(archive, came, thresholds);
    };
    json::array sources = co_await context.store.read_slowly(std::move(score), call.reader());
    json::array asked;
    for (const int threshold : thresholds) asked.push_back(threshold);
    json::object answer{{"region", pack->name},
                        {"from", rules::to_iso(since, pack->zone)},
                        {"to", rules::to_iso(now, pack->zone)},
                        {"above", std::move(asked)},
                        {"is_cut", numbers.size() == kSkillForecastsMax},
                        {"observed_hours", observed_count}};
    answer["sources"] = std::move(sources);
    answer["ensembles"] = std::move(ensembles);
    co_return answer_json(answer);
}

}  // namespace

void add_skill_routes(Router& router, Context& context) {
    router.serve(operation::kShowForecastSkill, kReaders,
                 [&context](const Call& call) { return get_skill(context, call); });
}

}  // namespace qk::daemon
