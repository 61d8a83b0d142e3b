// One frame of HJ 212 as the journal keeps it: the bytes as they came, from which everything is
// read again when it is stored. Pure.
//
// The sender is the address it came from and the MN of its connection; the address is "hj212/" and
// that MN. A frame of another device than that of its connection is refused here too, so that a
// replay decides as the connection did.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/readings/journal.hpp"
#include "daemon/readings/message.hpp"
#include "plans/hj212/frame.hpp"
#include "plans/hj212/point_map.hpp"

namespace qk::daemon {

inline constexpr std::string_view kHj212Address = "hj212/";

struct Hj212Value {
    rules::Instant from{};  // DataTime
    StackReading reading;   // of real-time, minute and day data `t` is the DataTime
    bool is_hour = false;   // the mean of an hour, which ends at `reading.t`
};

struct Hj212Message {
    std::string why;  // empty: it is taken in
    std::string mn;
    std::string command;
    std::vector<Hj212Value> values;  // none: nothing of it is a concentration of a stack
    std::vector<plans::hj212::SeriesValue> series;  // by the map of points
};

// By what was true when it arrived: `setting.now` is the time of arrival.
[[nodiscard]] Hj212Message read_hj212_message(const JournalMessage& message,
                                              const plans::hj212::DecodeSetting& setting,
                                              const plans::hj212::PointMap* points = nullptr);

}  // namespace qk::daemon
