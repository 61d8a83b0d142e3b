// How far the clocks of devices are off: the median of arrival minus the time that a device states,
// over its last frames of the moment. Tells, and shifts nothing: data is stored under the time that
// its device gives.
#pragma once

#include <chrono>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "plans/hj212/frame.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

inline constexpr std::size_t kClockFrames = 15;      // of each device
inline constexpr std::size_t kClockFramesLeast = 5;  // before anything is said
inline constexpr std::size_t kClockDevicesMax = 100'000;
// What is further off was measured before, and tells nothing of the clock.
inline constexpr std::chrono::hours kClockOffMost{24};

class DeviceClocks {
 public:
    explicit DeviceClocks(std::chrono::seconds limit) : limit_(limit) {}

    // The drift, when the frame has brought its device over the limit; positive: its clock is slow.
    [[nodiscard]] std::optional<std::chrono::seconds> note(const plans::hj212::Frame& frame,
                                                           rules::Instant arrived);
    // Empty: too few frames have come.
    [[nodiscard]] std::optional<std::chrono::seconds> drift_of(const std::string& mn) const;
    [[nodiscard]] std::size_t off() const { return off_; }  // devices over the limit

 private:
    struct Device {
        std::deque<std::chrono::seconds> last;
        bool is_off = false;
    };
    [[nodiscard]] static std::optional<std::chrono::seconds> median_of(const Device& device);

    std::chrono::seconds limit_;
    std::unordered_map<std::string, Device> devices_;
    std::size_t off_ = 0;
};

}  // namespace qk::daemon
