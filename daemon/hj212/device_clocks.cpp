#include "daemon/hj212/device_clocks.hpp"

#include <algorithm>
#include <vector>

namespace qk::daemon {
namespace {

using std::chrono::seconds;

constexpr std::string_view kRealTime = "2011";

// The time that the frame states for its own sending; empty: it does not, or is late on purpose.
std::optional<rules::Instant> stated_time(const plans::hj212::Frame& frame) {
    const bool is_late = frame.is_retransmission || frame.has(plans::hj212::Reason::kBackfill);
    if (is_late || frame.head.cn.value_or("") != kRealTime) return std::nullopt;
    if (frame.sent_at) return std::chrono::floor<seconds>(*frame.sent_at);
    return frame.data_time;
}

}  // namespace

std::optional<seconds> DeviceClocks::median_of(const Device& device) {
    if (device.last.size() < kClockFramesLeast) return std::nullopt;
    std::vector<seconds> sorted(device.last.begin(), device.last.end());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::ranges::nth_element(sorted, middle);
    return *middle;
}

std::optional<seconds> DeviceClocks::note(const plans::hj212::Frame& frame,
                                          rules::Instant arrived) {
    const auto stated = stated_time(frame);
    if (!stated || !frame.head.mn) return std::nullopt;
    const seconds behind = arrived - *stated;
    if (std::chrono::abs(behind) > kClockOffMost) return std::nullopt;
    if (devices_.size() >= kClockDevicesMax && !devices_.contains(*frame.head.mn)) {
        return std::nullopt;
    }
    Device& device = devices_[*frame.head.mn];
    device.last.push_back(behind);
    if (device.last.size() > kClockFrames) device.last.pop_front();
    const auto drift = median_of(device);
    const bool is_off = drift && std::chrono::abs(*drift) > limit_;
    const bool was_off = std::exchange(device.is_off, is_off);
    if (is_off == was_off) return std::nullopt;
    is_off ? ++off_ : --off_;
    return is_off ? drift : std::nullopt;
}

std::optional<seconds> DeviceClocks::drift_of(const std::string& mn) const {
    const auto found = devices_.find(mn);
    return found == devices_.end() ? std::nullopt : median_of(found->second);
}

}  // namespace qk::daemon
