// The hours of one region as the rows of a table fill them, in about a fifth of the space of a
// series: blocks of ten days, each column of a block as whole steps from its least value, in the
// narrowest of 1, 2, 4 or 8 bytes. Nothing is rounded. The block that is written last lies open, so
// that rows in order of time pack each block once; in any other order it is only slower.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "rules/air/series.hpp"

namespace qk::plans {

class PackedHours {
 public:
    // What is known of an hour (counted from 1970), to be read and changed until the next call.
    struct Hour {
        rules::HourlyConcentrations& values;
        std::span<int> lines;  // by which line of the file each was filled; 0: by none
    };

    // `lines` of an hour: one where a row fills all of it, or one per pollutant.
    explicit PackedHours(std::size_t lines_per_hour) : lines_per_hour_(lines_per_hour) {}

    [[nodiscard]] Hour at(std::int64_t hour);
    // Puts what is known into `hours`, of which the first is `first`. All that is known lies in it.
    void unpack(std::int64_t first, std::span<rules::HourlyConcentrations> hours) const;
    [[nodiscard]] std::size_t bytes() const;

 private:
    static constexpr std::int64_t kBlockHours = 240;

    struct Block {
        std::int64_t first = 0;  // the hour of values[0]
        std::vector<rules::HourlyConcentrations> values;
        std::vector<int> lines;
    };
    struct Packed {
        std::int64_t first = 0;
        std::size_t hours = 0;
        std::string bytes;
    };

    void open(std::int64_t number);
    void pack();
    [[nodiscard]] Block unpacked(const Packed& packed) const;

    std::size_t lines_per_hour_;
    std::map<std::int64_t, Packed> packed_;  // by number of the block
    bool is_open_ = false;
    std::int64_t open_number_ = 0;
    std::size_t last_hours_ = 0;  // of the block before: the next one is mostly as long
    Block block_;
};

}  // namespace qk::plans
