// The hours of one region as the rows of a table fill them, one behind the other as a series has
// them: for who wants the series at once, and pays its space for not packing anything
// (packed_hours.hpp) nor copying it. Rows may come in any order.
#pragma once

#include <cstdint>
#include <vector>

#include "plans/feeds/packed_hours.hpp"
#include "rules/air/series.hpp"

namespace qk::plans {

class LaidHours {
 public:
    // `lines_per_hour` as of PackedHours. `expected`: how many hours there will be, as far as it
    // can be guessed; most regions of a table have as many.
    explicit LaidHours(std::size_t lines_per_hour, std::size_t expected = 0);

    [[nodiscard]] PackedHours::Hour at(std::int64_t hour);
    // From the first hour that was asked for to the last, and what room there is before them.
    [[nodiscard]] std::size_t size() const { return values_.size(); }
    // `count` hours from `first` on, in which all that is known lies; nothing of it stays here.
    [[nodiscard]] std::vector<rules::HourlyConcentrations> take(std::int64_t first,
                                                                std::size_t count);

 private:
    void make_room_before(std::size_t hours);

    std::size_t lines_per_hour_;
    std::int64_t first_ = 0;  // the hour of values_[0]
    std::vector<rules::HourlyConcentrations> values_;
    std::vector<int> lines_;
};

}  // namespace qk::plans
