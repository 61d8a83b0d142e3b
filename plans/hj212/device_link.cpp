#include "plans/hj212/device_link.hpp"

namespace qk::plans::hj212 {

void DeviceLink::look(Frame& frame) {
    if (is_relay_ || !frame.head.mn || frame.outcome > Outcome::kQuarantine) return;
    if (mn_.empty()) mn_ = *frame.head.mn;
    if (*frame.head.mn == mn_) return;
    frame.note(Reason::kOtherDevice);
    frame.factors.clear();
}

}  // namespace qk::plans::hj212
