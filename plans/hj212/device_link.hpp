// Who may speak on one connection: the device that spoke first, unless the connection comes from a
// relay that the bureau has listed.
#pragma once

#include <string>

#include "plans/hj212/frame.hpp"

namespace qk::plans::hj212 {

class DeviceLink {
 public:
    explicit DeviceLink(bool is_relay) : is_relay_(is_relay) {}

    // Refuses the frame of another device.
    void look(Frame& frame);
    [[nodiscard]] const std::string& mn() const { return mn_; }  // empty: nobody has spoken

 private:
    bool is_relay_;
    std::string mn_;
};

}  // namespace qk::plans::hj212
