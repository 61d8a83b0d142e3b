#include "daemon/readings/sender_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace qk::daemon {
namespace {

// Names are those of the inventory and of orders; a bound all the same.
constexpr std::size_t kNamesMax = 1'000'000;

}  // namespace

SenderLimits::Sender& SenderLimits::sender(const std::string& enterprise, rules::Instant arrived) {
    if (senders_.size() >= kNamesMax) senders_.clear();
    Sender& found = senders_[enterprise];
    const std::int64_t minute = arrived.time_since_epoch().count() / 60;
    if (found.minute != minute) {
        found = {};
        found.minute = minute;
    }
    return found;
}

std::string SenderLimits::admit_message(const SenderQuota& quota, const std::string& enterprise,
                                        rules::Instant arrived, bool is_answer) {
    Sender& found = sender(enterprise, arrived);
    std::int64_t& count = is_answer ? found.answers : found.messages;
    if (++count <= quota.messages_per_minute) return {};
    return fmt::format("enterprise {} sends more than {} {} a minute", enterprise,
                       quota.messages_per_minute, is_answer ? "receipts" : "messages");
}

std::string SenderLimits::admit_rows(const SenderQuota& quota, const std::string& enterprise,
                                     rules::Instant arrived, std::size_t rows) {
    Sender& found = sender(enterprise, arrived);
    const auto wanted = static_cast<std::int64_t>(rows);
    if (found.rows + wanted > quota.rows_per_minute) {
        return fmt::format("enterprise {} sends more than {} readings a minute", enterprise,
                           quota.rows_per_minute);
    }
    found.rows += wanted;
    return {};
}

std::string SenderLimits::admit_readings(const SenderQuota& quota, const std::string& meter,
                                         rules::Instant arrived,
                                         std::span<const rules::Instant> times) {
    if (times.empty()) return {};
    if (meters_.size() >= kNamesMax) meters_.clear();
    Meter& found = meters_[meter];
    if (are_too_close(quota, meter, times)) {
        return fmt::format("readings of meter {} are less than {} s apart", meter,
                           quota.reading_interval.count());
    }
    const std::int64_t hour = arrived.time_since_epoch().count() / 3600;
    if (found.hour != hour) found.readings = 0;
    found.hour = hour;
    const auto wanted = static_cast<std::int64_t>(times.size());
    if (found.readings + wanted > quota.readings_per_meter_hour) {
        return fmt::format("meter {} sends more than {} readings an hour", meter,
                           quota.readings_per_meter_hour);
    }
    found.readings += wanted;
    found.last = *std::ranges::max_element(times);
    return {};
}

bool SenderLimits::are_too_close(const SenderQuota& quota, const std::string& meter,
                                 std::span<const rules::Instant> times) const {
    if (times.empty()) return false;
    std::vector<rules::Instant> sorted(times.begin(), times.end());
    if (!std::ranges::is_sorted(sorted)) std::ranges::sort(sorted);
    const auto is_close = [&quota](rules::Instant a, rules::Instant b) {
        const auto apart = std::chrono::abs(b - a);
        return apart > std::chrono::seconds{0} && apart < quota.reading_interval;
    };
    const auto known = meters_.find(meter);
    const rules::Instant last = known == meters_.end() ? rules::Instant{} : known->second.last;
    if (is_close(last, sorted.front()) || is_close(last, sorted.back())) return true;
    return std::ranges::adjacent_find(sorted, is_close) != sorted.end();
}

void SenderLimits::clear() {
    senders_.clear();
    meters_.clear();
}

}  // namespace qk::daemon
