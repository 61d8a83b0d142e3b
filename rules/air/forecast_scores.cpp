#include "rules/air/forecast_scores.hpp"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <map>
#include <utility>

namespace qk::rules {
namespace {

constexpr int kAqiLimits = 500;  // 0 to 499; no value is above 500

// Share of the members that are no more than a limit.
double share_up_to(const EnsembleCase& of, int limit) {
    const auto count =
        std::ranges::count_if(of.members, [limit](std::int16_t value) { return value <= limit; });
    return static_cast<double>(count) / static_cast<double>(of.members.size());
}

struct Foretold {
    int times = 0;
    int came = 0;
};

// Adds the parts of the Brier score of one limit.
void add_parts(const std::vector<EnsembleCase>& cases, int limit, CrpsParts& parts) {
    std::map<double, Foretold> by_share;
    int came = 0;
    for (const EnsembleCase& one : cases) {
        Foretold& foretold = by_share[share_up_to(one, limit)];
        ++foretold.times;
        if (one.observed > limit) continue;
        ++foretold.came;
        ++came;
    }
    const auto all = static_cast<double>(cases.size());
    const double mean = came / all;
    for (const auto& [share, foretold] : by_share) {
        const double weight = foretold.times / all;
        const double frequency = static_cast<double>(foretold.came) / foretold.times;
        parts.reliability += weight * (share - frequency) * (share - frequency);
        parts.resolution += weight * (frequency - mean) * (frequency - mean);
    }
    parts.uncertainty += mean * (1 - mean);
}

std::int16_t value_on(const DailyAqiSeries& series, CivilDay day) {
    const auto i = (day - series.first).count();
    if (i < 0 || i >= static_cast<std::int64_t>(series.aqi.size())) return kNoAqi;
    return series.aqi[static_cast<std::size_t>(i)];
}

// Values of all members on a day; both ends where it is a range.
std::vector<std::int16_t> members_on(const EnsembleIssue& issue, CivilDay day) {
    std::vector<std::int16_t> values;
    for (const DailyForecastSeries& member : issue.members) {
        const auto i = (day - member.first).count();
        if (i < 0 || i >= static_cast<std::int64_t>(member.days.size())) continue;
        const DailyRange& range = member.days[static_cast<std::size_t>(i)];
        if (range.high == kNoAqi) continue;
        values.push_back(range.high);
        if (range.low != kNoAqi && range.low != range.high) values.push_back(range.low);
    }
    return values;
}

CivilDay last_day_of(const EnsembleIssue& issue) {
    CivilDay last = issue.issued;
    for (const DailyForecastSeries& member : issue.members) {
        last = std::max(
            last, member.first + std::chrono::days{member.days.size()} - std::chrono::days{1});
    }
    return last;
}

struct LeadCases {
    std::vector<EnsembleCase> forecast;
    std::vector<EnsembleCase> persistence;
    std::size_t members = 0;
};

void add_cases(const EnsembleIssue& issue, const DailyAqiSeries& observed,
               std::vector<LeadCases>& leads) {
    const std::int16_t before = value_on(observed, issue.issued - std::chrono::days{1});
    for (CivilDay day = issue.issued; day <= last_day_of(issue); day += std::chrono::days{1}) {
        std::vector<std::int16_t> members = members_on(issue, day);
        const auto lead = static_cast<std::size_t>((day - issue.issued).count());
        if (leads.size() <= lead) leads.resize(lead + 1);
        const std::int16_t came = value_on(observed, day);
        if (members.empty() || came == kNoAqi || before == kNoAqi) continue;
        leads[lead].members += members.size();
        leads[lead].forecast.push_back({std::move(members), came});
        leads[lead].persistence.push_back({{before}, came});
    }
}

}  // namespace

double crps(const EnsembleCase& of) {
    assert(!of.members.empty());
    std::int64_t errors = 0;
    std::int64_t spread = 0;
    for (const std::int16_t value : of.members) {
        errors += std::abs(value - of.observed);
        for (const std::int16_t other : of.members) spread += std::abs(value - other);
    }
    const auto count = static_cast<double>(of.members.size());
    return static_cast<double>(errors) / count - static_cast<double>(spread) / (2 * count * count);
}

CrpsParts crps_of(const std::vector<EnsembleCase>& cases) {
    CrpsParts parts;
    if (cases.empty()) return parts;
    parts.cases = static_cast<int>(cases.size());
    for (const EnsembleCase& one : cases) parts.score += crps(one);
    parts.score /= static_cast<double>(cases.size());
    for (int limit = 0; limit < kAqiLimits; ++limit) add_parts(cases, limit, parts);
    return parts;
}

std::optional<double> LeadScore::skill() const {
    if (forecast.cases == 0 || persistence.score <= 0) return std::nullopt;
    return 1 - forecast.score / persistence.score;
}

std::vector<LeadScore> scores_of(const std::vector<EnsembleIssue>& issues,
                                 const DailyAqiSeries& observed) {
    std::vector<LeadCases> leads;
    for (const EnsembleIssue& issue : issues) add_cases(issue, observed, leads);
    std::vector<LeadScore> scores;
    for (const LeadCases& lead : leads) {
        LeadScore& score = scores.emplace_back();
        score.lead_days = static_cast<int>(scores.size()) - 1;
        score.forecast = crps_of(lead.forecast);
        score.persistence = crps_of(lead.persistence);
        if (lead.forecast.empty()) continue;
        score.members_mean =
            static_cast<double>(lead.members) / static_cast<double>(lead.forecast.size());
    }
    return scores;
}

std::optional<double> flip_flop_index(const std::vector<double>& forecasts) {
    if (forecasts.size() < 3) return std::nullopt;
    double changes = 0;
    for (std::size_t i = 1; i < forecasts.size(); ++i) {
        changes += std::abs(forecasts[i] - forecasts[i - 1]);
    }
    const auto [low, high] = std::ranges::minmax(forecasts);
    return (changes - (high - low)) / static_cast<double>(forecasts.size() - 2);
}

FlipFlop flip_flop_of(std::vector<EnsembleIssue> issues) {
    std::ranges::stable_sort(issues, {}, &EnsembleIssue::issued_at);
    std::map<CivilDay, std::vector<double>> by_day;
    for (const EnsembleIssue& issue : issues) {
        for (CivilDay day = issue.issued + std::chrono::days{1}; day <= last_day_of(issue);
             day += std::chrono::days{1}) {
            const std::vector<std::int16_t> members = members_on(issue, day);
            if (members.empty()) continue;
            double sum = 0;
            for (const std::int16_t value : members) sum += value;
            by_day[day].push_back(sum / static_cast<double>(members.size()));
        }
    }
    FlipFlop found;
    for (const auto& [day, forecasts] : by_day) {
        const std::optional<double> index = flip_flop_index(forecasts);
        if (!index) continue;
        ++found.days;
        found.mean += *index;
        if (found.days > 1 && *index <= found.highest) continue;
        found.highest = *index;
        found.highest_on = day;
    }
    if (found.days > 0) found.mean /= found.days;
    return found;
}

}  // namespace qk::rules
