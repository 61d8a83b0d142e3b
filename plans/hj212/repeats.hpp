// Frames that come again. A device that is not answered sends the same data up to a dozen times,
// and some send other values for a time that they have reported already. Data is known by (MN, CN,
// DataTime, code); what differs is a revision, and both are kept by whoever stores them.
//
// Bounded: the oldest are forgotten first.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>

#include "plans/hj212/frame.hpp"

namespace qk::plans::hj212 {

class Repeats {
 public:
    explicit Repeats(std::size_t codes_max = 100'000) : codes_max_(codes_max) {}

    // Notes in the frame whether all of its data came before, or some of it with other values.
    void look(Frame& frame);
    [[nodiscard]] std::size_t size() const { return seen_.size(); }

 private:
    std::size_t codes_max_;
    std::unordered_map<std::uint64_t, std::uint64_t> seen_;  // what it is of -> what it says
    std::deque<std::uint64_t> order_;
};

}  // namespace qk::plans::hj212
