// The two halves of a segment: the fields before CP, and the data area. Each notes in the frame
// what it read and what was odd about it. Internal to the folder.
#pragma once

#include <string_view>

#include "plans/hj212/frame.hpp"

namespace qk::plans::hj212 {

struct SegmentHalves {
    std::string_view head;
    std::optional<std::string_view> area;  // behind "CP="
};
[[nodiscard]] SegmentHalves split_segment(std::string_view segment);

void read_head(std::string_view head, Frame& frame);
// Flag, QN, part numbers and names as they were read.
void judge_head(Frame& frame);
// QN and DataTime against the clock.
void judge_clock(rules::Instant now, Frame& frame);

}  // namespace qk::plans::hj212
