#include "plans/hj212/period_means.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

namespace qk::plans::hj212 {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// A day whose mean is weighted by flow, or rounded as N5.2 says, lies so near that of its hours.
constexpr double kDayDifferenceShare = 0.1;
constexpr double kDayDifferenceMgPerM3 = 1;

// The most frequent step between neighbours, ties to the shorter.
seconds step_of(const std::vector<PartValue>& parts) {
    std::map<seconds, std::size_t> steps;
    for (std::size_t i = 1; i < parts.size(); ++i) ++steps[parts[i].t - parts[i - 1].t];
    const auto most = std::ranges::max_element(
        steps, [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == steps.end() ? seconds{0} : most->first;
}

std::vector<PartValue> once_each(std::span<const PartValue> parts, rules::Instant hour) {
    std::vector<PartValue> once;
    for (const PartValue& part : parts) {
        const bool is_inside = part.t >= hour && part.t < hour + hours{1};
        if (is_inside && (once.empty() || once.back().t < part.t)) once.push_back(part);
    }
    return once;
}

}  // namespace

std::optional<HourMean> hour_mean(std::span<const PartValue> parts, rules::Instant hour) {
    const std::vector<PartValue> once = once_each(parts, hour);
    if (once.size() < kPartsOfHourLeast) return std::nullopt;
    HourMean mean;
    double flow = 0;
    std::size_t normal = 0;
    std::size_t with_flow = 0;
    for (const PartValue& part : once) {
        if (!part.is_evidence) continue;
        ++normal;
        mean.mg_per_m3 += part.mg_per_m3;
        if (part.flow_m3_h) {
            flow += *part.flow_m3_h;
            ++with_flow;
        }
    }
    const seconds covered = step_of(once) * static_cast<std::int64_t>(normal);
    if (normal < kPartsOfHourLeast || covered < kNormalOfHour) return std::nullopt;
    mean.mg_per_m3 /= static_cast<double>(normal);
    if (with_flow == normal) mean.flow_m3_h = flow / static_cast<double>(normal);
    return mean;
}

DayCheck check_day(double day_mg_per_m3, std::span<const double> normal_hours) {
    DayCheck check;
    check.hours = normal_hours.size();
    check.is_told = check.hours >= kHoursOfDayLeast;
    if (!check.is_told) return check;
    for (const double hour : normal_hours) check.of_hours += hour;
    check.of_hours /= static_cast<double>(check.hours);
    const double allowed =
        std::max(kDayDifferenceMgPerM3, kDayDifferenceShare * std::fabs(check.of_hours));
    check.is_the_same = std::fabs(day_mg_per_m3 - check.of_hours) <= allowed;
    return check;
}

}  // namespace qk::plans::hj212
